//! Which actions do something in the builder as it stands.

use super::Compose;
use super::cell::{Cell, Pane};
use super::draft::Draft;
use crate::domain::plan::FormKind;
use crate::model::Action;
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::Shared;

impl Compose {
    /// Whether an action does something now.
    pub fn offers(&self, action: Action, shared: &Shared<'_>, picture: &Picture) -> bool {
        if let Some(editing) = &self.editing {
            return match action {
                Action::NextSuggestion | Action::PreviousSuggestion => {
                    editing.suggestions.len() > 0
                }
                Action::FindNext | Action::FindPrevious => !editing.input.text().is_empty(),
                _ => true,
            };
        }
        if self.is_in_grid()
            && let Some(is_offered) = self.offers_in_grid(action)
        {
            return is_offered;
        }
        match action {
            Action::Edit => self.can_edit(),
            Action::Add => self.can_add(),
            Action::Remove => self.can_remove(),
            Action::Toggle => matches!(self.cell(), Some(Cell::Join(_) | Cell::Field(1..))),
            Action::Undo => self.history.can_undo(),
            Action::Redo => self.history.can_redo(),
            Action::Method => self.refuses_get(shared).is_none(),
            Action::Clear => self.draft != Draft::default(),
            Action::BodyMode => {
                let has_body = self.shown_call().is_some_and(|call| call.body.is_some());
                has_body && is_in_sight(Pane::Body, picture)
            }
            Action::NextCall => self.call + 1 < self.calls.len(),
            Action::PreviousCall => self.call > 0,
            Action::NextProblem => !self.problems.is_empty(),
            Action::TakeMeant => self.meant_here().is_some(),
            Action::Why => self.is_loaded && self.explained_filters().is_some(),
            Action::Values => self.field_here().is_ok(),
            Action::Freeze => self.is_loaded && self.refuses_to_freeze().is_none(),
            Action::WithoutReached => self.is_loaded && self.can_leave_out(),
            Action::Review
            | Action::Rehearse
            | Action::Browse
            | Action::StartFrom
            | Action::Import => self.is_loaded,
            _ => true,
        }
    }

    fn can_edit(&self) -> bool {
        match self.focus {
            Pane::Who | Pane::When => true,
            Pane::Set => self.cell().is_some(),
            Pane::Problems => !self.problems.is_empty(),
            Pane::Contacts | Pane::Body => false,
        }
    }

    fn can_add(&self) -> bool {
        match self.draft.form {
            FormKind::Configured => self.focus == Pane::Set,
            _ => true,
        }
    }

    fn can_remove(&self) -> bool {
        match (self.focus, self.cell()) {
            (Pane::Who, Some(_)) => self.who.row < self.draft.filters.len(),
            (Pane::Set, Some(_)) => self.set.row < self.draft.variables().len(),
            (Pane::When, _) => !self.draft.delay.is_empty(),
            _ => false,
        }
    }

    /// Whether an action does something in the grid; `None` for one that means the same everywhere in the builder.
    fn offers_in_grid(&self, action: Action) -> Option<bool> {
        let length = self.draft.targets.len();
        let is_row = self.grid.row < length;
        Some(match action {
            Action::Remove | Action::MarkRows => is_row,
            Action::FillDown => is_row && (self.grid.mark.is_some() || self.grid.row + 1 < length),
            Action::Find => length > 0,
            Action::Edit | Action::Add | Action::AddColumn => true,
            _ => return None,
        })
    }
}

/// Whether a pane is drawn: where there is little room, some stand only as a word in a line, to be clicked.
fn is_in_sight(pane: Pane, picture: &Picture) -> bool {
    let wanted = Hit::Pane(pane as usize);
    let mut hits = picture.hits.iter();
    hits.any(|(area, hit)| *hit == wanted && area.height > 1)
}
