//! Rows held against the steps that made them: what somebody changed or deleted by hand, behind the triggers' back.
//!
//! The steps say how each launch and call stood after them, and their chain is held against the copy. So a row that says
//! something else than its last step was changed by another hand than this program's. Plans, bodies and contacts stand
//! in the chain itself (`event::lines_after`); those of a launch that waits are looked at here too, since they are what
//! is sent at its time.

mod waiting;

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;
use serde_json::{Map, Value};

use crate::store::StoreError;
use crate::store::sql::{Count, one};

use self::waiting::Confirmed;
use super::entry::{
    Answer, Call, CallState, Held, HeldCall, Launch, LaunchState, Moved, WaitingState,
};
use super::event::Event;
use super::line::kind;
use super::sqlite::SCHEMA;
use super::trouble::TroubleKind;

/// Steps that are looked at before a launch is armed, from the newest back, where another process wrote since.
pub(super) const NEWEST: u32 = 400;

/// The same when a journal is opened: some 650 launches, so that of most records it is all. `benches/journal.rs` says what
/// a look takes: 6,000 steps some 40 ms and 60,000 more than half a second, in a build that isn't optimised - too long for
/// every verb, so what is older is looked at by the report of `mylink doctor` alone. To remember up to where rows were
/// held against their steps would save nothing: what was as it was recorded can be changed after that.
pub(super) const AT_OPENING: u32 = 4_000;

/// Whose rows: a launch that waited has some as what waits, and some as what was launched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Rows {
    Launched,
    Waiting,
}

/// What the steps say.
#[derive(Default)]
struct Known {
    /// Of a launch (`None`) or of one of its calls.
    fields: HashMap<(Rows, String, Option<i64>), Map<String, Value>>,
    /// The steps that put what waits on the record.
    confirmed: Vec<Confirmed>,
    /// Launches that wait of which no step tells.
    untold: HashSet<String>,
}

/// The first of what was changed or deleted, if anything was: over the newest `most` steps, or over all of them; of
/// launches that still wait over all in either case, since they are yet to be sent.
///
/// # Errors
/// Those of the database.
pub(super) fn altered(
    connection: &Connection,
    most: Option<u32>,
) -> Result<Option<TroubleKind>, StoreError> {
    // One state of the journal for all questions: other processes write to it.
    let connection = &connection.unchecked_transaction()?;
    let known = match known(connection, most)? {
        Ok(known) => known,
        Err(gap) => return Ok(Some(gap)),
    };
    for ((rows, launch, call), known) in known.fields {
        let found = match rows {
            Rows::Launched => found(connection, &launch, call),
            Rows::Waiting => found_waiting(connection, &launch, call),
        };
        let field = match found {
            Ok(Some(found)) => differing(&known, &found),
            Ok(None) => return Ok(Some(TroubleKind::RowMissing { launch, call })),
            Err(error) => Some(of_another_type(error)?),
        };
        if let Some(field) = field {
            return Ok(Some(TroubleKind::RowAltered {
                launch,
                call,
                field,
            }));
        }
    }
    if let Some(launch) = known.untold.into_iter().next() {
        return Ok(Some(TroubleKind::RowAdded { launch, call: None }));
    }
    waiting::altered(connection, &known.confirmed)
}

/// Whether one of the triggers that keep rows from being changed is gone.
///
/// # Errors
/// Those of the database.
pub(super) fn lacks_triggers(connection: &Connection) -> Result<bool, StoreError> {
    let wanted: usize = SCHEMA
        .migrations
        .iter()
        .map(|text| text.matches("CREATE TRIGGER").count() - text.matches("DROP TRIGGER").count())
        .sum();
    let there: i64 = connection
        .prepare_cached("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'")?
        .query_row([], |row| row.get(0))?;
    Ok(usize::try_from(there).unwrap_or(0) < wanted)
}

/// What the steps say, each field by the newest one that names it; or that one of them is gone.
fn known(
    connection: &Connection,
    most: Option<u32>,
) -> Result<Result<Known, TroubleKind>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT kind, launch, call, data, n, hash FROM event ORDER BY n DESC")?;
    let mut rows = statement.query([])?;
    let open = waiting::open(connection)?;
    let mut known = Known {
        untold: open.clone(),
        ..Known::default()
    };
    let mut later: Option<u64> = None;
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        // Those that wait were mostly confirmed not long ago: with the first step of the last of them it is over.
        let is_newest = most.is_none_or(|most| looked_at < most);
        if !is_newest && known.untold.is_empty() {
            return Ok(Ok(known));
        }
        looked_at = looked_at.saturating_add(1);
        let n = row.get::<_, Count>(4)?.0;
        if later.is_some_and(|later| later != n + 1) {
            return Ok(Err(TroubleKind::StepMissing { n: n + 1 }));
        }
        later = Some(n);
        let kind: String = row.get(0)?;
        let Some(of) = rows_of(&kind) else {
            continue;
        };
        let launch: String = row.get(1)?;
        if is_newest || of == Rows::Waiting && open.contains(&launch) {
            let step = Event {
                n,
                kind,
                launch: Some(launch),
                call: row.get(2)?,
                first: None,
                data: row.get(3)?,
            };
            known.learn(of, step, row.get(5)?);
        }
    }
    if later.is_some_and(|first| first != 1) {
        return Ok(Err(TroubleKind::StepMissing { n: 1 }));
    }
    Ok(Ok(known))
}

impl Known {
    /// Takes what a step says that newer ones don't.
    fn learn(&mut self, of: Rows, step: Event, hash: String) {
        let (kind, call) = (&*step.kind, step.call);
        let launch = step.launch.clone().unwrap_or_default();
        if kind == kind::HELD {
            self.untold.remove(&launch);
        }
        if let Ok(data) = serde_json::from_str::<Map<String, Value>>(&step.data) {
            let fields = self.fields.entry((of, launch, call)).or_default();
            for (name, value) in data {
                fields.entry(name).or_insert(value);
            }
            if let Some((name, value)) = at_first(kind, call) {
                fields.entry(name).or_insert_with(|| value.into());
            }
        }
        if matches!(kind, kind::HELD | kind::HELD_CALL) {
            self.confirmed.push((step, hash));
        }
    }
}

/// The field that tells how a launch or a call stands before any other step, and what it holds.
fn at_first(kind: &str, call: Option<i64>) -> Option<(&'static str, &'static str)> {
    match kind {
        kind::ARMED | kind::CALL if call.is_some() => Some(("outcome", "not_sent")),
        kind::ARMED | kind::CALL => Some(("outcome", "sending")),
        kind::HELD => Some(("state", "waiting")),
        _ => None,
    }
}

/// The rows that a step of a kind tells of, if it tells of any.
fn rows_of(kind: &str) -> Option<Rows> {
    match kind {
        kind::ARMED
        | kind::CALL
        | kind::BEGUN
        | kind::CALLED
        | kind::ANSWER
        | kind::CLOSED
        | kind::ENDED
        | kind::DIED
        | kind::SETTLED => Some(Rows::Launched),
        kind::HELD | kind::HELD_CALL | kind::MOVED | kind::WAITED | kind::SEEN => {
            Some(Rows::Waiting)
        }
        _ => None,
    }
}

/// As [`found`], of a launch that waits or waited.
fn found_waiting(
    connection: &Connection,
    id: &str,
    call: Option<i64>,
) -> Result<Option<Map<String, Value>>, StoreError> {
    let Some(held) = present(Held::read(connection, id))? else {
        return Ok(None);
    };
    let Some(number) = call else {
        let state = WaitingState::read(connection, id)?;
        let moved = Moved::read(connection, id)?;
        return Ok(Some(fields(&[
            to_value(&held),
            to_value(&state),
            to_value(&moved),
        ])));
    };
    let call = present(HeldCall::read(connection, held.sequence, number))?;
    Ok(call.map(|call| fields(&[to_value(&call)])))
}

/// What the rows say of a launch, or of one of its calls; `None` where there is none.
fn found(
    connection: &Connection,
    id: &str,
    call: Option<i64>,
) -> Result<Option<Map<String, Value>>, StoreError> {
    let Some(launch) = present(Launch::read(connection, id))? else {
        return Ok(None);
    };
    let sequence = launch.sequence;
    let Some(number) = call else {
        let state = LaunchState::read(connection, sequence)?;
        return Ok(Some(fields(&[to_value(&launch), to_value(&state)])));
    };
    let Some(armed) = present(Call::read(connection, sequence, number))? else {
        return Ok(None);
    };
    let state = CallState::read(connection, sequence, number)?;
    let answer = Answer::read(connection, sequence, number)?;
    Ok(Some(fields(&[
        to_value(&armed),
        to_value(&state),
        answer.as_ref().map_or(Value::Null, to_value),
    ])))
}

/// The field that holds what this program never writes there.
fn of_another_type(error: StoreError) -> Result<String, StoreError> {
    match error {
        StoreError::Sqlite {
            source: rusqlite::Error::InvalidColumnType(_, name, _),
            ..
        } => Ok(name),
        error => Err(error),
    }
}

fn present<T>(read: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(StoreError::Sqlite { source, .. }) => Ok(one(Err(source))?),
        Err(error) => Err(error),
    }
}

fn to_value<T: serde::Serialize>(part: &T) -> Value {
    serde_json::to_value(part).unwrap_or(Value::Null)
}

fn fields(parts: &[Value]) -> Map<String, Value> {
    let objects = parts.iter().filter_map(Value::as_object);
    objects
        .flatten()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The first field that the rows tell differently; one that is left out is empty.
fn differing(known: &Map<String, Value>, found: &Map<String, Value>) -> Option<String> {
    let is_same = |name: &str, value: &Value| found.get(name).unwrap_or(&Value::Null) == value;
    let told = known.iter().find(|(name, value)| !is_same(name, value));
    // A settlement or an answer that no step tells of was written by hand. Steps older than those that were looked at
    // may tell of an answer.
    let by_hand = ["settled_as", "settled_by", "settled_reason", "text"];
    let untold = || {
        by_hand.into_iter().find(|name| {
            let is_all_known = known.contains_key("sha256") || *name != "text";
            is_all_known
                && known.contains_key("outcome")
                && !known.contains_key(*name)
                && found.get(*name).is_some_and(|value| !value.is_null())
        })
    };
    // The end of a waiting, somebody's look at it or another time for it, likewise.
    let ends = [
        "ended_at",
        "ended_by",
        "reason",
        "seen_at",
        "seen_by",
        "moved_from",
        "moved_at",
        "moved_by",
    ];
    let is_waiting = known.contains_key("state");
    let ended = || {
        ends.into_iter().find(|name| {
            let is_told = known.contains_key(*name);
            is_waiting && !is_told && found.get(*name).is_some_and(|value| !value.is_null())
        })
    };
    let told = told.map(|(name, _)| name.as_str());
    let field = told.or_else(untold).or_else(ended)?;
    Some(if field == "text" { "answer" } else { field }.to_owned())
}
