//! Why: what each row of the filter does, and which rows decided of one contact.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::explain::{Explanation, Held, Step as Row, asked};
use crate::domain::filter::{Filter, Reading};
use crate::domain::preview::Who;
use crate::domain::record::Contact;
use crate::domain::text::{grouped, shown};
use crate::model::Action;
use crate::ui::shared::{Shared, Step};
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::words::{marked, wrap};

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 100;

/// A filter, what its rows do, and some of the contacts that it matches.
pub struct Why {
    filters: Vec<Filter>,
    rows: Vec<Row>,
    reading: Reading,
    contacts: Vec<Contact>,
    /// Fields that the cache doesn't hold of every contact.
    in_part: Vec<String>,
    selected: usize,
    first: usize,
}

impl Why {
    /// Explains a filter and the contacts of its sample.
    pub fn new(filters: Vec<Filter>, rows: Vec<Row>, who: &Who) -> Self {
        let unknown = who.unknown.iter().flat_map(|unknown| &unknown.fields);
        Self {
            filters,
            rows,
            reading: who.reading,
            contacts: who.sample.clone(),
            in_part: unknown.map(|field| field.field.clone()).collect(),
            selected: 0,
            first: 0,
        }
    }

    /// Takes an action.
    pub fn act(&mut self, action: Option<Action>) -> Vec<Step> {
        match action {
            Some(Action::Back) => return vec![Step::Close],
            Some(Action::Down) => self.step(true),
            Some(Action::Up) => self.step(false),
            Some(Action::PageDown) => self.first += 5,
            Some(Action::PageUp) => self.first = self.first.saturating_sub(5),
            _ => {}
        }
        Vec::new()
    }

    /// Goes to the next contact, or to the one before.
    pub fn step(&mut self, down: bool) {
        self.selected = if down {
            (self.selected + 1).min(self.contacts.len().saturating_sub(1))
        } else {
            self.selected.saturating_sub(1)
        };
    }

    /// Draws it.
    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
        let theme = shared.theme;
        let columns = MOST_COLUMNS.min(area.width);
        let width = usize::from(columns.saturating_sub(4));
        let mut lines = self.filter_lines(width, theme);
        lines.extend(self.contact_lines(width, theme));
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let place = match self.contacts.len() {
            0 => "no contact matches".to_owned(),
            of => format!("contact {} of the first {of}", self.selected + 1),
        };
        let inner = Pane::new("Why")
            .right(Span::styled(place, theme.dim))
            .draw_over(frame, centred(area, columns, height), theme);
        let limit = lines.len().saturating_sub(usize::from(inner.height));
        let lines: Vec<Line<'_>> = lines.into_iter().skip(self.first.min(limit)).collect();
        frame.render_widget(Paragraph::new(lines), inner);
    }

    /// What each row does for the whole.
    fn filter_lines(&self, width: usize, theme: &Theme) -> Vec<Line<'static>> {
        let mut lines = vec![heading("The filter, row by row", theme)];
        for (place, (filter, row)) in self.filters.iter().zip(&self.rows).enumerate() {
            let join = if place == 0 { "" } else { filter.join.word() };
            let (field, asked) = (shown(&filter.field), asked(filter));
            lines.extend(wrapped(
                &format!("{join} {field} {asked}"),
                width,
                theme.text,
            ));
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
        lines
    }

    /// Why the selected contact matches.
    fn contact_lines(&self, width: usize, theme: &Theme) -> Vec<Line<'static>> {
        let Some(contact) = self.contacts.get(self.selected) else {
            return Vec::new();
        };
        let explanation = Explanation::new(&self.filters, self.reading, |field| {
            match contact.get(field) {
                Some(value) => Held::Value(value.to_owned()),
                None if self.in_part.iter().any(|name| name == field) => Held::NotKnown,
                None => Held::Unset,
            }
        });
        let name = shown(contact.get("user_id").unwrap_or_default()).into_owned();
        let mut lines = vec![Line::default(), heading(&name, theme)];
        lines.extend(wrapped(&explanation.sentence(), width, theme.text));
        for judged in &explanation.rows {
            let (mark, style) = if judged.decides {
                (theme.mark_of(Mark::On), theme.strong)
            } else {
                (theme.mark_of(Mark::Off), theme.dim)
            };
            let words = judged.words(self.reading.case);
            lines.extend(marked(mark, &words, style, width));
        }
        lines
    }
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
