//! The lines of the copy as rows again: step by step into an empty journal, each checked to give the same line.

use std::fs::File;
use std::path::Path;

use rusqlite::{Connection, params};
use serde::de::DeserializeOwned;

use crate::store::StoreError;
use crate::store::sql::one;

use super::copy::each_line;
use super::entry::{
    Answer, Call, CallState, Held, HeldCall, Launch, LaunchState, Moved, WaitingState,
};
use super::event::{self, Event, Head};
use super::line::{Content, First, kind};

/// Plays the lines of a copy up to byte `length` into an empty journal, inside the transaction that is open.
///
/// # Errors
/// [`StoreError::Corrupt`] with the line that can't be played; those of the database.
pub(super) fn replay(
    connection: &Connection,
    file: &File,
    path: &Path,
    length: u64,
) -> Result<Head, StoreError> {
    let mut head = Head::none();
    each_line(file, path, length, |line| {
        head = play(connection, line).map_err(|error| StoreError::Corrupt {
            path: path.to_owned(),
            detail: format!("line {} can't be read back: {error}", head.n + 1),
        })?;
        Ok(())
    })?;
    Ok(head)
}

fn play(connection: &Connection, line: &[u8]) -> Result<Head, StoreError> {
    let content: Content<'_> = serde_json::from_slice(line).map_err(|_| unreadable())?;
    let first = apply(connection, &content)?;
    let event = Event {
        n: content.n,
        kind: content.kind,
        launch: content.launch,
        call: content.call,
        first,
        data: content.data.get().to_owned(),
    };
    let head = event::add(connection, &event)?;
    if head.hash == content.hash {
        return Ok(head);
    }
    Err(StoreError::InvalidLaunch {
        why: "its step does not give the same line again",
    })
}

fn unreadable() -> StoreError {
    StoreError::InvalidLaunch {
        why: "its step is not written in a form that this program knows",
    }
}

fn data<T: DeserializeOwned>(content: &Content<'_>) -> Result<T, StoreError> {
    serde_json::from_str(content.data.get()).map_err(|_| unreadable())
}

/// Does what a step did; of contacts, the first of their rows.
fn apply(connection: &Connection, content: &Content<'_>) -> Result<Option<i64>, StoreError> {
    let id = content.launch.as_deref().unwrap_or_default();
    let number = content.call.unwrap_or_default();
    match content.kind.as_str() {
        kind::JOURNAL => {
            let first: First = data(content)?;
            connection.execute("UPDATE journal SET id = ?1", [first.journal])?;
        }
        kind::ARMED => {
            let plan = content.plan.as_deref().unwrap_or_default();
            data::<Launch>(content)?.write(connection, id, plan)?;
        }
        kind::CALL => data::<Call>(content)?.write(
            connection,
            sequence(connection, id)?,
            number,
            content.body.as_deref(),
        )?,
        kind::CONTACTS => return contacts(connection, content).map(Some),
        kind::BEGUN | kind::CALLED | kind::CLOSED => {
            data::<CallState>(content)?.write(connection, sequence(connection, id)?, number)?;
        }
        kind::ANSWER => {
            data::<Answer>(content)?.write(connection, sequence(connection, id)?, number)?;
        }
        kind::ENDED | kind::DIED | kind::SETTLED => {
            data::<LaunchState>(content)?.write(connection, sequence(connection, id)?)?;
        }
        kind::HELD => {
            let plan = content.plan.as_deref().unwrap_or_default();
            data::<Held>(content)?.write(connection, id, plan)?;
        }
        kind::HELD_CALL => data::<HeldCall>(content)?.write(
            connection,
            waiting(connection, id)?,
            number,
            content.body.as_deref(),
        )?,
        kind::MOVED => data::<Moved>(content)?.write(connection, id)?,
        kind::WAITED | kind::SEEN => data::<WaitingState>(content)?.write(connection, id)?,
        kind::ACCEPTED | kind::REBUILT => {}
        _ => return Err(unreadable()),
    }
    Ok(None)
}

fn sequence(connection: &Connection, id: &str) -> Result<i64, StoreError> {
    one(connection
        .prepare_cached("SELECT sequence FROM launch WHERE id = ?1")?
        .query_row([id], |row| row.get(0)))?
    .ok_or_else(unreadable)
}

fn waiting(connection: &Connection, id: &str) -> Result<i64, StoreError> {
    one(connection
        .prepare_cached("SELECT sequence FROM waiting WHERE id = ?1")?
        .query_row([id], |row| row.get(0)))?
    .ok_or_else(unreadable)
}

fn contacts(connection: &Connection, content: &Content<'_>) -> Result<i64, StoreError> {
    let launch = sequence(connection, content.launch.as_deref().unwrap_or_default())?;
    let last: Option<i64> = connection
        .prepare_cached("SELECT max(rowid) FROM reached")?
        .query_row([], |row| row.get(0))?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO reached (launch, number, channel, user_id)
         VALUES (?1, ?2, (SELECT id FROM channel WHERE name = ?3), ?4)",
    )?;
    let mut known = None;
    for (channel, user) in content.contacts.as_deref().unwrap_or_default() {
        if known != Some(channel) {
            connection
                .prepare_cached("INSERT INTO channel (name) VALUES (?1) ON CONFLICT DO NOTHING")?
                .execute([channel])?;
            known = Some(channel);
        }
        insert.execute(params![launch, content.call, channel, user])?;
    }
    Ok(last.unwrap_or_default() + 1)
}
