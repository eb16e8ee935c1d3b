//! A launch's outcome as a mark and a word.

use ratatui::style::Style;

use crate::domain::launch::{LaunchRecord, Outcome, SettledAs};
use crate::domain::tally::is_undone;
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

/// The mark and the style of a launch: dim once a person settled it.
pub fn launch_mark(launch: &LaunchRecord, theme: &Theme) -> (&'static str, Style) {
    match (mark(launch.outcome, theme), &launch.settled) {
        ((mark, _), Some(_)) => (mark, theme.dim),
        (marked, None) => marked,
    }
}

/// The outcome in a word or two, for a column: `accepted`, `not sent`, `settled sent`.
pub fn short(launch: &LaunchRecord) -> &'static str {
    match &launch.settled {
        Some(settlement) if settlement.settled_as == SettledAs::Sent => "settled sent",
        Some(_) => "settled not sent",
        None => plain(launch.outcome),
    }
}

/// The outcome in one word, for a narrow column.
pub fn shortest(launch: &LaunchRecord) -> &'static str {
    match &launch.settled {
        Some(_) => "settled",
        None => plain(launch.outcome),
    }
}

/// The word of an outcome, as a person writes it.
pub fn plain(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotSent => "not sent",
        other => other.word(),
    }
}

/// What a stopped batch has left: calls and targets that certainly, or by a person's word, were not sent. `None` where it
/// was no batch, where nothing is left, or where the targets are not known.
pub fn left(launch: &LaunchRecord) -> Option<(u64, u64)> {
    let left = launch.calls.iter().filter(|call| is_undone(call, launch));
    let (calls, targets) = left.fold((0, 0), |(calls, targets), call| {
        (calls + 1, targets + call.targets.unwrap_or(0))
    });
    (launch.calls.len() > 1 && calls > 0 && launch.outcome != Outcome::Sending)
        .then_some((calls, targets))
}

/// How many calls of a batch ended how: `2 accepted, 1 unknown, 2 not sent`.
pub fn tally(launch: &LaunchRecord) -> String {
    let kinds = [
        Outcome::Accepted,
        Outcome::Rejected,
        Outcome::Failed,
        Outcome::Refused,
        Outcome::Unknown,
        Outcome::Sending,
        Outcome::NotSent,
    ];
    let counted = kinds.into_iter().filter_map(|kind| {
        let calls = launch.calls.iter().filter(|call| call.outcome == kind);
        let count = calls.count();
        (count > 0).then(|| format!("{count} {}", plain(kind)))
    });
    counted.collect::<Vec<_>>().join(", ")
}
