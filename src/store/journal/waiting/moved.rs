//! Another time for a launch that waits: as long as it waits, and from the time that was seen.

use rusqlite::{Connection, Transaction, params};

use crate::domain::waiting::NewTime;
use crate::store::StoreError;
use crate::store::journal::event;
use crate::store::journal::line::kind;
use crate::store::sql::{Time, one};

use super::not_waiting;

/// Gives a launch another time, in one step: of those who start it, end it or move it at the same moment, one comes first.
pub(in super::super) fn give(
    transaction: &Transaction<'_>,
    id: &str,
    to: &NewTime,
) -> Result<(), StoreError> {
    let changed = transaction.execute(
        "UPDATE waiting SET due_at = ?2, zone = ?3, moved_from = ?4, moved_at = ?5, moved_by = ?6
         WHERE id = ?1 AND state = 'waiting' AND due_at = ?4",
        params![
            id,
            Time(to.due_at),
            to.zone,
            Time(to.from),
            Time(to.at),
            to.by
        ],
    )?;
    if changed == 0 {
        return Err(elsewhere(transaction, id)?);
    }
    event::moved(transaction, kind::MOVED, id)
}

/// Says no where a launch is due at another time than the one that it is started for.
pub(in super::super) fn check_due(
    transaction: &Transaction<'_>,
    id: &str,
    due: jiff::Timestamp,
) -> Result<(), StoreError> {
    match due_of(transaction, id)? {
        Some(found) if found != due => Err(elsewhere(transaction, id)?),
        // One that is not there, or waits no more, is told as that.
        _ => Ok(()),
    }
}

/// Why a launch is not as it was seen: it waits no more, or was moved meanwhile.
fn elsewhere(connection: &Connection, id: &str) -> Result<StoreError, StoreError> {
    Ok(match due_of(connection, id)? {
        Some(due) => StoreError::Moved {
            id: id.to_owned(),
            due,
        },
        None => not_waiting(connection, id)?,
    })
}

/// When a launch that waits is due.
fn due_of(connection: &Connection, id: &str) -> Result<Option<jiff::Timestamp>, StoreError> {
    let due = connection
        .prepare_cached("SELECT due_at FROM waiting WHERE id = ?1 AND state = 'waiting'")?
        .query_row([id], |row| row.get::<_, Time>(0));
    Ok(one(due)?.map(|due| due.0))
}
