//! Who got a broadcast already.

use std::collections::HashMap;
use std::hash::BuildHasher;

use jiff::Timestamp;

use super::find::contact_of;
use super::{Facts, Matched};
use crate::audience::RowSet;
use crate::audience::Table;
use crate::domain::plan::Form;
use crate::domain::plan::Plan;
use crate::domain::record::ContactId;

/// Takes the targets out of a plan whose contact is among `reached`, and says how many they were; the others keep their
/// order. Another form stays as it is: its contacts have to be named first ([`crate::audience::freeze()`]).
pub fn without_reached<S: BuildHasher>(
    mut plan: Plan,
    table: &Table,
    reached: &HashMap<ContactId, Timestamp, S>,
) -> (Plan, u64) {
    let Form::Targets { targets } = &mut plan.form else {
        return (plan, 0);
    };
    let before = targets.len();
    let earlier = Earlier::new(reached);
    targets.retain(|target| {
        let contact = contact_of(target, table);
        contact.is_none_or(|contact| earlier.last(&contact).is_none())
    });
    let taken = before - targets.len();
    (plan, taken as u64)
}

/// How many of the contacts got this broadcast already, and when the last of them did.
pub fn already(facts: &Facts<'_>, matched: &Matched) -> Option<(u64, Timestamp)> {
    if facts.reached.is_empty() {
        return None;
    }
    let found: Vec<Timestamp> = match matched {
        Matched::NotKnown => return None,
        Matched::Rows(rows) => among_rows(facts, rows).into_values().collect(),
        Matched::Named(calls) => {
            let earlier = Earlier::new(facts.reached);
            let contacts = calls.iter().flatten();
            contacts
                .filter_map(|contact| earlier.last(contact))
                .collect()
        }
    };
    let last = *found.iter().max()?;
    Some((found.len() as u64, last))
}

/// The rows that got it, and when. Those who got it are looked up, since they are fewer than the rows mostly; a contact
/// that was reached without a channel may be any of its name.
fn among_rows(facts: &Facts<'_>, rows: &RowSet) -> HashMap<u32, Timestamp> {
    let mut found: HashMap<u32, Timestamp> = HashMap::new();
    let channels = facts.table.column("bot_channel");
    for (contact, at) in facts.reached {
        for row in facts.table.rows_of_user_id(&contact.user_id) {
            let channel = channels
                .and_then(|column| column.get(*row))
                .unwrap_or_default();
            let may_be =
                contact.channel.is_empty() || channel.is_empty() || channel == contact.channel;
            if may_be && rows.contains(*row) {
                let last = found.entry(*row).or_insert(*at);
                *last = (*last).max(*at);
            }
        }
    }
    found
}

/// Who got the broadcast earlier. A target without `bot_channel` may be the contact of any channel, so it is held
/// against them all.
struct Earlier<'a> {
    named: HashMap<(&'a str, &'a str), Timestamp>,
    anywhere: HashMap<&'a str, Timestamp>,
}

impl<'a> Earlier<'a> {
    fn new<S: BuildHasher>(reached: &'a HashMap<ContactId, Timestamp, S>) -> Self {
        let mut named = HashMap::with_capacity(reached.len());
        let mut anywhere = HashMap::with_capacity(reached.len());
        for (contact, at) in reached {
            named.insert((contact.channel.as_str(), contact.user_id.as_str()), *at);
            let last = anywhere.entry(contact.user_id.as_str()).or_insert(*at);
            *last = (*last).max(*at);
        }
        Self { named, anywhere }
    }

    /// When a contact last got it; `None` where it didn't.
    fn last(&self, contact: &ContactId) -> Option<Timestamp> {
        let (channel, user_id) = (contact.channel.as_str(), contact.user_id.as_str());
        let anywhere = self.anywhere.get(user_id).copied()?;
        if channel.is_empty() {
            return Some(anywhere);
        }
        let in_channel = |channel| self.named.get(&(channel, user_id));
        in_channel(channel).max(in_channel("")).copied()
    }
}
