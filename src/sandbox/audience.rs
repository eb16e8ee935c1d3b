//! A bot's contacts read in creation order, and which of them an audience holds.

use std::borrow::Cow;
use std::fmt;

use rusqlite::{Connection, OptionalExtension, params};
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, Visitor};

use crate::domain::criterion::Predicate;
use crate::domain::filter::{Case, Filter, Join, Precedence, combine};
use crate::domain::record::is_phone_channel;

use super::answer::Refusal;
use super::body::{self, Form};
use super::contact::Variables;

/// The filters and the variables that an audience stands for.
#[derive(Debug, Clone, Default)]
pub(super) struct Configured {
    /// Whom it holds; no filter is everyone.
    pub(super) filters: Vec<Filter>,
    /// What is set on them at a launch.
    pub(super) variables: Variables,
}

/// Reads the JSON of the six text fields.
///
/// # Errors
/// 400 where they don't build an audience.
pub(super) fn read_filter(text: &str) -> Result<Configured, Refusal> {
    let order = body::read(text.as_bytes(), true)?;
    let filters = match order.form {
        Form::Filters(filters) => filters,
        Form::Configured => Vec::new(),
        Form::Targets(_) | Form::Conversation => {
            return Err(Refusal::invalid(
                "an audience has the six audience fields alone",
            ));
        }
    };
    Ok(Configured {
        filters,
        variables: order.variables,
    })
}

/// One of a bot's audiences.
///
/// # Errors
/// 404 where the bot has none of this id.
pub(super) fn find(connection: &Connection, bot_id: i64, id: &str) -> Result<Configured, Refusal> {
    let filter: Option<Option<String>> = connection
        .query_row(
            "SELECT filter FROM audiences WHERE id = ?1 AND bot_id = ?2",
            params![id, bot_id],
            |row| row.get(0),
        )
        .optional()?;
    match filter.ok_or_else(|| Refusal::not_found("the audience"))? {
        Some(text) => read_filter(&text),
        None => Ok(Configured::default()),
    }
}

/// Filters prepared once, to be asked of many contacts: left to right, without case, the sandbox's reading.
#[derive(Debug)]
pub(super) struct Matcher {
    conditions: Vec<(Join, usize, Predicate)>,
    fields: Vec<String>,
    /// Whether a filter asks for `user_id` or `user_phone_number`, each of which may follow from the other.
    asks_identity: bool,
}

impl Matcher {
    /// Prepares filters.
    pub(super) fn new(filters: &[Filter]) -> Self {
        let mut fields: Vec<String> = Vec::new();
        let mut conditions = Vec::new();
        for filter in filters {
            let index = fields
                .iter()
                .position(|field| *field == filter.field)
                .unwrap_or_else(|| {
                    fields.push(filter.field.clone());
                    fields.len() - 1
                });
            let predicate = Predicate::new(filter.criterion, &filter.value, Case::IgnoreCase);
            conditions.push((filter.join, index, predicate));
        }
        let identity = ["user_id", "user_phone_number"];
        let asks_identity = fields
            .iter()
            .any(|field| identity.contains(&field.as_str()));
        if asks_identity {
            for name in identity.into_iter().chain(["bot_channel"]) {
                if fields.iter().all(|field| field != name) {
                    fields.push(name.to_owned());
                }
            }
        }
        Self {
            conditions,
            fields,
            asks_identity,
        }
    }

    /// Whether a contact, given as the JSON of its variables, matches.
    ///
    /// # Errors
    /// Whatever is wrong with the JSON.
    pub(super) fn holds(&self, variables: &str) -> Result<bool, serde_json::Error> {
        if self.conditions.is_empty() {
            return Ok(true);
        }
        let mut json = serde_json::Deserializer::from_str(variables);
        let mut values = Pick(&self.fields).deserialize(&mut json)?;
        if self.asks_identity {
            self.complete_identity(&mut values);
        }
        Ok(combine(
            Precedence::LeftToRight,
            self.conditions.iter().map(|(join, index, predicate)| {
                (*join, predicate.holds(values[*index].as_deref()))
            }),
        ))
    }
}

impl Matcher {
    /// On `WhatsApp`, SMS and RCS `user_id` equals `user_phone_number` `[D]`, also where a contact was given with one.
    fn complete_identity(&self, values: &mut [Option<Cow<'_, str>>]) {
        let place = |name: &str| self.fields.iter().position(|field| field == name);
        let (Some(id), Some(phone), Some(channel)) = (
            place("user_id"),
            place("user_phone_number"),
            place("bot_channel"),
        ) else {
            return;
        };
        if !values[channel].as_deref().is_some_and(is_phone_channel) {
            return;
        }
        for (one, other) in [(id, phone), (phone, id)] {
            if values[one].as_deref().is_none_or(str::is_empty) {
                let value = values[other].clone();
                values[one] = value;
            }
        }
    }
}

/// Reads only some keys of an object: a million contacts are looked at for two of their variables.
struct Pick<'a>(&'a [String]);

impl<'de> DeserializeSeed<'de> for Pick<'_> {
    type Value = Vec<Option<Cow<'de, str>>>;

    fn deserialize<D: de::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Pick<'_> {
    type Value = Vec<Option<Cow<'de, str>>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = vec![None; self.0.len()];
        while let Some(Text(key)) = map.next_key()? {
            if let Some(index) = self.0.iter().position(|field| *field == key) {
                values[index] = Some(map.next_value::<Text<'de>>()?.0);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(values)
    }
}

/// A text that is borrowed where it holds no escape.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Goes through a bot's contacts after a row, in creation order, until `visit` says stop (`false`).
///
/// `visit` gets the row, the `user_id`, the channel and the JSON of the variables.
///
/// # Errors
/// What `visit` or `SQLite` give.
pub(super) fn scan(
    connection: &Connection,
    bot_id: i64,
    after: i64,
    mut visit: impl FnMut(i64, &str, &str, &str) -> Result<bool, Refusal>,
) -> Result<(), Refusal> {
    let mut statement = connection.prepare_cached(
        "SELECT id, user_id, channel, variables FROM contacts INDEXED BY contacts_in_order WHERE bot_id = ?1 AND id > ?2 ORDER BY id",
    )?;
    let mut rows = statement.query(params![bot_id, after])?;
    while let Some(row) = rows.next()? {
        let text = |index| row.get_ref(index)?.as_str().map_err(rusqlite::Error::from);
        if !visit(row.get(0)?, text(1)?, text(2)?, text(3)?)? {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::criterion::Criterion;

    #[test]
    fn a_matcher_reads_escaped_values_too() {
        let filter = Filter {
            join: Join::And,
            field: "a".into(),
            criterion: Criterion::Equals,
            value: "X\"Y".into(),
        };
        let matcher = Matcher::new(&[filter]);
        assert!(matcher.holds(r#"{"b":"1","a":"x\"y"}"#).unwrap());
        assert!(!matcher.holds(r#"{"b":"x\"y"}"#).unwrap());
    }
}
