//! What a launch's steps hold besides plan, bodies and contacts.

use rusqlite::{Connection, named_params, params};
use serde::{Deserialize, Serialize};

use crate::store::StoreError;

use super::columns::{columns, insert, update};

columns! {
    /// A launch as it was armed; its plan stands apart.
    struct Launch of "launch" by (id: &str) {
        pub(in super::super) sequence: i64,
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
}

impl Launch {
    pub(in super::super) fn write(
        &self,
        connection: &Connection,
        id: &str,
        plan: &str,
    ) -> Result<(), StoreError> {
        let others = named_params! {"id": id, "outcome": "sending"};
        insert(connection, self, others)?;
        connection
            .prepare_cached("INSERT INTO plan (launch, text) VALUES (?1, ?2)")?
            .execute(params![self.sequence, plan])?;
        Ok(())
    }
}

columns! {
    /// A call as it was armed; its body stands apart.
    struct Call of "call" by (launch: i64, number: i64) {
        method: String,
        url: String,
        with_token: bool,
        bytes: i64,
        sha256: String,
        targets: Option<i64>,
        reason: String,
    }
}

impl Call {
    pub(in super::super) fn write(
        &self,
        connection: &Connection,
        launch: i64,
        number: i64,
        body: Option<&str>,
    ) -> Result<(), StoreError> {
        let others = named_params! {"launch": launch, "number": number, "outcome": "not_sent"};
        insert(connection, self, others)?;
        if let Some(body) = body {
            connection
                .prepare_cached("INSERT INTO body (launch, number, text) VALUES (?1, ?2, ?3)")?
                .execute(params![launch, number, body])?;
        }
        Ok(())
    }
}

columns! {
    /// How a call stands after a step.
    struct CallState of "call" by (launch: i64, number: i64) {
        outcome: String,
        reason: String,
        status: Option<u16>,
        sent_at: Option<String>,
        answered_at: Option<String>,
    }
}

impl CallState {
    /// How a call stands that was armed, and no more.
    pub(in super::super) fn is_fresh(&self) -> bool {
        self.outcome == "not_sent" && self.status.is_none() && self.sent_at.is_none()
    }

    pub(in super::super) fn write(
        &self,
        connection: &Connection,
        launch: i64,
        number: i64,
    ) -> Result<(), StoreError> {
        let key = named_params! {"launch": launch, "number": number};
        update(connection, self, key)
    }
}

/// The text of a call's answer.
#[derive(Debug, Serialize, Deserialize)]
pub(in super::super) struct Answer {
    text: String,
}

impl Answer {
    pub(in super::super) fn read(
        connection: &Connection,
        launch: i64,
        number: i64,
    ) -> Result<Option<Self>, StoreError> {
        let text: Option<String> = connection
            .prepare_cached("SELECT answer FROM call WHERE launch = ?1 AND number = ?2")?
            .query_row([launch, number], |row| row.get(0))?;
        Ok(text.map(|text| Self { text }))
    }

    pub(in super::super) fn write(
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

columns! {
    /// How a launch stands after a step.
    struct LaunchState of "launch" by (sequence: i64) {
        pub(in super::super) outcome: String,
        reason: String,
        ended_at: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub(in super::super) settled_as: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        settled_by: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        settled_at: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        settled_reason: Option<String>,
    }
}

impl LaunchState {
    pub(in super::super) fn write(
        &self,
        connection: &Connection,
        launch: i64,
    ) -> Result<(), StoreError> {
        update(connection, self, named_params! {"sequence": launch})
    }
}
