//! What lies over a screen. The top one gets the key first.

pub mod browse;
pub mod contact;
pub mod forms;
pub mod help;
pub mod import;
pub mod launch;
pub mod leave;
pub mod plans;
pub mod rehearsal;
pub mod review;
pub mod settle;
pub mod start_from;
pub mod stop;
pub mod suppressions;
pub mod values;
pub mod waiting;
pub mod why;

use crossterm::event::{Event, KeyEvent};
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::explain::ContactsTold;
use crate::domain::launch::LaunchRecord;
use crate::domain::plan::Plan;
use crate::domain::plan::{FormKind, Method};
use crate::domain::preview::{Review, Who};
use crate::domain::rehearsal::{Rehearsal, RehearsalStep};
use crate::domain::settings::Settings;
use crate::domain::since::Since;
use crate::domain::template::Template;
use crate::domain::waiting::WaitingLaunch;
use crate::model::browse::{BrowseReply, Listed, Whose};
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::file::FileReply;
use crate::model::message::{NotSaved, PlanRow};
use crate::model::start::StartReply;
use crate::model::suppression::SuppressionReply;
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::{Shared, Step};
use browse::Browse;
use contact::ContactOverlay;
use forms::Forms;
use help::Help;
use import::Import;
use launch::LaunchDetail;
use leave::Leave;
use plans::{FillIn, SaveAs, SavedPlans};
use rehearsal::RehearsalOverlay;
use review::ReviewOverlay;
use settle::Settle;
use start_from::StartFrom;
use stop::StopSending;
use suppressions::Suppressions;
use values::ValuesOverlay;
use waiting::Waiting;
use why::Why;

/// Something that lies over the screen.
pub enum Overlay {
    /// The page of keys.
    Help(Help),
    /// Targets out of a file.
    Import(Box<Import>),
    /// What a draft can start from.
    StartFrom(Box<StartFrom>),
    /// Who is never written to.
    Suppressions(Box<Suppressions>),
    /// One launch in full.
    Launch(LaunchDetail),
    /// Review, confirmation, outcome.
    Review(Box<ReviewOverlay>),
    /// A rehearsal, under way or done.
    Rehearsal(Box<RehearsalOverlay>),
    /// The settling of an unknown launch.
    Settle(Box<Settle>),
    /// Contacts as a table.
    Browse(Box<Browse>),
    /// One contact in full.
    Contact(Box<ContactOverlay>),
    /// The values of a field.
    Values(Box<ValuesOverlay>),
    /// What each filter does, and why a contact matches.
    Why(Box<Why>),
    /// The choice among the five forms.
    Forms(Forms),
    /// The plans that were saved by name.
    Plans(Box<SavedPlans>),
    /// The name under which a plan is saved.
    SavePlan(Box<SaveAs>),
    /// The places of a template.
    Template(Box<FillIn>),
    /// What waits for its time.
    Waiting(Box<Waiting>),
    /// The question before the screen is left while launches wait.
    Leave,
    /// Stopping a batch that is being sent.
    Stop(Box<StopSending>),
}

impl Overlay {
    /// The page of the keys that work in these contexts.
    pub fn help(contexts: &'static [Context]) -> Self {
        Self::Help(Help::new(contexts))
    }

    /// The import of targets into a draft, and what it wants done first.
    pub fn import(broadcast: BroadcastKey, draft: Plan, requests: &mut Requests) -> Vec<Step> {
        let (import, first) = Import::new(broadcast, draft, requests);
        vec![Step::Show(Box::new(Self::Import(Box::new(import)))), first]
    }

    /// What a draft can start from, and what it wants done first.
    pub fn start_from(broadcast: BroadcastKey, draft: Plan, requests: &mut Requests) -> Vec<Step> {
        let (start, first) = StartFrom::new(broadcast, draft, requests);
        let mut steps = vec![Step::Show(Box::new(Self::StartFrom(Box::new(start))))];
        steps.extend(first);
        steps
    }

    /// The suppression list, and what it wants done first.
    pub fn suppressions(requests: &mut Requests) -> Vec<Step> {
        let (list, first) = Suppressions::new(requests);
        vec![
            Step::Show(Box::new(Self::Suppressions(Box::new(list)))),
            first,
        ]
    }

    /// One launch; its bodies come later.
    pub fn launch(id: &str) -> Self {
        Self::Launch(LaunchDetail::new(id))
    }

    /// The contacts of a plan, or of a bot, and what is wanted done first.
    pub fn browse(
        whose: Whose,
        title: String,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let (browse, first) = Browse::new(whose, title, shared, requests);
        let mut steps = vec![Step::Show(Box::new(Self::Browse(Box::new(browse))))];
        steps.extend(first);
        steps
    }

    /// The contact at a place of a list, and what is wanted done first.
    pub fn contact(bot: &str, place: Listed, at: usize, requests: &mut Requests) -> Vec<Step> {
        let (contact, first) = ContactOverlay::new(bot, place, at, requests);
        vec![
            Step::Show(Box::new(Self::Contact(Box::new(contact)))),
            first,
        ]
    }

    /// The values of a field: for the value of a filter (by its row), or for a condition of its own.
    pub fn values(
        whose: Whose,
        among: Option<Listed>,
        field: &str,
        filter: Option<usize>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let (values, first) = ValuesOverlay::new(whose, among, field, filter, shared, requests);
        let mut steps = vec![Step::Show(Box::new(Self::Values(Box::new(values))))];
        steps.extend(first);
        steps
    }

    /// Takes note that another console changed the draft below.
    pub fn draft_changed(&mut self, by: &str) {
        if let Self::Review(review) = self {
            review.draft_changed(by);
        }
    }

    /// Has a review that waits for its confirmation made again.
    pub fn review_anew(&mut self, requests: &mut Requests) -> Option<Effect> {
        match self {
            Self::Review(review) => review.anew(requests),
            _ => None,
        }
    }

    /// The review of a plan; it was asked for under `request`.
    pub fn review(request: RequestId, broadcast: BroadcastKey, plan: Plan, now: Timestamp) -> Self {
        Self::Review(Box::new(ReviewOverlay::new(request, broadcast, plan, now)))
    }

    /// The rehearsal that was asked for under `request`.
    pub fn rehearsal(request: RequestId, broadcast: BroadcastKey) -> Self {
        Self::Rehearsal(Box::new(RehearsalOverlay::new(request, broadcast)))
    }

    /// The settling of a launch.
    pub fn settle(launch: &LaunchRecord) -> Self {
        Self::Settle(Box::new(Settle::new(launch)))
    }

    /// What each filter does and why contacts match, and what it wants done first.
    pub fn why(asked: why::Asked, who: Option<&Who>, requests: &mut Requests) -> Vec<Step> {
        let (why, first) = Why::new(asked, who, requests);
        let mut steps = vec![Step::Show(Box::new(Self::Why(Box::new(why))))];
        steps.extend(first);
        steps
    }

    /// The choice among the forms, as a broadcast's settings allow them.
    pub fn forms(form: FormKind, method: Method, settings: Settings) -> Self {
        Self::Forms(Forms::new(form, method, settings))
    }

    /// The saved plans; they come later.
    pub fn plans() -> Self {
        Self::Plans(Box::default())
    }

    /// The name for the text of a plan.
    pub fn save_plan(text: String) -> Self {
        Self::SavePlan(Box::new(SaveAs::new(text)))
    }

    /// The places of a template that are to be filled in.
    pub fn template(name: &str, template: Template, text: &str) -> Self {
        Self::Template(Box::new(FillIn::new(name, template, text)))
    }

    /// What waits for its time.
    pub fn waiting() -> Self {
        Self::Waiting(Box::default())
    }

    /// One that waits or was never sent: in the list, or alone where the list has it no more.
    pub fn waiting_at(id: &str, shared: &Shared<'_>) -> Self {
        Self::Waiting(Box::new(Waiting::at(id, shared)))
    }

    /// Where keys are looked up.
    pub fn contexts(&self) -> &'static [Context] {
        match self {
            Self::Help(_) => &[Context::Help],
            Self::Import(import) => import.contexts(),
            Self::StartFrom(start) => start.contexts(),
            Self::Suppressions(list) => list.contexts(),
            Self::Launch(_) => &[Context::Launch, Context::Everywhere],
            Self::Review(review) => review.contexts(),
            Self::Rehearsal(rehearsal) => rehearsal.contexts(),
            Self::Settle(_) => &[Context::Settle],
            Self::Browse(browse) => browse.contexts(),
            Self::Contact(_) => &[Context::Contact, Context::Everywhere],
            Self::Values(values) => values.contexts(),
            Self::Why(why) => why.contexts(),
            Self::Forms(_) => &[Context::Forms],
            Self::Plans(_) => &[Context::Plans],
            Self::SavePlan(_) => &[Context::SavePlan],
            Self::Template(_) => &[Context::Template],
            Self::Waiting(waiting) => waiting.contexts(),
            Self::Leave | Self::Stop(_) => &[Context::Question],
        }
    }

    /// Whether ctrl-c is for the overlay (it takes a launch back), not for the program.
    pub fn keeps_interrupt(&self) -> bool {
        match self {
            Self::Review(review) => review.keeps_interrupt(),
            _ => false,
        }
    }

    /// Takes a key, with what it means here.
    pub fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match self {
            Self::Help(help) => help.act(action),
            Self::Import(import) => import.key(key, action, requests),
            Self::StartFrom(start) => start.key(key, action, shared, requests),
            Self::Suppressions(list) => list.key(key, action, requests),
            Self::Launch(detail) => detail.act(action, shared),
            Self::Review(review) => review.key(key, action, shared, requests),
            Self::Rehearsal(rehearsal) => rehearsal.act(action),
            Self::Settle(settle) => settle.key(key, action),
            Self::Browse(browse) => browse.key(key, action, shared, requests),
            Self::Contact(contact) => contact.act(action, requests),
            Self::Values(values) => values.key(key, action, shared, requests),
            Self::Why(why) => why.key(key, action, requests),
            Self::Forms(forms) => forms.act(action),
            Self::Plans(plans) => plans.act(action),
            Self::SavePlan(save) => save.key(key, action),
            Self::Template(fill) => fill.key(key, action),
            Self::Waiting(waiting) => waiting.key(key, action, shared),
            Self::Leave => Leave::act(action),
            Self::Stop(stop) => stop.act(action),
        }
    }

    /// Takes a paste. A confirmation takes none.
    pub fn paste(
        &mut self,
        event: &Event,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match (self, event) {
            (Self::Browse(browse), Event::Paste(_)) => {
                return browse.paste(event, shared, requests);
            }
            (Self::Values(values), Event::Paste(_)) => {
                return values.typed(event, None, shared, requests);
            }
            (Self::Settle(settle), Event::Paste(text)) => settle.paste(text),
            (Self::Why(why), Event::Paste(text)) => why.paste(text),
            (Self::Review(review), Event::Paste(_)) => review.paste(),
            (Self::Import(import), Event::Paste(text)) => return import.paste(text, requests),
            (Self::StartFrom(start), Event::Paste(_)) => start.paste(event),
            (Self::Suppressions(list), Event::Paste(_)) => return list.paste(event, requests),
            (Self::SavePlan(save), Event::Paste(text)) => save.paste(text),
            (Self::Template(fill), Event::Paste(text)) => fill.paste(text),
            (Self::Waiting(waiting), Event::Paste(text)) => waiting.paste(text),
            _ => {}
        }
        Vec::new()
    }

    /// Takes an answer about files.
    pub fn file_replied(
        &mut self,
        id: RequestId,
        reply: &FileReply,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match self {
            Self::Import(import) => import.replied(id, reply, shared),
            Self::Suppressions(list) => return list.file_replied(id, reply, requests),
            _ => {}
        }
        Vec::new()
    }

    /// Takes an answer about contacts that are looked through.
    pub fn browse_replied(
        &mut self,
        id: RequestId,
        reply: &BrowseReply,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match self {
            Self::Browse(browse) => browse.replied(id, reply, shared, requests),
            Self::Contact(contact) => contact.replied(id, reply),
            Self::Values(values) => values.replied(id, reply),
            _ => Vec::new(),
        }
    }

    /// Takes that the cache may hold others now.
    pub fn refresh(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        match self {
            Self::Browse(browse) => browse.refresh(shared, requests),
            _ => Vec::new(),
        }
    }

    /// Takes a click.
    pub fn click(&mut self, hit: Hit, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        match self {
            Self::Browse(browse) => browse.click(hit, shared, requests),
            Self::Values(values) => values.click(hit, shared, requests),
            _ => Vec::new(),
        }
    }

    /// Takes an answer about the suppression list.
    pub fn suppression_replied(
        &mut self,
        id: RequestId,
        reply: &SuppressionReply,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match self {
            Self::Suppressions(list) => list.replied(id, reply, requests),
            _ => Vec::new(),
        }
    }

    /// Takes an answer about what a draft can start from.
    pub fn start_replied(
        &mut self,
        id: RequestId,
        reply: &StartReply,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match self {
            Self::StartFrom(start) => start.replied(id, reply, requests),
            _ => Vec::new(),
        }
    }

    /// Takes a turn of the mouse wheel.
    pub fn scroll(&mut self, down: bool, shared: &Shared<'_>) {
        let action = Some(if down {
            Action::ScrollDown
        } else {
            Action::ScrollUp
        });
        match self {
            Self::Help(help) => drop(help.act(action)),
            Self::Import(import) => import.scroll(down),
            Self::StartFrom(start) => start.scroll(down),
            Self::Suppressions(list) => list.scroll(down),
            Self::Launch(detail) => detail.scroll(down),
            Self::Review(review) => review.scroll(down),
            Self::Browse(browse) => browse.scroll(down),
            Self::Contact(contact) => contact.scroll(down),
            Self::Values(values) => values.scroll(down),
            Self::Why(why) => why.scroll(down),
            Self::Rehearsal(rehearsal) => drop(rehearsal.act(action)),
            Self::Forms(forms) => forms.step(down),
            Self::Plans(plans) => plans.step(down),
            Self::Waiting(waiting) => waiting.step(down, shared),
            Self::Settle(_)
            | Self::SavePlan(_)
            | Self::Template(_)
            | Self::Leave
            | Self::Stop(_) => {}
        }
    }

    /// Takes the time: a hold runs out.
    pub fn tick(&mut self, now: Timestamp, requests: &mut Requests) -> Vec<Step> {
        match self {
            Self::Review(review) => return review.tick(now, requests),
            Self::Browse(browse) => browse.tick(now),
            Self::Values(values) => values.tick(now),
            _ => {}
        }
        Vec::new()
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        match self {
            Self::Help(help) => help.was_drawn(picture),
            Self::Import(import) => import.was_drawn(picture),
            Self::StartFrom(start) => start.was_drawn(picture),
            Self::Suppressions(list) => list.was_drawn(picture),
            Self::Launch(detail) => detail.was_drawn(picture),
            Self::Review(review) => review.was_drawn(picture),
            Self::Rehearsal(rehearsal) => rehearsal.was_drawn(picture),
            Self::Plans(plans) => plans.was_drawn(picture),
            Self::Why(why) => why.was_drawn(picture),
            Self::Waiting(waiting) => waiting.was_drawn(picture),
            Self::Browse(browse) => browse.was_drawn(picture),
            Self::Contact(contact) => contact.was_drawn(picture),
            Self::Values(values) => values.was_drawn(picture),
            Self::Settle(_)
            | Self::Forms(_)
            | Self::SavePlan(_)
            | Self::Template(_)
            | Self::Leave
            | Self::Stop(_) => {}
        }
    }

    /// Takes a review; says what there is to say if it can't be made.
    pub fn reviewed(
        &mut self,
        id: u64,
        result: &Result<Box<Review>, Notice>,
        now: Timestamp,
    ) -> Option<Notice> {
        match self {
            Self::Review(review) => review.reviewed(id, result, now),
            _ => None,
        }
    }

    /// Takes why contacts are reached, or aren't.
    pub fn contacts_told(&mut self, id: RequestId, told: &Result<Box<ContactsTold>, Notice>) {
        if let Self::Why(why) = self {
            why.told(id, told);
        }
    }

    /// Takes how far a rehearsal is.
    pub fn rehearsing(&mut self, id: RequestId, step: RehearsalStep) {
        if let Self::Rehearsal(rehearsal) = self {
            rehearsal.went_on(id, step);
        }
    }

    /// Takes what came of a rehearsal.
    pub fn rehearsed(&mut self, id: RequestId, result: &Result<Box<Rehearsal>, Notice>) {
        if let Self::Rehearsal(rehearsal) = self {
            rehearsal.ended(id, result);
        }
    }

    /// Takes how far a launch is.
    pub fn launching(&mut self, id: u64, done: usize, of: usize) {
        if let Self::Review(review) = self {
            review.launching(id, done, of);
        }
    }

    /// Takes what became of a launch; says whether it was this one's.
    pub fn launched(&mut self, id: u64, result: &Result<Box<LaunchRecord>, Notice>) -> bool {
        match self {
            Self::Review(review) => review.launched(id, result),
            _ => false,
        }
    }

    /// Takes whether a launch waits that was given a time; says what there is to say, where it was this one's.
    pub fn held(&mut self, id: u64, result: &Result<Box<WaitingLaunch>, Notice>) -> Option<Notice> {
        match self {
            Self::Review(review) => review.held(id, result),
            _ => None,
        }
    }

    /// Takes one launch in full.
    pub fn loaded(&mut self, record: &LaunchRecord, curl: &str) {
        if let Self::Launch(detail) = self {
            detail.loaded(record, curl);
        }
    }

    /// Takes what changed from the launch before a launch on the record to it.
    pub fn compared(&mut self, id: &str, since: &Since) {
        if let Self::Launch(detail) = self {
            detail.compared(id, since);
        }
    }

    /// Takes what changed from the last launch to what is reviewed.
    pub fn review_compared(&mut self, id: u64, since: &Since) {
        if let Self::Review(review) = self {
            review.compared(id, since);
        }
    }

    /// Takes the saved plans.
    pub fn listed(&mut self, plans: &Result<Vec<PlanRow>, Notice>) {
        match self {
            Self::Plans(overlay) => overlay.listed(plans),
            Self::StartFrom(start) => start.plans_listed(plans),
            _ => {}
        }
    }

    /// Takes whether a plan was saved; says what there is to say once it was.
    pub fn saved(&mut self, name: &str, result: &Result<(), NotSaved>) {
        if let Self::SavePlan(overlay) = self {
            overlay.saved(name, result);
        }
    }

    /// Whether it has nothing more to show.
    pub fn is_over(&self) -> bool {
        match self {
            Self::Review(review) => review.is_over(),
            Self::SavePlan(save) => save.is_over(),
            _ => false,
        }
    }

    /// Whether it takes the whole screen, as a place of its own.
    pub fn fills_the_screen(&self) -> bool {
        matches!(self, Self::Browse(_))
    }

    /// Draws it.
    pub fn view(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        match self {
            Self::Help(help) => help.view(frame, area, shared, picture),
            Self::Import(import) => import.view(frame, area, shared, picture),
            Self::StartFrom(start) => start.view(frame, area, shared, picture),
            Self::Suppressions(list) => list.view(frame, area, shared, picture),
            Self::Launch(detail) => detail.view(frame, area, shared, picture),
            Self::Review(review) => review.view(frame, area, shared, picture),
            Self::Rehearsal(rehearsal) => rehearsal.view(frame, area, shared, picture),
            Self::Settle(settle) => settle.view(frame, area, shared),
            Self::Browse(browse) => browse.view(frame, area, shared, picture),
            Self::Contact(contact) => contact.view(frame, area, shared, picture),
            Self::Values(values) => values.view(frame, area, shared, picture),
            Self::Why(why) => why.view(frame, area, shared, picture),
            Self::Forms(forms) => forms.view(frame, area, shared),
            Self::Plans(plans) => plans.view(frame, area, shared, picture),
            Self::SavePlan(save) => save.view(frame, area, shared),
            Self::Template(fill) => fill.view(frame, area, shared),
            Self::Waiting(waiting) => waiting.view(frame, area, shared, picture),
            Self::Leave => Leave::view(frame, area, shared),
            Self::Stop(stop) => stop.view(frame, area, shared),
        }
    }
}
