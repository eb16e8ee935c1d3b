//! What screens and overlays ask for: to go somewhere, to lay something over the screen, to have something done.

use super::{App, Place};
use crate::domain::plan::Plan;
use crate::model::effect::BroadcastKey;
use crate::model::{Effect, Notice};
use crate::ui::overlays::launch::LaunchDetail;
use crate::ui::overlays::values::Picked;
use crate::ui::shared::{Step, Tab};

impl App {
    /// Takes the steps that a screen or an overlay asked for.
    pub(super) fn perform(&mut self, steps: Vec<Step>) -> Vec<Effect> {
        let mut effects = Vec::new();
        for step in steps {
            match step {
                Step::Do(effect) => effects.push(effect),
                Step::Say(notice) => self.notice = Some(notice),
                Step::ToBroadcasts(bot) => {
                    self.place = std::mem::take(&mut self.place).into_bot(bot);
                }
                Step::ToBroadcast(key, tab) => effects.extend(self.open_broadcast(key, tab)),
                Step::ToDraft(key, plan) => effects.extend(self.open_draft(key, *plan)),
                Step::OpenLog => self.open_log(),
                Step::ToLaunch(id) => {
                    self.overlays.push(Box::new(LaunchDetail::new(&id)));
                    effects.push(Effect::LoadLaunch(id));
                }
                Step::ChooseForm(kind) => {
                    let steps = self.with_compose(|compose, shared, requests| {
                        compose.choose_form(kind, shared, requests)
                    });
                    effects.extend(self.perform(steps));
                }
                Step::Pick(picked) => effects.extend(self.pick(picked)),
                Step::Close => self.overlays.close(),
                Step::Show(overlay) => self.overlays.push(overlay),
            }
        }
        effects
    }

    /// Puts a value that was picked into the draft, where that has filters; else it is looked for in the table that it
    /// was picked from.
    fn pick(&mut self, picked: Picked) -> Vec<Effect> {
        let compose = self.place.compose_mut();
        if compose.is_some_and(|compose| compose.takes_filters()) {
            self.overlays.clear();
            let steps = self.with_compose(|compose, shared, requests| {
                compose.picked(&picked, shared, requests)
            });
            return self.perform(steps);
        }
        let steps =
            self.with_overlay(|overlay, shared, requests| overlay.picked(picked, shared, requests));
        self.perform(steps)
    }

    /// Has the draft that is left kept at once, where it isn't yet.
    pub(super) fn keep_draft(&mut self) -> Vec<Effect> {
        let compose = self.place.compose_mut();
        let (is_unsaved, is_conflict) = compose.map_or((false, false), |compose| {
            (compose.is_unsaved(), compose.is_conflict())
        });
        if is_conflict {
            let text = "Your draft is set aside, since another console changed it: o in its builder lists it.";
            self.notice = Some(Notice::warning(text));
        }
        is_unsaved
            .then_some(Effect::KeepDrafts)
            .into_iter()
            .collect()
    }

    fn open_broadcast(&mut self, key: BroadcastKey, tab: Tab) -> Vec<Effect> {
        if let Place::Broadcast(place) = &mut self.place
            && place.key == key
        {
            place.tab = tab;
            return Vec::new();
        }
        let mut effects = self.keep_draft();
        self.place = std::mem::take(&mut self.place).into_broadcast(key.clone(), tab);
        effects.push(Effect::LoadDraft(key));
        effects
    }

    /// Opens the builder of a broadcast with a plan as its draft.
    pub(super) fn open_draft(&mut self, key: BroadcastKey, plan: Plan) -> Vec<Effect> {
        self.overlays.clear();
        let mut effects = self.open_broadcast(key, Tab::Compose);
        let steps = self
            .with_compose(|compose, shared, requests| compose.take_plan(plan, shared, requests));
        effects.extend(self.perform(steps));
        effects
    }

    /// Opens the log of the place one is in.
    fn open_log(&mut self) {
        match &mut self.place {
            Place::Bots(_) => {}
            Place::Bot(place) => place.shows_log = true,
            Place::Broadcast(place) => place.tab = Tab::Log,
        }
    }
}
