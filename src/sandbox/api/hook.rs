//! The Launch Web Hook: the checks in their order, then acceptance.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use serde_json::{Value, json};

use crate::domain::settings::Setting;

use super::super::answer::Refusal;
use super::super::app::App;
use super::super::body::{self, Order};
use super::super::clock;
use super::super::launch::{self, Call};
use super::super::rows::{self, BroadcastRow};
use super::super::token::same;
use super::Read;

/// "1 MB in all" `[D]`, in the smaller reading.
const LIMIT: usize = 1_000_000;

/// Any verb on `/broadcasts/{Id}/{secret}/direct`.
pub(super) async fn launch(
    State(app): State<Arc<App>>,
    Path((id, secret)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refusal> {
    let broadcast = match admit(&app, id, secret, &method, &headers).await {
        Ok(broadcast) => broadcast,
        Err(refusal) => {
            super::drain(body).await;
            return Err(refusal);
        }
    };
    let (method, body) = if method == Method::GET {
        super::drain(body).await;
        ("GET", None)
    } else {
        match super::read(body, LIMIT).await? {
            Read::Whole(bytes) => ("POST", Some(bytes).filter(|bytes| !bytes.is_empty())),
            Read::TooLarge => {
                return Err(Refusal::invalid(format!("the body is over {LIMIT} bytes")));
            }
        }
    };
    let required = broadcast.settings.is_on(Setting::RequireValidFilter);
    let (order, body) = match body {
        None => (Order::configured(), None),
        Some(bytes) => {
            let order = body::read(&bytes, required)?;
            (order, Some(String::from_utf8_lossy(&bytes).into_owned()))
        }
    };
    let call = Call {
        broadcast_id: broadcast.id,
        method,
        body,
        order,
        received_at: app.clock.now(),
    };
    let accepted = app
        .database
        .write(move |transaction| launch::accept(transaction, &call))
        .await?;
    app.wake.notify_one();
    Ok(Json(json!({
        "Result": "scheduled", "Targets": accepted.targets, "DueAt": clock::text(accepted.due_at)
    })))
}

/// 404 unknown or disabled, 405 verb, 401 token: in this order, and before the body is read.
async fn admit(
    app: &App,
    id: String,
    secret: String,
    method: &Method,
    headers: &HeaderMap,
) -> Result<BroadcastRow, Refusal> {
    let broadcast = app
        .database
        .read(move |connection| Ok(rows::broadcast(connection, &id)?))
        .await?
        .filter(|broadcast| {
            let right = broadcast.secret.as_ref();
            right.is_some_and(|right| same(right, &secret)) && broadcast.enabled
        })
        .ok_or_else(|| Refusal::not_found("the broadcast"))?;
    let (get, post) = (
        broadcast.settings.is_on(Setting::AllowGet),
        broadcast.settings.is_on(Setting::AllowPost),
    );
    if !(method == Method::GET && get || method == Method::POST && post) {
        return Err(Refusal::not_allowed(match (get, post) {
            (true, true) => "GET, POST",
            (true, false) => "GET",
            (false, true) => "POST",
            (false, false) => "",
        }));
    }
    if !broadcast.settings.waives_token() && app.bot(headers)? != broadcast.bot_id {
        return Err(Refusal::unauthorized());
    }
    Ok(broadcast)
}
