//! What other processes did to the profile: looked at when its files changed, and told to the screen where it matters.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Performer, look};
use crate::domain::standing::RecordTrouble;
use crate::fault;
use crate::model::Reply;
use crate::runtime::run::Incoming;
use crate::session::{Session, SessionError};

/// Why nothing can be put on the record, as the screen was told last.
#[derive(Clone, Default)]
pub(super) struct LastTrouble(Arc<Mutex<Option<RecordTrouble>>>);

impl LastTrouble {
    fn lock(&self) -> MutexGuard<'_, Option<RecordTrouble>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Performer {
    /// Tells the screen what cache and journal hold now, if another process changed something, or if the record has
    /// begun or ceased to take launches.
    pub(in crate::runtime) fn look_again(&self) {
        // What waits may have changed: whoever serves it looks at that by itself.
        self.nudge.tell();
        let (session, send) = (Arc::clone(&self.session), self.send.clone());
        let trouble = self.trouble.clone();
        tokio::spawn(async move {
            fault::point("effect");
            let found = session.record_trouble_now().await;
            let is_told = *trouble.lock() == found;
            let is_new = !is_told || session.is_changed_elsewhere().await.unwrap_or(true);
            if !is_new {
                return;
            }
            match overview(session, trouble.clone()).await {
                Ok(reply) => drop(send.send(Incoming::Reply(reply))),
                Err(error) => {
                    tracing::warn!(%error, "the overview could not be read again");
                    // What can't be read stays on the screen as it was, but not as if all were well.
                    trouble.lock().clone_from(&found);
                    let _ = send.send(Incoming::Reply(Reply::Record(found)));
                }
            }
        });
    }

    /// Tells the screen what cache and journal hold.
    pub(super) fn load_overview(&self) {
        let trouble = self.trouble.clone();
        self.look(move |session| overview(session, trouble));
    }
}

async fn overview(session: Arc<Session>, told: LastTrouble) -> Result<Reply, SessionError> {
    let folder = session.launcher.locks.parent().map(Path::to_owned);
    let mut found = look::overview(session).await?;
    found.looked_at = folder.as_deref().and_then(last_look::replace_by_now);
    told.lock().clone_from(&found.trouble);
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
