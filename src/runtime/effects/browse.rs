//! Effects on contacts that are looked through. Sorting and searching have a thread of their own, counting values
//! another: what is overtaken stops.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use super::file::path::resolve;
use super::{Performer, notice_of};
use crate::audience::{Scene, Values, ValuesOf, arranged, find_contact, hits, values};
use crate::domain::record::Bot;
use crate::domain::text::shown;
use crate::model::browse::{
    Arrange, Arranged, BrowseReply, BrowseWork, Export, Finding, Listed, Whose,
};
use crate::model::effect::RequestId;
use crate::model::file::NotWritten;
use crate::model::{Notice, Reply};
use crate::runtime::count::Counter;
use crate::runtime::run::Incoming;
use crate::session::export::{self, NotExported};
use crate::session::{SceneBasis, Session, SessionError};

/// How often it is told how much is written: no oftener than a screen is drawn.
const TOLD: Duration = Duration::from_millis(50);

/// The threads of their own, and what stops a file that is written.
pub(super) struct Browsing {
    lists: Counter,
    values: Counter,
    writing: Mutex<Arc<AtomicBool>>,
}

impl Browsing {
    pub(super) fn start() -> io::Result<Self> {
        Ok(Self {
            lists: Counter::start("browse")?,
            values: Counter::start("values")?,
            writing: Mutex::default(),
        })
    }

    /// Stops the file that is written.
    pub(super) fn stop(&self) {
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        writing.store(true, Ordering::Relaxed);
    }

    /// Stops what is written, and begins anew.
    fn begin(&self) -> Arc<AtomicBool> {
        self.stop();
        let fresh = Arc::<AtomicBool>::default();
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        *writing = Arc::clone(&fresh);
        fresh
    }
}

impl Performer {
    pub(super) fn browse(&self, id: RequestId, work: BrowseWork) {
        match work {
            BrowseWork::Open(whose) => self.open_contacts(id, whose),
            BrowseWork::Arrange(work) => self.arrange(id, *work),
            BrowseWork::Find { place, text } => self.look(move |_| async move {
                let found = tokio::task::spawn_blocking(move || find(&place, &text)).await;
                let found = found.map_err(|error| SessionError::Internal(error.to_string()))?;
                Ok(Reply::Browse(id, BrowseReply::Found(found)))
            }),
            BrowseWork::Look { bot, place, row } => self.look(move |session| async move {
                let looked = look(&session, &bot, place, row).await;
                let looked = looked.map(Box::new).map_err(|error| notice_of(&error));
                Ok(Reply::Browse(id, BrowseReply::Looked(looked)))
            }),
            BrowseWork::Count {
                among,
                whose,
                asked,
            } => self.count_values(id, among, whose, asked),
            BrowseWork::RememberColumns(bot, names) => self.act({
                let session = Arc::clone(&self.session);
                async move {
                    session.remember_columns(&bot, names).await?;
                    Ok(Reply::Nothing)
                }
            }),
            BrowseWork::Export(work) => self.export_contacts(id, *work),
            BrowseWork::StopExport => self.browsing.stop(),
        }
    }

    fn open_contacts(&self, id: RequestId, whose: Whose) {
        let (session, send) = (Arc::clone(&self.session), self.send.clone());
        let browsing = Arc::clone(&self.browsing);
        tokio::spawn(async move {
            let opened = basis(&session, &whose).await;
            match opened {
                Ok((basis, columns)) => browsing.lists.put(id, move |stop| {
                    if let Some(scene) = basis.scene(stop) {
                        let opened = (Arc::new(scene), columns);
                        tell(&send, id, BrowseReply::Opened(Ok(opened)));
                    }
                }),
                Err(error) => tell(&send, id, BrowseReply::Opened(Err(notice_of(&error)))),
            }
        });
    }

    fn arrange(&self, id: RequestId, work: Arrange) {
        let send = self.send.clone();
        self.browsing.lists.put(id, move |stop| {
            if let Some(arranged) = put_in_order(work, stop) {
                tell(&send, id, BrowseReply::Arranged(arranged));
            }
        });
    }

    fn count_values(&self, id: RequestId, among: Option<Listed>, whose: Whose, asked: ValuesOf) {
        let send = self.send.clone();
        let browsing = Arc::clone(&self.browsing);
        if let Some(among) = among {
            return browsing.values.put(id, move |stop| {
                if let Some(found) = count(&among.scene, among.group, &asked, stop) {
                    let counted = (Box::new(found), among.scene);
                    tell(&send, id, BrowseReply::Counted(Ok(counted)));
                }
            });
        }
        let session = Arc::clone(&self.session);
        tokio::spawn(async move {
            match basis(&session, &whose).await {
                Ok((basis, _)) => browsing.values.put(id, move |stop| {
                    let scene = basis.scene(stop).map(Arc::new);
                    let found = scene.and_then(|scene| {
                        let found = count(&scene, 0, &asked, stop)?;
                        Some((Box::new(found), scene))
                    });
                    if let Some(found) = found {
                        tell(&send, id, BrowseReply::Counted(Ok(found)));
                    }
                }),
                Err(error) => tell(&send, id, BrowseReply::Counted(Err(notice_of(&error)))),
            }
        });
    }

    fn export_contacts(&self, id: RequestId, work: Export) {
        let (send, stop) = (self.send.clone(), self.browsing.begin());
        self.act(async move {
            let written = tokio::task::spawn_blocking(move || write(id, &work, &stop, &send)).await;
            let written = written.map_err(|error| SessionError::Internal(error.to_string()))?;
            Ok(Reply::Browse(id, BrowseReply::Exported(written)))
        });
    }
}

fn tell(send: &UnboundedSender<Incoming>, id: RequestId, reply: BrowseReply) {
    let _ = send.send(Incoming::reply(Reply::Browse(id, reply)));
}

async fn bot_of(session: &Session, key: &str) -> Result<Bot, SessionError> {
    session.find_bot(key).await
}

/// What the contacts are looked through by, and the columns that were remembered for them.
async fn basis(
    session: &Session,
    whose: &Whose,
) -> Result<(SceneBasis, Option<Vec<String>>), SessionError> {
    let bot = bot_of(session, &whose.bot).await?;
    let plan = whose.plan.as_ref().map(|(_, plan)| Arc::clone(plan));
    let basis = session.scene_basis(&bot, plan).await?;
    // Contacts can be looked through without what was remembered.
    let columns = session.remembered_columns(&bot).await;
    let columns = columns.unwrap_or_else(|error| {
        tracing::warn!(%error, "the columns can't be read");
        None
    });
    Ok((basis, columns))
}

fn put_in_order(work: Arrange, stop: &AtomicBool) -> Option<Arranged> {
    let group = work.scene.groups.get(work.group)?;
    let rows = if let Some(rows) = work.rows {
        rows
    } else {
        let sort = work.sort.as_ref();
        Arc::new(arranged(&group.table, &group.rows, sort, stop)?)
    };
    let found = hits(&group.table, &rows, &work.columns, &work.text, stop)?;
    let at = work
        .keep
        .and_then(|row| rows.iter().position(|listed| *listed == row));
    Some(Arranged {
        group: work.group,
        sort: work.sort,
        rows,
        hits: Arc::new(found),
        text: work.text,
        at,
    })
}

fn find(place: &Listed, text: &str) -> Option<Finding> {
    let groups = &place.scene.groups;
    let here = groups.get(place.group)?;
    if let Some(row) = find_contact(&here.table, text)
        && here.rows.contains(row)
    {
        let at = place.rows.iter().position(|listed| *listed == row);
        let group = place.group;
        return Some(Finding { row, at, group });
    }
    groups.iter().enumerate().find_map(|(group, other)| {
        let row = find_contact(&other.table, text)?;
        other.rows.contains(row).then_some(Finding {
            row,
            at: None,
            group,
        })
    })
}

async fn look(
    session: &Session,
    bot: &str,
    place: Listed,
    row: u32,
) -> Result<crate::domain::contact::ContactInFull, SessionError> {
    let bot = bot_of(session, bot).await?;
    let group = place.scene.groups.get(place.group).cloned();
    let group = group.ok_or_else(|| SessionError::Internal("no such group".into()))?;
    session
        .contact_in_full(&bot, place.scene, &group, row)
        .await
}

fn count(scene: &Scene, group: usize, asked: &ValuesOf, stop: &AtomicBool) -> Option<Values> {
    let group = scene.groups.get(group)?;
    values(&group.table, &group.rows, asked, stop)
}

fn write(
    id: RequestId,
    work: &Export,
    stop: &AtomicBool,
    send: &UnboundedSender<Incoming>,
) -> Result<Option<Notice>, NotWritten> {
    let path = resolve(&work.path);
    let Some(group) = work.place.scene.groups.get(work.place.group) else {
        return Ok(None);
    };
    let columns: Vec<&str> = work.columns.iter().map(String::as_str).collect();
    let mut told = Instant::now();
    let go_on = |done| {
        if told.elapsed() >= TOLD {
            told = Instant::now();
            tell(send, id, BrowseReply::Exporting(done));
        }
        !stop.load(Ordering::Relaxed)
    };
    let rows = &work.place.rows;
    let written = export::export(&path, work.replace, &group.table, rows, &columns, go_on);
    match written {
        Ok(written) => Ok(written.map(|written| Notice::ok(export::words(written, &path)))),
        Err(NotExported::Exists(bytes)) => Err(NotWritten::Exists(bytes)),
        Err(error) => {
            let name = path.to_string_lossy();
            let text = format!("{} can't be written: {error}.", shown(&name));
            Err(NotWritten::Failed(Notice::error(text)))
        }
    }
}
