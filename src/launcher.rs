//! From a reviewed plan to its outcome: guards, journal, hook. The only code that calls the hook.
//!
//! ```text
//! prepared ─guards→ lock ─→ armed (journal) ─→ token ─→ call ─→ outcome stored ─→ answer read ─→ ... ─→ finished
//! ```
//!
//! The journal row is durable before the first byte leaves. Nothing is ever repeated here: a second send is a second
//! launch, and a person's decision.

mod against;
mod calls;
mod error;
mod guards;
mod resume;
mod review;
mod since;
mod standing;
mod stop;
mod suppressed;
mod waiting;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::audience::Matched;
use crate::audience::Suppression;
use crate::audience::Table;
use crate::domain::gate::Gate;
use crate::domain::launch::{LaunchRecord, Named, Settlement};
use crate::domain::plan::Plan;
use crate::domain::preview::{Preview, Review};
use crate::domain::record::{Bot, Broadcast};
use crate::domain::secret::HookUrl;
use crate::platform::Client;
use crate::store::journal::{ArmedLaunch, LaunchFilter};
use crate::store::lock::Holder;
use crate::store::{BroadcastLock, Journal, SqliteJournal, StoreError, Worker};

pub use against::Against;
pub use error::LaunchError;
use guards::{check_host, hook};
pub use resume::{again, rest, undone_targets};
pub use since::{since_last, since_the_one_before};
pub use standing::{last_count, last_launch, repeats_since, waiting_for};
pub use stop::Stop;
pub use waiting::{NotStarted, Served, Until, pinned};

/// A plan with everything that was found out about it, ready to be reviewed and launched.
#[derive(Clone)]
pub struct Prepared {
    /// The bot.
    pub bot: Bot,
    /// The broadcast.
    pub broadcast: Broadcast,
    /// The plan.
    pub plan: Plan,
    /// Whom it reaches, and the exact bytes.
    pub preview: Preview,
    /// The contacts, one by one.
    pub matched: Matched,
    /// The table that the rows of `matched` are of.
    pub table: Arc<Table>,
    /// Who must not be written to, as the preview knew it.
    pub suppressed: Arc<Suppression>,
    /// The id of the broadcast's newest launch, as it was before `preview` was made.
    pub last_launch: Option<String>,
}

/// A person's or a caller's word on a launch.
#[derive(Debug, Clone, Default)]
pub struct Word {
    /// The hash of what was reviewed; `None` where review and launch are one step.
    pub hash: Option<String>,
    /// The number of targets that was typed.
    pub number: Option<u64>,
    /// The broadcast's name that was typed.
    pub name: Option<String>,
    /// Whether a repeat of the same body is meant.
    pub again: bool,
    /// When the review was opened.
    pub reviewed_at: Option<Timestamp>,
    /// How long it could be taken back, where the caller waited for that; `None` where it waits by itself.
    pub held: Option<Duration>,
    /// Takes the calls back that are not sent yet.
    pub stop: Stop,
}

/// Launches, for one profile.
#[derive(Clone)]
pub struct Launcher {
    /// The profile's name.
    pub profile: String,
    /// What stands between review and launch.
    pub gate: Gate,
    /// Within this time the same body to the same broadcast is refused.
    pub repeat_window: Duration,
    /// Who is on the record.
    pub operator: String,
    /// This machine's name, told to whoever finds a broadcast locked.
    pub machine: String,
    /// Where the locks lie.
    pub locks: PathBuf,
    /// The journal.
    pub journal: Arc<Worker<SqliteJournal>>,
    /// The notebook's file, which holds the suppression list.
    pub notebook: PathBuf,
    /// What the configuration says at this moment: asked between the calls of a batch.
    pub rules: Rules,
}

/// Gives the gate of now, or says why nothing is to be sent. Reads a file, so it blocks.
pub type Rules = Arc<dyn Fn() -> Result<Gate, String> + Send + Sync>;

impl Launcher {
    /// What a person sees before confirming; its hash is what a confirmation is bound to.
    pub fn review(&self, prepared: &Prepared) -> Review {
        Review {
            hash: review::hash(&self.profile, prepared),
            profile: self.profile.clone(),
            host: host(prepared),
            bot: named(&prepared.bot.key, &prepared.bot.name),
            broadcast: named(&prepared.broadcast.id, &prepared.broadcast.name),
            delay_minutes: prepared.plan.delay_minutes(),
            preview: prepared.preview.clone(),
            asks: self.graded(&prepared.preview),
        }
    }

    /// As [`Launcher::review`]; where a launch could not be put on the record, or another one has to be settled before, it
    /// says so in the place of what it asks.
    pub async fn review_on_record(&self, prepared: &Prepared) -> Review {
        let mut review = self.review(prepared);
        if review.asks.is_ok()
            && let Err(reason) = self.check_open(prepared).await
        {
            review.asks = Err(reason);
        }
        review
    }

    /// Whether a launch could be put on the record, and none of the broadcast waits there for somebody's word.
    async fn check_open(&self, prepared: &Prepared) -> Result<(), String> {
        let told = |error: LaunchError| error.to_string();
        self.check_record().await.map_err(told)?;
        let unsettled = self.journal.run(|journal| journal.unsettled()).await;
        let unsettled = unsettled.map_err(|error| error.to_string())?;
        let is_its = |launch: &&LaunchRecord| {
            launch.bot.id == prepared.bot.key && launch.broadcast.id == prepared.broadcast.id
        };
        match unsettled.iter().find(is_its) {
            Some(launch) => Err(Against::unsettled(launch).what()),
            None => Ok(()),
        }
    }

    /// Launches what was prepared, once. `progress` is told how many calls were answered, of how many.
    ///
    /// The hold, where one is asked for, was waited out by the caller.
    ///
    /// # Errors
    /// [`LaunchError`] where nothing was sent and nothing is on the record. What is on the record comes back as `Ok`,
    /// whatever its outcome.
    pub async fn launch(
        &self,
        client: &Client,
        prepared: Prepared,
        word: Word,
        progress: impl Fn(usize, usize) + Send,
    ) -> Result<LaunchRecord, LaunchError> {
        self.check_word(&prepared, &word)?;
        self.check_record().await?;
        check_host(client, hook(&prepared)?)?;
        let lock = self.lock(&prepared)?;
        self.check_journal(&prepared, word.again, true).await?;
        let prepared = suppressed::checked(&self.notebook, prepared).await?;
        let result = calls::send(self, client, prepared, word, None, progress).await;
        drop(lock);
        result
    }

    /// Turns launches that died in the middle into what they are: every process that gets a broadcast's lock may.
    ///
    /// Returns how many it found. A launch that another process is still sending stays as it is; on a read-only profile all
    /// do.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn recover(&self) -> Result<usize, StoreError> {
        let may_write = !self.gate.readonly;
        let asked = self.journal.run(move |journal| {
            let is_writable = may_write && journal.is_writable();
            if is_writable {
                journal.sending()
            } else {
                Ok(Vec::new())
            }
        });
        let sending = asked.await?;
        let mut found = 0;
        for launch in sending {
            let holder = Holder::of_this_process(&self.operator, &self.machine);
            let Ok(lock) =
                BroadcastLock::take(&self.locks, &launch.bot.id, &launch.broadcast.id, &holder)
            else {
                continue;
            };
            let at = Timestamp::now();
            let ended = self
                .journal
                .run(move |journal| journal.mark_died(&launch.id, at))
                .await?;
            found += usize::from(ended.is_some());
            drop(lock);
        }
        Ok(found)
    }

    /// Adds a person's word to an unknown launch, and returns it.
    ///
    /// # Errors
    /// Those of the journal: not unknown, settled already, no such launch.
    pub async fn settle(
        &self,
        id: &str,
        settlement: Settlement,
    ) -> Result<LaunchRecord, StoreError> {
        let id = id.to_owned();
        self.journal
            .run(move |journal| {
                let launch = journal.launch(&id)?;
                journal.settle(&launch.id, &settlement)?;
                journal.launch(&launch.id)
            })
            .await
    }

    /// Launches on the record, newest first.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn launches(&self, filter: LaunchFilter) -> Result<Vec<LaunchRecord>, StoreError> {
        self.journal
            .run(move |journal| journal.launches(&filter))
            .await
    }

    async fn arm(&self, armed: ArmedLaunch, due_at: Option<Timestamp>) -> Result<(), StoreError> {
        let served_by = self.operator.clone();
        let arm = move |journal: &mut SqliteJournal| match due_at {
            Some(due_at) => journal.arm_waiting(&armed, due_at, &served_by),
            None => journal.arm(&armed),
        };
        self.journal.run(arm).await
    }
}

fn host(prepared: &Prepared) -> String {
    prepared
        .broadcast
        .hook
        .as_ref()
        .map(HookUrl::origin)
        .unwrap_or_default()
}

fn named(id: &str, name: &str) -> Named {
    Named {
        id: id.to_owned(),
        name: name.to_owned(),
    }
}

/// Whether a call goes with a bot token: always, unless direct or legacy mode is recorded as on.
fn needs_token(broadcast: &Broadcast) -> bool {
    !broadcast.settings.waives_token()
}
