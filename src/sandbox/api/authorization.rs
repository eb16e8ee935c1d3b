//! Tokens, and the bots they are for.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::answer::Refusal;
use super::super::app::App;
use super::super::rows::{self, BotRow};
use super::super::token::{MINUTES, Scope, same};

#[derive(Deserialize)]
struct Keys {
    #[serde(rename = "AccountAPIKey")]
    account: Option<String>,
    #[serde(rename = "BotAPIKey")]
    bot: Option<String>,
    #[serde(rename = "BotAPISecret")]
    secret: Option<String>,
}

/// `POST /authorization/integration` `[D]`: an account token for the account key, a bot token for all three.
pub(super) async fn integration(
    State(app): State<Arc<App>>,
    body: Body,
) -> Result<Json<Value>, Refusal> {
    let bytes = super::small(body).await?;
    let keys: Keys = serde_json::from_slice(&bytes)
        .map_err(|error| Refusal::invalid(format!("the body holds no keys: {error}")))?;
    let given = |key: Option<String>| key.filter(|key| !key.is_empty());
    let missing = || Refusal::invalid("a key is missing");
    let account = given(keys.account).ok_or_else(missing)?;
    let bot = match (given(keys.bot), given(keys.secret)) {
        (None, None) => None,
        (Some(key), Some(secret)) => Some((key, secret)),
        _ => return Err(missing()),
    };
    if !same(&account, &app.account_key) {
        return Err(Refusal::not_found("the key"));
    }
    let scope = match bot {
        None => Scope::Account,
        Some((key, secret)) => Scope::Bot(find_bot(&app, key, secret).await?),
    };
    let now = app.clock.now();
    let token = app.memory().tokens.issue(scope, now);
    Ok(Json(json!({"token": token, "expires": MINUTES})))
}

async fn find_bot(app: &App, key: String, secret: String) -> Result<i64, Refusal> {
    let bots = app
        .database
        .read(|connection| Ok(rows::bots(connection)?))
        .await?;
    let matches = |bot: &&BotRow| same(&bot.api_key, &key) & same(&bot.api_secret, &secret);
    bots.iter()
        .find(matches)
        .map(|bot| bot.id)
        .ok_or_else(|| Refusal::not_found("the key"))
}

/// `GET /bots` `[D]`, for an account token.
pub(super) async fn bots(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    app.account(&headers)?;
    let bots = app
        .database
        .read(|connection| Ok(rows::bots(connection)?))
        .await?;
    let list: Vec<Value> = bots.iter().map(shown).collect();
    Ok(Json(json!({"Result": list})))
}

fn shown(bot: &BotRow) -> Value {
    let channels: Value = serde_json::from_str(&bot.channels).unwrap_or_default();
    json!({
        "Name": bot.name, "Description": bot.description, "APIKey": bot.api_key,
        "APISecret": bot.api_secret, "Avatar": "", "Channels": channels
    })
}
