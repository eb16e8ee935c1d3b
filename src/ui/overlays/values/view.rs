//! The bars.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::ValuesOverlay;
use crate::audience::{Values, ValuesOrder};
use crate::domain::text::{counted, grouped, share, shown};
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::Shared;
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::table::{clip, cut};

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 100;

/// Columns of a value at most.
const WIDEST: usize = 36;

/// A row of the picture.
struct Bar {
    label: String,
    label_style: Style,
    contacts: u64,
    style: Style,
}

/// Draws it.
pub fn draw(
    overlay: &ValuesOverlay,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let columns = MOST_COLUMNS.min(area.width);
    let Some(values) = overlay.values() else {
        let inner = Pane::new(title(overlay)).draw_over(frame, centred(area, columns, 3), theme);
        frame.render_widget(Span::styled("Counting ...", theme.dim), inner);
        return;
    };
    let bars = bars(overlay, values, theme);
    let tail = tail(overlay, values);
    let rows = bars.len() + 2 + tail.len();
    let height = u16::try_from(rows + 2).unwrap_or(u16::MAX).max(6);
    let right = if overlay.is_slow {
        "counting ...".to_owned()
    } else {
        let different = counted(values.different, "value");
        let of = format!("{different} of {}", counted(values.contacts, "contact"));
        cut(&of, usize::from(columns).saturating_sub(30))
    };
    let inner = Pane::new(cut(
        &title(overlay),
        usize::from(columns).saturating_sub(right.width() + 8),
    ))
    .right(Span::styled(right, theme.dim))
    .below(below(overlay, theme))
    .draw_over(frame, centred(area, columns, height), theme);
    let tail_rows = u16::try_from(tail.len()).unwrap_or(0);
    let [head, list, foot] = Layout::vertical([
        Constraint::Length(2),
        Constraint::Fill(1),
        Constraint::Length(tail_rows),
    ])
    .areas(inner);
    let words = cut(&words(overlay, values), usize::from(head.width));
    frame.render_widget(Span::styled(words, theme.dim), head);
    draw_bars(overlay, frame, list, theme, &bars, values.contacts, picture);
    let tail = tail.into_iter();
    let tail: Vec<Line<'_>> = tail
        .map(|line| Line::from(Span::styled(format!("  {line}"), theme.dim)))
        .collect();
    frame.render_widget(Paragraph::new(tail), foot);
}

fn title(overlay: &ValuesOverlay) -> String {
    format!("Values of {}", clip(&overlay.asked.field, 40))
}

/// Among whom they were counted, and what is shown.
fn words(overlay: &ValuesOverlay, values: &Values) -> String {
    let group = overlay.found.as_ref().and_then(|(_, scene)| {
        let place = overlay.among.as_ref().map_or(0, |among| among.group);
        scene.groups.get(place)
    });
    let whom = group.map_or("", |group| group.kind.label());
    let how = match (&overlay.asked.within, values.ranges.is_empty()) {
        (Some(_), _) => "One range, value by value.",
        (None, false) => "In ranges, each without its upper end.",
        (None, true) => match overlay.asked.order {
            ValuesOrder::Frequency => "The most frequent first.",
            ValuesOrder::Value => "By value.",
        },
    };
    format!("Counted among: {whom}. {how}")
}

fn below(overlay: &ValuesOverlay, theme: &Theme) -> Line<'static> {
    let mut spans = Vec::new();
    if let Some(typing) = &overlay.typing {
        spans.push(Span::styled("search ", theme.dim));
        spans.extend(typing.line(24, theme.text).spans);
    } else if !overlay.asked.typed.is_empty() {
        let text = cut(&shown(&overlay.asked.typed), 24);
        spans.push(Span::styled("search ", theme.dim));
        spans.push(Span::styled(text, theme.text));
    }
    Line::from(spans)
}

fn bars(overlay: &ValuesOverlay, values: &Values, theme: &Theme) -> Vec<Bar> {
    let of_value = values.listed.iter().map(|value| {
        let (label, style) = match value.value.as_str() {
            "" => ("\"\" (empty)".to_owned(), theme.dim),
            value => (clip(value, WIDEST), theme.text),
        };
        Bar {
            label,
            label_style: style,
            contacts: value.contacts,
            style: theme.value,
        }
    });
    let of_range = values.ranges.iter().map(|range| Bar {
        label: format!("{} – {}", range.from, range.to),
        label_style: theme.text,
        contacts: range.contacts,
        style: theme.value,
    });
    let mut bars: Vec<Bar> = of_value.chain(of_range).collect();
    if overlay.shows_unset() {
        bars.push(Bar {
            label: "not set".to_owned(),
            label_style: theme.dim,
            contacts: values.unset,
            style: theme.faint,
        });
    }
    bars
}

/// What is counted and not listed.
fn tail(overlay: &ValuesOverlay, values: &Values) -> Vec<String> {
    let mut lines = Vec::new();
    let (more, contacts) = values.more;
    if more > 0 {
        lines.push(format!(
            "and {} more {}, of {}",
            grouped(more),
            if more == 1 { "value" } else { "values" },
            counted(contacts, "contact")
        ));
    }
    if values.in_no_range > 0 {
        let contacts = counted(values.in_no_range, "contact");
        lines.push(format!("{contacts} with a value that is in no range"));
    }
    if values.unknown > 0 {
        let contacts = counted(values.unknown, "contact");
        lines.push(format!(
            "not known of {contacts}: they were read without it"
        ));
    }
    if overlay.rows() == 0 {
        lines.insert(0, "No value.".to_owned());
    }
    lines
}

fn draw_bars(
    overlay: &ValuesOverlay,
    frame: &mut Frame<'_>,
    area: Rect,
    theme: &Theme,
    bars: &[Bar],
    contacts: u64,
    picture: &mut Picture,
) {
    let page = usize::from(area.height);
    let offset = overlay.list.offset_for(page);
    let in_sight = bars.iter().skip(offset).take(page);
    let width = |of: &dyn Fn(&Bar) -> usize| bars.iter().map(of).max().unwrap_or(0);
    let label = width(&|bar| bar.label.width()).min(WIDEST + 6);
    let label = label.min(usize::from(area.width) / 2);
    let figure = width(&|bar| grouped(bar.contacts).len());
    let most = bars.iter().map(|bar| bar.contacts).max().unwrap_or(0);
    // The mark, the gaps, the figure and the share.
    let room = usize::from(area.width).saturating_sub(2 + label + 2 + 2 + figure + 2 + 8);
    for (index, bar) in in_sight.enumerate() {
        let line = Rect {
            y: area.y + u16::try_from(index).unwrap_or(u16::MAX),
            height: 1,
            ..area
        };
        let is_selected = offset + index == overlay.list.cursor;
        if is_selected {
            frame.buffer_mut().set_style(line, theme.selected);
        }
        let mark = if is_selected {
            theme.mark_of(Mark::Row)
        } else {
            " "
        };
        let name = cut(&bar.label, label);
        let name = format!("{name}{}", " ".repeat(label.saturating_sub(name.width())));
        let drawn = drawn(bar.contacts, most, room, theme.ascii);
        let drawn = format!("{drawn}{}", " ".repeat(room.saturating_sub(drawn.width())));
        let text = Line::from(vec![
            Span::styled(format!("{mark} "), theme.mark),
            Span::styled(format!("{name}  "), bar.label_style),
            Span::styled(format!("{drawn}  "), bar.style),
            Span::styled(format!("{:>figure$}", grouped(bar.contacts)), theme.text),
            Span::styled(format!("  {:>8}", share(bar.contacts, contacts)), theme.dim),
        ]);
        frame.render_widget(text, line);
        picture.hits.push((line, Hit::Row(offset + index)));
    }
    picture.offset = offset;
    picture.page = page;
}

/// A bar in eighths of a column; whoever has somebody has at least a trace.
fn drawn(contacts: u64, most: u64, room: usize, is_ascii: bool) -> String {
    if most == 0 || contacts == 0 {
        return String::new();
    }
    let wide = |parts: usize| {
        let parts = u128::from(contacts) * (room * parts) as u128 / u128::from(most);
        usize::try_from(parts).unwrap_or(usize::MAX).max(1)
    };
    if is_ascii {
        return "#".repeat(wide(1));
    }
    let eighths = wide(8);
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{}{rest}", "█".repeat(eighths / 8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::the_most(10, false, "████")]
    #[case::half(5, false, "██")]
    #[case::three_eighths(1, false, "▍")]
    #[case::nobody(0, false, "")]
    #[case::ascii(5, true, "##")]
    fn bars_are_as_long_as_they_are_many(
        #[case] contacts: u64,
        #[case] ascii: bool,
        #[case] expected: &str,
    ) {
        assert_eq!(drawn(contacts, 10, 4, ascii), expected);
    }
}
