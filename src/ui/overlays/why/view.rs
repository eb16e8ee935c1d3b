//! The picture of an explanation: the contact on top, what each row does below it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Answer, Why};
use crate::domain::explain::{ContactTold, asked, quoted};
use crate::domain::text::{grouped, shown};
use crate::model::{Action, Context};
use crate::ui::picture::Picture;
use crate::ui::shared::Shared;
use crate::ui::theme::Theme;
use crate::ui::widgets::judged::judged;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::scroll::in_sight;
use crate::ui::widgets::table::clip;
use crate::ui::widgets::words::{marked, wrap};

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 100;

/// What stands before the name that is typed.
const PROMPT: &str = "user_id, phone number, or CHANNEL:ID  ";

/// Draws it.
pub fn draw(
    why: &Why,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let columns = MOST_COLUMNS.min(area.width);
    let width = usize::from(columns.saturating_sub(4));
    let mut lines = contact_lines(why, width, shared);
    lines.extend(filter_lines(why, width, theme));
    // Behind the field that is typed into nothing moves.
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let area = centred(area, columns, height);
    let page = usize::from(area.height.saturating_sub(2));
    let first = why.scroll.first(lines.len(), page, picture);
    let place = place_words(why);
    let room = width.saturating_sub(place.len() + 8);
    let title = shown_contact(why).map_or_else(
        || "Why".to_owned(),
        |told| format!("Why {}", clip(&told.name(), room)),
    );
    let inner = Pane::new(title)
        .right(Span::styled(place, theme.dim))
        .below(Span::styled(in_sight(first, page, lines.len()), theme.dim))
        .draw_over(frame, area, theme);
    let lines: Vec<Line<'_>> = lines.into_iter().skip(first).take(page).collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

/// Which contact it is, of how many.
fn place_words(why: &Why) -> String {
    match &why.answer {
        Answer::Told(told, place) if told.found.len() > 1 => {
            format!("contact {} of {}", place + 1, told.found.len())
        }
        Answer::Nothing if why.asked.filters.is_empty() => String::new(),
        Answer::Nothing => match why.sample.len() {
            0 => "no contact matches".to_owned(),
            of => format!("contact {} of the first {of}", why.selected + 1),
        },
        _ => String::new(),
    }
}

/// The contact that is explained, where there is one.
fn shown_contact(why: &Why) -> Option<&ContactTold> {
    match &why.answer {
        Answer::Nothing => why.sample.get(why.selected),
        Answer::Told(told, place) if told.nobody().is_none() => told.found.get(*place),
        _ => None,
    }
}

/// The contact: the field for its name, and why it is reached or isn't.
fn contact_lines(why: &Why, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mut lines = Vec::new();
    if let Some(typed) = &why.typed {
        let room = width.saturating_sub(PROMPT.len());
        let mut field = vec![Span::styled(PROMPT, theme.dim)];
        field.extend(typed.line(room, theme.text).spans);
        lines.extend([Line::from(field), Line::default()]);
    }
    match &why.answer {
        Answer::Nothing => {
            if let Some(told) = why.sample.get(why.selected) {
                lines.extend(told_lines(told, &told.sentences(""), width, theme));
            } else if why.typed.is_none() {
                let key = shared.key_of(&[Context::Why], Action::AskContact);
                let text = format!("Nobody matches. {key} asks for a contact by name.");
                lines.extend(wrapped(&text, width, theme.text));
            }
        }
        Answer::Waited(name) => {
            let text = format!("Looking for {} ...", quoted(name));
            lines.push(Line::from(Span::styled(text, theme.dim)));
        }
        Answer::Failed(notice) => lines.extend(wrapped(&notice.text, width, theme.danger)),
        Answer::Told(told, place) => match (told.nobody(), told.found.get(*place)) {
            (None, Some(contact)) => {
                lines.extend(told_lines(contact, &told.sentences(contact), width, theme));
                let more = told.more_words().into_iter();
                lines.extend(more.flat_map(|words| wrapped(&words, width, theme.dim)));
            }
            (nobody, _) => {
                let text = nobody.unwrap_or_default();
                lines.extend(wrapped(&text, width, theme.warning));
            }
        },
    }
    lines
}

/// One contact: the sentences, and row by row where the first of them isn't all there is.
fn told_lines(
    told: &ContactTold,
    sentences: &[String],
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (place, sentence) in sentences.iter().enumerate() {
        let style = if place == 0 {
            theme.text
        } else {
            theme.warning
        };
        lines.extend(wrapped(sentence, width, style));
    }
    let Some(explanation) = &told.explanation else {
        return lines;
    };
    lines.extend(judged(explanation, width, theme));
    lines
}

/// What each row does for the whole.
fn filter_lines(why: &Why, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    if why.asked.filters.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::default(), heading("The filter, row by row", theme)];
    for (place, (filter, row)) in why.asked.filters.iter().zip(&why.asked.rows).enumerate() {
        let join = if place == 0 { "" } else { filter.join.word() };
        let (field, asked) = (shown(&filter.field), asked(filter));
        let text = format!("{join} {field} {asked}");
        lines.extend(wrapped(&text, width, theme.text));
        let change = match row.change() {
            change if change.is_empty() => String::new(),
            change => format!("{change}, "),
        };
        let style = if row.matters() {
            theme.dim
        } else {
            theme.warning
        };
        let words = format!(
            "{change}{} left; {} by itself. {}",
            grouped(row.left),
            grouped(row.alone),
            row.words()
        );
        lines.extend(marked("  ", &words, style, width));
    }
    if let Some(unknown) = &why.unknown {
        lines.push(Line::default());
        lines.extend(wrapped(unknown, width, theme.warning));
    }
    lines
}

fn heading(text: &str, theme: &Theme) -> Line<'static> {
    Line::from(Span::styled(text.to_owned(), theme.criterion))
}

fn wrapped(text: &str, width: usize, style: Style) -> Vec<Line<'static>> {
    let lines = wrap(text.trim_start(), width).into_iter();
    lines
        .map(|line| Line::from(Span::styled(line, style)))
        .collect()
}
