//! The journal's writes. Each runs inside one transaction, and changes a row only in the state that it expects.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use crate::domain::launch::{CallRecord, LaunchRecord, Outcome};
use crate::domain::record::ContactId;
use crate::domain::text;
use crate::store::StoreError;
use crate::store::sql::{Count, Time, one};

use super::line::kind;
use super::row::Word;
use super::{ArmedLaunch, CallEnd, Newest, event, read};

/// Bytes of an answer that are kept.
const ANSWER_LIMIT: usize = 64_000;

pub(super) fn arm(transaction: &Transaction<'_>, launch: &ArmedLaunch) -> Result<(), StoreError> {
    check(launch)?;
    let record = &launch.record;
    if let Some(Newest(newest)) = &launch.expects {
        check_standing(transaction, record, newest.as_deref())?;
    }
    transaction.execute(
        "INSERT INTO launch (id, bot_id, bot_name, broadcast_id, broadcast_name, host, operator, targets,
             reviewed_at, started_at, outcome, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            record.id,
            record.bot.id,
            record.bot.name,
            record.broadcast.id,
            record.broadcast.name,
            record.host,
            record.operator,
            record.targets.map(Count),
            record.reviewed_at.map(Time),
            Time(record.started_at),
            Word(Outcome::Sending),
            record.reason,
        ],
    )?;
    let sequence = transaction.last_insert_rowid();
    transaction.execute(
        "INSERT INTO plan (launch, text) VALUES (?1, ?2)",
        params![sequence, record.plan],
    )?;
    for (number, call) in record.calls.iter().enumerate() {
        insert_call(transaction, sequence, number, call)?;
    }
    for (number, contacts) in launch.contacts.iter().enumerate() {
        insert_contacts(transaction, sequence, number, contacts)?;
    }
    event::armed(transaction, &record.id)
}

/// Whether the broadcast stands as it was checked: with no launch under way or unsettled, and this one its newest.
fn check_standing(
    transaction: &Transaction<'_>,
    record: &LaunchRecord,
    newest: Option<&str>,
) -> Result<(), StoreError> {
    let open = transaction.query_row(
        "SELECT id FROM launch WHERE outcome IN ('sending', 'unknown') AND (outcome = 'sending' OR settled_as IS NULL)
             AND broadcast_id = ?1 AND bot_id = ?2 LIMIT 1",
        [&record.broadcast.id, &record.bot.id],
        |row| row.get(0),
    );
    let open: Option<String> = one(open)?;
    let found = read::newest_of(transaction, &record.broadcast.id)?;
    match open.or_else(|| found.filter(|found| Some(found.as_str()) != newest)) {
        None => Ok(()),
        Some(other) => Err(StoreError::Overtaken { other }),
    }
}

/// Only what is fresh can be armed: ids are looked up in lower case, and calls have not begun.
fn check(launch: &ArmedLaunch) -> Result<(), StoreError> {
    let record = &launch.record;
    let why = if record.id.is_empty() || record.id != record.id.to_ascii_lowercase() {
        "its id is not a UUID in lower case"
    } else if record.outcome != Outcome::Sending {
        "it has an outcome already"
    } else if record.calls.is_empty() {
        "it has no call"
    } else if record
        .calls
        .iter()
        .any(|call| call.outcome != Outcome::NotSent)
    {
        "one of its calls has begun already"
    } else if launch.contacts.len() > record.calls.len() {
        "it has contacts of a call that it doesn't have"
    } else {
        return Ok(());
    };
    Err(StoreError::InvalidLaunch { why })
}

fn insert_call(
    transaction: &Transaction<'_>,
    sequence: i64,
    number: usize,
    call: &CallRecord,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO call (launch, number, method, url, with_token, bytes, sha256, targets, outcome, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            sequence,
            Count(number as u64),
            call.method,
            call.url,
            call.with_token,
            Count(call.bytes),
            call.sha256,
            call.targets.map(Count),
            Word(Outcome::NotSent),
            call.reason,
        ])?;
    if let Some(body) = &call.body {
        transaction
            .prepare_cached("INSERT INTO body (launch, number, text) VALUES (?1, ?2, ?3)")?
            .execute(params![sequence, Count(number as u64), body])?;
    }
    Ok(())
}

fn insert_contacts(
    transaction: &Transaction<'_>,
    sequence: i64,
    number: usize,
    contacts: &[ContactId],
) -> Result<(), StoreError> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO reached (launch, number, channel, user_id) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let mut channel: Option<(&str, i64)> = None;
    for contact in contacts {
        let id = match channel {
            Some((name, id)) if name == contact.channel => id,
            _ => channel_id(transaction, &contact.channel)?,
        };
        channel = Some((&contact.channel, id));
        insert.execute(params![sequence, Count(number as u64), id, contact.user_id])?;
    }
    Ok(())
}

fn channel_id(transaction: &Transaction<'_>, name: &str) -> Result<i64, StoreError> {
    transaction
        .prepare_cached("INSERT INTO channel (name) VALUES (?1) ON CONFLICT DO NOTHING")?
        .execute([name])?;
    Ok(transaction
        .prepare_cached("SELECT id FROM channel WHERE name = ?1")?
        .query_row([name], |row| row.get(0))?)
}

pub(super) fn begin_call(
    transaction: &Transaction<'_>,
    launch: &str,
    number: usize,
    sent_at: Timestamp,
) -> Result<(), StoreError> {
    let step = || format!("Beginning call {}", number + 1);
    let state = state_of(transaction, launch)?;
    expect_outcome(launch, state.outcome, &[Outcome::Sending], step)?;
    let call = call_outcome(transaction, launch, &state, number)?;
    expect_outcome(launch, call, &[Outcome::NotSent], step)?;
    transaction.execute(
        "UPDATE call SET outcome = ?3, sent_at = ?4 WHERE launch = ?1 AND number = ?2",
        params![
            state.sequence,
            Count(number as u64),
            Word(Outcome::Sending),
            Time(sent_at)
        ],
    )?;
    event::call(
        transaction,
        kind::BEGUN,
        launch,
        state.sequence,
        row_number(number),
    )
}

pub(super) fn record_call(
    transaction: &Transaction<'_>,
    launch: &str,
    number: usize,
    end: &CallEnd,
) -> Result<(), StoreError> {
    let step = || format!("Recording call {} as {}", number + 1, end.outcome);
    check_is_an_end(end.outcome)?;
    let state = state_of(transaction, launch)?;
    expect_outcome(launch, state.outcome, &[Outcome::Sending], step)?;
    let call = call_outcome(transaction, launch, &state, number)?;
    // What never began can't have been accepted, rejected or be unknown.
    let expected: &[Outcome] = match end.outcome {
        Outcome::Failed | Outcome::Refused => &[Outcome::Sending, Outcome::NotSent],
        _ => &[Outcome::Sending],
    };
    expect_outcome(launch, call, expected, step)?;
    transaction.execute(
        "UPDATE call SET outcome = ?3, status = ?4, reason = ?5, answered_at = ?6 WHERE launch = ?1 AND number = ?2",
        params![
            state.sequence,
            Count(number as u64),
            Word(end.outcome),
            end.status,
            end.reason,
            Time(end.at)
        ],
    )?;
    event::call(
        transaction,
        kind::CALLED,
        launch,
        state.sequence,
        row_number(number),
    )
}

pub(super) fn record_answer(
    transaction: &Transaction<'_>,
    launch: &str,
    number: usize,
    answer: &str,
) -> Result<(), StoreError> {
    let state = state_of(transaction, launch)?;
    // What was answered is kept, also where the outcome could not be: it helps the person who settles the launch.
    if call_outcome(transaction, launch, &state, number)? == Outcome::NotSent {
        return Err(StoreError::InvalidLaunch {
            why: "there is no answer to a call that never began",
        });
    }
    let kept = &answer[..answer.floor_char_boundary(ANSWER_LIMIT)];
    transaction.execute(
        "UPDATE call SET answer = ?3 WHERE launch = ?1 AND number = ?2",
        params![state.sequence, Count(number as u64), kept],
    )?;
    event::answer(transaction, launch, state.sequence, row_number(number))
}

/// A call's number as its row has it.
fn row_number(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What a step looks at before it changes a launch.
pub(super) struct State {
    pub(super) sequence: i64,
    pub(super) outcome: Outcome,
    /// As what, and by whom.
    pub(super) settled: Option<(String, String)>,
}

pub(super) fn state_of(transaction: &Transaction<'_>, launch: &str) -> Result<State, StoreError> {
    let state = transaction.query_row(
        "SELECT sequence, outcome, settled_as, settled_by FROM launch WHERE id = ?1",
        [launch],
        |row| {
            let settled: Option<String> = row.get(2)?;
            let by: Option<String> = row.get(3)?;
            Ok(State {
                sequence: row.get(0)?,
                outcome: row.get::<_, Word>(1)?.0,
                settled: settled.map(|settled| (settled, by.unwrap_or_default())),
            })
        },
    );
    one(state)?.ok_or_else(|| no_such(launch))
}

fn call_outcome(
    transaction: &Transaction<'_>,
    launch: &str,
    state: &State,
    number: usize,
) -> Result<Outcome, StoreError> {
    let outcome = transaction.query_row(
        "SELECT outcome FROM call WHERE launch = ?1 AND number = ?2",
        params![state.sequence, Count(number as u64)],
        |row| Ok(row.get::<_, Word>(0)?.0),
    );
    one(outcome)?.ok_or_else(|| no_such(launch))
}

/// `sending` and `not_sent` are no ends: as one of them a call that was made could be forgotten.
pub(super) fn check_is_an_end(outcome: Outcome) -> Result<(), StoreError> {
    match outcome {
        Outcome::Sending | Outcome::NotSent => Err(StoreError::InvalidLaunch {
            why: "what became of it is neither sending nor not_sent",
        }),
        Outcome::Accepted
        | Outcome::Rejected
        | Outcome::Failed
        | Outcome::Unknown
        | Outcome::Refused => Ok(()),
    }
}

pub(super) fn no_such(launch: &str) -> StoreError {
    StoreError::NoSuchLaunch {
        id: text::shown(launch).into_owned(),
    }
}

pub(super) fn expect_outcome(
    launch: &str,
    found: Outcome,
    expected: &[Outcome],
    step: impl FnOnce() -> String,
) -> Result<(), StoreError> {
    if expected.contains(&found) {
        return Ok(());
    }
    Err(StoreError::WrongState {
        step: step(),
        id: launch.to_owned(),
        outcome: found,
    })
}
