//! What a draft can start from: saved filters, audiences, saved plans, earlier launches, a file. One list, searchable;
//! whatever is chosen, the draft before is one undo away.

mod naming;
mod rows;
mod view;

use crossterm::event::{Event, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::plan::{Form, Method, Plan, PlanFilter};
use crate::domain::text::{counted, shown};
use crate::model::Reply;
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::message::PlanRow;
use crate::model::start::{StartReply, StartWork, Starts};
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::overlays::import::Import;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::list::List;
use naming::Naming;
use rows::{Does, Row};

/// What a draft can start from.
pub struct StartFrom {
    broadcast: BroadcastKey,
    draft: Plan,
    /// Filters and audiences; nothing until they are read.
    starts: Option<Starts>,
    /// Saved plans; nothing until they are read.
    plans: Option<Vec<PlanRow>>,
    list: List,
    stage: Stage,
    said: Option<Notice>,
    /// The request whose answer is waited for.
    request: RequestId,
}

/// What lies over the list.
enum Stage {
    List,
    Naming(Box<Naming>),
    Removing(String),
}

impl StartFrom {
    /// Starts with the launches that are known; the steps read the rest.
    pub fn new(broadcast: BroadcastKey, draft: Plan, requests: &mut Requests) -> (Self, Vec<Step>) {
        let mut start = Self {
            broadcast,
            draft,
            starts: None,
            plans: None,
            list: List::default(),
            stage: Stage::List,
            said: None,
            request: 0,
        };
        let read = start.read(requests);
        (start, vec![read, Step::Do(Effect::ListPlans)])
    }

    fn read(&mut self, requests: &mut Requests) -> Step {
        let work = StartWork::List(self.broadcast.clone());
        self.ask(work, requests)
    }

    fn ask(&mut self, work: StartWork, requests: &mut Requests) -> Step {
        self.request = requests.take();
        Step::Do(Effect::Start(self.request, work))
    }

    fn back_to_list(&mut self) -> Vec<Step> {
        self.stage = Stage::List;
        Vec::new()
    }

    fn filter_key(&mut self, event: &Event, action: Option<Action>) {
        match action {
            Some(Action::ClearFilter) => self.list.end_typing(false),
            Some(Action::KeepFilter) => self.list.end_typing(true),
            _ => self.list.typed(event),
        }
    }

    fn act(
        &mut self,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let mut rows = self.rows(shared);
        let count = rows.len();
        self.said = None;
        let selected = (count > 0).then(|| rows.swap_remove(self.list.cursor.min(count - 1)));
        match (action, selected) {
            (Some(Action::Back), _) if self.list.filter.is_some() => self.list.end_typing(false),
            (Some(Action::Back), _) => return vec![Step::Close],
            (Some(Action::Start), Some(row)) => return self.start(row.does, requests),
            (Some(Action::StartRest), Some(row)) => return self.rest(&row),
            (Some(Action::SaveFilters), _) => self.name_filters(),
            (Some(Action::Rename), Some(row)) => match row.does {
                Does::Filters(..) => {
                    self.stage = Stage::Naming(Box::new(Naming::rename(row.name)));
                }
                _ => self.say(Notice::ok("Saved filters alone have a name to change.")),
            },
            (Some(Action::Remove), Some(row)) => match row.does {
                Does::Filters(..) | Does::Unreadable => self.stage = Stage::Removing(row.name),
                _ => self.say(Notice::ok("Saved filters alone are deleted here.")),
            },
            (Some(action), _) => drop(self.list.act(action, count)),
            (None, _) => {}
        }
        Vec::new()
    }

    /// Whether an action does something now.
    fn list_offers(&self, action: Action, shared: &Shared<'_>) -> bool {
        let mut rows = self.rows(shared);
        let count = rows.len();
        let selected = (count > 0).then(|| rows.swap_remove(self.list.cursor.min(count - 1)));
        let is = |wanted: fn(&Does) -> bool| selected.as_ref().is_some_and(|row| wanted(&row.does));
        match action {
            Action::Start => selected.is_some(),
            Action::StartRest => is(|does| matches!(does, Does::Launch(_))),
            Action::SaveFilters => !self.filters().is_empty(),
            Action::Rename => is(|does| matches!(does, Does::Filters(..))),
            Action::Remove => is(|does| matches!(does, Does::Filters(..) | Does::Unreadable)),
            _ => self.list.offers(action, count),
        }
    }

    fn say(&mut self, notice: Notice) {
        self.said = Some(notice);
    }

    /// The filters of the draft, if it has any.
    fn filters(&self) -> &[PlanFilter] {
        self.draft.form.filters()
    }

    fn name_filters(&mut self) {
        if self.filters().is_empty() {
            self.say(Notice::warning(
                "The draft has no filters that could be saved.",
            ));
        } else {
            self.stage = Stage::Naming(Box::new(Naming::save()));
        }
    }

    fn save(&mut self, replace: bool, requests: &mut Requests) -> Vec<Step> {
        let bot = self.broadcast.bot.clone();
        let filters = self.filters().to_vec();
        let Stage::Naming(naming) = &mut self.stage else {
            return Vec::new();
        };
        let Some(name) = naming.finished() else {
            return Vec::new();
        };
        let work = match naming.from.clone() {
            None => StartWork::SaveFilters {
                bot,
                name,
                filters,
                replace,
            },
            Some(from) => StartWork::RenameFilters {
                bot,
                from,
                to: name,
                replace,
            },
        };
        vec![self.ask(work, requests)]
    }

    /// Makes the chosen row the draft, or has that done.
    fn start(&mut self, does: Does, requests: &mut Requests) -> Vec<Step> {
        match does {
            Does::Filters(filters) => self.use_filters(filters),
            Does::Unreadable => {
                self.say(Notice::error(
                    "These filters can't be read any more. d deletes them.",
                ));
                Vec::new()
            }
            Does::Audience(audience) if audience.contacts.is_none() => {
                self.say(Notice::warning(
                    "Who is in this audience is not known: sync first, until it comes to its end.",
                ));
                Vec::new()
            }
            Does::Audience(audience) => {
                let work = StartWork::Audience {
                    broadcast: self.broadcast.clone(),
                    draft: Box::new(self.draft.clone()),
                    id: audience.id,
                    name: audience.name,
                };
                vec![self.ask(work, requests)]
            }
            Does::Aside(mark) => {
                let broadcast = self.broadcast.clone();
                vec![self.ask(StartWork::Aside { broadcast, mark }, requests)]
            }
            Does::Plan(name) => vec![Step::Do(Effect::OpenPlan(name))],
            Does::BadPlan(why) => {
                self.say(Notice::error(why));
                Vec::new()
            }
            Does::Launch(id) => vec![Step::Do(Effect::LaunchAgain(id))],
            Does::File => {
                let mut steps = vec![Step::Close];
                let (key, draft) = (self.broadcast.clone(), self.draft.clone());
                steps.extend(Step::open(Import::new(key, draft, requests)));
                steps
            }
        }
    }

    /// The draft with other filters; its variables and delay stay.
    fn use_filters(&self, filters: Vec<PlanFilter>) -> Vec<Step> {
        let conditions = counted(filters.len() as u64, "condition");
        let variables = match &self.draft.form {
            Form::Audience { variables, .. } | Form::Configured { variables } => variables.clone(),
            _ => Vec::new(),
        };
        let plan = Plan {
            broadcast: self.broadcast.id.clone(),
            bot: Some(self.broadcast.bot.clone()),
            method: Method::Post,
            form: Form::Audience { filters, variables },
            delay: self.draft.delay.clone(),
        };
        let said = format!("The saved filters are the draft's now: {conditions}. u takes it back.");
        vec![
            Step::ToDraft(self.broadcast.clone(), Box::new(plan)),
            Step::Say(Notice::ok(said)),
        ]
    }

    fn rest(&mut self, row: &Row) -> Vec<Step> {
        if let Does::Launch(id) = &row.does {
            return vec![Step::Do(Effect::LaunchRest(id.clone()))];
        }
        let text = "Of an earlier launch alone there is something that was not sent.";
        self.say(Notice::ok(text));
        Vec::new()
    }

    /// Takes the saved plans.
    fn plans_listed(&mut self, plans: &Result<Vec<PlanRow>, Notice>) {
        self.plans = Some(plans.clone().unwrap_or_default());
    }

    /// Takes an answer; once something was changed it is read again.
    fn replied(&mut self, id: RequestId, reply: &StartReply, requests: &mut Requests) -> Vec<Step> {
        if id != self.request {
            return Vec::new();
        }
        match reply {
            StartReply::Listed(Ok(starts)) => self.starts = Some(starts.clone()),
            StartReply::Listed(Err(notice)) => {
                self.starts = Some(Starts::default());
                self.said = Some(notice.clone());
            }
            StartReply::Changed(notice) => {
                self.stage = Stage::List;
                self.said = Some(notice.clone());
                return vec![self.read(requests)];
            }
            StartReply::Exists => {
                if let Stage::Naming(naming) = &mut self.stage {
                    naming.exists = true;
                    let name = shown(naming.input.text()).into_owned();
                    naming.problem = Some(format!(
                        "Filters are saved as {name} already. F3 replaces them; or type another name."
                    ));
                }
            }
            StartReply::Failed(notice) => match &mut self.stage {
                Stage::Naming(naming) => naming.problem = Some(notice.text.clone()),
                _ => self.said = Some(notice.clone()),
            },
        }
        Vec::new()
    }
}

impl Overlay for StartFrom {
    fn contexts(&self) -> &'static [Context] {
        match &self.stage {
            Stage::List if self.list.typing => &[Context::Filter],
            Stage::List => &[Context::StartFrom, Context::List, Context::Everywhere],
            Stage::Naming(_) => &[Context::Name],
            Stage::Removing(_) => &[Context::Question],
        }
    }

    fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match &mut self.stage {
            Stage::List if self.list.typing => {
                self.filter_key(&Event::Key(key), action);
                Vec::new()
            }
            Stage::List => self.act(action, shared, requests),
            Stage::Naming(naming) => match action {
                Some(Action::Back) => self.back_to_list(),
                Some(Action::SaveName) => self.save(false, requests),
                Some(Action::Replace) if naming.exists => self.save(true, requests),
                _ => {
                    naming.key(key);
                    Vec::new()
                }
            },
            Stage::Removing(name) => match action {
                Some(Action::Yes) => {
                    let work = StartWork::DeleteFilters {
                        bot: self.broadcast.bot.clone(),
                        name: name.clone(),
                    };
                    self.back_to_list();
                    vec![self.ask(work, requests)]
                }
                Some(Action::Back) => self.back_to_list(),
                _ => Vec::new(),
            },
        }
    }

    fn paste(&mut self, text: &str, _shared: &Shared<'_>, _requests: &mut Requests) -> Vec<Step> {
        match &mut self.stage {
            Stage::List if self.list.typing => {
                self.filter_key(&Event::Paste(text.to_owned()), None);
            }
            Stage::Naming(naming) => naming.paste(text),
            Stage::List | Stage::Removing(_) => {}
        }
        Vec::new()
    }

    fn scroll(&mut self, down: bool, _shared: &Shared<'_>) {
        if let Stage::List = self.stage {
            let by = if down { 1 } else { -1 };
            self.list.cursor = self.list.cursor.saturating_add_signed(by);
        }
    }

    fn reply(
        &mut self,
        reply: &Reply,
        _shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        match reply {
            Reply::Start(id, reply) => Some(self.replied(*id, reply, requests)),
            Reply::Plans(plans) => {
                self.plans_listed(plans);
                Some(Vec::new())
            }
            _ => None,
        }
    }

    fn was_drawn(&mut self, picture: &Picture) {
        if let Stage::List = self.stage {
            self.list.offset = picture.text_limit;
            self.list.page = picture.text_page;
            self.list.cursor = self.list.cursor.min(usize::from(picture.scroll_limit));
        }
    }

    fn gives_way_to_a_plan(&self) -> bool {
        true
    }

    fn offers(&self, action: Action, shared: &Shared<'_>, _picture: &Picture) -> bool {
        match &self.stage {
            Stage::Naming(naming) => action != Action::Replace || naming.exists,
            Stage::Removing(_) => true,
            Stage::List => self.list_offers(action, shared),
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture) {
        view::draw(self, frame, area, shared, picture);
    }
}
