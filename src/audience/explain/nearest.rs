//! The value of a column that a mistyped one is closest to.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Stopped;
use crate::audience::column::Column;

/// Values looked at between two looks at the stop token.
const BETWEEN: usize = 256;

/// Which end of the longer text may be left out at no cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// None: the whole is compared.
    Whole,
    /// What comes behind: its beginning is compared.
    Behind,
    /// Both: some part of it is compared.
    Both,
}

/// A value, and how many contacts have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The value.
    pub value: String,
    /// How many contacts have it.
    pub contacts: u64,
}

/// Finds the value that what was typed is closest to: at most a third of its letters off, case ignored, of these the
/// closest, then the most frequent; else one that begins with it.
///
/// # Errors
/// [`Stopped`] as soon as `stop` is set.
pub fn nearest(
    column: &Column,
    typed: &str,
    ends: Ends,
    stop: &AtomicBool,
) -> Result<Option<Near>, Stopped> {
    let lower = typed.to_lowercase();
    let letters: Vec<char> = lower.chars().collect();
    let most = letters.len() / 3;
    // What begins with the typed text is further than any edit.
    let mut best: Option<(usize, Reverse<u64>, &str)> = None;
    for (number, (value, contacts)) in column.counted().enumerate() {
        if number % BETWEEN == 0 && stop.load(Ordering::Relaxed) {
            return Err(Stopped);
        }
        if value.is_empty() {
            continue;
        }
        let within = best.map_or(most, |(edits, ..)| edits.min(most));
        let edits = edits_within(&letters, value, ends, within).or_else(|| {
            let is_begun = value.to_lowercase().starts_with(&lower);
            is_begun.then_some(usize::MAX)
        });
        if let Some(edits) = edits {
            let found = (edits, Reverse(contacts), value);
            best = Some(best.map_or(found, |best| best.min(found)));
        }
    }
    let near = |(_, contacts, value): (usize, Reverse<u64>, &str)| Near {
        value: value.to_owned(),
        contacts: contacts.0,
    };
    Ok(best.map(near))
}

/// How many letters must be changed, added, left out or swapped with their neighbour to make `text` of `typed` (which is
/// in lower case); `None` for more than `most`. Case is ignored.
pub fn edits_within(typed: &[char], text: &str, ends: Ends, most: usize) -> Option<usize> {
    let length = text.len();
    if ends == Ends::Whole && (typed.len() > length + most || length > (typed.len() + most) * 4) {
        return None;
    }
    let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    if ends == Ends::Whole && text.len().abs_diff(typed.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = match ends {
        Ends::Both => vec![0; text.len() + 1],
        Ends::Whole | Ends::Behind => (0..=text.len()).collect(),
    };
    for (i, letter) in typed.iter().enumerate() {
        let mut row = Vec::with_capacity(text.len() + 1);
        row.push(i + 1);
        for (j, other) in text.iter().enumerate() {
            let changed = last[j] + usize::from(letter != other);
            let mut cheapest = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == text[j - 1] && typed[i - 1] == *other {
                cheapest = cheapest.min(before[j - 1] + 1);
            }
            row.push(cheapest);
        }
        // A swap comes from two rows above, so both must be too far.
        let is_far = |row: &[usize]| row.iter().all(|edits| *edits > most);
        if is_far(&row) && is_far(&last) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    let edits = match ends {
        Ends::Whole => last.last().copied(),
        Ends::Behind | Ends::Both => last.iter().min().copied(),
    };
    edits.filter(|edits| *edits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::same("city", "City", Ends::Whole, Some(0))]
    #[case::swapped("ctiy", "city", Ends::Whole, Some(1))]
    #[case::left_out("favourite_color", "favorite_color", Ends::Whole, Some(1))]
    #[case::from_nothing("", "abc", Ends::Whole, Some(3))]
    #[case::changed("kitten", "sitting", Ends::Whole, Some(3))]
    #[case::too_far("kitten", "mountain", Ends::Whole, None)]
    #[case::its_beginning("mlan", "Milano Centrale", Ends::Behind, Some(1))]
    #[case::not_its_end("centrale", "Milano Centrale", Ends::Behind, None)]
    #[case::within("centarle", "Milano Centrale", Ends::Both, Some(1))]
    fn distances(
        #[case] typed: &str,
        #[case] text: &str,
        #[case] ends: Ends,
        #[case] expected: Option<usize>,
    ) {
        let letters: Vec<char> = typed.chars().collect();
        assert_eq!(edits_within(&letters, text, ends, 3), expected);
    }
}
