//! The raw body as it is edited in place: every key changes the draft, and what is wrong is said at once.

use std::sync::Arc;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use super::Compose;
use crate::domain::payload::minify;
use crate::domain::text::shown;
use crate::model::{Action, Notice};
use crate::ui::app::Requests;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::editor::TextEditor;
use crate::ui::widgets::json;

/// The text, its cursor, and what is wrong with it.
#[derive(Debug)]
pub struct RawBody {
    pub(super) editor: TextEditor,
    /// The draft's body that the text was made of.
    of: Arc<str>,
    pub(super) is_typing: bool,
    /// Whether the draft as it was before is kept, so that it can be gone back to.
    is_kept: bool,
    pub(super) mistake: Option<Mistake>,
}

/// Where a text stops being JSON, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, fit to be shown.
    pub what: String,
}

impl Default for RawBody {
    fn default() -> Self {
        Self {
            editor: TextEditor::new(""),
            of: Arc::default(),
            is_typing: false,
            is_kept: false,
            mistake: mistake(""),
        }
    }
}

impl RawBody {
    /// Takes the draft's body, unless it came from here.
    pub(super) fn follow(&mut self, body: &Arc<str>) {
        if !Arc::ptr_eq(body, &self.of) {
            if **body != *self.of {
                self.editor = TextEditor::new(body);
            }
            self.of = Arc::clone(body);
        }
        self.mistake = mistake(body);
    }

    pub(super) fn start_typing(&mut self) {
        self.is_typing = true;
        self.is_kept = false;
    }

    /// Goes to the place where the text stops being JSON.
    pub(super) fn go_to_mistake(&mut self) {
        if let Some(mistake) = &self.mistake {
            self.editor.go_to(mistake.line - 1, mistake.column - 1);
        }
    }

    /// Moves through the text without typing into it.
    pub(super) fn travel(&mut self, action: Action) {
        let (code, modifiers) = match action {
            Action::Up => (KeyCode::Up, KeyModifiers::NONE),
            Action::Down => (KeyCode::Down, KeyModifiers::NONE),
            Action::Left => (KeyCode::Left, KeyModifiers::NONE),
            Action::Right => (KeyCode::Right, KeyModifiers::NONE),
            Action::PageUp => (KeyCode::PageUp, KeyModifiers::NONE),
            Action::PageDown => (KeyCode::PageDown, KeyModifiers::NONE),
            Action::Top => (KeyCode::Home, KeyModifiers::CONTROL),
            _ => (KeyCode::End, KeyModifiers::CONTROL),
        };
        self.editor.key(KeyEvent::new(code, modifiers));
    }

    pub(super) fn was_drawn(&mut self, page: (usize, usize)) {
        self.editor.was_drawn(page);
    }
}

impl Compose {
    /// Takes what is typed into the raw body.
    pub(super) fn raw_typed(
        &mut self,
        event: &Event,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match action {
            Some(Action::Leave) => {
                self.raw.is_typing = false;
                return Vec::new();
            }
            Some(Action::Editor) => return self.edit_outside(shared, requests),
            Some(Action::Review) => {
                self.raw.is_typing = false;
                return self.review(shared, requests);
            }
            Some(Action::SavePlan) => return vec![self.save_as(shared)],
            Some(Action::LayOut) => return self.lay_out_raw(shared, requests),
            _ => {}
        }
        let is_changed = match event {
            Event::Key(key) => self.raw.editor.key(*key),
            Event::Paste(text) => self.raw.editor.paste(text),
            _ => false,
        };
        if is_changed {
            self.raw_changed(shared, requests)
        } else {
            Vec::new()
        }
    }

    /// Lays the body out in lines; one that is so already goes on one line again.
    fn lay_out_raw(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let body = Arc::clone(&self.draft.body);
        if self.raw.mistake.is_some() {
            let text = "It is not JSON yet, so it can't be laid out.";
            return vec![Step::Say(Notice::warning(text))];
        }
        let laid_out = json::in_lines(&body);
        let text = if laid_out == *body {
            minify(&body)
        } else {
            laid_out
        };
        self.raw.editor.replace(&text);
        self.raw_changed(shared, requests)
    }

    fn raw_changed(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let text: Arc<str> = self.raw.editor.text().into();
        self.take_raw(text, shared, requests)
    }

    /// Takes a text as the raw body.
    pub(super) fn take_raw(
        &mut self,
        text: Arc<str>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if *text == *self.draft.body {
            return Vec::new();
        }
        if !self.raw.is_typing || !std::mem::replace(&mut self.raw.is_kept, true) {
            self.history.keep(&self.draft);
        }
        if self.raw.is_typing {
            self.raw.of = Arc::clone(&text);
        }
        self.draft.body = text;
        self.changed(shared, requests)
    }
}

/// Where a text stops being JSON; `None` where it is.
fn mistake(text: &str) -> Option<Mistake> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
    if text.trim().is_empty() {
        return Some(Mistake {
            line: 1,
            column: 1,
            what: "Nothing is written yet: type JSON.".to_owned(),
        });
    }
    let line = error.line().max(1);
    let told = error.to_string();
    let what = told.split(" at line ").next().unwrap_or_default();
    // The reader counts bytes: a person counts characters.
    let bytes = text.split('\n').nth(line - 1).unwrap_or_default();
    let before = &bytes[..bytes.floor_char_boundary(error.column())];
    Some(Mistake {
        line,
        column: before.chars().count().max(1),
        what: shown(what).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::nothing("", 1, 1, "Nothing is written yet: type JSON.")]
    #[case::blanks(" \n ", 1, 1, "Nothing is written yet: type JSON.")]
    #[case::second_line("{\n \"é\": x}", 2, 7, "expected value")]
    #[case::comma("[1,]", 1, 4, "expected value")]
    #[case::behind("{} {}", 1, 4, "trailing characters")]
    fn a_mistake_has_a_place(
        #[case] text: &str,
        #[case] line: usize,
        #[case] column: usize,
        #[case] what: &str,
    ) {
        let found = mistake(text).unwrap();
        assert_eq!(
            (found.line, found.column, found.what.as_str()),
            (line, column, what)
        );
    }

    #[test]
    fn any_json_is_no_mistake() {
        for text in ["null", "[1.50,{\"a\":\"\\u001b\"}]", " {} \n"] {
            assert_eq!(mistake(text), None, "{text}");
        }
    }
}
