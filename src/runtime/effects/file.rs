//! Effects on files: what continues a path, the beginning of a table, its targets, and the rows that were rejected.
//!
//! Whatever touches the disk runs on a thread that may wait; a file that is read looks at a flag and stops at once.

pub(super) mod path;
mod read;
mod write;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Performer, notice_of};
use crate::domain::plan::{Form, Method, Plan};
use crate::domain::text::{counted, shown};
use crate::model::effect::RequestId;
use crate::model::file::{
    FileReply, FileWork, OpenedFile, ReadTargets, SuppressColumn, TakeTargets,
};
use crate::model::message::Candidate;
use crate::model::{Notice, Reply};
use crate::runtime::run::Incoming;
use crate::session::{Session, SessionError};

/// Channels that are suggested at most.
const CHANNELS: usize = 20;

/// The file that is being read: one at a time.
#[derive(Debug, Default)]
pub(super) struct Reading(Mutex<Arc<AtomicBool>>);

impl Reading {
    /// Stops it.
    pub(super) fn stop(&self) {
        self.flag().store(true, Ordering::Relaxed);
    }

    fn flag(&self) -> MutexGuard<'_, Arc<AtomicBool>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops what is being read, and begins anew.
    fn begin(&self) -> Arc<AtomicBool> {
        let mut current = self.flag();
        current.store(true, Ordering::Relaxed);
        *current = Arc::default();
        Arc::clone(&current)
    }
}

impl Performer {
    pub(super) fn file(&self, id: RequestId, work: FileWork) {
        match work {
            FileWork::List(typed) => {
                self.blocking(id, move || FileReply::Listed(path::list(&typed)));
            }
            FileWork::Open { path, bot } => self.look(move |session| async move {
                let opened = open(&session, path, bot).await;
                Ok(Reply::File(id, FileReply::Opened(opened.map(Box::new))))
            }),
            FileWork::Read(work) => self.read_targets(id, *work),
            FileWork::Stop => self.reading.stop(),
            FileWork::WriteRejected {
                path,
                source,
                read,
                replace,
            } => self.act(async move {
                let written = blocking(move || write::rejected(&path, &source, &read, replace));
                Ok(Reply::File(id, FileReply::Written(written.await?)))
            }),
            FileWork::Take(work) => self.look(move |session| take(session, id, *work)),
            FileWork::Suppress(work) => self.suppress_column(id, *work),
        }
    }

    /// Answers with what a function that may wait finds out.
    fn blocking(&self, id: RequestId, find_out: impl FnOnce() -> FileReply + Send + 'static) {
        let send = self.send.clone();
        tokio::task::spawn_blocking(move || {
            let _ = send.send(Incoming::reply(Reply::File(id, find_out())));
        });
    }

    fn read_targets(&self, id: RequestId, work: ReadTargets) {
        let (stop, send) = (self.reading.begin(), self.send.clone());
        self.blocking(id, move || {
            let mut tell = progress(id, send);
            FileReply::Read(read::targets(&work, &mut tell, &stop))
        });
    }

    fn suppress_column(&self, id: RequestId, work: SuppressColumn) {
        let (session, stop, send) = (
            Arc::clone(&self.session),
            self.reading.begin(),
            self.send.clone(),
        );
        self.act(async move {
            let reason = work.reason.clone();
            let read = blocking(move || {
                let mut tell = progress(id, send);
                read::column(&work, &mut tell, &stop)
            });
            let reply = match read.await? {
                Err(notice) => FileReply::Suppressed(Err(notice)),
                Ok(None) => FileReply::Read(Ok(None)),
                Ok(Some(people)) => {
                    let done = suppress(&session, people, &reason).await;
                    FileReply::Suppressed(done.map_err(|error| notice_of(&error)))
                }
            };
            Ok(Reply::File(id, reply))
        });
    }
}

/// Tells how far a file is read, but no oftener than a screen is drawn.
fn progress(
    id: RequestId,
    send: tokio::sync::mpsc::UnboundedSender<Incoming>,
) -> impl FnMut(crate::audience::ImportProgress) {
    let mut told: Option<std::time::Instant> = None;
    move |progress| {
        if told.is_none_or(|told| told.elapsed() >= std::time::Duration::from_millis(30)) {
            told = Some(std::time::Instant::now());
            let reply = Reply::File(id, FileReply::Reading(progress));
            let _ = send.send(Incoming::reply(reply));
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, SessionError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| SessionError::Internal(error.to_string()))
}

/// Reads the beginning of a file, and finds what its columns were taken for last time.
async fn open(session: &Session, path: String, bot: Option<String>) -> Result<OpenedFile, Notice> {
    let failed = |error: SessionError| notice_of(&error);
    let (header, stamp) = blocking(move || read::header(&path))
        .await
        .map_err(failed)??;
    // Without a notebook a file can still be imported: only the last mapping isn't known.
    let remembered = session.remembered_mapping(&header.columns).await;
    let remembered = remembered.unwrap_or_else(|error| {
        tracing::warn!(%error, "the mapping of columns can't be read");
        None
    });
    let (variables, channels) = match bot {
        Some(bot) => known(session, &bot).await.map_err(failed)?,
        None => Default::default(),
    };
    Ok(OpenedFile {
        is_remembered: remembered.is_some(),
        mapping: remembered.unwrap_or_else(|| header.mapping()),
        header,
        stamp,
        variables,
        channels,
        country: session.profile.country.clone(),
    })
}

/// The variables of a bot's contacts, and the channels that they are on.
async fn known(
    session: &Session,
    bot: &str,
) -> Result<(Vec<Candidate>, Vec<Candidate>), SessionError> {
    let bot = session.find_bot(bot).await?;
    let contacts = session.contacts(&bot).await?;
    let found = blocking(move || {
        let variables = contacts.table.fields().into_iter().map(|field| Candidate {
            text: field.name,
            contacts: field.contacts,
        });
        let channels = contacts.table.values("bot_channel", "", CHANNELS);
        let channels = channels.into_iter().map(|value| Candidate {
            text: value.value,
            contacts: value.contacts,
        });
        (variables.collect(), channels.collect())
    });
    found.await
}

/// Makes what was read a plan, unless the file is another by now.
async fn take(
    session: Arc<Session>,
    id: RequestId,
    work: TakeTargets,
) -> Result<Reply, SessionError> {
    let (path, stamp) = (work.path.clone(), work.stamp);
    let is_same = blocking(move || read::stamp(&path).is_ok_and(|now| now == stamp)).await?;
    if !is_same {
        return Ok(Reply::File(id, FileReply::Changed));
    }
    let columns = &work.read.columns;
    let remembered = session.remember_mapping(columns, &work.mapping).await;
    let (targets, already) = read::appended(&work.behind, &work.read.targets);
    let taken = work.read.targets.len() as u64 - already;
    let mut said = format!(
        "{} taken from {}.",
        counted(taken, "contact"),
        shown(&path::name(&work.path))
    );
    if !work.behind.is_empty() {
        let all = counted(targets.len() as u64, "target");
        said = format!("{said} The draft has {all} now; {already} were there already.");
    }
    said.push_str(" u takes it back.");
    let notice = match remembered {
        Ok(()) => Notice::ok(said),
        Err(error) => Notice::warning(format!(
            "{said} The columns' use is not remembered: {error}"
        )),
    };
    let plan = Plan {
        broadcast: work.broadcast.id.clone(),
        bot: Some(work.broadcast.bot.clone()),
        method: Method::Post,
        form: Form::Targets { targets },
        delay: work.delay,
    };
    Ok(Reply::Planned(work.broadcast, Box::new(plan), notice))
}

async fn suppress(
    session: &Session,
    people: read::People,
    reason: &str,
) -> Result<Notice, SessionError> {
    let added = super::suppression::add(session, people.identities, reason).await?;
    if people.left_out == 0 {
        return Ok(added);
    }
    Ok(Notice::warning(format!(
        "{} {} could not be read, so whom they name is NOT on the list; the first is {}",
        added.text,
        counted(people.left_out, "row"),
        people.why
    )))
}
