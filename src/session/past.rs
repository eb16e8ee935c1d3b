//! What the record gives back: plans to launch again, what a stopped batch has left, and what changed since.

use std::collections::HashSet;

use super::{Session, SessionError};
use crate::audience::Earlier;
use crate::domain::due::{in_zone, moment};
use crate::domain::launch::{LaunchRecord, Named};
use crate::domain::plan::Plan;
use crate::domain::record::ContactId;
use crate::domain::since::Since;
use crate::domain::tally;
use crate::domain::text::grouped;
use crate::domain::waiting::{WaitingLaunch, WaitingState};
use crate::launcher::{self, LaunchError, Prepared};
use crate::store::{Journal, SqliteJournal, StoreError};

/// A launch to be made again.
#[derive(Debug, Clone)]
pub struct Again {
    /// Its bot.
    pub bot: Named,
    /// Its broadcast.
    pub broadcast: Named,
    /// Its plan, of exactly that broadcast.
    pub plan: Plan,
}

/// What a stopped batch has not sent.
#[derive(Debug, Clone)]
pub struct Rest {
    /// The plan of it: of exactly the launch's broadcast.
    pub plan: Plan,
    /// Why a launch of it would be a second one: contacts of it may have been reached since, in a sentence.
    pub repeats: Option<String>,
}

impl Session {
    /// A launch on the record with plan and bodies, by its id or the beginning of it.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn logged(&self, id: &str) -> Result<LaunchRecord, SessionError> {
        let id = id.to_owned();
        let journal = &self.launcher.journal;
        Ok(journal.run(move |journal| journal.launch(&id)).await?)
    }

    /// A launch on the record, ready to be launched again; one that waits, or never became a launch, too.
    ///
    /// # Errors
    /// Those of the journal; [`SessionError::Launch`] where its plan can't be read any more.
    pub async fn again(&self, id: &str) -> Result<Again, SessionError> {
        match self.logged(id).await {
            Ok(launch) => Ok(Again {
                plan: launcher::again(&launch)?,
                bot: launch.bot,
                broadcast: launch.broadcast,
            }),
            // One that waits, or was missed, refused or taken back, is no launch.
            Err(error) => match self.never_sent(id).await {
                Some(waiting) => waited_again(waiting),
                None => Err(error),
            },
        }
    }

    /// The one of this id, or of this beginning of one, that waits or never became a launch.
    pub async fn never_sent(&self, id: &str) -> Option<WaitingLaunch> {
        let found = self.waiting_launch(id).await.ok();
        found.filter(|waiting| waiting.state() != WaitingState::Started)
    }

    /// That an act on a launch can't be done, since it was not sent: what it is, and what can be done. Other errors stay
    /// as they are.
    pub async fn why_not(&self, id: &str, error: SessionError) -> SessionError {
        if !matches!(error, SessionError::Store(StoreError::NoSuchLaunch { .. })) {
            return error;
        }
        match self.never_sent(id).await {
            Some(waiting) => LaunchError::Guard(not_sent(&waiting)).into(),
            None => error,
        }
    }

    /// The plan of what a stopped batch has not sent, and whether somebody launched it since.
    ///
    /// # Errors
    /// Those of the journal; [`SessionError::Launch`] where nothing is left, or something is open.
    pub async fn rest(&self, id: &str) -> Result<Rest, SessionError> {
        let launch = match self.logged(id).await {
            Ok(launch) => launch,
            Err(error) => return Err(self.why_not(id, error).await),
        };
        let plan = launcher::rest(&launch)?;
        let journal = &self.launcher.journal;
        let repeats = journal
            .run(move |journal| repeats(journal, &launch))
            .await?;
        Ok(Rest { plan, repeats })
    }

    /// What changed from the launch before a launch on the record to it.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn since_the_one_before(&self, launch: &LaunchRecord) -> Result<Since, SessionError> {
        let launch = launch.clone();
        let compare =
            move |journal: &mut SqliteJournal| launcher::since_the_one_before(journal, &launch);
        Ok(self.launcher.journal.run(compare).await?)
    }

    /// What changed from the newest launch of a broadcast to what is about to be launched.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn since_last_launch(&self, prepared: &Prepared) -> Result<Since, SessionError> {
        let is_known = prepared.preview.who.count().is_some();
        let matched = prepared.matched.clone();
        let contacts = is_known.then(|| match prepared.last_launch {
            // What is on the record of the launch before is whoever it may have reached.
            Some(_) => matched.may_reach(&prepared.table).concat(),
            None => matched.into_contacts(&prepared.table).concat(),
        });
        let (last, plan) = (prepared.last_launch.clone(), prepared.plan.clone());
        let compare = move |journal: &mut SqliteJournal| {
            launcher::since_last(journal, last.as_deref(), &plan, contacts.as_deref())
        };
        Ok(self.launcher.journal.run(compare).await?)
    }
}

fn waited_again(waiting: WaitingLaunch) -> Result<Again, SessionError> {
    let unreadable = |_| {
        let why = "The plan of this launch can't be read any more.";
        LaunchError::Guard(why.to_owned())
    };
    Ok(Again {
        plan: Plan::from_json(&waiting.plan).map_err(unreadable)?,
        bot: waiting.bot,
        broadcast: waiting.broadcast,
    })
}

/// What one is that was never sent, in a sentence or two.
fn not_sent(waiting: &WaitingLaunch) -> String {
    let due = moment(&in_zone(waiting.due_at, &waiting.zone));
    let what = match &waiting.end {
        None => format!(
            "It has not been sent: it waits for {due}. `mylink take-back {}` takes it back.",
            waiting.id
        ),
        Some(end) => format!(
            "It was not sent: it was {}. {}",
            end.state.plain(),
            end.reason
        ),
    };
    format!("{what} `mylink log {}` shows it.", waiting.id)
}

/// Whether what a launch left out may have gone out by a later one of the same broadcast: looked for since the launch
/// itself, however long ago that is. Contacts are found whatever bytes they were in; where they are not known, the same
/// bytes are.
fn repeats(journal: &SqliteJournal, launch: &LaunchRecord) -> Result<Option<String>, StoreError> {
    let contacts = journal.contacts(&launch.id)?;
    let calls = launch.calls.iter().zip(contacts);
    let undone = calls.filter(|(call, _)| tally::is_undone(call, launch));
    let (calls, contacts): (Vec<_>, Vec<_>) = undone.unzip();
    let left: HashSet<ContactId> = contacts.into_iter().flatten().collect();
    let reached = journal.may_have_reached_after(&launch.id)?;
    let earlier = Earlier::new(reached.iter());
    let by_contact = left
        .iter()
        .filter(|contact| earlier.last(contact).is_some());
    // Whoever was left out by one name may have been reached by another, which stands in the bodies.
    let targets = launcher::undone_targets(launch).unwrap_or_default();
    let by_name = targets
        .iter()
        .filter(|target| earlier.last_of(target).is_some());
    let count = by_contact.count().max(by_name.count()) as u64;
    if count > 0 {
        let by = later_launch(journal, launch)?;
        return Ok(Some(format!(
            "{} of the {} contacts that launch {} left out have, or may have, got this broadcast since{by}.",
            grouped(count),
            grouped(left.len() as u64),
            launch.id
        )));
    }
    for call in calls {
        if let Some(same) = journal.arrived_after(&launch.id, Some(&call.sha256))? {
            return Ok(Some(format!(
                "What launch {} left out went, or may have gone, to this broadcast since (launch {} at {:.0}).",
                launch.id, same.id, same.started_at
            )));
        }
    }
    Ok(None)
}

/// The newest launch of the same broadcast since a launch that may have reached somebody, in words.
fn later_launch(journal: &SqliteJournal, launch: &LaunchRecord) -> Result<String, StoreError> {
    let by = journal.arrived_after(&launch.id, None)?;
    Ok(by.map_or_else(String::new, |other| {
        format!(" (launch {} at {:.0})", other.id, other.started_at)
    }))
}
