//! What changed since the last launch of a broadcast: for the review of the next one, and for those in the log.

use jiff::Timestamp;

use super::diff::{Change, ContactChanges, Part, plan_changes};
use super::launch::{LaunchRecord, Outcome};
use super::plan::Plan;
use super::record::ContactId;

/// What is different from the launch before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// The launch before; `None` where there was none.
    pub before: Option<Before>,
    /// What changed in the plan; `None` where the plan of the launch before can't be read any more. How the broadcast
    /// and its bot are written is no change: they are the same.
    pub changes: Option<Vec<Change>>,
    /// What changed in whom it reaches; `None` where that is not known of both.
    pub contacts: Option<ContactChanges>,
}

/// The launch that one is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// Its id.
    pub id: String,
    /// When it was armed.
    pub started_at: Timestamp,
    /// What became of it: one that was rejected reached nobody.
    pub outcome: Outcome,
}

/// Whom a launch reaches; `None` where that is not known.
pub type Reached<'a> = Option<&'a [ContactId]>;

impl Since {
    /// Of a broadcast's first launch: everybody is new.
    pub fn nothing(contacts: Reached<'_>) -> Self {
        Self {
            before: None,
            changes: Some(Vec::new()),
            contacts: contacts.map(|contacts| ContactChanges::between(&[], contacts)),
        }
    }

    /// Compares a launch, made or only planned, with one before it. `before` comes with its plan.
    pub fn compare(
        before: &LaunchRecord,
        before_contacts: Reached<'_>,
        plan: &Plan,
        contacts: Reached<'_>,
    ) -> Self {
        let is_of_plan = |change: &Change| {
            !matches!(
                change,
                Change::Part {
                    part: Part::Broadcast | Part::Bot,
                    ..
                }
            )
        };
        let old = Plan::from_json(&before.plan).ok();
        let changes = old.map(|old| {
            let changes = plan_changes(&old, plan).into_iter();
            changes.filter(is_of_plan).collect()
        });
        let contacts = before_contacts
            .zip(contacts)
            .map(|(before, after)| ContactChanges::between(before, after));
        Self {
            before: Some(Before {
                id: before.id.clone(),
                started_at: before.started_at,
                outcome: before.outcome,
            }),
            changes,
            contacts,
        }
    }

    /// Whether it is known that nothing changed.
    pub fn is_none(&self) -> bool {
        self.before.is_some()
            && self.changes.as_ref().is_some_and(Vec::is_empty)
            && self.contacts.as_ref().is_some_and(ContactChanges::is_none)
    }
}
