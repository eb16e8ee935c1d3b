//! A journal that other processes write to as well: what is this one's own, what the others did, and how far it had come
//! by what was seen outside of it.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use jiff::Timestamp;

use crate::domain::launch::LaunchRecord;
use crate::domain::record::ContactId;

use crate::store::StoreError;
use crate::store::guard::Identity;
use crate::store::journal::trouble::TroubleKind;
use crate::store::journal::witness::{Turn, Witness};
use crate::store::journal::{compare, event, read};

use super::SqliteJournal;

impl SqliteJournal {
    /// The ids of the launches that were armed or settled here, not by another process.
    pub fn own(&self) -> &HashSet<String> {
        &self.own
    }

    /// A number that is another one after every write of another process, and stays the same after this one's.
    ///
    /// # Errors
    /// Those of the database.
    pub fn writes_elsewhere(&self) -> Result<i64, StoreError> {
        self.read(|connection| {
            Ok(connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
        })
    }

    /// Whom later launches of the same broadcast reached, or may have, than this one: by the order of the record.
    ///
    /// # Errors
    /// Those of the database.
    pub fn may_have_reached_after(
        &self,
        launch: &str,
    ) -> Result<HashMap<ContactId, Timestamp>, StoreError> {
        self.read(|connection| read::may_have_reached_after(connection, launch))
    }

    /// The newest later launch of the same broadcast that arrived, or may have; of these bytes, where they are given.
    ///
    /// # Errors
    /// Those of the database.
    pub fn arrived_after(
        &self,
        launch: &str,
        sha256: Option<&str>,
    ) -> Result<Option<LaunchRecord>, StoreError> {
        self.read(|connection| read::arrived_after(connection, launch, sha256))
    }

    /// Which opening of it this is, and how many steps it has taken: what was read of it holds as long as both do. `None`
    /// where it can't say.
    pub fn state(&self) -> Option<(u64, u64)> {
        Some((self.openings(), self.steps().ok()?))
    }

    /// Holds the newest rows against the steps that made them, where another process wrote since that was done last.
    ///
    /// # Errors
    /// [`StoreError::Record`], and nothing is written any more; those of the database.
    pub(super) fn look_for_alterations(&mut self) -> Result<(), StoreError> {
        let writes = self.writes_elsewhere()?;
        if self.compared == Some(writes) {
            return Ok(());
        }
        let is_opening = self.compared.is_none();
        let most = if is_opening {
            compare::AT_OPENING
        } else {
            compare::NEWEST
        };
        let found = self.read(|connection| {
            let is_unguarded = compare::lacks_triggers(connection)?;
            let altered = compare::altered(connection, Some(most))?;
            Ok(altered.or_else(|| is_unguarded.then_some(TroubleKind::Unguarded)))
        })?;
        self.compared = Some(writes);
        let Some(kind) = found else {
            return Ok(());
        };
        let trouble = self.trouble_of(kind);
        self.trouble = Some(trouble.clone());
        Err(StoreError::Record(trouble))
    }

    /// Holds all rows against the steps that made them; gives the first that another hand changed, deleted or put in. It
    /// takes a while on a long record.
    ///
    /// # Errors
    /// Those of the database.
    pub fn altered(&self) -> Result<Option<TroubleKind>, StoreError> {
        self.read(|connection| compare::altered(connection, None))
    }

    /// Has the journal's steps counted in a folder apart from its own too, and holds it against what was counted there.
    #[must_use]
    pub fn witnessed_in(mut self, folder: Option<&Path>) -> Self {
        self.witnesses = folder.map(Path::to_owned);
        let (Some(folder), None) = (folder, &self.trouble) else {
            return self;
        };
        let Ok(mark) = self.mark() else {
            return self;
        };
        let witness = Witness::of(folder, &mark.id);
        if witness.is_damaged() {
            let place = witness.file().display();
            self.opened.notices.push(format!(
                "How far the record had come was noted in {place}, and that can't be read any more: it is noted anew. If a backup was put back, look whether launches are missing"
            ));
        }
        self.witness = Some(witness);
        match self.unlike_seen() {
            Ok(Some(kind)) => self.refuse(kind),
            Ok(None) => self.testify(),
            Err(_) => self.witness = None,
        }
        self
    }

    /// Why it can't be noted outside of its folder how far this journal has come, if that is so: a sentence's middle.
    pub fn witness_trouble(&self) -> Option<String> {
        match &self.witness {
            Some(witness) => witness.why_not(),
            None if self.trouble.is_some() => None,
            None => Some("there is no folder for state".to_owned()),
        }
    }

    /// Tells the witness how many steps are durable; never fewer than it has seen, and nothing where it has seen other
    /// ones. What was written to a file that is not at its place any more is in no record: nobody is told of it.
    pub(super) fn testify(&self) {
        let is_in_place = |identity: &Identity| identity.check().is_ok();
        if let Some(witness) = &self.witness
            && self.identity.as_ref().is_some_and(is_in_place)
            && let Ok(None) = self.unlike_seen()
            && let Ok(head) = self.head()
            && (witness.seen().steps < head.n || witness.seen().hash.is_none())
        {
            witness.note(head.n, &head.hash);
        }
    }

    /// Has the witness take the journal as it is: a person has accepted it.
    pub(super) fn let_witness_forget(&self) {
        if let (Some(witness), Ok(head)) = (&self.witness, self.head()) {
            witness.note(head.n, &head.hash);
        }
    }

    fn head(&self) -> Result<event::Head, StoreError> {
        self.read(event::head)
    }

    /// What the witness has seen and this journal is not.
    fn unlike_seen(&self) -> Result<Option<TroubleKind>, StoreError> {
        let Some(witness) = &self.witness else {
            return Ok(None);
        };
        // In this order: what another process adds and notes in between is in the journal by then.
        let seen = witness.seen();
        let there = self.steps()?;
        if seen.steps > there {
            let seen = seen.steps;
            return Ok(Some(TroubleKind::OlderThanSeen { seen, there }));
        }
        let Some(hash) = seen.hash else {
            return Ok(None);
        };
        let is_same =
            self.read(|connection| Ok(event::hash_at(connection, seen.steps)? == Some(hash)))?;
        Ok((!is_same).then_some(TroubleKind::OtherThanSeen { step: seen.steps }))
    }

    /// Has a turn among all who use a copy of this journal on this machine; before anything is armed, it is held against
    /// what was seen.
    ///
    /// # Errors
    /// [`StoreError::Record`]; [`StoreError::Busy`]; those of the database.
    pub(super) fn take_turn(&self) -> Result<Option<Turn>, StoreError> {
        let turn = match &self.witness {
            Some(witness) => witness.turn()?,
            None => None,
        };
        self.hold_against_witness()?;
        Ok(turn)
    }

    /// Holds the journal against the witness before anything is written: files of an older one may have been put back
    /// under a program that has them open, and they fit each other.
    ///
    /// # Errors
    /// [`StoreError::Record`]; those of the database.
    pub(super) fn hold_against_witness(&self) -> Result<(), StoreError> {
        let Some(kind) = self.unlike_seen()? else {
            return Ok(());
        };
        Err(StoreError::Record(self.trouble_of(kind)))
    }
}
