//! Effects performed: each in a task of its own, answered with a message.

mod browse;
mod complete;
mod drafts;
mod evaluate;
mod explain;
mod file;
mod freeze;
mod launch;
mod look;
mod others;
mod past;
mod plans;
mod rehearse;
mod start;
mod suppression;
mod waiting;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use drafts::Drafts;

use super::count::Counter;
use super::run::Incoming;
use crate::domain::launch::{SettledAs, Settlement};
use crate::domain::settings::Setting;
use crate::domain::text::shown;
use crate::launcher::LaunchError;
use crate::model::effect::BroadcastKey;
use crate::model::message::SyncReport;
use crate::model::{Action, Context, Effect, Keymap, Notice, Reply};
use crate::session::serve::Nudge;
use crate::session::{Found, Session, SessionError};

/// Performs effects.
#[derive(Clone)]
pub(super) struct Performer {
    session: Arc<Session>,
    send: UnboundedSender<Incoming>,
    counter: Arc<Counter>,
    completer: Arc<Counter>,
    drafts: Drafts,
    /// Says a file that is being read to stop.
    reading: Arc<file::Reading>,
    /// Sorts, searches and counts contacts that are looked through.
    browsing: Arc<browse::Browsing>,
    /// Says the rehearsal that is under way to stop.
    rehearsing: Arc<rehearse::Rehearsing>,
    /// What must be finished before the program ends: launches, and what is written.
    unfinished: TaskTracker,
    /// What takes the calls of a batch back that are not sent yet.
    stops: launch::Stops,
    /// Wakes up what serves waiting launches.
    nudge: Arc<Nudge>,
    /// Ends the serving.
    ending: CancellationToken,
    /// What the screen was told last of what others change.
    told: others::LastTold,
}

impl Performer {
    pub(super) fn new(session: Arc<Session>, send: UnboundedSender<Incoming>) -> io::Result<Self> {
        Ok(Self {
            session,
            send,
            counter: Arc::new(Counter::start("count")?),
            completer: Arc::new(Counter::start("complete")?),
            drafts: Drafts::default(),
            reading: Arc::default(),
            browsing: Arc::new(browse::Browsing::start()?),
            rehearsing: Arc::default(),
            unfinished: TaskTracker::new(),
            stops: launch::Stops::default(),
            nudge: Arc::new(Nudge::of_all()),
            ending: CancellationToken::new(),
            told: others::LastTold::default(),
        })
    }

    /// Stops batches before their next call, and waits for launches in flight, and for what is being written.
    pub(super) async fn finish(self) {
        self.keep_drafts();
        self.reading.stop();
        self.browsing.stop();
        self.rehearsing.stop();
        self.stops.leave_all();
        self.ending.cancel();
        self.unfinished.close();
        self.unfinished.wait().await;
    }

    pub(super) fn perform(&self, effect: Effect) {
        match effect {
            Effect::LoadOverview => self.load_overview(),
            Effect::Sync => self.sync(),
            Effect::LoadDraft(key) => self.load_draft(key),
            Effect::SaveDraft(key, plan) => self.save_draft(key, plan),
            Effect::TakeDraft {
                broadcast,
                mark,
                gives_way,
            } => self.take_draft(broadcast, mark, gives_way),
            Effect::KeepDrafts => self.keep_drafts(),
            Effect::Evaluate(id, key, plan) => self.evaluate(id, key, plan),
            Effect::Explain(id, key, plan, name) => {
                self.look(move |session| explain::contacts(session, id, key, plan, name));
            }
            Effect::Complete(id, key, wanted) => self.complete(id, key, wanted),
            Effect::Review(id, key, plan) => self.review(id, key, *plan),
            Effect::Freeze(_, key, plan) => self.freeze(key, *plan),
            Effect::WithoutReached(_, key, plan) => self.without_reached(key, *plan),
            Effect::Rehearse(id, key, plan) => self.rehearse(id, key, *plan),
            Effect::StopRehearsal => self.rehearsing.stop(),
            Effect::Launch(id, confirmation) => self.launch(id, *confirmation),
            Effect::Hold(id, confirmation, due) => self.hold(id, *confirmation, *due),
            Effect::TakeBack(id) => self.take_back(id),
            Effect::MoveWaiting { launch, from, to } => self.move_waiting(launch, from, *to),
            Effect::ServeWaiting => self.serve(),
            Effect::StopBatch(id) => self.stops.ask(id),
            Effect::StopSending { launch, broadcast } => self.stop_sending(&launch, broadcast),
            Effect::Settle {
                launch,
                settled_as,
                reason,
            } => self.settle(launch, settled_as, reason),
            Effect::SetEnabled(key, enabled) => self.set_enabled(key, enabled),
            Effect::SetSetting(key, setting, on) => self.set_setting(key, setting, on),
            Effect::LoadLaunch(id) => self.look(move |session| look::launch(session, id)),
            Effect::Browse(id, work) => self.browse(id, work),
            Effect::File(id, work) => self.file(id, work),
            Effect::Suppression(id, work) => self.suppression(id, work),
            Effect::Start(id, work) => self.start(id, work),
            Effect::CopyCurl(id, call) => self.copy_curl(id, call),
            Effect::FindContact(id, key, target) => {
                self.look(move |session| look::contact(session, id, key, *target));
            }
            Effect::LaunchAgain(id) => self.look(move |session| past::again(session, id)),
            Effect::LaunchRest(id) => self.look(move |session| past::rest(session, id)),
            Effect::LoadSince(id) => self.look(move |session| past::since(session, id)),
            Effect::ExportLaunch(id) => self.act(past::export(Arc::clone(&self.session), id)),
            Effect::ListPlans => self.look(plans::list),
            Effect::OpenPlan(name) => self.look(move |session| plans::open(session, name)),
            Effect::MakePlan(text) => self.look(move |session| plans::make(session, text)),
            Effect::SavePlan {
                name,
                text,
                replace,
            } => self.act(plans::save(Arc::clone(&self.session), name, text, replace)),
            Effect::DeletePlan(name) => {
                self.act(plans::delete(Arc::clone(&self.session), name));
            }
            Effect::Wake(milliseconds) => self.wake(milliseconds),
            // The loop hands the terminal over itself, and sees by itself that the program is to end.
            Effect::EditText(..) | Effect::Quit => {}
        }
    }

    /// Answers with what a function finds out, or says why it could not.
    fn look<F, R>(&self, find_out: F)
    where
        F: FnOnce(Arc<Session>) -> R,
        R: Future<Output = Result<Reply, SessionError>> + Send + 'static,
    {
        let answer = find_out(Arc::clone(&self.session));
        let send = self.send.clone();
        tokio::spawn(async move {
            let reply = answer
                .await
                .unwrap_or_else(|error| Reply::Say(notice_of(&error)));
            let _ = send.send(Incoming::reply(reply));
        });
    }

    /// Like [`Performer::look`], but the program doesn't end before it is done.
    fn act<R>(&self, act: R)
    where
        R: Future<Output = Result<Reply, SessionError>> + Send + 'static,
    {
        let send = self.send.clone();
        self.unfinished.spawn(async move {
            let reply = act
                .await
                .unwrap_or_else(|error| Reply::Done(notice_of(&error)));
            let _ = send.send(Incoming::reply(reply));
        });
    }

    fn sync(&self) {
        let (session, send) = (Arc::clone(&self.session), self.send.clone());
        tokio::spawn(async move {
            let tell = |reply| drop(send.send(Incoming::reply(reply)));
            let shown_early = std::sync::atomic::AtomicBool::new(false);
            let result = session.sync(|progress| {
                tell(Reply::Syncing(progress.words));
                if progress.has_broadcasts
                    && !shown_early.swap(true, std::sync::atomic::Ordering::Relaxed)
                {
                    tell(Reply::HasBroadcasts);
                }
            });
            let report = match result.await {
                Ok(report) => SyncReport {
                    notes: report.notes,
                    error: None,
                },
                Err(error) => SyncReport {
                    notes: Vec::new(),
                    error: Some(error.to_string()),
                },
            };
            if let Ok(client) = session.client().await {
                tell(Reply::TokenUntil(client.token_expires_at()));
            }
            tell(Reply::Synced(report));
        });
    }

    fn settle(&self, launch: String, settled_as: SettledAs, reason: String) {
        let session = Arc::clone(&self.session);
        self.act(async move {
            session.allow_record().await?;
            let settlement = Settlement {
                settled_as,
                by: session.operator.clone(),
                at: jiff::Timestamp::now(),
                reason,
            };
            let launch = session.launcher.settle(&launch, settlement).await?;
            let name = shown(&launch.broadcast.name).into_owned();
            Ok(Reply::Done(Notice::ok(format!(
                "Settled: {name} was {}.",
                settled_as.word().replace('_', " ")
            ))))
        });
    }

    fn set_enabled(&self, key: BroadcastKey, enabled: bool) {
        let session = Arc::clone(&self.session);
        self.act(async move {
            let found = find(&session, &key).await?;
            session.set_enabled(&found, enabled).await?;
            let word = if enabled { "enabled" } else { "disabled" };
            Ok(Reply::Done(Notice::ok(format!(
                "{} is {word} on the platform.",
                shown(&found.broadcast.name)
            ))))
        });
    }

    fn set_setting(&self, key: BroadcastKey, setting: Setting, on: bool) {
        let session = Arc::clone(&self.session);
        self.act(async move {
            let found = find(&session, &key).await?;
            session.change_settings(&found, &[(setting, on)]).await?;
            let word = if on { "on" } else { "off" };
            let how = if session.pushes_settings() {
                "switched"
            } else {
                "recorded here as"
            };
            Ok(Reply::Done(Notice::ok(format!(
                "{} is {how} {word}.",
                setting.label()
            ))))
        });
    }

    fn copy_curl(&self, id: String, call: usize) {
        let (session, send) = (Arc::clone(&self.session), self.send.clone());
        self.look(move |_| async move {
            let (_, curl) = look::launch_with_curl(&session, id, call).await?;
            let _ = send.send(Incoming::Copy(curl));
            Ok(Reply::Nothing)
        });
    }

    fn wake(&self, milliseconds: u64) {
        let send = self.send.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            let _ = send.send(Incoming::Wake);
        });
    }
}

async fn find(session: &Session, key: &BroadcastKey) -> Result<Found, SessionError> {
    session.find_broadcast(&key.id, Some(&key.bot)).await
}

fn notice_of(error: &SessionError) -> Notice {
    tracing::warn!(%error, "an effect failed");
    match error {
        SessionError::Launch(error) => not_launched(error),
        error => Notice::error(error.to_string()),
    }
}

/// Why nothing was launched, with the keys that help where the command line has flags.
fn not_launched(error: &LaunchError) -> Notice {
    let LaunchError::Against(against) = error else {
        return Notice::error(error.to_string());
    };
    let keymap = Keymap::shipped().ok();
    let key = |context, action| {
        let found = keymap.as_ref();
        found.and_then(|keymap| keymap.key_of(&[context], action))
    };
    let settle = key(Context::Everywhere, Action::Settle).unwrap_or_default();
    let again = key(Context::Review, Action::Again).unwrap_or_default();
    Notice::error(against.on_screen(&settle, &again))
}
