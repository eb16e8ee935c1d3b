//! A profile that is open: its cache, its journal, its launcher, and - once something is asked of it - its platform.
//!
//! Opening touches files alone. The platform is reached, and the built-in sandbox started or attached to, when the
//! first call needs it.

mod browse;
mod connect;
mod contacts;
mod error;
pub mod export;
mod freeze;
mod import;
mod lookup;
mod moved;
mod notebook;
mod now;
mod past;
pub mod plans;
mod prepare;
mod reached;
mod record;
mod rehearse;
pub mod serve;
mod settings;
mod suppression;
mod sync;
mod touched;
mod waiting;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::config::{Config, Profile};
use crate::domain::gate::Gate;
use crate::domain::record::{Bot, Broadcast};
use crate::launcher::{Launcher, Rules};
use crate::store::{Cache, SqliteJournal, Worker};

pub use browse::SceneBasis;
pub use connect::Connection;
pub use contacts::{Contacts, Needs};
pub use error::SessionError;
pub use import::ContactImport;
pub use lookup::Found;
pub use notebook::filters_of;
pub use past::Rest;
pub use plans::{PlanContent, Plans, PlansError, SavedPlan};
pub use prepare::Basis;
pub use reached::Reached;
pub use sync::{SyncProgress, SyncReport};
pub use waiting::Became;

/// A profile that is open.
pub struct Session {
    /// The profile.
    pub profile: Profile,
    /// Who is on the record.
    pub operator: String,
    /// The launcher, with the journal.
    pub launcher: Launcher,
    /// What the operator should be told about the opening, in sentences.
    pub notices: Vec<String>,
    cache: Arc<Worker<Cache>>,
    /// The same over a connection of its own: what is only looked up doesn't wait for what is being written.
    lookups: Arc<Worker<Cache>>,
    sandbox_folder: PathBuf,
    rehearsals: PathBuf,
    journal_file: PathBuf,
    /// To be read again: what waits may start much later.
    config: Config,
    connection: tokio::sync::Mutex<Option<Connection>>,
    contacts: contacts::Loaded,
    notebook: notebook::Lazy,
    suppression: suppression::Ready,
    reached: reached::Kept,
    touched: touched::Kept,
    seen: record::Seen,
    held_up: waiting::Reasons,
    cut: record::Lost,
    plans: Plans,
}

/// A bot, and what is cached of it.
#[derive(Debug, Clone)]
pub struct CachedBot {
    /// The bot.
    pub bot: Bot,
    /// Contacts in the cache.
    pub contacts: u64,
    /// When they came.
    pub as_of: Option<Timestamp>,
}

impl Session {
    /// Opens a profile: its cache (rebuilt where it is damaged) and its journal (never).
    ///
    /// # Errors
    /// [`SessionError::Config`] for an unknown profile, [`SessionError::Store`] where a database can't be opened.
    pub fn open(config: &Config, profile: &str) -> Result<Self, SessionError> {
        let profile = config.profile(profile)?.clone();
        let paths = &config.paths;
        let mut cache = open_cache(&paths.cache(&profile.name))?;
        let mut journal = SqliteJournal::open(&paths.journal(&profile.name))?
            .allowing_network_files(config.allow_network_files)
            .witnessed_in(paths.witnesses().as_deref());
        let mut notices = config.warnings.clone();
        if journal.trouble().is_none()
            && let Some(loss) = journal.lost(|mark| record::remembered(&mut cache, mark))?
        {
            journal.refuse(loss);
        }
        notices.extend(journal.cut().map(|cut| cut.to_string()));
        if !profile.readonly
            && let Err(error) = journal.note_cut(&config.operator, Timestamp::now())
        {
            tracing::error!(%error, "what the journal's copy had lost could not be put on the record");
        }
        notices.extend(cache.notices().iter().chain(journal.notices()).cloned());
        let reader = cache.reader();
        let cache = Arc::new(Worker::start("cache", cache)?);
        let lookups = match reader {
            Ok(reader) => Arc::new(Worker::start("lookups", reader)?),
            Err(_) => Arc::clone(&cache),
        };
        let memory = record::memory(&cache, &paths.cache(&profile.name));
        let journal = journal.remembered_by(memory);
        let launcher = Launcher {
            profile: profile.name.clone(),
            gate: gate(&profile),
            repeat_window: profile.repeat_window,
            operator: config.operator.clone(),
            machine: machine(&config.operator),
            locks: paths.locks(&profile.name),
            notebook: paths.notebook(&profile.name),
            journal: Arc::new(Worker::start("journal", journal)?),
            rules: rules(config, &profile),
        };
        Ok(Self {
            operator: config.operator.clone(),
            launcher,
            notices,
            cache,
            lookups,
            sandbox_folder: paths.sandbox(),
            rehearsals: paths.rehearsals(),
            journal_file: paths.journal(&profile.name),
            config: config.clone(),
            connection: tokio::sync::Mutex::new(None),
            contacts: contacts::Loaded::default(),
            notebook: notebook::Lazy::new(paths.notebook(&profile.name)),
            suppression: suppression::Ready::default(),
            reached: reached::Kept::default(),
            touched: touched::Kept::default(),
            seen: record::Seen::default(),
            held_up: waiting::Reasons::default(),
            cut: record::Lost::default(),
            plans: Plans::new(paths.plans(&profile.name)),
            profile,
        })
    }

    /// The cache, for what has no function of its own here.
    pub fn cache(&self) -> &Worker<Cache> {
        &self.cache
    }

    /// The cached bots with what is cached of them.
    ///
    /// # Errors
    /// Those of the cache.
    pub async fn bots(&self) -> Result<Vec<CachedBot>, SessionError> {
        let bots = self.lookups.run(|cache| {
            let bots = cache.bots()?.into_iter().map(|bot| {
                let contacts = cache.contact_count(&bot.key)?;
                let as_of = cache.as_of(&bot.key)?;
                Ok(CachedBot {
                    bot,
                    contacts,
                    as_of,
                })
            });
            bots.collect()
        });
        Ok(bots.await?)
    }

    /// The cached broadcasts of all bots.
    ///
    /// # Errors
    /// Those of the cache.
    pub async fn broadcasts(&self) -> Result<Vec<Broadcast>, SessionError> {
        Ok(self.lookups.run(|cache| cache.all_broadcasts()).await?)
    }

    /// Says no where the profile is read-only.
    ///
    /// # Errors
    /// [`SessionError::ReadOnly`].
    pub fn check_writable(&self) -> Result<(), SessionError> {
        if self.profile.readonly {
            Err(SessionError::ReadOnly(self.profile.name.clone()))
        } else {
            Ok(())
        }
    }

    /// Ends the session: a sandbox that is served here stops.
    pub async fn close(&self) {
        if let Some(connection) = self.connection.lock().await.take() {
            connection.close().await;
        }
    }
}

/// The cache can be thrown away: a damaged one is set aside and begun anew.
fn open_cache(path: &std::path::Path) -> Result<Cache, SessionError> {
    match Cache::open(path) {
        Err(error) if error.is_damage() => Ok(Cache::rebuild(path)?),
        other => Ok(other?),
    }
}

/// What the configuration says at the moment of asking.
fn rules(config: &Config, profile: &Profile) -> Rules {
    let (config, opened) = (config.clone(), profile.clone());
    Arc::new(move || {
        let read = || config.read_again()?.profile(&opened.name).cloned();
        let now = read()
            .map_err(|error| format!("The configuration can't be read any more: {error}."))?;
        if now.leads_where(&opened) {
            Ok(gate(&now))
        } else {
            Err("The profile's url, proxy or hook_hosts were changed.".to_owned())
        }
    })
}

fn gate(profile: &Profile) -> Gate {
    Gate {
        danger: profile.danger,
        readonly: profile.readonly,
        confirm_above: profile.confirm_above,
        hold: profile.hold,
        max_targets: profile.max_targets,
        count_factor: profile.count_factor,
    }
}

/// The machine's name out of `user@host`.
fn machine(operator: &str) -> String {
    operator.rsplit('@').next().unwrap_or_default().to_owned()
}
