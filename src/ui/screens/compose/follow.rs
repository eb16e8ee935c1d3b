//! What follows a change or an answer: the body is built anew, contacts are counted, the draft is kept.

use std::sync::Arc;

use jiff::Timestamp;

use super::cell::Pane;
use super::draft::Draft;
use super::edit::Suggestions;
use super::pending::PATIENCE;
use super::targets::Seen;
use super::{Compose, Saving, conversation};
use crate::domain::payload::calls;
use crate::domain::plan::{FormKind, Plan};
use crate::domain::preview::Preview;
use crate::domain::problem::{Code, Problem, Surface, plan_problems, state_problems};
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::message::Candidate;
use crate::model::{Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};

impl Compose {
    /// Builds the body anew, and has the contacts counted and the draft kept.
    pub(super) fn changed(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        self.stay_inside();
        self.elsewhere.typed_here();
        self.save.start(shared.now);
        self.unsaved += 1;
        // The plan is made once a key: a copy of a long list takes a millisecond.
        let plan = Arc::new(self.plan());
        let save = Effect::SaveDraft(self.key.clone(), Arc::clone(&plan));
        let mut steps = self.refresh_with(plan, shared, requests);
        steps.push(Step::Do(save));
        steps
    }

    /// Keeps the cursors within what the draft holds.
    pub(super) fn stay_inside(&mut self) {
        self.who.row = self.who.row.min(self.draft.filters.len());
        self.set.row = self.set.row.min(self.draft.variables().len());
        self.grid.learn_near(&self.draft.targets);
    }

    /// Counts again, since the draft or the cache changed.
    pub fn refresh(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        if !self.is_loaded {
            return Vec::new();
        }
        let plan = Arc::new(self.plan());
        self.refresh_with(plan, shared, requests)
    }

    /// Builds what is quick at once. A long list of targets is for the counting thread: until it answers, calls and
    /// problems are those of before.
    fn refresh_with(
        &mut self,
        plan: Arc<Plan>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if !self.is_loaded {
            return Vec::new();
        }
        if self.builds_at_once() {
            self.calls = calls(&plan, &shared.environment.dialect);
            self.show_body_anew();
            self.problems = self.problems_of(&plan, shared);
        }
        self.keep_problem();
        self.raw.follow(&self.draft.body);
        self.request = requests.take();
        let mut steps = self.look_for_partner(requests);
        steps.push(Step::Do(Effect::Evaluate(
            self.request,
            self.key.clone(),
            plan,
        )));
        if !self.count.is_under_way() {
            steps.push(Step::Do(Effect::Wake(PATIENCE.unsigned_abs())));
        }
        self.count.start(shared.now);
        steps
    }

    /// Whether calls and problems are found here, at once: not for many targets, nor where some of them are left out of
    /// the calls, which only the cache knows.
    pub(super) fn builds_at_once(&self) -> bool {
        !self.draft.is_large() && !self.leaves_out()
    }

    /// Whether targets are left out of the calls, by the last count.
    pub(super) fn leaves_out(&self) -> bool {
        let preview = self.preview.as_ref();
        let some = preview.is_some_and(|preview| !preview.suppressed.places.is_empty());
        some && self.draft.form == FormKind::Targets
    }

    /// Takes note that the calls are others now.
    fn show_body_anew(&mut self) {
        self.call = self.call.min(self.calls.len().saturating_sub(1));
        self.body_text = None;
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
        problems.extend(self.notes());
        in_order(problems)
    }

    pub(super) fn keep_problem(&mut self) {
        self.problem = self.problem.min(self.problems.len().saturating_sub(1));
    }

    /// Takes whom the plan would reach; an overtaken count is dropped.
    pub fn evaluated(&mut self, id: RequestId, mut preview: Preview) {
        if id != self.request {
            return;
        }
        self.count.end();
        let calls = std::mem::take(&mut preview.calls);
        if self.calls != calls {
            self.calls = calls;
            self.show_body_anew();
            self.lay_out_body();
        }
        let mut problems = preview.problems.clone();
        if preview.who.as_of.is_none() {
            problems.retain(|problem| problem.code != Code::NoMatch);
        }
        problems.extend(self.notes());
        self.problems = in_order(problems);
        self.keep_problem();
        self.preview = Some(preview);
    }

    /// Takes what continues the typed text; an overtaken answer is dropped.
    pub fn completed(&mut self, id: RequestId, candidates: Vec<Candidate>) {
        let candidates = self.with_channels(candidates);
        if let Some(editing) = self
            .editing
            .as_mut()
            .filter(|editing| editing.request == id)
        {
            let mut candidates = candidates;
            if self.draft.form == FormKind::Conversation {
                conversation::add_standard_names(editing, &mut candidates);
            }
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
        self.grid.open(&self.draft.targets);
        match self.wanted.take() {
            Some(plan) => self.take_plan(plan, shared, requests),
            None => self.refresh(shared, requests),
        }
    }

    /// Makes a plan the draft; the one before can be gone back to. Where the kept draft isn't here yet, it comes first.
    pub fn take_plan(
        &mut self,
        plan: Plan,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if !self.is_loaded {
            self.wanted = Some(plan);
            return Vec::new();
        }
        self.editing = None;
        self.raw.is_typing = false;
        self.history.keep(&self.draft);
        self.draft = Draft::of_plan(plan);
        self.grid.open(&self.draft.targets);
        self.focus(Pane::Who);
        self.changed(shared, requests)
    }

    /// Takes whether the draft was kept. It is kept as it stands once the last of its changes is.
    pub fn saved(&mut self, key: &BroadcastKey, result: Result<(), Notice>) -> Option<Notice> {
        if *key != self.key {
            return result.err();
        }
        self.unsaved = self.unsaved.saturating_sub(1);
        if self.unsaved == 0 {
            self.save.end();
        }
        self.saving = match &result {
            Err(_) => Saving::Failed,
            Ok(()) if self.unsaved > 0 => self.saving,
            Ok(()) => Saving::Saved,
        };
        result.err()
    }

    /// Takes the time: what takes long is spoken of.
    pub fn tick(&mut self, now: Timestamp) {
        self.count.tick(now);
        self.save.tick(now);
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        if let Some(limit) = picture.pane_limit {
            self.scroll = self.scroll.min(limit);
        }
        if let Some((row, column, rows)) = picture.grid {
            self.grid.seen = Seen { row, column, rows };
        }
        if let Some(page) = picture.editor_page {
            self.raw.was_drawn(page);
        }
    }
}

/// The worst first, and first of all what is wrong with the broadcast itself. That nobody matches says nothing while
/// the plan is unfinished.
pub(super) fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    if problems.iter().any(Problem::is_error) {
        problems.retain(|problem| problem.code != Code::NoMatch || !problem.at.is_empty());
    }
    problems.sort_by_key(|problem| (problem.code.severity(), problem.at != "/broadcast"));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broadcast_that_cannot_be_launched_comes_first() {
        let problem = |code, at: &str| Problem::new(code, at, "");
        let ordered = in_order(vec![
            problem(Code::NoMatch, ""),
            problem(Code::MixedJoin, "/filters"),
            problem(Code::MissingValue, "/filters/0/value"),
            problem(Code::NotOnDemand, "/broadcast"),
        ]);
        let codes: Vec<Code> = ordered.iter().map(|problem| problem.code).collect();
        assert_eq!(
            codes,
            [Code::NotOnDemand, Code::MissingValue, Code::MixedJoin]
        );
    }
}
