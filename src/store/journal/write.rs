//! The journal's writes. Each runs inside one transaction, and changes a row only in the state that it expects.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use crate::domain::launch::{CallRecord, Outcome, Settlement};
use crate::domain::record::ContactId;
use crate::domain::text;
use crate::store::StoreError;
use crate::store::sql::{Count, Time, one};

use super::row::Word;
use super::{ArmedLaunch, CallEnd};

/// Bytes of an answer that are kept.
const ANSWER_LIMIT: usize = 64_000;

pub(super) fn arm(transaction: &Transaction<'_>, launch: &ArmedLaunch) -> Result<(), StoreError> {
    check(launch)?;
    let record = &launch.record;
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
    Ok(())
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
    Ok(())
}

pub(super) fn record_call(
    transaction: &Transaction<'_>,
    launch: &str,
    number: usize,
    end: &CallEnd,
) -> Result<(), StoreError> {
    let step = || format!("Recording call {} as {}", number + 1, end.outcome);
    let state = state_of(transaction, launch)?;
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
    Ok(())
}

pub(super) fn record_answer(
    transaction: &Transaction<'_>,
    launch: &str,
    number: usize,
    answer: &str,
) -> Result<(), StoreError> {
    let state = state_of(transaction, launch)?;
    let kept = &answer[..answer.floor_char_boundary(ANSWER_LIMIT)];
    transaction.execute(
        "UPDATE call SET answer = ?3 WHERE launch = ?1 AND number = ?2",
        params![state.sequence, Count(number as u64), kept],
    )?;
    Ok(())
}

pub(super) fn finish(
    transaction: &Transaction<'_>,
    launch: &str,
    outcome: Outcome,
    reason: &str,
    ended_at: Timestamp,
) -> Result<(), StoreError> {
    let state = state_of(transaction, launch)?;
    expect_outcome(launch, state.outcome, &[Outcome::Sending], || {
        format!("Recording it as {outcome}")
    })?;
    set_outcome(transaction, &state, outcome, reason, ended_at)
}

fn set_outcome(
    transaction: &Transaction<'_>,
    state: &State,
    outcome: Outcome,
    reason: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    transaction.execute(
        "UPDATE launch SET outcome = ?2, reason = ?3, ended_at = ?4 WHERE sequence = ?1",
        params![state.sequence, Word(outcome), reason, Time(at)],
    )?;
    Ok(())
}

pub(super) fn settle(
    transaction: &Transaction<'_>,
    launch: &str,
    settlement: &Settlement,
) -> Result<(), StoreError> {
    let state = state_of(transaction, launch)?;
    if state.outcome != Outcome::Unknown {
        return Err(StoreError::NotUnknown {
            id: launch.to_owned(),
            outcome: state.outcome,
        });
    }
    if let Some((settled_as, by)) = state.settled {
        return Err(StoreError::AlreadySettled {
            id: launch.to_owned(),
            settled_as: if settled_as == "sent" {
                "sent"
            } else {
                "not sent"
            },
            by: text::shown(&by).into_owned(),
        });
    }
    transaction.execute(
        "UPDATE launch SET settled_as = ?2, settled_by = ?3, settled_at = ?4, settled_reason = ?5 WHERE sequence = ?1",
        params![
            state.sequence,
            settlement.settled_as.word(),
            settlement.by,
            Time(settlement.at),
            settlement.reason
        ],
    )?;
    Ok(())
}

pub(super) fn mark_died(
    transaction: &Transaction<'_>,
    launch: &str,
    at: Timestamp,
) -> Result<Option<Outcome>, StoreError> {
    let state = state_of(transaction, launch)?;
    if state.outcome != Outcome::Sending {
        return Ok(None);
    }
    transaction.execute(
        "UPDATE call SET outcome = 'unknown', reason = ?2 WHERE launch = ?1 AND outcome = 'sending'",
        params![
            state.sequence,
            "mylink ended before an answer came, so the platform may have got it"
        ],
    )?;
    let outcomes = transaction
        .prepare("SELECT outcome FROM call WHERE launch = ?1 ORDER BY number")?
        .query_map([state.sequence], |row| Ok(row.get::<_, Word>(0)?.0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let (outcome, reason) = after_death(&outcomes);
    set_outcome(transaction, &state, outcome, &reason, at)?;
    Ok(Some(outcome))
}

/// The outcome of a launch whose process died, from those of its calls: none of them is `sending` any more.
fn after_death(calls: &[Outcome]) -> (Outcome, String) {
    let ended = |outcome: &&Outcome| **outcome != Outcome::NotSent;
    let begun = calls.iter().filter(ended).count();
    let last = calls.iter().rfind(ended).copied();
    match last {
        Some(Outcome::Accepted) if begun < calls.len() => (
            Outcome::Failed,
            format!(
                "mylink ended between two calls: {begun} of {} were accepted, the rest was not sent",
                calls.len()
            ),
        ),
        Some(Outcome::Unknown) => (
            Outcome::Unknown,
            "mylink ended before an answer came, so the platform may have got it".to_owned(),
        ),
        Some(outcome) => (
            outcome,
            format!("mylink ended after the platform's answer; the call was {outcome}"),
        ),
        None => (
            Outcome::Failed,
            "mylink ended before the first call; nothing was sent".to_owned(),
        ),
    }
}

/// What a step looks at before it changes a launch.
struct State {
    sequence: i64,
    outcome: Outcome,
    settled: Option<(String, String)>,
}

fn state_of(transaction: &Transaction<'_>, launch: &str) -> Result<State, StoreError> {
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

pub(super) fn no_such(launch: &str) -> StoreError {
    StoreError::NoSuchLaunch {
        id: text::shown(launch).into_owned(),
    }
}

fn expect_outcome(
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    use Outcome::{Accepted, Failed, NotSent, Rejected, Unknown};

    #[rstest]
    #[case::before_the_first_call(&[NotSent], Failed)]
    #[case::during_the_call(&[Unknown], Unknown)]
    #[case::after_the_status_line(&[Accepted], Accepted)]
    #[case::after_a_rejection(&[Rejected], Rejected)]
    #[case::between_two_calls(&[Accepted, NotSent], Failed)]
    #[case::after_the_last_call(&[Accepted, Accepted], Accepted)]
    #[case::during_the_second(&[Accepted, Unknown, NotSent], Unknown)]
    #[case::after_the_second_was_rejected(&[Accepted, Rejected, NotSent], Rejected)]
    fn a_death_leaves_the_outcome_that_is_known(
        #[case] calls: &[Outcome],
        #[case] expected: Outcome,
    ) {
        assert_eq!(after_death(calls).0, expected);
    }
}
