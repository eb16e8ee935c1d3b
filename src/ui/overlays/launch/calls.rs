//! The calls of a batch, a row each, the one that is shown below marked.

use ratatui::text::{Line, Span};

use crate::domain::launch::CallRecord;
use crate::domain::text::{counted, grouped, size};
use crate::model::{Action, Context};
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::outcome;
use crate::ui::widgets::words::LABEL;

/// Rows that are in sight at once; the others follow the one that is shown.
const MOST: usize = 9;

/// The rows around the call that is shown.
pub(super) fn lines(calls: &[CallRecord], at: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let key = |action| shared.key_of(&[Context::Launch], action);
    let mut lines = vec![
        Line::default(),
        Line::from(vec![
            Span::styled(format!("{:<LABEL$}", "Calls"), theme.dim),
            Span::styled(
                format!(
                    "{} of {}   ",
                    grouped(at as u64 + 1),
                    grouped(calls.len() as u64)
                ),
                theme.text,
            ),
            Span::styled(key(Action::PreviousCall), theme.focus),
            Span::styled(" before   ", theme.dim),
            Span::styled(key(Action::NextCall), theme.focus),
            Span::styled(" next", theme.dim),
        ]),
    ];
    let first = at
        .saturating_sub(MOST / 2)
        .min(calls.len().saturating_sub(MOST));
    let rows = calls.iter().enumerate().skip(first).take(MOST);
    lines.extend(rows.map(|(place, call)| row(call, place, place == at, shared)));
    lines
}

fn row(call: &CallRecord, place: usize, is_shown: bool, shared: &Shared<'_>) -> Line<'static> {
    let theme = shared.theme;
    let (mark, style) = outcome::mark(call.outcome, theme);
    let here = if is_shown {
        theme.mark_of(Mark::Row)
    } else {
        " "
    };
    let targets = call
        .targets
        .map_or_else(|| "not known".to_owned(), |count| counted(count, "contact"));
    let status = call
        .status
        .map_or_else(String::new, |status| format!("status {status}"));
    let text = if is_shown { theme.strong } else { theme.text };
    Line::from(vec![
        Span::styled(format!("{:>1$} ", here, LABEL - 1), theme.mark),
        Span::styled(format!("{:>5}  ", grouped(place as u64 + 1)), text),
        Span::styled(
            format!("{mark} {:<10}", outcome::plain(call.outcome)),
            style,
        ),
        Span::styled(format!("{targets:>18}"), text),
        Span::styled(format!("{:>11}", size(call.bytes)), text),
        Span::styled(format!("   {status}"), theme.dim),
    ])
}
