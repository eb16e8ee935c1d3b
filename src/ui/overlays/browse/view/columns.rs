//! The choice of columns: every field with how many contacts have it.

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::text::{Line, Span};

use crate::audience::Kind;
use crate::domain::text::{grouped, share};
use crate::ui::overlays::browse::choose::Chooser;
use crate::ui::overlays::browse::{Browse, FROZEN};
use crate::ui::picture::Picture;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::table::{self, Column, Row, clip};

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 72;

/// Draws it.
pub fn draw(
    chooser: &Chooser,
    browse: &Browse,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let Some(scene) = &browse.scene else {
        return;
    };
    let rows = u16::try_from(chooser.entries.len() + 3).unwrap_or(u16::MAX);
    let taken = chooser.entries.iter().filter(|entry| entry.is_shown);
    let of = format!("{} of {}", taken.count(), chooser.entries.len());
    let inner = Pane::new("Columns")
        .right(Span::styled(of, theme.dim))
        .draw_over(
            frame,
            centred(area, MOST_COLUMNS.min(area.width), rows),
            theme,
        );
    let columns = [
        Column::left("", Constraint::Length(3)),
        Column::left("Field", Constraint::Fill(1)),
        Column::left("", Constraint::Length(6)),
        Column::right("Contacts", Constraint::Length(11)),
        Column::right("Of all", Constraint::Length(7)),
    ];
    let all = scene.groups.last().map_or(0, crate::audience::Group::count);
    let page = usize::from(inner.height.saturating_sub(1));
    let offset = chooser.list.offset_for(page);
    let lines = chooser.entries.iter().skip(offset).map(|entry| {
        let field = scene.field(&entry.name);
        let (mark, style) = match entry.is_shown {
            _ if entry.name == FROZEN => (Mark::On, theme.dim),
            true => (Mark::On, theme.text),
            false => (Mark::Off, theme.dim),
        };
        let kind = match field.map(|field| field.kind) {
            Some(Kind::Number) => "number",
            Some(Kind::Date) => "date",
            _ => "",
        };
        let contacts = field.map_or(0, |field| field.contacts);
        Row::new(vec![
            Line::from(Span::styled(theme.mark_of(mark), style)),
            Line::from(Span::styled(clip(&entry.name, 60), style)),
            Line::from(Span::styled(kind, theme.dim)),
            Line::from(Span::styled(grouped(contacts), style)),
            Line::from(Span::styled(share(contacts, all), theme.dim)),
        ])
    });
    let selected = Some(chooser.list.cursor);
    let drawn = table::draw(frame, inner, theme, &columns, lines, offset, selected);
    picture.offset = offset;
    picture.page = drawn.page;
}
