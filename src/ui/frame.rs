//! What stands around every screen: where one is, what is pending, and which keys work here.

mod footer;
mod header;
mod standing;
mod waiting;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};
use unicode_width::UnicodeWidthStr;

use crate::domain::text::shown;
use crate::model::Notice;
use crate::model::notice::Tone;
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::Shared;
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::relative::told_here;

pub use footer::footer;
pub use header::header;
pub use standing::standing;
pub use waiting::waiting;

/// Columns and rows below which a sentence stands instead of the screen.
pub const LEAST_SIZE: (u16, u16) = (60, 16);

/// The named areas of a screen.
pub struct Areas {
    /// Program, profile, place; at the right who, token, cache.
    pub header: Rect,
    /// The tabs of the place and the line under them.
    pub tabs: Rect,
    /// What stands until it is mended or settled; no height where there is nothing.
    pub standing: Rect,
    /// The screen itself.
    pub body: Rect,
    /// A notice; no height where there is none.
    pub notice: Rect,
    /// The keys.
    pub footer: Rect,
}

/// Splits the terminal once.
pub fn split(area: Rect, standing: &[Line<'_>], notice: Option<&Notice>) -> Areas {
    let notice_rows = notice.map_or(0, |notice| {
        let width = usize::from(area.width.saturating_sub(4)).max(1);
        u16::try_from(notice.text.width().div_ceil(width))
            .unwrap_or(1)
            .clamp(1, 4)
    });
    let rows = [
        Constraint::Length(1),
        Constraint::Length(2),
        Constraint::Length(u16::try_from(standing.len()).unwrap_or(u16::MAX)),
        Constraint::Min(1),
        Constraint::Length(notice_rows),
        Constraint::Length(1),
    ];
    let [header, tabs, standing, body, notice, footer] = Layout::vertical(rows).areas(area);
    Areas {
        header,
        tabs,
        standing,
        body,
        notice,
        footer,
    }
}

/// Says which size is needed; for terminals below [`LEAST_SIZE`]. `is_held` while a launch is about to go out.
pub fn too_small(frame: &mut Frame<'_>, is_held: bool) {
    let (width, height) = LEAST_SIZE;
    let area = frame.area();
    let size = format!(
        "{}x{} is too small: enlarge it to {width}x{height}.",
        area.width, area.height
    );
    // What can be done comes first where it can't wait.
    let text = if is_held {
        format!("Any key takes the launch back. {size}")
    } else {
        format!("{size} Till then keys do nothing; ^C quits.")
    };
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
}

/// Draws the tabs with the line under the one that is open.
pub fn tabs(
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    titles: &[&str],
    open: usize,
    right: &str,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let [titles_row, line_row] = Layout::vertical([Constraint::Length(1); 2]).areas(area);
    let (thin, thick) = if theme.ascii {
        ("-", "=")
    } else {
        ("─", "━")
    };
    let line = thin.repeat(usize::from(area.width.saturating_sub(2)));
    frame.render_widget(Span::styled(line, theme.faint), inset(line_row));
    let mut x = area.x + 1;
    for (index, title) in titles.iter().enumerate() {
        let text = format!("{} {title}", index + 1);
        let width = u16::try_from(text.width()).unwrap_or(0);
        let cell = Rect {
            x,
            width,
            ..titles_row
        }
        .intersection(titles_row);
        let style = if index == open {
            theme.strong
        } else {
            theme.dim
        };
        frame.render_widget(Span::styled(text, style), cell);
        if index == open {
            let under = Rect {
                y: line_row.y,
                ..cell
            };
            frame.render_widget(
                Span::styled(thick.repeat(usize::from(cell.width)), theme.mark),
                under,
            );
        }
        picture.hits.push((cell, Hit::Tab(index)));
        x += width + 3;
    }
    let right = Line::from(Span::styled(format!("{right} "), theme.dim)).right_aligned();
    frame.render_widget(
        Paragraph::new(right),
        titles_row.intersection(Rect { x, ..titles_row }),
    );
}

fn inset(area: Rect) -> Rect {
    Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    }
}

/// Draws a notice.
pub fn notice(frame: &mut Frame<'_>, area: Rect, theme: &Theme, notice: &Notice) {
    let (mark, style) = match notice.tone {
        Tone::Ok => (Mark::Ok, theme.ok),
        Tone::Warning => (Mark::Warning, theme.warning),
        Tone::Error => (Mark::Error, theme.danger),
    };
    let [mark_area, text_area] =
        Layout::horizontal([Constraint::Length(3), Constraint::Min(1)]).areas(area);
    frame.render_widget(
        Span::styled(format!(" {}", theme.mark_of(mark)), style),
        mark_area,
    );
    let text = Paragraph::new(Span::styled(told_here(&shown(&notice.text)), style))
        .wrap(Wrap { trim: true });
    frame.render_widget(text, text_area);
}
