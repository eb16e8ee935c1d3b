//! The raw body in place, what is wrong with it, and what it may do.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::settings::Setting;
use crate::domain::text::{counted, shown};
use crate::model::{Action, Context};
use crate::ui::picture::Picture;
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::Pane;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::words::marked;

/// Rows of text that stay whatever is said below it.
const LEAST_TEXT: u16 = 3;

/// Draws the inside of the pane.
pub fn draw(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let said = said(compose, usize::from(area.width), shared);
    let height = u16::try_from(said.len()).unwrap_or(u16::MAX);
    let height = height.min(area.height.saturating_sub(LEAST_TEXT));
    let [text, below] =
        Layout::vertical([Constraint::Fill(1), Constraint::Length(height)]).areas(area);
    let editor = &compose.raw.editor;
    let is_here = compose.focus == Pane::Who;
    let is_empty = compose.draft.body.is_empty() && !compose.raw.is_typing;
    let lines = if is_empty {
        first_steps(shared)
    } else {
        let mistake = compose.raw.mistake.as_ref();
        let marked = mistake.map(|mistake| mistake.line - 1);
        editor.lines(text, compose.raw.is_typing, marked, theme)
    };
    if is_here {
        picture.editor_page = Some(editor.page_of(text));
    }
    frame.render_widget(Paragraph::new(lines), text);
    frame.render_widget(Paragraph::new(said), below);
}

/// What to do while there is nothing.
fn first_steps(shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let line = |action, words: &'static str| {
        let key = shared.key_of(&[Context::Compose], action);
        Line::from(vec![
            Span::styled(key, theme.focus),
            Span::styled(words, theme.text),
        ])
    };
    vec![
        line(Action::Edit, " types JSON here"),
        line(Action::Editor, " opens $EDITOR"),
    ]
}

/// What is wrong with it, or what may come of it.
fn said(compose: &Compose, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mut lines = Vec::new();
    let mut say = |mark, text: &str, style: Style| {
        lines.extend(marked(theme.mark_of(mark), text, style, width));
    };
    match &compose.raw.mistake {
        Some(_) if compose.draft.body.is_empty() => {}
        Some(mistake) => {
            let text = format!(
                "Line {}, column {}: {}",
                mistake.line, mistake.column, mistake.what
            );
            say(Mark::Error, &text, theme.danger);
        }
        None => say(Mark::Ok, "JSON", theme.dim),
    }
    say(Mark::Warning, &danger(compose, shared), theme.warning);
    lines
}

/// What may happen, in the words of this broadcast.
fn danger(compose: &Compose, shared: &Shared<'_>) -> String {
    let broadcast = shared.broadcast(&compose.key);
    let requires = broadcast.and_then(|found| found.settings.get(Setting::RequireValidFilter));
    let audience = broadcast
        .and_then(|found| found.audience.as_ref())
        .map_or_else(
            || "the whole configured audience".to_owned(),
            |audience| format!("the whole configured audience ({})", shown(&audience.name)),
        );
    let contacts = shared
        .bot(&compose.key.bot)
        .map_or_else(String::new, |row| {
            format!(", up to {} of this bot", counted(row.contacts, "contact"))
        });
    match requires {
        Some(false) => format!(
            "Nothing is checked: with one mistyped name this may reach {audience}{contacts}."
        ),
        Some(true) => "This broadcast requires a valid filter, so raw JSON is refused.".to_owned(),
        None => format!(
            "Whether a valid filter is required is not recorded. If not, a mistyped name may reach {audience}{contacts}."
        ),
    }
}
