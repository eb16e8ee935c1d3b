//! The steps of the journal as rows, each with the hash of its line: added in the transaction of the step itself, and
//! read again as the lines of the copy.

mod lines;

use rusqlite::{Connection, Transaction, params};
use serde::Serialize;

use crate::store::StoreError;
use crate::store::sql::{Count, one};

use super::entry;
use super::line::{self, FORMAT, First, NO_HASH, kind};
use lines::rest;

pub(super) use lines::{is_as_written, lines_after};

/// Contacts in one line.
const CHUNK: i64 = 10_000;

/// How far the chain has come: the number of its last step, and the hash of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) n: u64,
    pub(super) hash: String,
}

impl Head {
    /// Before the first step.
    pub(super) fn none() -> Self {
        Self {
            n: 0,
            hash: NO_HASH.to_owned(),
        }
    }
}

/// A step, as it is stored.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) n: u64,
    pub(super) kind: String,
    pub(super) launch: Option<String>,
    pub(super) call: Option<i64>,
    /// For contacts: the first of their rows.
    pub(super) first: Option<i64>,
    pub(super) data: String,
}

/// How far the chain has come.
pub(super) fn head(connection: &Connection) -> Result<Head, StoreError> {
    let head = connection
        .prepare_cached("SELECT n, hash FROM event ORDER BY n DESC LIMIT 1")?
        .query_row([], |row| {
            Ok(Head {
                n: row.get::<_, Count>(0)?.0,
                hash: row.get(1)?,
            })
        });
    Ok(one(head)?.unwrap_or_else(Head::none))
}

/// The hash of a step; `None` where the chain has not come so far.
pub(super) fn hash_at(connection: &Connection, n: u64) -> Result<Option<String>, StoreError> {
    one(connection
        .prepare_cached("SELECT hash FROM event WHERE n = ?1")?
        .query_row([Count(n)], |row| row.get(0)))
}

/// Whether the copy was ever begun.
pub(super) fn copy_is_begun(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row("SELECT begun FROM copied", [], |row| row.get(0))?)
}

/// Notes that the copy was begun.
pub(super) fn begin_copy(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction.execute("UPDATE copied SET begun = 1", [])?;
    Ok(())
}

/// The step after the last one, not stored yet.
fn next<T: Serialize>(
    connection: &Connection,
    kind: &str,
    launch: Option<&str>,
    call: Option<i64>,
    data: &T,
) -> Result<Event, StoreError> {
    Ok(Event {
        n: head(connection)?.n + 1,
        kind: kind.to_owned(),
        launch: launch.map(str::to_owned),
        call,
        first: None,
        data: serde_json::to_string(data).map_err(|_| StoreError::InvalidLaunch {
            why: "a step of it can't be written as JSON",
        })?,
    })
}

/// Stores a step at the end of the chain.
pub(super) fn add(connection: &Connection, event: &Event) -> Result<Head, StoreError> {
    let before = head(connection)?;
    let hash = line::hash(rest(connection, event, &before.hash)?.as_bytes());
    connection
        .prepare_cached(
            "INSERT INTO event (n, kind, launch, call, first, data, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            Count(event.n),
            event.kind,
            event.launch,
            event.call,
            event.first,
            event.data,
            hash
        ])?;
    Ok(Head { n: event.n, hash })
}

/// Some of a call's contacts.
#[derive(Debug, Serialize, serde::Deserialize)]
pub(super) struct Chunk {
    pub(super) from: i64,
    pub(super) count: i64,
}

/// Begins the chain of a journal that has none: with all that is on the record already.
pub(super) fn begin(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    if head(transaction)?.n > 0 {
        return Ok(());
    }
    let journal = transaction.query_row("SELECT id FROM journal", [], |row| row.get(0))?;
    let first = First {
        journal,
        format: FORMAT,
    };
    let event = next(transaction, kind::JOURNAL, None, None, &first)?;
    add(transaction, &event)?;
    let launches = transaction
        .prepare("SELECT id, sequence FROM launch ORDER BY sequence")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(String, i64)>>>()?;
    for (id, sequence) in launches {
        armed(transaction, &id)?;
        for number in calls(transaction, sequence)? {
            carry_over(transaction, &id, sequence, number)?;
        }
        let state = entry::LaunchState::read(transaction, sequence)?;
        if state.settled_as.is_some() {
            launch(transaction, kind::SETTLED, &id, sequence)?;
        } else if state.outcome != "sending" {
            launch(transaction, kind::ENDED, &id, sequence)?;
        }
    }
    Ok(())
}

fn carry_over(
    transaction: &Transaction<'_>,
    id: &str,
    sequence: i64,
    number: i64,
) -> Result<(), StoreError> {
    if !entry::CallState::read(transaction, sequence, number)?.is_fresh() {
        call(transaction, kind::CALLED, id, sequence, number)?;
    }
    if entry::Answer::read(transaction, sequence, number)?.is_some() {
        answer(transaction, id, sequence, number)?;
    }
    Ok(())
}

fn calls(transaction: &Transaction<'_>, sequence: i64) -> Result<Vec<i64>, StoreError> {
    Ok(transaction
        .prepare_cached("SELECT number FROM call WHERE launch = ?1 ORDER BY number")?
        .query_map([sequence], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?)
}

/// Adds a launch that was armed: itself, its calls, and whom they are to reach.
pub(super) fn armed(transaction: &Transaction<'_>, id: &str) -> Result<(), StoreError> {
    let launch = entry::Launch::read(transaction, id)?;
    let sequence = launch.sequence;
    let event = next(transaction, kind::ARMED, Some(id), None, &launch)?;
    add(transaction, &event)?;
    for number in calls(transaction, sequence)? {
        let call = entry::Call::read(transaction, sequence, number)?;
        let event = next(transaction, kind::CALL, Some(id), Some(number), &call)?;
        add(transaction, &event)?;
        add_contacts(transaction, id, sequence, number)?;
    }
    Ok(())
}

/// The rows of a call's contacts follow on each other: they were written in one transaction, and none is ever deleted.
fn add_contacts(
    transaction: &Transaction<'_>,
    id: &str,
    sequence: i64,
    number: i64,
) -> Result<(), StoreError> {
    let (first, count): (Option<i64>, i64) = transaction
        .prepare_cached(
            "SELECT min(rowid), count(*) FROM reached WHERE launch = ?1 AND number = ?2",
        )?
        .query_row([sequence, number], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut from = 0;
    while from < count {
        let chunk = Chunk {
            from,
            count: CHUNK.min(count - from),
        };
        let mut event = next(transaction, kind::CONTACTS, Some(id), Some(number), &chunk)?;
        event.first = first.map(|first| first + from);
        add(transaction, &event)?;
        from += chunk.count;
    }
    Ok(())
}

/// Adds how a call stands now.
pub(super) fn call(
    transaction: &Transaction<'_>,
    kind: &str,
    launch: &str,
    sequence: i64,
    number: i64,
) -> Result<(), StoreError> {
    let state = entry::CallState::read(transaction, sequence, number)?;
    let event = next(transaction, kind, Some(launch), Some(number), &state)?;
    add(transaction, &event).map(drop)
}

/// Adds a call's answer.
pub(super) fn answer(
    transaction: &Transaction<'_>,
    launch: &str,
    sequence: i64,
    number: i64,
) -> Result<(), StoreError> {
    let answer = entry::Answer::read(transaction, sequence, number)?;
    let event = next(
        transaction,
        kind::ANSWER,
        Some(launch),
        Some(number),
        &answer,
    )?;
    add(transaction, &event).map(drop)
}

/// Adds how a launch stands now.
pub(super) fn launch(
    transaction: &Transaction<'_>,
    kind: &str,
    launch: &str,
    sequence: i64,
) -> Result<(), StoreError> {
    let state = entry::LaunchState::read(transaction, sequence)?;
    let event = next(transaction, kind, Some(launch), None, &state)?;
    add(transaction, &event).map(drop)
}

/// Adds a launch that waits for its time: itself, and its calls.
pub(super) fn held(transaction: &Transaction<'_>, id: &str) -> Result<(), StoreError> {
    let held = entry::Held::read(transaction, id)?;
    let event = next(transaction, kind::HELD, Some(id), None, &held)?;
    add(transaction, &event)?;
    let numbers = transaction
        .prepare_cached("SELECT number FROM waiting_call WHERE waiting = ?1 ORDER BY number")?
        .query_map([held.sequence], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<i64>>>()?;
    for number in numbers {
        let call = entry::HeldCall::read(transaction, held.sequence, number)?;
        let event = next(transaction, kind::HELD_CALL, Some(id), Some(number), &call)?;
        add(transaction, &event)?;
    }
    Ok(())
}

/// Adds how a waiting launch stands now.
pub(super) fn waited(
    transaction: &Transaction<'_>,
    kind: &str,
    id: &str,
) -> Result<(), StoreError> {
    let state = entry::WaitingState::read(transaction, id)?;
    let event = next(transaction, kind, Some(id), None, &state)?;
    add(transaction, &event).map(drop)
}

/// Adds the time that a waiting launch was given.
pub(super) fn moved(transaction: &Transaction<'_>, kind: &str, id: &str) -> Result<(), StoreError> {
    let moved = entry::Moved::read(transaction, id)?;
    let event = next(transaction, kind, Some(id), None, &moved)?;
    add(transaction, &event).map(drop)
}

/// Adds a person's act on the journal itself.
pub(super) fn act<T: Serialize>(
    transaction: &Transaction<'_>,
    kind: &str,
    data: &T,
) -> Result<(), StoreError> {
    let event = next(transaction, kind, None, None, data)?;
    add(transaction, &event).map(drop)
}
