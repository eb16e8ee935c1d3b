//! Rows of the journal as records, and outcomes as words.

use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::domain::launch::{CallRecord, LaunchRecord, Named, Outcome, SettledAs, Settlement};
use crate::store::sql::{Count, Time};

/// An outcome as its word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word(pub(super) Outcome);

impl ToSql for Word {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.word().into())
    }
}

impl FromSql for Word {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Outcome::parse(value.as_str()?)
            .map(Self)
            .ok_or(FromSqlError::InvalidType)
    }
}

/// The columns that [`launch`] reads, in its order.
pub(super) const LAUNCH: &str = "sequence, id, bot_id, bot_name, broadcast_id, broadcast_name, host, operator, targets, \
     reviewed_at, started_at, ended_at, outcome, reason, settled_as, settled_by, settled_at, settled_reason";

/// A launch without plan and calls, and its sequence number.
pub(super) fn launch(row: &Row<'_>) -> rusqlite::Result<(i64, LaunchRecord)> {
    let time = |index| -> rusqlite::Result<_> {
        Ok(row.get::<_, Option<Time>>(index)?.map(|time| time.0))
    };
    let record = LaunchRecord {
        id: row.get(1)?,
        bot: Named {
            id: row.get(2)?,
            name: row.get(3)?,
        },
        broadcast: Named {
            id: row.get(4)?,
            name: row.get(5)?,
        },
        host: row.get(6)?,
        operator: row.get(7)?,
        plan: String::new(),
        targets: row.get::<_, Option<Count>>(8)?.map(|count| count.0),
        reviewed_at: time(9)?,
        started_at: row.get::<_, Time>(10)?.0,
        ended_at: time(11)?,
        outcome: row.get::<_, Word>(12)?.0,
        reason: row.get(13)?,
        settled: settlement(row)?,
        calls: Vec::new(),
    };
    Ok((row.get(0)?, record))
}

fn settlement(row: &Row<'_>) -> rusqlite::Result<Option<Settlement>> {
    let word: Option<String> = row.get(14)?;
    let Some(settled_as) = word.as_deref().and_then(SettledAs::parse) else {
        return Ok(None);
    };
    Ok(Some(Settlement {
        settled_as,
        by: row.get(15)?,
        at: row.get::<_, Time>(16)?.0,
        reason: row.get(17)?,
    }))
}

/// The columns that [`call`] reads, in its order.
pub(super) const CALL: &str = "method, url, with_token, bytes, sha256, targets, outcome, reason, status, answer, sent_at, answered_at";

/// A call without its body.
pub(super) fn call(row: &Row<'_>) -> rusqlite::Result<CallRecord> {
    Ok(CallRecord {
        method: row.get(0)?,
        url: row.get(1)?,
        with_token: row.get(2)?,
        body: None,
        bytes: row.get::<_, Count>(3)?.0,
        sha256: row.get(4)?,
        targets: row.get::<_, Option<Count>>(5)?.map(|count| count.0),
        outcome: row.get::<_, Word>(6)?.0,
        reason: row.get(7)?,
        status: row.get(8)?,
        answer: row.get(9)?,
        sent_at: row.get::<_, Option<Time>>(10)?.map(|time| time.0),
        answered_at: row.get::<_, Option<Time>>(11)?.map(|time| time.0),
    })
}
