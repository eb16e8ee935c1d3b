//! Actions that change the draft: rows, joins, form and verb, and the way back.

use super::Compose;
use super::cell::{Cell, Cursor, Pane};
use super::draft::Draft;
use crate::domain::filter::Join;
use crate::domain::plan::FormKind;
use crate::domain::plan::Method;
use crate::domain::settings::Setting;
use crate::model::{Action, Notice};
use crate::ui::app::Requests;
use crate::ui::shared::{Shared, Step};

impl Compose {
    /// Actions that change the draft.
    pub(super) fn change(
        &mut self,
        action: Action,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let before = self.draft.clone();
        let mut steps = Vec::new();
        match action {
            Action::Add if self.draft.form == FormKind::Targets => {
                self.focus(Pane::Who);
                return self.add_target(shared, requests);
            }
            Action::Add => steps = self.add(requests),
            Action::Remove => self.remove(),
            Action::Toggle => self.toggle_join(),
            Action::Method => match self.refuses_get(shared) {
                Some(why) => return vec![Step::Say(Notice::warning(why))],
                None => self.draft.swap_method(),
            },
            Action::Clear => self.draft = Draft::default(),
            Action::Undo if self.history.undo(&mut self.draft) => {
                self.grid.learn(&self.draft.targets);
                return self.changed(shared, requests);
            }
            Action::Redo if self.history.redo(&mut self.draft) => {
                self.grid.learn(&self.draft.targets);
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
            if self.draft.targets != before.targets {
                self.grid.open(&self.draft.targets);
            }
            steps.extend(self.changed(shared, requests));
        }
        steps
    }

    /// Why a POST can't become a GET: a GET takes no parameters, and the broadcast may not allow it `[D]`. Back to POST
    /// it always goes.
    pub(super) fn refuses_get(&self, shared: &Shared<'_>) -> Option<&'static str> {
        let draft = &self.draft;
        if draft.method == Method::Get {
            return None;
        }
        let settings = shared.broadcast(&self.key).map(|found| &found.settings);
        let is_off =
            settings.is_some_and(|settings| settings.get(Setting::AllowGet) == Some(false));
        if draft.form != FormKind::Configured {
            Some(
                "It stays POST: a GET has no body, so it launches the configured audience alone. Press f for that form.",
            )
        } else if !draft.variables().is_empty() {
            Some("It stays POST: a GET can't carry variables. Remove them first.")
        } else if !draft.delay.is_empty() {
            Some("It stays POST: a GET can't carry a delay. Empty it first.")
        } else if is_off {
            Some(
                "It stays POST: GET is recorded as not allowed for this broadcast. Switch it in Settings first.",
            )
        } else {
            None
        }
    }

    fn add(&mut self, requests: &mut Requests) -> Vec<Step> {
        if self.draft.form == FormKind::Raw {
            self.focus(Pane::Who);
            self.raw.start_typing();
            return Vec::new();
        }
        if !self.draft.takes_variables() {
            return vec![from_a_file()];
        }
        match self.focus {
            _ if self.focus == Pane::Set || self.draft.form == FormKind::Conversation => {
                self.focus(Pane::Set);
                let row = self.draft.add_variable(self.set.row);
                self.set = Cursor { row, column: 0 };
                self.start_typing(Cell::Name(row), true, requests)
            }
            _ if self.draft.form == FormKind::Configured => vec![Step::Say(Notice::warning(
                "The configured audience takes no conditions. Press f for filters of your own.",
            ))],
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
            (Pane::Set, Some(_)) if self.set.row < self.draft.variables().len() => {
                self.draft.variables_mut().remove(self.set.row);
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
}

/// Says why a form that came from a file isn't changed here.
fn from_a_file() -> Step {
    Step::Say(Notice::warning(
        "This comes from a plan file: edit it there, or start over with Shift-X (u takes that back).",
    ))
}
