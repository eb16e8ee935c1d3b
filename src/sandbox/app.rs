//! What all handlers share: database, clock, and what is remembered only while the server runs.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use tokio::sync::Notify;

use super::answer::Refusal;
use super::clock::Clock;
use super::database::Database;
use super::faults::Faults;
use super::throttle::Throttle;
use super::token::{Scope, Tokens, same};

/// Where a reader of an audience stands.
#[derive(Debug, Clone)]
pub(super) struct Cursor {
    /// The last contact given.
    pub(super) after: i64,
    /// What is asked of each contact; `None` is everything.
    pub(super) fields: Option<Vec<String>>,
}

/// What is forgotten when the server stops.
#[derive(Debug)]
pub(super) struct Memory {
    /// The tokens that are out.
    pub(super) tokens: Tokens,
    /// When throttled calls were made.
    pub(super) throttle: Throttle,
    /// The one cursor of each audience.
    pub(super) cursors: HashMap<String, Cursor>,
    /// The failures that are still to come.
    pub(super) faults: Faults,
}

/// What all handlers share.
#[derive(Debug)]
pub(super) struct App {
    /// The file.
    pub(super) database: Database,
    /// The clock.
    pub(super) clock: Clock,
    /// Tells the scheduler that something changed.
    pub(super) wake: Notify,
    /// The Account API Key.
    pub(super) account_key: String,
    /// `http://127.0.0.1:41873`.
    pub(super) url: String,
    /// What is forgotten when the server stops.
    pub(super) memory: Mutex<Memory>,
}

impl App {
    /// Takes hold of what is remembered. Never held over an await.
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for an account token.
    ///
    /// # Errors
    /// 401.
    pub(super) fn account(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        match self.scope(headers)? {
            Scope::Account => Ok(()),
            Scope::Bot(_) => Err(Refusal::unauthorized()),
        }
    }

    /// Asks for a bot token, and gives the bot's row.
    ///
    /// # Errors
    /// 401.
    pub(super) fn bot(&self, headers: &HeaderMap) -> Result<i64, Refusal> {
        match self.scope(headers)? {
            Scope::Bot(id) => Ok(id),
            Scope::Account => Err(Refusal::unauthorized()),
        }
    }

    /// Asks for the Account API Key itself, as the sandbox's own endpoints do.
    ///
    /// # Errors
    /// 401.
    pub(super) fn owner(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        match bearer(headers) {
            Some(key) if same(key, &self.account_key) => Ok(()),
            _ => Err(Refusal::unauthorized()),
        }
    }

    fn scope(&self, headers: &HeaderMap) -> Result<Scope, Refusal> {
        let now = self.clock.now();
        bearer(headers)
            .and_then(|token| self.memory().tokens.scope(token, now))
            .ok_or_else(Refusal::unauthorized)
    }
}

/// The token of the one Authorization header; two of them are none.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("Bearer")
        .then_some(token.trim())
}
