//! Contacts as targets: those that filters match now, and a list without those who got the broadcast already.

use super::{Compose, Step};
use crate::domain::plan::FormKind;
use crate::model::{Effect, Notice};
use crate::ui::app::Requests;

impl Compose {
    /// Has the contacts that the filters match now become targets.
    pub(super) fn freeze(&mut self, requests: &mut Requests) -> Vec<Step> {
        if !self.is_loaded {
            return Vec::new();
        }
        if let Some(refusal) = self.refuses_to_freeze() {
            return vec![Step::Say(Notice::warning(refusal))];
        }
        let plan = Box::new(self.plan());
        let effect = Effect::Freeze(requests.take(), self.key.clone(), plan);
        let notice = Notice::ok("Listing the contacts that it reaches now ...");
        vec![Step::Say(notice), Step::Do(effect)]
    }

    /// Why there are no contacts that could become targets.
    pub(super) fn refuses_to_freeze(&self) -> Option<&'static str> {
        match self.draft.form {
            FormKind::Audience if self.draft.filters.is_empty() => {
                Some("There is no filter yet, so there is nobody to freeze. Add a condition first.")
            }
            FormKind::Audience | FormKind::Configured => None,
            FormKind::Targets => Some("These are targets already: they stay as they are listed."),
            FormKind::Conversation | FormKind::Raw => Some(
                "Only contacts that filters match can be frozen as targets. Choose that form first.",
            ),
        }
    }

    /// Whether contacts can be taken out: a list of them can be made.
    pub(super) fn can_leave_out(&self) -> bool {
        !matches!(self.draft.form, FormKind::Raw | FormKind::Conversation)
    }

    /// Has the contacts taken out who got the broadcast within the repeat window.
    pub(super) fn without_reached(&mut self, requests: &mut Requests) -> Vec<Step> {
        if !self.is_loaded {
            return Vec::new();
        }
        if !self.can_leave_out() {
            let text = "Nobody can be taken out of this form. Choose targets or filters first.";
            return vec![Step::Say(Notice::warning(text))];
        }
        let plan = Box::new(self.plan());
        let effect = Effect::WithoutReached(requests.take(), self.key.clone(), plan);
        let notice = Notice::ok("Looking for contacts who got this broadcast already ...");
        vec![Step::Say(notice), Step::Do(effect)]
    }
}
