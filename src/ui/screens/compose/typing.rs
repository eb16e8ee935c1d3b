//! Typing into a cell: every key changes the draft, so that body and count follow at once.

use crossterm::event::Event;

use super::cell::{Cell, Cursor, Pane};
use super::{Compose, Editing};
use crate::domain::criterion::Criterion;
use crate::model::{Action, Effect};
use crate::ui::app::Requests;
use crate::ui::shared::{Shared, Step};

impl Compose {
    /// Starts typing into a cell.
    pub(super) fn start_typing(
        &mut self,
        cell: Cell,
        is_new_row: bool,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if let Cell::Value(row) = cell
            && !self.takes_value(row)
        {
            return Vec::new();
        }
        self.editing = Editing::start(cell, &self.draft, is_new_row);
        // The row of a new one's first cell was kept when it was added.
        if let Some(editing) = &mut self.editing {
            editing.is_kept = is_new_row && matches!(cell, Cell::Field(_) | Cell::Name(_));
        }
        self.say_notes();
        self.ask_for_suggestions(requests)
    }

    fn takes_value(&self, row: usize) -> bool {
        let criterion = self
            .draft
            .filters
            .get(row)
            .and_then(|filter| Criterion::parse(&filter.criterion));
        criterion.is_none_or(Criterion::takes_value)
    }

    /// Takes what is typed.
    pub fn typed(
        &mut self,
        event: &Event,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if let Some(steps) = action.and_then(|action| self.decide(action, shared, requests)) {
            return steps;
        }
        if self.raw.is_typing {
            return self.raw_typed(event, action, shared, requests);
        }
        let Some(editing) = &mut self.editing else {
            return Vec::new();
        };
        if editing.cell.is_of_grid() {
            return self.typed_in_grid(event, action, shared, requests);
        }
        match action {
            Some(Action::NextSuggestion) => editing.choose(true),
            Some(Action::PreviousSuggestion) => editing.choose(false),
            Some(Action::Accept) => return self.take(false, shared, requests),
            Some(Action::Complete) => return self.take(true, shared, requests),
            Some(Action::Leave) => return self.leave(shared, requests),
            _ => {
                let is_changed = match event {
                    Event::Key(key) => editing.input.key(*key),
                    Event::Paste(text) => editing.input.paste(text),
                    _ => false,
                };
                if is_changed {
                    return self.text_changed(shared, requests);
                }
            }
        }
        Vec::new()
    }

    fn text_changed(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let Some(editing) = &mut self.editing else {
            return Vec::new();
        };
        editing.text_changed();
        let mut changed = self.draft.clone();
        editing.write(&mut changed);
        if changed != self.draft && !std::mem::replace(&mut editing.is_kept, true) {
            self.history.keep(&self.draft);
        }
        self.draft = changed;
        let mut steps = self.ask_for_suggestions(requests);
        if !matches!(
            self.editing.as_ref().map(|editing| editing.cell),
            Some(Cell::Criterion(_))
        ) {
            steps.extend(self.changed(shared, requests));
        }
        steps
    }

    fn ask_for_suggestions(&mut self, requests: &mut Requests) -> Vec<Step> {
        let Some(editing) = &mut self.editing else {
            return Vec::new();
        };
        let Some(wanted) = editing.wanted(&self.draft) else {
            return Vec::new();
        };
        editing.request = requests.take();
        vec![Step::Do(Effect::Complete(
            editing.request,
            self.key.clone(),
            wanted,
        ))]
    }

    /// Leaves the cell; what was typed stays. A new row into which nothing was typed goes.
    fn leave(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let left = self.editing.take();
        self.say_notes();
        let Some(editing) = left.filter(|editing| editing.is_new_row) else {
            return Vec::new();
        };
        match editing.cell {
            Cell::Field(row) if self.draft.is_blank_filter(row) => {
                self.draft.filters.remove(row);
            }
            Cell::Name(row) if self.draft.is_blank_variable(row) => {
                self.draft.variables_mut().remove(row);
            }
            _ => return Vec::new(),
        }
        self.changed(shared, requests)
    }

    /// Takes what is typed or chosen. Enter goes on to the next cell of a new row; Tab (`complete`) always does.
    fn take(&mut self, complete: bool, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let Some(mut editing) = self.editing.take() else {
            return Vec::new();
        };
        let before = self.draft.clone();
        if editing.take_suggestion(complete) {
            editing.write(&mut self.draft);
        }
        editing.write_criterion(&mut self.draft);
        let mut steps = Vec::new();
        if self.draft != before {
            if !editing.is_kept {
                self.history.keep(&before);
            }
            steps = self.changed(shared, requests);
        }
        self.say_notes();
        let next = self
            .next_cell(editing.cell)
            .filter(|_| complete || editing.is_new_row);
        if let Some(cell) = next {
            self.move_to(cell);
            steps.extend(self.start_typing(cell, editing.is_new_row, requests));
        }
        steps
    }

    /// The cell behind one, within its row.
    fn next_cell(&self, cell: Cell) -> Option<Cell> {
        match cell {
            Cell::Field(row) => Some(Cell::Criterion(row)),
            Cell::Criterion(row) if self.takes_value(row) => Some(Cell::Value(row)),
            Cell::Name(row) => Some(Cell::Content(row)),
            _ => None,
        }
    }

    fn move_to(&mut self, cell: Cell) {
        match cell {
            Cell::Field(row) => (self.focus, self.who) = (Pane::Who, Cursor { row, column: 1 }),
            Cell::Criterion(row) => (self.focus, self.who) = (Pane::Who, Cursor { row, column: 2 }),
            Cell::Value(row) => (self.focus, self.who) = (Pane::Who, Cursor { row, column: 3 }),
            Cell::Name(row) => (self.focus, self.set) = (Pane::Set, Cursor { row, column: 0 }),
            Cell::Content(row) => (self.focus, self.set) = (Pane::Set, Cursor { row, column: 1 }),
            _ => {}
        }
    }
}
