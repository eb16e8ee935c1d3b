//! A plan held against the cached contacts: who, what, and what is wrong. What the screen shows, what the command line
//! prints and what the launcher sends are all this one value.

mod channels;
mod earlier;
mod find;
mod named;
mod reach;
mod suppressed;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;

use super::explain::unknown_field;
use super::{Column, RowSet, Suppression, Table};
use crate::domain::dialect::Dialect;
use crate::domain::payload::calls_without;
use crate::domain::plan::{Form, Plan, form_of};
use crate::domain::preview::Preview;
use crate::domain::problem::{
    Known, Problem, Surface, audience_problems, plan_problems, state_problems,
};
use crate::domain::record::{Broadcast, ContactId};
use crate::domain::settings::Settings;
use crate::domain::touched::{Touched, touched_problem};

pub use channels::unknown_channels;
pub use earlier::{Earlier, without_reached};
pub use find::rows_of;

use earlier::already;
use find::id_of;
pub(super) use named::Named;
use reach::{Reach, reach};

/// Contacts of a sample at most.
pub const SAMPLE: usize = 50;

/// What a plan is held against.
pub struct Facts<'a> {
    /// The broadcast, or why none was found.
    pub broadcast: Result<&'a Broadcast, Problem>,
    /// Where its bot talks, as the platform lists it; empty where that isn't known.
    pub channels: &'a [String],
    /// The cached contacts of its bot.
    pub table: &'a Table,
    /// The members of the configured audience, where they are known.
    pub configured: Option<&'a RowSet>,
    /// When the contacts came.
    pub as_of: Option<Timestamp>,
    /// Whether all audiences of the bot were read to their end: else the platform may match contacts that are not in the
    /// table, and how many a filter matches is not known.
    pub is_whole: bool,
    /// Now.
    pub now: Timestamp,
    /// How the platform is written to and read.
    pub dialect: &'a Dialect,
    /// From where the launch is wanted.
    pub surface: Surface,
    /// Who got this broadcast within the repeat window, and when last.
    pub reached: &'a HashMap<ContactId, Timestamp>,
    /// Who must not be written to.
    pub suppressed: &'a Suppression,
    /// What launches did to contacts since they were read, newest first.
    pub touched: &'a [Touched],
    /// The members of all audiences; `None` where none was read to its end, or not all are there yet.
    pub listed: Option<&'a RowSet>,
}

/// Whom a plan reaches, contact by contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matched {
    /// Rows of the table.
    Rows {
        /// Those that are counted.
        rows: Arc<RowSet>,
        /// Whoever may be reached: by another reading, or by what the cache doesn't hold. The counted ones are among them.
        widest: Arc<RowSet>,
    },
    /// Contacts named by the plan, one list a call.
    Named(Vec<Vec<ContactId>>),
    /// Nobody here can tell.
    NotKnown,
}

impl Matched {
    /// How many contacts each call has.
    pub fn counts(&self) -> Vec<u64> {
        match self {
            Self::Rows { rows, .. } => vec![rows.count()],
            Self::Named(calls) => calls.iter().map(|call| call.len() as u64).collect(),
            Self::NotKnown => Vec::new(),
        }
    }

    /// Whoever may be reached beside those that are counted; `None` where that is nobody, or nobody here can tell.
    pub fn further(&self) -> Option<RowSet> {
        match self {
            Self::Rows { rows, widest } if !Arc::ptr_eq(rows, widest) => {
                Some(widest.difference(rows)).filter(|further| !further.is_empty())
            }
            _ => None,
        }
    }

    /// Tells `bot_channel` and `user_id` of every contact that is counted, call by call.
    pub fn each(&self, table: &Table, mut tell: impl FnMut(&str, &str)) {
        match self {
            Self::Rows { rows, .. } => each_of(rows, table, tell),
            Self::Named(calls) => {
                for contact in calls.iter().flatten() {
                    tell(&contact.channel, &contact.user_id);
                }
            }
            Self::NotKnown => {}
        }
    }

    /// As [`Matched::contacts`], without a copy of what is named already.
    pub fn into_contacts(self, table: &Table) -> Vec<Vec<ContactId>> {
        match self {
            Self::Named(calls) => calls,
            other => other.contacts(table),
        }
    }

    /// The contacts of each call that are counted.
    pub fn contacts(&self, table: &Table) -> Vec<Vec<ContactId>> {
        match self {
            Self::Rows { rows, .. } => vec![ids_of(rows, table)],
            Self::Named(calls) => calls.clone(),
            Self::NotKnown => Vec::new(),
        }
    }

    /// The contacts that each call may reach: what goes on the record, so that nobody who may have got a launch is taken
    /// for somebody who did not.
    pub fn may_reach(self, table: &Table) -> Vec<Vec<ContactId>> {
        match self {
            Self::Rows { widest, .. } => vec![ids_of(&widest, table)],
            other => other.into_contacts(table),
        }
    }
}

fn ids_of(rows: &RowSet, table: &Table) -> Vec<ContactId> {
    rows.iter().map(|row| id_of(table, row)).collect()
}

/// Tells `bot_channel` and `user_id` of the contacts of some rows.
pub fn each_of(rows: &RowSet, table: &Table, mut tell: impl FnMut(&str, &str)) {
    let column = |name| table.column(name);
    let (channels, ids) = (column("bot_channel"), column("user_id"));
    for row in rows.iter() {
        tell(text_of(channels, row), text_of(ids, row));
    }
}

fn text_of(column: Option<&Arc<Column>>, row: u32) -> &str {
    column
        .and_then(|column| column.get(row))
        .unwrap_or_default()
}

/// Previews a plan; `None` as soon as `stop` is set.
///
/// Who is on the suppression list is in no call of a list of targets; what can't leave them out is an error. A raw body
/// that builds one of the documented forms reaches whom that form reaches.
pub fn preview(plan: &Plan, facts: &Facts<'_>, stop: &AtomicBool) -> Option<(Preview, Matched)> {
    let read = as_read(plan, facts);
    let meant = read.as_ref().unwrap_or(plan);
    let named = Named::of(&meant.form, facts.table);
    let mut suppressed = suppressed::of_list(&named, facts);
    let is_left_out = read.is_none();
    let left_out: &[usize] = if is_left_out { &suppressed.places } else { &[] };
    let calls = match &plan.form {
        // The one contact of a conversation is left out with its call.
        Form::Conversation { .. } if !left_out.is_empty() => Vec::new(),
        _ => calls_without(plan, facts.dialect, left_out),
    };
    let mut reach = reach(meant, facts, &calls, &named, left_out, stop)?;
    if let Matched::Rows { widest, .. } = &reach.matched {
        suppressed = suppressed::of_rows(widest, facts);
    } else if !is_left_out {
        suppressed.places.clear();
    }
    let mut problems = plan_problems(plan, &calls, facts.dialect);
    problems.extend(named.in_two_calls(&calls));
    problems.extend(broadcast_problems(plan, facts));
    problems.extend(contact_problems(
        meant,
        facts,
        &reach,
        &named,
        read.is_some(),
    ));
    problems.extend(suppressed::problems(plan, &suppressed, &reach, facts));
    suppressed::settle(&mut problems, &suppressed, is_left_out);
    problems.sort_by_key(|problem| problem.code.severity());
    let note = reach.who.note.take();
    let left_out = suppressed::left_out(&suppressed).filter(|_| is_left_out);
    reach.who.note = match (left_out, note) {
        (Some(left_out), Some(note)) if matches!(reach.matched, Matched::Named(_)) => {
            Some(format!("{left_out} {note}"))
        }
        (left_out, note) => note.or(left_out),
    }
    .or_else(|| mistyped_field(meant, facts.table));
    let hook = facts.broadcast.as_ref().ok();
    let hook = hook.and_then(|broadcast| broadcast.hook.as_ref());
    let preview = Preview {
        calls,
        url: hook.map(crate::domain::secret::HookUrl::masked),
        who: reach.who,
        suppressed,
        problems,
    };
    Some((preview, reach.matched))
}

/// A raw body as the plan of the form that it builds. One that builds none goes to the configured audience `[I]`: where
/// somebody in that is on the suppression list, it counts as that form, so that it is refused like it. `None` otherwise,
/// since our reading of where it goes is no count to confirm, and for plans of the other forms.
fn as_read(plan: &Plan, facts: &Facts<'_>) -> Option<Plan> {
    let Form::Raw { body } = &plan.form else {
        return None;
    };
    Some(Plan {
        form: form_of(body).or_else(|| to_configured(body, facts))?,
        method: plan.method,
        ..Plan::default()
    })
}

/// The form that any other JSON counts as, where the configured audience is known to hold somebody who is suppressed.
fn to_configured(body: &str, facts: &Facts<'_>) -> Option<Form> {
    let is_json = serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok();
    let holds_suppressed = |rows: &RowSet| suppressed::of_rows(rows, facts).count > 0;
    (is_json && facts.configured.is_some_and(holds_suppressed)).then(|| Form::Configured {
        variables: Vec::new(),
    })
}

/// The plan itself, or what its raw body is read as.
pub(super) fn meant(plan: &Plan, facts: &Facts<'_>) -> Plan {
    as_read(plan, facts).unwrap_or_else(|| plan.clone())
}

/// What the broadcast's state and settings say against it.
fn broadcast_problems(plan: &Plan, facts: &Facts<'_>) -> Vec<Problem> {
    match &facts.broadcast {
        Ok(broadcast) => state_problems(plan, broadcast, facts.surface),
        Err(problem) => vec![problem.clone()],
    }
}

/// What an operator should know of whom it reaches. Of a raw body, everything is in the body.
fn contact_problems(
    meant: &Plan,
    facts: &Facts<'_>,
    reach: &Reach,
    named: &Named<'_>,
    is_raw: bool,
) -> Vec<Problem> {
    let none = Settings::default();
    let broadcast = facts.broadcast.as_ref().ok();
    let known = Known {
        counts: reach.who.counts,
        bounds: reach.who.bounds,
        is_whole: facts.is_whole,
        reading: facts.dialect.reading(),
        differs: reach.differs,
        as_of: facts.as_of,
        now: facts.now,
        settings: broadcast.map_or(&none, |broadcast| &broadcast.settings),
        is_cached: &|place| named.is_cached(place),
        already: already(facts, &reach.matched, reach.named(named)),
    };
    let mut problems = audience_problems(meant, &known);
    if let Some(problem) = facts
        .as_of
        .and_then(|_| touched_problem(meant.form.filters(), facts.touched))
    {
        problems.retain(|other| other.code != problem.code);
        problems.push(problem);
    }
    problems.extend(channels::problems(
        &meant.form,
        named,
        facts.channels,
        facts.table,
    ));
    for problem in problems
        .iter_mut()
        .filter(|problem| is_raw && !problem.at.is_empty())
    {
        "/body".clone_into(&mut problem.at);
    }
    problems
}

/// Says which name a field was probably meant to be.
fn mistyped_field(plan: &Plan, table: &Table) -> Option<String> {
    plan.form.filters().iter().find_map(|filter| {
        let is_said = table.nearest_field(&filter.field).is_some()
            || (!table.field_is_known(&filter.field) && table.unknown(&filter.field).is_some());
        is_said.then(|| unknown_field(table, &filter.field))
    })
}
