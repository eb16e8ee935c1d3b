//! What other processes did to the profile: looked at when its files changed, and told to the screen where it matters.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Performer, look};
use crate::domain::standing::RecordTrouble;
use crate::model::Reply;
use crate::runtime::fault;
use crate::runtime::run::Incoming;
use crate::session::{Session, SessionError};

/// While another process syncs, contacts are counted anew this often; and once more as soon as it ends.
const WHILE_SYNCED: Duration = Duration::from_secs(6);

/// How often it is looked whether that sync has ended.
const SYNC_LOOK: Duration = Duration::from_millis(500);

/// What the screen was told last of what others change.
#[derive(Clone, Default)]
pub(super) struct LastTold(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    /// Why nothing can be put on the record.
    trouble: Option<RecordTrouble>,
    /// When the screen was told what the cache holds.
    at: Option<Instant>,
    /// Whether the end of another process's sync is waited for.
    awaits_sync: bool,
}

impl LastTold {
    fn lock(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether somebody has to wait for the end of a sync: only the first who asks.
    fn starts_waiting(&self) -> bool {
        !std::mem::replace(&mut self.lock().awaits_sync, true)
    }

    fn is_recent(&self) -> bool {
        let at = self.lock().at;
        at.is_some_and(|at| at.elapsed() < WHILE_SYNCED)
    }
}

impl Performer {
    /// Tells the screen what cache and journal hold now, if another process changed something, or if the record has
    /// begun or ceased to take launches; and what it made of the draft that is open.
    pub(in crate::runtime) fn look_again(&self) {
        // What waits may have changed: whoever serves it looks at that by itself.
        self.nudge.tell();
        self.look_at_draft();
        let (session, send) = (Arc::clone(&self.session), self.send.clone());
        let told = self.told.clone();
        tokio::spawn(async move {
            fault::point("effect");
            let result = async {
                match what_is_new(&session, &told).await? {
                    News::None => return Ok(None),
                    News::Cache if session.is_syncing() => {
                        if !told.starts_waiting() {
                            return Ok(None);
                        }
                        await_sync(&session, &told).await;
                    }
                    News::Cache | News::Record => {}
                }
                overview(session, told).await.map(Some)
            };
            match result.await {
                Ok(Some(reply)) => drop(send.send(Incoming::Reply(reply))),
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "it can't be seen what others did"),
            }
        });
    }

    /// Tells the screen what cache and journal hold.
    pub(super) fn load_overview(&self) {
        let told = self.told.clone();
        self.look(move |session| overview(session, told));
    }
}

async fn overview(session: Arc<Session>, told: LastTold) -> Result<Reply, SessionError> {
    let folder = session.launcher.locks.parent().map(Path::to_owned);
    told.lock().at = Some(Instant::now());
    let mut found = look::overview(session).await?;
    found.looked_at = folder.as_deref().and_then(last_look::replace_by_now);
    told.lock().trouble.clone_from(&found.trouble);
    Ok(Reply::Overview(found))
}

/// What others changed.
enum News {
    /// Nothing.
    None,
    /// What is cached.
    Cache,
    /// What is on the record, or whether that takes launches.
    Record,
}

async fn what_is_new(session: &Session, told: &LastTold) -> Result<News, SessionError> {
    let trouble = session.record_trouble_now().await;
    let changed = session.changed_elsewhere().await?;
    Ok(if changed.journal || told.lock().trouble != trouble {
        News::Record
    } else if changed.cache {
        News::Cache
    } else {
        News::None
    })
}

/// Waits until the sync of another process has ended, or has brought so much that it is worth a look.
async fn await_sync(session: &Session, told: &LastTold) {
    while told.is_recent() && session.is_syncing() {
        tokio::time::sleep(SYNC_LOOK).await;
    }
    told.lock().awaits_sync = false;
}

/// When somebody was last shown what became of launches: what ended after that, with nobody looking (the connection
/// dropped, the program was killed), is told at the next start. A file beside the journal, not the cache: a mark there
/// would look to other consoles like something new.
mod last_look {
    use std::fs;
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    use std::path::Path;

    use jiff::Timestamp;

    const FILE: &str = "looked-at";

    /// Notes the time; gives the one that was noted before. A mark that can't be read or written is none.
    pub(super) fn replace_by_now(folder: &Path) -> Option<Timestamp> {
        let file = folder.join(FILE);
        let before = fs::read_to_string(&file).ok();
        let written = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&file)
            .and_then(|mut file| write!(file, "{}", Timestamp::now()));
        if let Err(error) = written {
            tracing::debug!(%error, "the time of the last look can't be noted");
        }
        before?.trim().parse().ok()
    }
}
