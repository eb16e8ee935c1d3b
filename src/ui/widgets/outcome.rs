//! A launch's outcome as a mark and a word.

use ratatui::style::Style;

use crate::domain::launch::{LaunchRecord, Outcome, SettledAs};
use crate::ui::theme::{Mark, Theme};

/// The mark and the style of an outcome.
pub fn mark(outcome: Outcome, theme: &Theme) -> (&'static str, Style) {
    match outcome {
        Outcome::Accepted => (theme.mark_of(Mark::Ok), theme.ok),
        Outcome::Rejected | Outcome::Failed | Outcome::Refused => {
            (theme.mark_of(Mark::Error), theme.danger)
        }
        Outcome::Unknown => (theme.mark_of(Mark::Unknown), theme.warning),
        Outcome::Sending => (theme.mark_of(Mark::Pending), theme.warning),
        Outcome::NotSent => (theme.mark_of(Mark::Off), theme.dim),
    }
}

/// The outcome in words, with what a person said of it: `unknown, settled as sent`.
pub fn words(launch: &LaunchRecord) -> String {
    match &launch.settled {
        Some(settlement) if settlement.settled_as == SettledAs::Sent => {
            "unknown, settled as sent".to_owned()
        }
        Some(_) => "unknown, settled as not sent".to_owned(),
        None => launch.outcome.word().to_owned(),
    }
}
