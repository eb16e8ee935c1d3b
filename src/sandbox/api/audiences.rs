//! A bot's audiences, and reading their contacts page by page with the server's cursor.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use rusqlite::params;
use serde_json::{Value, json};

use super::super::answer::Refusal;
use super::super::app::{App, Cursor};
use super::super::audience::{self, Matcher, scan};
use super::super::contact::Variables;
use super::super::throttle::Throttled;

/// Contacts on one page `[D]`.
const PAGE: usize = 256;

/// `GET /peoples/audiences/{broadcast_target|custom_filter|*}` `[D]`, once in 30 minutes.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Path(kind): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let bot = app.bot(&headers)?;
    if !["broadcast_target", "custom_filter", "*"].contains(&kind.as_str()) {
        return Err(Refusal::invalid(
            "the type is broadcast_target, custom_filter or *",
        ));
    }
    let now = app.clock.now();
    app.memory().throttle.pass(Throttled::Audiences(bot), now)?;
    let list = app
        .database
        .read(move |connection| {
            let rows = connection
                .prepare_cached("SELECT id, name, type FROM audiences WHERE bot_id = ?1 AND (?2 = '*' OR type = ?2) ORDER BY position")?
                .query_map(params![bot, kind], |row| {
                    let text = |index| row.get::<_, String>(index);
                    Ok(json!({"Id": text(0)?, "Name": text(1)?, "Type": text(2)?}))
                })?
                .collect::<Result<Vec<Value>, _>>()?;
            Ok(rows)
        })
        .await?;
    Ok(Json(list.into()))
}

/// `GET /peoples/audiences/{Id}/{FIELDS}` `[D]`: rewinds, and gives the first page.
pub(super) async fn start(
    State(app): State<Arc<App>>,
    Path((id, fields)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let bot = app.bot(&headers)?;
    let fields = (fields != "*").then(|| split(&fields));
    let cursor = Cursor { after: 0, fields };
    let (contacts, cursor) = page(&app, bot, &id, cursor).await?;
    app.memory().cursors.insert(id, cursor);
    Ok(Json(contacts.into()))
}

/// `GET /peoples/audiences/{Id}/readnext` `[D]`: the next page, 400 past the end.
pub(super) async fn next(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let bot = app.bot(&headers)?;
    let cursor = app.memory().cursors.get(&id).cloned();
    let cursor =
        cursor.ok_or_else(|| Refusal::invalid("nobody has started to read this audience"))?;
    let (contacts, cursor) = page(&app, bot, &id, cursor).await?;
    if contacts.is_empty() {
        return Err(Refusal::invalid("the audience was read to its end"));
    }
    app.memory().cursors.insert(id, cursor);
    Ok(Json(contacts.into()))
}

async fn page(
    app: &App,
    bot: i64,
    id: &str,
    mut cursor: Cursor,
) -> Result<(Vec<Value>, Cursor), Refusal> {
    let id = id.to_owned();
    app.database
        .read(move |connection| {
            let configured = audience::find(connection, bot, &id)?;
            let matcher = Matcher::new(&configured.filters);
            let mut contacts = Vec::new();
            let mut last = cursor.after;
            scan(connection, bot, cursor.after, |row, _, _, text| {
                if matcher.holds(text).map_err(Refusal::internal)? {
                    contacts.push(chosen(text, cursor.fields.as_deref())?);
                    last = row;
                }
                Ok(contacts.len() < PAGE)
            })?;
            cursor.after = last;
            Ok((contacts, cursor))
        })
        .await
}

/// The variables that were asked for and are set, in the order asked for.
pub(super) fn chosen(text: &str, fields: Option<&[String]>) -> Result<Value, Refusal> {
    let Some(fields) = fields else {
        return serde_json::from_str(text).map_err(Refusal::internal);
    };
    let mut all: Variables = serde_json::from_str(text).map_err(Refusal::internal)?;
    Ok(fields
        .iter()
        .filter_map(|field| all.swap_remove_entry(field))
        .collect())
}

/// Splits the names of variables at commas; blanks around them and empty ones are dropped.
pub(super) fn split(fields: &str) -> Vec<String> {
    fields
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}
