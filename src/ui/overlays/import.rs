//! Importing targets: a file, what its columns are taken for, a look at what would be taken, and only then the draft.
//!
//! ```text
//! File ─Enter→ Columns ─F5→ Reading ─→ Read ─Enter→ the draft's targets
//!   ↑────Esc────┘  ↑────Esc────┴──Esc────┘
//! ```
//! Until the last step nothing is changed: Esc goes back a step, and out at the first.

mod columns;
mod outcome;
pub mod view;

use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::audience::ImportProgress;
use crate::domain::plan::{Form, Plan, Target};
use crate::model::Reply;
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::file::{FileReply, FileWork, ReadTargets, TakeTargets};
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::path::{PathField, Typed};
use columns::Columns;
use outcome::Outcome;

/// The import of targets into a broadcast's draft.
pub struct Import {
    broadcast: BroadcastKey,
    /// The targets that the draft has.
    existing: Arc<Vec<Target>>,
    delay: Option<String>,
    file: PathField,
    /// The file that is opened, as it was typed.
    path: String,
    columns: Option<Columns>,
    stage: Stage,
    /// The request whose answer is waited for.
    request: RequestId,
}

/// How far the import is.
enum Stage {
    File,
    Columns,
    Reading(ImportProgress),
    Read(Box<Outcome>),
}

impl Import {
    /// Starts with no file, for the draft as it stands; the steps list the folder.
    pub fn new(broadcast: BroadcastKey, draft: Plan, requests: &mut Requests) -> (Self, Vec<Step>) {
        let mut file = PathField::new();
        let list = file.ask(requests);
        let existing = match draft.form {
            Form::Targets { targets } => targets,
            _ => Vec::new(),
        };
        let import = Self {
            broadcast,
            existing: Arc::new(existing),
            delay: draft.delay,
            file,
            path: String::new(),
            columns: None,
            stage: Stage::File,
            request: 0,
        };
        (import, vec![list])
    }

    fn is_typing(&self) -> bool {
        self.columns.as_ref().is_some_and(Columns::is_typing)
    }

    fn to(&mut self, stage: Stage) -> Vec<Step> {
        self.stage = stage;
        self.request = 0;
        Vec::new()
    }

    fn file_key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if action == Some(Action::Back) {
            return vec![Step::Close];
        }
        match self.file.key(key, action, requests) {
            Typed::Steps(steps) => steps,
            Typed::File(path) => {
                self.request = requests.take();
                self.path.clone_from(&path);
                let bot = Some(self.broadcast.bot.clone());
                vec![self.ask(FileWork::Open { path, bot })]
            }
        }
    }

    fn ask(&self, work: FileWork) -> Step {
        Step::Do(Effect::File(self.request, work))
    }

    fn columns_key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let Some(columns) = &mut self.columns else {
            return self.to(Stage::File);
        };
        if columns.is_typing() {
            columns.typed(key, action);
            return Vec::new();
        }
        match action {
            Some(Action::Back) => self.to(Stage::File),
            Some(Action::ReadFile) => self.read(requests),
            Some(Action::Edit) if columns.is_at_end() => self.read(requests),
            Some(action) => {
                columns.act(action);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// Reads the file without taking anything.
    fn read(&mut self, requests: &mut Requests) -> Vec<Step> {
        let Some(columns) = &mut self.columns else {
            return Vec::new();
        };
        if !columns.check() {
            return Vec::new();
        }
        let work = ReadTargets {
            path: self.path.clone(),
            mapping: columns.mapping(),
            channel: columns.channel(),
            country: columns.country(),
            existing: Arc::clone(&self.existing),
        };
        self.stage = Stage::Reading(ImportProgress {
            bytes: 0,
            taken: 0,
            rejected: 0,
        });
        self.request = requests.take();
        vec![self.ask(FileWork::Read(Box::new(work)))]
    }

    fn stop(&mut self, requests: &mut Requests) -> Vec<Step> {
        self.to(Stage::Columns);
        if let Some(columns) = &mut self.columns {
            columns.say("Reading was stopped; nothing was taken.");
        }
        let id = requests.take();
        vec![Step::Do(Effect::File(id, FileWork::Stop))]
    }

    fn take(&mut self, requests: &mut Requests) -> Vec<Step> {
        let (Stage::Read(outcome), Some(columns)) = (&mut self.stage, &self.columns) else {
            return Vec::new();
        };
        if outcome.taken() == 0 {
            outcome.say(Notice::warning(
                "There is nobody to take. Esc goes back to the columns.",
            ));
            return Vec::new();
        }
        let behind = if outcome.is_behind() {
            Arc::clone(&self.existing)
        } else {
            Arc::default()
        };
        let work = TakeTargets {
            path: self.path.clone(),
            stamp: outcome.stamp(),
            broadcast: self.broadcast.clone(),
            read: outcome.read(),
            mapping: columns.mapping(),
            behind,
            delay: self.delay.clone(),
        };
        self.request = requests.take();
        vec![self.ask(FileWork::Take(Box::new(work)))]
    }

    /// Takes an answer; one to a request that is not waited for any more is dropped.
    fn replied(&mut self, id: RequestId, reply: &FileReply, shared: &Shared<'_>) {
        match (reply, &mut self.stage) {
            (FileReply::Listed(listing), _) => self.file.listed(id, listing),
            (FileReply::Written(result), Stage::Read(outcome)) => outcome.written(id, result),
            _ if id != self.request => {}
            (FileReply::Opened(Ok(opened)), Stage::File) => {
                let bot = shared.bot(&self.broadcast.bot);
                let channels = bot.map_or_else(Vec::new, |row| row.bot.channels.clone());
                self.columns = Some(Columns::new((**opened).clone(), &channels));
                self.stage = Stage::Columns;
            }
            (FileReply::Opened(Err(notice)), Stage::File) => self.file.failed(notice),
            (FileReply::Reading(now), Stage::Reading(progress)) => *progress = *now,
            (FileReply::Read(Ok(Some(read))), Stage::Reading(_)) => {
                let existing = self.existing.len() as u64;
                self.stage = Stage::Read(Box::new(Outcome::new(read.clone(), existing)));
            }
            (FileReply::Read(Ok(None)), Stage::Reading(_)) => self.stage = Stage::Columns,
            (FileReply::Read(Err(notice)), Stage::Reading(_)) => {
                self.stage = Stage::Columns;
                if let Some(columns) = &mut self.columns {
                    columns.fail(&notice.text);
                }
            }
            (FileReply::Changed, Stage::Read(_)) => {
                self.stage = Stage::Columns;
                if let Some(columns) = &mut self.columns {
                    columns.fail(
                        "The file was changed since it was read; nothing was taken. Read it again.",
                    );
                }
            }
            _ => {}
        }
    }
}

impl Overlay for Import {
    fn contexts(&self) -> &'static [Context] {
        match &self.stage {
            Stage::File => &[Context::ImportFile],
            Stage::Columns if self.is_typing() => &[Context::Field],
            Stage::Columns => &[Context::ImportColumns, Context::List, Context::Everywhere],
            Stage::Reading(_) => &[Context::ImportReading],
            Stage::Read(outcome) if outcome.is_writing() => &[Context::WriteFile],
            Stage::Read(_) => &[Context::Imported, Context::List, Context::Everywhere],
        }
    }

    fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        _shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match &mut self.stage {
            Stage::File => self.file_key(key, action, requests),
            Stage::Columns => self.columns_key(key, action, requests),
            Stage::Reading(_) => match action {
                Some(Action::StopReading) => self.stop(requests),
                _ => Vec::new(),
            },
            Stage::Read(outcome) => match action {
                Some(Action::TakeTargets) => self.take(requests),
                Some(Action::Back) if !outcome.is_writing() => self.to(Stage::Columns),
                _ => outcome.key(key, action, &self.path, requests),
            },
        }
    }

    fn paste(&mut self, text: &str, _shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        match &mut self.stage {
            Stage::File => return self.file.paste(text, requests),
            Stage::Columns => {
                if let Some(columns) = &mut self.columns {
                    columns.paste(text);
                }
            }
            Stage::Read(outcome) => outcome.paste(text),
            Stage::Reading(_) => {}
        }
        Vec::new()
    }

    fn scroll(&mut self, down: bool, _shared: &Shared<'_>) {
        let action = if down { Action::Down } else { Action::Up };
        match &mut self.stage {
            Stage::File => self.file.scroll(down),
            Stage::Columns => {
                if let Some(columns) = &mut self.columns
                    && !columns.is_typing()
                {
                    columns.act(action);
                }
            }
            Stage::Read(outcome) => outcome.travel(action),
            Stage::Reading(_) => {}
        }
    }

    fn reply(
        &mut self,
        reply: &Reply,
        shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        let Reply::File(id, reply) = reply else {
            return None;
        };
        self.replied(*id, reply, shared);
        Some(Vec::new())
    }

    fn was_drawn(&mut self, picture: &Picture) {
        match &mut self.stage {
            Stage::Columns => {
                if let Some(columns) = &mut self.columns {
                    columns.was_drawn(picture);
                }
            }
            Stage::Read(outcome) => outcome.was_drawn(picture),
            Stage::File | Stage::Reading(_) => {}
        }
    }

    fn offers(&self, action: Action, _shared: &Shared<'_>, _picture: &Picture) -> bool {
        match &self.stage {
            Stage::File => self.file.offers(action),
            Stage::Columns => self
                .columns
                .as_ref()
                .is_none_or(|columns| columns.offers(action)),
            Stage::Reading(_) => true,
            Stage::Read(outcome) => outcome.offers(action),
        }
    }

    fn label(&self, action: Action, _shared: &Shared<'_>) -> Option<&'static str> {
        let columns = self.columns.as_ref()?;
        let reads = matches!(self.stage, Stage::Columns) && columns.is_at_end();
        (reads && action == Action::Edit).then(|| Action::ReadFile.label())
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture) {
        view::draw(self, frame, area, shared, picture);
    }
}
