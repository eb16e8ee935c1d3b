//! What was read of the file: who would be taken, which rows were rejected and why, and where those are written.

use std::path::Path;
use std::sync::Arc;

use crossterm::event::KeyEvent;

use crate::audience::{ImportedTargets, Rejected};
use crate::domain::text::{grouped, size};
use crate::model::effect::RequestId;
use crate::model::file::{FileRead, FileStamp, FileWork, NotWritten};
use crate::model::{Action, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::picture::Picture;
use crate::ui::shared::Step;
use crate::ui::widgets::input::Input;
use crate::ui::widgets::list::List;

/// What was read of a file.
pub struct Outcome {
    file: FileRead,
    /// Targets that the draft has.
    pub existing: u64,
    /// Whether they stay, and these come behind them.
    is_behind: bool,
    /// The rejected rows.
    pub list: List,
    /// The name of the file that rejected rows are written to, while it is typed.
    pub writing: Option<Writing>,
    /// What was done, or could not be.
    pub said: Option<Notice>,
}

/// The name of a file that is written.
pub struct Writing {
    /// The name.
    pub input: Input,
    /// The size of a file of that name, if there is one.
    pub exists: Option<u64>,
    request: RequestId,
}

impl Outcome {
    /// What was read, beside so many targets of the draft.
    pub fn new(file: FileRead, existing: u64) -> Self {
        Self {
            file,
            existing,
            is_behind: false,
            list: List::default(),
            writing: None,
            said: None,
        }
    }

    /// Whether a file's name is typed.
    pub fn is_writing(&self) -> bool {
        self.writing.is_some()
    }

    /// Whether the draft's targets stay.
    pub fn is_behind(&self) -> bool {
        self.is_behind && self.existing > 0
    }

    /// Targets and rejected rows.
    pub fn read(&self) -> Arc<ImportedTargets> {
        Arc::clone(&self.file.read)
    }

    /// The file as it was.
    pub fn stamp(&self) -> FileStamp {
        self.file.stamp
    }

    /// How many targets there are.
    pub fn taken(&self) -> u64 {
        self.file.read.targets.len() as u64
    }

    /// How many of them the draft has already.
    pub fn already(&self) -> u64 {
        self.file.already
    }

    /// The rejected rows that are kept.
    pub fn rows(&self) -> &[Rejected] {
        self.file.read.rejected.rows()
    }

    /// The reasons with their counts, the most frequent first: `1,204 no identity, 592 bad phone number`.
    pub fn reasons(&self) -> String {
        let counts = self.file.read.rejected.counts();
        let mut counts: Vec<(&str, u64)> =
            counts.iter().map(|(word, count)| (*word, *count)).collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let words = counts
            .into_iter()
            .map(|(word, count)| format!("{} {}", grouped(count), reason(word, count)));
        words.collect::<Vec<_>>().join(", ")
    }

    /// Says something.
    pub fn say(&mut self, notice: Notice) {
        self.said = Some(notice);
    }

    /// Whether an action does something now.
    pub fn offers(&self, action: Action) -> bool {
        match action {
            Action::TakeTargets => self.taken() > 0,
            Action::Behind => self.existing > 0,
            Action::WriteRejected => !self.rows().is_empty(),
            Action::Replace => self.writing.as_ref().is_some_and(|it| it.exists.is_some()),
            _ => true,
        }
    }

    /// Takes a key, with what it means here.
    pub fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        source: &str,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if self.writing.is_some() {
            return self.name_key(key, action, source, requests);
        }
        self.said = None;
        match action {
            Some(Action::Behind) if self.existing > 0 => self.is_behind = !self.is_behind,
            Some(Action::WriteRejected) if self.rows().is_empty() => {
                self.say(Notice::ok(
                    "No row was rejected: there is nothing to write.",
                ));
            }
            Some(Action::WriteRejected) => {
                self.writing = Some(Writing {
                    input: Input::new(&suggested(source)),
                    exists: None,
                    request: 0,
                });
            }
            Some(action) => self.travel(action),
            None => {}
        }
        Vec::new()
    }

    /// Moves through the rejected rows.
    pub fn travel(&mut self, action: Action) {
        if action != Action::Filter && !self.is_writing() {
            let rows = self.rows().len();
            self.list.act(action, rows);
        }
    }

    fn name_key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        source: &str,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let Some(writing) = &mut self.writing else {
            return Vec::new();
        };
        match action {
            Some(Action::Back) => self.writing = None,
            Some(Action::WriteFile) => return self.write(source, false, requests),
            Some(Action::Replace) if writing.exists.is_some() => {
                return self.write(source, true, requests);
            }
            _ => {
                if writing.input.key(key) {
                    writing.exists = None;
                    self.said = None;
                }
            }
        }
        Vec::new()
    }

    fn write(&mut self, source: &str, replace: bool, requests: &mut Requests) -> Vec<Step> {
        let read = self.read();
        let Some(writing) = &mut self.writing else {
            return Vec::new();
        };
        let path = writing.input.text().trim().to_owned();
        if path.is_empty() {
            self.said = Some(Notice::warning("Type the name of the file first."));
            return Vec::new();
        }
        writing.request = requests.take();
        let work = FileWork::WriteRejected {
            path,
            source: source.to_owned(),
            read,
            replace,
        };
        vec![Step::Do(Effect::File(writing.request, work))]
    }

    /// Takes a paste into the name.
    pub fn paste(&mut self, text: &str) {
        if let Some(writing) = &mut self.writing
            && writing.input.paste(text)
        {
            writing.exists = None;
        }
    }

    /// Takes whether the rejected rows were written.
    pub fn written(&mut self, id: RequestId, result: &Result<Notice, NotWritten>) {
        let Some(writing) = self
            .writing
            .as_mut()
            .filter(|writing| writing.request == id)
        else {
            return;
        };
        match result {
            Ok(notice) => {
                self.said = Some(notice.clone());
                self.writing = None;
            }
            Err(NotWritten::Exists(bytes)) => {
                writing.exists = Some(*bytes);
                self.said = Some(Notice::warning(format!(
                    "A file of that name is there already ({}). F3 replaces it; or type another name.",
                    size(*bytes)
                )));
            }
            Err(NotWritten::Failed(notice)) => self.said = Some(notice.clone()),
        }
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        self.list.offset = picture.text_limit;
        self.list.page = picture.text_page;
    }
}

/// A reason in words behind its count.
fn reason(word: &str, count: u64) -> String {
    let plural = if count == 1 { "" } else { "s" };
    match word {
        "not-identified" => "without identity".to_owned(),
        "bad-phone" => format!("bad phone number{plural}"),
        "duplicate" => format!("duplicate{plural}"),
        "ragged" => "with another number of cells".to_owned(),
        "open-quote" => "over several lines".to_owned(),
        "nul" => "with a NUL character".to_owned(),
        "not-text" => "no text".to_owned(),
        "too-long" => "too long".to_owned(),
        other => other.to_owned(),
    }
}

/// A name beside the source: `people.csv` gives `people-rejected.csv`.
fn suggested(source: &str) -> String {
    let path = Path::new(source.trim());
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-rejected.csv"))
        .to_string_lossy()
        .into_owned()
}
