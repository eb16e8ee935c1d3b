//! Parts of a step whose fields are columns of one row, by the same names: each is named once, and read and written by
//! that.

use rusqlite::{Connection, Row, ToSql, params_from_iter};

use crate::store::StoreError;

/// A column by its name, and what it holds.
pub(super) type Column<'a> = (&'a str, &'a dyn ToSql);

/// A part of a step as columns of a row.
pub(super) trait Columns: Sized {
    /// The table.
    const TABLE: &'static str;

    /// Their names.
    const NAMES: &'static [&'static str];

    /// Takes them from a row.
    ///
    /// # Errors
    /// Where one holds what this program never writes there.
    fn of(row: &Row<'_>) -> rusqlite::Result<Self>;

    /// What they hold.
    fn values(&self) -> Vec<Column<'_>>;
}

/// Makes a struct whose fields are columns of a table, by the same names, read from the row that has a key.
macro_rules! columns {
    (
        $(#[$about:meta])*
        struct $name:ident of $table:literal by ($($key:ident: $is:ty),+) {
            $($(#[$note:meta])* $visible:vis $field:ident: $kind:ty,)+
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, serde::Serialize, serde::Deserialize)]
        pub(in crate::store::journal) struct $name {
            $($(#[$note])* $visible $field: $kind,)+
        }

        impl $name {
            /// Reads it from its row.
            pub(in crate::store::journal) fn read(
                connection: &rusqlite::Connection,
                $($key: $is),+
            ) -> Result<Self, crate::store::StoreError> {
                super::columns::read(connection, &[$((stringify!($key), &$key)),+])
            }
        }

        impl super::columns::Columns for $name {
            const TABLE: &'static str = $table;

            const NAMES: &'static [&'static str] = &[$(stringify!($field)),+];

            fn of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
                Ok(Self { $($field: row.get(stringify!($field))?),+ })
            }

            fn values(&self) -> Vec<super::columns::Column<'_>> {
                vec![$((stringify!($field), &self.$field)),+]
            }
        }
    };
}

pub(super) use columns;

/// Reads the columns of the one row that has this key.
///
/// # Errors
/// Those of the database, where there is no such row too.
pub(super) fn read<T: Columns>(
    connection: &Connection,
    key: &[Column<'_>],
) -> Result<T, StoreError> {
    let (names, has_key) = (T::NAMES.join(", "), each_is(key, " AND "));
    let query = format!("SELECT {names} FROM {} WHERE {has_key}", T::TABLE);
    let values = params_from_iter(key.iter().map(|(_, value)| value));
    Ok(connection
        .prepare_cached(&query)?
        .query_row(values, T::of)?)
}

/// Writes a new row: these columns, and its others.
///
/// # Errors
/// Those of the database.
pub(super) fn insert<T: Columns>(
    connection: &Connection,
    row: &T,
    others: &[Column<'_>],
) -> Result<(), StoreError> {
    let columns = [others, &row.values()].concat();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let statement = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        T::TABLE,
        names.join(", "),
        vec!["?"; names.len()].join(", ")
    );
    run(connection, &statement, &columns)
}

/// Writes these columns into the row that has this key.
///
/// # Errors
/// Those of the database.
pub(super) fn update<T: Columns>(
    connection: &Connection,
    row: &T,
    key: &[Column<'_>],
) -> Result<(), StoreError> {
    let columns = row.values();
    let (set, has_key) = (each_is(&columns, ", "), each_is(key, " AND "));
    let statement = format!("UPDATE {} SET {set} WHERE {has_key}", T::TABLE);
    run(connection, &statement, &[&columns, key].concat())
}

fn each_is(columns: &[Column<'_>], between: &str) -> String {
    let each = columns.iter().map(|(name, _)| format!("{name} = ?"));
    each.collect::<Vec<_>>().join(between)
}

fn run(connection: &Connection, statement: &str, columns: &[Column<'_>]) -> Result<(), StoreError> {
    let values = params_from_iter(columns.iter().map(|(_, value)| value));
    connection.prepare_cached(statement)?.execute(values)?;
    Ok(())
}
