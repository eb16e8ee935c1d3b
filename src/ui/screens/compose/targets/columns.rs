//! Columns that are added, renamed and removed.

use super::super::{Compose, Step};
use super::chunk::Column;
use crate::domain::plan::Target;
use crate::domain::text::{counted, shown};
use crate::model::Notice;
use crate::ui::app::Requests;
use crate::ui::shared::Shared;

impl Compose {
    /// Adds the column that was typed, and goes there; one that is there is gone to.
    pub(super) fn add_column(&mut self) -> Vec<Step> {
        let name = self.typed_name();
        if name.is_empty() {
            return Vec::new();
        }
        let place = self.grid.place_of(&name).unwrap_or_else(|| {
            self.grid.columns.push(Column::named(&name));
            self.grid.made.push(name);
            self.grid.columns.len() - 1
        });
        self.grid.column = place;
        Vec::new()
    }

    /// Gives the variable of the cursor's column another name, in every target that has it.
    pub(super) fn rename_column(
        &mut self,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let (old, new) = (self.grid.name().to_owned(), self.typed_name());
        if new.is_empty() || new == old {
            return Vec::new();
        }
        if self.grid.place_of(&new).is_some() {
            return vec![Step::Say(Notice::warning(format!(
                "There is a column {} already, so nothing was renamed.",
                shown(&new)
            )))];
        }
        let before = self.draft.clone();
        let all = 0..self.draft.targets.len();
        let count = self
            .draft
            .targets
            .change(all, |_, target| renamed(target, &old, &new));
        self.grid.made.retain(|name| *name != old);
        self.grid.made.push(new.clone());
        if let Some(column) = self.grid.columns.get_mut(self.grid.column) {
            column.width = column.width.max(Column::named(&new).width);
            column.name.clone_from(&new);
        }
        if count == 0 {
            return Vec::new();
        }
        self.history.keep(&before);
        let mut steps = self.changed(shared, requests);
        let rows = counted(count as u64, "row");
        let text = format!(
            "{} is {} now in {rows}; u takes it back.",
            shown(&old),
            shown(&new)
        );
        steps.push(Step::Say(Notice::ok(text)));
        steps
    }

    /// Takes the cursor's column out of every target.
    pub(super) fn remove_column(
        &mut self,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if self.grid.columns.is_empty() {
            return Vec::new();
        }
        let before = self.draft.clone();
        let name = self.grid.columns.remove(self.grid.column).name;
        self.grid.made.retain(|made| *made != name);
        let all = 0..self.draft.targets.len();
        let count = self.draft.targets.change(all, |_, target| {
            target.get(&name).is_some().then(|| target.without(&name))
        });
        if count > 0 {
            self.history.keep(&before);
        }
        let mut steps = self.changed(shared, requests);
        let rows = counted(count as u64, "row");
        let text = format!("{} removed from {rows}; u takes it back.", shown(&name));
        steps.push(Step::Say(Notice::ok(text)));
        steps
    }

    /// Ends the typing of a name, and gives it.
    fn typed_name(&mut self) -> String {
        let editing = self.editing.take();
        editing.map_or_else(String::new, |editing| {
            editing.input.text().trim().to_owned()
        })
    }
}

fn renamed(target: &Target, old: &str, new: &str) -> Option<Target> {
    target.get(old)?;
    let name = |name| if name == old { new } else { name };
    let variables = target.iter().map(|(other, value)| (name(other), value));
    Some(variables.collect())
}
