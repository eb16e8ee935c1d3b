//! The suppression list: who is never written to, whatever a plan says. People are put on it with a reason, typed,
//! pasted or out of a column of a file, and taken off it only when that is asked for and meant.

mod add;
mod column;
mod view;

use std::sync::Arc;

use crossterm::event::{Event, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::audience::ImportProgress;
use crate::model::Reply;
use crate::model::effect::RequestId;
use crate::model::file::{FileReply, FileWork};
use crate::model::suppression::{SuppressedRow, SuppressionReply, SuppressionWork};
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::list::List;
use crate::ui::widgets::path::{PathField, Typed};
use add::Add;
use column::Column;

/// The suppression list.
pub struct Suppressions {
    /// Everybody on it; nothing until it is read.
    rows: Option<Arc<Vec<SuppressedRow>>>,
    /// The places of those that the filter lists.
    listed: Vec<usize>,
    list: List,
    stage: Stage,
    said: Option<Notice>,
    /// The request whose answer is waited for.
    request: RequestId,
}

/// What lies over the list.
enum Stage {
    List,
    Add(Box<Add>),
    Removing(String),
    File(Box<PathField>),
    Column(Box<Column>),
    Reading(Box<Column>, ImportProgress),
}

impl Suppressions {
    /// Starts with nothing; the step reads the list.
    pub fn new(requests: &mut Requests) -> (Self, Vec<Step>) {
        let mut list = Self {
            rows: None,
            listed: Vec::new(),
            list: List::default(),
            stage: Stage::List,
            said: None,
            request: 0,
        };
        let read = list.ask(SuppressionWork::List, requests);
        (list, vec![read])
    }

    fn ask(&mut self, work: SuppressionWork, requests: &mut Requests) -> Step {
        self.request = requests.take();
        Step::Do(Effect::Suppression(self.request, work))
    }

    fn back_to_list(&mut self) -> Vec<Step> {
        self.stage = Stage::List;
        Vec::new()
    }

    fn list_key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if self.list.typing {
            self.filter_key(&Event::Key(key), action);
            return Vec::new();
        }
        self.said = None;
        match action {
            Some(Action::Back) if self.list.filter.is_some() => {
                self.list.end_typing(false);
                self.filter();
            }
            Some(Action::Back) => return vec![Step::Close],
            Some(Action::Add) => self.stage = Stage::Add(Box::default()),
            Some(Action::Remove) => {
                if let Some(row) = self.selected() {
                    self.stage = Stage::Removing(row.identity.clone());
                }
            }
            Some(Action::Import) => {
                let mut file = PathField::new();
                let list = file.ask(requests);
                self.stage = Stage::File(Box::new(file));
                return vec![list];
            }
            Some(action) => drop(self.list.act(action, self.listed.len())),
            None => {}
        }
        Vec::new()
    }

    fn filter_key(&mut self, event: &Event, action: Option<Action>) {
        match action {
            Some(Action::ClearFilter) => self.list.end_typing(false),
            Some(Action::KeepFilter) => self.list.end_typing(true),
            _ => self.list.typed(event),
        }
        self.filter();
    }

    /// Finds the rows that hold what is typed.
    fn filter(&mut self) {
        let rows = self.rows.as_deref().map_or(&[][..], Vec::as_slice);
        let text = |row: &SuppressedRow| format!("{} {} {}", row.identity, row.reason, row.by);
        self.listed = self.list.containing(rows, text);
        self.list.cursor = self.list.cursor.min(self.listed.len().saturating_sub(1));
    }

    fn selected(&self) -> Option<&SuppressedRow> {
        self.rows.as_ref()?.get(*self.listed.get(self.list.cursor)?)
    }

    fn file_key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match &mut self.stage {
            Stage::File(file) => {
                if action == Some(Action::Back) {
                    return self.back_to_list();
                }
                match file.key(key, action, requests) {
                    Typed::Steps(steps) => steps,
                    Typed::File(path) => {
                        self.request = requests.take();
                        let work = FileWork::Open { path, bot: None };
                        vec![Step::Do(Effect::File(self.request, work))]
                    }
                }
            }
            Stage::Column(column) => match action {
                Some(Action::Back) => self.back_to_list(),
                Some(Action::Suppress) => self.read(requests),
                _ => {
                    column.key(key, action);
                    Vec::new()
                }
            },
            Stage::Reading(..) if action == Some(Action::StopReading) => {
                self.said = Some(Notice::ok("Reading was stopped; the list is as it was."));
                self.stage = Stage::List;
                let stop = Effect::File(requests.take(), FileWork::Stop);
                self.request = 0;
                vec![Step::Do(stop)]
            }
            _ => Vec::new(),
        }
    }

    fn read(&mut self, requests: &mut Requests) -> Vec<Step> {
        let Stage::Column(column) = &mut self.stage else {
            return Vec::new();
        };
        let Some(work) = column.finished() else {
            return Vec::new();
        };
        let progress = ImportProgress {
            bytes: 0,
            taken: 0,
            rejected: 0,
        };
        if let Stage::Column(column) = std::mem::replace(&mut self.stage, Stage::List) {
            self.stage = Stage::Reading(column, progress);
        }
        self.request = requests.take();
        let work = FileWork::Suppress(Box::new(work));
        vec![Step::Do(Effect::File(self.request, work))]
    }

    /// Takes an answer about the list; once it was changed it is read again.
    fn replied(
        &mut self,
        id: RequestId,
        reply: &SuppressionReply,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if id != self.request {
            return Vec::new();
        }
        match reply {
            SuppressionReply::Listed(Ok(rows)) => {
                self.rows = Some(Arc::clone(rows));
                self.filter();
            }
            SuppressionReply::Listed(Err(notice)) => self.said = Some(notice.clone()),
            SuppressionReply::Changed(Ok(notice)) => return self.changed(notice, requests),
            SuppressionReply::Changed(Err(notice)) => self.fail(notice),
        }
        Vec::new()
    }

    fn changed(&mut self, notice: &Notice, requests: &mut Requests) -> Vec<Step> {
        self.stage = Stage::List;
        self.said = Some(notice.clone());
        vec![self.ask(SuppressionWork::List, requests)]
    }

    /// Says what went wrong; what was typed stays.
    fn fail(&mut self, notice: &Notice) {
        match &mut self.stage {
            Stage::Add(add) => add.problem = Some(notice.text.clone()),
            _ => self.said = Some(notice.clone()),
        }
    }

    /// Takes an answer about a file.
    fn file_replied(
        &mut self,
        id: RequestId,
        reply: &FileReply,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match (reply, &mut self.stage) {
            (FileReply::Listed(listing), Stage::File(file)) => file.listed(id, listing),
            _ if id != self.request => {}
            (FileReply::Opened(Ok(opened)), Stage::File(file)) => {
                let column = Column::new((**opened).clone(), file.text());
                self.stage = Stage::Column(Box::new(column));
            }
            (FileReply::Opened(Err(notice)), Stage::File(file)) => file.failed(notice),
            (FileReply::Reading(now), Stage::Reading(_, progress)) => *progress = *now,
            (FileReply::Suppressed(Ok(notice)), _) => return self.changed(notice, requests),
            (FileReply::Suppressed(Err(notice)), Stage::Reading(..)) => {
                if let Stage::Reading(mut column, _) =
                    std::mem::replace(&mut self.stage, Stage::List)
                {
                    column.problem = Some(notice.text.clone());
                    self.stage = Stage::Column(column);
                }
            }
            _ => {}
        }
        Vec::new()
    }
}

impl Overlay for Suppressions {
    fn contexts(&self) -> &'static [Context] {
        match &self.stage {
            Stage::List if self.list.typing => &[Context::Filter],
            Stage::List => &[Context::Suppressions, Context::List, Context::Everywhere],
            Stage::Add(_) => &[Context::SuppressionAdd],
            Stage::Removing(_) => &[Context::Question],
            Stage::File(_) => &[Context::ImportFile],
            Stage::Column(_) => &[Context::SuppressionColumn],
            Stage::Reading(..) => &[Context::ImportReading],
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
            Stage::List => self.list_key(key, action, requests),
            Stage::Add(add) => match action {
                Some(Action::Back) => self.back_to_list(),
                Some(Action::Suppress) => match add.finished() {
                    Some((identities, reason)) => {
                        let work = SuppressionWork::Add { identities, reason };
                        vec![self.ask(work, requests)]
                    }
                    None => Vec::new(),
                },
                _ => {
                    add.key(key, action);
                    Vec::new()
                }
            },
            Stage::Removing(identity) => match action {
                Some(Action::Yes) => {
                    let work = SuppressionWork::Remove(identity.clone());
                    self.back_to_list();
                    vec![self.ask(work, requests)]
                }
                Some(Action::Back) => self.back_to_list(),
                _ => Vec::new(),
            },
            Stage::File(_) | Stage::Column(_) | Stage::Reading(..) => {
                self.file_key(key, action, requests)
            }
        }
    }

    fn paste(&mut self, text: &str, _shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        match &mut self.stage {
            Stage::List if self.list.typing => {
                self.filter_key(&Event::Paste(text.to_owned()), None);
            }
            Stage::Add(add) => add.paste(text),
            Stage::File(file) => return file.paste(text, requests),
            Stage::Column(column) => column.paste(text),
            Stage::List | Stage::Removing(_) | Stage::Reading(..) => {}
        }
        Vec::new()
    }

    fn scroll(&mut self, down: bool, _shared: &Shared<'_>) {
        let action = if down { Action::Down } else { Action::Up };
        match &mut self.stage {
            Stage::List => drop(self.list.act(action, self.listed.len())),
            Stage::File(file) => file.scroll(down),
            _ => {}
        }
    }

    fn reply(
        &mut self,
        reply: &Reply,
        _shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        match reply {
            Reply::Suppression(id, reply) => Some(self.replied(*id, reply, requests)),
            Reply::File(id, reply) => Some(self.file_replied(*id, reply, requests)),
            _ => None,
        }
    }

    fn was_drawn(&mut self, picture: &Picture) {
        if let Stage::List = self.stage {
            self.list.offset = picture.text_limit;
            self.list.page = picture.text_page;
        }
    }

    fn offers(&self, action: Action, shared: &Shared<'_>, _picture: &Picture) -> bool {
        match (&self.stage, action) {
            (Stage::List, Action::Add | Action::Import) => !shared.is_readonly(),
            (Stage::List, Action::Remove) => self.selected().is_some() && !shared.is_readonly(),
            (Stage::List, _) => self.list.offers(action, self.listed.len()),
            (Stage::File(file), _) => file.offers(action),
            (Stage::Column(column), _) => column.offers(action),
            _ => true,
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture) {
        view::draw(self, frame, area, shared, picture);
    }
}
