//! Plans out of the record: of a launch as it was, and of what is left of a batch that stopped.

use serde::Deserialize;

use super::LaunchError;
use crate::domain::launch::{LaunchRecord, Outcome};
use crate::domain::plan::{Form, Plan, Target};
use crate::domain::tally::is_undone;

/// The plan of a launch as it was made, to be launched again: of exactly its broadcast, whatever is called so today. A
/// person reviews and launches it like any other plan; nothing here sends.
///
/// `launch` comes with its plan.
///
/// # Errors
/// [`LaunchError::Guard`] where its plan can't be read any more.
pub fn again(launch: &LaunchRecord) -> Result<Plan, LaunchError> {
    let plan = Plan::from_json(&launch.plan).map_err(|_| {
        LaunchError::Guard("The plan of this launch can't be read any more.".to_owned())
    })?;
    Ok(Plan {
        broadcast: launch.broadcast.id.clone(),
        bot: Some(launch.bot.id.clone()),
        ..plan
    })
}

/// The plan of what a launch did not send: of those who certainly got nothing, or by a person's word. A person reviews
/// and launches it like any other plan; nothing here sends.
///
/// Of a list of targets that is those of its calls from the first that was not accepted on, as they were in the bodies:
/// who was left out then is not among them. A launch of another form is one call, so it is all of it or nothing.
/// `launch` comes with its plan and bodies.
///
/// # Errors
/// [`LaunchError::Guard`] where nothing is left, or where an outcome is open.
pub fn rest(launch: &LaunchRecord) -> Result<Plan, LaunchError> {
    if launch.outcome == Outcome::Sending {
        return Err(refused("It is still being sent."));
    }
    if launch.is_unsettled() {
        return Err(refused(
            "Whether all of it was sent is not known yet. Settle it first.",
        ));
    }
    let mut plan = again(launch)?;
    if !matches!(plan.form, Form::Targets { .. }) {
        let undone = launch.calls.iter().filter(|call| is_undone(call, launch));
        let is_left = undone.count() == launch.calls.len();
        return is_left.then_some(plan).ok_or_else(nothing_left);
    }
    let targets = undone_targets(launch)?;
    if targets.is_empty() {
        return Err(nothing_left());
    }
    plan.form = Form::Targets { targets };
    Ok(plan)
}

/// The targets of the calls of a launch that were not sent, as they are in the bodies.
///
/// # Errors
/// [`LaunchError::Guard`] where a body is no list of targets, or can't be read any more.
pub fn undone_targets(launch: &LaunchRecord) -> Result<Vec<Target>, LaunchError> {
    let mut targets = Vec::new();
    for call in launch.calls.iter().filter(|call| is_undone(call, launch)) {
        let body = call.body.as_deref().unwrap_or_default();
        let read: Body = serde_json::from_str(body)
            .map_err(|_| refused("The body of a call can't be read any more."))?;
        targets.extend(read.targets);
    }
    Ok(targets)
}

fn nothing_left() -> LaunchError {
    refused("Nothing of it is left.")
}

/// Of a body as it was sent.
#[derive(Deserialize)]
struct Body {
    targets: Vec<Target>,
}

fn refused(why: &str) -> LaunchError {
    LaunchError::Guard(format!("This launch can't be resumed. {why}"))
}
