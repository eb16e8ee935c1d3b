//! From a reviewed plan to its outcome: guards, journal, hook. The only code that calls the hook.
//!
//! ```text
//! prepared ─guards→ lock ─→ armed (journal) ─→ token ─→ call ─→ outcome stored ─→ answer read ─→ ... ─→ finished
//! ```
//!
//! The journal row is durable before the first byte leaves. Nothing is ever repeated here: a second send is a second
//! launch, and a person's decision.

mod calls;
mod error;
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
use crate::domain::gate::{Asks, Danger, Gate};
use crate::domain::launch::{LaunchRecord, Named, Settlement};
use crate::domain::payload::Share;
use crate::domain::plan::Plan;
use crate::domain::preview::{Preview, Review};
use crate::domain::problem::{Code, Kind, Problem};
use crate::domain::record::{Bot, Broadcast};
use crate::domain::secret::HookUrl;
use crate::domain::text::{grouped, shown};
use crate::platform::Client;
use crate::store::journal::{ArmedLaunch, LaunchFilter};
use crate::store::lock::Holder;
use crate::store::{BroadcastLock, Journal, SqliteJournal, StoreError, Worker};

pub use error::LaunchError;
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
    /// Takes the calls of a batch back that are not sent yet.
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
}

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

    /// As [`Launcher::review`]; where a launch could not be put on the record, it says so in the place of what it asks.
    pub async fn review_on_record(&self, prepared: &Prepared) -> Review {
        let mut review = self.review(prepared);
        if review.asks.is_ok()
            && let Err(error) = self.check_record().await
        {
            review.asks = Err(error.to_string());
        }
        review
    }

    /// What confirming asks.
    ///
    /// # Errors
    /// [`LaunchError::Guard`] where the profile forbids it whatever is typed; the plan's and the broadcast's errors.
    pub fn asks(&self, prepared: &Prepared) -> Result<Asks, LaunchError> {
        let errors: Vec<_> = prepared
            .preview
            .problems
            .iter()
            .filter(|problem| problem.is_error())
            .collect();
        if let Some(first) = errors
            .iter()
            .find(|problem| problem.code.kind() == Kind::Plan)
        {
            return Err(LaunchError::Plan(first.message.clone()));
        }
        if let Some(first) = errors.first() {
            return Err(LaunchError::Guard(first.message.clone()));
        }
        self.graded(&prepared.preview).map_err(LaunchError::Guard)
    }

    /// What confirming a preview asks: graded by what leaves, which is more than the contacts where a list names some
    /// of them twice; the number that is typed is that of the contacts.
    ///
    /// # Errors
    /// A sentence, where the profile forbids it whatever is typed.
    pub fn graded(&self, preview: &Preview) -> Result<Asks, String> {
        let count = preview.who.count();
        let lists = preview
            .calls
            .iter()
            .filter_map(|call| call.targets.as_ref());
        let listed = lists.map(Share::len).sum::<usize>() as u64;
        let asks = self.gate.asks(count.map(|count| count.max(listed)))?;
        let differs = |problem: &Problem| problem.code == Code::CountDiffers;
        let is_live = self.gate.danger == Danger::Live;
        Ok(Asks {
            number: asks.number.and(count),
            name: asks.name || is_live && preview.problems.iter().any(differs),
            ..asks
        })
    }

    /// Says now what [`Launcher::launch`] would refuse for: a host the profile doesn't know, a lock, an unsettled launch,
    /// a repeat, another launch meanwhile. It is asked again there: this is for whoever waits in between.
    ///
    /// # Errors
    /// Those of [`Launcher::launch`].
    pub async fn check(
        &self,
        client: Option<&Client>,
        prepared: &Prepared,
        again: bool,
    ) -> Result<(), LaunchError> {
        self.check_record().await?;
        let hook = hook(prepared)?;
        if let Some(client) = client {
            check_host(client, hook)?;
        }
        let lock = self.lock(prepared)?;
        let found = self.check_journal(prepared, again, true).await;
        drop(lock);
        found
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

    /// Whether a launch could be put on the record at all, before anything else is asked of it.
    async fn check_record(&self) -> Result<(), LaunchError> {
        let checked = self.journal.run(SqliteJournal::check).await;
        checked.map_err(|error| LaunchError::Local(error.to_string()))
    }

    /// Whether what was typed is what was asked for, of exactly what was reviewed.
    fn check_word(&self, prepared: &Prepared, word: &Word) -> Result<(), LaunchError> {
        let asks = self.asks(prepared)?;
        if word
            .hash
            .as_ref()
            .is_some_and(|hash| *hash != review::hash(&self.profile, prepared))
        {
            return Err(LaunchError::Guard(
                "What was reviewed has changed meanwhile (a sync, a setting, another window). Nothing was sent; review it again.".into(),
            ));
        }
        check_number(&asks, word, prepared.preview.who.count())?;
        let name = word.name.as_deref();
        if (asks.name || name.is_some()) && name != Some(prepared.broadcast.name.as_str()) {
            return Err(LaunchError::Guard(
                "The broadcast's name was not confirmed, letter by letter. Nothing was sent."
                    .into(),
            ));
        }
        Ok(())
    }

    fn lock(&self, prepared: &Prepared) -> Result<BroadcastLock, LaunchError> {
        let holder = Holder::of_this_process(&self.operator, &self.machine);
        BroadcastLock::take(
            &self.locks,
            &prepared.bot.key,
            &prepared.broadcast.id,
            &holder,
        )
        .map_err(|error| match error {
            StoreError::Locked { holder } => LaunchError::Guard(format!(
                "This broadcast is being launched by {holder}. Nothing was sent; wait until that is done."
            )),
            other => LaunchError::Local(other.to_string()),
        })
    }

    /// What the journal says against a launch. The broadcast's lock is held.
    /// What waits for its time counts as sent, where it is to (`with_waiting`).
    async fn check_journal(
        &self,
        prepared: &Prepared,
        again: bool,
        with_waiting: bool,
    ) -> Result<(), LaunchError> {
        let question = standing::Question::of(prepared, self.repeat_window);
        let found = self
            .journal
            .run(move |journal| question.ask(journal))
            .await
            .map_err(|error| LaunchError::Local(error.to_string()))?;
        if let Some(launch) = found.blocking {
            return Err(LaunchError::Guard(format!(
                "The launch {} of {} at {:.0} has an unknown outcome, and blocks this broadcast until it is settled: mylink settle {} sent|not-sent --reason TEXT.",
                launch.id,
                shown(&launch.broadcast.name),
                launch.started_at,
                launch.id
            )));
        }
        if let Some(launch) = found.same.filter(|_| !again) {
            return Err(LaunchError::Guard(format!(
                "The same body went to this broadcast at {:.0} already (launch {}). If it is meant to go out again, say so: --again, or F3 in the review.",
                launch.started_at, launch.id
            )));
        }
        if let Some(waiting) = found.waiting.filter(|_| with_waiting && !again) {
            return Err(LaunchError::Guard(format!(
                "The same waits to go to this broadcast at {:.0} (launch {}). If this one goes out before then, the one that waits will be refused at its time. Take that one back, or say that it is meant so: --again, or F3 in the review.",
                waiting.due_at, waiting.id
            )));
        }
        if let Some(launch) = found.same_plan.filter(|_| !again) {
            return Err(LaunchError::Guard(format!(
                "The same plan went to this broadcast at {:.0} already, all of it or a part, in other calls (launch {}). If it is meant to go out again, say so: --again, or F3 in the review. What a stopped batch has not sent goes out by: mylink launch --rest {}.",
                launch.started_at, launch.id, launch.id
            )));
        }
        if found.last != prepared.last_launch {
            return Err(LaunchError::Guard(
                "Another launch of this broadcast was made meanwhile. Nothing was sent; review it again."
                    .into(),
            ));
        }
        Ok(())
    }

    /// Turns launches that died in the middle into what they are: every process that gets a broadcast's lock may.
    ///
    /// Returns how many it found. A launch that another process is still sending stays as it is.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn recover(&self) -> Result<usize, StoreError> {
        let asked = self.journal.run(|journal| {
            let is_writable = journal.is_writable();
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

/// A number that was typed holds, whether it was asked for or not: who types one says whom they mean.
fn check_number(asks: &Asks, word: &Word, count: Option<u64>) -> Result<(), LaunchError> {
    let wanted = asks.number.is_some() || word.number.is_some();
    if !wanted || (word.number.is_some() && word.number == count) {
        return Ok(());
    }
    let is = count.map_or("not known here".to_owned(), grouped);
    Err(LaunchError::Guard(format!(
        "The number of targets was not confirmed: it is {is}. Nothing was sent."
    )))
}

/// Contacts' data go to no host that the profile doesn't know, though the hook asks for no token.
fn check_host(client: &Client, hook: &HookUrl) -> Result<(), LaunchError> {
    client.check_hook_host(hook).map_err(|_| {
        LaunchError::Guard(format!(
            "The launch hook is at {}, another host than the profile's. Nothing was sent. If the hooks live there, add the host to hook_hosts of the profile.",
            hook.origin()
        ))
    })
}

fn hook(prepared: &Prepared) -> Result<&HookUrl, LaunchError> {
    prepared.broadcast.hook.as_ref().ok_or_else(|| {
        LaunchError::Guard("The broadcast has no launch hook. Nothing was sent.".into())
    })
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
