//! Where a text stands in the contacts that are shown, and finding one contact by what names it.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::audience::Table;
use crate::domain::criterion::Criterion;
use crate::domain::filter::{Filter, Join, Reading};

/// Rows between two looks at the stop token.
const PIECE: usize = 1 << 16;

/// The places (from 0, rising) in a list of rows at which one of these columns holds a text, case ignored. None for an
/// empty text, and without columns. The outer `None` as soon as `stop` is set.
pub fn hits(
    table: &Table,
    listed: &[u32],
    columns: &[String],
    text: &str,
    stop: &AtomicBool,
) -> Option<Vec<u32>> {
    if text.is_empty() || columns.is_empty() {
        return Some(Vec::new());
    }
    let holds = |field: &String| Filter {
        join: Join::Or,
        field: field.clone(),
        criterion: Criterion::Contains,
        value: text.to_owned(),
    };
    let filters: Vec<Filter> = columns.iter().map(holds).collect();
    let [reading, ..] = Reading::ALL;
    // What is looked for is no filter of a plan: verdicts on those stay where they are kept.
    let apart = table.clone().forgetting();
    let found = apart.evaluate(&filters, reading, stop)?;
    let found = found.matched(reading);
    let mut hits = Vec::new();
    for (number, piece) in listed.chunks(PIECE).enumerate() {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let first = number * PIECE;
        let held = piece.iter().enumerate();
        let held = held.filter(|(_, row)| found.contains(**row));
        hits.extend(held.filter_map(|(place, _)| u32::try_from(first + place).ok()));
    }
    Some(hits)
}

/// The row of the contact whose `user_id` or phone number this is; the first, should there be several. A number is
/// found with and without its `+`, and whatever blanks stand in it.
pub fn find_contact(table: &Table, text: &str) -> Option<u32> {
    let text = text.trim();
    let bare: String = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    let digits = bare.trim_start_matches('+');
    let with_sign = format!("+{digits}");
    let named = [text, &bare, digits, &with_sign];
    let of = |name: &&str| {
        let by_id = table.rows_of_user_id(name).first();
        by_id.or_else(|| table.rows_of_phone(name).first()).copied()
    };
    named
        .into_iter()
        .filter(|name| !name.is_empty())
        .find_map(|name| of(&name))
}
