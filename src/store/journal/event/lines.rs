//! The lines of steps, made from the rows: what is stored apart from a step is put into its line, and every line is held
//! against the hash that was stored with its step.

use std::fmt::Write as _;

use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::journal::line::{self, Parts, kind};
use crate::store::sql::{Count, one};

use super::{Chunk, Event, Head, hash_at};

/// Whether the rows give the line of a step that was written, by its hash. The steps that hold `hash` and the one before
/// are there.
pub(in super::super) fn is_as_written(
    connection: &Connection,
    event: &Event,
    hash: &str,
) -> Result<bool, StoreError> {
    let previous = hash_at(connection, event.n - 1)?.unwrap_or_default();
    Ok(line::hash(rest(connection, event, &previous)?.as_bytes()) == hash)
}

/// The line of a step after its hash, from the rows.
pub(super) fn rest(
    connection: &Connection,
    event: &Event,
    previous: &str,
) -> Result<String, StoreError> {
    let parts = Parts {
        previous,
        n: event.n,
        kind: &event.kind,
        launch: event.launch.as_deref(),
        call: event.call,
        data: &event.data,
        apart: apart(connection, event)?,
    };
    Ok(parts.rest())
}

/// What is not stored twice: plans, bodies and contacts.
fn apart(
    connection: &Connection,
    event: &Event,
) -> Result<Option<(&'static str, String)>, StoreError> {
    let launch = event.launch.as_deref().unwrap_or_default();
    Ok(match event.kind.as_str() {
        kind::ARMED => {
            let plan: String = connection
                .prepare_cached(
                    "SELECT text FROM plan WHERE launch = (SELECT sequence FROM launch WHERE id = ?1)",
                )?
                .query_row([launch], |row| row.get(0))?;
            Some(("plan", line::json(&plan)))
        }
        kind::CALL => {
            let body = connection
                .prepare_cached(
                    "SELECT text FROM body WHERE launch = (SELECT sequence FROM launch WHERE id = ?1) AND number = ?2",
                )?
                .query_row(params![launch, event.call], |row| row.get::<_, String>(0));
            one(body)?.map(|body| ("body", line::json(&body)))
        }
        kind::HELD => {
            let plan: String = connection
                .prepare_cached("SELECT plan FROM waiting WHERE id = ?1")?
                .query_row([launch], |row| row.get(0))?;
            Some(("plan", line::json(&plan)))
        }
        kind::HELD_CALL => {
            let body = connection
                .prepare_cached(
                    "SELECT body FROM waiting_call WHERE waiting = (SELECT sequence FROM waiting WHERE id = ?1) AND number = ?2",
                )?
                .query_row(params![launch, event.call], |row| {
                    row.get::<_, Option<String>>(0)
                });
            one(body)?.flatten().map(|body| ("body", line::json(&body)))
        }
        kind::CONTACTS => Some(("contacts", contacts(connection, event)?)),
        _ => None,
    })
}

fn contacts(connection: &Connection, event: &Event) -> Result<String, StoreError> {
    let count = serde_json::from_str(&event.data).map_or(0, |chunk: Chunk| chunk.count);
    let first = event.first.unwrap_or_default();
    let mut statement = connection.prepare_cached(
        "SELECT channel.name, reached.user_id FROM reached JOIN channel ON channel.id = reached.channel
         WHERE reached.rowid >= ?1 AND reached.rowid < ?1 + ?2 ORDER BY reached.rowid",
    )?;
    let mut rows = statement.query([first, count])?;
    let mut json = String::from("[");
    while let Some(row) = rows.next()? {
        let comma = if json.len() > 1 { "," } else { "" };
        let (channel, user): (String, String) = (row.get(0)?, row.get(1)?);
        let _ = write!(
            json,
            "{comma}[{},{}]",
            line::json(&channel),
            line::json(&user)
        );
    }
    json.push(']');
    Ok(json)
}

/// Calls `with` for every step after `after`, or for the first `most` of them, in order, with its whole line.
///
/// # Errors
/// Those of the database and of `with`; [`StoreError::Corrupt`] where the rows don't give the line that was written.
pub(in super::super) fn lines_after(
    connection: &Connection,
    path: &std::path::Path,
    after: &Head,
    most: Option<u32>,
    mut with: impl FnMut(&str, &Head) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT n, kind, launch, call, first, data, hash FROM event WHERE n > ?1 ORDER BY n LIMIT coalesce(?2, -1)",
    )?;
    let mut rows = statement.query(params![Count(after.n), most])?;
    let mut before = after.clone();
    while let Some(row) = rows.next()? {
        let event = Event {
            n: row.get::<_, Count>(0)?.0,
            kind: row.get(1)?,
            launch: row.get(2)?,
            call: row.get(3)?,
            first: row.get(4)?,
            data: row.get(5)?,
        };
        let hash: String = row.get(6)?;
        let rest =
            rest(connection, &event, &before.hash).map_err(|error| missing(path, &event, error))?;
        if line::hash(rest.as_bytes()) != hash || event.n != before.n + 1 {
            return Err(StoreError::Corrupt {
                path: path.to_owned(),
                detail: format!("step {} is not as it was recorded", event.n),
            });
        }
        let head = Head { n: event.n, hash };
        with(&line::whole(&head.hash, &rest), &head)?;
        before = head;
    }
    Ok(())
}

/// What a step recorded apart from itself, and is not there any more.
fn missing(path: &std::path::Path, event: &Event, error: StoreError) -> StoreError {
    match error {
        StoreError::Sqlite {
            source: rusqlite::Error::QueryReturnedNoRows,
            ..
        } => StoreError::Corrupt {
            path: path.to_owned(),
            detail: format!(
                "what step {} recorded of the launch {} is gone",
                event.n,
                event.launch.as_deref().unwrap_or_default()
            ),
        },
        other => other,
    }
}
