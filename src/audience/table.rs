//! The contacts of one bot in memory, a column a variable.

mod changed;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::OnceLock;

use crate::domain::record::Contact;

use super::asked::Asked;
use super::column::{Column, ColumnBuilder};
use super::error::{AudienceError, Result};
use super::kept::Kept;
use super::lookup::Index;

pub use changed::{RowChange, TableChange};

/// Contacts in creation order, row by row from 0. Cloning shares everything.
#[derive(Debug, Clone, Default)]
pub struct Table {
    rows: u32,
    columns: Vec<Arc<Column>>,
    pub(super) index: Arc<OnceLock<Index>>,
    pub(super) kept: Arc<Kept>,
    pub(super) asked: Arc<Asked>,
}

impl Table {
    /// Puts a table together from whole columns; one that is shorter is unset in the rows it lacks, of two with the
    /// same name the last one counts.
    pub fn new(rows: u32, columns: impl IntoIterator<Item = Arc<Column>>) -> Self {
        let empty = Self {
            rows,
            ..Self::default()
        };
        columns.into_iter().fold(empty, Self::with_column)
    }

    /// Builds a table from contacts in one go; its columns stand in the order in which the variables first came.
    ///
    /// # Errors
    /// More than `u32::MAX` contacts.
    pub fn from_contacts(contacts: &[Contact]) -> Result<Self> {
        let rows = u32::try_from(contacts.len()).map_err(|_| AudienceError::TooManyRows)?;
        let mut builder = TableBuilder::new(rows);
        for (contact, row) in contacts.iter().zip(0..) {
            for (name, value) in &contact.variables {
                builder.column(name).push(row, value)?;
            }
        }
        Ok(builder.finish())
    }

    /// The same table with one column added or replaced.
    #[must_use]
    pub fn with_column(mut self, column: Arc<Column>) -> Self {
        match self
            .columns
            .iter_mut()
            .find(|old| old.name() == column.name())
        {
            Some(old) => *old = column,
            None => self.columns.push(column),
        }
        self.index = Arc::default();
        self.asked = Arc::new(self.asked.anew());
        self.forgetting()
    }

    /// The same table with no verdicts kept of the filters that were asked so far.
    #[must_use]
    pub fn forgetting(mut self) -> Self {
        self.kept = Arc::default();
        self
    }

    /// How many contacts there are.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// The columns, in the order in which they were added.
    pub fn columns(&self) -> &[Arc<Column>] {
        &self.columns
    }

    /// The column of a variable; `None` where nobody has it. Names are compared as they are.
    pub fn column(&self, name: &str) -> Option<&Arc<Column>> {
        self.columns.iter().find(|column| column.name() == name)
    }

    /// A contact's value of a variable; `None` where it is not set.
    pub fn value(&self, row: u32, column: &str) -> Option<&str> {
        (row < self.rows)
            .then(|| self.column(column)?.get(row))
            .flatten()
    }

    /// The contact of a row, its variables in the order of the columns; `None` behind the end.
    pub fn contact(&self, row: u32) -> Option<Contact> {
        if row >= self.rows {
            return None;
        }
        let variable = |column: &Arc<Column>| {
            let value = column.get(row)?;
            Some((column.name().to_owned(), value.to_owned()))
        };
        let variables = self.columns.iter().filter_map(variable).collect();
        Some(Contact { variables })
    }

    /// How many bytes of memory the columns take.
    pub fn bytes(&self) -> usize {
        self.columns.iter().map(|column| column.bytes()).sum()
    }

    /// How many bytes of memory the verdicts take that are kept of filters.
    pub fn kept_bytes(&self) -> usize {
        self.kept.bytes()
    }
}

/// Takes a table column by column, or several columns side by side.
#[derive(Debug)]
pub struct TableBuilder {
    rows: u32,
    numbers: HashMap<String, usize>,
    columns: Vec<ColumnBuilder>,
}

impl TableBuilder {
    /// Starts a table of so many contacts.
    pub fn new(rows: u32) -> Self {
        Self {
            rows,
            numbers: HashMap::new(),
            columns: Vec::new(),
        }
    }

    /// The column of a variable, to push `(row, value)` into in row order; started where it is new.
    pub fn column(&mut self, name: &str) -> &mut ColumnBuilder {
        let number = if let Some(number) = self.numbers.get(name) {
            *number
        } else {
            self.columns.push(ColumnBuilder::new(name, self.rows));
            self.numbers.insert(name.to_owned(), self.columns.len() - 1);
            self.columns.len() - 1
        };
        &mut self.columns[number]
    }

    /// Closes the table.
    pub fn finish(self) -> Table {
        let columns = self
            .columns
            .into_iter()
            .map(|column| Arc::new(column.finish()));
        Table::new(self.rows, columns)
    }
}
