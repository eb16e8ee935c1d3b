//! Launches that wait for their time, as rows: written when they are confirmed, given another time while they wait, and
//! ended once.

pub(super) mod moved;

use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::launch::Named;
use crate::domain::text;
use crate::domain::waiting::{Moved, WaitingCall, WaitingEnd, WaitingLaunch, WaitingState};
use crate::store::StoreError;
use crate::store::sql::{Count, Time, one};

use super::event;
use super::line::kind;
use super::read::only;
use super::write::{self, no_such};
use super::{ArmedLaunch, WaitingFilter};

pub(super) fn hold(
    transaction: &Transaction<'_>,
    waiting: &WaitingLaunch,
) -> Result<(), StoreError> {
    check(waiting)?;
    transaction.execute(
        "INSERT INTO waiting (id, bot_id, bot_name, broadcast_id, broadcast_name, host, operator, targets,
             confirmed_at, due_at, zone, reviewed, given, plan)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            waiting.id,
            waiting.bot.id,
            waiting.bot.name,
            waiting.broadcast.id,
            waiting.broadcast.name,
            waiting.host,
            waiting.operator,
            waiting.targets.map(Count),
            Time(waiting.confirmed_at),
            Time(waiting.due_at),
            waiting.zone,
            json(&waiting.reviewed)?,
            json(&waiting.given)?,
            waiting.plan,
        ],
    )?;
    let sequence = transaction.last_insert_rowid();
    let mut insert = transaction.prepare_cached(
        "INSERT INTO waiting_call (waiting, number, method, bytes, sha256, targets, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (number, call) in waiting.calls.iter().enumerate() {
        insert.execute(params![
            sequence,
            Count(number as u64),
            call.method,
            Count(call.bytes),
            call.sha256,
            call.targets.map(Count),
            call.body,
        ])?;
    }
    event::held(transaction, &waiting.id)
}

fn check(waiting: &WaitingLaunch) -> Result<(), StoreError> {
    let why = if waiting.id.is_empty() || waiting.id != waiting.id.to_ascii_lowercase() {
        "its id is not a UUID in lower case"
    } else if !waiting.is_waiting() {
        "it doesn't wait any more"
    } else if waiting.calls.is_empty() {
        "it has no call"
    } else {
        return Ok(());
    };
    Err(StoreError::InvalidLaunch { why })
}

/// Turns a waiting launch into a launch: both in one transaction, so that one process starts it, and none loses it.
pub(super) fn arm(
    transaction: &Transaction<'_>,
    launch: &ArmedLaunch,
    due_at: Timestamp,
    served_by: &str,
) -> Result<(), StoreError> {
    let record = &launch.record;
    moved::check_due(transaction, &record.id, due_at)?;
    let end = WaitingEnd {
        state: WaitingState::Started,
        at: record.started_at,
        by: served_by.to_owned(),
        reason: "Its time came.".to_owned(),
    };
    finish(transaction, &record.id, &end)?;
    write::arm(transaction, launch)
}

/// Ends the waiting: once, whoever comes first.
pub(super) fn finish(
    transaction: &Transaction<'_>,
    id: &str,
    end: &WaitingEnd,
) -> Result<(), StoreError> {
    if end.state == WaitingState::Waiting {
        let why = "to wait on is no end of waiting";
        return Err(StoreError::InvalidLaunch { why });
    }
    let changed = transaction.execute(
        "UPDATE waiting SET state = ?2, ended_at = ?3, ended_by = ?4, reason = ?5 WHERE id = ?1 AND state = 'waiting'",
        params![id, end.state.word(), Time(end.at), end.by, end.reason],
    )?;
    if changed == 0 {
        return Err(not_waiting(transaction, id)?);
    }
    event::waited(transaction, kind::WAITED, id)
}

/// Notes that a person looked at one that was missed or refused; looking twice changes nothing.
pub(super) fn see(
    transaction: &Transaction<'_>,
    id: &str,
    by: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let changed = transaction.execute(
        "UPDATE waiting SET seen_at = ?2, seen_by = ?3
         WHERE id = ?1 AND state IN ('missed', 'refused') AND seen_at IS NULL",
        params![id, Time(at), by],
    )?;
    if changed == 0 {
        return Ok(());
    }
    event::waited(transaction, kind::SEEN, id)
}

/// Why a launch can't end its waiting: it did already, or there is none.
fn not_waiting(connection: &Connection, id: &str) -> Result<StoreError, StoreError> {
    let found = list(connection, "id = ?1", [id])?.pop();
    let Some(end) = found.and_then(|waiting| waiting.end) else {
        return Ok(no_such(id));
    };
    Ok(StoreError::NotWaiting {
        id: id.to_owned(),
        state: end.state,
        by: text::shown(&end.by).into_owned(),
        at: end.at,
    })
}

pub(super) fn all(
    connection: &Connection,
    filter: &WaitingFilter,
) -> Result<Vec<WaitingLaunch>, StoreError> {
    list(
        connection,
        "(?1 OR state = 'waiting' OR state IN ('missed', 'refused') AND seen_at IS NULL)
             AND (?2 IS NULL OR broadcast_id = ?2 OR broadcast_name = ?2)
         ORDER BY state <> 'waiting', CASE state WHEN 'waiting' THEN due_at END, sequence DESC",
        params![filter.with_ended, filter.broadcast],
    )
}

/// One of them, whole, by its id or a beginning of it that no other has.
pub(super) fn by_id(connection: &Connection, id: &str) -> Result<WaitingLaunch, StoreError> {
    let id = id.to_ascii_lowercase();
    if id.is_empty() {
        return Err(no_such(&id));
    }
    let found = list(
        connection,
        "id = ?1 OR substr(id, 1, length(?1)) = ?1 ORDER BY id <> ?1 LIMIT 2",
        [&id],
    )?;
    let mut waiting = only(found, &id, |found| &found.id)?;
    fill(connection, &mut waiting)?;
    Ok(waiting)
}

fn list(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<WaitingLaunch>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id, bot_id, bot_name, broadcast_id, broadcast_name, host, operator, targets, confirmed_at, due_at,
             zone, reviewed, given, state, ended_at, ended_by, reason, seen_at, seen_by, sequence, moved_from, moved_at,
             moved_by
         FROM waiting WHERE {condition}"
    ))?;
    let found = statement
        .query_map(values, |row| Ok((row.get::<_, i64>(19)?, read(row)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut calls = connection.prepare_cached(
        "SELECT method, bytes, sha256, targets FROM waiting_call WHERE waiting = ?1 ORDER BY number",
    )?;
    let whole = found.into_iter().map(|(sequence, waiting)| {
        let calls = calls
            .query_map([sequence], |row| {
                Ok(WaitingCall {
                    method: row.get(0)?,
                    body: None,
                    bytes: row.get::<_, Count>(1)?.0,
                    sha256: row.get(2)?,
                    targets: row.get::<_, Option<Count>>(3)?.map(|count| count.0),
                })
            })?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(WaitingLaunch { calls, ..waiting })
    });
    whole.collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<WaitingLaunch> {
    let time = |index| -> rusqlite::Result<_> {
        Ok(row.get::<_, Option<Time>>(index)?.map(|time| time.0))
    };
    let named = |index| -> rusqlite::Result<_> {
        Ok(Named {
            id: row.get(index)?,
            name: row.get(index + 1)?,
        })
    };
    let state: String = row.get(13)?;
    let state = WaitingState::parse(&state).unwrap_or(WaitingState::Refused);
    let (by, reason): (Option<String>, Option<String>) = (row.get(15)?, row.get(16)?);
    let end = time(14)?.map(|at| WaitingEnd {
        state,
        at,
        by: by.unwrap_or_default(),
        reason: reason.unwrap_or_default(),
    });
    let seen_by: Option<String> = row.get(18)?;
    let moved_by: Option<String> = row.get(22)?;
    let moved = time(20)?.zip(time(21)?).zip(moved_by);
    Ok(WaitingLaunch {
        id: row.get(0)?,
        bot: named(1)?,
        broadcast: named(3)?,
        host: row.get(5)?,
        operator: row.get(6)?,
        plan: String::new(),
        targets: row.get::<_, Option<Count>>(7)?.map(|count| count.0),
        confirmed_at: row.get::<_, Time>(8)?.0,
        due_at: row.get::<_, Time>(9)?.0,
        zone: row.get(10)?,
        moved: moved.map(|((from, at), by)| Moved { from, by, at }),
        reviewed: from_json(row, 11)?,
        given: from_json(row, 12)?,
        end: end.filter(|end| end.state != WaitingState::Waiting),
        seen: seen_by.zip(time(17)?),
        calls: Vec::new(),
    })
}

/// Adds plan and bodies.
fn fill(connection: &Connection, waiting: &mut WaitingLaunch) -> Result<(), StoreError> {
    waiting.plan = connection
        .prepare_cached("SELECT plan FROM waiting WHERE id = ?1")?
        .query_row([&waiting.id], |row| row.get(0))?;
    for (number, call) in waiting.calls.iter_mut().enumerate() {
        let body = connection
            .prepare_cached(
                "SELECT body FROM waiting_call
                 WHERE waiting = (SELECT sequence FROM waiting WHERE id = ?1) AND number = ?2",
            )?
            .query_row(params![waiting.id, Count(number as u64)], |row| row.get(0));
        call.body = one(body)?.flatten();
    }
    Ok(())
}

fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::InvalidLaunch {
        why: "what was reviewed can't be written as JSON",
    })
}

fn from_json<T: DeserializeOwned>(row: &Row<'_>, index: usize) -> rusqlite::Result<T> {
    let text: String = row.get(index)?;
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(
            index,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}
