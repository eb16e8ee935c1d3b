//! The name of filters that are saved, or get another one.

use crossterm::event::KeyEvent;

use crate::ui::widgets::input::Input;

/// Bytes of a name at most.
const LONGEST: usize = 200;

/// A name that is typed.
pub struct Naming {
    /// What is typed.
    pub input: Input,
    /// The name before; `None` where filters are saved.
    pub from: Option<String>,
    /// Whether there are filters of that name.
    pub exists: bool,
    /// What is wrong.
    pub problem: Option<String>,
}

impl Naming {
    /// The name of filters that are saved.
    pub fn save() -> Self {
        Self {
            input: Input::new(""),
            from: None,
            exists: false,
            problem: None,
        }
    }

    /// Another name for saved filters.
    pub fn rename(from: String) -> Self {
        Self {
            input: Input::new(&from),
            from: Some(from),
            ..Self::save()
        }
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) {
        if self.input.key(key) {
            self.changed();
        }
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str) {
        if self.input.paste(text) {
            self.changed();
        }
    }

    fn changed(&mut self) {
        self.exists = false;
        self.problem = None;
    }

    /// The name; says what is wrong where it is none.
    pub fn finished(&mut self) -> Option<String> {
        let name = self.input.text().trim();
        if name.is_empty() {
            self.problem = Some("Type a name first.".to_owned());
            return None;
        }
        if name.len() > LONGEST {
            self.problem = Some("The name is too long: 200 bytes at most.".to_owned());
            return None;
        }
        Some(name.to_owned())
    }
}
