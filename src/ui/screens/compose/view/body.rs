//! What is sent: the exact body, its size, and how near it is to the limit.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::cells::paragraph;
use super::status::sent_words;
use crate::domain::text::grouped;
use crate::model::{Action, Context};
use crate::ui::picture::Picture;
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::Pane;
use crate::ui::shared::Shared;
use crate::ui::widgets::json::{self, Mode};
use crate::ui::widgets::pane;

/// Draws the pane.
pub fn draw(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let limit = shared.environment.dialect.limit_bytes;
    let largest = compose
        .calls
        .iter()
        .map(crate::domain::payload::Payload::bytes)
        .max()
        .unwrap_or(0);
    let over = largest > limit;
    let style = if over { theme.danger } else { theme.dim };
    let mut figures = format!("{} of {} B", grouped(largest), grouped(limit));
    let mut title = format!("{} body", compose.draft.method);
    let mut hint = Vec::new();
    if compose.calls.len() > 1 {
        let words = sent_words(compose, shared);
        figures = format!("{words}; largest {} B", grouped(largest));
        title = format!("{title} {} of {}", compose.call + 1, compose.calls.len());
        let key = |action| Span::styled(shared.key_of(&[Context::Compose], action), theme.focus);
        hint.push(key(Action::PreviousCall));
        hint.push(Span::raw(" "));
        hint.push(key(Action::NextCall));
        hint.push(Span::styled(" other calls   ", theme.dim));
    }
    let other = if compose.body_mode == Mode::Pretty {
        "exact"
    } else {
        "pretty"
    };
    hint.push(Span::styled("p", theme.focus));
    hint.push(Span::styled(format!(" {other}"), theme.dim));
    let hint = Line::from(hint);
    let pane = pane::Pane::new(title).right(Span::styled(figures, style));
    let inner = pane
        .below(hint)
        .focused(compose.focus == Pane::Body)
        .draw(frame, area, theme);
    let [text, gauge_row] =
        Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(inner);
    frame.render_widget(
        Paragraph::new(gauge(largest, limit, gauge_row.width, shared)),
        gauge_row,
    );
    let Some(body) = compose.shown_call().and_then(|call| call.body.as_deref()) else {
        let words = if compose.draft.is_large() {
            "The calls are being made ..."
        } else if compose.wants_filters() {
            "Nothing to send yet."
        } else {
            "No body: the broadcast goes to its configured audience as it is."
        };
        return paragraph(frame, text, words, theme.dim);
    };
    let (width, rows) = (usize::from(text.width), usize::from(text.height));
    let lines = match &compose.body_text {
        Some(body) if compose.focus == Pane::Body && compose.scroll > 0 => {
            let limit = body.rows(width).saturating_sub(rows);
            picture.pane_limit = Some(limit);
            body.page(width, compose.scroll.min(limit), rows, theme)
        }
        _ => json::lines(
            head(body, width, rows),
            compose.body_mode,
            width,
            rows,
            theme,
        ),
    };
    frame.render_widget(Paragraph::new(lines), text);
}

/// As much of a body as its first rows can hold: a cell takes a character of four bytes and eight marks at most.
fn head(body: &str, width: usize, rows: usize) -> &str {
    &body[..body.floor_char_boundary(width.max(8) * rows * 36)]
}

/// A bar as long as the largest call's share of the limit, and the share in per cent.
fn gauge(bytes: u64, limit: u64, width: u16, shared: &Shared<'_>) -> Line<'static> {
    let theme = shared.theme;
    let hundredths = bytes.saturating_mul(10_000) / limit.max(1);
    let words = format!(" {}.{:02} %", hundredths / 100, hundredths % 100);
    let room = usize::from(width).saturating_sub(words.len());
    let full = usize::try_from(hundredths.saturating_mul(room as u64).div_ceil(10_000))
        .unwrap_or(room)
        .min(room);
    let style = match hundredths {
        ..=8_000 => theme.ok,
        8_001..=10_000 => theme.warning,
        _ => theme.danger,
    };
    let (filled, empty) = if theme.ascii {
        ("#", "-")
    } else {
        ("━", "─")
    };
    Line::from(vec![
        Span::styled(filled.repeat(full), style),
        Span::styled(empty.repeat(room - full), theme.faint),
        Span::styled(words, theme.dim),
    ])
}
