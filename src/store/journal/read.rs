//! The journal's reads. Lists leave out plans and bodies, which may be a megabyte each.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, Params, params};

use crate::domain::launch::LaunchRecord;
use crate::domain::record::ContactId;
use crate::domain::text;
use crate::store::StoreError;
use crate::store::sql::{Count, Time, one};

use super::line::kind;
use super::write::no_such;
use super::{JournalAct, JournalMark, LaunchFilter, row};

/// A call that the platform has, or may have, got: `sending` counts with the calls of the same launch still to come.
pub(super) const MAY_HAVE_ARRIVED: &str = "(call.outcome IN ('sending', 'accepted')
     OR call.outcome = 'unknown' AND launch.settled_as IS NOT 'not_sent'
     OR call.outcome = 'not_sent' AND launch.outcome = 'sending')";

pub(super) fn mark(connection: &Connection) -> Result<JournalMark, StoreError> {
    let id = connection.query_row("SELECT id FROM journal", [], |row| row.get(0))?;
    let sequence = one(connection.query_row(
        "SELECT seq FROM sqlite_sequence WHERE name = 'launch'",
        [],
        |row| row.get::<_, Count>(0),
    ))?;
    Ok(JournalMark {
        id,
        sequence: sequence.map_or(0, |count| count.0),
    })
}

pub(super) fn steps(connection: &Connection) -> Result<u64, StoreError> {
    let last = connection.query_row("SELECT coalesce(max(n), 0) FROM event", [], |row| {
        row.get(0)
    });
    Ok(last.map(|Count(last)| last)?)
}

/// What people did to the journal itself, oldest first.
pub(super) fn acts(connection: &Connection) -> Result<Vec<JournalAct>, StoreError> {
    let acts = connection
        .prepare("SELECT data FROM event WHERE kind IN (?1, ?2) ORDER BY n")?
        .query_map([kind::ACCEPTED, kind::REBUILT], |row| {
            row.get::<_, String>(0)
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(acts
        .iter()
        .filter_map(|act| serde_json::from_str(act).ok())
        .collect())
}

pub(super) fn launches(
    connection: &Connection,
    filter: &LaunchFilter,
) -> Result<Vec<LaunchRecord>, StoreError> {
    list(
        connection,
        "(?1 IS NULL OR broadcast_id = ?1 OR broadcast_name = ?1) AND (?2 IS NULL OR started_at >= ?2)
         ORDER BY sequence DESC LIMIT coalesce(?3, -1)",
        params![filter.broadcast, filter.since.map(Time), filter.limit],
    )
}

/// The id of a broadcast's newest launch, by the broadcast's id.
pub(super) fn newest_of(
    connection: &Connection,
    broadcast: &str,
) -> Result<Option<String>, StoreError> {
    one(connection.query_row(
        "SELECT id FROM launch WHERE broadcast_id = ?1 OR broadcast_name = ?1 ORDER BY sequence DESC LIMIT 1",
        [broadcast],
        |row| row.get(0),
    ))
}

pub(super) fn with_condition(
    connection: &Connection,
    condition: &str,
) -> Result<Vec<LaunchRecord>, StoreError> {
    list(
        connection,
        &format!("{condition} ORDER BY sequence DESC"),
        [],
    )
}

pub(super) fn launch(connection: &Connection, id: &str) -> Result<LaunchRecord, StoreError> {
    let id = id.to_ascii_lowercase();
    if id.is_empty() {
        return Err(no_such(&id));
    }
    let found = connection
        .prepare_cached(
            "SELECT id FROM launch WHERE id = ?1 OR substr(id, 1, length(?1)) = ?1 ORDER BY id <> ?1",
        )?
        .query_map([&id], |row| row.get::<_, String>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let whole = only(found, &id, |found| found)?;
    full(connection, "id = ?1", [&whole])?.ok_or_else(|| no_such(&id))
}

/// The one that `id` means, of those whose ids begin so, one with this very id first.
///
/// # Errors
/// [`StoreError::NoSuchLaunch`], [`StoreError::AmbiguousLaunch`].
pub(super) fn only<T>(
    mut found: Vec<T>,
    id: &str,
    id_of: impl Fn(&T) -> &String,
) -> Result<T, StoreError> {
    let is_exact = found.first().is_some_and(|first| id_of(first) == id);
    match found.len() {
        0 => Err(no_such(id)),
        count if count > 1 && !is_exact => Err(StoreError::AmbiguousLaunch {
            prefix: text::shown(id).into_owned(),
            count,
        }),
        _ => Ok(found.swap_remove(0)),
    }
}

pub(super) fn last_of(
    connection: &Connection,
    broadcast_id: &str,
) -> Result<Option<LaunchRecord>, StoreError> {
    full(
        connection,
        "broadcast_id = ?1 ORDER BY sequence DESC LIMIT 1",
        [broadcast_id],
    )
}

pub(super) fn before(
    connection: &Connection,
    launch: &str,
) -> Result<Option<LaunchRecord>, StoreError> {
    let of_launch = |column: &str| format!("(SELECT {column} FROM launch WHERE id = ?1)");
    full(
        connection,
        &format!(
            "broadcast_id = {} AND bot_id = {} AND sequence < {} ORDER BY sequence DESC LIMIT 1",
            of_launch("broadcast_id"),
            of_launch("bot_id"),
            of_launch("sequence")
        ),
        [launch],
    )
}

pub(super) fn contacts(
    connection: &Connection,
    launch: &str,
) -> Result<Vec<Vec<ContactId>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT call.number, channel.name, reached.user_id
         FROM launch
         JOIN call ON call.launch = launch.sequence
         LEFT JOIN reached ON reached.launch = call.launch AND reached.number = call.number
         LEFT JOIN channel ON channel.id = reached.channel
         WHERE launch.id = ?1 ORDER BY call.number, reached.rowid",
    )?;
    let mut rows = statement.query([launch])?;
    let mut calls: Vec<Vec<ContactId>> = Vec::new();
    while let Some(row) = rows.next()? {
        let number: usize = row.get::<_, i64>(0)?.try_into().unwrap_or(usize::MAX);
        if number >= calls.len() {
            calls.push(Vec::new());
        }
        if let (Some(channel), Some(user_id)) = (row.get(1)?, row.get(2)?) {
            let contact = ContactId { channel, user_id };
            calls
                .last_mut()
                .into_iter()
                .for_each(|call| call.push(contact.clone()));
        }
    }
    Ok(calls)
}

pub(super) fn may_have_reached(
    connection: &Connection,
    broadcast_id: &str,
    since: Timestamp,
) -> Result<HashMap<ContactId, Timestamp>, StoreError> {
    let condition = "launch.broadcast_id = ?1 AND launch.started_at >= ?2";
    reached_where(connection, condition, params![broadcast_id, Time(since)])
}

/// By the order of the record: clocks may be set back.
pub(super) fn may_have_reached_after(
    connection: &Connection,
    launch: &str,
) -> Result<HashMap<ContactId, Timestamp>, StoreError> {
    reached_where(connection, &after_launch(), [launch])
}

/// Later launches of the broadcast of the launch `?1`.
fn after_launch() -> String {
    let of_launch = |column: &str| format!("(SELECT {column} FROM launch WHERE id = ?1)");
    format!(
        "launch.broadcast_id = {} AND launch.sequence > {}",
        of_launch("broadcast_id"),
        of_launch("sequence")
    )
}

fn reached_where(
    connection: &Connection,
    condition: &str,
    parameters: impl Params,
) -> Result<HashMap<ContactId, Timestamp>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT channel.name, reached.user_id, launch.started_at
         FROM launch
         JOIN call ON call.launch = launch.sequence
         JOIN reached ON reached.launch = call.launch AND reached.number = call.number
         JOIN channel ON channel.id = reached.channel
         WHERE {condition} AND {MAY_HAVE_ARRIVED}"
    ))?;
    let mut rows = statement.query(parameters)?;
    let mut contacts = HashMap::new();
    while let Some(row) = rows.next()? {
        let contact = ContactId {
            channel: row.get(0)?,
            user_id: row.get(1)?,
        };
        let at = row.get::<_, Time>(2)?.0;
        let newest = contacts.entry(contact).or_insert(at);
        *newest = at.max(*newest);
    }
    Ok(contacts)
}

pub(super) fn arrived(
    connection: &Connection,
    bot: &str,
    since: Timestamp,
) -> Result<Vec<String>, StoreError> {
    let ids = connection
        .prepare_cached(&format!(
            "SELECT id FROM launch WHERE bot_id = ?1 AND (ended_at IS NULL OR ended_at >= ?2)
             AND EXISTS (SELECT 1 FROM call WHERE call.launch = launch.sequence AND {MAY_HAVE_ARRIVED})
             ORDER BY sequence DESC"
        ))?
        .query_map(params![bot, Time(since)], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(ids)
}

pub(super) fn same_body(
    connection: &Connection,
    broadcast_id: &str,
    sha256: &str,
    since: Timestamp,
) -> Result<Option<LaunchRecord>, StoreError> {
    let found = list(
        connection,
        &format!(
            "broadcast_id = ?1 AND started_at >= ?3 AND EXISTS (SELECT 1 FROM call
                 WHERE call.launch = launch.sequence AND call.sha256 = ?2 AND {MAY_HAVE_ARRIVED})
             ORDER BY sequence DESC LIMIT 1"
        ),
        params![broadcast_id, sha256, Time(since)],
    )?;
    Ok(found.into_iter().next())
}

/// The newest later launch of the same broadcast that may have arrived; of these bytes, where they are given.
pub(super) fn arrived_after(
    connection: &Connection,
    launch: &str,
    sha256: Option<&str>,
) -> Result<Option<LaunchRecord>, StoreError> {
    let found = list(
        connection,
        &format!(
            "{} AND EXISTS (SELECT 1 FROM call
                 WHERE call.launch = launch.sequence AND (?2 IS NULL OR call.sha256 = ?2) AND {MAY_HAVE_ARRIVED})
             ORDER BY sequence DESC LIMIT 1",
            after_launch()
        ),
        params![launch, sha256],
    )?;
    Ok(found.into_iter().next())
}

pub(super) fn same_plan(
    connection: &Connection,
    broadcast_id: &str,
    heads: &[String],
    tail: &str,
    since: Timestamp,
) -> Result<Option<LaunchRecord>, StoreError> {
    let condition = format!(
        "broadcast_id = ?1 AND started_at >= ?3
         AND EXISTS (SELECT 1 FROM plan WHERE plan.launch = launch.sequence AND plan.text = ?2 || ?4)
         AND EXISTS (SELECT 1 FROM call WHERE call.launch = launch.sequence AND {MAY_HAVE_ARRIVED})
         ORDER BY sequence DESC LIMIT 1"
    );
    let mut newest: Option<LaunchRecord> = None;
    for head in heads {
        let found = list(
            connection,
            &condition,
            params![broadcast_id, head, Time(since), tail],
        )?;
        newest = newest
            .into_iter()
            .chain(found)
            .max_by_key(|launch| launch.started_at);
    }
    Ok(newest)
}

/// Launches with their calls, as one consistent view: other processes write meanwhile.
fn list(
    connection: &Connection,
    condition: &str,
    parameters: impl Params,
) -> Result<Vec<LaunchRecord>, StoreError> {
    let view = connection.unchecked_transaction()?;
    let mut launches = view
        .prepare(&format!(
            "SELECT {} FROM launch WHERE {condition}",
            row::LAUNCH
        ))?
        .query_map(parameters, row::launch)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut calls = view.prepare(&format!(
        "SELECT {} FROM call WHERE launch = ?1 ORDER BY number",
        row::CALL
    ))?;
    for (sequence, launch) in &mut launches {
        launch.calls = calls
            .query_map([*sequence], row::call)?
            .collect::<rusqlite::Result<_>>()?;
    }
    Ok(launches.into_iter().map(|(_, launch)| launch).collect())
}

/// One launch with plan and bodies; neither ever changes, so they need no common view with the rest.
fn full(
    connection: &Connection,
    condition: &str,
    parameters: impl Params,
) -> Result<Option<LaunchRecord>, StoreError> {
    let Some(mut launch) = list(connection, condition, parameters)?.into_iter().next() else {
        return Ok(None);
    };
    launch.plan = connection.query_row(
        "SELECT text FROM plan WHERE launch = (SELECT sequence FROM launch WHERE id = ?1)",
        [&launch.id],
        |row| row.get(0),
    )?;
    let mut bodies = connection.prepare_cached(
        "SELECT number, text FROM body WHERE launch = (SELECT sequence FROM launch WHERE id = ?1)",
    )?;
    let mut rows = bodies.query([&launch.id])?;
    while let Some(row) = rows.next()? {
        let number: usize = row.get::<_, i64>(0)?.try_into().unwrap_or(usize::MAX);
        if let Some(call) = launch.calls.get_mut(number) {
            call.body = row.get(1)?;
        }
    }
    Ok(Some(launch))
}
