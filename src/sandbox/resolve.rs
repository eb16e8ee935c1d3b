//! Whom a launch targets: found in the bot's contacts, created where the form creates, inside the launch's transaction.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::answer::Refusal;
use super::audience::{Matcher, scan};
use super::body::MAX_VALUE;
use super::contact::{Identity, MAX_VARIABLES, Variables, merge, refuses_strangers};
use crate::domain::filter::Filter;

/// One target of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The row of the contact; `None` where it was neither found nor created.
    pub(super) contact_id: Option<i64>,
    /// Its `user_id`, or what was given for it.
    pub(super) user_id: Option<String>,
    /// Whether the launch created it.
    pub(super) created: bool,
    /// Why it will fail; `None` will be delivered.
    pub(super) reason: Option<String>,
}

/// A contact that is there.
struct Known {
    id: i64,
    user_id: String,
    variables: Variables,
}

/// Resolves the launches of one transaction for one bot.
pub(super) struct Resolver<'a> {
    connection: &'a Connection,
    bot_id: i64,
    /// Contacts that this launch created and that can't be reached.
    strangers: HashSet<i64>,
}

impl<'a> Resolver<'a> {
    /// Makes a resolver.
    pub(super) fn new(connection: &'a Connection, bot_id: i64) -> Self {
        Self {
            connection,
            bot_id,
            strangers: HashSet::new(),
        }
    }

    /// Targets the contacts that match, in creation order, at most `most`, and sets variables on them.
    ///
    /// # Errors
    /// 400 where a contact would have too many variables.
    pub(super) fn audience(
        &self,
        filters: &[Filter],
        variables: &Variables,
        most: usize,
    ) -> Result<Vec<Target>, Refusal> {
        let matcher = Matcher::new(filters);
        let mut targets = Vec::new();
        scan(self.connection, self.bot_id, 0, |id, user_id, _, text| {
            if matcher.holds(text).map_err(Refusal::internal)? {
                targets.push(delivered(id, user_id.to_owned()));
            }
            Ok(targets.len() < most)
        })?;
        if !variables.is_empty() {
            for target in &targets {
                self.set(target.contact_id, variables)?;
            }
        }
        Ok(targets)
    }

    /// Targets the contacts named, one target each, creating the unknown ones `[D]`.
    ///
    /// With `single` only one: the first in creation order of those known, else the first that can be created.
    ///
    /// # Errors
    /// 400 where a contact would have too many variables.
    pub(super) fn named(
        &mut self,
        list: &[Variables],
        single: bool,
        phone_is_id: bool,
    ) -> Result<Vec<Target>, Refusal> {
        if single && list.len() > 1 {
            let one = self.first_of(list)?;
            return Ok(vec![self.one(&list[one], phone_is_id)?]);
        }
        list.iter()
            .map(|variables| self.one(variables, phone_is_id))
            .collect()
    }

    fn first_of(&self, list: &[Variables]) -> Result<usize, Refusal> {
        let mut first: Option<(i64, usize)> = None;
        let mut creatable = None;
        for (index, variables) in list.iter().enumerate() {
            let identity = Identity::of(variables);
            if let Some(known) = self.find(&identity)? {
                first = Some(first.map_or((known.id, index), |first| first.min((known.id, index))));
            } else if creatable.is_none() && identity.is_creatable() {
                creatable = Some(index);
            }
        }
        Ok(first.map(|(_, index)| index).or(creatable).unwrap_or(0))
    }

    fn one(&mut self, variables: &Variables, phone_is_id: bool) -> Result<Target, Refusal> {
        let mut identity = Identity::of(variables);
        if let Some(mut known) = self.find(&identity)? {
            if merge(&mut known.variables, variables) {
                self.store(known.id, &known.variables)?;
            }
            let reason = self.strangers.contains(&known.id).then(unreachable);
            return Ok(Target {
                reason,
                ..delivered(known.id, known.user_id)
            });
        }
        if phone_is_id && identity.user_id.is_none() {
            identity.user_id.clone_from(&identity.phone);
        }
        match &identity.user_id {
            Some(user_id) if identity.is_creatable() => {
                self.create(&identity, user_id, variables)
            }
            _ => Ok(Target {
                contact_id: None,
                user_id: identity.user_id.or(identity.phone),
                created: false,
                reason: Some(
                    "the contact is not known, and can't be created without user_id and bot_channel"
                        .to_owned(),
                ),
            }),
        }
    }

    fn create(
        &mut self,
        identity: &Identity,
        user_id: &str,
        variables: &Variables,
    ) -> Result<Target, Refusal> {
        let mut all = Variables::with_capacity(variables.len() + 2);
        all.insert("user_id".to_owned(), user_id.to_owned());
        all.insert("bot_channel".to_owned(), identity.channel.clone());
        if let Some(phone) = &identity.phone {
            all.insert("user_phone_number".to_owned(), phone.clone());
        }
        for (name, value) in variables {
            if all.get(name).is_none_or(String::is_empty) {
                all.insert(name.clone(), value.clone());
            }
        }
        check(&all)?;
        let id = insert(
            self.connection,
            self.bot_id,
            &Stored {
                channel: &identity.channel,
                user_id,
                phone: identity.phone.as_deref(),
            },
            &all,
        )?;
        let stranger = refuses_strangers(&identity.channel);
        if stranger {
            self.strangers.insert(id);
        }
        Ok(Target {
            created: true,
            reason: stranger.then(unreachable),
            ..delivered(id, user_id.to_owned())
        })
    }

    /// Looks a contact up by `user_id`, within the channel where one is given, else by phone number `[D]`.
    fn find(&self, identity: &Identity) -> rusqlite::Result<Option<Known>> {
        let by_id = ("user_id", "contacts_by_user", &identity.user_id);
        let by_phone = ("phone", "contacts_by_phone", &identity.phone);
        for (column, index, value) in [by_id, by_phone] {
            if let Some(value) = value
                && let Some(known) = self.by(column, index, value, &identity.channel)?
            {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// The index is named, since `ORDER BY` leads SQLite to one that goes through all contacts of the bot.
    fn by(
        &self,
        column: &str,
        index: &str,
        value: &str,
        channel: &str,
    ) -> rusqlite::Result<Option<Known>> {
        self.connection
            .prepare_cached(&format!(
                "SELECT id, user_id, variables FROM contacts INDEXED BY {index} WHERE bot_id = ?1 AND {column} = ?2 AND (?3 = '' OR channel = ?3) ORDER BY id LIMIT 1"
            ))?
            .query_row(params![self.bot_id, value, channel], known_of)
            .optional()
    }

    fn set(&self, id: Option<i64>, variables: &Variables) -> Result<(), Refusal> {
        let Some(id) = id else { return Ok(()) };
        let mut known = self
            .connection
            .prepare_cached("SELECT id, user_id, variables FROM contacts WHERE id = ?1")?
            .query_row([id], known_of)?;
        if merge(&mut known.variables, variables) {
            self.store(id, &known.variables)?;
        }
        Ok(())
    }

    fn store(&self, id: i64, variables: &Variables) -> Result<(), Refusal> {
        check(variables)?;
        let identity = Identity::of(variables);
        self.connection
            .prepare_cached("UPDATE contacts SET variables = ?2, phone = ?3 WHERE id = ?1")?
            .execute(params![id, text(variables)?, identity.phone])?;
        Ok(())
    }
}

fn delivered(id: i64, user_id: String) -> Target {
    Target {
        contact_id: Some(id),
        user_id: Some(user_id),
        created: false,
        reason: None,
    }
}

fn unreachable() -> String {
    "the contact was created by this launch, and its channel refuses unsolicited messages"
        .to_owned()
}

fn known_of(row: &Row<'_>) -> rusqlite::Result<Known> {
    let text = row.get_ref(2)?.as_str()?;
    let variables = serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, Box::new(error))
    })?;
    Ok(Known {
        id: row.get(0)?,
        user_id: row.get(1)?,
        variables,
    })
}

/// What a contact is stored under.
#[derive(Debug)]
pub(super) struct Stored<'a> {
    /// Its `bot_channel`, empty where it is not known.
    pub(super) channel: &'a str,
    /// Its `user_id`.
    pub(super) user_id: &'a str,
    /// Its phone number, where it has one.
    pub(super) phone: Option<&'a str>,
}

/// Adds a contact, last in creation order.
///
/// # Errors
/// 400 where the bot has a contact of this `user_id` and channel already.
pub(super) fn insert(
    connection: &Connection,
    bot_id: i64,
    contact: &Stored<'_>,
    variables: &Variables,
) -> Result<i64, Refusal> {
    let inserted = add(connection, bot_id, contact, &text(variables)?);
    inserted.map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::ConstraintViolation) => Refusal::invalid(format!(
            "the contact {} comes twice in the channel {:?}",
            contact.user_id, contact.channel
        )),
        _ => error.into(),
    })
}

/// Adds a contact whose variables are JSON already.
///
/// # Errors
/// What `SQLite` says.
pub(super) fn add(
    connection: &Connection,
    bot_id: i64,
    contact: &Stored<'_>,
    variables: &str,
) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO contacts (bot_id, channel, user_id, phone, variables) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            bot_id,
            contact.channel,
            contact.user_id,
            contact.phone,
            variables
        ])?;
    Ok(connection.last_insert_rowid())
}

/// Checks the limits of one conversation `[D]`.
///
/// # Errors
/// 400 where there are more than 512 variables, or one is longer than 64,000 bytes.
pub(super) fn check(variables: &Variables) -> Result<(), Refusal> {
    if variables.len() > MAX_VARIABLES {
        return Err(Refusal::invalid(format!(
            "a contact would have {} variables, {MAX_VARIABLES} is the most",
            variables.len()
        )));
    }
    match variables.iter().find(|(_, value)| value.len() > MAX_VALUE) {
        Some((name, _)) => Err(Refusal::invalid(format!(
            "the variable {name} has more than {MAX_VALUE} bytes"
        ))),
        None => Ok(()),
    }
}

fn text(variables: &Variables) -> Result<String, Refusal> {
    serde_json::to_string(variables).map_err(Refusal::internal)
}
