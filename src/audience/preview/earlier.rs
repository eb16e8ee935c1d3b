//! Who got a broadcast already.

use std::collections::HashMap;

use jiff::Timestamp;

use super::find::contact_of;
use crate::audience::Table;
use crate::domain::plan::Form;
use crate::domain::plan::Plan;
use crate::domain::record::ContactId;

/// Takes the targets out of a plan whose contact is among `reached`, and says how many they were; the others keep their
/// order. Another form stays as it is: its contacts have to be named first ([`crate::audience::freeze`]).
pub fn without_reached(
    mut plan: Plan,
    table: &Table,
    reached: &HashMap<ContactId, Timestamp>,
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

/// Who got the broadcast earlier. A target without `bot_channel` may be the contact of any channel, so it is held
/// against them all.
pub struct Earlier<'a> {
    reached: &'a HashMap<ContactId, Timestamp>,
    anywhere: HashMap<&'a str, Timestamp>,
}

impl<'a> Earlier<'a> {
    /// Makes the list ready to be asked.
    pub fn new(reached: &'a HashMap<ContactId, Timestamp>) -> Self {
        let mut anywhere = HashMap::with_capacity(reached.len());
        for (contact, at) in reached {
            let last = anywhere.entry(contact.user_id.as_str()).or_insert(*at);
            *last = (*last).max(*at);
        }
        Self { reached, anywhere }
    }

    /// When a contact last got it; `None` where it didn't.
    pub fn last(&self, contact: &ContactId) -> Option<Timestamp> {
        if contact.channel.is_empty() {
            return self.anywhere.get(contact.user_id.as_str()).copied();
        }
        let without_channel = ContactId {
            channel: String::new(),
            user_id: contact.user_id.clone(),
        };
        let named = self.reached.get(contact);
        named.max(self.reached.get(&without_channel)).copied()
    }
}
