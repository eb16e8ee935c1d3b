//! Effects that launch: the review, and the launch that was confirmed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Performer, find, not_launched, notice_of};
use crate::domain::plan::Plan;
use crate::domain::problem::Surface;
use crate::fault;
use crate::launcher::Prepared;
use crate::launcher::Stop;
use crate::launcher::Word;
use crate::model::effect::{BroadcastKey, Confirmation, RequestId};
use crate::model::{Notice, Reply};
use crate::runtime::run::Incoming;
use crate::session::{Session, SessionError};

async fn try_review(
    session: &Session,
    key: &BroadcastKey,
    plan: Plan,
) -> Result<Prepared, SessionError> {
    // Where the sandbox has a new address, the hook is read again before anything is reviewed.
    session.client().await?;
    find(session, key).await?;
    session.prepare(plan, Surface::Console).await
}

/// The launches of this program, each with what takes the rest of its calls back.
#[derive(Clone, Default)]
pub(super) struct Stops(Arc<Mutex<HashMap<RequestId, (BroadcastKey, Stop)>>>);

impl Stops {
    fn lock(&self) -> MutexGuard<'_, HashMap<RequestId, (BroadcastKey, Stop)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, id: RequestId, broadcast: BroadcastKey) -> Stop {
        let stop = Stop::default();
        self.lock().insert(id, (broadcast, stop.clone()));
        stop
    }

    fn end(&self, id: RequestId) {
        self.lock().remove(&id);
    }

    /// Stops the launch of a broadcast before its next call; says whether one is under way.
    fn ask_of(&self, broadcast: &BroadcastKey) -> bool {
        let stops = self.lock();
        let mut of_it = stops.values().filter(|(of, _)| of == broadcast);
        of_it.any(|(_, stop)| {
            stop.ask();
            true
        })
    }

    /// Stops a launch before its next call.
    pub(super) fn ask(&self, id: RequestId) {
        if let Some((_, stop)) = self.lock().get(&id) {
            stop.ask();
        }
    }

    /// Stops the batches among them before their next call.
    pub(super) fn leave_all(&self) {
        for (_, stop) in self.lock().values() {
            stop.leave();
        }
    }
}

impl Performer {
    /// Makes a review of a plan as it would be launched now; what changed since the last launch follows.
    pub(super) fn review(&self, id: RequestId, key: BroadcastKey, plan: Plan) {
        // It goes by the limits of now: the header is to show the same ones.
        self.look_again();
        let (session, send) = (Arc::clone(&self.session), self.send.clone());
        tokio::spawn(async move {
            let tell = |reply| drop(send.send(Incoming::reply(reply)));
            let prepared = match try_review(&session, &key, plan).await {
                Ok(prepared) => prepared,
                Err(error) => {
                    tracing::warn!(%error, "no review could be made");
                    let said = format!("The review could not be made. {error}");
                    return tell(Reply::Reviewed(id, Err(Notice::error(said))));
                }
            };
            let review = Box::new(session.review(&prepared).await);
            tell(Reply::Reviewed(id, Ok(review)));
            match session.since_last_launch(&prepared).await {
                Ok(since) => tell(Reply::ReviewSince(id, Box::new(since))),
                Err(error) => tell(Reply::Say(notice_of(&error))),
            }
        });
    }

    /// Launches what was confirmed. The program doesn't end before the outcome stands; of a batch, that of the call
    /// that is on its way then.
    pub(super) fn launch(&self, id: RequestId, confirmation: Confirmation) {
        let (session, send) = (Arc::clone(&self.session), self.send.clone());
        let stop = self.stops.begin(id, confirmation.broadcast.clone());
        let stops = self.stops.clone();
        self.unfinished.spawn(async move {
            let progress = {
                let send = send.clone();
                move |done, of| {
                    fault::point("launch");
                    drop(send.send(Incoming::reply(Reply::Launching(id, done, of))));
                }
            };
            let result = try_launch(&session, confirmation, stop.clone(), progress)
                .await
                .map(Box::new);
            stops.end(id);
            let _ = send.send(Incoming::reply(Reply::Launched(id, result)));
        });
    }
}

impl Performer {
    /// Stops a batch before its next call that is sent from here: by hand, or since its time came. Of one that another
    /// process sends it is said which.
    pub(super) fn stop_sending(&self, launch: &str, broadcast: BroadcastKey) {
        let is_here = self.nudge.stop(launch) || self.stops.ask_of(&broadcast);
        let session = Arc::clone(&self.session);
        self.look(move |_| async move {
            let text = if is_here {
                "Stopping after the call that is on its way: no further one is sent.".to_owned()
            } else {
                match session.holder_of(&broadcast.bot, &broadcast.id).await {
                    Some(holder) => format!(
                        "It is sent by {holder}, not from here. SIGTERM to that process stops it after the call that is on its way."
                    ),
                    None => "It is not being sent any more.".to_owned(),
                }
            };
            Ok(Reply::Say(Notice::warning(text)))
        });
    }
}

async fn try_launch(
    session: &Session,
    confirmation: Confirmation,
    stop: Stop,
    progress: impl Fn(usize, usize) + Send,
) -> Result<crate::domain::launch::LaunchRecord, Notice> {
    let client = session.client().await.map_err(|error| notice_of(&error))?;
    let prepared = session
        .prepare(confirmation.plan, Surface::Console)
        .await
        .map_err(|error| notice_of(&error))?;
    let word = Word {
        hash: Some(confirmation.hash),
        number: confirmation.number,
        name: confirmation.name,
        again: confirmation.again,
        reviewed_at: Some(confirmation.reviewed_at),
        held: Some(confirmation.held),
        stop,
    };
    // Of now, not of the opening: the review may have stood long, and the console longer.
    let launcher = session
        .launcher_now()
        .await
        .map_err(|error| notice_of(&error))?;
    let launched = launcher.launch(&client, prepared, word, progress).await;
    launched.map_err(|error| not_launched(&error))
}
