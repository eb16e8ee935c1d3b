//! What stands between a plan and its launch: errors, the confirmation, the lock of the broadcast, and what the record says
//! against it.

use crate::domain::bounds::Bounds;
use crate::domain::gate::{Asks, Danger};
use crate::domain::payload::Share;
use crate::domain::preview::Preview;
use crate::domain::problem::{Code, Kind, Problem};
use crate::domain::secret::HookUrl;
use crate::domain::text::grouped;
use crate::platform::Client;
use crate::store::lock::Holder;
use crate::store::{BroadcastLock, SqliteJournal, StoreError};

use super::{Against, LaunchError, Launcher, Prepared, Word, review, standing};

impl Launcher {
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

    /// What confirming a preview asks: graded by what leaves at the most, which is more than the contacts where a list
    /// names some of them twice; the number that is typed is that of the contacts. Where that isn't one number it is the
    /// most there may be, by whichever reading and whatever the cache doesn't hold.
    ///
    /// # Errors
    /// A sentence, where the profile forbids it whatever is typed.
    pub fn graded(&self, preview: &Preview) -> Result<Asks, String> {
        let bounds = preview.who.bounds;
        let lists = preview
            .calls
            .iter()
            .filter_map(|call| call.targets.as_ref());
        let listed = lists.map(Share::len).sum::<usize>() as u64;
        let asks = self.gate.asks(Bounds {
            least: bounds.least.max(listed),
            most: bounds.most.map(|most| most.max(listed)),
        })?;
        let differs = |problem: &Problem| problem.code == Code::CountDiffers;
        let is_live = self.gate.danger == Danger::Live;
        Ok(Asks {
            number: asks.number.and(bounds.most),
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

    /// Whether a launch could be put on the record at all, before anything else is asked of it.
    pub(super) async fn check_record(&self) -> Result<(), LaunchError> {
        let checked = self.journal.run(SqliteJournal::check).await;
        checked.map_err(LaunchError::local)
    }

    /// Whether what was typed is what was asked for, of exactly what was reviewed.
    pub(super) fn check_word(&self, prepared: &Prepared, word: &Word) -> Result<(), LaunchError> {
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
        check_number(&asks, word, prepared.preview.who.bounds)?;
        if word.held.is_some_and(|held| held < asks.hold) {
            return Err(LaunchError::Guard(format!(
                "The hold of this profile is {} s by now, longer than it was held. Nothing was sent; review it again.",
                asks.hold.as_secs()
            )));
        }
        let name = word.name.as_deref();
        if (asks.name || name.is_some()) && name != Some(prepared.broadcast.name.as_str()) {
            return Err(LaunchError::Guard(
                "The broadcast's name was not confirmed, letter by letter. Nothing was sent."
                    .into(),
            ));
        }
        Ok(())
    }

    pub(super) fn lock(&self, prepared: &Prepared) -> Result<BroadcastLock, LaunchError> {
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
            other => LaunchError::local(other),
        })
    }

    /// What the journal says against a launch. The broadcast's lock is held. What waits for its time counts as sent, where
    /// it is to (`with_waiting`).
    pub(super) async fn check_journal(
        &self,
        prepared: &Prepared,
        again: bool,
        with_waiting: bool,
    ) -> Result<(), LaunchError> {
        let question = standing::Question::of(prepared, self);
        let found = self
            .journal
            .run(move |journal| question.ask(journal))
            .await
            .map_err(LaunchError::local)?;
        if let Some(launch) = found.blocking {
            return Err(Against::unsettled(&launch).into());
        }
        if let Some(launch) = found.same.filter(|_| !again) {
            return Err(Against::same_body(&launch).into());
        }
        if let Some(waiting) = found.waiting.filter(|_| with_waiting && !again) {
            return Err(Against::waits(&waiting).into());
        }
        if let Some(launch) = found.same_plan.filter(|_| !again) {
            return Err(Against::same_plan(&launch).into());
        }
        if found.last != prepared.last_launch {
            return Err(LaunchError::Guard(
                "Another launch of this broadcast was made meanwhile. Nothing was sent; review it again."
                    .into(),
            ));
        }
        Ok(())
    }
}

/// A number that was typed holds, whether it was asked for or not: who types one says whom they mean.
fn check_number(asks: &Asks, word: &Word, bounds: Bounds) -> Result<(), LaunchError> {
    let wanted = asks.number.is_some() || word.number.is_some();
    if !wanted || (word.number.is_some() && word.number == bounds.most) {
        return Ok(());
    }
    let is = match bounds.most {
        Some(most) if most == bounds.least => format!("it is {}", grouped(most)),
        Some(most) => format!(
            "it may be {}, and the most, {}, is to be confirmed",
            bounds.words(),
            grouped(most)
        ),
        None => "it is not known here".to_owned(),
    };
    Err(LaunchError::Guard(format!(
        "The number of targets was not confirmed: {is}. Nothing was sent."
    )))
}

/// Contacts' data go to no host that the profile doesn't know, though the hook asks for no token.
pub(super) fn check_host(client: &Client, hook: &HookUrl) -> Result<(), LaunchError> {
    client.check_hook_host(hook).map_err(|_| {
        LaunchError::Guard(format!(
            "The launch hook is at {}, another host than the profile's. Nothing was sent. If the hooks live there, add the host to hook_hosts of the profile.",
            hook.origin()
        ))
    })
}

pub(super) fn hook(prepared: &Prepared) -> Result<&HookUrl, LaunchError> {
    prepared.broadcast.hook.as_ref().ok_or_else(|| {
        LaunchError::Guard("The broadcast has no launch hook. Nothing was sent.".into())
    })
}
