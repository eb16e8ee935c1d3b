//! Reading all contacts of a bot, column by column on two threads, each with a connection of its own: what somebody waits
//! for comes first, and can be asked before the rest is there.
//!
//! ```text
//! Loading::start ─ thread: which contacts there are ─┬─ takes part after part ─┬─→ part(needs), again and again
//!                                                    └─ second thread: the same ┘        then whole()
//! ```

mod part;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::watch;

use super::{Contacts, Needs};
use crate::fault;
use crate::store::cache::{ContactIds, ContactView};
use crate::store::{Cache, StoreError};

use part::Part;
pub(super) use state::Progress;
use state::{Head, State};

/// A bot's contacts while they are read.
pub(super) struct Loading {
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

impl Loading {
    /// Nothing is read yet.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            changed: watch::Sender::new(()),
        })
    }

    /// Begins to read on two threads with two readers of the same cache.
    pub(super) fn start(self: &Arc<Self>, bot: &str, first: Cache, second: Cache) {
        let (loading, bot) = (Arc::clone(self), bot.to_owned());
        let named = || thread::Builder::new().name("load".into());
        let work = move || {
            let mut first = first;
            let _failing = Failing(&loading);
            let Ok(view) = first.contacts(&bot) else {
                return;
            };
            if loading.begin(&view).is_err() {
                return;
            }
            let (other, bot) = (Arc::clone(&loading), bot.clone());
            let known = (view.generation(), Arc::clone(view.ids()));
            // Without a second thread the first does it all.
            let _ = named().spawn(move || other.help(second, &bot, known));
            loading.read_parts(&view);
        };
        if thread::Builder::new()
            .name("load".into())
            .spawn(work)
            .is_err()
        {
            self.fail();
        }
    }

    fn help(&self, mut reader: Cache, bot: &str, (generation, ids): (i64, Arc<ContactIds>)) {
        // Of another generation the rows may be others: then the first thread reads alone.
        let known = |now| (now == generation).then_some(ids);
        if let Ok(Some(view)) = reader.contacts_with(bot, known) {
            let _failing = Failing(self);
            self.read_parts(&view);
        }
    }

    fn begin(&self, view: &ContactView<'_>) -> Result<(), StoreError> {
        let names = view.columns()?;
        let audiences = view.audiences()?;
        let mut state = self.lock();
        state.queue.push_back(Part::Asked);
        let columns = names.iter().cloned().enumerate();
        state
            .queue
            .extend(columns.map(|(place, name)| Part::Column(place, name)));
        state.columns = vec![None; names.len()];
        state.head = Some(Head {
            generation: view.generation(),
            as_of: view.as_of()?,
            ids: Arc::clone(view.ids()),
            names,
            audiences: audiences.len(),
        });
        state
            .queue
            .extend(audiences.into_iter().map(Part::Audience));
        Ok(())
    }

    /// Reads one part after the other until none is left.
    fn read_parts(&self, view: &ContactView<'_>) {
        loop {
            let Some(part) = self.lock().next() else {
                return;
            };
            fault::point("load");
            match part.read(view) {
                Ok(read) => self.lock().take(read),
                Err(error) => {
                    tracing::warn!(error, "contacts could not be read");
                    return self.fail();
                }
            }
            self.changed.send_replace(());
        }
    }

    /// Waits until what is needed is there, or everything where nothing is named. A part says whether the contacts are at
    /// another generation by now.
    pub(super) async fn wait(&self, needs: Option<&Needs>, generation: i64) -> Progress {
        let mut changed = self.changed.subscribe();
        if let Some(needs) = needs {
            self.lock().wanted.push(needs.clone());
        }
        loop {
            if let Some(progress) = self.lock().progress(needs, generation) {
                return progress;
            }
            if changed.changed().await.is_err() {
                return Progress::Failed;
            }
        }
    }

    fn fail(&self) {
        let mut state = self.lock();
        state.has_failed = true;
        state.queue.clear();
        drop(state);
        self.changed.send_replace(());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says that the reading failed where its thread ends before everything is there, by a panic too.
struct Failing<'a>(&'a Loading);

impl Drop for Failing<'_> {
    fn drop(&mut self) {
        let is_idle = self.0.lock().head.is_none();
        if is_idle || thread::panicking() {
            self.0.fail();
        }
    }
}

/// Reads everything at once, on this thread. The inner error says what can't be part of a table.
pub(super) fn whole(cache: &mut Cache, bot: &str) -> Result<Result<Contacts, String>, StoreError> {
    let view = cache.contacts(bot)?;
    let loading = Loading::new();
    loading.begin(&view)?;
    let mut state = loading.lock();
    while let Some(part) = state.next() {
        match part.read(&view) {
            Ok(read) => state.take(read),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(match state.progress(None, view.generation()) {
        Some(Progress::Whole(contacts)) => Ok(contacts),
        _ => Err("not everything was read".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::plan::Plan;
    use crate::domain::preview::Unread;
    use crate::domain::record::{Bot, Contact};
    use crate::domain::secret::Secret;

    const PLAN: &str = r#"{"broadcast":"b","form":"audience","filters":[
        {"field":"city","criterion":"HasValue"}]}"#;

    fn cache(folder: &tempfile::TempDir) -> Cache {
        let mut cache = Cache::open(&folder.path().join("cache.db")).unwrap();
        let bot = Bot {
            key: "k1".to_owned(),
            name: String::new(),
            description: String::new(),
            channels: Vec::new(),
            secret: Secret::new("s"),
        };
        cache.replace_bots(&[bot]).unwrap();
        let values = [
            ("user_id", "1"),
            ("first_name", "Ada"),
            ("amount", "5"),
            ("city", "Roma"),
        ];
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let ada = Contact {
            variables: values.into_iter().map(own).collect(),
        };
        let at = Timestamp::UNIX_EPOCH;
        cache.import_contacts("k1", "x.csv", &[ada], at).unwrap();
        cache
    }

    fn names(contacts: &Contacts) -> Vec<&str> {
        let columns = contacts.table.columns().iter();
        columns.map(|column| column.name()).collect()
    }

    #[test]
    fn what_is_waited_for_is_read_first_and_handed_out_once_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = cache(&folder);
        let view = cache.contacts("k1").unwrap();
        let loading = Loading::new();
        loading.begin(&view).unwrap();
        let needs = Needs::of(&Plan::from_json(PLAN).unwrap());
        let mut state = loading.lock();
        state.wanted.push(needs.clone());
        let mut read = Vec::new();
        let part = loop {
            let part = state.next().unwrap();
            state.take(part.read(&view).unwrap());
            read.push(part);
            if let Some(progress) = state.progress(Some(&needs), view.generation()) {
                break progress;
            }
        };
        let Progress::Part(part) = part else {
            panic!("it is whole after {read:?}");
        };
        assert_eq!(names(&part), ["user_id", "bot_channel", "city"]);
        let unread = |is_behind| {
            Some(Unread {
                fields: 2,
                is_behind,
            })
        };
        assert_eq!((part.unread, part.table.rows()), (unread(false), 1));
        // The whole is not handed out yet; what changed meanwhile is said of a part.
        assert!(state.progress(None, view.generation()).is_none());
        let later = state.progress(Some(&needs), view.generation() + 1);
        let Some(Progress::Part(later)) = later else {
            panic!("it is there");
        };
        assert_eq!(later.unread, unread(true));
        while let Some(part) = state.next() {
            state.take(part.read(&view).unwrap());
        }
        let Some(Progress::Whole(whole)) = state.progress(Some(&needs), 0) else {
            panic!("nothing is left to be read");
        };
        let all = ["user_id", "bot_channel", "amount", "city", "first_name"];
        let mut found = names(&whole);
        found[2..].sort_unstable();
        assert_eq!((found, whole.unread), (all.to_vec(), None));
    }

    #[test]
    fn a_second_reader_helps_with_the_same_generation_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = cache(&folder);
        let (mut first, second, third) = (
            cache.reader().unwrap(),
            cache.reader().unwrap(),
            cache.reader().unwrap(),
        );
        let view = first.contacts("k1").unwrap();
        let known = (view.generation(), Arc::clone(view.ids()));
        let loading = Loading::new();
        loading.begin(&view).unwrap();
        let nobody = Contact::default();
        let at = Timestamp::UNIX_EPOCH;
        cache.import_contacts("k1", "y.csv", &[nobody], at).unwrap();
        loading.help(second, "k1", known.clone());
        let left = loading.lock().queue.len();
        assert_eq!(left, 6, "what it sees may be other contacts");
        drop(view);
        let view = first.contacts("k1").unwrap();
        loading.help(third, "k1", (view.generation(), known.1));
        assert!(loading.lock().queue.is_empty());
    }

    #[tokio::test]
    async fn who_waits_is_told_that_nothing_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(&folder);
        let loading = Loading::new();
        let (first, second) = (cache.reader().unwrap(), cache.reader().unwrap());
        loading.start("nobody", first, second);
        assert!(matches!(loading.wait(None, 0).await, Progress::Failed));
    }

    #[tokio::test]
    async fn everything_comes_by_two_threads() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(&folder);
        let loading = Loading::new();
        let (first, second) = (cache.reader().unwrap(), cache.reader().unwrap());
        loading.start("k1", first, second);
        let Progress::Whole(contacts) = loading.wait(None, 0).await else {
            panic!("everything was asked for");
        };
        assert_eq!(contacts.table.value(0, "first_name"), Some("Ada"));
    }
}
