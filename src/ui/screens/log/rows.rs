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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// The columns for a width.
pub(super) struct Layout {
    kinds: Vec<Kind>,
}

impl Layout {
    /// The columns that fit: the least telling ones go first. The broadcast stands in the log of a bot alone.
    pub(super) fn new(width: u16, of_bot: bool) -> Self {
        let room = if of_bot { width } else { width + 18 };
        let is_shown = |kind: &Kind| match kind {
            Kind::Outcome | Kind::When | Kind::Targets => true,
            Kind::Broadcast => of_bot,
            Kind::Status => room >= 70,
            Kind::Bytes => room >= 88,
            Kind::Operator => room >= 100,
            Kind::Calls => room >= 108,
        };
        let kinds = [
            Kind::Outcome,
            Kind::When,
            Kind::Broadcast,
            Kind::Targets,
            Kind::Calls,
            Kind::Bytes,
            Kind::Status,
            Kind::Operator,
        ];
        Self {
            kinds: kinds.into_iter().filter(is_shown).collect(),
        }
    }

    /// Titles, widths and sides.
    pub(super) fn columns(&self) -> Vec<Column> {
        self.kinds
            .iter()
            .map(|kind| match kind {
                Kind::Outcome => Column::left("Outcome", Constraint::Length(18)),
                Kind::When => Column::left("When", Constraint::Length(11)),
                Kind::Broadcast => Column::left("Broadcast", Constraint::Fill(3)),
                Kind::Targets => Column::right("Targets", Constraint::Length(9)),
                Kind::Calls => Column::right("Calls", Constraint::Length(5)),
                Kind::Bytes => Column::right("Size", Constraint::Length(7)),
                Kind::Status => Column::right("Status", Constraint::Length(6)),
                Kind::Operator => Column::left("Operator", Constraint::Fill(2)),
            })
            .collect()
    }

    /// The row of a launch.
    pub(super) fn row<'a>(&self, launch: &'a LaunchRecord, shared: &Shared<'_>) -> Row<'a> {
        Row::new(
            self.kinds
                .iter()
                .map(|kind| cell(*kind, launch, shared))
                .collect(),
        )
    }
}

fn cell<'a>(kind: Kind, launch: &'a LaunchRecord, shared: &Shared<'_>) -> Line<'a> {
    let theme = shared.theme;
    let span = match kind {
        Kind::Outcome => {
            let (mark, style) = outcome::launch_mark(launch, theme);
            return Line::from(vec![
                Span::styled(format!("{mark} "), style),
                Span::styled(outcome::short(launch), theme.text),
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
