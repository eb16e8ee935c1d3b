//! What the terminal can do.

use std::io::{IsTerminal, stdin, stdout};

use super::Check;
use crate::config::Environment;

const NAME: &str = "terminal";

/// Whether the screen can be shown, in which size, with colours and with which letters.
pub fn checks(environment: &Environment) -> Vec<Check> {
    if !stdin().is_terminal() || !stdout().is_terminal() {
        let message = "input or output is no terminal: verbs work, the screen doesn't";
        return vec![Check::ok(NAME, message)];
    }
    vec![size(), colours(environment), letters(environment)]
}

fn size() -> Check {
    match rustix::termios::tcgetwinsize(stdout()) {
        Ok(size) if size.ws_col < 80 || size.ws_row < 24 => Check::warn(
            NAME,
            format!(
                "{}x{} is small: 80x24 shows everything",
                size.ws_col, size.ws_row
            ),
        ),
        Ok(size) => Check::ok(NAME, format!("{}x{}", size.ws_col, size.ws_row)),
        Err(error) => Check::warn(NAME, format!("its size is not known: {error}")),
    }
}

fn colours(environment: &Environment) -> Check {
    let term = environment.text("TERM").unwrap_or_default();
    let message = if environment.text("NO_COLOR").is_some() {
        "no colours, as NO_COLOR asks".to_owned()
    } else {
        match environment.text("COLORTERM").as_deref() {
            Some("truecolor" | "24bit") => format!("{term}, all colours"),
            _ => format!("{term}, the terminal's own colours"),
        }
    };
    if term.is_empty() || term == "dumb" {
        return Check::warn(NAME, "TERM is not set, or dumb: the screen may not work");
    }
    Check::ok(NAME, message)
}

fn letters(environment: &Environment) -> Check {
    if crate::cli::screen::is_utf8(environment) {
        return Check::ok(NAME, "UTF-8");
    }
    Check::warn(
        NAME,
        "the locale is not UTF-8: marks and borders are drawn in ASCII",
    )
}
