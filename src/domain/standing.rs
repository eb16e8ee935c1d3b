//! What keeps every launch from being made, as long as it stands: said on every screen.

/// Why nothing can be put on the record, and so nothing launched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordTrouble {
    /// What is wrong, in a few words that begin with a small letter; fit to be shown.
    pub what: String,
    /// What a person can do: a command, or a few words.
    pub way_out: String,
}
