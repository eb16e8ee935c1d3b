//! Delivery figures of a bot by minute, hour, day, month or year. Their shape is not documented `[U]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use jiff::Timestamp;
use rusqlite::params;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::answer::Refusal;
use super::super::app::App;
use super::super::clock::{self, MINUTE};
use super::super::throttle::Throttled;

/// What narrows the figures down `[I]`; the sandbox's runs have no channel, so `CHANNELID` changes nothing.
#[derive(Deserialize)]
pub(super) struct Narrow {
    #[serde(rename = "BROADCASTID")]
    broadcast: Option<String>,
    #[serde(rename = "FROM")]
    from: Option<String>,
    #[serde(rename = "TO")]
    to: Option<String>,
}

/// `GET /analytics/statistics/dlr/{unit}/{DAYS}` `[D]`, once a bot in 30 minutes.
pub(super) async fn deliveries(
    State(app): State<Arc<App>>,
    Path((unit, days)): Path<(String, String)>,
    Query(narrow): Query<Narrow>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let bot = app.bot(&headers)?;
    let length = characters(&unit)?;
    let days = days
        .parse()
        .ok()
        .filter(|days| (1..=30_i64).contains(days))
        .ok_or_else(|| Refusal::invalid("DAYS is a whole number from 1 to 30"))?;
    let now = app.clock.now();
    let from = instant(narrow.from.as_deref())?.unwrap_or(now - days * 24 * 60 * MINUTE);
    let to = instant(narrow.to.as_deref())?.unwrap_or(now);
    app.memory()
        .throttle
        .pass(Throttled::Statistics(bot), now)?;
    let runs: Vec<(i64, i64, i64)> = app
        .database
        .read(move |connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT runs.due_at, runs.targets, runs.failing FROM runs
                     JOIN broadcasts ON broadcasts.id = runs.broadcast_id
                     WHERE broadcasts.bot_id = ?1 AND runs.done = 1 AND runs.due_at BETWEEN ?2 AND ?3
                     AND (?4 IS NULL OR broadcasts.id = ?4)",
                )?
                .query_map(params![bot, from, to, narrow.broadcast], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })?
                .collect::<Result<_, _>>()?)
        })
        .await?;
    Ok(Json(grouped(&runs, length)))
}

/// How much of a time in RFC 3339 names its unit.
fn characters(unit: &str) -> Result<usize, Refusal> {
    match unit {
        "minute" => Ok(16),
        "hour" => Ok(13),
        "day" => Ok(10),
        "month" => Ok(7),
        "year" => Ok(4),
        _ => Err(Refusal::invalid(
            "the unit is minute, hour, day, month or year",
        )),
    }
}

fn instant(text: Option<&str>) -> Result<Option<i64>, Refusal> {
    text.map(|text| {
        text.parse::<Timestamp>()
            .map(Timestamp::as_millisecond)
            .map_err(|_| Refusal::invalid("FROM and TO are times in RFC 3339"))
    })
    .transpose()
}

fn grouped(runs: &[(i64, i64, i64)], length: usize) -> Value {
    let mut groups: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for (due_at, targets, failing) in runs {
        let date = clock::text(*due_at).chars().take(length).collect();
        let group = groups.entry(date).or_default();
        group.0 += targets;
        group.1 += failing;
    }
    groups
        .into_iter()
        .map(|(date, (sent, failed))| {
            json!({"Date": date, "Sent": sent, "Delivered": sent - failed, "Failed": failed})
        })
        .collect()
}
