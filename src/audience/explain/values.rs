//! A column's values one by one, with a look at the stop token now and then.

use std::sync::atomic::{AtomicBool, Ordering};

use super::Stopped;
use crate::audience::column::{Column, Data};
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

    /// How many values [`Column::look`] goes through.
    pub(super) fn looks(&self) -> u64 {
        match &self.data {
            Data::Dictionary { values, .. } => values.len() as u64,
            Data::Raw { set, .. } => set.count(),
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
        let mut left = 0;
        let mut go_on = || {
            if left == 0 {
                left = BETWEEN;
                if stop.load(Ordering::Relaxed) {
                    return Err(Stopped);
                }
            }
            left -= 1;
            Ok(())
        };
        match &self.data {
            Data::Dictionary { counts, .. } => {
                for (place, count) in counts.iter().enumerate() {
                    go_on()?;
                    see(place, u64::from(*count));
                }
            }
            Data::Raw { set, .. } => {
                for row in set.iter() {
                    go_on()?;
                    see(row as usize, 1);
                }
            }
        }
        Ok(())
    }
}
