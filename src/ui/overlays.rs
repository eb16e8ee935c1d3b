//! What lies over a screen. The top one gets the key first.

pub mod forms;
pub mod help;
pub mod launch;
pub mod plans;
pub mod review;
pub mod settle;

use crossterm::event::{Event, KeyEvent};
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::launch::LaunchRecord;
use crate::domain::plan::Plan;
use crate::domain::plan::{FormKind, Method};
use crate::domain::preview::Review;
use crate::domain::settings::Settings;
use crate::domain::since::Since;
use crate::domain::template::Template;
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::message::{NotSaved, PlanRow};
use crate::model::{Action, Context, Notice};
use crate::ui::app::Requests;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use forms::Forms;
use help::Help;
use launch::LaunchDetail;
use plans::{FillIn, SaveAs, SavedPlans};
use review::ReviewOverlay;
use settle::Settle;

/// Something that lies over the screen.
pub enum Overlay {
    /// The page of keys.
    Help(Help),
    /// One launch in full.
    Launch(LaunchDetail),
    /// Review, confirmation, outcome.
    Review(Box<ReviewOverlay>),
    /// The settling of an unknown launch.
    Settle(Box<Settle>),
    /// The choice among the five forms.
    Forms(Forms),
    /// The plans that were saved by name.
    Plans(Box<SavedPlans>),
    /// The name under which a plan is saved.
    SavePlan(Box<SaveAs>),
    /// The places of a template.
    Template(Box<FillIn>),
}

impl Overlay {
    /// The page of the keys that work in these contexts.
    pub fn help(contexts: &'static [Context]) -> Self {
        Self::Help(Help::new(contexts))
    }

    /// One launch; its bodies come later.
    pub fn launch(id: &str) -> Self {
        Self::Launch(LaunchDetail::new(id))
    }

    /// The review of a plan; it was asked for under `request`.
    pub fn review(request: RequestId, broadcast: BroadcastKey, plan: Plan, now: Timestamp) -> Self {
        Self::Review(Box::new(ReviewOverlay::new(request, broadcast, plan, now)))
    }

    /// The settling of a launch.
    pub fn settle(launch: &LaunchRecord) -> Self {
        Self::Settle(Box::new(Settle::new(launch)))
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

    /// Where keys are looked up.
    pub fn contexts(&self) -> &'static [Context] {
        match self {
            Self::Help(_) => &[Context::Help],
            Self::Launch(_) => &[Context::Launch, Context::Everywhere],
            Self::Review(review) => review.contexts(),
            Self::Settle(_) => &[Context::Settle],
            Self::Forms(_) => &[Context::Forms],
            Self::Plans(_) => &[Context::Plans],
            Self::SavePlan(_) => &[Context::SavePlan],
            Self::Template(_) => &[Context::Template],
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
            Self::Launch(detail) => detail.act(action, shared),
            Self::Review(review) => review.key(key, action, shared, requests),
            Self::Settle(settle) => settle.key(key, action),
            Self::Forms(forms) => forms.act(action),
            Self::Plans(plans) => plans.act(action),
            Self::SavePlan(save) => save.key(key, action),
            Self::Template(fill) => fill.key(key, action),
        }
    }

    /// Takes a paste. A confirmation takes none.
    pub fn paste(&mut self, event: &Event) {
        match (self, event) {
            (Self::Settle(settle), Event::Paste(text)) => settle.paste(text),
            (Self::Review(review), Event::Paste(_)) => review.paste(),
            (Self::SavePlan(save), Event::Paste(text)) => save.paste(text),
            (Self::Template(fill), Event::Paste(text)) => fill.paste(text),
            _ => {}
        }
    }

    /// Takes a turn of the mouse wheel.
    pub fn scroll(&mut self, down: bool) {
        let action = Some(if down {
            Action::ScrollDown
        } else {
            Action::ScrollUp
        });
        match self {
            Self::Help(help) => drop(help.act(action)),
            Self::Launch(detail) => detail.scroll(down),
            Self::Review(review) => review.scroll(down),
            Self::Forms(forms) => forms.step(down),
            Self::Plans(plans) => plans.step(down),
            Self::Settle(_) | Self::SavePlan(_) | Self::Template(_) => {}
        }
    }

    /// Takes the time: a hold runs out.
    pub fn tick(&mut self, now: Timestamp, requests: &mut Requests) -> Vec<Step> {
        match self {
            Self::Review(review) => review.tick(now, requests),
            _ => Vec::new(),
        }
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        match self {
            Self::Help(help) => help.was_drawn(picture),
            Self::Launch(detail) => detail.was_drawn(picture),
            Self::Review(review) => review.was_drawn(picture),
            Self::Plans(plans) => plans.was_drawn(picture),
            Self::Settle(_) | Self::Forms(_) | Self::SavePlan(_) | Self::Template(_) => {}
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
        if let Self::Plans(overlay) = self {
            overlay.listed(plans);
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
            Self::Launch(detail) => detail.view(frame, area, shared, picture),
            Self::Review(review) => review.view(frame, area, shared, picture),
            Self::Settle(settle) => settle.view(frame, area, shared),
            Self::Forms(forms) => forms.view(frame, area, shared),
            Self::Plans(plans) => plans.view(frame, area, shared, picture),
            Self::SavePlan(save) => save.view(frame, area, shared),
            Self::Template(fill) => fill.view(frame, area, shared),
        }
    }
}
