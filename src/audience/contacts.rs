//! Contacts for the cache out of a CSV or TSV file: rows as of targets, but each must have what a contact is kept by.

use std::io::Read;
use std::sync::atomic::AtomicBool;

use crate::domain::plan::Target;
use crate::domain::record::{Contact, is_phone_channel};

use super::encoding::Encoding;
use super::error::Result;
use super::rejected::{Reason, Rejections};
use super::targets::{ImportProgress, TargetImport};

/// What was read of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedContacts {
    /// The contacts in the order of their lines, each once; an empty cell is a variable that is not set.
    pub contacts: Vec<Contact>,
    /// The rows that were not taken.
    pub rejected: Rejections,
    /// The names of the file's columns, as [`super::write_rejected`] wants them.
    pub columns: Vec<String>,
    /// How the file is encoded.
    pub encoding: Encoding,
    /// What stands between the cells: `,`, `;` or a tab.
    pub delimiter: char,
}

impl TargetImport<'_> {
    /// Reads contacts: as [`TargetImport::read`], but a row without a `user_id` is rejected, unless its channel is
    /// WhatsApp, SMS or RCS, where `user_id` and `user_phone_number` are the same and either gives the other `[D]`.
    ///
    /// # Errors
    /// As [`TargetImport::read`].
    pub fn read_contacts(
        &self,
        input: impl Read,
        progress: impl FnMut(ImportProgress),
        stop: &AtomicBool,
    ) -> Result<Option<ImportedContacts>> {
        let read = self.read_rows(input, progress, stop, not_keyed)?;
        Ok(read.map(|read| ImportedContacts {
            contacts: read
                .targets
                .into_iter()
                .map(|target| contact(&target))
                .collect(),
            rejected: read.rejected,
            columns: read.columns,
            encoding: read.encoding,
            delimiter: read.delimiter,
        }))
    }
}

fn is_on_phone(target: &Target) -> bool {
    target.filled("bot_channel").is_some_and(is_phone_channel)
}

fn not_keyed(target: &Target) -> Option<Reason> {
    let is_keyed = target.filled("user_id").is_some() || is_on_phone(target);
    (!is_keyed).then_some(Reason::NotKeyed)
}

fn contact(target: &Target) -> Contact {
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let mut contact = Contact {
        variables: target.iter().map(own).collect(),
    };
    if is_on_phone(target) {
        for (has, lacks) in [
            ("user_id", "user_phone_number"),
            ("user_phone_number", "user_id"),
        ] {
            if let (Some(value), None) = (target.get(has), target.get(lacks)) {
                contact.variables.insert(lacks.to_owned(), value.to_owned());
            }
        }
    }
    contact
}
