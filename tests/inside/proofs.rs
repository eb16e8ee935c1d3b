//! How long a proof runs, and where it says what it found.

/// So many: the first number in an ordinary run, the second one with `MYLINK_PROOFS=long`.
pub fn rounds(short: usize, long: usize) -> usize {
    match std::env::var("MYLINK_PROOFS").as_deref() {
        Ok("long") => long,
        Ok(text) => text.parse().unwrap_or(short),
        Err(_) => short,
    }
}

/// Says a figure, for whoever runs with `--nocapture`.
pub fn say(figures: &str) {
    eprintln!("PROOF {figures}");
}
