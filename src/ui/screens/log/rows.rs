//! The rows of the log: which columns there are at a width, and what stands in them.

use ratatui::layout::Constraint;
use ratatui::text::{Line, Span};

use crate::domain::launch::LaunchRecord;
use crate::domain::text::{grouped, shown, size};
use crate::ui::shared::Shared;
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
            Self::Targets => 9,
            Self::Calls => 5,
            Self::Bytes => 7,
            Self::Status => 6,
            Self::Operator => 13,
        }
    }
}

/// Columns between two columns of the table.
const GAP: u16 = 2;

/// Those that may be left out, the most telling one first.
const OPTIONAL: [Kind; 4] = [Kind::Status, Kind::Bytes, Kind::Operator, Kind::Calls];

/// The columns for a width.
pub(super) struct Layout {
    kinds: Vec<Kind>,
    narrow: bool,
}

impl Layout {
    /// The columns that fit. The broadcast stands in the log of a bot alone.
    pub(super) fn new(width: u16, of_bot: bool) -> Self {
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
        Self { kinds, narrow }
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
            Kind::Targets => Column::right("Targets", width),
            Kind::Calls => Column::right("Calls", width),
            Kind::Bytes => Column::right("Size", width),
            Kind::Status => Column::right("Status", width),
            Kind::Operator => Column::left("Operator", Constraint::Fill(2)),
        }
    }

    /// The row of a launch.
    pub(super) fn row<'a>(&self, launch: &'a LaunchRecord, shared: &Shared<'_>) -> Row<'a> {
        Row::new(
            self.kinds
                .iter()
                .map(|kind| cell(*kind, launch, shared, self.narrow))
                .collect(),
        )
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
        Kind::Targets => Span::styled(launch.targets.map_or_else(unknown, grouped), theme.text),
        Kind::Calls => Span::styled(grouped(launch.calls.len() as u64), theme.text),
        Kind::Bytes => Span::styled(size(bytes(launch)), theme.text),
        Kind::Status => Span::styled(status(launch), theme.text),
        Kind::Operator => Span::styled(shown(&launch.operator), theme.dim),
    };
    Line::from(span)
}

fn unknown() -> String {
    "?".to_owned()
}

/// Length of all its bodies in bytes.
pub(super) fn bytes(launch: &LaunchRecord) -> u64 {
    launch.calls.iter().map(|call| call.bytes).sum()
}

/// The last status that was answered: a batch stops at the first call that is not accepted.
fn status(launch: &LaunchRecord) -> String {
    launch
        .calls
        .iter()
        .rev()
        .find_map(|call| call.status)
        .map_or_else(|| "-".to_owned(), |status| status.to_string())
}
