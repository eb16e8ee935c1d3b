//! What the columns of files were taken for: remembered by header, so that the next file of the same kind is mapped
//! already.

use jiff::Timestamp;
use rusqlite::params;
use sha2::{Digest, Sha256};

use crate::audience::ColumnMapping;
use crate::domain::text::hex;
use crate::store::StoreError;
use crate::store::sql::{Time, one};

use super::Notebook;

impl Notebook {
    /// Remembers what the columns of a header are taken for, in the place of what was before.
    ///
    /// # Errors
    /// Those of the database.
    pub fn save_mapping(
        &mut self,
        columns: &[String],
        mapping: &ColumnMapping,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        // Names and words can't fail to serialise into memory.
        let json = serde_json::to_string(mapping).unwrap_or_default();
        self.write("Saving the mapping", |transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO mapping (header, mapping, saved_at) VALUES (?1, ?2, ?3)",
                params![hash(columns), json, Time(at)],
            )?;
            Ok(())
        })
    }

    /// What the columns of a header were taken for. One that can't be read, or doesn't fit, is as if not there.
    ///
    /// # Errors
    /// Those of the database.
    pub fn mapping(&self, columns: &[String]) -> Result<Option<ColumnMapping>, StoreError> {
        let json = self.read("Reading the mapping", |connection| {
            one(connection.query_row(
                "SELECT mapping FROM mapping WHERE header = ?1",
                [hash(columns)],
                |row| row.get::<_, String>(0),
            ))
        })?;
        let mapping = json.and_then(|json| serde_json::from_str::<ColumnMapping>(&json).ok());
        Ok(mapping.filter(|mapping| mapping.0.len() == columns.len()))
    }
}

/// The hash of a header: its names in their order.
fn hash(columns: &[String]) -> String {
    let mut hasher = Sha256::new();
    for name in columns {
        hasher.update((name.len() as u64).to_le_bytes());
        hasher.update(name);
    }
    hex(&hasher.finalize())
}
