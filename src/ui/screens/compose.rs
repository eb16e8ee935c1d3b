//! The builder: who gets it, what is set, when; and beside it, live, whom it reaches and what is sent.
//!
//! Moving and typing are apart: in a cell that is being typed into every key is text; elsewhere keys are actions.

mod cell;
mod draft;
mod edit;
mod typing;
mod view;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::filter::Join;
use crate::domain::payload::{Payload, calls};
use crate::domain::plan::Plan;
use crate::domain::preview::Preview;
use crate::domain::problem::{Problem, Surface, plan_problems, state_problems};
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::message::Candidate;
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::json::Mode;
use cell::{Cell, Cursor, Pane, cell_at, place_of};
use draft::{Draft, History};
use edit::{Editing, Suggestions};

/// The builder.
pub struct Compose {
    key: BroadcastKey,
    /// Whether panes stand behind tabs.
    pub narrow: bool,
    draft: Draft,
    history: History,
    focus: Pane,
    who: Cursor,
    set: Cursor,
    problem: usize,
    scroll: usize,
    editing: Option<Editing>,
    body_mode: Mode,
    calls: Vec<Payload>,
    problems: Vec<Problem>,
    preview: Option<Preview>,
    counting: RequestId,
    is_counted: bool,
    is_loaded: bool,
    saving: Saving,
    /// Savings that were asked for and not answered yet.
    unsaved: usize,
}

/// Whether the draft is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Saving {
    Nothing,
    UnderWay,
    Saved,
    Failed,
}

impl Compose {
    /// Where keys are looked up.
    pub const CONTEXTS: &'static [Context] =
        &[Context::Compose, Context::List, Context::Everywhere];

    /// An empty builder; its draft comes later.
    pub fn new(key: BroadcastKey) -> Self {
        Self {
            key,
            narrow: false,
            draft: Draft::default(),
            history: History::default(),
            focus: Pane::Who,
            who: Cursor { row: 0, column: 1 },
            set: Cursor::default(),
            problem: 0,
            scroll: 0,
            editing: None,
            body_mode: Mode::Pretty,
            calls: Vec::new(),
            problems: Vec::new(),
            preview: None,
            counting: 0,
            is_counted: false,
            is_loaded: false,
            saving: Saving::Nothing,
            unsaved: 0,
        }
    }

    /// Whether keys go into a cell.
    pub fn is_typing(&self) -> bool {
        self.editing.is_some()
    }

    /// Whether the draft is kept, in words.
    pub fn saved_words(&self) -> &'static str {
        match self.saving {
            Saving::Nothing => "",
            Saving::UnderWay => "saving the draft ...",
            Saving::Saved => "draft saved",
            Saving::Failed => "draft NOT saved",
        }
    }

    /// Moves the focus to a pane, by its place.
    pub fn focus_pane(&mut self, pane: usize) {
        if let Some(pane) = Pane::ALL.get(pane) {
            self.editing = None;
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

    /// Takes an action.
    pub fn act(
        &mut self,
        action: Action,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match action {
            Action::NextPane => self.focus(self.focus.step(1)),
            Action::PreviousPane => self.focus(self.focus.step(-1)),
            Action::BodyMode => {
                self.body_mode = if self.body_mode == Mode::Pretty {
                    Mode::Exact
                } else {
                    Mode::Pretty
                };
            }
            Action::Up
            | Action::Down
            | Action::Left
            | Action::Right
            | Action::PageUp
            | Action::PageDown
            | Action::Top
            | Action::Bottom => self.travel(action),
            Action::NextProblem => self.jump_to_next_problem(),
            Action::Review => return self.review(shared, requests),
            Action::Edit => return self.edit(shared, requests),
            _ => return self.change(action, shared, requests),
        }
        Vec::new()
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
            Pane::Who => self.who.go(down, right, self.draft.filters.len() + 1, 4),
            Pane::Set => self.set.go(down, right, self.draft.variables.len() + 1, 2),
            Pane::When => {}
            Pane::Problems => {
                let last = self.problems.len().saturating_sub(1);
                self.problem = self.problem.saturating_add_signed(down).min(last);
            }
            Pane::Contacts | Pane::Body => {
                self.scroll = self
                    .scroll
                    .saturating_add_signed(down)
                    .min(self.scroll_limit());
            }
        }
    }

    /// How far the contacts or the body can be scrolled.
    fn scroll_limit(&self) -> usize {
        let rows = match self.focus {
            Pane::Contacts => self
                .preview
                .as_ref()
                .map_or(0, |preview| preview.who.sample.len()),
            _ => self
                .calls
                .first()
                .and_then(|call| call.body.as_ref())
                .map_or(0, |body| body.len() / 8),
        };
        rows.saturating_sub(1)
    }

    fn jump_to_next_problem(&mut self) {
        if self.problems.is_empty() {
            return;
        }
        if self.focus == Pane::Problems {
            self.jump(self.problem);
            return;
        }
        let here = (self.focus, self.who, self.set);
        let after = self.problems.iter().position(|problem| {
            let (pane, cursor) = place_of(&problem.at);
            (
                pane,
                if pane == Pane::Who { cursor } else { here.1 },
                if pane == Pane::Set { cursor } else { here.2 },
            ) == here
        });
        self.jump(after.map_or(0, |place| (place + 1) % self.problems.len()));
    }

    fn jump(&mut self, problem: usize) {
        let Some(found) = self.problems.get(problem) else {
            return;
        };
        let (pane, cursor) = place_of(&found.at);
        self.problem = problem;
        self.focus(pane);
        match pane {
            Pane::Who => {
                self.who = Cursor {
                    row: cursor.row.min(self.draft.filters.len()),
                    ..cursor
                }
            }
            Pane::Set => {
                self.set = Cursor {
                    row: cursor.row.min(self.draft.variables.len()),
                    ..cursor
                }
            }
            _ => {}
        }
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
            (Pane::Who, None) => self.change(Action::Form, shared, requests),
            (_, Some(Cell::Join(_))) => self.change(Action::Toggle, shared, requests),
            (_, Some(Cell::NewFilter | Cell::NewVariable)) => {
                self.change(Action::Add, shared, requests)
            }
            (_, Some(cell)) => self.start_typing(cell, false, requests),
            (_, None) => Vec::new(),
        }
    }

    /// Actions that change the draft.
    fn change(
        &mut self,
        action: Action,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let before = self.draft.clone();
        let mut steps = Vec::new();
        match action {
            Action::Add => steps = self.add(requests),
            Action::Remove => self.remove(),
            Action::Toggle => self.toggle_join(),
            Action::Form if self.draft.from_file.is_none() => {
                self.draft.configured = !self.draft.configured;
            }
            Action::Method => self.draft.swap_method(),
            Action::Clear => self.draft = Draft::default(),
            Action::Undo if self.history.undo(&mut self.draft) => {
                return self.changed(shared, requests);
            }
            Action::Redo if self.history.redo(&mut self.draft) => {
                return self.changed(shared, requests);
            }
            Action::Undo | Action::Redo => {
                return vec![Step::Say(Notice::ok(
                    "There is nothing to go back to here.",
                ))];
            }
            _ => return steps,
        }
        if self.draft != before {
            self.history.keep(&before);
            steps.extend(self.changed(shared, requests));
        }
        steps
    }

    fn add(&mut self, requests: &mut Requests) -> Vec<Step> {
        match self.focus {
            Pane::Set if self.draft.from_file.is_none() => {
                let row = self.draft.add_variable(self.set.row);
                self.set = Cursor { row, column: 0 };
                self.start_typing(Cell::Name(row), true, requests)
            }
            _ if self.draft.configured || self.draft.from_file.is_some() => {
                vec![Step::Say(Notice::warning(
                    "Filters belong to the form audience. Press f to choose it first.",
                ))]
            }
            _ => {
                self.focus(Pane::Who);
                let row = self.draft.add_filter(self.who.row);
                self.who = Cursor { row, column: 1 };
                self.start_typing(Cell::Field(row), true, requests)
            }
        }
    }

    fn remove(&mut self) {
        match (self.focus, self.cell()) {
            (Pane::Who, Some(_)) if self.who.row < self.draft.filters.len() => {
                self.draft.filters.remove(self.who.row);
            }
            (Pane::Set, Some(_)) if self.set.row < self.draft.variables.len() => {
                self.draft.variables.remove(self.set.row);
            }
            (Pane::When, _) => self.draft.delay.clear(),
            _ => {}
        }
    }

    fn toggle_join(&mut self) {
        if self.focus != Pane::Who || self.who.row == 0 {
            return;
        }
        if let Some(filter) = self.draft.filters.get_mut(self.who.row) {
            filter.join = if filter.join == Join::And {
                Join::Or
            } else {
                Join::And
            };
        }
    }

    /// Builds the body anew, and has the contacts counted and the draft kept.
    fn changed(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        self.saving = Saving::UnderWay;
        self.unsaved += 1;
        let save = Effect::SaveDraft(self.key.clone(), Box::new(self.plan()));
        let mut steps = self.refresh(shared, requests);
        steps.push(Step::Do(save));
        steps
    }

    /// Counts again, since the draft or the cache changed.
    pub fn refresh(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        if !self.is_loaded {
            return Vec::new();
        }
        let plan = self.plan();
        self.calls = calls(&plan, &shared.environment.dialect);
        self.problems = self.problems_of(&plan, shared);
        self.counting = requests.take();
        self.is_counted = false;
        vec![Step::Do(Effect::Evaluate(
            self.counting,
            self.key.clone(),
            Box::new(plan),
        ))]
    }

    /// What the plan shows at once, with what the last count showed of the contacts, so that nothing flickers.
    fn problems_of(&self, plan: &Plan, shared: &Shared<'_>) -> Vec<Problem> {
        let mut problems = plan_problems(plan, &self.calls, &shared.environment.dialect);
        if let Some(broadcast) = shared.broadcast(&self.key) {
            problems.extend(state_problems(plan, broadcast, Surface::Console));
        }
        let counted = self.preview.iter().flat_map(|preview| &preview.problems);
        problems.extend(
            counted
                .filter(|problem| problem.code.is_of_contacts())
                .cloned(),
        );
        problems.sort_by_key(|problem| problem.code.severity());
        problems
    }

    /// Takes whom the plan would reach; an overtaken count is dropped.
    pub fn evaluated(&mut self, id: RequestId, preview: Preview) {
        if id != self.counting {
            return;
        }
        self.is_counted = true;
        self.problems.clone_from(&preview.problems);
        self.problem = self.problem.min(self.problems.len().saturating_sub(1));
        self.preview = Some(preview);
    }

    /// Takes what continues the typed text.
    pub fn completed(&mut self, id: RequestId, candidates: Vec<Candidate>) {
        if let Some(editing) = self
            .editing
            .as_mut()
            .filter(|editing| editing.request == id)
        {
            let typed = editing.input.text();
            let is_all = candidates.len() == 1 && candidates[0].text == typed;
            editing.suggestions = if is_all {
                Suggestions::None
            } else {
                Suggestions::Found(candidates)
            };
            editing.selected = None;
        }
    }

    /// Takes the draft that was kept.
    pub fn loaded(
        &mut self,
        key: &BroadcastKey,
        plan: Option<Box<Plan>>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if *key != self.key || self.is_loaded {
            return Vec::new();
        }
        self.is_loaded = true;
        if let Some(plan) = plan {
            self.draft = Draft::of_plan(*plan);
            self.saving = Saving::Saved;
        }
        self.refresh(shared, requests)
    }

    /// Takes whether the draft was kept. It is kept as it stands once the last of its changes is.
    pub fn saved(&mut self, key: &BroadcastKey, result: Result<(), Notice>) -> Option<Notice> {
        if *key != self.key {
            return result.err();
        }
        self.unsaved = self.unsaved.saturating_sub(1);
        self.saving = match &result {
            Err(_) => Saving::Failed,
            Ok(()) if self.unsaved > 0 => Saving::UnderWay,
            Ok(()) => Saving::Saved,
        };
        result.err()
    }

    /// Asks for the review, or says what stands in its way.
    fn review(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        if !self.is_loaded {
            return Vec::new();
        }
        if let Some(place) = self.problems.iter().position(Problem::is_error) {
            let message = self.problems[place].message.clone();
            self.jump(place);
            return vec![Step::Say(Notice::error(message))];
        }
        let id = requests.take();
        let plan = self.plan();
        let overlay = Overlay::review(id, self.key.clone(), plan.clone(), shared.now);
        vec![
            Step::Show(Box::new(overlay)),
            Step::Do(Effect::Review(id, self.key.clone(), Box::new(plan))),
        ]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_saved_once_the_last_of_its_changes_is() {
        let key = BroadcastKey {
            bot: "k".into(),
            id: "b".into(),
        };
        let mut compose = Compose::new(key.clone());
        compose.saving = Saving::UnderWay;
        compose.unsaved = 2;
        assert!(compose.saved(&key, Ok(())).is_none());
        assert_eq!(compose.saved_words(), "saving the draft ...");
        assert!(compose.saved(&key, Ok(())).is_none());
        assert_eq!(compose.saved_words(), "draft saved");
    }
}
