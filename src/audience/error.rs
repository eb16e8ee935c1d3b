//! What can go wrong with contacts in memory and in CSV, in sentences for an operator.

/// A failure of this layer.
#[derive(Debug, thiserror::Error)]
pub enum AudienceError {
    /// Rows of a column came in another order than that of the table.
    #[error(
        "The contacts' variable `{column}` was read out of order (row {row}): the cached contacts are damaged, sync them again."
    )]
    OutOfOrder {
        /// The variable.
        column: String,
        /// The row that came too late, from 0.
        row: u32,
    },
    /// A row lies behind the table's last one.
    #[error(
        "The contacts' variable `{column}` names row {row}, but there are {rows} contacts: the cached contacts are damaged, sync them again."
    )]
    NoSuchRow {
        /// The variable.
        column: String,
        /// The row, from 0.
        row: u32,
        /// How many rows there are.
        rows: u32,
    },
    /// More contacts than a row number can count.
    #[error("There are more than 4,294,967,295 contacts, which is more than the console can hold.")]
    TooManyRows,
    /// The file can't be read.
    #[error("The file can't be read: {0}. Check that it is there and that you may read it.")]
    Read(#[source] std::io::Error),
    /// There is no header.
    #[error(
        "The file has no header line: the first line must name the variables, for example `user_id,bot_channel,first_name`."
    )]
    NoHeader,
    /// Two columns of the file become the same variable.
    #[error(
        "Line 1: columns {first} and {second} are both the variable `{name}`. Rename or remove one of them."
    )]
    DuplicateColumn {
        /// The variable.
        name: String,
        /// The first of the two, from 1.
        first: usize,
        /// The other, from 1.
        second: usize,
    },
    /// A mapping names a column that the file does not have.
    #[error("The file has no column `{column}` to take `{variable}` from. It has: {columns}.")]
    UnknownColumn {
        /// The column that was named.
        column: String,
        /// The variable it was to become.
        variable: String,
        /// The columns that there are.
        columns: String,
    },
    /// No column identifies a contact.
    #[error(
        "The file has neither a column `user_id` nor `user_phone_number`, so that no contact can be told from another. Add one, or map a column to it."
    )]
    NoIdentity,
    /// The first line is longer than a row may be.
    #[error(
        "The first line has more than a million bytes, so it is no header. Check that this is a CSV file, and that a quote in it is closed."
    )]
    HeaderTooLong,
    /// A mapping was made for another header.
    #[error(
        "The mapping is for {mapped} columns, but the file has {columns}: it has changed. Map its columns again."
    )]
    OtherHeader {
        /// The columns that the mapping knows.
        mapped: usize,
        /// The columns that the file has.
        columns: usize,
    },
    /// More targets than a launch can hold.
    #[error("The file has more than {limit} contacts: split it and launch the parts.")]
    TooManyTargets {
        /// The most that are read.
        limit: usize,
    },
    /// The CSV can't be written.
    #[error(
        "The CSV can't be written: {0}. Check that there is space, and that you may write there."
    )]
    Write(#[source] csv::Error),
}

/// The result of this layer's functions.
pub type Result<T> = std::result::Result<T, AudienceError>;
