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
use crate::domain::standing::RecordTrouble;
use crate::domain::waiting::{Timing, WaitingLaunch};
use crate::fault;
use crate::launcher::Stop;
use crate::store::journal::{Cut, Glance, WaitingFilter};
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

    fn leave_all(&self) {
        for stop in self.stops().values() {
            stop.leave();
        }
    }

    /// Wakes it up.
    pub fn tell(&self) {
        self.told.notify_one();
    }
}

/// What is done with a launch that was begun.
enum After {
    /// It may be begun again.
    Again,
    /// It waits no more, by the record that is open.
    Over,
    /// It was sent from here, whatever any record says of it later.
    Sent,
}

/// What one serving knows.
struct Server<'a> {
    session: &'a Session,
    /// Said while launches could be started.
    serves: Option<Serves>,
    trouble: Option<RecordTrouble>,
    /// Which opening of the journal `list` was read of.
    opening: u64,
    glance: Glance,
    list: Vec<WaitingLaunch>,
    /// Whether the list is what the record says now.
    is_read: bool,
    was_told: bool,
    /// Whether something waited when the record was well.
    has_waited: bool,
    /// Those that are begun, or were sent; they are not looked at a second time.
    begun: HashSet<String>,
    /// Those that wait no more, by this opening of the journal.
    over: HashSet<String>,
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

impl<'a> Server<'a> {
    fn of(session: &'a Session, now: Timestamp) -> Self {
        Self {
            session,
            serves: None,
            trouble: None,
            opening: 0,
            glance: Glance::at(&session.journal_file),
            list: Vec::new(),
            is_read: false,
            was_told: false,
            has_waited: false,
            begun: HashSet::new(),
            over: HashSet::new(),
            clocks: (now, Instant::now()),
        }
    }

    /// Looks at the clock and at the record, and reads what waits where that may have changed.
    ///
    /// # Errors
    /// At first where it can't be said that somebody serves; later that is told as trouble.
    async fn look(
        &mut self,
        now: Timestamp,
        tell: &(impl Fn(Serving) + Sync),
    ) -> Result<(), SessionError> {
        fault::point("serve");
        self.compare_clocks(now, tell);
        self.look_at_record(tell).await?;
        let has_changed = self.glance.changed();
        if !has_changed && self.is_read {
            return Ok(());
        }
        let list = self.session.waiting(WaitingFilter::default()).await;
        self.is_read = list.is_ok();
        match list {
            Ok(list) => self.take(list, tell),
            Err(error) => tell(Serving::Trouble(error.to_string())),
        }
        Ok(())
    }

    fn take(&mut self, list: Vec<WaitingLaunch>, tell: &(impl Fn(Serving) + Sync)) {
        let is_new = !self.was_told || list != self.list;
        self.was_told = true;
        self.list.clone_from(&list);
        if self.trouble.is_none() {
            self.has_waited = list.iter().any(WaitingLaunch::is_waiting);
        }
        if is_new {
            tell(Serving::List(list));
        }
    }

    /// Whether launches can be put on the record - where another one took its place, on that one - and says that somebody
    /// serves while that is so.
    async fn look_at_record(
        &mut self,
        tell: &(impl Fn(Serving) + Sync),
    ) -> Result<(), SessionError> {
        let trouble = self.session.record_trouble_now().await;
        let opening = self.session.opening().await;
        if opening != self.opening {
            // What ended by the one before may wait by this one.
            self.over.clear();
            self.is_read = false;
        }
        let is_another = self.opening > 0 && opening != self.opening;
        self.opening = opening;
        if trouble.is_some() {
            self.serves = None;
        } else if !self.serves.as_ref().is_some_and(Serves::is_in_place) {
            self.serve(tell)?;
        }
        if let Some(cut) = self.session.take_cut() {
            tell(Serving::Completed(cut));
        }
        if trouble != self.trouble {
            self.trouble.clone_from(&trouble);
            tell(Serving::Record(trouble));
        }
        if is_another && self.trouble.is_none() {
            // By the new one launches may be on their way whose processes are gone.
            if let Err(error) = self.session.launcher.recover().await {
                tell(Serving::Trouble(error.to_string()));
            }
        }
        Ok(())
    }

    /// Says that somebody serves.
    fn serve(&mut self, tell: &(impl Fn(Serving) + Sync)) -> Result<(), SessionError> {
        self.serves = None;
        match Serves::begin(&self.session.launcher.locks) {
            Ok(serves) => self.serves = Some(serves),
            Err(error) if self.was_told => tell(Serving::Trouble(error.to_string())),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Whether nothing waits; a record in trouble isn't believed that.
    fn has_nothing_to_wait_for(&self) -> bool {
        let is_known = self.is_read && (self.trouble.is_none() || !self.has_waited);
        is_known && self.open().next().is_none()
    }

    /// Takes note of one that was begun.
    fn came_back(&mut self, id: String, after: &After) {
        match after {
            After::Again => drop(self.begun.remove(&id)),
            After::Over => {
                self.begun.remove(&id);
                self.over.insert(id);
            }
            After::Sent => {}
        }
    }

    /// Those that wait and are not begun.
    fn open(&self) -> impl Iterator<Item = &WaitingLaunch> {
        let is_open = |id: &String| !self.begun.contains(id) && !self.over.contains(id);
        let waiting = self.list.iter().filter(|waiting| waiting.is_waiting());
        waiting.filter(move |waiting| is_open(&waiting.id))
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
        let due: Vec<_> = self.open().filter(has_come).cloned().collect();
        self.begun
            .extend(due.iter().map(|waiting| waiting.id.clone()));
        due
    }

    /// How long nothing is to be done.
    fn nap(&self, now: Timestamp, is_told: bool, is_idle: bool) -> Duration {
        let next = self
            .open()
            .map(|waiting| waiting.due_at.duration_since(now))
            .min();
        let is_awaited = !is_idle || self.trouble.is_some() && self.has_waited;
        match next {
            None if is_awaited => TICK,
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
