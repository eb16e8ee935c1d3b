//! A column's values one by one, with a look at the stop token now and then.

use std::sync::atomic::{AtomicBool, Ordering};

use super::Stopped;
use crate::audience::column::{Column, Data};
use crate::audience::pieces::PIECE;
use crate::audience::texts::Texts;

/// Values looked at between two looks at the stop token: less than a millisecond, if each takes a microsecond.
const BETWEEN: usize = 512;

impl Column {
    /// The texts that hold its values: the different ones where values repeat, else one a contact.
    pub(super) fn texts(&self) -> &Texts {
        match &self.data {
            Data::Dictionary { values, .. } | Data::Raw { values, .. } => values,
        }
    }

    /// How many contacts have the value of a place; 0 where the place stands for a contact that has none.
    pub(super) fn contacts_at(&self, place: usize) -> u64 {
        match &self.data {
            Data::Dictionary { counts, .. } => counts.get(place).copied().map_or(0, u64::from),
            Data::Raw { set, .. } => {
                u64::from(u32::try_from(place).is_ok_and(|row| set.contains(row)))
            }
        }
    }

    /// Whether the contact of a row has a value.
    pub(in crate::audience) fn is_set(&self, row: u32) -> bool {
        match &self.data {
            Data::Dictionary { codes, .. } => codes.get(row as usize) > 0,
            Data::Raw { set, .. } => set.contains(row),
        }
    }

    /// Hands over the place of each value in [`Column::texts`], and how many contacts have it there.
    ///
    /// # Errors
    /// [`Stopped`] as soon as `stop` is set.
    pub(super) fn look(
        &self,
        stop: &AtomicBool,
        mut see: impl FnMut(usize, u64),
    ) -> Result<(), Stopped> {
        for place in 0..self.texts().len() {
            if place % BETWEEN == 0 {
                go_on(stop)?;
            }
            match self.contacts_at(place) {
                0 => {}
                contacts => see(place, contacts),
            }
        }
        Ok(())
    }

    /// Hands over the number of each piece of [`Column::texts`], and the place of its first.
    ///
    /// # Errors
    /// [`Stopped`] as soon as `stop` is set.
    pub(super) fn look_at_pieces(
        &self,
        stop: &AtomicBool,
        mut see: impl FnMut(usize, usize),
    ) -> Result<(), Stopped> {
        for piece in 0..self.texts().len().div_ceil(PIECE) {
            go_on(stop)?;
            see(piece, piece * PIECE);
        }
        Ok(())
    }
}

fn go_on(stop: &AtomicBool) -> Result<(), Stopped> {
    if stop.load(Ordering::Relaxed) {
        return Err(Stopped);
    }
    Ok(())
}
