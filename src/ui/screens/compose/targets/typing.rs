//! Typing in the grid: into a cell, a column's name, or what is looked for.

use crossterm::event::Event;

use super::super::cell::Cell;
use super::super::edit::{Editing, Suggestions};
use super::super::{Compose, Step};
use super::find::Needle;
use super::paste;
use crate::domain::plan::Target;
use crate::model::effect::Wanted;
use crate::model::message::Candidate;
use crate::model::{Action, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::shared::Shared;

/// The channels by the class names that `bot_channel` holds `[D]`; those of the cache stand before them.
const CHANNELS: [&str; 8] = [
    "WhatsAppChannel",
    "SMSChannel",
    "RCSChannel",
    "TelegramChannel",
    "WebChannel",
    "FacebookChannel",
    "InstagramChannel",
    "ViberChannel",
];

/// Where the typing goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Onward {
    Right,
    Down,
}

impl Compose {
    /// Takes what is typed in the grid.
    pub(in super::super) fn typed_in_grid(
        &mut self,
        event: &Event,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let Some(editing) = &mut self.editing else {
            return Vec::new();
        };
        match action {
            Some(Action::FindNext) => self.find_next(),
            Some(Action::FindPrevious) => self.find_previous(),
            Some(Action::NextSuggestion) => choose(editing, true),
            Some(Action::PreviousSuggestion) => choose(editing, false),
            Some(Action::Accept | Action::TakeDown) => {
                self.take_in_grid(Onward::Down, shared, requests)
            }
            Some(Action::Complete | Action::TakeRight) => {
                self.take_in_grid(Onward::Right, shared, requests)
            }
            Some(Action::Leave) => self.leave_grid_cell(shared, requests),
            _ => self.type_in_grid(event, shared, requests),
        }
    }

    fn type_in_grid(
        &mut self,
        event: &Event,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let Some(editing) = &mut self.editing else {
            return Vec::new();
        };
        let is_changed = match event {
            Event::Key(key) => editing.input.key(*key),
            Event::Paste(text) if editing.cell == Cell::Target && paste::is_of_rows(text) => {
                self.editing = None;
                return self.paste_rows(text, shared, requests);
            }
            Event::Paste(text) => editing.input.paste(text.trim_end_matches(['\r', '\n'])),
            _ => false,
        };
        if !is_changed {
            return Vec::new();
        }
        editing.selected = None;
        match editing.cell {
            Cell::Find => {
                self.grid.needle = Needle::new(editing.input.text());
                self.look(|needle, list, columns, from| needle.next(list, columns, from, true))
            }
            Cell::Target => {
                let mut steps = self.suggest_in_grid(requests);
                steps.extend(self.write_target(shared, requests));
                steps
            }
            _ => self.suggest_in_grid(requests),
        }
    }

    /// Puts what is typed into the target; an empty text takes the variable out.
    fn write_target(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let (Some(editing), Some(target)) =
            (&mut self.editing, self.draft.targets.get(self.grid.row))
        else {
            return Vec::new();
        };
        let (name, text) = (self.grid.name(), editing.input.text());
        let changed = if text.is_empty() {
            target.without(name)
        } else {
            target.with(name, text)
        };
        if changed == *target {
            return Vec::new();
        }
        if !std::mem::replace(&mut editing.is_kept, true) {
            self.history.keep(&self.draft);
        }
        self.draft.targets.set(self.grid.row, &changed);
        self.changed(shared, requests)
    }

    /// Takes what is typed or chosen, and goes on.
    fn take_in_grid(
        &mut self,
        onward: Onward,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let Some(editing) = &mut self.editing else {
            return Vec::new();
        };
        // Tab goes on and never puts in whom nobody chose; only a name is completed.
        let completes = onward == Onward::Right && editing.cell == Cell::NewColumn;
        editing.take_suggestion(completes);
        match editing.cell {
            Cell::NewColumn => self.add_column(),
            Cell::ColumnName => self.rename_column(shared, requests),
            Cell::Target => {
                let mut steps = self.write_target(shared, requests);
                steps.extend(self.go_on(onward, shared, requests));
                steps
            }
            _ => self.leave_grid_cell(shared, requests),
        }
    }

    /// Goes on typing in the cell at the right; from a row that is being added in a new one behind it. In a row that was
    /// there the typing ends, and the cursor goes down: what is typed next must not change another contact.
    fn go_on(&mut self, onward: Onward, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let is_new_row = self
            .editing
            .as_ref()
            .is_some_and(|editing| editing.is_new_row);
        let grid = &mut self.grid;
        let is_last = grid.column + 1 >= grid.columns.len();
        if onward == Onward::Right && !is_last {
            grid.column += 1;
            return self.type_target(is_new_row, requests);
        }
        let target = self.draft.targets.get(self.grid.row);
        if is_new_row && target.is_some_and(Target::is_empty) {
            return self.leave_grid_cell(shared, requests);
        }
        if is_new_row {
            return self.add_target(shared, requests);
        }
        self.editing = None;
        let last = self.draft.targets.len().saturating_sub(1);
        self.grid.row = (self.grid.row + 1).min(last);
        if onward == Onward::Right {
            self.grid.column = 0;
        }
        Vec::new()
    }

    /// Leaves what is typed; it stays. A new row into which nothing was typed goes.
    fn leave_grid_cell(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let left = self.editing.take().filter(|editing| editing.is_new_row);
        let target = self.draft.targets.get(self.grid.row);
        if left.is_none() || !target.is_some_and(Target::is_empty) {
            return Vec::new();
        }
        self.draft.targets.remove(self.grid.row..self.grid.row + 1);
        self.grid.row = self.grid.row.saturating_sub(1);
        self.changed(shared, requests)
    }

    fn find_next(&mut self) -> Vec<Step> {
        self.look(|needle, list, columns, from| needle.next(list, columns, from, false))
    }

    fn find_previous(&mut self) -> Vec<Step> {
        self.look(Needle::previous)
    }

    /// Goes to where a function finds what is looked for.
    fn look(
        &mut self,
        find: impl Fn(&Needle, &super::TargetList, &[&str], (usize, usize)) -> Option<(usize, usize)>,
    ) -> Vec<Step> {
        let Some(needle) = &self.grid.needle else {
            return Vec::new();
        };
        let columns: Vec<&str> = self
            .grid
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let from = (self.grid.row, self.grid.column);
        match find(needle, &self.draft.targets, &columns, from) {
            Some((row, column)) => {
                (self.grid.row, self.grid.column) = (row, column);
                Vec::new()
            }
            None => vec![Step::Say(Notice::warning("No cell holds that."))],
        }
    }

    /// Asks for what continues the typed text.
    pub(super) fn suggest_in_grid(&mut self, requests: &mut Requests) -> Vec<Step> {
        let field = self.grid.name().to_owned();
        let Some(editing) = &mut self.editing else {
            return Vec::new();
        };
        let typed = editing.input.text().to_owned();
        let wanted = match editing.cell {
            Cell::Target => Wanted::Value { field, typed },
            Cell::NewColumn => Wanted::Field { typed },
            _ => return Vec::new(),
        };
        editing.request = requests.take();
        vec![Step::Do(Effect::Complete(
            editing.request,
            self.key.clone(),
            wanted,
        ))]
    }

    /// What continues the typed text: what contacts have, and for a channel the names that it can have.
    pub(in super::super) fn with_channels(&self, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
        let editing = self
            .editing
            .as_ref()
            .filter(|editing| editing.cell == Cell::Target);
        let Some(editing) = editing.filter(|_| self.grid.name() == "bot_channel") else {
            return candidates;
        };
        let typed = editing.input.text().to_lowercase();
        for name in CHANNELS
            .into_iter()
            .filter(|name| name.to_lowercase().contains(&typed))
        {
            if candidates.iter().all(|candidate| candidate.text != name) {
                candidates.push(Candidate {
                    text: name.to_owned(),
                    contacts: 0,
                });
            }
        }
        candidates
    }
}

fn choose(editing: &mut Editing, down: bool) -> Vec<Step> {
    if !matches!(editing.suggestions, Suggestions::None) {
        editing.choose(down);
    }
    Vec::new()
}
