//! The effect that rehearses a launch: one at a time, and nothing of it outlives the program.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::{Performer, notice_of};
use crate::domain::plan::Plan;
use crate::domain::problem::Surface;
use crate::domain::rehearsal::{Rehearsal, RehearsalStep};
use crate::model::Reply;
use crate::model::effect::{BroadcastKey, RequestId};
use crate::runtime::run::Incoming;
use crate::session::{Session, SessionError};

/// How far it is, is told no oftener than a screen is drawn.
const OFTEN: Duration = Duration::from_millis(30);

/// The rehearsal that is under way: one at a time.
#[derive(Debug, Default)]
pub(super) struct Rehearsing(Mutex<CancellationToken>);

impl Rehearsing {
    /// Stops it.
    pub(super) fn stop(&self) {
        self.token().cancel();
    }

    fn token(&self) -> MutexGuard<'_, CancellationToken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops what is under way, and begins anew.
    fn begin(&self) -> CancellationToken {
        let mut current = self.token();
        current.cancel();
        *current = CancellationToken::new();
        current.clone()
    }
}

impl Performer {
    /// Rehearses a plan. The program doesn't end before the sandbox is gone with its copy of the contacts.
    pub(super) fn rehearse(&self, id: RequestId, key: BroadcastKey, plan: Plan) {
        let (session, send) = (Arc::clone(&self.session), self.send.clone());
        let stop = self.rehearsing.begin();
        let plan = Plan {
            broadcast: key.id,
            bot: Some(key.bot),
            ..plan
        };
        self.unfinished.spawn(async move {
            let tell = |reply| drop(send.send(Incoming::reply(reply)));
            let told = Mutex::new(None);
            let progress = |step| {
                if is_worth_telling(&told, step) {
                    tell(Reply::Rehearsing(id, step));
                }
            };
            match rehearsed(&session, plan, progress, &stop).await {
                Ok(Some(rehearsal)) => tell(Reply::Rehearsed(id, Ok(Box::new(rehearsal)))),
                // Whoever stopped it knows.
                Ok(None) => {}
                Err(error) => tell(Reply::Rehearsed(id, Err(notice_of(&error)))),
            }
        });
    }
}

async fn rehearsed(
    session: &Session,
    plan: Plan,
    tell: impl Fn(RehearsalStep) + Send + Sync,
    stop: &CancellationToken,
) -> Result<Option<Rehearsal>, SessionError> {
    tell(RehearsalStep::Preparing);
    let prepared = session.prepare(plan, Surface::Console).await?;
    session.rehearse(&prepared, tell, stop).await
}

fn is_worth_telling(told: &Mutex<Option<Instant>>, step: RehearsalStep) -> bool {
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
    let is_one_of_many = matches!(
        step,
        RehearsalStep::Copying(..) | RehearsalStep::Calling(..)
    );
    if is_one_of_many && told.is_some_and(|told| told.elapsed() < OFTEN) {
        return false;
    }
    *told = Some(Instant::now());
    true
}
