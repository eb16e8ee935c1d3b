//! Who got a broadcast already.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasher;

use jiff::Timestamp;

use super::find::contact_of;
use super::{Facts, Matched};
use crate::audience::RowSet;
use crate::audience::Table;
use crate::domain::plan::Form;
use crate::domain::plan::Plan;
use crate::domain::plan::Target;
use crate::domain::record::ContactId;
use crate::domain::suppression::{may_be_phone, normal, normals_of};

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
        let by_contact = contact.and_then(|contact| earlier.last(&contact));
        by_contact.or_else(|| earlier.last_of(target)).is_none()
    });
    let taken = before - targets.len();
    (plan, taken as u64)
}

/// How many of the contacts got this broadcast already, and when the last of them did. `targets` are those that name
/// the contacts, in their order.
pub fn already<'a>(
    facts: &Facts<'_>,
    matched: &Matched,
    targets: impl Iterator<Item = &'a Target>,
) -> Option<(u64, Timestamp)> {
    if facts.reached.is_empty() {
        return None;
    }
    let found: Vec<Timestamp> = match matched {
        Matched::NotKnown => return None,
        // Whoever may be reached now is warned about: not those alone who are counted.
        Matched::Rows { widest, .. } => among_rows(facts, widest).into_values().collect(),
        Matched::Named(calls) => {
            let earlier = Earlier::new(facts.reached);
            let contacts = calls.iter().flatten().zip(targets);
            contacts
                .filter_map(|(contact, target)| earlier.last(contact).max(earlier.last_of(target)))
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
        let phone = normal(&contact.user_id);
        let by_phone = may_be_phone(&phone).then(|| facts.table.rows_of_phone(&phone));
        let by_id = facts.table.rows_of_user_id(&contact.user_id).iter();
        for row in by_id.chain(by_phone.into_iter().flatten()) {
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

/// Who got a broadcast earlier, by any of their names in the normal form of a suppression list. What names no
/// `bot_channel` may be the contact of any channel, so it is held against them all.
pub struct Earlier<'a> {
    named: HashMap<(&'a str, Cow<'a, str>), Timestamp>,
    anywhere: HashMap<Cow<'a, str>, Timestamp>,
}

impl<'a> Earlier<'a> {
    /// Those that were reached, and when last.
    pub fn new(reached: impl IntoIterator<Item = (&'a ContactId, &'a Timestamp)>) -> Self {
        let reached = reached.into_iter();
        let (at_least, _) = reached.size_hint();
        let mut named = HashMap::with_capacity(at_least);
        let mut anywhere = HashMap::with_capacity(at_least);
        for (contact, at) in reached {
            let name = normal(&contact.user_id);
            let places = [
                named
                    .entry((contact.channel.as_str(), name.clone()))
                    .or_insert(*at),
                anywhere.entry(name).or_insert(*at),
            ];
            for last in places {
                *last = (*last).max(*at);
            }
        }
        Self { named, anywhere }
    }

    /// When a contact last got it; `None` where it didn't.
    pub fn last(&self, contact: &ContactId) -> Option<Timestamp> {
        self.by_name(&contact.channel, &normal(&contact.user_id))
    }

    /// When the contact of a target last got it, by `user_id` or phone number: it may have been named by the other one
    /// then.
    pub fn last_of(&self, target: &Target) -> Option<Timestamp> {
        let channel = target.filled("bot_channel").unwrap_or_default();
        let names = normals_of(target);
        names.filter_map(|name| self.by_name(channel, &name)).max()
    }

    fn by_name(&self, channel: &str, name: &str) -> Option<Timestamp> {
        let anywhere = self.anywhere.get(name).copied()?;
        if channel.is_empty() {
            return Some(anywhere);
        }
        let in_channel = |channel| self.named.get(&(channel, Cow::Borrowed(name)));
        in_channel(channel).max(in_channel("")).copied()
    }
}
