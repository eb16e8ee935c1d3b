//! The state of a list: where the cursor is, and the text that narrows it.

use crossterm::event::{Event, KeyEvent};
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::text::{Line, Span};

use crate::domain::text::shown;
use crate::model::Action;
use crate::ui::theme::Theme;
use crate::ui::widgets::input::Input;
use crate::ui::widgets::table::cut;

/// Columns of a filter's text that are shown at most.
const FILTER_COLUMNS: usize = 30;

/// Cursor, offset and filter of a list.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// The row that is selected, among those that are listed.
    pub cursor: usize,
    /// The first row that was visible.
    pub offset: usize,
    /// Rows that fitted.
    pub page: usize,
    /// The text that narrows the list.
    pub filter: Option<Input>,
    /// Whether that text is being typed.
    pub typing: bool,
}

impl List {
    /// Moves the cursor over `rows` rows; says whether the action was one of moving.
    pub fn act(&mut self, action: Action, rows: usize) -> bool {
        let last = rows.saturating_sub(1);
        let page = self.page.max(1);
        self.cursor = match action {
            Action::Up => self.cursor.saturating_sub(1),
            Action::Down => self.cursor + 1,
            Action::PageUp => self.cursor.saturating_sub(page),
            Action::PageDown => self.cursor + page,
            Action::Top => 0,
            Action::Bottom => last,
            Action::Filter if self.offers(action, rows) => {
                self.filter.get_or_insert_with(|| Input::new(""));
                self.typing = true;
                self.cursor
            }
            _ => return false,
        }
        .min(last);
        true
    }

    /// Whether an action does something among `rows` rows; others than those of a list are not its own.
    pub fn offers(&self, action: Action, rows: usize) -> bool {
        match action {
            Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::Top
            | Action::Bottom => rows > 1,
            Action::Filter => rows > 0 || self.filter.is_some(),
            _ => true,
        }
    }

    /// Takes what is typed into the filter.
    pub fn typed(&mut self, event: &Event) {
        let Some(input) = &mut self.filter else {
            return;
        };
        let changed = match event {
            Event::Key(key) => input.key(*key),
            Event::Paste(text) => input.paste(text),
            _ => false,
        };
        if changed {
            self.cursor = 0;
        }
    }

    /// Ends the typing: `keep` leaves the list narrowed.
    pub fn end_typing(&mut self, keep: bool) {
        self.typing = false;
        if !keep || self.filter_text().is_empty() {
            self.filter = None;
        }
    }

    /// What narrows the list; empty for nothing.
    pub fn filter_text(&self) -> &str {
        self.filter.as_ref().map_or("", Input::text)
    }

    /// The places of the rows that match the filter, in their order; `text` gives what of a row is searched.
    pub fn matching<T>(&self, rows: &[T], text: impl Fn(&T) -> String) -> Vec<usize> {
        let needle = self.filter_text();
        if needle.is_empty() {
            return (0..rows.len()).collect();
        }
        let pattern = Pattern::parse(needle, CaseMatching::Ignore, Normalization::Smart);
        matching(&pattern, rows, text)
    }

    /// The same for texts that are long or random, as ids are: each typed word stands in the text as it is typed.
    pub fn containing<T>(&self, rows: &[T], text: impl Fn(&T) -> String) -> Vec<usize> {
        if self.filter_text().is_empty() {
            return (0..rows.len()).collect();
        }
        let pattern = Pattern::new(
            self.filter_text(),
            CaseMatching::Ignore,
            Normalization::Smart,
            AtomKind::Substring,
        );
        matching(&pattern, rows, text)
    }

    /// What narrows the list, to stand in the lower border of its pane; empty for nothing.
    pub fn filter_line(&self, theme: &Theme) -> Line<'static> {
        let Some(input) = &self.filter else {
            return Line::default();
        };
        let mut spans = vec![Span::styled("filter ", theme.dim)];
        if self.typing {
            spans.extend(input.line(FILTER_COLUMNS, theme.text).spans);
        } else {
            let text = cut(&shown(input.text()), FILTER_COLUMNS);
            spans.push(Span::styled(text, theme.text));
        }
        Line::from(spans)
    }

    /// The first visible row, so that the cursor is in sight among `page` rows.
    pub fn offset_for(&self, page: usize) -> usize {
        let page = page.max(1);
        if self.cursor < self.offset {
            self.cursor
        } else if self.cursor >= self.offset + page {
            self.cursor + 1 - page
        } else {
            self.offset
        }
    }
}

fn matching<T>(pattern: &Pattern, rows: &[T], text: impl Fn(&T) -> String) -> Vec<usize> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut is_listed = |row: &T| {
        pattern
            .score(Utf32Str::new(&text(row), &mut buffer), &mut matcher)
            .is_some()
    };
    rows.iter()
        .enumerate()
        .filter(|(_, row)| is_listed(row))
        .map(|(index, _)| index)
        .collect()
}

/// A key that goes into a text, not to an action.
pub fn is_text_key(key: &KeyEvent) -> bool {
    use crossterm::event::{KeyCode, KeyModifiers};
    matches!(key.code, KeyCode::Char(_))
        && !key
            .modifiers
            .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_stays_within_the_rows() {
        let mut list = List {
            page: 10,
            ..List::default()
        };
        assert!(list.act(Action::Bottom, 25));
        assert_eq!(list.cursor, 24);
        list.act(Action::Down, 25);
        assert_eq!(list.cursor, 24);
        list.act(Action::PageUp, 25);
        assert_eq!(list.cursor, 14);
        list.act(Action::Up, 0);
        assert_eq!(list.cursor, 0);
        assert!(!list.act(Action::Copy, 25));
    }

    #[test]
    fn the_picture_follows_the_cursor() {
        let list = List {
            cursor: 30,
            offset: 10,
            ..List::default()
        };
        assert_eq!(list.offset_for(10), 21);
        assert_eq!(list.offset_for(40), 10);
        assert_eq!(
            List {
                cursor: 3,
                offset: 10,
                ..List::default()
            }
            .offset_for(10),
            3
        );
    }

    #[test]
    fn a_filter_finds_names_without_their_accents_and_keeps_the_order() {
        let list = List {
            filter: Some(Input::new("garcia")),
            ..List::default()
        };
        let rows = ["Order García", "Spring offer", "garcia again"];
        assert_eq!(list.matching(&rows, ToString::to_string), [0, 2]);
    }

    #[test]
    fn words_that_must_stand_as_typed_do_not_match_letters_that_lie_apart() {
        let list = List {
            filter: Some(Input::new("ops ACC")),
            ..List::default()
        };
        let rows = [
            "ops@bastion accepted",
            "ops@bastion a1c2c3",
            "accepted by o-p-s",
        ];
        assert_eq!(list.containing(&rows, ToString::to_string), [0]);
        assert_eq!(list.matching(&rows, ToString::to_string), [0, 1, 2]);
    }
}
