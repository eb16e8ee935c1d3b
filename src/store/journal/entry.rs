//! What a step leaves on the record, as the copy keeps it: read from the rows after the step, and written back into
//! rows when the journal is rebuilt. Texts and times stand as they do in the rows.

mod waiting;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::store::StoreError;

pub(super) use waiting::{Held, HeldCall, Moved, WaitingState};

/// A launch as it was armed; its plan stands apart.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Launch {
    pub(super) sequence: i64,
    bot_id: String,
    bot_name: String,
    broadcast_id: String,
    broadcast_name: String,
    host: String,
    operator: String,
    targets: Option<i64>,
    reviewed_at: Option<String>,
    started_at: String,
    reason: String,
}

impl Launch {
    pub(super) fn read(connection: &Connection, id: &str) -> Result<Self, StoreError> {
        Ok(connection
            .prepare_cached(
                "SELECT sequence, bot_id, bot_name, broadcast_id, broadcast_name, host, operator, targets,
                     reviewed_at, started_at, reason FROM launch WHERE id = ?1",
            )?
            .query_row([id], |row| {
                Ok(Self {
                    sequence: row.get(0)?,
                    bot_id: row.get(1)?,
                    bot_name: row.get(2)?,
                    broadcast_id: row.get(3)?,
                    broadcast_name: row.get(4)?,
                    host: row.get(5)?,
                    operator: row.get(6)?,
                    targets: row.get(7)?,
                    reviewed_at: row.get(8)?,
                    started_at: row.get(9)?,
                    reason: row.get(10)?,
                })
            })?)
    }

    pub(super) fn write(
        &self,
        connection: &Connection,
        id: &str,
        plan: &str,
    ) -> Result<(), StoreError> {
        connection
            .prepare_cached(
                "INSERT INTO launch (sequence, id, bot_id, bot_name, broadcast_id, broadcast_name, host, operator,
                     targets, reviewed_at, started_at, outcome, reason)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'sending', ?12)",
            )?
            .execute(params![
                self.sequence,
                id,
                self.bot_id,
                self.bot_name,
                self.broadcast_id,
                self.broadcast_name,
                self.host,
                self.operator,
                self.targets,
                self.reviewed_at,
                self.started_at,
                self.reason
            ])?;
        connection
            .prepare_cached("INSERT INTO plan (launch, text) VALUES (?1, ?2)")?
            .execute(params![self.sequence, plan])?;
        Ok(())
    }
}

/// A call as it was armed; its body stands apart.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Call {
    method: String,
    url: String,
    with_token: bool,
    bytes: i64,
    sha256: String,
    targets: Option<i64>,
    reason: String,
}

impl Call {
    pub(super) fn read(
        connection: &Connection,
        launch: i64,
        number: i64,
    ) -> Result<Self, StoreError> {
        Ok(connection
            .prepare_cached(
                "SELECT method, url, with_token, bytes, sha256, targets, reason FROM call WHERE launch = ?1 AND number = ?2",
            )?
            .query_row([launch, number], |row| {
                Ok(Self {
                    method: row.get(0)?,
                    url: row.get(1)?,
                    with_token: row.get(2)?,
                    bytes: row.get(3)?,
                    sha256: row.get(4)?,
                    targets: row.get(5)?,
                    reason: row.get(6)?,
                })
            })?)
    }

    pub(super) fn write(
        &self,
        connection: &Connection,
        launch: i64,
        number: i64,
        body: Option<&str>,
    ) -> Result<(), StoreError> {
        connection
            .prepare_cached(
                "INSERT INTO call (launch, number, method, url, with_token, bytes, sha256, targets, outcome, reason)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'not_sent', ?9)",
            )?
            .execute(params![
                launch,
                number,
                self.method,
                self.url,
                self.with_token,
                self.bytes,
                self.sha256,
                self.targets,
                self.reason
            ])?;
        if let Some(body) = body {
            connection
                .prepare_cached("INSERT INTO body (launch, number, text) VALUES (?1, ?2, ?3)")?
                .execute(params![launch, number, body])?;
        }
        Ok(())
    }
}

/// How a call stands after a step.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CallState {
    pub(super) outcome: String,
    reason: String,
    status: Option<u16>,
    sent_at: Option<String>,
    answered_at: Option<String>,
}

impl CallState {
    /// How a call stands that was armed, and no more.
    pub(super) fn is_fresh(&self) -> bool {
        self.outcome == "not_sent" && self.status.is_none() && self.sent_at.is_none()
    }

    pub(super) fn read(
        connection: &Connection,
        launch: i64,
        number: i64,
    ) -> Result<Self, StoreError> {
        Ok(connection
            .prepare_cached(
                "SELECT outcome, reason, status, sent_at, answered_at FROM call WHERE launch = ?1 AND number = ?2",
            )?
            .query_row([launch, number], |row| {
                Ok(Self {
                    outcome: row.get(0)?,
                    reason: row.get(1)?,
                    status: row.get(2)?,
                    sent_at: row.get(3)?,
                    answered_at: row.get(4)?,
                })
            })?)
    }

    pub(super) fn write(
        &self,
        connection: &Connection,
        launch: i64,
        number: i64,
    ) -> Result<(), StoreError> {
        connection
            .prepare_cached(
                "UPDATE call SET outcome = ?3, reason = ?4, status = ?5, sent_at = ?6, answered_at = ?7
                 WHERE launch = ?1 AND number = ?2",
            )?
            .execute(params![
                launch,
                number,
                self.outcome,
                self.reason,
                self.status,
                self.sent_at,
                self.answered_at
            ])?;
        Ok(())
    }
}

/// The text of a call's answer.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) text: String,
}

impl Answer {
    pub(super) fn read(
        connection: &Connection,
        launch: i64,
        number: i64,
    ) -> Result<Option<Self>, StoreError> {
        let text: Option<String> = connection
            .prepare_cached("SELECT answer FROM call WHERE launch = ?1 AND number = ?2")?
            .query_row([launch, number], |row| row.get(0))?;
        Ok(text.map(|text| Self { text }))
    }

    pub(super) fn write(
        &self,
        connection: &Connection,
        launch: i64,
        number: i64,
    ) -> Result<(), StoreError> {
        connection
            .prepare_cached("UPDATE call SET answer = ?3 WHERE launch = ?1 AND number = ?2")?
            .execute(params![launch, number, self.text])?;
        Ok(())
    }
}

/// How a launch stands after a step.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LaunchState {
    pub(super) outcome: String,
    reason: String,
    ended_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) settled_as: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settled_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settled_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settled_reason: Option<String>,
}

impl LaunchState {
    pub(super) fn read(connection: &Connection, launch: i64) -> Result<Self, StoreError> {
        Ok(connection
            .prepare_cached(
                "SELECT outcome, reason, ended_at, settled_as, settled_by, settled_at, settled_reason
                 FROM launch WHERE sequence = ?1",
            )?
            .query_row([launch], |row| {
                Ok(Self {
                    outcome: row.get(0)?,
                    reason: row.get(1)?,
                    ended_at: row.get(2)?,
                    settled_as: row.get(3)?,
                    settled_by: row.get(4)?,
                    settled_at: row.get(5)?,
                    settled_reason: row.get(6)?,
                })
            })?)
    }

    pub(super) fn write(&self, connection: &Connection, launch: i64) -> Result<(), StoreError> {
        connection
            .prepare_cached(
                "UPDATE launch SET outcome = ?2, reason = ?3, ended_at = ?4, settled_as = ?5, settled_by = ?6,
                     settled_at = ?7, settled_reason = ?8 WHERE sequence = ?1",
            )?
            .execute(params![
                launch,
                self.outcome,
                self.reason,
                self.ended_at,
                self.settled_as,
                self.settled_by,
                self.settled_at,
                self.settled_reason
            ])?;
        Ok(())
    }
}
