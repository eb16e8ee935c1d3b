//! One contact, asked for by id or phone number, held against a plan.

use std::sync::atomic::AtomicBool;

use crate::audience::preview::{Facts, Matched, meant};
use crate::audience::rows::RowSet;
use crate::audience::table::Table;
use crate::domain::criterion::Criterion;
use crate::domain::explain::{Basis, ContactTold, ContactsTold};
use crate::domain::filter::{Filter, Join, Reading};
use crate::domain::plan::{Form, Plan};
use crate::domain::record::ContactId;

/// Contacts of one name that are explained at most: one a channel is usual.
const MOST: usize = 20;

/// Explains the contacts of a name: a `user_id`, a phone number as people write them, or `CHANNEL:ID`. `matched` are
/// those that the plan reaches by its preview, `reading` the one of the single figure. `None` as soon as `stop` is set.
pub fn explain_named(
    plan: &Plan,
    facts: &Facts<'_>,
    matched: &Matched,
    asked: &str,
    stop: &AtomicBool,
) -> Option<ContactsTold> {
    let (table, reading) = (facts.table, facts.dialect.reading());
    let rows = table.rows_named(asked.trim(), stop)?;
    let plan = meant(plan, facts);
    let filters = match &plan.form {
        Form::Audience { .. } => plan.filters().filter(|filters| !filters.is_empty()),
        _ => None,
    };
    let basis = match (&plan.form, matched) {
        _ if filters.is_some() => Basis::Filters,
        (_, Matched::NotKnown) => Basis::NotKnown,
        (_, Matched::Named(_)) => Basis::List,
        (_, Matched::Rows { .. }) => Basis::Configured,
    };
    let tell = |row: u32| {
        let told = table.tell(row, filters.as_deref(), reading)?;
        let reached = match (matched, &told.explanation) {
            (_, Some(explanation)) => Some(explanation.matches),
            (Matched::Rows { rows, .. }, None) => Some(rows.contains(row)),
            (Matched::Named(calls), None) => {
                let id = told.contact.id();
                let is_it = |named: &ContactId| is_same(named, &id);
                Some(calls.iter().flatten().any(is_it))
            }
            (Matched::NotKnown, None) => None,
        };
        let own = RowSet::of(table.rows(), [row]);
        let suppressed = facts.suppressed.among(&own);
        Some(ContactTold {
            reached,
            is_suppressed: suppressed.is_some_and(|rows| !rows.is_empty()),
            ..told
        })
    };
    let is_named = match matched {
        Matched::Named(calls) => {
            let mut named = calls.iter().flatten();
            named.any(|named| named.user_id == asked.trim())
        }
        _ => false,
    };
    Some(ContactsTold {
        asked: asked.to_owned(),
        found: rows
            .iter()
            .take(MOST)
            .filter_map(|row| tell(*row))
            .collect(),
        more: rows.len().saturating_sub(MOST) as u64,
        is_named,
        basis,
    })
}

/// A target may name a contact without its channel.
fn is_same(named: &ContactId, contact: &ContactId) -> bool {
    named.user_id == contact.user_id
        && (named.channel.is_empty() || named.channel == contact.channel)
}

impl Table {
    /// The contact of a row, and why filters match it or don't, if there are any.
    fn tell(&self, row: u32, filters: Option<&[Filter]>, reading: Reading) -> Option<ContactTold> {
        let contact = self.contact(row)?;
        Some(match filters {
            Some(filters) => {
                ContactTold::of_filters(contact, filters, reading, |name| self.held(row, name))
            }
            None => ContactTold {
                contact,
                reached: None,
                is_suppressed: false,
                explanation: None,
                otherwise: Vec::new(),
            },
        })
    }

    /// The rows of the contacts of a name, case ignored: `user_id`, phone number with or without what people write
    /// between its digits, or `CHANNEL:ID`. Nothing is indexed for it: a look at two columns is quick.
    fn rows_named(&self, name: &str, stop: &AtomicBool) -> Option<Vec<u32>> {
        if name.is_empty() {
            return Some(Vec::new());
        }
        let filter = |field: &str, value: &str| Filter {
            join: Join::Or,
            field: field.to_owned(),
            criterion: Criterion::Equals,
            value: value.to_owned(),
        };
        let mut filters = Vec::new();
        let digits = digits(name);
        let with_plus = digits.as_deref().map(plus);
        for value in [Some(name.to_owned()), digits, with_plus]
            .into_iter()
            .flatten()
        {
            filters.push(filter("user_id", &value));
            filters.push(filter("user_phone_number", &value));
        }
        let rows = self.rows_of(&filters, stop)?;
        let Some((channel, id)) = name.split_once(':').filter(|_| rows.is_empty()) else {
            return Some(rows.iter().collect());
        };
        let channel = Filter {
            join: Join::And,
            ..filter("bot_channel", channel.trim())
        };
        let rows = self.rows_of(&[filter("user_id", id.trim()), channel], stop)?;
        Some(rows.iter().collect())
    }

    fn rows_of(&self, filters: &[Filter], stop: &AtomicBool) -> Option<RowSet> {
        // The verdicts on somebody's id are of no use to the next count.
        let table = self.clone().forgetting();
        let found = table.evaluate(filters, Reading::ALL[0], stop)?;
        Some(found.matched(Reading::ALL[0]).as_ref().clone())
    }
}

/// The digits of a phone number as people write them; `None` for other texts.
fn digits(text: &str) -> Option<String> {
    let between = |character: char| " +-./()\u{a0}".contains(character);
    let is_number = text
        .chars()
        .all(|character| character.is_ascii_digit() || between(character));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix("00").unwrap_or(&digits).to_owned();
    (is_number && digits.len() >= 6).then_some(digits)
}

fn plus(digits: &str) -> String {
    format!("+{digits}")
}
