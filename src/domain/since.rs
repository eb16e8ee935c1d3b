//! What changed since the last launch of a broadcast: for the review of the next one, and for those in the log.

use jiff::Timestamp;

use super::diff::{Change, ContactChanges, Part, plan_changes};
use super::launch::{LaunchRecord, Outcome, SettledAs};
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
    /// A person's word, where it was unknown and somebody settled it.
    pub settled_as: Option<SettledAs>,
}

impl Before {
    /// What became of it in words: `accepted`, `unknown, settled as sent`.
    pub fn words(&self) -> String {
        let outcome = self.outcome.word().replace('_', " ");
        match self.settled_as {
            None => outcome,
            Some(word) => format!("{outcome}, settled as {}", word.word().replace('_', " ")),
        }
    }
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
                settled_as: before.settled.as_ref().map(|settled| settled.settled_as),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::launch::Named;

    fn launch(plan: &str) -> LaunchRecord {
        let named = |id: &str| Named {
            id: id.to_owned(),
            name: String::new(),
        };
        LaunchRecord {
            id: "l1".to_owned(),
            bot: named("k"),
            broadcast: named("b"),
            host: String::new(),
            operator: String::new(),
            plan: plan.to_owned(),
            targets: Some(1),
            reviewed_at: None,
            started_at: Timestamp::UNIX_EPOCH,
            ended_at: None,
            outcome: Outcome::Accepted,
            reason: String::new(),
            settled: None,
            calls: Vec::new(),
        }
    }

    fn plan(json: &str) -> Plan {
        Plan::from_json(json).unwrap()
    }

    #[test]
    fn another_way_to_write_the_broadcast_is_no_change() {
        let before = launch(r#"{"broadcast":"b","bot":"k","form":"configured"}"#);
        let after = plan(r#"{"broadcast":"Spring offer","form":"configured"}"#);
        let since = Since::compare(&before, Some(&[]), &after, Some(&[]));
        assert!(since.is_none(), "{since:?}");
        let later = plan(r#"{"broadcast":"b","form":"configured","delay_minutes":5}"#);
        let since = Since::compare(&before, Some(&[]), &later, Some(&[]));
        assert_eq!(since.changes.as_ref().map(Vec::len), Some(1));
        assert!(!since.is_none());
    }

    #[test]
    fn what_is_not_known_is_not_called_the_same() {
        let text = r#"{"broadcast":"b","form":"configured"}"#;
        let contacts = Since::compare(&launch(text), None, &plan(text), Some(&[]));
        assert_eq!(contacts.contacts, None);
        assert!(!contacts.is_none());
        let unreadable = Since::compare(&launch("{"), Some(&[]), &plan(text), Some(&[]));
        assert_eq!(unreadable.changes, None);
        assert!(!unreadable.is_none());
        assert!(
            !Since::nothing(Some(&[])).is_none(),
            "there was no launch before"
        );
    }
}
