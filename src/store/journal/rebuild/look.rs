//! Both halves of a record, looked at as a whole, and which of them the other can be made from.

use std::fs::{self, File};
use std::path::Path;

use rusqlite::Connection;

use crate::domain::text::counted;
use crate::store::StoreError;
use crate::store::guard;
use crate::store::journal::copy::{Survey, each_line, path_of, survey};
use crate::store::journal::event::{self, Head};
use crate::store::journal::sqlite::{SCHEMA, keeps_a_copy};
use crate::store::journal::trouble::TroubleKind;
use crate::store::journal::{compare, read, trouble, view};
use crate::store::schema::{self, Access};
use crate::store::sql;

use super::Source;

/// The database, as far as it can be used.
pub(super) enum Database {
    Gone,
    Damaged(String),
    /// Rows were changed by hand; the steps say what they were.
    Altered {
        detail: String,
        /// Steps in it.
        steps: u64,
    },
    Whole {
        id: String,
        head: Head,
        launches: u64,
        connection: Connection,
    },
}

/// The copy, as far as it can be used.
pub(super) enum Copy {
    Gone,
    Found { survey: Survey, lines: u64 },
}

/// What a rebuild would do.
pub(super) enum Choice {
    Nothing,
    From(Source),
    /// A person has to name which.
    Person(String),
    Impossible(String),
}

/// Which of the two is the whole one.
pub(super) fn choose(database: &Database, copy: &Copy) -> Result<Choice, StoreError> {
    const NEITHER: &str = "neither the journal nor its copy can be read. Put journal.db or journal.jsonl back from a backup. If there is none, move both away: mylink begins a new record then, and `mylink doctor --accept-journal` takes it";
    const BOTH: &str = "the journal and its copy tell different stories, and only a person can say which is right: look at both, then `mylink doctor --rebuild-journal --from database` or `--from copy`. What is not taken stays beside it";
    let person = || Ok(Choice::Person(BOTH.to_owned()));
    Ok(match (database, copy) {
        (_, Copy::Found { survey, .. }) if survey.is_newer => {
            Choice::Impossible("the copy was written by a newer mylink. Update mylink".to_owned())
        }
        (Database::Whole { .. }, Copy::Gone) => Choice::From(Source::Database),
        (_, Copy::Gone) => Choice::Impossible(NEITHER.to_owned()),
        (Database::Altered { steps, .. }, Copy::Found { survey, .. })
            if survey.broken.is_none() && survey.head.n < *steps =>
        {
            Choice::Person(format!(
                "the database was changed by hand, and the copy lacks its last {}. Put a backup back, or `mylink doctor --rebuild-journal --from copy`: it takes what the copy has, and keeps the database beside it",
                counted(steps - survey.head.n, "step")
            ))
        }
        (
            Database::Gone | Database::Damaged(_) | Database::Altered { .. },
            Copy::Found { survey, .. },
        ) => match (survey.head.n, survey.broken) {
            (0, _) => Choice::Impossible(NEITHER.to_owned()),
            (_, None) => Choice::From(Source::Copy),
            (_, Some(line)) => Choice::Person(format!(
                "the database can't be used, and line {line} of the copy is not as it was written. Put a backup back, or `mylink doctor --rebuild-journal --from copy`: it takes the lines before that one, and keeps the rest beside it"
            )),
        },
        (
            Database::Whole {
                id,
                head,
                launches,
                connection,
            },
            Copy::Found { survey, lines },
        ) => {
            let is_other = survey.journal.as_ref().is_some_and(|journal| journal != id);
            if is_other && *launches == 0 && survey.broken.is_none() {
                return Ok(Choice::From(Source::Copy));
            }
            if is_other {
                return person();
            }
            if survey.broken.is_some() {
                return if *lines <= head.n {
                    Ok(Choice::From(Source::Database))
                } else {
                    person()
                };
            }
            match event::hash_at(connection, survey.head.n)? {
                _ if survey.head.n == 0 => Choice::From(Source::Database),
                Some(hash) if hash == survey.head.hash => half(survey, head, connection)?,
                None if survey.marked.as_ref() == Some(&head.hash) => Choice::From(Source::Copy),
                Some(_) | None => return person(),
            }
        }
    })
}

/// A copy whose whole lines the database has: half a line after them is either its next one, or one that it lost.
fn half(survey: &Survey, head: &Head, connection: &Connection) -> Result<Choice, StoreError> {
    if survey.half.is_empty() {
        return Ok(Choice::Nothing);
    }
    if survey.head.n >= head.n {
        return Ok(Choice::From(Source::Copy));
    }
    let mut is_next = false;
    event::lines_after(
        connection,
        Path::new(""),
        &survey.head,
        Some(1),
        |line, _| {
            is_next = line.as_bytes().starts_with(&survey.half);
            Ok(())
        },
    )?;
    Ok(if is_next {
        Choice::Nothing
    } else {
        Choice::From(Source::Database)
    })
}

pub(super) fn look_at_database(path: &Path) -> Result<Database, StoreError> {
    if view::is_gone(path) || !path.exists() {
        return Ok(Database::Gone);
    }
    match whole_database(path) {
        Ok(database) => Ok(database),
        Err(error @ (StoreError::Corrupt { .. } | StoreError::NotOurs { .. })) => {
            Ok(Database::Damaged(error.to_string()))
        }
        Err(error) if error.is_damage() => Ok(Database::Damaged(error.to_string())),
        Err(error) => Err(error),
    }
}

/// Opens the database and reads every step of it as its line.
fn whole_database(path: &Path) -> Result<Database, StoreError> {
    let mut opened = schema::open(path, &SCHEMA)?;
    if let Access::NewerVersion { .. } = opened.access {
        return Err(opened
            .check_writable()
            .err()
            .unwrap_or(StoreError::CannotRebuild {
                why: "the journal is of a newer version".to_owned(),
            }));
    }
    keeps_a_copy(&opened.connection)?;
    guard::check_structure(&opened.connection, path)?;
    if event::head(&opened.connection)?.n == 0 {
        sql::write(
            &mut opened.connection,
            "Beginning the journal's copy",
            event::begin,
        )?;
    }
    if let Some(altered) = compare::altered(&opened.connection, None)? {
        let steps = event::head(&opened.connection)?.n;
        let detail = altered.to_string();
        return Ok(Database::Altered { detail, steps });
    }
    let mut head = Head::none();
    event::lines_after(&opened.connection, path, &Head::none(), None, |_, at| {
        head = at.clone();
        Ok(())
    })
    .map_err(|error| error.of_file(path))?;
    if compare::lacks_triggers(&opened.connection)? {
        let detail = TroubleKind::Unguarded.to_string();
        let steps = head.n;
        return Ok(Database::Altered { detail, steps });
    }
    let mark = read::mark(&opened.connection)?;
    Ok(Database::Whole {
        id: mark.id,
        head,
        launches: mark.sequence,
        connection: opened.connection,
    })
}

pub(super) fn look_at_copy(path: &Path, database: &Database) -> Result<Copy, StoreError> {
    let path = path_of(path);
    if fs::metadata(&path).map_or(0, |metadata| metadata.len()) == 0 {
        return Ok(Copy::Gone);
    }
    let mark = match database {
        Database::Whole { head, .. } => head.n,
        Database::Altered { steps, .. } => *steps,
        Database::Gone | Database::Damaged(_) => 0,
    };
    let file = File::open(&path).map_err(StoreError::copy(&path))?;
    let survey = survey(&file, None, mark).map_err(StoreError::copy(&path))?;
    let length = file.metadata().map_err(StoreError::copy(&path))?.len();
    let mut lines = 0;
    each_line(&file, &path, length, |_| {
        lines += 1;
        Ok(())
    })?;
    Ok(Copy::Found { survey, lines })
}

impl Database {
    pub(super) fn words(&self) -> String {
        match self {
            Self::Gone => "gone or empty".to_owned(),
            Self::Damaged(detail) | Self::Altered { detail, .. } => detail.clone(),
            Self::Whole { head, launches, .. } => {
                format!(
                    "whole, {} in {}",
                    trouble::launches(*launches),
                    counted(head.n, "step")
                )
            }
        }
    }
}

impl Copy {
    pub(super) fn words(&self) -> String {
        match self {
            Self::Gone => "gone or empty".to_owned(),
            Self::Found { survey, .. } => match survey.broken {
                Some(line) => format!("line {line} is not as it was written"),
                None if survey.half.is_empty() => {
                    format!("whole, {}", counted(survey.head.n, "step"))
                }
                None => format!("{} and half a line", counted(survey.head.n, "step")),
            },
        }
    }
}
