//! One conversation: its variables and its entries. Its id is the contact's `user_id` `[U]`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};

use super::super::answer::Refusal;
use super::super::app::App;
use super::super::clock;
use super::super::throttle::Throttled;
use super::audiences::{chosen, split};

/// `GET /peoples/conversations/variables/{Id}/{FIELDS|*}` `[D]`, once in 15 minutes.
pub(super) async fn variables(
    State(app): State<Arc<App>>,
    Path((user_id, fields)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let bot = app.bot(&headers)?;
    let (id, text) = app
        .database
        .read(move |connection| find(connection, bot, &user_id))
        .await?;
    let now = app.clock.now();
    app.memory().throttle.pass(Throttled::Variables(id), now)?;
    let fields = (fields != "*").then(|| split(&fields));
    Ok(Json(chosen(&text, fields.as_deref())?))
}

/// `GET /peoples/conversations/{Id}` `[D]`, once in 2 minutes: the broadcasts that reached the contact.
pub(super) async fn entries(
    State(app): State<Arc<App>>,
    Path(user_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let bot = app.bot(&headers)?;
    let (id, entries) = app
        .database
        .read(move |connection| {
            let (id, _) = find(connection, bot, &user_id)?;
            Ok((id, delivered_to(connection, bot, id)?))
        })
        .await?;
    let now = app.clock.now();
    app.memory().throttle.pass(Throttled::Entries(id), now)?;
    Ok(Json(entries.into()))
}

fn find(connection: &Connection, bot: i64, user_id: &str) -> Result<(i64, String), Refusal> {
    connection
        .query_row(
            "SELECT id, variables FROM contacts WHERE bot_id = ?1 AND user_id = ?2 ORDER BY id LIMIT 1",
            params![bot, user_id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?
        .ok_or_else(|| Refusal::not_found("the conversation"))
}

fn delivered_to(connection: &Connection, bot: i64, contact: i64) -> rusqlite::Result<Vec<Value>> {
    connection
        .prepare_cached(
            "SELECT runs.due_at, broadcasts.name FROM runs
             JOIN broadcasts ON broadcasts.id = runs.broadcast_id
             JOIN deliveries ON deliveries.run_id = runs.id
             WHERE broadcasts.bot_id = ?1 AND runs.done = 1 AND deliveries.contact_id = ?2 AND deliveries.reason IS NULL
             ORDER BY runs.due_at, runs.id",
        )?
        .query_map(params![bot, contact], |row| {
            Ok(json!({
                "Date": clock::text(row.get(0)?), "Type": "broadcast", "Text": row.get::<_, String>(1)?
            }))
        })?
        .collect()
}
