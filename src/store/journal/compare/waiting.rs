//! Launches that wait: what is sent at their time is held against what was confirmed, however long ago that was.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::journal::event::{self, Event};
use crate::store::journal::line::kind;
use crate::store::journal::trouble::TroubleKind;
use crate::store::sql::one;

/// A step that put a waiting launch or one of its calls on the record, and its hash.
pub(super) type Confirmed = (Event, String);

/// The ids of the launches that wait, as their rows say.
pub(super) fn open(connection: &Connection) -> Result<HashSet<String>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT CAST(id AS TEXT) FROM waiting WHERE state = 'waiting'")?;
    let ids = statement.query_map([], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// The first plan or body that is another one than was confirmed, or the first call that was put in. The rows are there,
/// and their other fields are as they were.
pub(super) fn altered(
    connection: &Connection,
    confirmed: &[Confirmed],
) -> Result<Option<TroubleKind>, StoreError> {
    let mut calls: HashMap<&str, (bool, i64)> = HashMap::new();
    for (step, hash) in confirmed {
        let launch = step.launch.as_deref().unwrap_or_default();
        let (is_whole, count) = calls.entry(launch).or_default();
        *is_whole |= step.kind == kind::HELD;
        *count += i64::from(step.call.is_some());
        let field = match event::is_as_written(connection, step, hash) {
            Ok(true) => continue,
            Ok(false) if step.call.is_some() => "body".to_owned(),
            Ok(false) => "plan".to_owned(),
            Err(error) => super::of_another_type(error)?,
        };
        return Ok(Some(TroubleKind::RowAltered {
            launch: launch.to_owned(),
            call: step.call,
            field,
        }));
    }
    // Of a launch whose first step was not looked at, some calls' steps may not have been either.
    let whole = calls.iter().filter(|(_, (is_whole, _))| *is_whole);
    for (launch, (_, count)) in whole {
        if let Some(number) = put_in(connection, launch, *count)? {
            return Ok(Some(TroubleKind::RowAdded {
                launch: (*launch).to_owned(),
                call: Some(number),
            }));
        }
    }
    Ok(None)
}

/// The number of a call behind those that were confirmed.
fn put_in(connection: &Connection, launch: &str, count: i64) -> Result<Option<i64>, StoreError> {
    one(connection
        .prepare_cached(
            "SELECT number FROM waiting_call WHERE waiting = (SELECT sequence FROM waiting WHERE id = ?1)
                 AND (number < 0 OR number >= ?2) LIMIT 1",
        )?
        .query_row(params![launch, count], |row| row.get(0)))
}
