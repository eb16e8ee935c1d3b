//! What a launch on the record did to contacts, by its plan and the cache.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Table;
use super::preview::Named;
use crate::domain::plan::{Form, Plan, Target, form_of};
use crate::domain::record::is_phone_channel;
use crate::domain::touched::Touched;

/// What a launch that was armed then did, or may have done, to contacts.
pub fn touched(plan: &Plan, at: Timestamp, broadcast: String, table: &Table) -> Touched {
    let read = match &plan.form {
        Form::Raw { body } => form_of(body),
        _ => None,
    };
    let form = read.as_ref().unwrap_or(&plan.form);
    let named = Named::of(form, table);
    let fields: BTreeSet<String> = match form {
        Form::Configured { variables } | Form::Audience { variables, .. } => variables
            .iter()
            .map(|variable| variable.name.clone())
            .collect(),
        _ => {
            let set = named.targets().iter().flat_map(set_by);
            let set: BTreeSet<&str> = set.collect();
            set.into_iter().map(str::to_owned).collect()
        }
    };
    let mut places = 0..named.len();
    Touched {
        at,
        broadcast,
        fields,
        creates: places.any(|place| !named.is_cached(place) && named.is_creatable(place)),
    }
}

/// The variables that a target sets: what names the contact is the same before and after.
fn set_by(target: &Target) -> impl Iterator<Item = &str> {
    let on_phone = target.filled("bot_channel").is_some_and(is_phone_channel);
    let by_phone = on_phone || target.filled("user_id").is_none();
    target
        .iter()
        .map(|(name, _)| name)
        .filter(move |name| match *name {
            "user_id" | "bot_channel" => false,
            "user_phone_number" => !by_phone,
            _ => true,
        })
}
