//! `mylink log ID --diff`: what changed since the launch of the same broadcast before it.

use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::exit::Failure;
use crate::cli::output;
use crate::domain::diff::{Change, ContactChanges};
use crate::domain::plan::PlanFilter;
use crate::domain::record::ContactId;
use crate::domain::since::Since;
use crate::domain::text::{grouped, shown};

/// The difference as JSON. Other programs read it: names and nulls are fixed.
#[derive(Serialize)]
struct Shape<'a> {
    since: Option<&'a str>,
    changes: Option<Vec<Value>>,
    contacts: Option<Contacts<'a>>,
}

#[derive(Serialize)]
struct Contacts<'a> {
    added: u64,
    gone: u64,
    kept: u64,
    added_sample: Vec<Contact<'a>>,
    gone_sample: Vec<Contact<'a>>,
}

#[derive(Serialize)]
struct Contact<'a> {
    bot_channel: &'a str,
    user_id: &'a str,
}

/// Prints it.
///
/// # Errors
/// Where stdout can't be written.
pub fn print(since: &Since, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&Shape::of(since));
    }
    lines(since).iter().try_for_each(|line| output::line(line))
}

impl<'a> Shape<'a> {
    fn of(since: &'a Since) -> Self {
        Self {
            since: since.before.as_ref().map(|before| before.id.as_str()),
            changes: since
                .changes
                .as_ref()
                .map(|changes| changes.iter().map(change).collect()),
            contacts: since.contacts.as_ref().map(Contacts::of),
        }
    }
}

impl<'a> Contacts<'a> {
    fn of(changes: &'a ContactChanges) -> Self {
        let sample = |contacts: &'a [ContactId]| {
            let contacts = contacts.iter();
            contacts
                .map(|contact| Contact {
                    bot_channel: &contact.channel,
                    user_id: &contact.user_id,
                })
                .collect()
        };
        Self {
            added: changes.added,
            gone: changes.gone,
            kept: changes.kept,
            added_sample: sample(&changes.added_sample),
            gone_sample: sample(&changes.gone_sample),
        }
    }
}

/// What changed, where, what stood there before and stands there now, and the sentence about it.
fn change(change: &Change) -> Value {
    let (what, name, before, after) = match change {
        Change::Part {
            part,
            before,
            after,
        } => ("part", json!(part.label()), json!(before), json!(after)),
        Change::FilterAdded { place, filter } => {
            ("filter", json!(place), Value::Null, written(filter))
        }
        Change::FilterRemoved { place, filter } => {
            ("filter", json!(place), written(filter), Value::Null)
        }
        Change::FilterChanged {
            place,
            before,
            after,
        } => ("filter", json!(place), written(before), written(after)),
        Change::FiltersReordered => ("filter_order", Value::Null, Value::Null, Value::Null),
        Change::VariableAdded { name, value } => {
            ("variable", json!(name), Value::Null, json!(value))
        }
        Change::VariableRemoved { name, value } => {
            ("variable", json!(name), json!(value), Value::Null)
        }
        Change::VariableChanged {
            name,
            before,
            after,
        } => ("variable", json!(name), json!(before), json!(after)),
        Change::Body => ("body", Value::Null, Value::Null, Value::Null),
        Change::Targets {
            added,
            gone,
            changed,
        } => (
            "targets",
            Value::Null,
            Value::Null,
            json!({"added": added, "gone": gone, "changed": changed}),
        ),
    };
    json!({"what": what, "name": name, "before": before, "after": after, "message": change.to_string()})
}

fn written(filter: &PlanFilter) -> Value {
    json!({
        "join": filter.join.word(),
        "field": filter.field,
        "criterion": filter.criterion,
        "value": filter.value,
    })
}

/// What changed, for people.
fn lines(since: &Since) -> Vec<String> {
    let mut lines = vec![match &since.before {
        None => "since      no launch of this broadcast before".to_owned(),
        Some(before) => format!(
            "since      {} at {:.0} ({})",
            before.id,
            before.started_at,
            before.words()
        ),
    }];
    match &since.changes {
        None => lines.push("plan       of the launch before can't be read any more".to_owned()),
        Some(changes) if changes.is_empty() && since.before.is_some() => {
            lines.push("plan       the same".to_owned());
        }
        Some(changes) => lines.extend(
            changes
                .iter()
                .map(|change| format!("  {}        {change}", change.sign())),
        ),
    }
    match &since.contacts {
        None => lines.push("contacts   not known of both launches".to_owned()),
        // All of them came: a list of names would tell nothing.
        Some(contacts) if since.before.is_none() => {
            lines.push(format!("contacts   {}", grouped(contacts.added)));
        }
        Some(contacts) => {
            lines.push(format!("contacts   {contacts}"));
            lines.extend(named('+', &contacts.added_sample, contacts.added));
            lines.extend(named('-', &contacts.gone_sample, contacts.gone));
        }
    }
    lines
}

/// The contacts of a sample, and how many more there are.
fn named(sign: char, sample: &[ContactId], all: u64) -> Vec<String> {
    let line = |contact: &ContactId| {
        format!(
            "  {sign}        {} {}",
            shown(&contact.channel),
            shown(&contact.user_id)
        )
    };
    let mut lines: Vec<String> = sample.iter().map(line).collect();
    let more = all.saturating_sub(sample.len() as u64);
    if more > 0 {
        lines.push(format!("  {sign}        … and {} more", grouped(more)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_ends_early_says_how_many_more_there_are() {
        let contact = |number: u64| ContactId {
            channel: "Web".to_owned(),
            user_id: number.to_string(),
        };
        let sample: Vec<ContactId> = (0..20).map(contact).collect();
        let lines = named('+', &sample, 77);
        assert_eq!(lines.len(), 21);
        assert_eq!(lines[20], "  +        … and 57 more");
        assert_eq!(named('-', &sample, 20).len(), 20, "all are named");
    }
}
