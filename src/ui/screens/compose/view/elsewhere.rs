//! What another console made of the draft, above the panes: who, and the keys that choose.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::text::shown;
use crate::model::{Action, Context};
use crate::ui::screens::compose::Compose;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::table::cut;

/// Draws the line, or two where it is too narrow for one; gives what is left of the area.
pub fn draw(compose: &Compose, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) -> Rect {
    let Some((by, is_conflict)) = compose.elsewhere.told() else {
        return area;
    };
    let lines = lines(by, is_conflict, usize::from(area.width), shared);
    let rows = u16::try_from(lines.len()).unwrap_or(2);
    let [top, rest] = Layout::vertical([Constraint::Length(rows), Constraint::Fill(1)]).areas(area);
    frame.render_widget(Paragraph::new(lines), top);
    rest
}

fn lines(by: &str, is_conflict: bool, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mark = theme.mark_of(Mark::Warning);
    let by = shown(by);
    let words = if is_conflict {
        format!("{mark} {by} changed this draft too; yours is set aside.")
    } else {
        format!("{mark} {by} changed this draft: leave this field to see it.")
    };
    let told = Line::from(Span::styled(
        format!(" {}", cut(&words, width.saturating_sub(2))),
        theme.warning,
    ));
    if !is_conflict {
        return vec![told];
    }
    let key = |action, words: &'static str| {
        [
            Span::styled(
                format!("   {}", shared.key_of(&[Context::Compose], action)),
                theme.focus,
            ),
            Span::styled(words, theme.dim),
        ]
    };
    let mut keys = Line::default();
    keys.extend(key(Action::TakeTheirs, " take theirs"));
    keys.extend(key(Action::KeepOurs, " keep yours"));
    if told.width() + keys.width() < width {
        vec![told.into_iter().chain(keys).collect()]
    } else {
        vec![told, keys]
    }
}
