//! The value of a column that a mistyped one is closest to.
//!
//! Among few values a third of the letters may be off. Of a column with many - an id, a phone number - the neighbour of
//! a number is another person: there only what looks the same counts, or one letter that is off, if but one value is so
//! close. That is quick besides: one of the two halves of what was typed must stand there unchanged.

use std::cmp::Reverse;
use std::sync::atomic::AtomicBool;

use super::Stopped;
use super::folded::folded;
use crate::audience::column::Column;
use crate::audience::pieces::PIECE;
use crate::audience::texts::{End, Look, Span};

/// Up to so many values each is compared letter by letter.
const FEW: usize = 5_000;

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
    /// Whether it looks the same: letter case, accents, blanks and the Unicode form apart.
    pub is_same: bool,
}

/// What was found close to what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The closest value.
    pub near: Option<Near>,
    /// Whether a value begins with what was typed: it may just not be finished.
    pub is_begun: bool,
}

/// Finds the value that what was typed is closest to: one that looks the same, else the one with the fewest letters
/// off, of equals the most frequent; else the most frequent that begins with it. Of many values none is close to a part.
///
/// # Errors
/// [`Stopped`] as soon as `stop` is set.
pub fn nearest(
    column: &Column,
    typed: &str,
    ends: Ends,
    stop: &AtomicBool,
) -> Result<Found, Stopped> {
    let texts = column.texts();
    let is_large = texts.len() > FEW;
    let mut search = Search::new(typed, ends, is_large);
    if !is_large {
        column.look(stop, |place, contacts| {
            search.see(texts.get(place), contacts);
        })?;
    } else if ends != Ends::Both {
        let mut sieve = Sieve::new(typed);
        column.look_at_pieces(stop, |_, first| {
            sieve.places.clear();
            texts.look(first..first + PIECE, &mut sieve);
            for place in &sieve.places {
                let place = first + place;
                search.see(texts.get(place), column.contacts_at(place));
            }
        })?;
    }
    Ok(search.found())
}

/// Keeps of many values those that may be close. What was typed has two halves, and one letter off leaves one of them
/// as it is; a value that holds other than ASCII, or a blank at an end, may look the same all the same.
struct Sieve {
    head: String,
    tail: String,
    /// Whether what was typed is ASCII, accents apart: else no value that is may be close.
    is_ascii: bool,
    /// The places of those that are kept, from the first that is looked at.
    places: Vec<usize>,
}

impl Sieve {
    fn new(typed: &str) -> Self {
        let bare = if typed.is_ascii() {
            typed.to_owned()
        } else {
            folded(typed)
        };
        let half = bare.len() / 2;
        let part = |from: usize, to: usize| bare.get(from..to).unwrap_or_default().to_owned();
        Self {
            // Two letters that were swapped may be the last of the one half and the first of the other.
            head: part(0, half.saturating_sub(1)),
            tail: part(half + 1, bare.len()),
            is_ascii: bare.is_ascii(),
            places: Vec::new(),
        }
    }

    fn keeps(&self, value: &[u8]) -> bool {
        let (Some(first), Some(last)) = (value.first(), value.last()) else {
            return false;
        };
        let tail = self.tail.as_bytes();
        let is_blank = first.is_ascii_whitespace() || last.is_ascii_whitespace();
        is_blank
            || begins(value, self.head.as_bytes())
            || (last_is(tail, *last) && ends(value, tail))
    }
}

impl Look for Sieve {
    fn look<E: End>(&mut self, span: Span<'_, E>) {
        let all_ascii = span.bytes.is_ascii();
        for (place, value) in span.each().enumerate() {
            let is_ascii = all_ascii || value.is_ascii();
            if !is_ascii || (self.is_ascii && self.keeps(value)) {
                self.places.push(place);
            }
        }
    }
}

fn last_is(text: &[u8], byte: u8) -> bool {
    let last = text.last();
    last.is_some_and(|last| last.eq_ignore_ascii_case(&byte))
}

fn begins(value: &[u8], head: &[u8]) -> bool {
    let (Some(first), Some(start)) = (head.first(), value.get(..head.len())) else {
        return false;
    };
    first.eq_ignore_ascii_case(&start[0]) && start.eq_ignore_ascii_case(head)
}

fn ends(value: &[u8], tail: &[u8]) -> bool {
    let start = value.len().checked_sub(tail.len());
    start.is_some_and(|start| value[start..].eq_ignore_ascii_case(tail))
}

/// How far a value is from what was typed; what comes first is closer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Distance {
    Same,
    Edits(usize),
    Begun,
}

/// A search through values.
struct Search<'a, 't> {
    typed: &'t str,
    folded: String,
    letters: Vec<char>,
    ends: Ends,
    is_large: bool,
    most: usize,
    best: Option<(Distance, Reverse<u64>, &'a str)>,
    /// Values that are as close as the best one.
    as_close: u64,
    is_begun: bool,
}

impl<'a, 't> Search<'a, 't> {
    fn new(typed: &'t str, ends: Ends, is_large: bool) -> Self {
        let letters: Vec<char> = typed.to_lowercase().chars().collect();
        let most = letters.len() / 3;
        Self {
            typed,
            folded: folded(typed),
            ends,
            is_large,
            most: if is_large { most.min(1) } else { most },
            letters,
            best: None,
            as_close: 0,
            is_begun: false,
        }
    }

    fn see(&mut self, value: &'a str, contacts: u64) {
        if value.is_empty() || contacts == 0 {
            return;
        }
        let begins = begins_with(value, self.typed);
        self.is_begun |= begins;
        let distance = self.distance(value).or(begins.then_some(Distance::Begun));
        let Some(distance) = distance else { return };
        let found = (distance, Reverse(contacts), value);
        let closest = self.best.map(|(closest, ..)| closest);
        self.as_close = match closest {
            Some(closest) if closest == distance => self.as_close + 1,
            Some(closest) if closest < distance => self.as_close,
            _ => 1,
        };
        self.best = Some(self.best.map_or(found, |best| best.min(found)));
    }

    fn distance(&self, value: &str) -> Option<Distance> {
        if self.ends == Ends::Whole && looks_the_same(&self.folded, value) {
            return Some(Distance::Same);
        }
        let within = match self.best {
            Some((Distance::Same, ..)) => return None,
            Some((Distance::Edits(edits), ..)) => edits.min(self.most),
            _ => self.most,
        };
        edits_within(&self.letters, value, self.ends, within).map(Distance::Edits)
    }

    fn found(self) -> Found {
        let is_clear = !self.is_large || self.as_close == 1;
        let near = self.best.filter(|_| is_clear);
        Found {
            near: near.map(|(distance, contacts, value)| Near {
                value: value.to_owned(),
                contacts: contacts.0,
                is_same: distance == Distance::Same,
            }),
            is_begun: self.is_begun,
        }
    }
}

/// Whether a value is the folded text once it is folded itself.
fn looks_the_same(typed: &str, value: &str) -> bool {
    if value.is_ascii() {
        let shown = |byte: &u8| byte.is_ascii_graphic();
        let bytes = value.bytes().filter(shown);
        return typed
            .bytes()
            .eq(bytes.map(|byte| byte.to_ascii_lowercase()));
    }
    typed == folded(value)
}

/// Whether a value begins with a text, case ignored.
fn begins_with(value: &str, typed: &str) -> bool {
    if typed.is_ascii() {
        let start = value.as_bytes().get(..typed.len());
        return start.is_some_and(|start| start.eq_ignore_ascii_case(typed.as_bytes()));
    }
    value.to_lowercase().starts_with(&typed.to_lowercase())
}

/// The beginning of a text that is closest to what was typed, which is in lower case.
pub fn closest_beginning(typed: &[char], text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let beginnings = (1..=letters.len()).map(|length| letters[..length].iter().collect::<String>());
    let edits = |text: &String| edits_within(typed, text, Ends::Whole, usize::MAX / 8);
    beginnings.min_by_key(edits).unwrap_or_default()
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
