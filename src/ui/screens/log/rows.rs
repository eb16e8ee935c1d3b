//! The rows of the log: which columns there are at a width, and what stands in them.

use ratatui::layout::Constraint;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::launch::{CallRecord, LaunchRecord, Outcome};
use crate::domain::tally::Tally;
use crate::domain::text::{grouped, shown, size};
use crate::domain::waiting::{Timing, WaitingLaunch, WaitingState, countdown};
use crate::ui::screens::log::entry::{Entry, state};
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::outcome;
use crate::ui::widgets::relative::ago;
use crate::ui::widgets::table::{Column, Row};

/// A column of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Outcome,
    When,
    Broadcast,
    Targets,
    Calls,
    Bytes,
    Status,
    Operator,
}

impl Kind {
    /// Columns that it needs.
    fn least(self) -> u16 {
        match self {
            Self::Outcome => 18,
            Self::When => 11,
            Self::Broadcast => 14,
            Self::Targets => LEAST_TARGETS,
            Self::Calls => 5,
            Self::Bytes => 7,
            Self::Status => 6,
            Self::Operator => 13,
        }
    }
}

/// Columns of the contacts at least, and at most: `1,000,000 of 1,000,000`.
const LEAST_TARGETS: u16 = 9;
const MOST_TARGETS: u16 = 22;

/// Columns between two columns of the table.
const GAP: u16 = 2;

/// Those that may be left out, the most telling one first.
const OPTIONAL: [Kind; 4] = [Kind::Status, Kind::Bytes, Kind::Operator, Kind::Calls];

/// The columns for a width.
pub(super) struct Layout {
    kinds: Vec<Kind>,
    narrow: bool,
    /// Columns of the contacts.
    targets: u16,
}

impl Layout {
    /// The columns that fit. The broadcast stands in the log of a bot alone.
    /// `25 of 77` needs more columns than a number: as many as the longest of them.
    pub(super) fn new(width: u16, of_bot: bool, rows: &[Entry<'_>]) -> Self {
        let launches = rows.iter().filter_map(|entry| entry.launch());
        let batches = launches.filter(|launch| launch.calls.len() > 1);
        let longest = batches.map(|launch| contacts(launch).len()).max();
        let targets = u16::try_from(longest.unwrap_or(0)).unwrap_or(u16::MAX);
        let targets = targets.clamp(LEAST_TARGETS, MOST_TARGETS);
        let width = width.saturating_sub(targets - LEAST_TARGETS);
        let mut kinds = vec![Kind::Outcome, Kind::When, Kind::Targets];
        if of_bot {
            kinds.push(Kind::Broadcast);
        }
        let used = |kinds: &[Kind]| -> u16 { kinds.iter().map(|kind| kind.least() + GAP).sum() };
        let narrow = used(&kinds) > width;
        for kind in OPTIONAL {
            if used(&kinds) + kind.least() + GAP > width {
                break;
            }
            kinds.push(kind);
        }
        kinds.sort_unstable();
        Self {
            kinds,
            narrow,
            targets,
        }
    }

    /// Titles, widths and sides.
    pub(super) fn columns(&self) -> Vec<Column> {
        self.kinds.iter().map(|kind| self.column(*kind)).collect()
    }

    fn column(&self, kind: Kind) -> Column {
        let width = Constraint::Length(kind.least());
        match kind {
            Kind::Outcome if self.narrow => Column::left("Outcome", Constraint::Length(10)),
            Kind::Outcome => Column::left("Outcome", width),
            Kind::When => Column::left("When", width),
            Kind::Broadcast => Column::left("Broadcast", Constraint::Fill(3)),
            Kind::Targets => Column::right("Contacts", Constraint::Length(self.targets)),
            Kind::Calls => Column::right("Calls", width),
            Kind::Bytes => Column::right("Size", width),
            Kind::Status => Column::right("Status", width),
            Kind::Operator => Column::left("Operator", Constraint::Fill(2)),
        }
    }

    /// The row of a launch, or of one that was not sent.
    pub(super) fn row<'a>(&self, entry: Entry<'a>, shared: &Shared<'_>) -> Row<'a> {
        let cell = |kind: &Kind| match entry {
            Entry::Launch(launch) => cell(*kind, launch, shared, self.narrow),
            Entry::Waiting(waiting) => waiting_cell(*kind, waiting, shared),
        };
        Row::new(self.kinds.iter().map(cell).collect())
    }
}

fn cell<'a>(kind: Kind, launch: &'a LaunchRecord, shared: &Shared<'_>, narrow: bool) -> Line<'a> {
    let theme = shared.theme;
    let span = match kind {
        Kind::Outcome => {
            let (mark, style) = outcome::launch_mark(launch, theme);
            let word = if narrow {
                outcome::shortest(launch)
            } else {
                outcome::short(launch)
            };
            return Line::from(vec![
                Span::styled(format!("{mark} "), style),
                Span::styled(word, theme.text),
            ]);
        }
        Kind::When => Span::styled(ago(launch.started_at, shared.now), theme.text),
        Kind::Broadcast => Span::styled(shown(&launch.broadcast.name), theme.strong),
        Kind::Targets => Span::styled(contacts(launch), theme.text),
        Kind::Calls => Span::styled(grouped(launch.calls.len() as u64), theme.text),
        Kind::Bytes => Span::styled(size(bytes(launch)), theme.text),
        Kind::Status => Span::styled(status(launch), theme.text),
        Kind::Operator => Span::styled(shown(&launch.operator), theme.dim),
    };
    Line::from(span)
}

fn waiting_cell<'a>(kind: Kind, waiting: &'a WaitingLaunch, shared: &Shared<'_>) -> Line<'a> {
    let theme = shared.theme;
    let span = match kind {
        Kind::Outcome => {
            let (mark, word, style) = mark(waiting, shared);
            return Line::from(vec![
                Span::styled(format!("{mark} "), style),
                Span::styled(word, theme.text),
            ]);
        }
        Kind::When => Span::styled(when(waiting, shared), theme.text),
        Kind::Broadcast => Span::styled(shown(&waiting.broadcast.name), theme.strong),
        Kind::Targets => {
            let targets = waiting.targets.map_or_else(|| "?".to_owned(), grouped);
            Span::styled(targets, theme.text)
        }
        Kind::Calls => Span::styled(grouped(waiting.calls.len() as u64), theme.text),
        Kind::Bytes => {
            let bytes = waiting.calls.iter().map(|call| call.bytes).sum();
            Span::styled(size(bytes), theme.text)
        }
        Kind::Status => Span::styled("-", theme.text),
        Kind::Operator => Span::styled(shown(&waiting.operator), theme.dim),
    };
    Line::from(span)
}

/// When it goes out, or how long ago it did not.
fn when(waiting: &WaitingLaunch, shared: &Shared<'_>) -> String {
    let Timing::Early(left) = waiting.timing(shared.now) else {
        return ago(waiting.stands_at(), shared.now);
    };
    if !waiting.is_waiting() {
        return ago(waiting.stands_at(), shared.now);
    }
    let words = format!("in {}", countdown(left));
    if words.len() <= usize::from(Kind::When.least()) {
        return words;
    }
    // Of hours and minutes the hours.
    words.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// The mark and the word of one that was not sent; dim once nobody has to look at it any more.
pub(super) fn mark(
    waiting: &WaitingLaunch,
    shared: &Shared<'_>,
) -> (&'static str, &'static str, Style) {
    let theme = shared.theme;
    let state = state(waiting, shared.now);
    let (mark, style) = match state {
        WaitingState::Waiting | WaitingState::Started => (Mark::Pending, theme.warning),
        WaitingState::TakenBack => (Mark::Off, theme.dim),
        WaitingState::Missed | WaitingState::Refused if waiting.seen.is_some() => {
            (Mark::Error, theme.dim)
        }
        WaitingState::Missed | WaitingState::Refused => (Mark::Error, theme.danger),
    };
    (theme.mark_of(mark), state.plain(), style)
}

/// How many contacts; of a batch that stopped, how many of them were sent.
pub(super) fn contacts(launch: &LaunchRecord) -> String {
    match Tally::of(launch) {
        Some(tally) if launch.outcome != Outcome::Accepted => tally.share(),
        _ => launch.targets.map_or_else(|| "?".to_owned(), grouped),
    }
}

/// Length of all its bodies in bytes.
pub(super) fn bytes(launch: &LaunchRecord) -> u64 {
    launch.calls.iter().map(|call| call.bytes).sum()
}

/// The status of the call that decided the outcome: a batch stops at the first call that is not accepted.
fn status(launch: &LaunchRecord) -> String {
    let decides = |call: &&CallRecord| call.outcome != Outcome::Accepted;
    let calls = &launch.calls;
    calls
        .iter()
        .find(decides)
        .or(calls.last())
        .and_then(|call| call.status)
        .map_or_else(|| "-".to_owned(), |status| status.to_string())
}
