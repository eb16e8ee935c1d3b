//! What people did to the journal itself: on the record like every launch.

use jiff::Timestamp;

use crate::store::StoreError;
use crate::store::journal::copy::Cut;
use crate::store::journal::line::kind;
use crate::store::journal::{JournalAct, event, read};

use super::SqliteJournal;

impl SqliteJournal {
    /// What people did to the journal itself, oldest first: each in a sentence.
    ///
    /// # Errors
    /// Those of the database.
    pub fn acts(&self) -> Result<Vec<JournalAct>, StoreError> {
        self.read(read::acts)
    }

    /// Puts on the record that a person accepts this journal in the place of another, and takes writes again.
    ///
    /// # Errors
    /// [`StoreError::Record`] where something else is wrong with it; those of a write.
    pub fn accept(&mut self, act: &JournalAct) -> Result<(), StoreError> {
        let can_be_accepted = self
            .trouble
            .as_ref()
            .is_some_and(|trouble| trouble.kind.can_be_accepted());
        if can_be_accepted {
            self.trouble = None;
            self.let_witness_forget();
        }
        self.write_both("Accepting the journal", |transaction| {
            event::act(transaction, kind::ACCEPTED, act)
        })?;
        self.testify();
        Ok(())
    }

    /// What the copy had lost when it was opened, if no crash explains that: it was completed, and is to be told.
    pub fn cut(&self) -> Option<Cut> {
        self.copy.as_ref().and_then(|copy| copy.cut)
    }

    /// Puts on the record that the copy had lost steps, once; gives what was lost.
    ///
    /// # Errors
    /// Those of a write: it is put there later then.
    pub fn note_cut(&mut self, by: &str, at: Timestamp) -> Result<Option<Cut>, StoreError> {
        let Some(cut) = self.cut() else {
            return Ok(None);
        };
        self.note_rebuilt(&JournalAct {
            by: by.to_owned(),
            at,
            note: cut.to_string(),
        })?;
        if let Some(copy) = &mut self.copy {
            copy.cut = None;
        }
        self.testify();
        Ok(Some(cut))
    }

    /// Puts on the record that the journal was rebuilt.
    pub(in super::super) fn note_rebuilt(&mut self, act: &JournalAct) -> Result<(), StoreError> {
        self.write_both("Noting the rebuild", |transaction| {
            event::act(transaction, kind::REBUILT, act)
        })
    }
}
