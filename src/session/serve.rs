//! Serving what waits: sleeping until the next time, starting it, and looking now and then whether other processes made
//! or took back some meanwhile.
//!
//! ```text
//! serving ──the record takes no launches, or another one took its place that doesn't──→ in trouble: told, not serving
//!    ↑                                                                                          │
//!    ╰──────────────────────── it takes them again: what waits is read anew ────────────────────╯
//! ```
//!
//! While something waits the wall clock is looked at once a second at least: timers stand still while a machine is
//! suspended, and clocks are set. While nothing does, a look at the journal's length is all: every 20 seconds where the
//! system tells of changes, else every other second.

mod nudge;
mod server;

use std::pin::pin;
use std::sync::Mutex;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::{SignedDuration, Timestamp};

use super::waiting::{Became, HeldUp};
use super::{Session, SessionError};
use crate::domain::standing::RecordTrouble;
use crate::domain::waiting::{Timing, WaitingLaunch};
use crate::launcher::Stop;
use crate::store::journal::Cut;

pub use nudge::Nudge;
use server::{After, Server};

/// The longest sleep while something waits.
const TICK: Duration = Duration::from_secs(1);

/// What happens while launches that wait are served.
#[derive(Debug)]
pub enum Serving {
    /// What waits now, and what was missed or refused unseen: told first, and after every change.
    List(Vec<WaitingLaunch>),
    /// One starts.
    Starting(Box<WaitingLaunch>),
    /// So many calls of a batch are accepted, of so many.
    Progress(String, usize, usize),
    /// One does not start yet though its time has come, and why: a sentence.
    HeldUp(Box<WaitingLaunch>, String),
    /// What became of one.
    Became(Box<WaitingLaunch>, Became),
    /// The wall clock was set back: what waits, waits longer.
    SetBack(SignedDuration),
    /// The journal can't be read or written at the moment.
    Trouble(String),
    /// Nothing can be put on the record, so nothing is served until that is mended; or it is mended (`None`).
    Record(Option<RecordTrouble>),
    /// The journal's copy had lost steps, and was completed.
    Completed(Cut),
}

/// How to serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// As long as something waits.
    NothingWaits,
    /// Until it is asked to end.
    Asked,
}

impl Session {
    /// Serves the launches of this profile that wait, whoever made them, until `asked` comes or nothing is left. A
    /// launch that is on its way then is finished; of a batch no further call is sent. `nudge` wakes it up where somebody
    /// else knows of a change. Returns how many still wait.
    ///
    /// # Errors
    /// [`SessionError::ReadOnly`]: nothing is served.
    pub async fn serve_waiting(
        &self,
        until: Until,
        clock: impl Fn() -> Timestamp + Copy + Send + Sync,
        nudge: &Nudge,
        asked: impl Future<Output = ()>,
        tell: impl Fn(Serving) + Send + Sync,
    ) -> Result<usize, SessionError> {
        self.check_writable()?;
        let mut server = Server::of(self, clock());
        let mut asked = pin!(asked);
        let mut flights = FuturesUnordered::new();
        loop {
            server.look(clock(), &tell).await?;
            for waiting in server.due(clock()) {
                let stop = nudge.begin(&waiting.id);
                flights.push(self.fly(waiting, stop, clock, &tell));
            }
            let is_idle = flights.is_empty();
            if until == Until::NothingWaits && is_idle && server.has_nothing_to_wait_for() {
                return Ok(0);
            }
            let nap = server.nap(clock(), nudge.tells_all, is_idle);
            tokio::select! {
                biased;
                () = &mut asked => {
                    nudge.leave_all();
                    while flights.next().await.is_some() {}
                    return Ok(server.left().await);
                }
                Some((id, after)) = flights.next(), if !flights.is_empty() => {
                    nudge.end(&id);
                    server.came_back(id, &after);
                }
                () = nudge.told.notified() => {}
                () = tokio::time::sleep(nap) => {}
            }
        }
    }

    /// Starts one, and tells of it; gives its id, and what is done with it.
    async fn fly(
        &self,
        waiting: WaitingLaunch,
        stop: Stop,
        clock: impl Fn() -> Timestamp + Send + Sync,
        tell: &(impl Fn(Serving) + Send + Sync),
    ) -> (String, After) {
        let id = waiting.id.clone();
        if waiting.timing(clock()) == Timing::Due {
            tell(Serving::Starting(Box::new(waiting.clone())));
        }
        let progress = |done, of| tell(Serving::Progress(id.clone(), done, of));
        let held_up = HeldUp {
            why: Mutex::new(self.held_up.of(&id)),
            tell: &|why| tell(Serving::HeldUp(Box::new(waiting.clone()), why.to_owned())),
        };
        let became = self
            .start_held(&id, &stop, &clock, &held_up, progress)
            .await;
        self.held_up.keep(&id, held_up.reason());
        match became {
            Ok(became) => {
                let after = match &became {
                    Became::NotYet => After::Again,
                    Became::Launched(_) => After::Sent,
                    Became::Ended(_) | Became::Elsewhere(_) => After::Over,
                };
                tell(Serving::Became(Box::new(waiting.clone()), became));
                (id.clone(), after)
            }
            Err(error) => {
                if held_up.reason().is_none() {
                    self.held_up.keep(&id, Some(error.to_string()));
                }
                tell(Serving::Trouble(error.to_string()));
                tokio::time::sleep(TICK).await;
                (id.clone(), After::Again)
            }
        }
    }
}
