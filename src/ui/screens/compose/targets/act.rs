//! What the keys do in the grid.

use super::super::cell::{Cell, Pane};
use super::super::edit::Editing;
use super::super::{Compose, Step};
use crate::domain::plan::{FormKind, Target};
use crate::model::{Action, Notice};
use crate::ui::app::Requests;
use crate::ui::shared::Shared;

impl Compose {
    /// Whether keys are for the grid.
    pub(in super::super) fn is_in_grid(&self) -> bool {
        self.focus == Pane::Who && self.draft.form == FormKind::Targets
    }

    /// Takes an action in the grid; `None` for one that means the same everywhere in the builder.
    pub(in super::super) fn act_in_grid(
        &mut self,
        action: Action,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        if self.travel_grid(action) {
            return Some(Vec::new());
        }
        let steps = match action {
            Action::Edit => self.edit_target(shared, requests),
            Action::Add => self.add_target(shared, requests),
            Action::Remove => self.remove_targets(shared, requests),
            Action::Find if self.draft.targets.is_empty() => Vec::new(),
            Action::Find => self.type_apart(Cell::Find, "", requests),
            Action::AddColumn => self.type_apart(Cell::NewColumn, "", requests),
            Action::RenameColumn => {
                let name = self.grid.name().to_owned();
                self.type_apart(Cell::ColumnName, &name, requests)
            }
            Action::RemoveColumn => self.remove_column(shared, requests),
            Action::FillDown => self.fill_down(shared, requests),
            Action::MarkRows => {
                let is_row = self.grid.row < self.draft.targets.len();
                self.grid.mark = self.grid.mark.xor(Some(self.grid.row)).filter(|_| is_row);
                Vec::new()
            }
            _ => return None,
        };
        Some(steps)
    }

    /// Moves the cursor; says whether the action is one that does.
    fn travel_grid(&mut self, action: Action) -> bool {
        let last_row = self.draft.targets.len();
        let last_column = self.grid.columns.len().saturating_sub(1);
        let page = self.grid.seen.rows.saturating_sub(1).max(1);
        let grid = &mut self.grid;
        let (row, column) = match action {
            Action::Up => (grid.row.saturating_sub(1), grid.column),
            Action::Down => (grid.row + 1, grid.column),
            Action::PageUp => (grid.row.saturating_sub(page), grid.column),
            Action::PageDown => (grid.row + page, grid.column),
            Action::Top => (0, grid.column),
            Action::Bottom => (last_row.saturating_sub(1), grid.column),
            Action::Left => (grid.row, grid.column.saturating_sub(1)),
            Action::Right => (grid.row, grid.column + 1),
            Action::FirstColumn => (grid.row, 0),
            Action::LastColumn => (grid.row, last_column),
            _ => return false,
        };
        // A range of rows ends with the last.
        let last_row = if grid.mark.is_some() {
            last_row.saturating_sub(1)
        } else {
            last_row
        };
        (grid.row, grid.column) = (row.min(last_row), column.min(last_column));
        true
    }

    fn edit_target(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        if self.grid.row >= self.draft.targets.len() {
            return self.add_target(shared, requests);
        }
        self.grid.mark = None;
        self.type_target(false, requests)
    }

    /// Starts typing into the cell of the cursor.
    pub(super) fn type_target(&mut self, is_new_row: bool, requests: &mut Requests) -> Vec<Step> {
        let target = self.draft.targets.get(self.grid.row);
        let text = target
            .and_then(|target| target.get(self.grid.name()))
            .unwrap_or_default();
        let mut editing = Editing::of(Cell::Target, text);
        editing.is_new_row = is_new_row;
        self.editing = Some(editing);
        self.suggest_in_grid(requests)
    }

    /// Starts typing what is no cell: a column's name, or what is looked for.
    fn type_apart(&mut self, cell: Cell, text: &str, requests: &mut Requests) -> Vec<Step> {
        self.editing = Some(Editing::of(cell, text));
        self.suggest_in_grid(requests)
    }

    /// Adds an empty row behind the cursor's, and starts typing into it.
    pub(in super::super) fn add_target(
        &mut self,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        self.grid.mark = None;
        self.history.keep(&self.draft);
        let row = (self.grid.row + 1).min(self.draft.targets.len());
        self.draft.targets.insert(row, vec![Target::default()]);
        (self.grid.row, self.grid.column) = (row, 0);
        let mut steps = self.changed(shared, requests);
        steps.extend(self.type_target(true, requests));
        if let Some(editing) = &mut self.editing {
            editing.is_kept = true;
        }
        steps
    }

    fn remove_targets(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let rows = self.grid.marked(&self.draft.targets);
        if rows.is_empty() {
            return Vec::new();
        }
        let count = rows.len() as u64;
        self.history.keep(&self.draft);
        self.grid.row = rows.start;
        self.grid.mark = None;
        self.draft.targets.remove(rows);
        let mut steps = self.changed(shared, requests);
        if count > 1 {
            let rows = crate::domain::text::counted(count, "row");
            steps.push(Step::Say(Notice::ok(format!(
                "{rows} removed; u takes it back."
            ))));
        }
        steps
    }

    /// Goes to a cell that was clicked; says whether the cursor was on it, and nothing was typed.
    pub fn click_target(&mut self, row: usize, column: usize) -> bool {
        let was_there = self.is_in_grid()
            && self.editing.is_none()
            && (self.grid.row, self.grid.column) == (row, column);
        if !was_there {
            self.focus_pane(Pane::Who as usize);
            (self.grid.row, self.grid.column) = (row, column);
            self.grid.mark = None;
        }
        was_there
    }

    /// Ends a marked range; says whether there was one.
    pub fn unmark(&mut self) -> bool {
        self.is_in_grid() && self.grid.mark.take().is_some()
    }

    /// Whether the newest draft is not kept yet.
    pub fn is_unsaved(&self) -> bool {
        self.unsaved > 0
    }

    /// Goes to a target's cell: its row, and its variable where there is one.
    pub(in super::super) fn go_to_target(&mut self, row: usize, name: Option<&str>) {
        self.grid.mark = None;
        self.grid.row = row.min(self.draft.targets.len());
        if let Some(column) = name.and_then(|name| self.grid.place_of(name)) {
            self.grid.column = column;
        }
    }
}
