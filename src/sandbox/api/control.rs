//! What the platform's web page does and its public API does not: bots, broadcasts, settings, runs, faults, clock.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use indexmap::IndexMap;
use rusqlite::{Connection, params};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::domain::settings::{Setting, Settings};

use super::super::answer::Refusal;
use super::super::app::App;
use super::super::audience;
use super::super::clock::{self, MINUTE};
use super::super::database::set_meta;
use super::super::faults::Faults;
use super::super::rows::{self, BroadcastRow, NewBroadcast};
use super::super::scheduler;
use super::broadcasts::hook_url;
use super::contacts::bot_row;

/// The furthest the clock can be moved at once: a hundred years in minutes.
const MAX_ADVANCE: i64 = 52_560_000;

async fn json_of<T: DeserializeOwned>(
    app: &App,
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Refusal> {
    app.owner(headers)?;
    serde_json::from_slice(&super::small(body).await?)
        .map_err(|error| Refusal::invalid(format!("the body is not as expected: {error}")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BotBody {
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Channels", default)]
    channels: Vec<String>,
}

/// `POST /sandbox/bots`.
pub(super) async fn create_bot(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let new: BotBody = json_of(&app, &headers, body).await?;
    let bot = app
        .database
        .write(move |transaction| Ok(rows::create_bot(transaction, &new.name, "", &new.channels)?))
        .await?;
    let answer = json!({"Name": bot.name, "APIKey": bot.api_key, "APISecret": bot.api_secret});
    Ok((StatusCode::CREATED, Json(answer)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BroadcastBody {
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Enabled", default = "enabled")]
    enabled: bool,
    audience: Option<Map<String, Value>>,
    #[serde(default)]
    settings: IndexMap<String, bool>,
}

fn enabled() -> bool {
    true
}

/// `POST /sandbox/bots/{APIKey}/broadcasts`: an On Demand one.
pub(super) async fn create_broadcast(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let new: BroadcastBody = json_of(&app, &headers, body).await?;
    let settings = changed(rows::default_settings(), &new.settings)?;
    let filter = new.audience.map(|fields| Value::from(fields).to_string());
    if let Some(text) = &filter {
        audience::read_filter(text)?;
    }
    let (id, secret) = app
        .database
        .write(move |transaction| {
            let bot_id = bot_row(transaction, &key)?;
            let audience_id = match filter {
                None => rows::everyone(transaction, bot_id)?,
                Some(text) => rows::create_audience(
                    transaction,
                    bot_id,
                    &new.name,
                    "custom_filter",
                    Some(&text),
                )?,
            };
            Ok(rows::create_broadcast(
                transaction,
                &NewBroadcast {
                    bot_id,
                    name: &new.name,
                    enabled: new.enabled,
                    on_demand: true,
                    audience_id: &audience_id,
                    settings,
                    schedule: (2, 0, None),
                    counters: [0; 3],
                },
            )?)
        })
        .await?;
    let url = hook_url(&app.url, &id, &secret.unwrap_or_default());
    Ok((
        StatusCode::CREATED,
        Json(json!({"Id": id, "OnDemandUrl": url})),
    ))
}

fn changed(mut settings: Settings, changes: &IndexMap<String, bool>) -> Result<Settings, Refusal> {
    for (key, on) in changes {
        let setting = Setting::parse(key)
            .ok_or_else(|| Refusal::invalid(format!("{key} is not a setting")))?;
        settings.set(setting, Some(*on));
    }
    Ok(settings)
}

fn known(connection: &Connection, id: &str) -> Result<BroadcastRow, Refusal> {
    rows::broadcast(connection, id)?.ok_or_else(|| Refusal::not_found("the broadcast"))
}

fn shown(settings: Settings) -> Map<String, Value> {
    settings
        .iter()
        .map(|(setting, on)| (setting.key().to_owned(), on.into()))
        .collect()
}

/// `GET /sandbox/broadcasts/{Id}/settings`: the eight, and the configured audience.
pub(super) async fn settings(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    app.owner(&headers)?;
    app.database
        .read(move |connection| {
            let broadcast = known(connection, &id)?;
            let name: String = connection.query_row(
                "SELECT name FROM audiences WHERE id = ?1",
                [&broadcast.audience_id],
                |row| row.get(0),
            )?;
            let mut answer = shown(broadcast.settings);
            answer.insert("audience_id".to_owned(), broadcast.audience_id.into());
            answer.insert("audience_name".to_owned(), name.into());
            Ok(Json(answer.into()))
        })
        .await
}

/// `PATCH /sandbox/broadcasts/{Id}/settings` with some of the eight; answers all.
pub(super) async fn change_settings(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refusal> {
    let changes: IndexMap<String, bool> = json_of(&app, &headers, body).await?;
    app.database
        .write(move |transaction| {
            let settings = changed(known(transaction, &id)?.settings, &changes)?;
            rows::set_settings(transaction, &id, settings)?;
            Ok(Json(shown(settings).into()))
        })
        .await
}

/// `GET /sandbox/broadcasts/{Id}/runs`, oldest first.
pub(super) async fn runs(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    app.owner(&headers)?;
    let now = app.clock.now();
    app.database
        .write(move |transaction| {
            // What is due at this moment is not shown as pending because the scheduler is a step behind.
            scheduler::deliver_due(transaction, now)?;
            known(transaction, &id)?;
            Ok(Json(list_runs(transaction, &id)?.into()))
        })
        .await
}

fn list_runs(connection: &Connection, broadcast: &str) -> rusqlite::Result<Vec<Value>> {
    connection
        .prepare_cached("SELECT id, received_at, due_at, method, body, done FROM runs WHERE broadcast_id = ?1 ORDER BY id")?
        .query_map([broadcast], |row| {
            let (id, done): (i64, bool) = (row.get(0)?, row.get(5)?);
            Ok(json!({
                "run_id": id.to_string(), "received_at": clock::text(row.get(1)?),
                "due_at": clock::text(row.get(2)?), "method": row.get::<_, String>(3)?,
                "body": row.get::<_, Option<String>>(4)?, "targets": list_targets(connection, id, done)?
            }))
        })?
        .collect()
}

fn list_targets(connection: &Connection, run: i64, done: bool) -> rusqlite::Result<Vec<Value>> {
    connection
        .prepare_cached(
            "SELECT user_id, created, reason FROM deliveries WHERE run_id = ?1 ORDER BY position",
        )?
        .query_map(params![run], |row| {
            let reason = row.get::<_, Option<String>>(2)?.filter(|_| done);
            let status = match (done, &reason) {
                (false, _) => "pending",
                (true, None) => "delivered",
                (true, Some(_)) => "failed",
            };
            Ok(json!({
                "user_id": row.get::<_, Option<String>>(0)?, "created": row.get::<_, bool>(1)?,
                "status": status, "reason": reason
            }))
        })?
        .collect()
}

/// `PUT /sandbox/faults`: replaces the list.
pub(super) async fn set_faults(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refusal> {
    app.owner(&headers)?;
    let faults = Faults::read(&super::small(body).await?).map_err(Refusal::invalid)?;
    let count = faults.len();
    app.memory().faults = faults;
    Ok(Json(json!({"faults": count})))
}

/// `DELETE /sandbox/faults`.
pub(super) async fn clear_faults(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    app.owner(&headers)?;
    app.memory().faults = Faults::default();
    Ok(Json(json!({"faults": 0})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockBody {
    advance_minutes: i64,
}

/// `POST /sandbox/clock`: moves the clock; what falls due by it is delivered before the answer.
pub(super) async fn advance(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refusal> {
    let ClockBody { advance_minutes } = json_of(&app, &headers, body).await?;
    if !(0..=MAX_ADVANCE).contains(&advance_minutes) {
        return Err(Refusal::invalid(format!(
            "advance_minutes is a whole number from 0 to {MAX_ADVANCE}"
        )));
    }
    let shared = app.clone();
    app.database
        .write(move |transaction| {
            let offset = shared
                .clock
                .offset()
                .saturating_add(advance_minutes * MINUTE);
            set_meta(transaction, "clock_offset", &offset.to_string())?;
            // Moved under the database's lock: two moves at once add up.
            shared.clock.set_offset(offset);
            scheduler::deliver_due(transaction, shared.clock.now()).map(drop)
        })
        .await?;
    app.wake.notify_one();
    Ok(Json(json!({"now": clock::text(app.clock.now())})))
}
