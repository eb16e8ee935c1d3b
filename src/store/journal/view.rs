//! A journal read from its copy alone, in memory: where the database is gone or damaged the record can still be seen.

use std::fs::{self, File};
use std::path::Path;

use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::guard::with_suffix;
use crate::store::schema;

use super::copy::{path_of, survey};
use super::replay::replay;
use super::sqlite::{SCHEMA, keeps_a_copy};
use super::trouble::{Trouble, TroubleKind};

/// Whether a journal's database is missing or empty, and its copy is not.
pub(super) fn is_gone(journal: &Path) -> bool {
    let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
    size(journal) == 0 && size(&with_suffix(journal, "-wal")) == 0 && size(&path_of(journal)) > 0
}

/// What a copy holds, as far as it is whole; and the first line that is not.
///
/// # Errors
/// [`StoreError::Copy`] where there is none or it can't be read, [`StoreError::Record`] where it is of a newer version.
pub(super) fn of_copy(journal: &Path) -> Result<(Connection, Option<u64>), StoreError> {
    let path = path_of(journal);
    let file = File::open(&path).map_err(StoreError::copy(&path))?;
    let survey = survey(&file, None, 0).map_err(StoreError::copy(&path))?;
    if survey.is_newer {
        return Err(StoreError::Record(Trouble {
            path: journal.to_owned(),
            kind: TroubleKind::CopyNewer,
        }));
    }
    let connection = schema::in_memory(&SCHEMA)?;
    keeps_a_copy(&connection)?;
    let transaction = connection.unchecked_transaction()?;
    replay(&transaction, &file, &path, survey.length)?;
    transaction.commit()?;
    let is_empty = survey.head.n == 0;
    Ok((connection, survey.broken.or(is_empty.then_some(1))))
}
