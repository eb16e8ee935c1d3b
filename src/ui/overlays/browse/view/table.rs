//! The rows in sight: as many columns as fit, as wide as what was seen of them, the frozen one first.

use std::collections::HashMap;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::audience::{Field, Group, Kind, Scene};
use crate::domain::criterion::Predicate;
use crate::model::{Action, Context};
use crate::ui::overlays::browse::{Browse, FROZEN, Seen};
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::Shared;
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::table::clip;

/// Columns of the terminal between two columns of the table.
const GAP: u16 = 2;

/// Columns of the terminal that one of the table takes at most.
const WIDEST: u16 = 32;

/// A column in sight.
struct Column<'a> {
    /// Its place among all.
    place: usize,
    name: &'a str,
    field: Option<&'a Field>,
    predicates: Vec<Predicate>,
    x: u16,
    width: u16,
}

/// Draws titles and rows, and tells the picture what was in sight.
pub fn draw(
    browse: &Browse,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let (Some(scene), Some(group)) = (&browse.scene, browse.shown()) else {
        return;
    };
    if area.height < 2 || area.width < 8 {
        return;
    }
    let page = usize::from(area.height - 1);
    let first = first_row(browse, page);
    let end = browse.rows.len().min(first + page);
    let rows = browse.rows.get(first..end).unwrap_or_default();
    if rows.is_empty() {
        return draw_nobody(browse, frame, area, shared);
    }
    let widths = widths(browse, scene, group, rows, area.width);
    let (left, columns) = in_sight(browse, scene, &widths, area);
    draw_titles(browse, frame, area, theme, &columns, picture);
    for (index, row) in rows.iter().enumerate() {
        let line = Rect {
            y: area.y + 1 + u16::try_from(index).unwrap_or(u16::MAX),
            height: 1,
            ..area
        };
        let is_selected = first + index == browse.cursor;
        draw_row(
            browse,
            frame,
            line,
            theme,
            group,
            *row,
            &columns,
            is_selected,
        );
        picture.hits.push((line, Hit::Row(first + index)));
    }
    picture.browsed = Some(Seen {
        first,
        page,
        left,
        widths,
    });
}

/// The first row, so that the cursor is in sight.
fn first_row(browse: &Browse, page: usize) -> usize {
    let (cursor, first) = (browse.cursor, browse.seen.first);
    let last = browse.rows.len().saturating_sub(page);
    if cursor < first {
        cursor
    } else if cursor >= first + page {
        cursor + 1 - page
    } else {
        first
    }
    .min(last)
}

fn draw_nobody(browse: &Browse, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    if browse.waiting.since.is_some() {
        return;
    }
    let key = shared.key_of(&[Context::Browse], Action::NextGroup);
    let has_others = browse
        .scene
        .as_ref()
        .is_some_and(|scene| scene.groups.len() > 1);
    let text = if has_others {
        format!("Nobody here. {key} shows the others.")
    } else {
        let sync = shared.key_of(&[Context::Everywhere], Action::Sync);
        format!("Nobody is in the cache. Esc, then {sync} to sync.")
    };
    let line = Rect {
        y: area.y + 1,
        height: 1,
        ..area
    };
    frame.render_widget(
        Span::styled(text, shared.theme.dim),
        line.intersection(area),
    );
}

/// How wide each column is: as wide as what is in sight of it now, or was before.
fn widths(
    browse: &Browse,
    scene: &Scene,
    group: &Group,
    rows: &[u32],
    room: u16,
) -> HashMap<String, u16> {
    let most = WIDEST.min((room / 2).max(6));
    let width = |name: &String| {
        let known = browse.seen.widths.get(name).copied().unwrap_or(0).min(most);
        // Room for the mark of a sorted column stands there always, so that sorting moves nothing.
        let title = name.width() + 2;
        let column = group.table.column(name);
        let values = rows.iter().map(|row| {
            let value = column.and_then(|column| column.get(*row));
            value.map_or(1, |value| clip(value, usize::from(most)).width())
        });
        let own = values.max().unwrap_or(0);
        let is_number = kind_of(scene.field(name)) == Kind::Number;
        let least = if is_number {
            title
        } else {
            title.min(usize::from(most))
        };
        let wanted = u16::try_from(own.max(least)).unwrap_or(most).min(most);
        (name.clone(), wanted.max(known))
    };
    browse.columns.iter().map(width).collect()
}

fn kind_of(field: Option<&Field>) -> Kind {
    field.map(|field| field.kind).unwrap_or_default()
}

/// The columns that fit, that of the cursor among them; and the first behind the frozen one.
fn in_sight<'a>(
    browse: &'a Browse,
    scene: &'a Scene,
    widths: &HashMap<String, u16>,
    area: Rect,
) -> (usize, Vec<Column<'a>>) {
    let last = browse.columns.len().saturating_sub(1);
    let mut left = browse.seen.left.clamp(1, last.max(1));
    if browse.column > 0 && browse.column < left {
        left = browse.column;
    }
    loop {
        let columns = laid_out(browse, scene, widths, area, left);
        let is_seen = columns.iter().any(|column| column.place == browse.column);
        if is_seen || left >= browse.column.max(1) {
            return (left, columns);
        }
        left += 1;
    }
}

fn laid_out<'a>(
    browse: &'a Browse,
    scene: &'a Scene,
    widths: &HashMap<String, u16>,
    area: Rect,
    left: usize,
) -> Vec<Column<'a>> {
    let mut columns = Vec::new();
    let mut x = area.x + 2;
    let places = std::iter::once(0).chain(left..browse.columns.len());
    for place in places {
        let Some(name) = browse.columns.get(place) else {
            continue;
        };
        let wanted = widths.get(name).copied().unwrap_or(1);
        let room = area.right().saturating_sub(x);
        // The last may be cut, but not to a few letters; the one of the cursor is never cut unless it is alone.
        let is_cut = room < wanted;
        let is_alone = columns.len() <= 1;
        if room < 4 || (is_cut && !is_alone && (room < 8 || place == browse.column)) {
            break;
        }
        columns.push(Column {
            place,
            name,
            field: scene.field(name),
            predicates: predicates(scene, name),
            x,
            width: wanted.min(room),
        });
        x = x.saturating_add(wanted + GAP);
        if is_cut {
            break;
        }
    }
    columns
}

/// What the filters ask of a field.
fn predicates(scene: &Scene, name: &str) -> Vec<Predicate> {
    let of_field = scene.filters.iter().filter(|filter| filter.field == name);
    of_field
        .map(|filter| Predicate::new(filter.criterion, &filter.value, scene.reading.case))
        .collect()
}

fn draw_titles(
    browse: &Browse,
    frame: &mut Frame<'_>,
    area: Rect,
    theme: &Theme,
    columns: &[Column<'_>],
    picture: &mut Picture,
) {
    let line = Rect { height: 1, ..area };
    for column in columns {
        let mark = match &browse.sort {
            Some(sort) if sort.field == column.name => sort_mark(sort.descending, theme),
            _ => "",
        };
        let style = if column.place == browse.column {
            theme.focus
        } else if column.predicates.is_empty() {
            theme.dim
        } else {
            theme.criterion.add_modifier(Modifier::BOLD)
        };
        let room = usize::from(column.width).saturating_sub(mark.width());
        let title = Line::from(vec![
            Span::styled(clip(column.name, room), style),
            Span::styled(mark, theme.focus),
        ]);
        let cell = Rect {
            x: column.x,
            width: column.width,
            ..line
        };
        frame.render_widget(aligned(title, column), cell);
        picture.hits.push((cell, Hit::Title(column.place)));
    }
    // More columns at either side are marked beside the titles.
    let shown = columns.iter().skip(1).map(|column| column.place);
    let (least, most) = (shown.clone().min(), shown.max());
    let end = |x: u16, mark: &'static str, frame: &mut Frame<'_>| {
        let cell = Rect {
            x,
            width: 1,
            ..line
        };
        frame.render_widget(Span::styled(mark, theme.focus), cell.intersection(area));
    };
    let (before, behind) = if theme.ascii {
        ("<", ">")
    } else {
        ("‹", "›")
    };
    if let (Some(least), Some(frozen)) = (least, columns.first())
        && least > 1
    {
        end(frozen.x + frozen.width, before, frame);
    }
    if most.unwrap_or(0) + 1 < browse.columns.len() {
        end(area.right().saturating_sub(1), behind, frame);
    }
}

fn sort_mark(descending: bool, theme: &Theme) -> &'static str {
    match (descending, theme.ascii) {
        (false, false) => " ↑",
        (true, false) => " ↓",
        (false, true) => " ^",
        (true, true) => " v",
    }
}

fn aligned<'a>(line: Line<'a>, column: &Column<'_>) -> Line<'a> {
    if column.place > 0 && kind_of(column.field) == Kind::Number {
        line.right_aligned()
    } else {
        line
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "a row's picture is made of all of these"
)]
fn draw_row(
    browse: &Browse,
    frame: &mut Frame<'_>,
    line: Rect,
    theme: &Theme,
    group: &Group,
    row: u32,
    columns: &[Column<'_>],
    is_selected: bool,
) {
    if is_selected {
        frame.buffer_mut().set_style(line, theme.selected);
        let mark = Span::styled(theme.mark_of(Mark::Row), theme.mark);
        frame.render_widget(mark, Rect { width: 1, ..line });
    }
    for column in columns {
        let cell = Rect {
            x: column.x,
            width: column.width,
            ..line
        };
        let (text, style) = cell_text(column, group, row, theme);
        let is_here = is_selected && column.place == browse.column;
        let style = if is_here {
            style.add_modifier(Modifier::UNDERLINED)
        } else {
            style
        };
        let line = marked(&text, style, &browse.search.text, theme);
        frame.render_widget(aligned(line, column), cell);
    }
}

/// A cell: `-` where nothing is set, `?` where that is not known, `""` where it is empty.
fn cell_text(column: &Column<'_>, group: &Group, row: u32, theme: &Theme) -> (String, Style) {
    let mut value = group.table.value(row, column.name);
    if column.name == FROZEN && value.is_none_or(str::is_empty) {
        // A target may be named by its number alone.
        value = group.table.value(row, "user_phone_number").or(value);
    }
    let is_unknown = || {
        let unknown = column.field.and_then(|field| field.unknown.as_ref());
        unknown.is_some_and(|rows| rows.of_rows() == group.table.rows() && rows.contains(row))
    };
    let is_met = column
        .predicates
        .iter()
        .any(|predicate| predicate.holds(value));
    match value {
        None if is_unknown() => ("?".to_owned(), theme.warning),
        None => ("-".to_owned(), theme.faint),
        Some("") => ("\"\"".to_owned(), theme.faint),
        Some(value) => {
            let text = clip(value, usize::from(column.width));
            let style = if is_met {
                theme.text.add_modifier(Modifier::BOLD)
            } else {
                theme.text
            };
            (text, style)
        }
    }
}

/// A text with what is looked for reversed in it.
fn marked(text: &str, style: Style, wanted: &str, theme: &Theme) -> Line<'static> {
    let plain = || Line::from(Span::styled(text.to_owned(), style));
    if wanted.is_empty() {
        return plain();
    }
    let lower = text.to_lowercase();
    let found = lower.find(&wanted.to_lowercase());
    // Where lower case has other lengths, its places are not the text's.
    let Some(start) = found.filter(|_| lower.len() == text.len()) else {
        return plain();
    };
    let end = start + wanted.to_lowercase().len();
    let (Some(before), Some(hit), Some(behind)) =
        (text.get(..start), text.get(start..end), text.get(end..))
    else {
        return plain();
    };
    Line::from(vec![
        Span::styled(before.to_owned(), style),
        Span::styled(hit.to_owned(), theme.focus.add_modifier(Modifier::REVERSED)),
        Span::styled(behind.to_owned(), style),
    ])
}
