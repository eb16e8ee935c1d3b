//! What of a bot's contacts one thread reads at once.

use std::sync::Arc;

use crate::audience::{AskedGroup, Column, ColumnBuilder, RowSet};
use crate::session::contacts::Needs;
use crate::store::StoreError;
use crate::store::cache::ContactView;

/// What one thread reads at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Asked,
    Column(usize, String),
    Audience(String),
}

/// What came of a part.
pub(super) enum Read {
    Asked(Vec<AskedGroup>),
    Column(usize, Arc<Column>),
    Audience(String, RowSet),
}

impl Part {
    pub(super) fn is_in(&self, needs: &Needs) -> bool {
        match self {
            Self::Asked => true,
            Self::Column(_, name) => needs.has_field(name),
            Self::Audience(_) => needs.has_audiences(),
        }
    }

    /// Reads it. The error says what can't be part of a table.
    pub(super) fn read(&self, view: &ContactView<'_>) -> Result<Read, String> {
        let read = match self {
            Self::Asked => view.asked().map(Read::Asked),
            Self::Audience(id) => view.members(id).map(|members| {
                let members = RowSet::of(view.rows(), members);
                Read::Audience(id.clone(), members)
            }),
            Self::Column(place, name) => {
                let column = column(view, name).map_err(|error| error.to_string())??;
                Ok(Read::Column(*place, column))
            }
        };
        read.map_err(|error| error.to_string())
    }
}

/// Reads a column. The inner error says which of its values can't be part of a table: without it the wrong contacts would
/// be counted.
fn column(view: &ContactView<'_>, name: &str) -> Result<Result<Arc<Column>, String>, StoreError> {
    let mut builder = ColumnBuilder::new(name, view.rows());
    let mut wrong = None;
    view.load_column(name, &mut |row, value| {
        if wrong.is_none() {
            wrong = builder.push(row, value).err();
        }
    })?;
    Ok(match wrong {
        Some(error) => Err(error.to_string()),
        None => Ok(Arc::new(builder.finish())),
    })
}
