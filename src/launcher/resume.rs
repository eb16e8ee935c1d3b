//! What is left of a batch that stopped.

use serde::Deserialize;

use super::LaunchError;
use crate::domain::launch::{CallRecord, LaunchRecord, Outcome, SettledAs};
use crate::domain::plan::{Form, Plan, Target};

/// The plan of what a launch did not send: the targets of its calls from the first that was not accepted on. A person
/// reviews and launches it like any other plan; nothing here sends.
///
/// `launch` comes with its plan and bodies. A call of unknown outcome counts by what it was settled as.
///
/// # Errors
/// [`LaunchError::Guard`] where nothing is left, where an outcome is open, or where the launch was no list of targets.
pub fn rest(launch: &LaunchRecord) -> Result<Plan, LaunchError> {
    if launch.outcome == Outcome::Sending || launch.is_unsettled() {
        return Err(refused(
            "Whether all of it was sent is not known yet. Settle it first.",
        ));
    }
    let mut plan =
        Plan::from_json(&launch.plan).map_err(|_| refused("Its plan can't be read any more."))?;
    if !matches!(plan.form, Form::Targets { .. }) {
        return Err(refused("Only a list of targets can be resumed."));
    }
    let mut targets = Vec::new();
    for call in launch.calls.iter().filter(|call| !is_done(call, launch)) {
        let body = call.body.as_deref().unwrap_or_default();
        let read: Body = serde_json::from_str(body)
            .map_err(|_| refused("The body of a call can't be read any more."))?;
        targets.extend(read.targets);
    }
    if targets.is_empty() {
        return Err(refused("Nothing of it is left."));
    }
    plan.form = Form::Targets { targets };
    Ok(plan)
}

/// Of a body as it was sent.
#[derive(Deserialize)]
struct Body {
    targets: Vec<Target>,
}

fn is_done(call: &CallRecord, launch: &LaunchRecord) -> bool {
    match call.outcome {
        Outcome::Accepted => true,
        Outcome::Unknown | Outcome::Sending => launch
            .settled
            .as_ref()
            .is_none_or(|settled| settled.settled_as == SettledAs::Sent),
        Outcome::Rejected | Outcome::Failed | Outcome::Refused | Outcome::NotSent => false,
    }
}

fn refused(why: &str) -> LaunchError {
    LaunchError::Guard(format!("This launch can't be resumed. {why}"))
}
