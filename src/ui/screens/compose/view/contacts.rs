//! Whom it reaches: how many, by which readings, as of when, and some of them.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::count_words;
use crate::domain::criterion::Predicate;
use crate::domain::preview::{Preview, Who};
use crate::domain::problem::what_differs;
use crate::domain::record::Contact;
use crate::domain::text::{grouped, shown};
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::Pane;
use crate::ui::shared::Shared;
use crate::ui::widgets::pane;
use crate::ui::widgets::relative::ago;
use crate::ui::widgets::table::{self, Column, Row, cut};

/// Draws the pane.
pub fn draw(compose: &Compose, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let share = compose
        .preview
        .as_ref()
        .map(|preview| Span::styled(share_words(&preview.who), theme.dim));
    let pane = pane::Pane::new(count_words(compose)).focused(compose.focus == Pane::Contacts);
    let inner = pane
        .right(share.map(Line::from).unwrap_or_default())
        .draw(frame, area, theme);
    let Some(preview) = &compose.preview else {
        return;
    };
    let head = head_lines(preview, shared);
    let head_height = u16::try_from(head.len()).unwrap_or(0);
    let [words, rows] =
        Layout::vertical([Constraint::Length(head_height), Constraint::Fill(1)]).areas(inner);
    frame.render_widget(Paragraph::new(head).wrap(Wrap { trim: true }), words);
    if !preview.who.sample.is_empty() {
        sample(compose, frame, rows, shared, preview);
    }
}

fn share_words(who: &Who) -> String {
    let of = grouped(who.of);
    match who.count() {
        Some(count) if who.of > 0 => {
            let tenths = count.saturating_mul(1000) / who.of;
            format!("{}.{} % of {of}", tenths / 10, tenths % 10)
        }
        _ => format!("of {of}"),
    }
}

fn head_lines(preview: &Preview, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let who = &preview.who;
    let mut lines = Vec::new();
    if let Some((least, most)) = who.range() {
        let differs = who.counts.map_or("it", what_differs);
        let range = format!("{} to {}", grouped(least), grouped(most));
        lines.push(Line::from(vec![
            Span::styled(range, theme.warning),
            Span::styled(format!(" by how {differs} is read"), theme.dim),
        ]));
    }
    if let Some(note) = &who.note {
        lines.push(Line::from(Span::styled(
            shown(note).into_owned(),
            theme.dim,
        )));
    }
    let age = who.as_of.map_or_else(
        || "never synced".to_owned(),
        |at| format!("synced {}", ago(at, shared.now)),
    );
    lines.push(Line::from(Span::styled(age, theme.dim)));
    lines.push(Line::default());
    lines
}

/// The contacts as a table: `user_id`, then the fields of the filter, then what else they have.
fn sample(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    preview: &Preview,
) {
    let theme = shared.theme;
    let contacts = &preview.who.sample;
    let names = column_names(compose, contacts, usize::from(area.width));
    let columns: Vec<Column> = names
        .iter()
        .map(|name| {
            let width = if *name == "user_id" {
                Constraint::Length(13)
            } else {
                Constraint::Fill(1)
            };
            Column::left(shown(&cut(name, 20)), width)
        })
        .collect();
    let predicates = predicates(compose, preview);
    let offset = compose.scroll.min(contacts.len().saturating_sub(1));
    let offset = if compose.focus == Pane::Contacts {
        offset
    } else {
        0
    };
    let area = Rect {
        x: area.x.saturating_sub(2),
        width: area.width + 2,
        ..area
    };
    let rows = contacts.iter().skip(offset).map(|contact| {
        Row::new(
            names
                .iter()
                .map(|name| {
                    let value = contact.get(name);
                    let decided = predicates
                        .iter()
                        .any(|(field, predicate)| field == name && predicate.holds(value));
                    let style = if decided { theme.text } else { theme.dim };
                    Line::from(Span::styled(
                        shown(&cut(value.unwrap_or("-"), 40)).into_owned(),
                        style,
                    ))
                })
                .collect(),
        )
    });
    table::draw(frame, area, theme, &columns, rows, offset, None);
}

fn predicates(compose: &Compose, preview: &Preview) -> Vec<(String, Predicate)> {
    let filters = compose.plan().filters().unwrap_or_default();
    let case = preview.who.reading.case;
    filters
        .into_iter()
        .map(|filter| {
            (
                filter.field.clone(),
                Predicate::new(filter.criterion, &filter.value, case),
            )
        })
        .collect()
}

/// As many columns as fit, some 14 cells each.
fn column_names<'a>(compose: &'a Compose, contacts: &'a [Contact], width: usize) -> Vec<&'a str> {
    let most = (width / 13).clamp(1, 8);
    let mut names = vec!["user_id"];
    let fields = compose
        .draft
        .filters
        .iter()
        .map(|filter| filter.field.as_str());
    let others = contacts
        .iter()
        .take(20)
        .flat_map(|contact| contact.variables.keys().map(String::as_str));
    for name in fields
        .filter(|name| !name.is_empty() && !compose.draft.configured)
        .chain(others)
    {
        if names.len() >= most {
            break;
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
