//! The terminal's clipboard, by OSC 52. The terminal never answers, so nothing here says "copied".

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crossterm::clipboard::CopyToClipboard;
use crossterm::execute;

use crate::model::Notice;

/// Bytes that terminals take at most: 74,994 once encoded.
const MOST: usize = 74_994 / 4 * 3;

/// Hands a text to the terminal; one that is too long goes to a file in `folder` instead.
pub fn copy(text: &str, folder: &Path) -> Notice {
    if text.len() > MOST {
        return to_file(text, folder);
    }
    match execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text)) {
        Ok(()) => {
            Notice::ok("Handed to the terminal's clipboard, if your terminal takes it (OSC 52).")
        }
        Err(error) => Notice::error(format!("The terminal could not be written: {error}.")),
    }
}

fn to_file(text: &str, folder: &Path) -> Notice {
    let path = folder.join("copied.sh");
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)
        .and_then(|mut file| writeln!(file, "{text}"));
    match written {
        Ok(()) => Notice::ok(format!(
            "It is too long for a terminal's clipboard, so it stands in {}.",
            path.display()
        )),
        Err(error) => Notice::error(format!(
            "It is too long for a terminal's clipboard, and {}: {error}.",
            path.display()
        )),
    }
}
