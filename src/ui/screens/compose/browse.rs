//! From the builder to its contacts as a table, and to the values of a field; and a value that was picked there.

use std::sync::Arc;

use super::Compose;
use super::cell::{Cell, Cursor, Pane};
use crate::domain::criterion::Criterion;
use crate::domain::filter::Join;
use crate::domain::plan::{FormKind, PlanFilter};
use crate::domain::text::shown;
use crate::model::Notice;
use crate::model::browse::Whose;
use crate::ui::app::Requests;
use crate::ui::overlays::browse::Browse;
use crate::ui::overlays::values::{Picked, ValuesOverlay};
use crate::ui::shared::{Shared, Step};

impl Compose {
    fn whose(&self) -> Whose {
        Whose {
            bot: self.key.bot.clone(),
            plan: Some((self.key.clone(), Arc::new(self.plan()))),
        }
    }

    /// Lays the contacts of the plan over the builder.
    pub(super) fn browse(&self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        if !self.is_loaded {
            return Vec::new();
        }
        let broadcast = shared.broadcast(&self.key);
        let title = broadcast.map_or_else(|| self.key.id.clone(), |found| found.name.clone());
        Step::open(Browse::new(self.whose(), title, shared, requests))
    }

    /// Lays the values of the field over the builder that the cursor is in: among all contacts of the bot, since a
    /// condition that is being made says nothing yet of whom it leaves.
    pub(super) fn values(&self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let (row, field) = match self.field_here() {
            Ok(found) => found,
            Err(text) => return vec![Step::Say(Notice::warning(text))],
        };
        let whose = Whose {
            bot: self.key.bot.clone(),
            plan: None,
        };
        Step::open(ValuesOverlay::new(
            whose,
            None,
            field,
            Some(row),
            shared,
            requests,
        ))
    }

    /// The row and the field of the condition under the cursor; or why there is none.
    pub(super) fn field_here(&self) -> Result<(usize, &str), &'static str> {
        let Some(Cell::Field(row) | Cell::Value(row) | Cell::Criterion(row) | Cell::Join(row)) =
            self.cell()
        else {
            return Err("Put the cursor on a condition: its field's values are shown then.");
        };
        let field = self.draft.filters.get(row).map(|filter| &*filter.field);
        let field = field.filter(|field| !field.is_empty());
        Ok((row, field.ok_or("The condition has no field yet.")?))
    }

    /// Whether a value that was picked can become a condition.
    pub fn takes_filters(&self) -> bool {
        self.is_loaded && self.draft.form == FormKind::Audience
    }

    /// Takes a value that was picked: into its condition, or as a condition of its own.
    pub fn picked(
        &mut self,
        picked: &Picked,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let filters = self.draft.filters.len();
        let own = picked.filter.filter(|row| {
            let filter = self.draft.filters.get(*row);
            filter.is_some_and(|filter| filter.field == picked.field)
        });
        let row = own.unwrap_or(filters);
        let criterion = match (&picked.value, own) {
            (None, _) => Criterion::EmptyOrUnset,
            (Some(_), Some(row)) => self.criterion_of(row),
            (Some(_), None) => Criterion::Equals,
        };
        self.history.keep(&self.draft);
        let join = self
            .draft
            .filters
            .get(row)
            .map_or(Join::And, |filter| filter.join);
        let filter = PlanFilter {
            join,
            field: picked.field.clone(),
            criterion: criterion.name().to_owned(),
            value: picked.value.clone().filter(|_| criterion.takes_value()),
        };
        match self.draft.filters.get_mut(row) {
            Some(place) => *place = filter,
            None => self.draft.filters.push(filter),
        }
        self.focus(Pane::Who);
        self.who = Cursor { row, column: 3 };
        let mut steps = self.changed(shared, requests);
        if own.is_none() {
            let value = picked.value.as_deref().map(shown);
            let value = value.map_or_else(String::new, |value| format!(" {value}"));
            let text = format!(
                "Added: {} {}{value}. u takes it back.",
                shown(&picked.field),
                criterion.name()
            );
            steps.push(Step::Say(Notice::ok(text)));
        }
        steps
    }

    /// The criterion of a condition, where it compares with a value; else that it is this one.
    fn criterion_of(&self, row: usize) -> Criterion {
        let filter = self.draft.filters.get(row);
        let criterion = filter.and_then(|filter| Criterion::parse(&filter.criterion));
        let compares = |criterion: &Criterion| criterion.takes_value() && !criterion.takes_length();
        criterion.filter(compares).unwrap_or(Criterion::Equals)
    }
}
