//! What a call came to, in sentences.

use std::time::Duration;

use crate::domain::bounds::Bounds;
use crate::domain::settings::Setting;
use crate::domain::waiting::GRACE;
use crate::store::StoreError;

/// A reason, with what the journal failed to keep: the launch will be found as unknown then.
pub(super) fn with_failure(reason: String, written: Result<(), StoreError>) -> String {
    match written {
        Ok(()) => reason,
        Err(error) => {
            tracing::error!(%error, "the journal could not keep an outcome");
            format!(
                "{reason} The journal could not keep this outcome, so the log may show it as unknown: {error}."
            )
        }
    }
}

/// What a 401 means where no token was sent: what is recorded isn't so on the platform.
pub(super) fn unwaived_words(waived_by: Setting) -> String {
    let mode = match waived_by {
        Setting::LegacyMode => "legacy mode",
        _ => "direct mode",
    };
    format!(
        "The hook wants a token (401), and none was sent since {mode} is recorded as on here: it is probably off on the platform. Switch it in Settings, then launch again."
    )
}

/// Why a call was not made that was to follow at once.
pub(super) fn stood_still(time: Duration) -> String {
    format!(
        "mylink stood still for {} s on the way (it was suspended, or the machine slept), so nothing more was sent.",
        time.as_secs()
    )
}

/// Why no further call was made.
pub(super) fn stopped(was_left: bool) -> String {
    let words = if was_left {
        "It was stopped since mylink was quit, or its connection ended."
    } else {
        "It was stopped by the operator."
    };
    words.to_owned()
}

/// Why the first call of one that waited is not made, though it was armed.
pub(super) fn too_late() -> String {
    format!(
        "It was armed in time, but {} s after its time the hook was still not called: the machine slept, or the token, the disk or the connection took too long. So nothing was sent.",
        GRACE.as_secs()
    )
}

/// What a status means, in a sentence.
pub(super) fn status_words(status: u16) -> String {
    let words = match status {
        200..=299 => "The platform accepted and scheduled it",
        400 => "The platform could not read the body, or found it invalid",
        401 => "The platform did not accept the token",
        403 => "The platform gives no right to launch",
        404 => "The platform knows no such broadcast, or it is not enabled",
        405 => "The platform doesn't allow this verb for the broadcast",
        413 => "The platform found the body too large",
        429 => "The platform was asked too often",
        300..=399 => {
            "The platform answered with a redirect, which is never followed; whether it launched is not known"
        }
        _ => "The platform's answer doesn't say whether it launched",
    };
    format!("{words} ({status}).")
}

/// What the record says where the number of targets was not one number; nothing where nobody could tell anything.
pub(super) fn in_doubt(bounds: Bounds) -> Option<String> {
    let is_said = bounds.most.is_some() || bounds.least > 0;
    is_said.then(|| {
        format!(
            "How many contacts it may reach was not sure: {}.",
            bounds.words()
        )
    })
}
