//! The suppression list as it is at the last moment: under the lock, before anything is armed.

use std::path::Path;
use std::sync::Arc;

use super::{LaunchError, Prepared};
use crate::audience::{Matched, Suppression};
use crate::domain::payload::Share;
use crate::domain::plan::{Form, form_of};
use crate::domain::text::counted;
use crate::store::Notebook;
use crate::store::StoreError;

/// Gives back what was prepared, if nobody it reaches came onto the suppression list since.
///
/// # Errors
/// [`LaunchError::Guard`] where somebody did; [`LaunchError::Local`] where the list can't be read: it is never taken for
/// an empty one.
pub(super) async fn checked(notebook: &Path, prepared: Prepared) -> Result<Prepared, LaunchError> {
    let file = notebook.to_owned();
    let check = move || {
        let found = found(&file, &prepared).map_err(LaunchError::local)?;
        if found == 0 {
            return Ok(prepared);
        }
        Err(LaunchError::Guard(format!(
            "{} of those it would reach came onto the suppression list meanwhile. Nothing was sent; review it again.",
            counted(found, "contact")
        )))
    };
    tokio::task::spawn_blocking(check)
        .await
        .unwrap_or_else(|error| Err(LaunchError::local(error)))
}

/// How many targets of the calls from a number on came onto the list since: asked between the calls of a batch.
///
/// # Errors
/// Those of the notebook: a list that can't be read is never taken for an empty one.
pub(super) async fn in_later_calls(
    notebook: &Path,
    prepared: Arc<Prepared>,
    from: usize,
) -> Result<usize, String> {
    let file = notebook.to_owned();
    let count = move || -> Result<usize, StoreError> {
        let keys = Notebook::open(&file)?.suppressed_keys()?;
        if keys == *prepared.suppressed.keys() {
            return Ok(0);
        }
        let now = Suppression::new(keys, &prepared.table);
        let targets = prepared.plan.form.targets();
        let calls = prepared.preview.calls.iter().skip(from);
        let places = calls.filter_map(|call| call.targets.as_ref());
        let held = places
            .flat_map(Share::places)
            .filter_map(|place| targets.get(place))
            .filter(|target| now.holds(target, &prepared.table));
        Ok(held.count())
    };
    match tokio::task::spawn_blocking(count).await {
        Ok(counted) => counted.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// How many of those it would reach are on the list now.
fn found(notebook: &Path, prepared: &Prepared) -> Result<u64, StoreError> {
    let keys = Notebook::open(notebook)?.suppressed_keys()?;
    if keys == *prepared.suppressed.keys() {
        return Ok(0);
    }
    let now = Suppression::new(keys, &prepared.table);
    if let Matched::Rows { widest, .. } = &prepared.matched {
        return Ok(now.among(widest).map_or(0, |found| found.count()));
    }
    let calls = prepared.preview.calls.iter();
    let places = calls
        .filter_map(|call| call.targets.as_ref())
        .flat_map(Share::places);
    let read = match &prepared.plan.form {
        Form::Raw { body } => form_of(body),
        _ => None,
    };
    let count = match read.as_ref().unwrap_or(&prepared.plan.form) {
        form @ (Form::Targets { .. } | Form::Conversation { .. }) => {
            let targets = form.contacts();
            let held = |place: &usize| now.holds(&targets[*place], &prepared.table);
            if read.is_some() || !matches!(form, Form::Targets { .. }) {
                (0..targets.len()).filter(held).count()
            } else {
                places.filter(held).count()
            }
        }
        _ => 0,
    };
    Ok(count as u64)
}
