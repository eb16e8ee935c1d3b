//! Writing the contacts that are listed to a CSV file.

use crossterm::event::Event;

use super::{Browse, Mode};
use crate::domain::text::size;
use crate::model::browse::{BrowseWork, Export};
use crate::model::effect::RequestId;
use crate::model::file::NotWritten;
use crate::model::{Action, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::shared::Step;
use crate::ui::widgets::input::Input;

/// Letters of a name that is made up at most.
const LONGEST_NAME: usize = 60;

/// The name of a file, and how much of it is written.
pub struct Writing {
    /// The name.
    pub input: Input,
    /// The size of a file of that name, if there is one.
    pub exists: Option<u64>,
    /// What stands in the way.
    pub problem: Option<Notice>,
    /// Contacts that are written.
    pub done: u64,
    request: RequestId,
}

impl Writing {
    /// A name that says what is in the file.
    pub fn new(title: &str, group: &str) -> Self {
        Self {
            input: Input::new(&file_name(title, group)),
            exists: None,
            problem: None,
            done: 0,
            request: 0,
        }
    }
}

/// `Spring offer`, `matching` gives `contacts-spring-offer-matching.csv`.
fn file_name(title: &str, group: &str) -> String {
    let mut name = String::new();
    for character in title.to_lowercase().chars().take(LONGEST_NAME) {
        if character.is_ascii_alphanumeric() {
            name.push(character);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_matches('-');
    let parts = ["contacts", name, group];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{}.csv", parts.join("-"))
}

impl Browse {
    /// Takes what is typed into the name of the file.
    pub(super) fn name(
        &mut self,
        event: &Event,
        action: Option<Action>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let Mode::Naming(writing) = &mut self.mode else {
            return Vec::new();
        };
        match action {
            Some(Action::Back) => self.mode = Mode::Table,
            Some(Action::WriteFile) => return self.write(false, requests),
            Some(Action::Replace) if writing.exists.is_some() => {
                return self.write(true, requests);
            }
            _ => {
                let is_changed = match event {
                    Event::Key(key) => writing.input.key(*key),
                    Event::Paste(text) => writing.input.paste(text),
                    _ => false,
                };
                if is_changed {
                    writing.exists = None;
                    writing.problem = None;
                }
            }
        }
        Vec::new()
    }

    fn write(&mut self, replace: bool, requests: &mut Requests) -> Vec<Step> {
        let Some(place) = self.listed() else {
            return Vec::new();
        };
        let Mode::Naming(mut writing) = std::mem::replace(&mut self.mode, Mode::Table) else {
            return Vec::new();
        };
        let path = writing.input.text().trim().to_owned();
        if path.is_empty() {
            writing.problem = Some(Notice::warning("Type the name of the file first."));
            self.mode = Mode::Naming(writing);
            return Vec::new();
        }
        writing.request = requests.take();
        writing.problem = None;
        writing.done = 0;
        let id = writing.request;
        let work = Export {
            place,
            columns: self.columns.clone(),
            path,
            replace,
        };
        self.mode = Mode::Writing(writing);
        let work = BrowseWork::Export(Box::new(work));
        vec![Step::Do(Effect::Browse(id, work))]
    }

    /// Takes how much is written.
    pub(super) fn went_on(&mut self, id: RequestId, done: u64) {
        if let Mode::Writing(writing) = &mut self.mode
            && writing.request == id
        {
            writing.done = done;
        }
    }

    /// Takes whether the file was written.
    pub(super) fn written(
        &mut self,
        id: RequestId,
        result: &Result<Option<Notice>, NotWritten>,
    ) -> Vec<Step> {
        let Mode::Writing(writing) = &mut self.mode else {
            return Vec::new();
        };
        if writing.request != id {
            return Vec::new();
        }
        match result {
            Ok(notice) => {
                let stopped = || Notice::ok("Stopped: nothing is left of the file.");
                let notice = notice.clone().unwrap_or_else(stopped);
                self.mode = Mode::Table;
                return vec![Step::Say(notice)];
            }
            Err(NotWritten::Exists(bytes)) => {
                writing.exists = Some(*bytes);
                writing.problem = Some(Notice::warning(format!(
                    "A file of that name is there already ({}). F3 replaces it; or type another name.",
                    size(*bytes)
                )));
            }
            Err(NotWritten::Failed(notice)) => writing.problem = Some(notice.clone()),
        }
        if let Mode::Writing(writing) = std::mem::replace(&mut self.mode, Mode::Table) {
            self.mode = Mode::Naming(writing);
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Spring offer", "matching", "contacts-spring-offer-matching.csv")]
    #[case("../../etc/passwd", "all", "contacts-etc-passwd-all.csv")]
    #[case("東京", "", "contacts.csv")]
    fn a_name_says_what_is_in_the_file(
        #[case] title: &str,
        #[case] group: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(file_name(title, group), expected);
    }
}
