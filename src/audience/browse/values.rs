//! What values a field has among some contacts, and how many contacts have each.

use std::cmp::Reverse;
use std::sync::atomic::AtomicBool;

use super::counted::{Counted, counted, first};
use super::kind::Kind;
use super::order::{Sort, compare};
use super::ranges::{Bounds, Range, ranges};
use crate::audience::{RowSet, Table, ValueCount};

/// Values that are listed at most.
const LISTED: usize = 2_000;

/// More different numbers or dates than this are shown as ranges.
const FEW: usize = 24;

/// In which order values are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValuesOrder {
    /// The most frequent first, then by value.
    #[default]
    Frequency,
    /// By value, as rows are sorted by it.
    Value,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ValuesOf {
    /// The field.
    pub field: String,
    /// Only values that hold this, case ignored.
    pub typed: String,
    /// In which order.
    pub order: ValuesOrder,
    /// Only values of one range.
    pub within: Option<Bounds>,
    /// Whether each value is wanted by itself, also where they could be ranges.
    pub each: bool,
}

/// The values of a field.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Values {
    /// How many contacts were looked at.
    pub contacts: u64,
    /// Of how many of them the field is not set.
    pub unset: u64,
    /// Of how many it is not known whether it is set.
    pub unknown: u64,
    /// How many different values there are.
    pub different: u64,
    /// What they mostly are.
    pub kind: Kind,
    /// The values that are listed; none where there are ranges.
    pub listed: Vec<ValueCount>,
    /// How many values of those asked for are not listed, and how many contacts have them.
    pub more: (u64, u64),
    /// The ranges, where the values are many numbers or dates.
    pub ranges: Vec<Range>,
    /// How many contacts have a value that is in no range: it is no number, or no date.
    pub in_no_range: u64,
    /// Whether ranges could be shown.
    pub can_range: bool,
}

/// Counts the values of a field among some rows. `None` as soon as `stop` is set.
pub fn values(table: &Table, rows: &RowSet, asked: &ValuesOf, stop: &AtomicBool) -> Option<Values> {
    let unknown = table.unknown(&asked.field);
    let unknown = unknown.map_or(0, |unknown| unknown.intersection(rows).count());
    let Some(column) = table.column(&asked.field) else {
        return Some(Values {
            contacts: rows.count(),
            unset: rows.count() - unknown,
            unknown,
            ..Values::default()
        });
    };
    let kind = Kind::to_show(column);
    let all = counted(column, rows, stop)?;
    let set: u64 = all.iter().map(|(_, count)| count).sum();
    let mut found = Values {
        contacts: rows.count(),
        unset: rows.count().saturating_sub(set + unknown),
        unknown,
        different: all.len() as u64,
        kind,
        can_range: kind != Kind::Text && all.len() > FEW,
        ..Values::default()
    };
    let wants_ranges = !asked.each && asked.typed.is_empty() && asked.within.is_none();
    if found.can_range && wants_ranges {
        (found.ranges, found.in_no_range) = ranges(kind, &all);
        return Some(found);
    }
    let typed = asked.typed.to_lowercase();
    let is_wanted = |value: &str| {
        let is_within = asked.within.is_none_or(|bounds| bounds.hold(kind, value));
        is_within && (typed.is_empty() || value.to_lowercase().contains(&typed))
    };
    let wanted = all.into_iter().filter(|(value, _)| is_wanted(value));
    list(&mut found, wanted, asked, stop)?;
    Some(found)
}

/// Lists the first of the values, and says how many more there are. `None` as soon as `stop` is set.
fn list<'a>(
    found: &mut Values,
    wanted: impl Iterator<Item = Counted<'a>>,
    asked: &ValuesOf,
    stop: &AtomicBool,
) -> Option<()> {
    let sort = Sort {
        field: String::new(),
        descending: false,
    };
    let kind = found.kind;
    let by_value = |one: &Counted<'_>, other: &Counted<'_>| {
        compare(kind, &sort, one.0, other.0).then(one.0.cmp(other.0))
    };
    let order = |one: &Counted<'a>, other: &Counted<'a>| match asked.order {
        ValuesOrder::Frequency => Reverse(one.1)
            .cmp(&Reverse(other.1))
            .then_with(|| by_value(one, other)),
        ValuesOrder::Value => by_value(one, other),
    };
    let (listed, more) = first(wanted, LISTED, order, stop)?;
    found.more = more;
    let value = |(value, contacts): Counted<'_>| ValueCount {
        value: value.to_owned(),
        contacts,
    };
    found.listed = listed.into_iter().map(value).collect();
    Some(())
}
