//! The contacts that a plan reaches now, as a list of targets: from then on it is these contacts, whatever a sync brings.

use std::sync::atomic::AtomicBool;

use compact_str::CompactString;
use thiserror::Error;

use super::column::Column;
use super::{RowSet, Table};
use crate::domain::dialect::Dialect;
use crate::domain::parts::in_parts;
use crate::domain::plan::{Form, FormKind, Method, Plan, Target, Variable};
use crate::domain::problem::{Code, Problem, plan_problems};
use crate::domain::text::{counted, shown};

/// Fewer contacts than this are named before a thread has begun.
const CONTACTS_WORTH_THREADS: usize = 20_000;

/// What says who a target is: a variable that is set on everyone can't be one of them.
const IDENTITY: [&str; 3] = ["user_id", "user_phone_number", "bot_channel"];

/// Why the contacts of a plan can't be named.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FreezeError {
    /// The plan doesn't say whom it reaches.
    #[error("{}", .0.message)]
    Plan(Problem),
    /// The members of the audience are not in the cache.
    #[error(
        "The members of this audience are not known here, so they can't be named. Sync first, or name the contacts by filters."
    )]
    NotKnown,
    /// Nobody is in it.
    #[error("No cached contact matches, so there is nobody to name. Check names and values.")]
    Nobody,
    /// Somebody may match, and of nobody it is sure.
    #[error(
        "{} may match, but of none of them it is known: the cache doesn't hold the fields that are asked. Sync with these fields (\"fields\" of the profile), or there is nobody to name.",
        counted(*.0, "cached contact")
    )]
    NobodySure(u64),
    /// The form reaches no audience.
    #[error("Only an audience can become a list of targets, and the form {} is none.", .0.word())]
    Form(FormKind),
    /// A variable would make all targets one contact.
    #[error(
        "\"{}\" says who a contact is, so it can't be set on every target. Remove this variable.",
        shown(.0)
    )]
    Identity(String),
    /// Contacts that nothing names.
    #[error(
        "{} can't be named as targets: user_id and user_phone_number are missing. Sync again.",
        counted(*.0, "cached contact")
    )]
    NotIdentified(u64),
    /// It was abandoned.
    #[error("The count was stopped.")]
    Stopped,
}

/// The audience that a plan is frozen from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The cached contacts of the broadcast's bot.
    pub table: &'a Table,
    /// The members of the configured audience, where they are known.
    pub configured: Option<&'a RowSet>,
    /// How the platform is written to and read: where the readings of a filter match different contacts, it is those of
    /// this dialect's reading that are named.
    pub dialect: &'a Dialect,
}

/// Names the contacts that a plan reaches now, in the order of the table: a plan of the form targets, each with
/// `user_id`, `bot_channel` and then the plan's variables. Broadcast, bot and delay stay; a list of targets stays as it is.
///
/// Named is who matches for sure: who matches only because the cache doesn't hold a field, and takes it as not set, would
/// get a message that the platform would not have sent.
///
/// Where AND and OR, or upper and lower case, can be read in two ways, the reading of the dialect decides who is named:
/// what the platform would have matched may be others.
///
/// # Errors
/// [`FreezeError`]: what the plan lacks, or why its contacts aren't known.
pub fn freeze(plan: &Plan, source: Source<'_>, stop: &AtomicBool) -> Result<Plan, FreezeError> {
    match &plan.form {
        Form::Targets { .. } => Ok(plan.clone()),
        Form::Configured { .. } => {
            let rows = source.configured.ok_or(FreezeError::NotKnown)?;
            freeze_rows(plan, source.table, rows)
        }
        Form::Audience { .. } => {
            let reading = source.dialect.reading();
            let filters = checked(plan, source.dialect)?;
            let table = source.table;
            let sure = table.surely(&filters, reading, stop);
            let sure = sure.ok_or(FreezeError::Stopped)?;
            if sure.is_empty() {
                let unsure = table.unsure(&filters, reading, stop);
                let unsure = unsure.ok_or(FreezeError::Stopped)?;
                let unsure = unsure.map_or(0, |unknown| unknown.contacts());
                return Err(match unsure {
                    0 => FreezeError::Nobody,
                    unsure => FreezeError::NobodySure(unsure),
                });
            }
            freeze_rows(plan, table, &sure)
        }
        form @ (Form::Conversation { .. } | Form::Raw { .. }) => {
            Err(FreezeError::Form(form.kind()))
        }
    }
}

/// Names the contacts of these rows as the targets of a plan, whoever it reached before.
///
/// # Errors
/// [`FreezeError`]: nobody is in it, or somebody can't be named.
pub fn freeze_rows(plan: &Plan, table: &Table, rows: &RowSet) -> Result<Plan, FreezeError> {
    let variables = set_on_everyone(plan.form.variables())?;
    let names = Names::of(table);
    let rows: Vec<u32> = rows.iter().collect();
    let targets = in_parts(&rows, CONTACTS_WORTH_THREADS, |part| {
        let named = part.iter().filter_map(|row| names.target(*row, &variables));
        named.collect()
    });
    match rows.len() - targets.len() {
        0 if rows.is_empty() => Err(FreezeError::Nobody),
        0 => Ok(Plan {
            broadcast: plan.broadcast.clone(),
            bot: plan.bot.clone(),
            method: Method::Post,
            form: Form::Targets { targets },
            delay: plan.delay.clone(),
        }),
        lost => Err(FreezeError::NotIdentified(lost as u64)),
    }
}

/// The filters of a plan that says whom it reaches. A `;` in a value is no hindrance here: targets may hold it.
fn checked(
    plan: &Plan,
    dialect: &Dialect,
) -> Result<Vec<crate::domain::filter::Filter>, FreezeError> {
    let problems = plan_problems(plan, &[], dialect).into_iter();
    let mut errors = problems.filter(|problem| {
        problem.at.starts_with("/filters")
            && problem.is_error()
            && problem.code != Code::SeparatorInValue
    });
    match (errors.next(), plan.filters()) {
        (None, Some(filters)) => Ok(filters),
        (Some(problem), _) => Err(FreezeError::Plan(problem)),
        (None, None) => Err(FreezeError::Form(plan.form.kind())),
    }
}

/// The variables of a plan as those of a target: of two values for one name the later one counts.
fn set_on_everyone(
    variables: &[Variable],
) -> Result<Vec<(CompactString, CompactString)>, FreezeError> {
    let says_who = |variable: &&Variable| IDENTITY.contains(&variable.name.as_str());
    if let Some(variable) = variables.iter().find(says_who) {
        return Err(FreezeError::Identity(variable.name.clone()));
    }
    let target: Target = variables
        .iter()
        .map(|variable| (variable.name.as_str(), variable.value.as_str()))
        .collect();
    Ok(target
        .iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect())
}

/// The columns that say who a contact is, found once.
struct Names<'a> {
    user_id: Option<&'a Column>,
    phone: Option<&'a Column>,
    channel: Option<&'a Column>,
}

const USER_ID: CompactString = CompactString::const_new("user_id");
const PHONE: CompactString = CompactString::const_new("user_phone_number");
const CHANNEL: CompactString = CompactString::const_new("bot_channel");

impl<'a> Names<'a> {
    fn of(table: &'a Table) -> Self {
        let column = |name| table.column(name).map(AsRef::as_ref);
        Self {
            user_id: column("user_id"),
            phone: column("user_phone_number"),
            channel: column("bot_channel"),
        }
    }

    /// The target that a row becomes; `None` where nothing names it.
    fn target(&self, row: u32, variables: &[(CompactString, CompactString)]) -> Option<Target> {
        let filled = |column: Option<&'a Column>| {
            let value = column?.get(row)?;
            (!value.is_empty()).then(|| CompactString::new(value))
        };
        let named = match filled(self.user_id) {
            Some(user_id) => (USER_ID, user_id),
            None => (PHONE, filled(self.phone)?),
        };
        let more = variables.iter().cloned();
        // Of a length that is known beforehand: one piece of memory each.
        Some(match filled(self.channel) {
            Some(channel) => {
                Target::of_distinct([named, (CHANNEL, channel)].into_iter().chain(more))
            }
            None => Target::of_distinct([named].into_iter().chain(more)),
        })
    }
}
