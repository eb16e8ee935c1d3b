//! A plan held against the cached contacts: who, what, and what is wrong. What the screen shows, what the command line
//! prints and what the launcher sends are all this one value.

mod earlier;
mod find;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;

use super::{RowSet, Table};
use crate::domain::dialect::Dialect;
use crate::domain::payload::{Payload, Share, calls};
use crate::domain::plan::{Form, Plan, Target};
use crate::domain::preview::{Preview, Who};
use crate::domain::problem::{
    Code, Known, Problem, Surface, audience_problems, plan_problems, state_problems,
};
use crate::domain::record::{Broadcast, Contact, ContactId};
use crate::domain::settings::Settings;
use crate::domain::text::shown;

pub use earlier::without_reached;

use earlier::Earlier;
use find::{contact_of, id_of, row_of};

/// Contacts of a sample at most.
pub const SAMPLE: usize = 50;

/// Targets that would stand in two calls: so many are listed at most.
const CLASHES: usize = 20;

/// What a plan is held against.
pub struct Facts<'a> {
    /// The broadcast, or why none was found.
    pub broadcast: Result<&'a Broadcast, Problem>,
    /// The cached contacts of its bot.
    pub table: &'a Table,
    /// The members of the configured audience, where they are known.
    pub configured: Option<&'a RowSet>,
    /// When the contacts came.
    pub as_of: Option<Timestamp>,
    /// Now.
    pub now: Timestamp,
    /// How the platform is written to and read.
    pub dialect: &'a Dialect,
    /// From where the launch is wanted.
    pub surface: Surface,
    /// Who got this broadcast within the repeat window, and when last.
    pub reached: &'a HashMap<ContactId, Timestamp>,
}

/// Whom a plan reaches, contact by contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matched {
    /// Rows of the table.
    Rows(Arc<RowSet>),
    /// Contacts named by the plan, one list a call.
    Named(Vec<Vec<ContactId>>),
    /// Nobody here can tell.
    NotKnown,
}

impl Matched {
    /// The contacts of each call.
    pub fn contacts(&self, table: &Table) -> Vec<Vec<ContactId>> {
        match self {
            Self::Rows(rows) => vec![rows.iter().map(|row| id_of(table, row)).collect()],
            Self::Named(calls) => calls.clone(),
            Self::NotKnown => Vec::new(),
        }
    }
}

/// Previews a plan; `None` as soon as `stop` is set.
pub fn preview(plan: &Plan, facts: &Facts<'_>, stop: &AtomicBool) -> Option<(Preview, Matched)> {
    let calls = calls(plan, facts.dialect);
    let (mut who, matched, differs) = reach(plan, facts, &calls, stop)?;
    let known = Reach {
        counts: who.counts,
        matched: &matched,
        differs,
    };
    let problems = problems(plan, facts, &calls, &known);
    who.note = who
        .note
        .take()
        .or_else(|| mistyped_field(plan, facts.table));
    let url = facts
        .broadcast
        .as_ref()
        .ok()
        .and_then(|broadcast| broadcast.hook.as_ref());
    let url = url.map(crate::domain::secret::HookUrl::masked);
    Some((
        Preview {
            calls,
            url,
            who,
            problems,
        },
        matched,
    ))
}

/// What the problems need to know of whom a plan reaches.
struct Reach<'a> {
    counts: Option<[u64; 4]>,
    matched: &'a Matched,
    differs: bool,
}

fn problems(plan: &Plan, facts: &Facts<'_>, calls: &[Payload], reach: &Reach<'_>) -> Vec<Problem> {
    let mut problems = plan_problems(plan, calls, facts.dialect);
    problems.extend(in_two_calls(plan.form.targets(), calls, facts.table));
    let none = Settings::default();
    let settings = match &facts.broadcast {
        Ok(broadcast) => {
            problems.extend(state_problems(plan, broadcast, facts.surface));
            &broadcast.settings
        }
        Err(problem) => {
            problems.push(problem.clone());
            &none
        }
    };
    let known = Known {
        counts: reach.counts,
        reading: facts.dialect.reading(),
        differs: reach.differs,
        as_of: facts.as_of,
        now: facts.now,
        settings,
        is_cached: &|target| row_of(facts.table, target).is_some(),
        already: already(facts, reach.matched),
    };
    problems.extend(audience_problems(plan, &known));
    problems.sort_by_key(|problem| problem.code.severity());
    problems
}

/// How many of the contacts got this broadcast already, and when the last of them did.
fn already(facts: &Facts<'_>, matched: &Matched) -> Option<(u64, Timestamp)> {
    if facts.reached.is_empty() {
        return None;
    }
    let earlier = Earlier::new(facts.reached);
    let mut count = 0;
    let mut last = None;
    for contact in matched.contacts(facts.table).iter().flatten() {
        if let Some(at) = earlier.last(contact) {
            count += 1;
            last = last.max(Some(at));
        }
    }
    last.map(|last| (count, last))
}

/// Targets that the cache knows as a contact of an earlier call: the plan alone doesn't show it, so they were not
/// brought together, and one contact would be messaged by two calls.
fn in_two_calls(targets: &[Target], calls: &[Payload], table: &Table) -> Vec<Problem> {
    let mut call_of: HashMap<ContactId, usize> = HashMap::new();
    let mut problems = Vec::new();
    for (number, call) in calls.iter().enumerate().filter(|_| calls.len() > 1) {
        for index in call.targets.iter().flat_map(Share::places) {
            let contact = targets
                .get(index)
                .and_then(|target| contact_of(target, table));
            let Some(contact) = contact else { continue };
            let name = shown(&contact.user_id).into_owned();
            if *call_of.entry(contact).or_insert(number) != number {
                let message = format!(
                    "The cache knows this target as {name}, which an earlier call names by other means. Name both by user_id and bot_channel, so that they go out in one call."
                );
                let at = format!("/targets/{index}");
                problems.push(Problem::new(Code::TargetNotIdentified, at, message));
            }
        }
    }
    problems.truncate(CLASHES);
    problems
}

/// Says which name a field was probably meant to be.
fn mistyped_field(plan: &Plan, table: &Table) -> Option<String> {
    plan.form.filters().iter().find_map(|filter| {
        let nearest = table.nearest_field(&filter.field)?;
        Some(format!(
            "{}: no contact has it; did you mean {}?",
            shown(&filter.field),
            shown(nearest)
        ))
    })
}

fn reach(
    plan: &Plan,
    facts: &Facts<'_>,
    calls: &[Payload],
    stop: &AtomicBool,
) -> Option<(Who, Matched, bool)> {
    let (who, matched) = match &plan.form {
        Form::Audience { filters, .. } if filters.is_empty() => {
            nobody(facts, "There is no filter yet.")
        }
        Form::Audience { .. } => match plan.filters() {
            Some(filters) => return by_filters(&filters, facts, stop),
            None => nobody(facts, "A filter has no criterion that the platform knows."),
        },
        Form::Configured { .. } => configured(facts),
        Form::Targets { targets } => by_targets(targets, calls, facts),
        Form::Conversation { variables } => {
            let target = variables
                .iter()
                .map(|variable| (variable.name.clone(), variable.value.clone()))
                .collect();
            by_targets(std::slice::from_ref(&target), &calls[..0], facts)
        }
        Form::Raw { .. } => nobody(
            facts,
            "Raw JSON goes to the flow of the configured audience; whom it reaches is not known here.",
        ),
    };
    Some((who, matched, false))
}

fn who(facts: &Facts<'_>, counts: Option<[u64; 4]>) -> Who {
    Who {
        counts,
        reading: facts.dialect.reading(),
        of: u64::from(facts.table.rows()),
        as_of: facts.as_of,
        sample: Vec::new(),
        funnel: Vec::new(),
        note: None,
    }
}

fn nobody(facts: &Facts<'_>, note: &str) -> (Who, Matched) {
    (
        Who {
            note: Some(note.to_owned()),
            ..who(facts, None)
        },
        Matched::NotKnown,
    )
}

fn by_filters(
    filters: &[crate::domain::filter::Filter],
    facts: &Facts<'_>,
    stop: &AtomicBool,
) -> Option<(Who, Matched, bool)> {
    let reading = facts.dialect.reading();
    let evaluation = facts.table.evaluate(filters, reading, stop)?;
    let rows = Arc::clone(evaluation.matched(reading));
    let differs = evaluation.differs();
    let who = Who {
        sample: sample(facts.table, &rows),
        funnel: evaluation.funnel,
        ..who(facts, Some(evaluation.counts))
    };
    Some((who, Matched::Rows(rows), differs))
}

fn sample(table: &Table, rows: &RowSet) -> Vec<Contact> {
    rows.sample(0, SAMPLE)
        .into_iter()
        .filter_map(|row| table.contact(row))
        .collect()
}

fn configured(facts: &Facts<'_>) -> (Who, Matched) {
    let Some(rows) = facts.configured else {
        return nobody(facts, "The configured audience is not known here.");
    };
    let name = facts
        .broadcast
        .as_ref()
        .ok()
        .and_then(|broadcast| broadcast.audience.as_ref());
    let who = Who {
        sample: sample(facts.table, rows),
        note: name.map(|audience| format!("The configured audience: {}.", shown(&audience.name))),
        ..who(facts, Some([rows.count(); 4]))
    };
    (who, Matched::Rows(Arc::new(rows.clone())))
}

/// The contacts that targets name, each once. One that is neither cached nor can be created counts as well: the
/// platform may know it.
fn by_targets(targets: &[Target], calls: &[Payload], facts: &Facts<'_>) -> (Who, Matched) {
    let mut seen = HashSet::new();
    let mut sample = Vec::new();
    // A conversation is one target, and its call has no list.
    let mut lists: Vec<Vec<usize>> = calls
        .iter()
        .filter_map(|call| Some(call.targets.as_ref()?.places().collect()))
        .collect();
    if lists.is_empty() {
        lists.push((0..targets.len()).collect());
    }
    let lists = lists.into_iter().map(|places| {
        let mut list = Vec::new();
        for target in places.into_iter().filter_map(|place| targets.get(place)) {
            let Some(id) = contact_of(target, facts.table) else {
                continue;
            };
            if seen.insert(id.clone()) {
                if sample.len() < SAMPLE {
                    sample.push(Contact {
                        variables: target
                            .iter()
                            .map(|(name, value)| (name.to_owned(), value.to_owned()))
                            .collect(),
                    });
                }
                list.push(id);
            }
        }
        list
    });
    let lists: Vec<Vec<ContactId>> = lists.collect();
    let count = seen.len() as u64;
    (
        Who {
            sample,
            ..who(facts, Some([count; 4]))
        },
        Matched::Named(lists),
    )
}
