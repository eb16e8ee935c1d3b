//! What changed since the launch before: read from the journal, compared by [`Since`].

use crate::domain::launch::LaunchRecord;
use crate::domain::plan::Plan;
use crate::domain::record::ContactId;
use crate::domain::since::Since;
use crate::store::{Journal, SqliteJournal, StoreError};

use super::resume::again;

/// What changed from the launch before a launch on the record to it. `launch` comes with its plan.
///
/// # Errors
/// Those of the journal.
pub fn since_the_one_before(
    journal: &SqliteJournal,
    launch: &LaunchRecord,
) -> Result<Since, StoreError> {
    let plan = again(launch).unwrap_or_default();
    let contacts = known_contacts(journal, launch)?;
    since(
        journal,
        journal.before(&launch.id)?,
        &plan,
        contacts.as_deref(),
    )
}

/// What changed from a launch on the record (its id) to a plan that reaches these contacts, if they are known.
///
/// # Errors
/// Those of the journal.
pub fn since_last(
    journal: &SqliteJournal,
    last: Option<&str>,
    plan: &Plan,
    contacts: Option<&[ContactId]>,
) -> Result<Since, StoreError> {
    let before = last.map(|id| journal.launch(id)).transpose()?;
    since(journal, before, plan, contacts)
}

fn since(
    journal: &SqliteJournal,
    before: Option<LaunchRecord>,
    plan: &Plan,
    contacts: Option<&[ContactId]>,
) -> Result<Since, StoreError> {
    let Some(before) = before else {
        return Ok(Since::nothing(contacts));
    };
    let known = known_contacts(journal, &before)?;
    Ok(Since::compare(&before, known.as_deref(), plan, contacts))
}

/// Whom a launch was to reach, as one list; `None` where that was not known.
fn known_contacts(
    journal: &SqliteJournal,
    launch: &LaunchRecord,
) -> Result<Option<Vec<ContactId>>, StoreError> {
    match launch.targets {
        Some(_) => Ok(Some(journal.contacts(&launch.id)?.concat())),
        None => Ok(None),
    }
}
