//! A text that is typed, with what it could be in a box beside it.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use crate::domain::text::grouped;
use crate::model::Action;
use crate::model::message::Candidate;
use crate::ui::shared::Shared;
use crate::ui::widgets::input::Input;
use crate::ui::widgets::pane::Pane;
use crate::ui::widgets::table::clip;

/// Suggestions in sight at most.
const MOST: usize = 8;

/// Columns of a suggestion at most.
const COLUMNS: usize = 40;

/// A text that is typed, and what it could be.
#[derive(Debug, Clone)]
pub struct Pick {
    /// What is typed.
    pub input: Input,
    all: Vec<Candidate>,
    selected: Option<usize>,
    is_changed: bool,
}

/// What came of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked {
    /// It is still being typed.
    Typing,
    /// This is taken.
    Taken(String),
    /// Nothing is changed.
    Left,
}

impl Pick {
    /// Starts with a text; the candidates without contacts are shown without a count.
    pub fn new(text: &str, all: Vec<Candidate>) -> Self {
        Self {
            input: Input::new(text),
            all,
            selected: None,
            is_changed: false,
        }
    }

    /// Takes a key, with what it means while typing.
    pub fn key(&mut self, key: KeyEvent, action: Option<Action>) -> Picked {
        match action {
            Some(Action::Leave) => return Picked::Left,
            Some(Action::Accept) => return Picked::Taken(self.taken(None)),
            Some(Action::Complete) => {
                let first = self.is_changed.then_some(0);
                return Picked::Taken(self.taken(first));
            }
            Some(Action::NextSuggestion) => self.step(1),
            Some(Action::PreviousSuggestion) => self.step(-1),
            _ if self.input.key(key) => self.changed(),
            _ => {}
        }
        Picked::Typing
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str) {
        if self.input.paste(text) {
            self.changed();
        }
    }

    fn changed(&mut self) {
        self.is_changed = true;
        self.selected = None;
    }

    fn step(&mut self, by: isize) {
        let last = self.matching().len().checked_sub(1);
        self.selected = match (self.selected, last) {
            (_, None) => None,
            (None, Some(_)) => (by > 0).then_some(0),
            (Some(0), Some(_)) if by < 0 => None,
            (Some(at), Some(last)) => Some(at.saturating_add_signed(by).min(last)),
        };
    }

    fn taken(&self, otherwise: Option<usize>) -> String {
        let matching = self.matching();
        let place = self.selected.or(otherwise);
        let chosen = place.and_then(|place| matching.get(place));
        chosen.map_or_else(
            || self.input.text().trim().to_owned(),
            |found| found.text.clone(),
        )
    }

    /// What holds the typed text, those that begin with it first; all until something is typed.
    fn matching(&self) -> Vec<&Candidate> {
        let typed = self.input.text().trim().to_lowercase();
        let place = |candidate: &Candidate| candidate.text.to_lowercase().find(&typed);
        let all = self.all.iter();
        let mut found: Vec<&Candidate> = all
            .filter(|candidate| !self.is_changed || place(candidate).is_some())
            .collect();
        if self.is_changed {
            found.sort_by_key(|candidate| place(candidate) != Some(0));
        }
        found
    }

    /// Draws what is typed.
    pub fn line(&self, width: usize, shared: &Shared<'_>) -> Line<'static> {
        self.input.line(width, shared.theme.strong)
    }

    /// Draws the box beside the cell, within the page.
    pub fn view(&self, frame: &mut Frame<'_>, cell: Rect, page: Rect, shared: &Shared<'_>) {
        let matching = self.matching();
        let wanted = u16::try_from(matching.len().min(MOST)).unwrap_or(0) + 2;
        let below = page.bottom().saturating_sub(cell.bottom());
        let above = cell.y.saturating_sub(page.y);
        let height = wanted.min(below.max(above));
        if height < 3 {
            return;
        }
        let rows = usize::from(height - 2);
        let first = self.selected.map_or(0, |at| (at + 1).saturating_sub(rows));
        let lines = lines(&matching, first, rows, self.selected, shared);
        let width = lines.iter().map(Line::width).max().unwrap_or(0) + 4;
        let width = u16::try_from(width).unwrap_or(u16::MAX).min(page.width);
        let y = if height <= below {
            cell.bottom()
        } else {
            cell.y - height
        };
        let x = cell
            .x
            .saturating_sub(2)
            .min(page.right() - width)
            .max(page.x);
        let area = Rect {
            x,
            y,
            width,
            height,
        };
        let inner = Pane::new("").draw_over(frame, area, shared.theme);
        frame.render_widget(Paragraph::new(lines), inner);
    }
}

fn lines(
    matching: &[&Candidate],
    first: usize,
    rows: usize,
    selected: Option<usize>,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let window = || matching.iter().enumerate().skip(first).take(rows);
    let texts: Vec<String> = window()
        .map(|(_, found)| clip(&found.text, COLUMNS))
        .collect();
    let width = texts.iter().map(|text| text.width()).max().unwrap_or(0);
    window()
        .zip(texts)
        .map(|((place, found), text)| {
            let count = match found.contacts {
                0 => String::new(),
                contacts => grouped(contacts),
            };
            let pad = " ".repeat(width - text.width());
            let line = Line::from(vec![
                Span::styled(text, theme.value),
                Span::styled(format!("{pad}  {count:>7}"), theme.dim),
            ]);
            if selected == Some(place) {
                line.style(theme.selected)
            } else {
                line
            }
        })
        .collect()
}
