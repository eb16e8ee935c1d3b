//! A column of a file whose people are put on the list.

use crossterm::event::KeyEvent;

use crate::audience::{ColumnMapping, ColumnUse};
use crate::model::Action;
use crate::model::file::{OpenedFile, SuppressColumn};
use crate::ui::widgets::input::Input;

/// A column of a file.
pub struct Column {
    /// The file's beginning.
    pub file: OpenedFile,
    /// The file, as it was typed.
    pub path: String,
    /// The column.
    pub chosen: usize,
    /// Whether it holds phone numbers, to be read with the profile's country; else ids as they stand.
    pub is_phone: bool,
    /// Why.
    pub reason: Input,
    /// What is wrong.
    pub problem: Option<String>,
}

impl Column {
    /// Starts with the column that names contacts, if one does.
    pub fn new(file: OpenedFile, path: &str) -> Self {
        let suggested = file.header.mapping();
        let names = suggested.variables();
        let place = |name| names.iter().position(|found| *found == Some(name));
        let phone = place("user_phone_number");
        let (chosen, is_phone) = match (place("user_id"), phone) {
            (Some(column), _) => (column, false),
            (None, Some(column)) => (column, true),
            (None, None) => (0, false),
        };
        Self {
            path: path.to_owned(),
            file,
            chosen,
            is_phone,
            reason: Input::new(""),
            problem: None,
        }
    }

    /// Whether an action does something now.
    pub fn offers(&self, action: Action) -> bool {
        match action {
            Action::NextSuggestion => self.chosen + 1 < self.file.header.columns.len(),
            Action::PreviousSuggestion => self.chosen > 0,
            _ => true,
        }
    }

    /// Takes a key: the arrows choose the column, what is typed is the reason.
    pub fn key(&mut self, key: KeyEvent, action: Option<Action>) {
        self.problem = None;
        let last = self.file.header.columns.len().saturating_sub(1);
        match action {
            Some(Action::NextSuggestion) => self.choose((self.chosen + 1).min(last)),
            Some(Action::PreviousSuggestion) => self.choose(self.chosen.saturating_sub(1)),
            Some(Action::ColumnKind) => self.is_phone = !self.is_phone,
            _ => drop(self.reason.key(key)),
        }
    }

    fn choose(&mut self, column: usize) {
        self.chosen = column;
        let suggested = self.file.header.mapping();
        let name = suggested.variables().get(column).copied().flatten();
        self.is_phone = name == Some("user_phone_number");
    }

    /// Takes a paste into the reason.
    pub fn paste(&mut self, text: &str) {
        self.reason.paste(text);
    }

    /// What is to be read; says what is missing where something is.
    pub fn finished(&mut self) -> Option<SuppressColumn> {
        let reason = self.reason.text().trim().to_owned();
        if reason.is_empty() {
            self.problem = Some("Type why, in a few words: it stays on the list.".to_owned());
            return None;
        }
        let name = if self.is_phone {
            "user_phone_number"
        } else {
            "user_id"
        };
        let uses = (0..self.file.header.columns.len()).map(|column| {
            if column == self.chosen {
                ColumnUse::Variable(name.to_owned())
            } else {
                ColumnUse::Ignored
            }
        });
        Some(SuppressColumn {
            path: self.path.clone(),
            mapping: ColumnMapping(uses.collect()),
            country: self.file.country.clone().filter(|_| self.is_phone),
            reason,
        })
    }
}
