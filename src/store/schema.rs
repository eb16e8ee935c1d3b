//! Opening a database file: modes, application id, version, migrations.
//!
//! ```text
//! no file, or an empty one ─────→ created 0600, migrated
//! ours, of this version ────────→ opened
//! ours, older ──────────────────→ copied (VACUUM INTO), migrated in one transaction
//! ours, newer ──────────────────→ opened read-only
//! damaged, or of another program → an error; nothing is changed
//! ```

mod files;

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction};

use super::StoreError;
use super::error::is_busy;
use super::guard;
use super::sql;
use files::{check_not_emptied, create_file, make_private, open_up};
pub(super) use files::{free_name, private_folder};

/// How long a write waits for another process.
const BUSY: Duration = Duration::from_secs(5);

/// What a database file is: its marks and how it came to its present form.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// SQLite's `application_id`, which tells it from other programs' files.
    pub application_id: i32,
    /// `FULL` for what is precious, `NORMAL` for what can be rebuilt.
    pub synchronous: &'static str,
    /// Whether its structure is checked at every opening, before anything is done to it.
    pub is_precious: bool,
    /// One SQL text a version; only ever added to.
    pub migrations: &'static [&'static str],
}

impl Schema {
    /// The newest version of the format that this program knows.
    pub fn version(&self) -> i64 {
        i64::try_from(self.migrations.len()).unwrap_or(i64::MAX)
    }
}

/// Whether a database may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It may.
    ReadWrite,
    /// It is of a newer version: it can be read alone.
    NewerVersion {
        /// The version of its format.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
}

/// An opened database.
#[derive(Debug)]
pub struct Opened {
    /// The connection.
    pub connection: Connection,
    /// The file.
    pub path: PathBuf,
    /// Whether it may be written.
    pub access: Access,
    /// What the operator should be told, in sentences.
    pub notices: Vec<String>,
}

impl Opened {
    /// Says no where the database is of a newer version.
    ///
    /// # Errors
    /// [`StoreError::NewerVersion`].
    pub fn check_writable(&self) -> Result<(), StoreError> {
        match self.access {
            Access::ReadWrite => Ok(()),
            Access::NewerVersion { found, known } => Err(StoreError::NewerVersion {
                path: self.path.clone(),
                found,
                known,
            }),
        }
    }

    /// Checks the whole file's structure; takes a while on a large one.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn check_structure(&self) -> Result<(), StoreError> {
        guard::check_structure(&self.connection, &self.path)
    }

    /// Writes in one transaction; `action` names it in errors.
    ///
    /// # Errors
    /// [`StoreError::NewerVersion`], and those of the database.
    pub(super) fn write<R>(
        &mut self,
        action: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        self.check_writable()?;
        sql::write(&mut self.connection, action, work).map_err(|error| error.of_file(&self.path))
    }

    /// Reads; `action` names it in errors.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn read<'a, R>(
        &'a self,
        action: &'static str,
        work: impl FnOnce(&'a Connection) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        work(&self.connection).map_err(|error| error.during(action).of_file(&self.path))
    }
}

/// Opens a database file, creates it (0600, its folder 0700) or brings it up to date.
///
/// # Errors
/// [`StoreError::Corrupt`], [`StoreError::NotOurs`], [`StoreError::Io`], [`StoreError::Busy`], [`StoreError::Sqlite`].
pub fn open(path: &Path, schema: &Schema) -> Result<Opened, StoreError> {
    create_file(path)?;
    check_not_emptied(path)?;
    open_prepared(path, schema, true).map_err(|error| error.of_file(path))
}

/// As [`open`], for a database that is known to have been there: one that is missing or empty is not begun anew.
///
/// # Errors
/// [`StoreError::Gone`], and as [`open`].
pub(super) fn open_existing(path: &Path, schema: &Schema) -> Result<Opened, StoreError> {
    check_not_emptied(path)?;
    if fs::metadata(path).map_or(0, |metadata| metadata.len()) == 0 {
        return Err(StoreError::Gone {
            path: path.to_owned(),
        });
    }
    open_prepared(path, schema, false).map_err(|error| error.of_file(path))
}

fn open_prepared(path: &Path, schema: &Schema, may_be_new: bool) -> Result<Opened, StoreError> {
    open_up(path);
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    leave_as_it_is(&connection, true)?;
    let is_new = check_is_ours(&connection, path, schema)?;
    if is_new && !may_be_new {
        return Err(StoreError::Gone {
            path: path.to_owned(),
        });
    }
    if schema.is_precious && !is_new {
        guard::check_structure(&connection, path)?;
    }
    let mut notices = make_private(path)?;
    let found = version(&connection)?;
    let known = schema.version();
    if found > known {
        drop(connection);
        return Ok(Opened {
            connection: connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
            path: path.to_owned(),
            access: Access::NewerVersion { found, known },
            notices,
        });
    }
    use_wal(&connection)?;
    connection.pragma_update(None, "synchronous", schema.synchronous)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    if !is_new && found < known {
        notices.push(copy_aside(&connection, path, found)?);
    }
    migrate(&mut connection, schema)?;
    leave_as_it_is(&connection, false)?;
    Ok(Opened {
        connection,
        path: path.to_owned(),
        access: Access::ReadWrite,
        notices,
    })
}

/// Opens a database that is open already once more, to read beside it.
///
/// # Errors
/// Those of the database.
pub(super) fn open_reader(opened: &Opened) -> Result<Opened, StoreError> {
    let connection = connect(&opened.path, OpenFlags::SQLITE_OPEN_READ_ONLY);
    Ok(Opened {
        connection: connection.map_err(|error| error.of_file(&opened.path))?,
        path: opened.path.clone(),
        access: opened.access,
        notices: Vec::new(),
    })
}

/// An empty database in memory, of the newest version: for what is read from elsewhere.
///
/// # Errors
/// Those of `SQLite`.
pub(super) fn in_memory(schema: &Schema) -> Result<Connection, StoreError> {
    let connection = Connection::open_in_memory()?;
    for text in schema.migrations {
        connection.execute_batch(text)?;
    }
    Ok(connection)
}

/// Whether closing the connection leaves the file as it is: else the last one out writes the log into it. What is
/// damaged, or of another program, is not written to.
///
/// # Errors
/// Those of `SQLite`.
pub(super) fn leave_as_it_is(connection: &Connection, stays: bool) -> Result<(), StoreError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, stays)?;
    Ok(())
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| StoreError::from(error).during("Opening the database"))?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Whether the file is a new, empty database; an error where it is another program's. Both marks are read in one
/// view: another process may be creating the database at this moment.
fn check_is_ours(
    connection: &Connection,
    path: &Path,
    schema: &Schema,
) -> Result<bool, StoreError> {
    let view = connection.unchecked_transaction()?;
    let found: i32 = view.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if found == schema.application_id {
        return Ok(false);
    }
    let tables: i64 = view.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if found == 0 && tables == 0 {
        return Ok(true);
    }
    Err(StoreError::NotOurs {
        path: path.to_owned(),
        found,
    })
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Switches to WAL. Two processes that open a new file together get in each other's way here without the busy
/// timeout being asked, so it is tried until that time is over.
fn use_wal(connection: &Connection) -> Result<(), StoreError> {
    let deadline = Instant::now() + BUSY;
    loop {
        let mode = connection.query_row("PRAGMA journal_mode = WAL", [], |row| {
            row.get::<_, String>(0)
        });
        match mode {
            Ok(_) => return Ok(()),
            Err(error) if is_busy(&error) && Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return Err(StoreError::from(error).during("Opening the database")),
        }
    }
}

/// Copies a database before it is upgraded; returns the notice that says where.
fn copy_aside(connection: &Connection, path: &Path, version: i64) -> Result<String, StoreError> {
    let copy = free_name(path, &format!("version-{version}"));
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&copy)
        .map_err(StoreError::io("Creating the copy", &copy))?;
    connection
        .execute(
            "VACUUM INTO CAST(?1 AS TEXT)",
            [copy.as_os_str().as_bytes()],
        )
        .map_err(|error| StoreError::from(error).during("Copying the database"))?;
    Ok(format!(
        "{} was upgraded; the older one is kept as {}",
        path.display(),
        copy.display()
    ))
}

/// Runs what is missing, in one transaction; another process may have done so meanwhile.
fn migrate(connection: &mut Connection, schema: &Schema) -> Result<(), StoreError> {
    if version(connection)? == schema.version() {
        return Ok(());
    }
    sql::write(connection, "Upgrading the database", |transaction| {
        let found = usize::try_from(version(transaction)?).unwrap_or(usize::MAX);
        for text in schema.migrations.iter().skip(found) {
            transaction.execute_batch(text)?;
        }
        if found < schema.migrations.len() {
            transaction.pragma_update(None, "application_id", schema.application_id)?;
            transaction.pragma_update(None, "user_version", schema.version())?;
        }
        Ok(())
    })
}
