//! What is wrong, the worst first; each is a jump to its place.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::problem::{Code, Problem};
use crate::domain::text::counted;
use crate::model::{Action, Context};
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::Pane;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::pane;
use crate::ui::widgets::relative::told_here;
use crate::ui::widgets::words::wrap;

/// Draws the pane.
pub fn draw(compose: &Compose, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let focused = compose.focus == Pane::Problems;
    let errors = compose
        .problems
        .iter()
        .filter(|problem| problem.is_error())
        .count();
    let title = match compose.problems.len() {
        0 => "Nothing wrong".to_owned(),
        all if errors == 0 => format!("{all} to look at"),
        _ => format!("{} to correct", counted(errors as u64, "error")),
    };
    let key = shared.key_of(&[Context::Compose], Action::NextProblem);
    let hint = Line::from(vec![
        Span::styled(key, theme.focus),
        Span::styled(" next", theme.dim),
    ]);
    let hint = if compose.problems.is_empty() {
        Line::default()
    } else {
        hint
    };
    let inner = pane::Pane::new(title)
        .below(hint)
        .focused(focused)
        .draw(frame, area, theme);
    if compose.problems.is_empty() {
        let words = if compose.count.is_slow {
            ""
        } else {
            "Ready to review."
        };
        frame.render_widget(Span::styled(words, theme.dim), inner);
        return;
    }
    let first = if focused { compose.problem } else { 0 };
    let mut y = inner.y;
    for (index, problem) in compose.problems.iter().enumerate().skip(first) {
        let (mark, style) = if problem.is_error() {
            (Mark::Error, theme.danger)
        } else {
            (Mark::Warning, theme.warning)
        };
        let selected = focused && index == compose.problem;
        let text = if selected { theme.text } else { theme.dim };
        let width = inner.width.saturating_sub(2);
        let message = message_of(compose, problem, shared);
        let lines: Vec<Line<'_>> = wrap(&message, usize::from(width))
            .into_iter()
            .map(|line| Line::from(Span::styled(line, text)))
            .collect();
        let height = u16::try_from(lines.len())
            .unwrap_or(1)
            .min(inner.bottom().saturating_sub(y));
        if height == 0 {
            break;
        }
        frame.render_widget(
            Span::styled(theme.mark_of(mark), style),
            Rect {
                y,
                width: 1,
                height: 1,
                ..inner
            },
        );
        frame.render_widget(
            Paragraph::new(lines),
            Rect {
                x: inner.x + 2,
                y,
                width,
                height,
            },
        );
        y += height;
    }
}

/// What is wrong, with the key that does something about it.
fn message_of(compose: &Compose, problem: &Problem, shared: &Shared<'_>) -> String {
    let key = |action| shared.key_of(&[Context::Compose], action);
    let message = told_here(&problem.message);
    if problem.code == Code::AlreadyLaunched && compose.can_leave_out() {
        return format!("{message} {} takes them out.", key(Action::WithoutReached));
    }
    if compose.meant(problem).is_some() && !compose.is_typing() {
        return format!("{message} {} takes it.", key(Action::TakeMeant));
    }
    message
}
