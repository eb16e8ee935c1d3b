//! What is taken over from a damaged cache: the operator's own work. All else comes back with a sync.

use std::fmt;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row, Transaction, params};

use crate::store::StoreError;

use super::{Cache, SCHEMA};

/// Rows of text, in the order of a table's columns.
type Rows = Vec<Vec<rusqlite::types::Value>>;

/// One kind of work: how it is read, and how it is written.
struct Part {
    read: &'static str,
    write: &'static str,
    columns: usize,
    /// Whether the first column is a bot's key, of which a row is needed.
    is_of_bot: bool,
}

const DRAFTS: Part = Part {
    read: "SELECT bot, broadcast, plan, saved_at FROM draft WHERE julianday(saved_at) IS NOT NULL",
    write: "INSERT OR IGNORE INTO draft (bot, broadcast, plan, saved_at) VALUES (?1, ?2, ?3, ?4)",
    columns: 4,
    is_of_bot: false,
};
const SETTINGS: Part = Part {
    read: "SELECT bot.key, broadcast, setting.key, is_on FROM setting JOIN bot ON bot.id = setting.bot",
    write: "INSERT OR IGNORE INTO setting (bot, broadcast, key, is_on)
            VALUES ((SELECT id FROM bot WHERE bot.key = ?1), ?2, ?3, ?4)",
    columns: 4,
    is_of_bot: true,
};
const AUDIENCES: Part = Part {
    read: "SELECT bot.key, broadcast, configured_audience.id, configured_audience.name
           FROM configured_audience JOIN bot ON bot.id = configured_audience.bot",
    write: "INSERT OR IGNORE INTO configured_audience (bot, broadcast, id, name)
            VALUES ((SELECT id FROM bot WHERE bot.key = ?1), ?2, ?3, ?4)",
    columns: 4,
    is_of_bot: true,
};
const THROTTLES: Part = Part {
    read: "SELECT name, at FROM throttle WHERE julianday(at) IS NOT NULL",
    write: "INSERT OR IGNORE INTO throttle (name, at) VALUES (?1, ?2)",
    columns: 2,
    is_of_bot: false,
};

/// What could be taken over; says so as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Saved {
    drafts: usize,
    settings: usize,
    /// Whether everything could be read.
    is_whole: bool,
}

impl fmt::Display for Saved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Drafts taken over: {}; recorded settings: {}.",
            self.drafts, self.settings
        )?;
        if !self.is_whole {
            formatter.write_str(" Some could not be read.")?;
        }
        Ok(())
    }
}

/// Reads what is readable in `damaged` and writes it into a new cache.
///
/// # Errors
/// Those of writing into the new cache; what can't be read is no error.
pub(super) fn take_over(cache: &mut Cache, damaged: &Path) -> Result<Saved, StoreError> {
    let old = Connection::open_with_flags(damaged, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .ok()
        .filter(is_a_cache);
    let mut is_whole = old.is_some();
    let mut gather = |part: Part| {
        let mut rows = Rows::new();
        if let Some(old) = &old {
            is_whole &= read(old, &part, &mut rows).is_ok();
        }
        (part, rows)
    };
    let parts = [DRAFTS, SETTINGS, AUDIENCES, THROTTLES].map(&mut gather);
    let written = cache.write("Taking over drafts and settings", |transaction| {
        let written = parts
            .each_ref()
            .map(|(part, rows)| write(transaction, part, rows));
        written.into_iter().collect::<Result<Vec<_>, _>>()
    })?;
    let count = |index: usize| written.get(index).copied().unwrap_or_default();
    Ok(Saved {
        drafts: count(0),
        settings: count(1),
        is_whole: is_whole && parts.iter().map(|(_, rows)| rows.len()).eq(written),
    })
}

fn is_a_cache(connection: &Connection) -> bool {
    let mark = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0));
    mark("application_id") == Ok(i64::from(SCHEMA.application_id))
        && mark("user_version").is_ok_and(|version| version >= 1)
}

/// Reads as far as it goes; what came before an error is kept.
fn read(connection: &Connection, part: &Part, rows: &mut Rows) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(part.read)?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let values = |row: &Row<'_>| (0..part.columns).map(|index| row.get(index)).collect();
        let values: rusqlite::Result<Vec<_>> = values(row);
        rows.push(values?);
    }
    Ok(())
}

/// Writes rows and returns how many were fit for it. Bots are made unlisted: what is recorded of them waits for the
/// next sync.
fn write(transaction: &Transaction<'_>, part: &Part, rows: &Rows) -> Result<usize, StoreError> {
    let mut bot = transaction.prepare(
        "INSERT OR IGNORE INTO bot (key, listed, position, name, description, channels, secret)
         VALUES (?1, 0, 0, '', '', '[]', '')",
    )?;
    let mut insert = transaction.prepare(part.write)?;
    let mut written = 0;
    for row in rows {
        if part.is_of_bot {
            bot.execute(params![row.first()])?;
        }
        written += insert.execute(rusqlite::params_from_iter(row))?;
    }
    Ok(written)
}
