//! Accepting a launch: targets resolved, contacts created, variables set, the run written - one transaction.

use rusqlite::{Transaction, params};

use crate::domain::settings::Setting;

use super::answer::Refusal;
use super::audience::{self, Configured};
use super::body::{Form, Order};
use super::clock::MINUTE;
use super::contact::Variables;
use super::resolve::{Resolver, Target};
use super::rows::{self, BroadcastRow};

/// A call of the hook that was let in.
#[derive(Debug)]
pub(super) struct Call {
    /// The broadcast.
    pub(super) broadcast_id: String,
    /// `GET` or `POST`.
    pub(super) method: &'static str,
    /// The exact text of the body; `None` where there is none.
    pub(super) body: Option<String>,
    /// What the body asks for.
    pub(super) order: Order,
    /// When it came, by the sandbox's clock.
    pub(super) received_at: i64,
}

/// What became of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Accepted {
    /// How many targets it has.
    pub(super) targets: usize,
    /// When it is delivered, by the sandbox's clock.
    pub(super) due_at: i64,
}

/// Accepts a launch: all of it, or nothing.
///
/// # Errors
/// 404 where the broadcast was disabled meanwhile; 400 where a contact would have too many variables.
pub(super) fn accept(transaction: &Transaction<'_>, call: &Call) -> Result<Accepted, Refusal> {
    let broadcast = rows::broadcast(transaction, &call.broadcast_id)?
        .filter(|broadcast| broadcast.enabled)
        .ok_or_else(|| Refusal::not_found("the broadcast"))?;
    let targets = resolve(transaction, &broadcast, &call.order)?;
    let delay = i64::try_from(call.order.delay_minutes).unwrap_or(i64::MAX / MINUTE) * MINUTE;
    let due_at = call.received_at.saturating_add(delay);
    write(transaction, call, due_at, &targets)?;
    Ok(Accepted {
        targets: targets.len(),
        due_at,
    })
}

fn resolve(
    transaction: &Transaction<'_>,
    broadcast: &BroadcastRow,
    order: &Order,
) -> Result<Vec<Target>, Refusal> {
    let single = broadcast.settings.is_on(Setting::SingleContact);
    let most = if single { 1 } else { usize::MAX };
    let mut resolver = Resolver::new(transaction, broadcast.bot_id);
    match &order.form {
        Form::Configured => {
            let configured = audience::find(transaction, broadcast.bot_id, &broadcast.audience_id)?;
            let Configured {
                filters,
                mut variables,
            } = configured;
            variables.extend(order.variables.clone());
            resolver.audience(&filters, &variables, most)
        }
        Form::Filters(filters) => resolver.audience(filters, &order.variables, most),
        Form::Targets(targets) => resolver.named(targets, single, false),
        Form::Conversation => conversation(&mut resolver, &order.variables),
    }
}

/// Without any identity nobody is targeted `[I]`.
fn conversation(
    resolver: &mut Resolver<'_>,
    variables: &Variables,
) -> Result<Vec<Target>, Refusal> {
    let identified = ["user_id", "user_phone_number"]
        .iter()
        .any(|key| variables.get(*key).is_some_and(|value| !value.is_empty()));
    if !identified {
        return Ok(Vec::new());
    }
    resolver.named(std::slice::from_ref(variables), true, true)
}

fn write(
    transaction: &Transaction<'_>,
    call: &Call,
    due_at: i64,
    targets: &[Target],
) -> Result<(), Refusal> {
    let failing = targets
        .iter()
        .filter(|target| target.reason.is_some())
        .count();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    transaction.execute(
        "INSERT INTO runs (broadcast_id, received_at, due_at, method, body, targets, failing) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            call.broadcast_id, call.received_at, due_at, call.method, call.body,
            count(targets.len()), count(failing)
        ],
    )?;
    let run_id = transaction.last_insert_rowid();
    let mut statement = transaction.prepare_cached(
        "INSERT INTO deliveries (run_id, position, contact_id, user_id, created, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (position, target) in targets.iter().enumerate() {
        statement.execute(params![
            run_id,
            count(position),
            target.contact_id,
            target.user_id,
            target.created,
            target.reason
        ])?;
    }
    Ok(())
}
