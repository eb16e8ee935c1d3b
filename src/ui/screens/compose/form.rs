//! The choice of a form, and the plans that are saved and opened.

use super::Compose;
use super::cell::Pane;
use crate::domain::plan::FormKind;
use crate::domain::settings::Settings;
use crate::model::Effect;
use crate::ui::app::Requests;
use crate::ui::overlays::forms::Forms;
use crate::ui::overlays::plans::{SaveAs, SavedPlans};
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::json;

impl Compose {
    /// Lays the choice among the five forms over the screen.
    pub(super) fn ask_for_form(&self, shared: &Shared<'_>) -> Step {
        let settings = shared
            .broadcast(&self.key)
            .map_or_else(Settings::default, |broadcast| broadcast.settings);
        let (form, method) = (self.draft.form, self.draft.method);
        Step::show(Forms::new(form, method, settings))
    }

    /// Takes another form; what was written for the one before stays.
    pub fn choose_form(
        &mut self,
        kind: FormKind,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if self.draft.form == kind {
            return Vec::new();
        }
        self.history.keep(&self.draft);
        self.draft.form = kind;
        self.raw.is_typing = false;
        self.focus(if kind == FormKind::Conversation {
            Pane::Set
        } else {
            Pane::Who
        });
        self.changed(shared, requests)
    }

    /// Asks for the name under which the draft is saved.
    pub(super) fn save_as(&self, shared: &Shared<'_>) -> Step {
        Step::show(SaveAs::new(self.plan_text(shared)))
    }

    /// Lays the saved plans over the screen.
    pub(super) fn show_plans() -> Vec<Step> {
        vec![
            Step::show(SavedPlans::default()),
            Step::Do(Effect::ListPlans),
        ]
    }

    /// The draft as the text of a plan, in lines, with the names of broadcast and bot where they say which are meant: a
    /// plan is a file that may be copied and sent, and an API key in it says nothing to a person.
    pub(super) fn plan_text(&self, shared: &Shared<'_>) -> String {
        let mut plan = self.plan();
        if let Some(broadcast) = shared.broadcast(&self.key) {
            let same =
                shared.data.broadcasts.iter().filter(|other| {
                    other.bot_key == broadcast.bot_key && other.name == broadcast.name
                });
            if same.count() == 1 {
                plan.broadcast.clone_from(&broadcast.name);
            }
        }
        if let Some(row) = shared.bot(&self.key.bot) {
            let bots = &shared.data.bots;
            let same = bots.iter().filter(|other| other.bot.name == row.bot.name);
            if same.count() == 1 {
                plan.bot = Some(row.bot.name.clone());
            }
        }
        json::in_lines(&plan.to_json())
    }
}
