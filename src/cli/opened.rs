//! A session for one verb: opened, told about, and closed again, whatever became of the verb.

use jiff::Timestamp;

use super::exit::Failure;
use super::{output, waiting};
use crate::config::Config;
use crate::runtime::mistake;
use crate::session::Session;

/// Opens the profile, does the work, and closes it: a sandbox that is served here stops.
///
/// Launches that another process left in the middle are turned into what they are first.
///
/// # Errors
/// Those of the opening, and of the work.
pub async fn with(
    config: &Config,
    work: impl AsyncFnOnce(&Session) -> Result<u8, Failure>,
) -> Result<u8, Failure> {
    let session = Session::open(config, &config.start)?;
    for notice in &session.notices {
        output::note(notice);
    }
    recover(&session).await;
    mark_missed(&session).await;
    let done = mistake::caught(Box::pin(work(&session))).await;
    session.close().await;
    done.unwrap_or_else(|| Err(Failure::mistake()))
}

/// Does what may send something. Where it panics, what it left in the middle is ended, so that the record says at once
/// what is known of it.
///
/// # Errors
/// Those of the work; exit code 3 where it panicked.
pub async fn on_the_way(
    session: &Session,
    work: impl Future<Output = Result<u8, Failure>>,
) -> Result<u8, Failure> {
    if let Some(result) = mistake::caught(Box::pin(work)).await {
        return result;
    }
    recover(session).await;
    Err(Failure::mistake_on_the_way())
}

/// A journal that can't be written still can be read, so a failure is told, and the verb goes on.
async fn recover(session: &Session) {
    match session.launcher.recover().await {
        Ok(0) => {}
        Ok(found) => output::note(&format!(
            "A launch was left in the middle by a mylink that ended ({found} in all): mylink log says what is known of it."
        )),
        Err(error) => output::note(&format!(
            "Launches whose process had ended could not be looked for: {error}."
        )),
    }
}

/// Whoever opens a journal notes what nobody served at its time: it is not sent any more.
async fn mark_missed(session: &Session) {
    if !session.takes_writes().await {
        return;
    }
    match session.mark_missed(Timestamp::now()).await {
        Ok(missed) => {
            for waiting in missed {
                output::note(&format!(
                    "A launch was missed: {} was due at {}, and nobody served. It is not sent (launch {}).",
                    waiting::what(&waiting),
                    waiting::due(&waiting),
                    waiting.id
                ));
            }
        }
        Err(error) => output::note(&format!(
            "Launches whose time was missed could not be looked for: {error}."
        )),
    }
}
