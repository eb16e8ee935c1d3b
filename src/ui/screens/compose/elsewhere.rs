//! The draft as another console changes it.
//!
//! ```text
//! it changed there ─nothing typed here since→ it is shown here, the one before is one undo away
//!        │          ─a cell or an overlay is open→ it waits until that is left
//!        └──────────typed here since→ a line asks: theirs or ours; what isn't taken is one undo away, and set aside
//! ```

use super::Compose;
use super::draft::Draft;
use crate::domain::text::shown;
use crate::model::effect::BroadcastKey;
use crate::model::message::OtherDraft;
use crate::model::{Action, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::shared::{Shared, Step};

/// What another console made of the draft, and how this one stands to it.
#[derive(Debug, Default)]
pub struct Elsewhere {
    /// Another console's draft that is not taken yet.
    news: Option<OtherDraft>,
    /// Whether the draft is as another console left it: then there is nothing of ours to go back to.
    is_followed: bool,
}

impl Elsewhere {
    /// Who wrote what is not taken yet, and whether something was typed here since.
    pub fn told(&self) -> Option<(&str, bool)> {
        let news = self.news.as_ref()?;
        Some((&news.by, news.is_conflict))
    }

    /// Takes note that something was typed here.
    pub(super) fn typed_here(&mut self) {
        self.is_followed = false;
        if let Some(news) = &mut self.news {
            news.is_conflict = true;
        }
    }
}

impl Compose {
    /// Whether another console's draft is not taken yet.
    pub fn has_news(&self) -> bool {
        self.elsewhere.news.is_some()
    }

    /// Whether another console's draft stands against this one.
    pub fn is_conflict(&self) -> bool {
        matches!(self.elsewhere.told(), Some((_, true)))
    }

    /// Takes note of what another console made of the draft, if it is this one.
    pub fn changed_elsewhere(&mut self, key: &BroadcastKey, other: OtherDraft) {
        if *key != self.key || !self.is_loaded {
            return;
        }
        let is_conflict = other.is_conflict || self.unsaved > 0 || self.is_conflict();
        self.elsewhere.news = Some(OtherDraft {
            is_conflict,
            ..other
        });
    }

    /// Shows what another console made of the draft, unless something was typed here since, or a cell is open.
    pub fn follow(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        if self.is_typing() || self.is_conflict() {
            return Vec::new();
        }
        let Some(news) = self.elsewhere.news.take() else {
            return Vec::new();
        };
        if news.plan == self.plan() {
            return vec![self.stand_on(news.mark, false)];
        }
        let said = format!(
            "Changed in another console by {}. It stands here now; u goes back to yours.",
            shown(&news.by)
        );
        let was_followed = self.elsewhere.is_followed;
        let mut steps = self.take_other(news, !was_followed, shared, requests);
        self.elsewhere.is_followed = true;
        steps.push(Step::Say(Notice::warning(said)));
        steps
    }

    /// Takes the keys that end a conflict; `None` for others, and where there is none.
    pub(super) fn decide(
        &mut self,
        action: Action,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        if !matches!(action, Action::TakeTheirs | Action::KeepOurs) {
            return None;
        }
        let Some(news) = self.elsewhere.news.take() else {
            let text = "No other console changed this draft: there is nothing to choose.";
            return Some(vec![Step::Say(Notice::ok(text))]);
        };
        let by = shown(&news.by).into_owned();
        if action == Action::TakeTheirs {
            self.leave_cell();
            let mut steps = self.take_other(news, true, shared, requests);
            let text = format!("This is the draft of {by}; u goes back to yours.");
            steps.push(Step::Say(Notice::ok(text)));
            return Some(steps);
        }
        let theirs = self.draft.with_plan(news.plan);
        self.history.keep(&theirs);
        let mut steps = vec![self.stand_on(news.mark, true)];
        steps.extend(self.changed(shared, requests));
        let text = format!("Yours is the draft. That of {by} is set aside: o lists it.");
        steps.push(Step::Say(Notice::ok(text)));
        Some(steps)
    }

    fn leave_cell(&mut self) {
        self.editing = None;
        self.raw.is_typing = false;
    }

    /// Makes another console's draft this one's. What was typed here is kept before, where it still waits: behind the
    /// other's it is set aside.
    fn take_other(
        &mut self,
        other: OtherDraft,
        keeps_before: bool,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if keeps_before {
            self.history.keep(&self.draft);
        }
        self.draft = self.draft.with_plan(other.plan);
        self.grid.learn(&self.draft.targets);
        self.stay_inside();
        let mut steps = vec![
            Step::Do(Effect::KeepDrafts),
            self.stand_on(other.mark, false),
        ];
        steps.extend(self.refresh(shared, requests));
        steps
    }

    fn stand_on(&self, mark: String, gives_way: bool) -> Step {
        Step::Do(Effect::TakeDraft {
            broadcast: self.key.clone(),
            mark,
            gives_way,
        })
    }
}

impl Draft {
    /// The draft with a plan in the place of what is written for that plan's form; what is written for others stays.
    fn with_plan(&self, plan: crate::domain::plan::Plan) -> Self {
        use crate::domain::plan::FormKind;
        let theirs = Self::of_plan(plan);
        let mut draft = Self {
            method: theirs.method,
            form: theirs.form,
            delay: theirs.delay,
            ..self.clone()
        };
        match draft.form {
            FormKind::Configured => draft.set = theirs.set,
            FormKind::Audience => {
                draft.filters = theirs.filters;
                draft.set = theirs.set;
            }
            FormKind::Targets => draft.targets = theirs.targets,
            FormKind::Conversation => draft.contact = theirs.contact,
            FormKind::Raw => draft.body = theirs.body,
        }
        draft
    }
}
