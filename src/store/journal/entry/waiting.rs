//! What a waiting launch's steps hold besides plan and bodies.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::store::StoreError;

/// A launch as it was confirmed, to wait; its plan stands apart.
#[derive(Debug, Serialize, Deserialize)]
pub(in super::super) struct Held {
    pub(in super::super) sequence: i64,
    bot_id: String,
    bot_name: String,
    broadcast_id: String,
    broadcast_name: String,
    host: String,
    operator: String,
    targets: Option<i64>,
    confirmed_at: String,
    due_at: String,
    zone: String,
    /// JSON.
    reviewed: String,
    /// JSON.
    given: String,
}

impl Held {
    pub(in super::super) fn read(connection: &Connection, id: &str) -> Result<Self, StoreError> {
        Ok(connection
            .prepare_cached(
                "SELECT sequence, bot_id, bot_name, broadcast_id, broadcast_name, host, operator, targets,
                     confirmed_at, due_at, zone, reviewed, given FROM waiting WHERE id = ?1",
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
                    confirmed_at: row.get(8)?,
                    due_at: row.get(9)?,
                    zone: row.get(10)?,
                    reviewed: row.get(11)?,
                    given: row.get(12)?,
                })
            })?)
    }

    pub(in super::super) fn write(
        &self,
        connection: &Connection,
        id: &str,
        plan: &str,
    ) -> Result<(), StoreError> {
        connection
            .prepare_cached(
                "INSERT INTO waiting (sequence, id, bot_id, bot_name, broadcast_id, broadcast_name, host, operator,
                     targets, confirmed_at, due_at, zone, reviewed, given, plan)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
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
                self.confirmed_at,
                self.due_at,
                self.zone,
                self.reviewed,
                self.given,
                plan
            ])?;
        Ok(())
    }
}

/// A call of it; its body stands apart.
#[derive(Debug, Serialize, Deserialize)]
pub(in super::super) struct HeldCall {
    method: String,
    bytes: i64,
    sha256: String,
    targets: Option<i64>,
}

impl HeldCall {
    pub(in super::super) fn read(
        connection: &Connection,
        waiting: i64,
        number: i64,
    ) -> Result<Self, StoreError> {
        Ok(connection
            .prepare_cached(
                "SELECT method, bytes, sha256, targets FROM waiting_call WHERE waiting = ?1 AND number = ?2",
            )?
            .query_row([waiting, number], |row| {
                Ok(Self {
                    method: row.get(0)?,
                    bytes: row.get(1)?,
                    sha256: row.get(2)?,
                    targets: row.get(3)?,
                })
            })?)
    }

    pub(in super::super) fn write(
        &self,
        connection: &Connection,
        waiting: i64,
        number: i64,
        body: Option<&str>,
    ) -> Result<(), StoreError> {
        connection
            .prepare_cached(
                "INSERT INTO waiting_call (waiting, number, method, bytes, sha256, targets, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                waiting,
                number,
                self.method,
                self.bytes,
                self.sha256,
                self.targets,
                body
            ])?;
        Ok(())
    }
}

/// The time that it was given instead of the one before.
#[derive(Debug, Serialize, Deserialize)]
#[allow(
    clippy::struct_field_names,
    reason = "they are the names of the columns, and of the step"
)]
pub(in super::super) struct Moved {
    due_at: String,
    zone: String,
    moved_from: Option<String>,
    moved_at: Option<String>,
    moved_by: Option<String>,
}

impl Moved {
    pub(in super::super) fn read(connection: &Connection, id: &str) -> Result<Self, StoreError> {
        Ok(connection
            .prepare_cached(
                "SELECT due_at, zone, moved_from, moved_at, moved_by FROM waiting WHERE id = ?1",
            )?
            .query_row([id], |row| {
                Ok(Self {
                    due_at: row.get(0)?,
                    zone: row.get(1)?,
                    moved_from: row.get(2)?,
                    moved_at: row.get(3)?,
                    moved_by: row.get(4)?,
                })
            })?)
    }

    pub(in super::super) fn write(
        &self,
        connection: &Connection,
        id: &str,
    ) -> Result<(), StoreError> {
        connection
            .prepare_cached(
                "UPDATE waiting SET due_at = ?2, zone = ?3, moved_from = ?4, moved_at = ?5, moved_by = ?6
                 WHERE id = ?1",
            )?
            .execute(params![
                id,
                self.due_at,
                self.zone,
                self.moved_from,
                self.moved_at,
                self.moved_by
            ])?;
        Ok(())
    }
}

/// How it stands after a step.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct WaitingState {
    state: String,
    ended_at: Option<String>,
    ended_by: Option<String>,
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen_by: Option<String>,
}

impl WaitingState {
    pub(in super::super) fn read(connection: &Connection, id: &str) -> Result<Self, StoreError> {
        Ok(connection
            .prepare_cached(
                "SELECT state, ended_at, ended_by, reason, seen_at, seen_by FROM waiting WHERE id = ?1",
            )?
            .query_row([id], |row| {
                Ok(Self {
                    state: row.get(0)?,
                    ended_at: row.get(1)?,
                    ended_by: row.get(2)?,
                    reason: row.get(3)?,
                    seen_at: row.get(4)?,
                    seen_by: row.get(5)?,
                })
            })?)
    }

    pub(in super::super) fn write(
        &self,
        connection: &Connection,
        id: &str,
    ) -> Result<(), StoreError> {
        connection
            .prepare_cached(
                "UPDATE waiting SET state = ?2, ended_at = ?3, ended_by = ?4, reason = ?5, seen_at = ?6, seen_by = ?7
                 WHERE id = ?1",
            )?
            .execute(params![
                id,
                self.state,
                self.ended_at,
                self.ended_by,
                self.reason,
                self.seen_at,
                self.seen_by
            ])?;
        Ok(())
    }
}
