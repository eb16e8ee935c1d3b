//! The builder: who gets it, what is set, when; and beside it, live, whom it reaches and what is sent.
//!
//! Moving and typing are apart: in a cell that is being typed into every key is text; elsewhere keys are actions.

mod browse;
mod cell;
mod change;
mod conversation;
mod draft;
mod edit;
mod editor;
mod elsewhere;
mod follow;
mod form;
mod freeze;
mod launch;
mod offers;
mod pending;
mod raw;
mod targets;
mod told;
mod typing;
mod view;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::payload::Payload;
use crate::domain::plan::{FormKind, Plan};
use crate::domain::preview::Preview;
use crate::domain::problem::Problem;
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::{Action, Context};
use crate::ui::app::Requests;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::json::Mode;
use crate::ui::widgets::long_text::LongText;
use cell::{Cell, Cursor, Pane, cell_at};
use draft::{Draft, History};
use edit::Editing;
use pending::Pending;
use targets::Grid;

/// The builder.
pub struct Compose {
    key: BroadcastKey,
    draft: Draft,
    history: History,
    focus: Pane,
    who: Cursor,
    set: Cursor,
    grid: Grid,
    problem: usize,
    scroll: usize,
    editing: Option<Editing>,
    body_mode: Mode,
    calls: Vec<Payload>,
    /// The call whose body is shown.
    call: usize,
    /// That body, laid out; only once somebody scrolls through it.
    body_text: Option<LongText>,
    problems: Vec<Problem>,
    preview: Option<Preview>,
    /// What was last said of the filters.
    told: told::Told,
    request: RequestId,
    count: Pending,
    save: Pending,
    saving: Saving,
    /// Savings that were asked for and not answered yet.
    unsaved: usize,
    is_loaded: bool,
    /// The plan that becomes the draft as soon as the kept one is here.
    wanted: Option<Plan>,
    /// The raw body as it is edited in place.
    raw: raw::RawBody,
    /// Whom a conversation would be with.
    partner: conversation::Partner,
    /// What is edited in another program.
    outside: editor::Outside,
    /// What another console made of the draft.
    elsewhere: elsewhere::Elsewhere,
}

/// Whether the draft is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Saving {
    Nothing,
    Saved,
    Failed,
}

impl Compose {
    /// Where keys are looked up.
    pub fn contexts(&self) -> &'static [Context] {
        if self.is_in_grid() {
            &[
                Context::Targets,
                Context::Compose,
                Context::List,
                Context::Cells,
                Context::Places,
                Context::Everywhere,
            ]
        } else {
            &[
                Context::Compose,
                Context::List,
                Context::Cells,
                Context::Places,
                Context::Everywhere,
            ]
        }
    }

    /// An empty builder; its draft comes later.
    pub fn new(key: BroadcastKey) -> Self {
        Self {
            key,
            draft: Draft::default(),
            history: History::default(),
            focus: Pane::Who,
            who: Cursor { row: 0, column: 1 },
            set: Cursor::default(),
            grid: Grid::default(),
            problem: 0,
            scroll: 0,
            editing: None,
            body_mode: Mode::Pretty,
            calls: Vec::new(),
            call: 0,
            body_text: None,
            problems: Vec::new(),
            preview: None,
            told: told::Told::default(),
            request: 0,
            count: Pending::default(),
            save: Pending::default(),
            saving: Saving::Nothing,
            unsaved: 0,
            is_loaded: false,
            wanted: None,
            raw: raw::RawBody::default(),
            partner: conversation::Partner::default(),
            outside: editor::Outside::default(),
            elsewhere: elsewhere::Elsewhere::default(),
        }
    }

    /// Whether keys go into a cell.
    pub fn is_typing(&self) -> bool {
        self.editing.is_some() || self.raw.is_typing
    }

    /// Whether the draft is kept, in words.
    pub fn saved_words(&self) -> &'static str {
        match self.saving {
            _ if self.save.is_slow => "saving the draft ...",
            Saving::Saved if self.is_conflict() => "draft set aside",
            Saving::Nothing => "",
            Saving::Saved => "draft saved",
            Saving::Failed => "draft NOT saved",
        }
    }

    /// Where keys are looked up while a text is typed.
    pub fn typing_contexts(&self) -> &'static [Context] {
        if self.raw.is_typing {
            return &[Context::Text];
        }
        match self.editing.as_ref().map(|editing| editing.cell) {
            Some(Cell::Target) => &[Context::Cell],
            Some(Cell::Find) => &[Context::Search],
            _ => &[Context::Field],
        }
    }

    /// Moves the focus to a pane, by its place.
    pub fn focus_pane(&mut self, pane: usize) {
        if let Some(pane) = Pane::ALL.get(pane) {
            self.editing = None;
            self.raw.is_typing = false;
            self.focus(*pane);
        }
    }

    fn focus(&mut self, pane: Pane) {
        self.focus = pane;
        self.scroll = 0;
    }

    /// The plan as it stands.
    pub fn plan(&self) -> Plan {
        self.draft.plan(&self.key)
    }

    /// Whether filters are wanted, and there are none yet.
    fn wants_filters(&self) -> bool {
        self.draft.form == FormKind::Audience && self.draft.filters.is_empty()
    }

    /// Takes an action.
    pub fn act(
        &mut self,
        action: Action,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if let Some(steps) = self.decide(action, shared, requests) {
            return steps;
        }
        if self.is_in_grid()
            && let Some(steps) = self.act_in_grid(action, shared, requests)
        {
            return steps;
        }
        match action {
            Action::NextPane => self.step_pane(1),
            Action::PreviousPane => self.step_pane(-1),
            Action::NextCall => self.show_call(self.call + 1),
            Action::PreviousCall => self.show_call(self.call.saturating_sub(1)),
            Action::Why => return self.why(requests),
            Action::TakeMeant => return self.take_meant(shared, requests),
            Action::Browse => return self.browse(shared, requests),
            Action::Values => return self.values(shared, requests),
            Action::Freeze => return self.freeze(requests),
            Action::WithoutReached => return self.without_reached(requests),
            Action::ShowWho => self.focus(Pane::Who),
            Action::ShowContacts => self.focus(Pane::Contacts),
            Action::ShowBody => self.focus(Pane::Body),
            Action::BodyMode => self.swap_body_mode(),
            Action::Up
            | Action::Down
            | Action::Left
            | Action::Right
            | Action::PageUp
            | Action::PageDown
            | Action::Top
            | Action::Bottom => self.travel(action),
            Action::NextProblem => return self.jump_to_next_problem(),
            Action::Review => return self.review(shared, requests),
            Action::Rehearse => return self.rehearse(requests),
            Action::Form => return vec![self.ask_for_form(shared)],
            Action::Editor => return self.edit_outside(shared, requests),
            Action::EditPlan => return self.edit_plan_outside(shared, requests),
            Action::SavePlan => return vec![self.save_as(shared)],
            Action::Plans => return Self::show_plans(),
            Action::Edit => return self.edit(shared, requests),
            Action::Import => return self.import(requests),
            Action::StartFrom => return self.start_from(requests),
            _ => return self.change(action, shared, requests),
        }
        Vec::new()
    }

    /// Goes some panes further; one that the form has no use for is passed over.
    fn step_pane(&mut self, by: isize) {
        let mut pane = self.focus.step(by);
        if pane == Pane::Set && !self.draft.takes_variables() {
            pane = pane.step(by);
        }
        self.focus(pane);
    }

    /// Shows the body of another call.
    fn show_call(&mut self, call: usize) {
        self.call = call.min(self.calls.len().saturating_sub(1));
        self.body_text = None;
        self.scroll = 0;
    }

    /// The call whose body is shown.
    fn shown_call(&self) -> Option<&Payload> {
        self.calls.get(self.call)
    }

    fn swap_body_mode(&mut self) {
        self.body_mode = match self.body_mode {
            Mode::Pretty => Mode::Exact,
            Mode::Exact => Mode::Pretty,
        };
        self.body_text = None;
        self.scroll = 0;
    }

    /// Moves the cursor within the pane that has the focus.
    fn travel(&mut self, action: Action) {
        let (down, right) = match action {
            Action::Up => (-1, 0),
            Action::Down => (1, 0),
            Action::Left => (0, -1),
            Action::Right => (0, 1),
            Action::PageUp => (-10, 0),
            Action::PageDown => (10, 0),
            Action::Top => (isize::MIN / 2, 0),
            _ => (isize::MAX / 2, 0),
        };
        match self.focus {
            Pane::Who if self.draft.form == FormKind::Raw => self.raw.travel(action),
            Pane::Who => self.who.go(down, right, self.draft.filters.len() + 1, 4),
            Pane::Set => self
                .set
                .go(down, right, self.draft.variables().len() + 1, 2),
            Pane::When => {}
            Pane::Problems => {
                let last = self.problems.len().saturating_sub(1);
                self.problem = self.problem.saturating_add_signed(down).min(last);
            }
            // The picture knows where the end is.
            Pane::Contacts | Pane::Body => {
                self.scroll = self.scroll.saturating_add_signed(down);
                self.lay_out_body();
            }
        }
    }

    /// Lays the body out for whoever scrolls through it.
    fn lay_out_body(&mut self) {
        if self.focus != Pane::Body || self.body_text.is_some() {
            return;
        }
        let body = self.shown_call().and_then(|call| call.body.as_deref());
        self.body_text = body.map(|body| LongText::of_body(body, self.body_mode));
    }

    fn cell(&self) -> Option<Cell> {
        let cursor = if self.focus == Pane::Set {
            self.set
        } else {
            self.who
        };
        cell_at(self.focus, cursor, &self.draft)
    }

    /// Starts typing into the cell, or does what the cell is for.
    fn edit(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        match (self.focus, self.cell()) {
            (Pane::Problems, _) => {
                self.jump(self.problem);
                Vec::new()
            }
            (Pane::Who, None) if self.draft.form == FormKind::Raw => {
                self.raw.start_typing();
                Vec::new()
            }
            (Pane::Who, None) => vec![self.ask_for_form(shared)],
            (_, Some(Cell::Join(_))) => self.change(Action::Toggle, shared, requests),
            (_, Some(Cell::NewFilter | Cell::NewVariable)) => {
                self.change(Action::Add, shared, requests)
            }
            (_, Some(cell)) => self.start_typing(cell, false, requests),
            (_, None) => Vec::new(),
        }
    }

    /// Draws the builder.
    pub fn view(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        view::draw(self, frame, area, shared, picture);
    }
}
