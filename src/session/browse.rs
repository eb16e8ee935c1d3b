//! Contacts to look through: those of a plan or of a bot, one of them in full, and the columns they are shown in.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;

use super::freeze::off_the_loop;
use super::{Contacts, Session, SessionError};
use crate::audience::{Group, Scene, SceneFacts, Suppression, Table};
use crate::domain::contact::ContactInFull;
use crate::domain::plan::Plan;
use crate::domain::record::{Bot, Contact, ContactId, is_phone_channel};
use crate::domain::suppression::normal;
use crate::store::{Journal, Notebook, SqliteJournal};

/// What a scene is made of, so that it can be made where nothing waits for it.
pub struct SceneBasis {
    contacts: Arc<Contacts>,
    suppressed: Arc<Suppression>,
    plan: Option<Arc<Plan>>,
    /// The audience that the broadcast of the plan is configured for.
    configured: Option<String>,
    reading: crate::domain::filter::Reading,
}

impl SceneBasis {
    /// Makes it; `None` as soon as `stop` is set. Takes the time it takes: not for an async task.
    pub fn scene(&self, stop: &AtomicBool) -> Option<Scene> {
        let audiences = &self.contacts.audiences;
        let configured = self.configured.as_ref();
        let facts = SceneFacts {
            table: &self.contacts.table,
            configured: configured.and_then(|audience| audiences.get(audience)),
            suppressed: &self.suppressed,
            reading: self.reading,
            as_of: self.contacts.as_of,
        };
        match &self.plan {
            Some(plan) => Scene::of_plan(plan, &facts, stop),
            None => Some(Scene::of_all(&facts)),
        }
    }
}

impl Session {
    /// What the contacts of a bot are looked through by: those of a plan for one of its broadcasts (by id or name), or
    /// all.
    ///
    /// # Errors
    /// [`SessionError::Lookup`]; those of cache and notebook.
    pub async fn scene_basis(
        &self,
        bot: &Bot,
        plan: Option<Arc<Plan>>,
    ) -> Result<SceneBasis, SessionError> {
        let configured = match &plan {
            Some(plan) => {
                let found = self.find_broadcast(&plan.broadcast, Some(&bot.key)).await?;
                found.broadcast.audience.map(|audience| audience.id)
            }
            None => None,
        };
        let contacts = self.contacts(bot).await?;
        Ok(SceneBasis {
            suppressed: self.suppression(bot, &contacts).await?,
            contacts,
            plan,
            configured,
            reading: self.profile.dialect.reading(),
        })
    }

    /// The contacts of a plan, or all of a bot.
    ///
    /// # Errors
    /// As [`Session::scene_basis`].
    pub async fn scene(&self, bot: &Bot, plan: Option<Plan>) -> Result<Arc<Scene>, SessionError> {
        let basis = self.scene_basis(bot, plan.map(Arc::new)).await?;
        off_the_loop(move || {
            let scene = basis.scene(&AtomicBool::new(false));
            let stopped = || SessionError::Internal("the count was stopped".into());
            scene.map(Arc::new).ok_or_else(stopped)
        })
        .await
    }

    /// What is known of the contact in a row of a group.
    ///
    /// # Errors
    /// Those of cache, journal and notebook.
    pub async fn contact_in_full(
        &self,
        bot: &Bot,
        scene: Arc<Scene>,
        group: &Group,
        row: u32,
    ) -> Result<ContactInFull, SessionError> {
        let contact = group.table.contact(row).unwrap_or_default();
        let id = id_of(&contact);
        let contacts = self.contacts(bot).await?;
        let names = self.audience_names(&bot.key).await?;
        let suppressed = self.why_suppressed(&contact).await?;
        let (key, journal) = (bot.key.clone(), &self.launcher.journal);
        let of = id.clone();
        let reached = journal
            .run(move |journal: &mut SqliteJournal| journal.launches_to(&key, &of))
            .await?;
        let table = Arc::clone(&group.table);
        off_the_loop(move || {
            let cached = contacts.table.row_of(&id);
            let (audiences, not_read) = audiences_of(cached, &names, &contacts);
            let explanation = (!scene.filters.is_empty())
                .then(|| table.explain_contact(&contact, &scene.filters, scene.reading));
            Ok(ContactInFull {
                unknown: unknown_of(&contacts.table, cached),
                is_cached: cached.is_some(),
                as_of: contacts.as_of,
                audiences,
                audiences_not_read: not_read,
                suppressed,
                explanation,
                reached,
                contact,
            })
        })
        .await
    }

    async fn audience_names(&self, bot: &str) -> Result<Vec<(String, String)>, SessionError> {
        let key = bot.to_owned();
        let audiences = self.cache.run(move |cache| cache.audiences(&key)).await?;
        let named = audiences
            .into_iter()
            .map(|audience| (audience.id, audience.name));
        Ok(named.collect())
    }

    /// The reason for which a contact is on the suppression list, if it is.
    async fn why_suppressed(&self, contact: &Contact) -> Result<Option<String>, SessionError> {
        let names = ["user_id", "user_phone_number"];
        let names = names.into_iter().filter_map(|name| contact.get(name));
        let names = names.filter(|name| !name.is_empty());
        let keys: std::collections::HashSet<String> =
            names.map(|name| normal(name).into_owned()).collect();
        let found = self.suppressed_among(keys).await?;
        if found.is_empty() {
            return Ok(None);
        }
        let all = self.suppressions().await?;
        let entry = all
            .into_iter()
            .find(|entry| found.contains(&entry.identity));
        Ok(Some(entry.map(|entry| entry.reason).unwrap_or_default()))
    }

    /// The columns in which the contacts of a bot were looked through last.
    ///
    /// # Errors
    /// Those of the notebook.
    pub async fn remembered_columns(&self, bot: &Bot) -> Result<Option<Vec<String>>, SessionError> {
        let key = bot.key.clone();
        let notebook = self.notebook().await?;
        Ok(notebook.run(move |book| book.columns(&key)).await?)
    }

    /// Remembers the columns in which the contacts of a bot are looked through.
    ///
    /// # Errors
    /// Those of the notebook.
    pub async fn remember_columns(
        &self,
        bot_key: &str,
        names: Vec<String>,
    ) -> Result<(), SessionError> {
        let key = bot_key.to_owned();
        let save = move |book: &mut Notebook| book.save_columns(&key, &names, Timestamp::now());
        Ok(self.notebook().await?.run(save).await?)
    }
}

/// What the record knows a contact by. On a phone's channel the number is its id `[D]`.
fn id_of(contact: &Contact) -> ContactId {
    let mut id = contact.id();
    if id.user_id.is_empty() && is_phone_channel(&id.channel) {
        let phone = contact.get("user_phone_number").unwrap_or_default();
        phone.clone_into(&mut id.user_id);
    }
    id
}

/// The names of the audiences that a row is in, and how many were not read to their end.
fn audiences_of(
    row: Option<u32>,
    names: &[(String, String)],
    contacts: &Contacts,
) -> (Vec<String>, u64) {
    let (mut found, mut not_read) = (Vec::new(), 0);
    for (id, name) in names {
        match contacts.audiences.get(id) {
            Some(rows) if row.is_some_and(|row| rows.contains(row)) => found.push(name.clone()),
            Some(_) => {}
            None => not_read += 1,
        }
    }
    (found, not_read)
}

/// The fields of which it isn't known whether a row has them.
fn unknown_of(table: &Table, row: Option<u32>) -> Vec<String> {
    let Some(row) = row else {
        return Vec::new();
    };
    let columns = table.columns().iter().map(|column| column.name());
    let is_unknown = |name: &&str| {
        let rows = table.unknown(name);
        rows.is_some_and(|rows| rows.contains(row))
    };
    columns.filter(is_unknown).map(str::to_owned).collect()
}
