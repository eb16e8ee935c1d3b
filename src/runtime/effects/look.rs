//! Effects that only look: overview, launches, names and values.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::find;
use crate::audience::{FieldCount, Table, ValueCount};
use crate::domain::curl;
use crate::domain::launch::LaunchRecord;
use crate::domain::plan::{Plan, Target};
use crate::domain::record::Contact;
use crate::domain::waiting::{WaitingLaunch, WaitingState};
use crate::model::Reply;
use crate::model::effect::{BroadcastKey, RequestId, Wanted};
use crate::model::message::{BotRow, Candidate, Overview, Waited};
use crate::session::{Basis, Contacts, Needs, Session, SessionError};
use crate::store::Journal;
use crate::store::journal::{LaunchFilter, WaitingFilter};

/// Launches that are listed at most; the command line lists all.
const LAUNCHES: u32 = 2_000;

/// Names and values that are suggested at most.
const SUGGESTIONS: usize = 100;

/// Bytes of a call up to which the plan of what waits is told in its list.
const SHORT_PLAN: u64 = 16_384;

/// Those that wait whose plans are told, at most.
const MOST_PLANS: usize = 20;

/// What cache and journal hold.
pub async fn overview(session: Arc<Session>) -> Result<Overview, SessionError> {
    // Before anything is read of a record in the place of which another one was put.
    let trouble = session.record_trouble_now().await;
    session.launcher.recover().await?;
    if session.takes_writes().await {
        session.mark_missed(jiff::Timestamp::now()).await?;
    }
    let bots = session.bots().await?;
    let filter = LaunchFilter {
        limit: Some(LAUNCHES),
        ..LaunchFilter::default()
    };
    let launches = session.launcher.launches(filter).await?;
    let broadcasts = session.broadcasts().await?;
    let row = |bot: crate::session::CachedBot| BotRow {
        bot: bot.bot,
        contacts: bot.contacts,
        as_of: bot.as_of,
    };
    let waiting = with_plans(&session).await?;
    let waited = Box::new(waited(&session).await?);
    Ok(Overview {
        bots: bots.into_iter().map(row).collect(),
        broadcasts,
        launches,
        waiting,
        waited,
        own: session.own_launches().await?,
        trouble,
        gate: Some(Box::new(session.gate_now().await)),
        looked_at: None,
    })
}

/// What waits, or is to be looked at, with the plans that are short enough to be read at a glance.
async fn with_plans(session: &Session) -> Result<Vec<WaitingLaunch>, SessionError> {
    let mut all = session.waiting(WaitingFilter::default()).await?;
    let is_short =
        |waiting: &WaitingLaunch| waiting.calls.iter().all(|call| call.bytes <= SHORT_PLAN);
    for waiting in all.iter_mut().take(MOST_PLANS).filter(|one| is_short(one)) {
        waiting.plan = session.waiting_launch(&waiting.id).await?.plan;
    }
    Ok(all)
}

/// Those that never became launches and that nobody has to look at any more, and when those were confirmed that did.
async fn waited(session: &Session) -> Result<Waited, SessionError> {
    let filter = WaitingFilter {
        with_ended: true,
        ..WaitingFilter::default()
    };
    let all = session.waiting(filter).await?;
    let is_launch = |waiting: &WaitingLaunch| waiting.state() == WaitingState::Started;
    let (launched, mut others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_launch);
    let confirmed = launched.into_iter();
    let confirmed = confirmed.map(|waiting| (waiting.id, waiting.confirmed_at));
    others.retain(|waiting| !waiting.is_waiting() && !waiting.is_unseen());
    others.truncate(LAUNCHES as usize);
    Ok(Waited {
        not_sent: others,
        confirmed: confirmed.collect(),
    })
}

/// What counting needs, as soon as it is there.
pub async fn first_facts(
    session: &Session,
    key: &BroadcastKey,
    plan: &Plan,
) -> Result<Basis, SessionError> {
    session.basis_for(find(session, key).await?, plan).await
}

/// What counting needs, once everything is there.
pub async fn facts(session: &Session, key: &BroadcastKey) -> Result<Basis, SessionError> {
    session.basis(find(session, key).await?).await
}

/// The contacts whose variables, or values of one, are to continue what was typed.
pub async fn named(
    session: &Session,
    key: &BroadcastKey,
    wanted: &Wanted,
) -> Result<Arc<Contacts>, SessionError> {
    let found = find(session, key).await?;
    match wanted {
        Wanted::Value { field, .. } => session.contacts_for(&found.bot, &Needs::field(field)).await,
        Wanted::Field { .. } => session.contacts(&found.bot).await,
    }
}

/// Names of variables, or values of one, that continue what was typed; `None` as soon as `stop` is set.
pub fn candidates(
    contacts: &Contacts,
    wanted: &Wanted,
    stop: &AtomicBool,
) -> Option<Vec<Candidate>> {
    match wanted {
        Wanted::Value { field, typed } => {
            let values = contacts
                .table
                .values_until(field, typed, SUGGESTIONS, stop)?;
            let candidate = |value: ValueCount| Candidate {
                text: value.value,
                contacts: value.contacts,
            };
            Some(values.into_iter().map(candidate).collect())
        }
        Wanted::Field { typed } => Some(fields(&contacts.table, typed)),
    }
}

fn fields(table: &Table, typed: &str) -> Vec<Candidate> {
    let typed = typed.to_lowercase();
    let place = |name: &str| name.to_lowercase().find(&typed);
    let mut found = table.fields();
    found.retain(|field| place(&field.name).is_some());
    found.sort_by_key(|field| place(&field.name).is_none_or(|place| place > 0));
    found.truncate(SUGGESTIONS);
    let candidate = |field: FieldCount| Candidate {
        text: field.name,
        contacts: field.contacts,
    };
    found.into_iter().map(candidate).collect()
}

/// One launch in full.
pub async fn launch(session: Arc<Session>, id: String) -> Result<Reply, SessionError> {
    let (launch, curl) = launch_with_curl(&session, id, 0).await?;
    Ok(Reply::Launch(Box::new(launch), curl))
}

/// One launch, and one of its calls (from 0) as curl.
pub async fn launch_with_curl(
    session: &Session,
    id: String,
    call: usize,
) -> Result<(LaunchRecord, String), SessionError> {
    let launch = session
        .launcher
        .journal
        .run(move |journal| journal.launch(&id))
        .await?;
    let curl = launch
        .calls
        .get(call)
        .map(curl::command)
        .unwrap_or_default();
    Ok((launch, curl))
}

/// The cached contact that a conversation names.
pub async fn contact(
    session: Arc<Session>,
    id: RequestId,
    key: BroadcastKey,
    target: Target,
) -> Result<Reply, SessionError> {
    let found = find(&session, &key).await?;
    let contacts = session.contacts(&found.bot).await?;
    let look = move || named_contact(&contacts.table, &target);
    let contact = tokio::task::spawn_blocking(look).await;
    let contact = contact.map_err(|error| SessionError::Internal(error.to_string()))?;
    Ok(Reply::ContactFound(id, contact))
}

/// Looked up by `user_id`, else by `user_phone_number` `[D]`, within the channel where one is given.
fn named_contact(table: &Table, target: &Target) -> Option<Contact> {
    let filled = |name: &str| target.get(name).filter(|value| !value.is_empty());
    let channel = filled("bot_channel");
    let fits = |row: &&u32| {
        channel.is_none_or(|channel| table.value(**row, "bot_channel") == Some(channel))
    };
    let by_id = filled("user_id").map(|id| table.rows_of_user_id(id));
    let by_phone = filled("user_phone_number").map(|phone| table.rows_of_phone(phone));
    let rows = by_id.into_iter().chain(by_phone);
    let row = rows.flat_map(|rows| rows.iter().filter(fits)).next()?;
    table.contact(*row)
}
