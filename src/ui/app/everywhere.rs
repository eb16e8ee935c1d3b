//! What keys do on every screen: quit, help, sync, settle, back, and what waits.

use super::App;
use crate::domain::waiting::WaitingLaunch;
use crate::model::{Action, Effect, Notice};
use crate::ui::overlays::help::Help;
use crate::ui::overlays::leave::Leave;
use crate::ui::overlays::settle::Settle;
use crate::ui::overlays::suppressions::Suppressions;
use crate::ui::overlays::waiting::Waiting;
use crate::ui::screens::compose::Compose;
use crate::ui::shared::Step;

impl App {
    /// Does what an action does on every screen; `None` where it does nothing there.
    pub(super) fn global(&mut self, action: Action) -> Option<Vec<Effect>> {
        match action {
            Action::Quit => Some(self.quit()),
            Action::Waiting => {
                self.overlays.push(Box::<Waiting>::default());
                Some(Vec::new())
            }
            Action::Help => {
                self.help();
                Some(Vec::new())
            }
            Action::Sync => Some(self.sync()),
            Action::Settle => Some(self.settle()),
            Action::Suppressions => {
                let steps = Step::open(Suppressions::new(&mut self.requests));
                Some(self.perform(steps))
            }
            Action::Back => Some(self.back()),
            _ => self.place.switch_tab(action).then(Vec::new),
        }
    }

    /// Ends the program; asks once before where launches wait that nobody would send.
    fn quit(&mut self) -> Vec<Effect> {
        let waits = self.data.waiting.iter().any(WaitingLaunch::is_waiting);
        if waits && !self.shared().is_readonly() {
            self.overlays.push(Box::new(Leave));
            return Vec::new();
        }
        vec![Effect::Quit]
    }

    /// Asks for a sync, unless one is under way.
    pub(super) fn sync(&mut self) -> Vec<Effect> {
        if self.syncing.is_some() {
            self.notice = Some(Notice::ok("A sync is under way already."));
            return Vec::new();
        }
        self.syncing = Some("syncing ...".to_owned());
        vec![Effect::Sync]
    }

    fn settle(&mut self) -> Vec<Effect> {
        match self.unsettled().last().map(|launch| Settle::new(launch)) {
            Some(settle) => self.overlays.push(Box::new(settle)),
            None => {
                self.notice = Some(Notice::ok(
                    "No launch has an unknown outcome: there is nothing to settle.",
                ));
            }
        }
        Vec::new()
    }

    fn help(&mut self) {
        let contexts = self.contexts();
        let shared = self.shared();
        let bindings = contexts.iter().flat_map(|one| self.keymap.in_context(*one));
        let actions = bindings.map(|binding| binding.action);
        let idle = actions
            .filter(|action| !self.is_offered(*action, &shared, &self.picture))
            .collect();
        self.overlays.push(Box::new(Help::new(contexts, idle)));
    }

    fn back(&mut self) -> Vec<Effect> {
        if let Some(list) = self.place.list_mut()
            && list.filter.is_some()
        {
            list.end_typing(false);
            return Vec::new();
        }
        let compose = self.place.compose_mut();
        if compose.is_some_and(Compose::unmark) {
            return Vec::new();
        }
        let effects = self.keep_draft();
        self.place = std::mem::take(&mut self.place).parent();
        effects
    }
}
