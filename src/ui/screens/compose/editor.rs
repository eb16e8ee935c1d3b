//! The raw body, or the whole plan, edited in the operator's own program. Whatever comes back, nothing is lost.

use super::Compose;
use crate::domain::plan::{FormKind, Plan};
use crate::model::effect::RequestId;
use crate::model::{Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::shared::{Shared, Step};

/// What is being edited outside, and what came back and could not be read.
#[derive(Debug, Default)]
pub struct Outside {
    request: RequestId,
    what: What,
    /// The text of a plan that could not be read: the next time the editor opens with it.
    unread: Option<String>,
}

/// What is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum What {
    #[default]
    Body,
    Plan,
}

impl Compose {
    /// Hands the raw body to the editor; with another form the whole plan.
    pub(super) fn edit_outside(
        &mut self,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if self.draft.form != FormKind::Raw {
            return self.edit_plan_outside(shared, requests);
        }
        let text = self.draft.body.to_string();
        self.hand_over(What::Body, text, requests)
    }

    /// Hands the whole plan to the editor: as it stands, or as it came back when it could not be read.
    pub(super) fn edit_plan_outside(
        &mut self,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let text = self.outside.unread.take();
        let text = text.unwrap_or_else(|| self.plan_text(shared));
        self.hand_over(What::Plan, text, requests)
    }

    fn hand_over(&mut self, what: What, text: String, requests: &mut Requests) -> Vec<Step> {
        if !self.is_loaded {
            return Vec::new();
        }
        self.outside.request = requests.take();
        self.outside.what = what;
        let effect = Effect::EditText(self.outside.request, text);
        vec![Step::Do(effect)]
    }

    /// Takes what came back from the editor.
    pub fn edited(
        &mut self,
        id: RequestId,
        result: Result<String, Notice>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if id != self.outside.request {
            return Vec::new();
        }
        match (result, self.outside.what) {
            (Err(notice), _) => vec![Step::Say(notice)],
            (Ok(text), What::Body) => {
                self.raw.is_typing = false;
                let steps = self.take_raw(text.trim_end().into(), shared, requests);
                if self.raw.mistake.is_some() {
                    self.raw.go_to_mistake();
                }
                steps
            }
            (Ok(text), What::Plan) => self.take_plan_text(text, shared, requests),
        }
    }

    /// Makes the text of a plan the draft; one that can't be read is kept for the next time.
    fn take_plan_text(
        &mut self,
        text: String,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let plan = match Plan::from_json(&text) {
            Ok(plan) => plan,
            Err(problems) => {
                self.outside.unread = Some(text);
                let first = problems.first();
                let place = first.map_or("", |problem| problem.at.as_str());
                let what = first.map_or("It is no plan.", |problem| &problem.message);
                return vec![Step::Say(Notice::error(unread(
                    place,
                    what,
                    problems.len(),
                )))];
            }
        };
        let is_elsewhere = !self.is_named(&plan, shared);
        let plan = Plan {
            broadcast: self.key.id.clone(),
            bot: Some(self.key.bot.clone()),
            ..plan
        };
        let mut steps = if plan == self.plan() {
            Vec::new()
        } else {
            self.take_plan(plan, shared, requests)
        };
        if is_elsewhere {
            let text = "The draft stays with this broadcast: to launch another, open that one.";
            steps.push(Step::Say(Notice::warning(text)));
        }
        steps
    }

    /// Whether a plan names the broadcast that is open.
    fn is_named(&self, plan: &Plan, shared: &Shared<'_>) -> bool {
        let broadcast = shared.broadcast(&self.key);
        let name = broadcast.map(|broadcast| broadcast.name.as_str());
        plan.broadcast == self.key.id || Some(plan.broadcast.as_str()) == name
    }
}

/// Says what is wrong with a text that is no plan, and that it isn't lost.
fn unread(place: &str, what: &str, problems: usize) -> String {
    let place = if place.is_empty() {
        String::new()
    } else {
        format!("{}: ", crate::domain::text::shown(place))
    };
    let more = match problems {
        0 | 1 => String::new(),
        all => format!(" ({} more)", all - 1),
    };
    format!(
        "{place}{what}{more} The draft is as it was. Your text is kept: Shift-E opens it again."
    )
}
