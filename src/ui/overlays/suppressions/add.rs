//! People who are put on the list by hand: one is typed, several are pasted, a line each; and why.

use crossterm::event::{KeyCode, KeyEvent};

use crate::domain::suppression;
use crate::domain::text::grouped;
use crate::model::Action;
use crate::ui::widgets::input::Input;

/// People who are put on the list.
pub struct Add {
    /// Who was pasted, in their normal form.
    pub people: Vec<String>,
    /// Who is typed.
    pub identity: Input,
    /// Why.
    pub reason: Input,
    /// Whether keys go into the reason.
    pub is_reason: bool,
    /// What is wrong.
    pub problem: Option<String>,
}

impl Default for Add {
    fn default() -> Self {
        Self {
            people: Vec::new(),
            identity: Input::new(""),
            reason: Input::new(""),
            is_reason: false,
            problem: None,
        }
    }
}

impl Add {
    /// Takes a key. Backspace where nothing is typed takes back who was pasted last.
    pub fn key(&mut self, key: KeyEvent, action: Option<Action>) {
        if action == Some(Action::NextField) {
            self.is_reason = !self.is_reason;
            return;
        }
        let takes_back = key.code == KeyCode::Backspace && self.identity.text().is_empty();
        if takes_back && !self.is_reason {
            self.people.pop();
            return;
        }
        let field = if self.is_reason {
            &mut self.reason
        } else {
            &mut self.identity
        };
        if field.key(key) {
            self.problem = None;
        }
    }

    /// Takes a paste: of several lines each names somebody.
    pub fn paste(&mut self, text: &str) {
        self.problem = None;
        if self.is_reason {
            self.reason.paste(text);
        } else if text.trim().contains(['\n', '\r']) {
            self.take_lines(text);
        } else {
            self.identity.paste(text.trim());
        }
    }

    fn take_lines(&mut self, text: &str) {
        let lines = || {
            text.lines()
                .flat_map(|line| line.split('\r'))
                .map(str::trim)
        };
        let cells = lines().position(|line| line.contains(['\t', ';', ',']));
        if let Some(line) = cells {
            self.problem = Some(format!(
                "Line {} of what was pasted holds several cells, so nobody was taken. Paste the column alone, or import the file.",
                grouped(line as u64 + 1)
            ));
            return;
        }
        if let Some((line, why)) = lines()
            .zip(1..)
            .find_map(|(line, number)| suppression::never_matches(line).map(|why| (number, why)))
        {
            self.problem = Some(format!(
                "Line {} of what was pasted {why}; nobody was taken.",
                grouped(line)
            ));
            return;
        }
        let named = lines().filter(|line| !line.is_empty());
        self.people.extend(named.map(suppression::key));
        let mut seen = std::collections::HashSet::new();
        self.people.retain(|person| seen.insert(person.clone()));
    }

    /// Who is typed, as the list keeps them.
    pub fn kept_as(&self) -> String {
        suppression::key(self.identity.text())
    }

    /// Everybody, and why; says what is missing where something is.
    pub fn finished(&mut self) -> Option<(Vec<String>, String)> {
        if let Some(why) = suppression::never_matches(self.identity.text()) {
            self.is_reason = false;
            self.problem = Some(format!("What is typed {why}."));
            return None;
        }
        let mut people = self.people.clone();
        people.extend(Some(self.kept_as()).filter(|key| !key.is_empty()));
        let reason = self.reason.text().trim().to_owned();
        if people.is_empty() {
            self.is_reason = false;
            self.problem =
                Some("Type a user_id or a phone number with its country code first.".to_owned());
            return None;
        }
        if reason.is_empty() {
            // The first Enter goes on to the reason; the second says that it is wanted.
            if std::mem::replace(&mut self.is_reason, true) {
                self.problem = Some("Say why, in a few words: it stays on the list.".to_owned());
            }
            return None;
        }
        Some((people, reason))
    }
}
