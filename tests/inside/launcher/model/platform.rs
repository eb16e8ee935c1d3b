//! The platform of the model, and the consoles before it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mylink_console::domain::launch::LaunchRecord;
use mylink_console::domain::plan::Plan;
use mylink_console::domain::problem::Surface;
use mylink_console::domain::secret::Secret;
use mylink_console::domain::settings::Setting;
use mylink_console::domain::waiting::{WaitingLaunch, WaitingState};
use mylink_console::launcher::{LaunchError, NotStarted, Served, Stop, Until};
use mylink_console::platform::{Client, ClientOptions};
use mylink_console::session::Became;
use mylink_console::store::journal::WaitingFilter;
use rusqlite::Connection;
use tokio::sync::Notify;

use super::super::desk::{Desk, RED};
use super::word;
use super::world::{Door, Hook, REPEAT_WINDOW, mark};
use crate::scripted::{Received, Reply, Scripted};

/// A server whose answers the story chooses.
pub struct Platform {
    server: Scripted,
    shared: Arc<Shared>,
    first: Mutex<Option<Desk>>,
}

struct Shared {
    will: Mutex<Will>,
    died: Notify,
    journal: Mutex<Option<PathBuf>>,
    arrived: Mutex<Vec<String>>,
    broken: Mutex<Vec<String>>,
}

struct Will {
    hook: Hook,
    door: Door,
    generation: usize,
}

impl Platform {
    pub async fn start() -> Self {
        let shared = Arc::new(Shared {
            will: Mutex::new(Will {
                hook: Hook::Status(200),
                door: Door::Opens,
                generation: 0,
            }),
            died: Notify::new(),
            journal: Mutex::default(),
            arrived: Mutex::default(),
            broken: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        let server = Scripted::serve(move |request, _| serving.answer(request)).await;
        Self {
            server,
            shared,
            first: Mutex::default(),
        }
    }

    /// What it does from now on.
    pub fn will(&self, hook: Hook, door: Door) {
        let mut will = self.shared.will.lock().unwrap();
        (will.hook, will.door) = (hook, door);
    }

    /// Takes tokens of this generation alone.
    pub fn expire(&self, generation: usize) {
        self.shared.will.lock().unwrap().generation = generation;
    }

    /// Returns when a console is to die.
    pub async fn died(&self) {
        self.shared.died.notified().await;
    }

    /// The marks of the bodies that arrived.
    pub fn arrived(&self) -> Vec<String> {
        self.shared.arrived.lock().unwrap().clone()
    }

    pub fn broken_promises(&self) -> Vec<String> {
        self.shared.broken.lock().unwrap().clone()
    }

    pub async fn first_console(&self) -> Console {
        let desk = Desk::before(&self.server, "").await;
        desk.record("b1", &[(Setting::DirectMode, false)]).await;
        *self.shared.journal.lock().unwrap() = Some(desk.journal());
        *self.first.lock().unwrap() = Some(desk);
        self.console()
    }

    /// A further console on the same files.
    pub fn console(&self) -> Console {
        let desk = self.first.lock().unwrap().as_ref().unwrap().another();
        let clock = Arc::new(AtomicI64::new(0));
        Console {
            client: self.client(&clock),
            desk,
            clock,
            review: None,
        }
    }

    fn client(&self, clock: &Arc<AtomicI64>) -> Client {
        let clock = Arc::clone(clock);
        let now = move || {
            let ahead = SignedDuration::from_mins(clock.load(Ordering::SeqCst));
            Timestamp::UNIX_EPOCH + SignedDuration::from_hours(500_000) + ahead
        };
        let options = ClientOptions::new(self.server.url.clone(), Secret::new("acc"));
        Client::with_clock(options, Arc::new(now)).unwrap()
    }
}

impl Shared {
    fn answer(&self, request: &Received) -> Reply {
        let will = self.will.lock().unwrap();
        if request.line.contains("/authorization/") {
            return match will.door {
                Door::Opens => {
                    let token = format!(r#"{{"token":"t{}","expires":60}}"#, will.generation);
                    Reply::json(200, &token)
                }
                Door::Broken => Reply::json(500, "{}"),
                Door::Dies => self.dies(),
            };
        }
        self.arrives(request);
        if request.authorization() != Some(&format!("Bearer t{}", will.generation)) {
            return Reply::json(401, "{}");
        }
        match will.hook {
            Hook::Status(status) => Reply::json(status, "{}"),
            Hook::Garbage => Reply::raw("no answer at all\r\n\r\n"),
            Hook::Close => Reply::Close,
            Hook::CutHead => Reply::raw("HTTP/1.1 200 X\r\nContent-"),
            Hook::CutBody => Reply::raw("HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n{"),
            Hook::Dies => self.dies(),
        }
    }

    fn dies(&self) -> Reply {
        self.died.notify_one();
        Reply::Hold
    }

    /// A request is on the record, as one that is being sent, before its first byte leaves.
    fn arrives(&self, request: &Received) {
        let plan = (0..9).find(|plan| request.body.contains(&mark(*plan)));
        self.arrived
            .lock()
            .unwrap()
            .push(plan.map(mark).unwrap_or_default());
        let path = self.journal.lock().unwrap().clone().unwrap();
        let journal = Connection::open(path).unwrap();
        journal.busy_timeout(Duration::from_secs(5)).unwrap();
        let found: i64 = journal
            .query_row(
                "SELECT count(*) FROM launch JOIN call ON call.launch = launch.sequence
                 JOIN body ON body.launch = call.launch AND body.number = call.number
                 WHERE launch.outcome = 'sending' AND call.outcome = 'sending' AND body.text = ?1",
                [&request.body],
                |row| row.get(0),
            )
            .unwrap();
        if found != 1 {
            let broken = format!("{found} records of {}", request.body);
            self.broken.lock().unwrap().push(broken);
        }
    }
}

/// A console: its session, its client, its clock, and the hash of what it reviewed.
pub struct Console {
    pub desk: Desk,
    pub review: Option<(usize, String)>,
    client: Client,
    clock: Arc<AtomicI64>,
}

impl Console {
    pub async fn review(&mut self, plan: usize) {
        let prepared = self.desk.prepare(&text(plan)).await;
        let hash = self.desk.session.launcher.review(&prepared).hash;
        self.review = Some((plan, hash));
    }

    /// Confirms a review: what is sent is prepared anew, and held against it.
    pub async fn launch(
        &self,
        (plan, hash): (usize, String),
        again: bool,
    ) -> Result<LaunchRecord, LaunchError> {
        let prepared = self.desk.prepare(&text(plan)).await;
        let launcher = &self.desk.session.launcher;
        launcher
            .launch(&self.client, prepared, word(hash, again), |_, _| {})
            .await
    }

    /// Confirms a review with a time: an hour later than the one before it.
    pub async fn hold(
        &self,
        (plan, hash): (usize, String),
        again: bool,
        place: usize,
    ) -> Result<WaitingLaunch, LaunchError> {
        let prepared = self.desk.prepare(&text(plan)).await;
        let hours = i64::try_from(place).unwrap() + 1;
        let due = Timestamp::now() + SignedDuration::from_hours(hours);
        let until = Until {
            due: due.to_zoned(TimeZone::UTC),
            expect: None,
            surface: Surface::Console,
        };
        let launcher = &self.desk.session.launcher;
        launcher
            .hold(&self.client, &prepared, word(hash, again), until)
            .await
    }

    /// What waits and waited, in the order in which it was confirmed.
    pub async fn waiting(&self) -> Vec<WaitingLaunch> {
        let filter = WaitingFilter {
            with_ended: true,
            ..WaitingFilter::default()
        };
        let mut all = self.desk.session.waiting(filter).await.unwrap();
        all.sort_by_key(|waiting| waiting.confirmed_at);
        all
    }

    /// Comes to a waiting launch at its time, or too late. As the session does, but with this console's client.
    pub async fn serve(&self, place: usize, is_late: bool) -> Became {
        let session = &self.desk.session;
        let id = self.waiting().await[place].id.clone();
        let waiting = session.waiting_launch(&id).await.unwrap();
        let late = if is_late { 31 } else { 0 };
        let at = waiting.due_at + SignedDuration::from_secs(late);
        if is_late || !waiting.is_waiting() {
            let stop = Stop::default();
            let looked = session.start_waiting(&id, &stop, || at, |_, _| {});
            return looked.await.unwrap();
        }
        let plan = Plan::from_json(&waiting.plan).unwrap();
        let prepared = session.prepare_to_start(plan, Surface::Console);
        let prepared = prepared.await.unwrap();
        let clock = || at;
        let served = Served {
            waiting: &waiting,
            clock: &clock,
        };
        let started = session.launcher.start_waiting(
            &self.client,
            prepared,
            served,
            Stop::default(),
            |_, _| {},
        );
        match started.await {
            Ok(record) => Became::Launched(Box::new(record)),
            Err(NotStarted::Refused(why)) => {
                let state = WaitingState::Refused;
                let ended = session.launcher.end_waiting(&id, state, why, at);
                Became::Ended(Box::new(ended.await.unwrap()))
            }
            Err(error) => panic!("{error:?}"),
        }
    }

    /// Moves the clock by which tokens expire; what is left of the repeat window moves along.
    pub fn set_clock(&mut self, minutes: i64) {
        self.clock.store(minutes, Ordering::SeqCst);
        let left = u64::try_from((REPEAT_WINDOW - minutes).max(0)).unwrap();
        self.desk.session.launcher.repeat_window = Duration::from_mins(left);
    }

    /// Asks for a token anew at the next launch.
    pub fn forget_token(&mut self, platform: &Platform) {
        self.client = platform.client(&self.clock);
    }
}

fn text(plan: usize) -> String {
    let variables = format!(r#","variables":[{{"name":"p","value":{}}}]}}"#, mark(plan));
    format!("{}{variables}", RED.strip_suffix('}').unwrap())
}
