//! What a terminal sends for a key.

/// The bytes of a key by its name: `enter`, `f5`, `shift-l`, `q`.
pub fn bytes(name: &str) -> Vec<u8> {
    let named: &[u8] = match name {
        "enter" => b"\r",
        "tab" => b"\t",
        "esc" => b"\x1b",
        "space" => b" ",
        "backspace" => b"\x7f",
        "up" => b"\x1b[A",
        "down" => b"\x1b[B",
        "right" => b"\x1b[C",
        "left" => b"\x1b[D",
        "end" => b"\x1b[F",
        "home" => b"\x1b[H",
        "f2" => b"\x1bOQ",
        "f3" => b"\x1bOR",
        "f4" => b"\x1bOS",
        "f5" => b"\x1b[15~",
        "f7" => b"\x1b[18~",
        "ctrl-c" => b"\x03",
        "ctrl-o" => b"\x0f",
        "ctrl-s" => b"\x13",
        "ctrl-z" => b"\x1a",
        one if one.chars().count() == 1 => one.as_bytes(),
        unknown => panic!("no key is called {unknown}"),
    };
    named.to_vec()
}

/// A paste as a terminal sends it with bracketed paste on.
pub fn paste(text: &str) -> Vec<u8> {
    format!("\x1b[200~{text}\x1b[201~").into_bytes()
}
