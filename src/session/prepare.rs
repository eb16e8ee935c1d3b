//! A plan with everything that is known about it: for preview, review and launch alike.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;

use super::freeze::off_the_loop;
use super::{Contacts, Found, Needs, Reached, Session, SessionError};
use crate::audience::{Facts, Matched, Suppression, Table, explain_named, preview};
use crate::domain::bounds::Bounds;
use crate::domain::dialect::Dialect;
use crate::domain::due::{in_zone, moment};
use crate::domain::explain::{ContactsTold, Insight};
use crate::domain::gate::Gate;
use crate::domain::plan::Plan;
use crate::domain::preview::Preview;
use crate::domain::problem::{Code, Problem, Surface};
use crate::domain::record::Bot;
use crate::domain::text::{counted, shown};
use crate::domain::touched::Touched;
use crate::domain::waiting::WaitingLaunch;
use crate::launcher;
use crate::launcher::Prepared;

/// What plans for a broadcast are held against.
pub struct Basis {
    /// The broadcast and its bot.
    pub found: Found,
    /// The cached contacts of the bot.
    pub contacts: Arc<Contacts>,
    /// Who got the broadcast within the repeat window.
    pub reached: Arc<Reached>,
    /// Who must not be written to.
    pub suppressed: Arc<Suppression>,
    /// What launches did to the contacts since these were read, newest first.
    pub touched: Arc<Vec<Touched>>,
    /// Whether all audiences of the bot were read to their end.
    pub is_whole: bool,
}

impl Basis {
    /// Holds a plan against it; `None` as soon as `stop` is set. Takes the time it takes: not for an async task.
    pub fn hold(
        &self,
        plan: &Plan,
        dialect: &Dialect,
        surface: Surface,
        stop: &AtomicBool,
    ) -> Option<(Preview, Matched)> {
        let (mut preview, matched) = preview(plan, &self.facts(dialect, surface), stop)?;
        preview.who.unread = self.contacts.unread;
        Some((preview, matched))
    }

    fn facts<'a>(&'a self, dialect: &'a Dialect, surface: Surface) -> Facts<'a> {
        Facts {
            broadcast: Ok(&self.found.broadcast),
            channels: &self.found.bot.channels,
            table: &self.contacts.table,
            configured: self.contacts.configured_for(&self.found.broadcast),
            as_of: self.contacts.as_of,
            is_whole: self.is_whole,
            now: Timestamp::now(),
            dialect,
            surface,
            reached: &self.reached,
            suppressed: &self.suppressed,
            touched: &self.touched,
            listed: self.contacts.listed(),
        }
    }

    /// Explains the cached contacts of a name (an id, a phone number, or `CHANNEL:ID`) by a plan; `None` as soon as
    /// `stop` is set.
    pub fn explain(
        &self,
        plan: &Plan,
        dialect: &Dialect,
        name: &str,
        stop: &AtomicBool,
    ) -> Option<ContactsTold> {
        let facts = self.facts(dialect, Surface::Console);
        let (_, matched) = preview(plan, &facts, stop)?;
        explain_named(plan, &facts, &matched, name, stop)
    }

    /// What each filter of a plan does, and what is odd about it; `None` as soon as `stop` is set. To be asked for after
    /// the plan was held against it, since the count comes first.
    pub fn insight(&self, plan: &Plan, dialect: &Dialect, stop: &AtomicBool) -> Option<Insight> {
        self.contacts.table.insight(plan, dialect.reading(), stop)
    }
}

impl Session {
    /// Previews a plan by the cache alone: no socket is opened. An unknown broadcast is a problem, not an error.
    ///
    /// # Errors
    /// Those of cache and journal.
    pub async fn preview(&self, plan: &Plan, surface: Surface) -> Result<Preview, SessionError> {
        match self
            .find_broadcast(&plan.broadcast, plan.bot.as_deref())
            .await
        {
            Ok(found) => Ok(self
                .prepare_found(found, plan.clone(), surface)
                .await?
                .preview),
            Err(SessionError::Lookup(problem)) => {
                self.preview_unknown(plan, surface, problem).await
            }
            Err(other) => Err(other),
        }
    }

    /// Finds the broadcast of a plan and holds the plan against the cache.
    ///
    /// # Errors
    /// [`SessionError::Lookup`]; those of cache and journal.
    pub async fn prepare(&self, plan: Plan, surface: Surface) -> Result<Prepared, SessionError> {
        let found = self
            .find_broadcast(&plan.broadcast, plan.bot.as_deref())
            .await?;
        self.prepare_found(found, plan, surface).await
    }

    /// Explains the cached contacts of a name (an id, a phone number, or `CHANNEL:ID`) by a plan.
    ///
    /// # Errors
    /// [`SessionError::Lookup`]; those of cache and journal.
    pub async fn explain(&self, plan: Plan, name: String) -> Result<ContactsTold, SessionError> {
        let found = self
            .find_broadcast(&plan.broadcast, plan.bot.as_deref())
            .await?;
        let basis = self.basis(found).await?;
        let dialect = self.profile.dialect.clone();
        off_the_loop(move || {
            let never = AtomicBool::new(false);
            basis
                .explain(&plan, &dialect, &name, &never)
                .ok_or_else(stopped)
        })
        .await
    }

    /// As [`Session::prepare`], for a launch that waited: what else waits was looked at when one of the two was
    /// confirmed.
    ///
    /// # Errors
    /// Those of [`Session::prepare`].
    pub async fn prepare_to_start(
        &self,
        plan: Plan,
        surface: Surface,
    ) -> Result<Prepared, SessionError> {
        let found = self
            .find_broadcast(&plan.broadcast, plan.bot.as_deref())
            .await?;
        self.prepare_with(found, plan, surface, None).await
    }

    async fn prepare_found(
        &self,
        found: Found,
        plan: Plan,
        surface: Surface,
    ) -> Result<Prepared, SessionError> {
        let (bot, broadcast) = (found.bot.key.clone(), found.broadcast.id.clone());
        let waiting = self
            .launcher
            .journal
            .run(move |journal| launcher::waiting_for(journal, &bot, &broadcast))
            .await?;
        let warning = waits_already(&waiting);
        self.prepare_with(found, plan, surface, warning).await
    }

    /// Holds a plan against what is known, with a warning besides.
    async fn prepare_with(
        &self,
        found: Found,
        plan: Plan,
        surface: Surface,
        warning: Option<Problem>,
    ) -> Result<Prepared, SessionError> {
        let broadcast = found.broadcast.id.clone();
        let last_launch = self
            .launcher
            .journal
            .run(move |journal| launcher::last_launch(journal, &broadcast))
            .await?;
        let gate = Box::pin(self.gate_now()).await;
        let last_count = self.last_count(&found, &gate).await?;
        let basis = self.basis(found).await?;
        let dialect = self.profile.dialect.clone();
        off_the_loop(move || {
            let never = AtomicBool::new(false);
            let held = basis.hold(&plan, &dialect, surface, &never);
            let (mut preview, matched) = held.ok_or_else(stopped)?;
            // As on the record of the launch before: what is counted, and the most it may be.
            let bounds = preview.who.bounds;
            let now = Bounds {
                least: preview.who.count().unwrap_or(bounds.least),
                ..bounds
            };
            let differs = gate.compared(now, last_count);
            preview.problems.extend(differs);
            preview.problems.extend(warning);
            Ok(Prepared {
                bot: basis.found.bot,
                broadcast: basis.found.broadcast,
                plan,
                preview,
                matched,
                table: Arc::clone(&basis.contacts.table),
                suppressed: basis.suppressed,
                last_launch,
            })
        })
        .await
    }

    /// What plans for a broadcast are held against, as it is now.
    ///
    /// # Errors
    /// Those of cache, journal and notebook.
    pub async fn basis(&self, found: Found) -> Result<Basis, SessionError> {
        // Asked before the contacts are: what was read to its end by then is among them.
        let is_whole = self.has_read_all(&found.bot).await?;
        let contacts = self.contacts(&found.bot).await?;
        self.basis_on(found, contacts, is_whole).await
    }

    /// As [`Session::basis`], as soon as those contacts are there that a plan needs: for what is shown at first, never for
    /// what is launched. Where [`Contacts::unread`] says that something is missing, the whole is to be asked for next.
    ///
    /// # Errors
    /// Those of cache, journal and notebook.
    pub async fn basis_for(&self, found: Found, plan: &Plan) -> Result<Basis, SessionError> {
        let is_whole = self.has_read_all(&found.bot).await?;
        let contacts = self.contacts_for(&found.bot, &Needs::of(plan)).await?;
        self.basis_on(found, contacts, is_whole).await
    }

    /// Whether the audiences of a bot are known, and each was read to its end: only then is whoever the platform may match
    /// among the cached contacts. What a file brought says nothing of the others.
    async fn has_read_all(&self, bot: &Bot) -> Result<bool, SessionError> {
        let key = bot.key.clone();
        let listed = self.lookups.run(move |cache| cache.audiences(&key)).await?;
        Ok(!listed.is_empty() && listed.iter().all(|audience| audience.synced_at.is_some()))
    }

    async fn basis_on(
        &self,
        found: Found,
        contacts: Arc<Contacts>,
        is_whole: bool,
    ) -> Result<Basis, SessionError> {
        Ok(Basis {
            is_whole,
            reached: self.reached(&found.broadcast.id).await?,
            suppressed: self.suppression(&found.bot, &contacts).await?,
            touched: self.touched(&found.bot, &contacts).await?,
            contacts,
            found,
        })
    }

    /// How many contacts the last launch was to reach, where the profile wants to know.
    async fn last_count(&self, found: &Found, gate: &Gate) -> Result<Bounds, SessionError> {
        if gate.count_factor.is_none() {
            return Ok(Bounds::NOT_KNOWN);
        }
        let (bot, broadcast) = (found.bot.key.clone(), found.broadcast.id.clone());
        let journal = &self.launcher.journal;
        Ok(journal
            .run(move |journal| launcher::last_count(journal, &bot, &broadcast))
            .await?)
    }

    async fn preview_unknown(
        &self,
        plan: &Plan,
        surface: Surface,
        problem: Problem,
    ) -> Result<Preview, SessionError> {
        let (plan, dialect) = (plan.clone(), self.profile.dialect.clone());
        off_the_loop(move || {
            let table = Table::new(0, []);
            let facts = Facts {
                broadcast: Err(problem),
                channels: &[],
                table: &table,
                configured: None,
                as_of: None,
                is_whole: false,
                now: Timestamp::now(),
                dialect: &dialect,
                surface,
                reached: &Reached::new(),
                suppressed: &Suppression::default(),
                touched: &[],
                listed: None,
            };
            preview(&plan, &facts, &AtomicBool::new(false))
                .map(|(preview, _)| without_contacts(preview))
                .ok_or_else(stopped)
        })
        .await
    }
}

/// A warning that launches of the same broadcast wait for their time: they count as sent, to whomever they go.
fn waits_already(waiting: &[WaitingLaunch]) -> Option<Problem> {
    let first = waiting.first()?;
    let to = first.targets.map_or_else(
        || "an audience not known here".to_owned(),
        |targets| counted(targets, "contact"),
    );
    let more = match waiting.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let message = format!(
        "A launch of this broadcast to {to} waits for {} (by {}){more}. If this one goes out before then, the one that waits will be refused at its time; if after, who is in both gets both.",
        moment(&in_zone(first.due_at, &first.zone)),
        shown(&first.operator),
    );
    Some(Problem::new(Code::AlreadyLaunched, "", message))
}

/// Without a broadcast there is no bot, so nothing is known of its contacts: neither a count nor a warning about it.
fn without_contacts(mut preview: Preview) -> Preview {
    preview.who.counts = None;
    preview.who.bounds = Bounds::NOT_KNOWN;
    preview.who.sample.clear();
    preview
        .problems
        .retain(|problem| !problem.code.is_of_contacts());
    preview
}

fn stopped() -> SessionError {
    SessionError::Internal("the count was stopped".into())
}
