//! Some of the contacts as a table: `user_id`, then the fields of the filter, then what tells a person from others.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr;

use crate::domain::criterion::Predicate;
use crate::domain::plan::PlanFilter;
use crate::domain::preview::Who;
use crate::domain::record::Contact;
use crate::ui::screens::compose::Compose;
use crate::ui::shared::Shared;
use crate::ui::widgets::table::clip;

/// Columns of the terminal between two columns of the table.
const GAP: u16 = 2;

/// Columns that a value takes at most, and at least where it is cut.
const WIDEST: u16 = 24;
const NARROWEST: u16 = 6;

/// Fields that tell a person from others, the most telling first.
const TELLING: [&str; 4] = ["first_name", "user_name", "last_name", "user_phone_number"];

/// A column: its field, where it stands, and the conditions on it.
struct Column<'a> {
    name: &'a str,
    x: u16,
    width: u16,
    predicates: Vec<Predicate>,
}

/// Draws titles and those contacts that are in sight.
pub fn draw(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    who: &Who,
    contacts: &[Contact],
) {
    let theme = shared.theme;
    let columns = columns(compose, area, who, contacts);
    let mut lines = area.rows();
    let Some(titles) = lines.next() else {
        return;
    };
    for column in &columns {
        // No underline: it would hide the underscores that names are full of.
        let style = if column.predicates.is_empty() {
            theme.criterion
        } else {
            theme.criterion.add_modifier(Modifier::BOLD)
        };
        let title = clip(column.name, usize::from(column.width));
        frame.render_widget(Span::styled(title, style), column.at(titles));
    }
    for (contact, line) in contacts.iter().zip(lines) {
        for column in &columns {
            let value = contact.get(column.name);
            let is_met = |predicate: &Predicate| predicate.holds(value);
            let style = if column.predicates.iter().any(is_met) {
                theme.text.add_modifier(Modifier::BOLD)
            } else {
                theme.dim
            };
            let text = clip(value.unwrap_or("-"), usize::from(column.width));
            frame.render_widget(Span::styled(text, style), column.at(line));
        }
    }
}

impl Column<'_> {
    fn at(&self, line: Rect) -> Rect {
        Rect {
            x: self.x,
            width: self.width,
            ..line
        }
    }
}

/// As many columns as fit, as wide as what they hold; the last one may be cut.
fn columns<'a>(
    compose: &'a Compose,
    area: Rect,
    who: &'a Who,
    contacts: &[Contact],
) -> Vec<Column<'a>> {
    let filters = compose.draft.filters_in_force();
    let mut columns = Vec::new();
    let mut x = area.x;
    for name in names(filters, &who.sample) {
        let room = area.right().saturating_sub(x);
        let width = width_of(name, contacts);
        if room < width.min(NARROWEST) {
            break;
        }
        let width = width.min(room);
        columns.push(Column {
            name,
            x,
            width,
            predicates: predicates(filters, name, who),
        });
        x += width + GAP;
    }
    columns
}

fn width_of(name: &str, contacts: &[Contact]) -> u16 {
    let values = contacts.iter().filter_map(|contact| contact.get(name));
    let widest = values
        .chain([name])
        .map(|text| clip(text, usize::from(WIDEST)).width());
    let widest = u16::try_from(widest.max().unwrap_or(0)).unwrap_or(WIDEST);
    widest.min(WIDEST)
}

fn predicates(filters: &[PlanFilter], name: &str, who: &Who) -> Vec<Predicate> {
    let of_field = filters.iter().filter(|filter| filter.field == name);
    of_field
        .filter_map(PlanFilter::filter)
        .map(|filter| Predicate::new(filter.criterion, &filter.value, who.reading.case))
        .collect()
}

/// The fields in the order of their columns, each once.
fn names<'a>(filters: &'a [PlanFilter], contacts: &'a [Contact]) -> Vec<&'a str> {
    let fields = filters.iter().map(|filter| filter.field.as_str());
    let telling = TELLING
        .into_iter()
        .filter(|name| contacts.iter().any(|contact| contact.get(name).is_some()));
    let others = contacts
        .iter()
        .take(20)
        .flat_map(|contact| contact.variables.keys().map(String::as_str));
    let mut names = vec!["user_id"];
    for name in fields.chain(telling).chain(others) {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
