//! The contact table in memory, and the counting of a filter over it under every reading.
//!
//! Pure: no file, socket, database or clock. The table is fed column by column from outside, a filter is a question
//! to it that can be abandoned halfway, and text in CSV comes in and goes out through `Read` and `Write`.
//!
//! ```text
//! rows by variable ─ TableBuilder ─ Table ─ evaluate ─ Evaluation ─ RowSet ─ contact(row), CSV out
//! CSV in ─ TargetImport ─ contacts ─ (store) ──┘
//! ```

mod asked;
mod browse;
mod codes;
mod column;
mod complete;
mod contacts;
mod decoder;
mod encoding;
mod error;
mod evaluate;
mod explain;
mod export;
mod freeze;
mod harmless;
mod judge;
mod kept;
mod lookup;
mod mapping;
mod needle;
mod numbering;
mod phone;
mod pieces;
mod prepared;
mod preview;
mod records;
mod rejected;
mod rows;
mod snake;
mod source;
mod suppression;
mod table;
mod targets;
mod texts;
mod touched;

pub use asked::AskedGroup;
pub use browse::{
    Bounds, Field, Group, GroupKind, Kind, Range, Scene, SceneFacts, Sort, Values, ValuesOf,
    ValuesOrder, arranged, find_contact, hits, values,
};
pub use column::{Column, ColumnBuilder};
pub use complete::{FieldCount, ValueCount};
pub use contacts::ImportedContacts;
pub use encoding::Encoding;
pub use error::{AudienceError, Result};
pub use evaluate::Evaluation;
pub use explain::{Spread, explain_named};
pub use export::{WrittenCsv, write_csv, write_csv_while};
pub use freeze::{FreezeError, Source as FreezeSource, freeze, freeze_rows};
pub use mapping::{ColumnMapping, ColumnUse, Header};
pub use phone::{BadPhone, Country, normalised as normalised_phone};
pub use preview::{
    Earlier, Facts, Matched, SAMPLE, each_of, preview, unknown_channels, without_reached,
};
pub use records::LONGEST_ROW;
pub use rejected::{Reason, Rejected, Rejections, write_rejected};
pub use rows::RowSet;
pub use snake::snake_case;
pub use suppression::Suppression;
pub use table::{RowChange, Table, TableBuilder, TableChange};
pub use targets::{ImportProgress, ImportedTargets, MOST_TARGETS, TargetImport};
pub use touched::touched;
