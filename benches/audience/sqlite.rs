//! The same contacts in SQLite: in the cache as the console keeps them, and in one plain table.

use std::path::Path;

use mylink_console::audience::{Table, TableBuilder};
use mylink_console::store::Cache;
use rusqlite::{Connection, params};

use super::contacts::{NAMES, value};
use super::questions::Question;

/// The key of the only bot.
pub const BOT: &str = "bench";

/// Fills a cache. Written past the console, which would take minutes: in the form that its migrations give.
pub fn fill_cache(path: &Path, rows: u32) {
    drop(Cache::open(path).unwrap());
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch("PRAGMA synchronous = OFF; BEGIN;")
        .unwrap();
    let bot = "INSERT INTO bot (id, key, listed, position, name, description, channels, secret)
         VALUES (1, ?1, 1, 0, 'Bench', '', '[]', '')";
    connection.execute(bot, [BOT]).unwrap();
    let mut contact = connection
        .prepare(
            "INSERT INTO contact (id, bot, channel, user_id, imported) VALUES (?1, 1, ?2, ?3, 1)",
        )
        .unwrap();
    for row in 0..rows {
        contact
            .execute(params![row + 1, value(1, row), value(0, row)])
            .unwrap();
    }
    let mut text = connection
        .prepare("INSERT INTO value (variable, contact, text) VALUES (?1, ?2, ?3)")
        .unwrap();
    for (column, name) in NAMES.iter().enumerate().skip(2) {
        let variable = i64::try_from(column).unwrap();
        connection
            .execute(
                "INSERT INTO variable (id, bot, name) VALUES (?1, 1, ?2)",
                params![variable, name],
            )
            .unwrap();
        for row in 0..rows {
            if let Some(value) = value(column, row) {
                text.execute(params![variable, row + 1, value]).unwrap();
            }
        }
    }
    connection.execute_batch("COMMIT").unwrap();
}

/// Loads columns of the cache into a table, as a session does; all of them where none is named.
pub fn load(cache: &mut Cache, only: Option<&str>) -> Table {
    let view = cache.contacts(BOT).unwrap();
    let mut builder = TableBuilder::new(view.rows());
    let names = only.map_or_else(|| view.columns().unwrap(), |name| vec![name.to_owned()]);
    for name in names {
        let column = builder.column(&name);
        view.load_column(&name, &mut |row, value| column.push(row, value).unwrap())
            .unwrap();
    }
    builder.finish()
}

/// A plain table in memory, eight columns of text.
pub fn plain(rows: u32) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    let columns = NAMES.map(|name| format!("{name} TEXT")).join(", ");
    connection
        .execute_batch(&format!("CREATE TABLE contacts ({columns}); BEGIN;"))
        .unwrap();
    {
        let mut insert = connection
            .prepare("INSERT INTO contacts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
            .unwrap();
        for row in 0..rows {
            let values = (0..NAMES.len()).map(|column| value(column, row));
            insert.execute(rusqlite::params_from_iter(values)).unwrap();
        }
    }
    connection.execute_batch("COMMIT").unwrap();
    connection
}

/// Counts, and reads the first fifty; the counts, one a condition.
pub fn ask(connection: &Connection, question: &Question) -> Vec<u64> {
    let count = |sql: &&str| format!("count(*) FILTER (WHERE {sql})");
    let first = question.sql[0];
    let counting = match question.sql {
        [only] => format!("SELECT count(*) FROM contacts WHERE {only}"),
        several => {
            let counts: Vec<String> = several.iter().map(count).collect();
            format!("SELECT {} FROM contacts", counts.join(", "))
        }
    };
    let read = |row: &rusqlite::Row<'_>| (0..question.sql.len()).map(|at| row.get(at)).collect();
    let counts: rusqlite::Result<Vec<i64>> = connection.query_row(&counting, [], read);
    let sample = format!("SELECT * FROM contacts WHERE {first} LIMIT 50");
    let mut statement = connection.prepare(&sample).unwrap();
    let text = |row: &rusqlite::Row<'_>| {
        (0..NAMES.len())
            .map(|column| row.get(column))
            .collect::<rusqlite::Result<Vec<Option<String>>>>()
    };
    let rows = statement.query_map([], text).unwrap();
    std::hint::black_box(rows.collect::<rusqlite::Result<Vec<_>>>().unwrap());
    counts
        .unwrap()
        .into_iter()
        .map(|count| u64::try_from(count).unwrap())
        .collect()
}
