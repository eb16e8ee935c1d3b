//! A table after a change answers like one that is built of the contacts as they are then.

use std::sync::atomic::AtomicBool;

use indexmap::IndexMap;
use mylink_console::audience::{Table, TableChange};
use mylink_console::domain::criterion::Criterion;
use mylink_console::domain::filter::{Filter, Join, Reading};
use mylink_console::domain::record::Contact;
use proptest::prelude::*;

use super::filter;

/// More than a dictionary holds of values that come once.
const ROWS: u32 = 9_000;

const NAMES: [&str; 3] = ["unique", "few", "seldom"];

fn value(name: &str, row: u32) -> Option<String> {
    match name {
        "unique" => (row % 11 != 3).then(|| format!("{}.5 Ñ{row}", row * 7)),
        "few" => Some(["red", "Blue", "é"][row as usize % 3].to_owned()),
        _ => (row < 40).then(|| format!("v{row}")),
    }
}

fn contacts() -> Vec<Contact> {
    let variables = |row: u32| {
        NAMES
            .iter()
            .filter_map(move |name| Some(((*name).to_owned(), value(name, row)?)))
    };
    (0..ROWS)
        .map(|row| Contact {
            variables: variables(row).collect(),
        })
        .collect()
}

/// What is done to contacts: rows that go, rows that get another value, and contacts that come.
#[derive(Debug, Clone)]
struct Change {
    removed: Vec<u32>,
    changed: Vec<(u32, usize, Option<String>)>,
    came: Vec<IndexMap<String, String>>,
}

fn some_text() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        Just(None),
        Just(Some(String::new())),
        "[a-zÑÉ0-9]{1,40}".prop_map(Some),
        Just(Some("red".to_owned())),
        // Another one for every row, so that there are more values than a byte numbers.
        any::<u32>().prop_map(|number| Some(format!("new {number}"))),
    ]
}

fn some_change() -> impl Strategy<Value = Change> {
    // Many at one place, and some anywhere.
    let row = || prop_oneof![0..ROWS, 8_100..8_300_u32, 0..70_u32];
    let removed = prop::collection::btree_set(row(), 0..60);
    let changed = prop::collection::vec((row(), 0..NAMES.len(), some_text()), 0..400);
    let came = prop::collection::vec(
        prop::collection::vec((0..NAMES.len() + 1, some_text()), 0..4),
        0..30,
    );
    (removed, changed, came).prop_map(|(removed, changed, came)| Change {
        removed: removed.into_iter().collect(),
        changed,
        came: came.into_iter().map(variables).collect(),
    })
}

fn variables(values: Vec<(usize, Option<String>)>) -> IndexMap<String, String> {
    let name = |number: usize| (*NAMES.get(number).unwrap_or(&"new")).to_owned();
    values
        .into_iter()
        .filter_map(|(number, value)| Some((name(number), value?)))
        .collect()
}

/// The contacts after the change, and the change as a table takes it.
fn apply(mut contacts: Vec<Contact>, change: &Change) -> (Vec<Contact>, TableChange) {
    let mut touched = vec![false; contacts.len()];
    for (row, name, value) in &change.changed {
        let variables = &mut contacts[*row as usize].variables;
        match value {
            Some(value) => drop(variables.insert(NAMES[*name].to_owned(), value.clone())),
            None => drop(variables.shift_remove(NAMES[*name])),
        }
        touched[*row as usize] = true;
    }
    let mut now = Vec::new();
    let mut rows = Vec::new();
    for (contact, row) in contacts.into_iter().zip(0_u32..) {
        if !change.removed.contains(&row) {
            if touched[row as usize] {
                rows.push(u32::try_from(now.len()).unwrap());
            }
            now.push(contact);
        }
    }
    for variables in &change.came {
        rows.push(u32::try_from(now.len()).unwrap());
        now.push(Contact {
            variables: variables.clone(),
        });
    }
    let names = NAMES.iter().chain(&["new"]);
    let column = |name: &&str| {
        let values = rows
            .iter()
            .map(|row| now[*row as usize].get(name).map(str::to_owned));
        ((*name).to_owned(), values.collect())
    };
    let change = TableChange {
        removed: change.removed.clone(),
        added: u32::try_from(change.came.len()).unwrap(),
        asked: vec![None; rows.len()],
        columns: names.map(column).collect(),
        rows,
    };
    (now, change)
}

fn questions() -> Vec<Filter> {
    [
        ("unique", Criterion::Contains, "77"),
        ("unique", Criterion::DoesNotContain, "ñ1"),
        ("unique", Criterion::GreaterThan, "20000"),
        ("few", Criterion::Equals, "RED"),
        ("few", Criterion::IsShorterThan, "4"),
        ("seldom", Criterion::HasValue, ""),
        ("seldom", Criterion::Different, "V3"),
        ("new", Criterion::EmptyOrUnset, ""),
    ]
    .map(|(field, criterion, value)| filter(Join::And, field, criterion, value))
    .into()
}

fn assert_same(table: &Table, fresh: &Table) -> Result<(), TestCaseError> {
    prop_assert_eq!(table.rows(), fresh.rows());
    for question in questions() {
        let ask = |table: &Table| {
            let filters = std::slice::from_ref(&question);
            table
                .evaluate(filters, Reading::ALL[0], &AtomicBool::new(false))
                .unwrap()
        };
        let (found, expected) = (ask(table), ask(fresh));
        prop_assert_eq!(found.counts, expected.counts, "{:?}", question);
        prop_assert_eq!(found.matched, expected.matched, "{:?}", question);
    }
    for name in NAMES.iter().chain(&["new"]) {
        let (column, expected) = (table.column(name).unwrap(), fresh.column(name));
        let set = expected.map_or(0, |column| column.set_count());
        prop_assert_eq!(column.set_count(), set, "{}", name);
        let differs =
            (0..table.rows()).find(|row| table.value(*row, name) != fresh.value(*row, name));
        prop_assert_eq!(differs, None, "{}", name);
        prop_assert_eq!(table.values(name, "", 50), fresh.values(name, "", 50));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn a_changed_table_answers_like_one_that_is_built(
        changes in prop::collection::vec(some_change(), 1..4),
        asks_before in any::<bool>(),
    ) {
        let mut contacts = contacts();
        let mut table = Table::from_contacts(&contacts).unwrap();
        for change in &changes {
            let change = Change {
                removed: change.removed.iter().copied().filter(|row| (*row as usize) < contacts.len()).collect(),
                changed: change.changed.iter().filter(|(row, ..)| (*row as usize) < contacts.len()).cloned().collect(),
                came: change.came.clone(),
            };
            if asks_before {
                let fresh = Table::from_contacts(&contacts).unwrap();
                for question in questions() {
                    table.evaluate(&[question], Reading::ALL[0], &AtomicBool::new(false));
                }
                prop_assert_eq!(table.rows(), fresh.rows());
            }
            let (now, change) = apply(contacts, &change);
            table = table.changed(&change);
            contacts = now;
            assert_same(&table, &Table::from_contacts(&contacts).unwrap())?;
        }
    }
}

#[test]
fn columns_that_are_the_same_are_shared_and_verdicts_are_kept() {
    let contacts = contacts();
    let table = Table::from_contacts(&contacts).unwrap();
    for question in questions() {
        table.evaluate(&[question], Reading::ALL[0], &AtomicBool::new(false));
    }
    let kept = table.kept_bytes();
    let one = Change {
        removed: Vec::new(),
        changed: vec![(5, 1, Some("green".to_owned()))],
        came: Vec::new(),
    };
    let changed = table.changed(&apply(contacts, &one).1);
    let is_shared = |name: &str| {
        std::sync::Arc::ptr_eq(table.column(name).unwrap(), changed.column(name).unwrap())
    };
    assert!(is_shared("unique") && is_shared("seldom") && !is_shared("few"));
    assert_eq!(changed.kept_bytes(), kept);
    assert_eq!(
        (table.value(5, "few"), changed.value(5, "few")),
        (Some("é"), Some("green"))
    );
}

#[test]
fn a_dictionary_that_no_longer_pays_becomes_text_behind_text() {
    let contacts: Vec<Contact> = (0..4_000)
        .map(|row| super::contact(&[("a", &format!("value number {row}"))]))
        .collect();
    let mut table = Table::from_contacts(&contacts).unwrap();
    for step in 0..10_u32 {
        let before = table.rows();
        let rows: Vec<u32> = (before..before + 4_000).collect();
        let value = |row: &u32| Some(format!("value number {row} of {step}"));
        table = table.changed(&TableChange {
            removed: Vec::new(),
            added: 4_000,
            asked: vec![None; rows.len()],
            columns: vec![("a".to_owned(), rows.iter().map(value).collect())],
            rows,
        });
    }
    let fresh: Vec<Contact> = (0..table.rows())
        .filter_map(|row| table.contact(row))
        .collect();
    let fresh = Table::from_contacts(&fresh).unwrap();
    assert!(
        table.bytes() < fresh.bytes() * 5 / 4,
        "{} and {}",
        table.bytes(),
        fresh.bytes()
    );
}
