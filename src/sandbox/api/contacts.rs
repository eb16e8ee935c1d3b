//! The contacts of a bot: listed in creation order, replaced by a list that may be very large.

use std::fmt;
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::Deserialize;
use serde::de::{self, DeserializeSeed, SeqAccess, Visitor};
use serde_json::{Value, json};

use super::super::answer::Refusal;
use super::super::app::App;
use super::super::contact::{Identity, Variables, snake_case};
use super::super::resolve::{self, Stored};
use super::Read;

/// The most bytes of a list of contacts.
const LIMIT: usize = 1_000_000_000;

/// Which part of the list.
#[derive(Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    offset: u32,
    limit: Option<u32>,
}

/// The row of the bot with this key.
///
/// # Errors
/// 404.
pub(super) fn bot_row(connection: &Connection, key: &str) -> Result<i64, Refusal> {
    connection
        .query_row("SELECT id FROM bots WHERE api_key = ?1", [key], |row| {
            row.get(0)
        })
        .optional()?
        .ok_or_else(|| Refusal::not_found("the bot"))
}

/// `GET /sandbox/bots/{APIKey}/contacts?offset=&limit=`, 1,000 where no limit is given.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
    Query(part): Query<Part>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    app.owner(&headers)?;
    app.database
        .read(move |connection| {
            let bot = bot_row(connection, &key)?;
            let total: i64 = connection.query_row(
                "SELECT count(*) FROM contacts WHERE bot_id = ?1",
                [bot],
                |row| row.get(0),
            )?;
            let texts: Vec<String> = connection
                .prepare_cached(
                    "SELECT variables FROM contacts WHERE bot_id = ?1 ORDER BY id LIMIT ?2 OFFSET ?3",
                )?
                .query_map(params![bot, part.limit.unwrap_or(1000), part.offset], |row| {
                    row.get(0)
                })?
                .collect::<Result<_, _>>()?;
            let contacts: Vec<Value> = texts
                .iter()
                .map(|text| serde_json::from_str(text))
                .collect::<Result<_, _>>()
                .map_err(Refusal::internal)?;
            Ok(Json(json!({"total": total, "contacts": contacts})))
        })
        .await
}

/// `PUT /sandbox/bots/{APIKey}/contacts`: replaces all, or changes nothing.
pub(super) async fn replace(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refusal> {
    if let Err(refusal) = app.owner(&headers) {
        super::drain(body).await;
        return Err(refusal);
    }
    let Read::Whole(bytes) = super::read(body, LIMIT).await? else {
        return Err(Refusal::invalid(format!("the list is over {LIMIT} bytes")));
    };
    app.database
        .write(move |transaction| {
            let bot = bot_row(transaction, &key)?;
            transaction.execute("DELETE FROM contacts WHERE bot_id = ?1", [bot])?;
            let total = import(transaction, bot, &bytes)?;
            Ok(Json(json!({"total": total})))
        })
        .await
}

fn import(transaction: &Transaction<'_>, bot: i64, bytes: &Bytes) -> Result<u64, Refusal> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let mut refused = None;
    let import = Import {
        transaction,
        bot,
        refused: &mut refused,
    };
    let imported = import.deserialize(&mut json).and_then(|total| {
        json.end()?;
        Ok(total)
    });
    match (refused, imported) {
        (Some(refusal), _) => Err(refusal),
        (None, imported) => imported.map_err(|error| {
            Refusal::invalid(format!(
                "the body is not a list of objects of texts: {error}"
            ))
        }),
    }
}

/// Stores each contact as it is read, so that a million of them are never in memory at once.
struct Import<'a> {
    transaction: &'a Transaction<'a>,
    bot: i64,
    /// Why one was refused: the parser's own error can't carry it.
    refused: &'a mut Option<Refusal>,
}

impl<'de> DeserializeSeed<'de> for Import<'_> {
    type Value = u64;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<u64, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Import<'_> {
    type Value = u64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of contacts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<u64, A::Error> {
        let mut total = 0;
        while let Some(contact) = list.next_element::<Variables>()? {
            if let Err(refusal) = add(self.transaction, self.bot, contact) {
                *self.refused = Some(refusal);
                return Err(de::Error::custom("a contact was refused"));
            }
            total += 1;
        }
        Ok(total)
    }
}

/// Adds one contact with the variables as given, their names in snake case.
///
/// # Errors
/// 400 where it names nobody, comes twice, or is over the limits of a conversation.
pub(in crate::sandbox) fn add(
    transaction: &Transaction<'_>,
    bot: i64,
    contact: Variables,
) -> Result<(), Refusal> {
    let contact: Variables = contact
        .into_iter()
        .map(|(name, value)| (snake_case(&name), value))
        .collect();
    resolve::check(&contact)?;
    let identity = Identity::of(&contact);
    let user_id = identity
        .user_id
        .as_deref()
        .or(identity.phone.as_deref())
        .ok_or_else(|| Refusal::invalid("a contact has neither user_id nor user_phone_number"))?;
    let stored = Stored {
        channel: &identity.channel,
        user_id,
        phone: identity.phone.as_deref(),
    };
    resolve::insert(transaction, bot, &stored, &contact).map(drop)
}
