//! How values stand in the databases, and how a write is made.

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::StoreError;

/// A time as text: RFC 3339 in UTC with nine digits of a second, so that text order is time order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time(pub(super) Timestamp);

impl ToSql for Time {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(format!("{:.9}", self.0).into())
    }
}

impl FromSql for Time {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let time = value.as_str()?.parse();
        time.map(Self)
            .map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// A count: `SQLite` has signed integers alone, so what is larger is kept as the largest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count(pub(super) u64);

impl ToSql for Count {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(i64::try_from(self.0).unwrap_or(i64::MAX).into())
    }
}

impl FromSql for Count {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        u64::try_from(number)
            .map(Self)
            .map_err(|_| FromSqlError::OutOfRange(number))
    }
}

/// Runs a write in one `BEGIN IMMEDIATE` transaction: a read that turns into a write would fail at once when another
/// process wrote meanwhile, busy timeout or not.
///
/// # Errors
/// Those of `work`, after which nothing is changed; [`StoreError::Commit`] where it is not known what is changed.
pub(super) fn write<R>(
    connection: &mut Connection,
    action: &'static str,
    work: impl FnOnce(&Transaction<'_>) -> Result<R, StoreError>,
) -> Result<R, StoreError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| StoreError::from(error).during(action))?;
    let result = work(&transaction).map_err(|error| error.during(action))?;
    transaction
        .commit()
        .map_err(|source| StoreError::Commit { action, source })?;
    Ok(result)
}

/// The first row's answer, or `None` where there is no row.
pub(super) fn one<T>(result: rusqlite::Result<T>) -> Result<Option<T>, StoreError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
