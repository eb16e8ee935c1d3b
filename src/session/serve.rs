//! Serving what waits: sleeping until the next time, starting it, and looking now and then whether other processes made
//! or took back some meanwhile.
//!
//! While something waits the wall clock is looked at once a second at least: timers stand still while a machine is
//! suspended, and clocks are set. While nothing does, a look at the journal's length is all: every 20 seconds where the
//! system tells of changes, else every other second.

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::waiting::{Became, HeldUp};
use super::{Session, SessionError};
use crate::domain::waiting::{Timing, WaitingLaunch};
use crate::launcher::Stop;
use crate::store::journal::{Glance, WaitingFilter};
use crate::store::serving::Serves;

/// The longest sleep while something waits.
const TICK: Duration = Duration::from_secs(1);
/// The longest sleep while nothing does.
const GLANCE: Duration = Duration::from_secs(2);
/// The same where changes are told: shorter than the time of grace, so that one that was not told of is late at the worst.
const RARE: Duration = Duration::from_secs(20);
/// A wall clock that goes back by more than this against the other clock was set.
const SET_BACK: SignedDuration = SignedDuration::from_secs(2);

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
}

/// How to serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// As long as something waits.
    NothingWaits,
    /// Until it is asked to end.
    Asked,
}

/// Wakes a serving up: the journal may have changed.
#[derive(Debug, Default)]
pub struct Nudge {
    told: Notify,
    /// Whether every change is told: then little is looked at in between while nothing waits.
    tells_all: bool,
    /// What takes the calls back that are not sent yet, of those that are being started, by their ids.
    stops: Mutex<HashMap<String, Stop>>,
}

impl Nudge {
    /// One that tells of every change.
    pub fn of_all() -> Self {
        Self {
            tells_all: true,
            ..Self::default()
        }
    }

    /// Stops a launch that is served before its next call; says whether it is under way.
    pub fn stop(&self, id: &str) -> bool {
        self.stops().get(id).map(Stop::ask).is_some()
    }

    fn stops(&self) -> MutexGuard<'_, HashMap<String, Stop>> {
        self.stops.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, id: &str) -> Stop {
        let stop = Stop::default();
        self.stops().insert(id.to_owned(), stop.clone());
        stop
    }

    fn end(&self, id: &str) {
        self.stops().remove(id);
    }

    fn stop_all(&self) {
        for stop in self.stops().values() {
            stop.ask();
        }
    }

    /// Wakes it up.
    pub fn tell(&self) {
        self.told.notify_one();
    }
}

/// Why launches did not start yet, by their ids: where noting that one was missed fails, the reason is not lost.
#[derive(Default)]
struct Reasons(Mutex<HashMap<String, String>>);

impl Reasons {
    fn of(&self, id: &str) -> Option<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).cloned()
    }

    fn keep(&self, id: &str, why: Option<String>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(why) = why {
            known.insert(id.to_owned(), why);
        }
    }
}

/// What one serving knows.
struct Server<'a> {
    session: &'a Session,
    glance: Glance,
    list: Vec<WaitingLaunch>,
    was_told: bool,
    /// Those that were begun; they are not looked at a second time.
    begun: HashSet<String>,
    clocks: (Timestamp, Instant),
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
        let _serves = Serves::begin(&self.launcher.locks)?;
        let mut server = Server {
            session: self,
            glance: Glance::at(&self.journal_file),
            list: Vec::new(),
            was_told: false,
            begun: HashSet::new(),
            clocks: (clock(), Instant::now()),
        };
        let mut asked = pin!(asked);
        let reasons = Reasons::default();
        let mut flights = FuturesUnordered::new();
        loop {
            server.look(clock(), &tell).await;
            for waiting in server.due(clock()) {
                let stop = nudge.begin(&waiting.id);
                flights.push(self.fly(waiting, stop, clock, &reasons, &tell));
            }
            let nothing_waits = server.next(clock()).is_none();
            if until == Until::NothingWaits && nothing_waits && flights.is_empty() {
                return Ok(0);
            }
            let nap = server.nap(clock(), nudge.tells_all);
            tokio::select! {
                biased;
                () = &mut asked => {
                    nudge.stop_all();
                    while flights.next().await.is_some() {}
                    return Ok(server.left().await);
                }
                Some((id, is_over)) = flights.next(), if !flights.is_empty() => {
                    nudge.end(&id);
                    if !is_over {
                        server.begun.remove(&id);
                    }
                }
                () = nudge.told.notified() => {}
                () = tokio::time::sleep(nap) => {}
            }
        }
    }

    /// Starts one, and tells of it; gives its id, and whether it is done with.
    async fn fly(
        &self,
        waiting: WaitingLaunch,
        stop: Stop,
        clock: impl Fn() -> Timestamp + Send + Sync,
        reasons: &Reasons,
        tell: &(impl Fn(Serving) + Send + Sync),
    ) -> (String, bool) {
        let id = waiting.id.clone();
        if waiting.timing(clock()) == Timing::Due {
            tell(Serving::Starting(Box::new(waiting.clone())));
        }
        let progress = |done, of| tell(Serving::Progress(id.clone(), done, of));
        let held_up = HeldUp {
            why: Mutex::new(reasons.of(&id)),
            tell: &|why| tell(Serving::HeldUp(Box::new(waiting.clone()), why.to_owned())),
        };
        let became = self
            .start_held(&id, &stop, &clock, &held_up, progress)
            .await;
        reasons.keep(&id, held_up.reason());
        match became {
            Ok(became) => {
                let is_over = became != Became::NotYet;
                tell(Serving::Became(Box::new(waiting.clone()), became));
                (id.clone(), is_over)
            }
            Err(error) => {
                if held_up.reason().is_none() {
                    reasons.keep(&id, Some(error.to_string()));
                }
                tell(Serving::Trouble(error.to_string()));
                tokio::time::sleep(TICK).await;
                (id.clone(), false)
            }
        }
    }
}

impl Server<'_> {
    /// Reads what waits, where the journal changed, and looks at the clock.
    async fn look(&mut self, now: Timestamp, tell: &(impl Fn(Serving) + Sync)) {
        self.compare_clocks(now, tell);
        if !self.glance.changed() {
            return;
        }
        match self.session.waiting(WaitingFilter::default()).await {
            Ok(list) => {
                let is_new = !self.was_told || list != self.list;
                self.list.clone_from(&list);
                self.was_told = true;
                if is_new {
                    tell(Serving::List(list));
                }
            }
            Err(error) => tell(Serving::Trouble(error.to_string())),
        }
    }

    fn compare_clocks(&mut self, now: Timestamp, tell: &(impl Fn(Serving) + Sync)) {
        let (wall, steady) = self.clocks;
        let passed = SignedDuration::try_from(steady.elapsed()).unwrap_or_default();
        let back = passed - now.duration_since(wall);
        self.clocks = (now, Instant::now());
        if back > SET_BACK && self.list.iter().any(WaitingLaunch::is_waiting) {
            tell(Serving::SetBack(back));
        }
    }

    /// Those whose time has come, or is over, and that were not begun yet.
    fn due(&mut self, now: Timestamp) -> Vec<WaitingLaunch> {
        let has_come = |waiting: &&WaitingLaunch| !matches!(waiting.timing(now), Timing::Early(_));
        let waiting = self.list.iter().filter(|waiting| waiting.is_waiting());
        let due = waiting.filter(has_come).cloned();
        let begun = &mut self.begun;
        due.filter(|waiting| begun.insert(waiting.id.clone()))
            .collect()
    }

    /// What is left until the next one.
    fn next(&self, now: Timestamp) -> Option<SignedDuration> {
        let open = self
            .list
            .iter()
            .filter(|waiting| waiting.is_waiting() && !self.begun.contains(&waiting.id));
        open.map(|waiting| waiting.due_at.duration_since(now)).min()
    }

    /// How long nothing is to be done.
    fn nap(&self, now: Timestamp, is_told: bool) -> Duration {
        match self.next(now) {
            None if is_told => RARE,
            None => GLANCE,
            Some(left) => Duration::try_from(left).map_or(Duration::ZERO, |left| left.min(TICK)),
        }
    }

    /// How many wait by the record, those too whose time has come and that could not be started.
    async fn left(&self) -> usize {
        let read = self.session.waiting(WaitingFilter::default()).await;
        let list = read.as_ref().unwrap_or(&self.list);
        list.iter().filter(|waiting| waiting.is_waiting()).count()
    }
}
