//! The first line of every screen: where one is, and how careful one has to be there.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};
use unicode_width::UnicodeWidthStr;

use crate::domain::gate::Danger;
use crate::domain::text::shown;
use crate::ui::shared::Shared;
use crate::ui::theme::Theme;
use crate::ui::widgets::table::cut;

/// Columns below which a part of a place's name says nothing.
const LEAST_CRUMB: usize = 8;

/// Draws the header: `crumbs` are the names of the place, outermost first.
pub fn header(
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    crumbs: &[String],
    right: &[String],
) {
    let theme = shared.theme;
    let live = shared.danger() == Danger::Live;
    let ground = if live { theme.live_line } else { Style::new() };
    frame.render_widget(Block::new().style(ground), area);
    let right = right.join("   ");
    let right_width = u16::try_from(right.width() + 1)
        .unwrap_or(u16::MAX)
        .min(area.width / 2 + 6);
    let mut spans = vec![
        Span::styled(" mylink  ", theme.dim),
        pill(shared),
        Span::raw("  "),
    ];
    if shared.is_readonly() {
        spans.push(Span::styled("read-only  ", theme.warning));
    }
    let used: usize = spans.iter().map(Span::width).sum();
    let room = usize::from(area.width.saturating_sub(right_width)).saturating_sub(used + 1);
    spans.extend(breadcrumbs(crumbs, room, theme));
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
    let area = Rect {
        x: area.right() - right_width,
        width: right_width,
        ..area
    };
    let right = Span::styled(
        format!("{} ", cut(&right, usize::from(right_width) - 1)),
        theme.dim,
    );
    frame.render_widget(
        Paragraph::new(Line::from(right).right_aligned()).style(ground),
        area,
    );
}

/// The profile's name with its danger, in words and colour.
fn pill(shared: &Shared<'_>) -> Span<'static> {
    let theme = shared.theme;
    let name = shown(&shared.environment.profile).to_uppercase();
    match shared.danger() {
        Danger::Safe => Span::styled(format!(" {name} "), theme.safe_pill),
        Danger::Live => Span::styled(format!(" LIVE {name} "), theme.live_pill),
    }
}

fn breadcrumbs(crumbs: &[String], room: usize, theme: &Theme) -> Vec<Span<'static>> {
    let separator = if theme.ascii { " > " } else { " › " };
    let mut spans = Vec::new();
    let separators = crumbs.len().saturating_sub(1) * separator.width();
    let each = room.saturating_sub(separators) / crumbs.len().max(1);
    // Where there is no room for all, the innermost says most.
    let (crumbs, each) = match crumbs {
        [.., last] if each < LEAST_CRUMB => (std::slice::from_ref(last), room),
        all => (all, each),
    };
    for (index, crumb) in crumbs.iter().enumerate() {
        let is_last = index + 1 == crumbs.len();
        let style = if is_last { theme.strong } else { theme.text };
        if index > 0 {
            spans.push(Span::styled(separator, theme.dim));
        }
        spans.push(Span::styled(cut(&shown(crumb), each), style));
    }
    spans
}
