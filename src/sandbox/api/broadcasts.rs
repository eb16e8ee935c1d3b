//! A bot's broadcasts: the list, and whether one is enabled.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use rusqlite::params;
use serde_json::{Value, json};

use super::super::answer::Refusal;
use super::super::app::App;
use super::super::rows::{self, BroadcastRow};

/// The hook of a broadcast: `{url}/broadcasts/{Id}/{secret}/direct`.
pub(in crate::sandbox) fn hook_url(url: &str, id: &str, secret: &str) -> String {
    format!("{url}/broadcasts/{id}/{secret}/direct")
}

/// `GET /broadcasts` `[D]`, for a bot token.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let bot = app.bot(&headers)?;
    let rows = app
        .database
        .read(move |connection| Ok(rows::broadcasts(connection, bot)?))
        .await?;
    Ok(Json(rows.iter().map(|row| shown(&app, row)).collect()))
}

/// The fields as documented `[D]`, the misspelt one too.
fn shown(app: &App, row: &BroadcastRow) -> Value {
    let url = row
        .secret
        .as_ref()
        .map_or_else(String::new, |secret| hook_url(&app.url, &row.id, secret));
    let [sent, delivered, opened] = row.counters;
    json!({
        "Id": row.id, "Enabled": row.enabled, "NotificationMode": 0, "Name": row.name,
        "MesasgeType": 0, "SchedulingMode": row.scheduling_mode, "TimeZoneMode": 0,
        "TriggerType": row.trigger_type, "TriggerDelay": 0, "TriggerTimeValue": 0,
        "ScheduleDate": row.schedule_date, "IgnoreChatState": false, "Sent": sent,
        "Delivered": delivered, "Opened": opened, "OnDemandHosts": "", "OnDemandUrl": url
    })
}

/// `PUT /broadcasts/{Id}/{true|false}` `[D]`, for a bot token. What is queued stays queued.
pub(super) async fn enable(
    State(app): State<Arc<App>>,
    Path((id, state)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let bot = app.bot(&headers)?;
    let enabled = match state.as_str() {
        "true" => true,
        "false" => false,
        _ => return Err(Refusal::invalid("the state is true or false")),
    };
    let answer = json!({"Id": id, "Enabled": enabled});
    app.database
        .write(move |transaction| {
            let changed = transaction.execute(
                "UPDATE broadcasts SET enabled = ?3 WHERE id = ?1 AND bot_id = ?2",
                params![id, bot, enabled],
            )?;
            match changed {
                0 => Err(Refusal::not_found("the broadcast")),
                _ => Ok(()),
            }
        })
        .await?;
    Ok(Json(answer))
}
