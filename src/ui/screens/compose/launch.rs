//! The way to the review, and to whatever stands in its way.

use super::Compose;
use super::cell::{Pane, place_of};
use super::targets;
use crate::domain::plan::FormKind;
use crate::domain::problem::Problem;
use crate::model::{Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::overlays::import::Import;
use crate::ui::overlays::rehearsal::RehearsalOverlay;
use crate::ui::overlays::review::ReviewOverlay;
use crate::ui::overlays::start_from::StartFrom;
use crate::ui::shared::{Shared, Step};

impl Compose {
    /// Asks for the review, or says what stands in its way.
    pub(super) fn review(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        if !self.is_loaded {
            return Vec::new();
        }
        // Of a long list the problems shown may be those of the draft before: then the review finds its own.
        let are_of_now = self.builds_at_once() || !self.count.is_under_way();
        let error = self.problems.iter().position(Problem::is_error);
        if let Some(place) = error.filter(|_| are_of_now) {
            let message = self.problems[place].message.clone();
            self.jump(place);
            return vec![Step::Say(Notice::error(message))];
        }
        let id = requests.take();
        let plan = self.plan();
        let overlay = ReviewOverlay::new(id, self.key.clone(), plan.clone(), shared.now);
        vec![
            Step::show(overlay),
            Step::Do(Effect::Review(id, self.key.clone(), Box::new(plan))),
        ]
    }

    /// Asks for a rehearsal: also of what could not be launched, since its answer may say more than we do.
    pub(super) fn rehearse(&self, requests: &mut Requests) -> Vec<Step> {
        if !self.is_loaded {
            return Vec::new();
        }
        let id = requests.take();
        let overlay = RehearsalOverlay::new(id, self.key.clone());
        let plan = Box::new(self.plan());
        vec![
            Step::show(overlay),
            Step::Do(Effect::Rehearse(id, self.key.clone(), plan)),
        ]
    }

    /// Lays what the draft can start from over the builder.
    pub(super) fn start_from(&self, requests: &mut Requests) -> Vec<Step> {
        if self.is_loaded {
            Step::open(StartFrom::new(self.key.clone(), self.plan(), requests))
        } else {
            Vec::new()
        }
    }

    /// Lays the import of targets over the builder; the draft is read before.
    pub(super) fn import(&self, requests: &mut Requests) -> Vec<Step> {
        if self.is_loaded {
            Step::open(Import::new(self.key.clone(), self.plan(), requests))
        } else {
            Vec::new()
        }
    }

    /// Goes to the place of the problem behind the one that the cursor is at; from elsewhere to the first.
    pub(super) fn jump_to_next_problem(&mut self) -> Vec<Step> {
        let Some(problem) = self.problems.get(self.problem) else {
            return vec![Step::Say(Notice::ok("There is no problem to go to."))];
        };
        let is_there = self.is_at(problem);
        let next = if is_there { self.problem + 1 } else { 0 };
        self.jump(next % self.problems.len());
        Vec::new()
    }

    fn is_at(&self, problem: &Problem) -> bool {
        let (pane, cursor) = place_of(&problem.at);
        if let Some((row, name)) = targets::place_of(&problem.at).filter(|_| self.is_in_grid()) {
            let is_there = name.is_none_or(|name| name == self.grid.name());
            return self.grid.row == row && is_there;
        }
        let is_raw = self.draft.form == FormKind::Raw;
        let pane = if pane == Pane::Body && is_raw {
            Pane::Who
        } else {
            pane
        };
        pane == self.focus
            && match pane {
                Pane::Who if is_raw => true,
                Pane::Who => cursor == self.who,
                Pane::Set => cursor == self.set,
                _ => true,
            }
    }

    /// Goes to the place of a problem.
    pub(super) fn jump(&mut self, problem: usize) {
        let Some(found) = self.problems.get(problem) else {
            return;
        };
        let (pane, mut cursor) = place_of(&found.at);
        let target = targets::place_of(&found.at);
        self.problem = problem;
        if pane == Pane::Body && self.draft.form == FormKind::Raw {
            self.focus(Pane::Who);
            self.raw.go_to_mistake();
            return;
        }
        self.focus(pane);
        if let Some((row, name)) = target.filter(|_| self.is_in_grid()) {
            return self.go_to_target(row, name.as_deref());
        }
        match pane {
            Pane::Who => {
                cursor.row = cursor.row.min(self.draft.filters.len());
                self.who = cursor;
            }
            Pane::Set => {
                cursor.row = cursor.row.min(self.draft.variables().len());
                self.set = cursor;
            }
            _ => {}
        }
    }
}
