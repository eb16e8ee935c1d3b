//! `SQLite`: the cache (can be thrown away and rebuilt), the journal and the notebook (precious).
//!
//! The only layer besides the sandbox that knows of `rusqlite`. Nothing here reads a clock or the environment: times
//! come in as arguments. Everything blocks; [`Worker`] gives a store a thread of its own.

pub mod cache;
mod error;
pub mod guard;
pub mod journal;
pub mod lock;
pub mod notebook;
pub mod place;
mod schema;
pub mod serving;
mod sql;
mod worker;

pub use cache::Cache;
pub use error::StoreError;
pub use journal::{Journal, SqliteJournal};
pub use lock::BroadcastLock;
pub use notebook::Notebook;
pub use schema::{Access, Opened, Schema, open};
pub use worker::Worker;
