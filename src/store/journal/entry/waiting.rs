//! What a waiting launch's steps hold besides plan and bodies.

use rusqlite::{Connection, named_params};

use crate::store::StoreError;

use super::columns::{columns, insert, update};

columns! {
    /// A launch as it was confirmed, to wait; its plan stands apart.
    struct Held of "waiting" by (id: &str) {
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
}

impl Held {
    pub(in super::super) fn write(
        &self,
        connection: &Connection,
        id: &str,
        plan: &str,
    ) -> Result<(), StoreError> {
        let others = named_params! {"id": id, "plan": plan};
        insert(connection, self, others)
    }
}

columns! {
    /// A call of it; its body stands apart.
    struct HeldCall of "waiting_call" by (waiting: i64, number: i64) {
        method: String,
        bytes: i64,
        sha256: String,
        targets: Option<i64>,
    }
}

impl HeldCall {
    pub(in super::super) fn write(
        &self,
        connection: &Connection,
        waiting: i64,
        number: i64,
        body: Option<&str>,
    ) -> Result<(), StoreError> {
        let others = named_params! {"waiting": waiting, "number": number, "body": body};
        insert(connection, self, others)
    }
}

columns! {
    /// The time that it was given instead of the one before.
    #[allow(clippy::struct_field_names, reason = "they are the names of the columns, and of the step")]
    struct Moved of "waiting" by (id: &str) {
        due_at: String,
        zone: String,
        moved_from: Option<String>,
        moved_at: Option<String>,
        moved_by: Option<String>,
    }
}

impl Moved {
    pub(in super::super) fn write(
        &self,
        connection: &Connection,
        id: &str,
    ) -> Result<(), StoreError> {
        update(connection, self, named_params! {"id": id})
    }
}

columns! {
    /// How it stands after a step.
    struct WaitingState of "waiting" by (id: &str) {
        state: String,
        ended_at: Option<String>,
        ended_by: Option<String>,
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen_at: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen_by: Option<String>,
    }
}

impl WaitingState {
    pub(in super::super) fn write(
        &self,
        connection: &Connection,
        id: &str,
    ) -> Result<(), StoreError> {
        update(connection, self, named_params! {"id": id})
    }
}
