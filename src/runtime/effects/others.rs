//! What other processes did to the profile: looked at when its files changed, and told to the screen where it matters.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Performer, look};
use crate::domain::gate::Gate;
use crate::domain::standing::RecordTrouble;
use crate::fault;
use crate::model::Reply;
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
    /// The limits of the profile.
    gate: Option<Gate>,
    /// When the screen was told what the cache holds.
    at: Option<Instant>,
    /// Whether the end of another process's sync is waited for.
    awaits_sync: bool,
}

impl LastTold {
    fn lock(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_recent(&self) -> bool {
        let at = self.lock().at;
        at.is_some_and(|at| at.elapsed() < WHILE_SYNCED)
    }

    /// Waits until the sync of another process has ended, or has brought so much that it is worth a look; says whether
    /// that look is for the caller: one of many that wait is enough.
    async fn outlasts_sync(&self, session: &Session) -> bool {
        if !session.is_syncing() {
            return true;
        }
        if std::mem::replace(&mut self.lock().awaits_sync, true) {
            return false;
        }
        while self.is_recent() && session.is_syncing() {
            tokio::time::sleep(SYNC_LOOK).await;
        }
        self.lock().awaits_sync = false;
        true
    }
}

impl Performer {
    /// Tells the screen what cache and journal hold now, if another process changed something, or if the record has
    /// begun or ceased to take launches, or the profile has become stricter; and what it made of the draft that is open.
    pub(in crate::runtime) fn look_again(&self) {
        // What waits may have changed: whoever serves it looks at that by itself.
        self.nudge.tell();
        self.look_at_draft();
        let (session, send) = (Arc::clone(&self.session), self.send.clone());
        let told = self.told.clone();
        tokio::spawn(async move {
            fault::point("effect");
            let found = session.record_trouble_now().await;
            let gate = session.gate_now().await;
            let is_told = {
                let told = told.lock();
                told.trouble == found && told.gate.as_ref() == Some(&gate)
            };
            let changed = session.changed_elsewhere().await;
            let is_record = !is_told || changed.as_ref().map_or(true, |changed| changed.journal);
            let is_cache = changed.is_ok_and(|changed| changed.cache);
            let is_news = is_record || is_cache && told.outlasts_sync(&session).await;
            if !is_news {
                return;
            }
            match overview(session, told.clone()).await {
                Ok(reply) => drop(send.send(Incoming::reply(reply))),
                Err(error) => {
                    tracing::warn!(%error, "the overview could not be read again");
                    // What can't be read stays on the screen as it was, but not as if all were well.
                    told.lock().trouble.clone_from(&found);
                    let _ = send.send(Incoming::reply(Reply::Record(found)));
                }
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
    let mut told = told.lock();
    told.trouble.clone_from(&found.trouble);
    told.gate = found.gate.as_deref().cloned();
    Ok(Reply::Overview(found))
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
