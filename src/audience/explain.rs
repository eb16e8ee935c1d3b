//! Why: of one contact, which rows of a filter decided; of a filter, what each row does and what is odd about it.
//!
//! None of it is needed to count, so it is asked for after the count and gives way to the next one.
//!
//! ```text
//! Table ─┬─ explain(row) ─→ Explanation
//!        └─ insight(filters) ─┬─ steps: kept verdicts joined once more without each row
//!                             └─ notes: fields and values that nobody has, comparisons as text
//! ```

mod contact;
mod folded;
mod meaning;
mod nearest;
mod notes;
mod order;
mod steps;
mod unknown;
mod values;

use std::sync::atomic::AtomicBool;

use crate::domain::explain::{Explanation, Held, Insight};
use crate::domain::filter::{Filter, Reading};
use crate::domain::plan::{Form, Plan};
use crate::domain::record::Contact;

use super::table::Table;

pub use contact::explain_named;
pub(super) use meaning::{meant, spelled};
pub(super) use nearest::{Ends, edits_within};
pub(super) use notes::unknown_field;
pub use unknown::Spread;

/// A newer question overtook this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stopped;

impl Table {
    /// Explains why the contact of a row matches, or doesn't; `None` behind the end.
    pub fn explain(&self, row: u32, filters: &[Filter], reading: Reading) -> Option<Explanation> {
        let held = |field: &str| self.held(row, field);
        (row < self.rows()).then(|| Explanation::new(filters, reading, held))
    }

    /// What is known of a variable of the contact of a row.
    fn held(&self, row: u32, field: &str) -> Held {
        match self.value(row, field) {
            Some(value) => Held::Value(value.to_owned()),
            None if self.unknown(field).is_some_and(|rows| rows.contains(row)) => Held::NotKnown,
            None => Held::Unset,
        }
    }

    /// Explains a contact that is at hand, such as one of a sample: by its row, where the table has it.
    pub fn explain_contact(
        &self,
        contact: &Contact,
        filters: &[Filter],
        reading: Reading,
    ) -> Explanation {
        let row = self.row_of(&contact.id());
        let by_row = row.and_then(|row| self.explain(row, filters, reading));
        by_row.unwrap_or_else(|| {
            let held = |field: &str| {
                let value = contact.get(field);
                value.map_or(Held::Unset, |value| Held::Value(value.to_owned()))
            };
            Explanation::new(filters, reading, held)
        })
    }

    /// What is to be said of a plan's filters beside whom they match; `None` as soon as `stop` is set. Nothing for the
    /// other forms, and nothing of an empty table.
    pub fn insight(&self, plan: &Plan, reading: Reading, stop: &AtomicBool) -> Option<Insight> {
        let Form::Audience { filters, .. } = &plan.form else {
            return Some(Insight::default());
        };
        if self.rows() == 0 {
            return Some(Insight::default());
        }
        let mut notes = notes::notes(self, filters, reading, stop).ok()?;
        let Some(filters) = plan.filters() else {
            return Some(Insight {
                steps: Vec::new(),
                notes,
            });
        };
        let steps = self.steps(&filters, reading, stop)?;
        notes.extend(notes::idle_rows(&filters, &steps, &notes));
        Some(Insight { steps, notes })
    }
}
