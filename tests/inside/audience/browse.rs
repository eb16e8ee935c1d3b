//! Contacts looked through: orders, hits, values and groups against what a plain loop says.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mylink_console::audience::{
    AskedGroup, GroupKind, Kind, RowSet, Scene, SceneFacts, Sort, Suppression, Table, ValuesOf,
    ValuesOrder, arranged, find_contact, hits, values,
};
use mylink_console::domain::criterion::{Criterion, instant, number};
use mylink_console::domain::filter::{Join, Reading};
use mylink_console::domain::plan::{Form, Plan, PlanFilter, Target};
use mylink_console::domain::record::Contact;
use proptest::prelude::*;

use super::laws::{contacts, filters};
use super::{contact, plainly};

fn sorted(table: &Table, rows: &RowSet, field: &str, descending: bool) -> Vec<u32> {
    let sort = Sort {
        field: field.to_owned(),
        descending,
    };
    arranged(table, rows, Some(&sort), &AtomicBool::new(false)).unwrap()
}

/// The rows sorted one by one: a stable sort by what a value is, then by the value.
fn sorted_plainly(table: &Table, rows: &RowSet, field: &str, descending: bool) -> Vec<u32> {
    let kind = table.column(field).map(|column| Kind::of(column));
    let class = |value: Option<&str>| match (value, kind) {
        (None, _) => 2,
        (Some(value), Some(Kind::Number)) if number(value).is_some() => 0,
        (Some(value), Some(Kind::Date)) if instant(value).is_some() => 0,
        _ => 1,
    };
    let mut listed: Vec<u32> = rows.iter().collect();
    listed.sort_by(|one, other| {
        let (one, other) = (table.value(*one, field), table.value(*other, field));
        let order = match (class(one), class(other)) {
            (0, 0) if kind == Some(Kind::Number) => {
                let of = |value: Option<&str>| number(value.unwrap()).unwrap();
                of(one).partial_cmp(&of(other)).unwrap()
            }
            (0, 0) => {
                let of = |value: Option<&str>| instant(value.unwrap()).unwrap();
                of(one).cmp(&of(other))
            }
            (1, 1) => {
                let of = |value: Option<&str>| value.unwrap().to_lowercase();
                of(one).cmp(&of(other))
            }
            (one, other) => return one.cmp(&other),
        };
        if descending { order.reverse() } else { order }
    });
    listed
}

proptest! {
    #[test]
    fn rows_are_sorted_as_a_plain_stable_sort_sorts_them(
        contacts in contacts(),
        some in proptest::collection::vec(any::<bool>(), 150),
        descending in any::<bool>(),
    ) {
        let table = Table::from_contacts(&contacts).unwrap();
        let named = some.iter().zip(0..).filter(|(is_in, _)| **is_in).map(|(_, row)| row);
        let rows = RowSet::of(table.rows(), named);
        for field in ["a", "b", "nowhere"] {
            let found = sorted(&table, &rows, field, descending);
            prop_assert_eq!(found, sorted_plainly(&table, &rows, field, descending));
        }
    }

    #[test]
    fn hits_are_where_a_shown_column_holds_the_text(
        contacts in contacts(),
        text in "[aAiİßΣ東1.]{1,2}",
        descending in any::<bool>(),
    ) {
        let table = Table::from_contacts(&contacts).unwrap();
        let listed = sorted(&table, &RowSet::all(table.rows()), "a", descending);
        let columns = ["a".to_owned(), "b".to_owned()];
        let found = hits(&table, &listed, &columns, &text, &AtomicBool::new(false)).unwrap();
        let wanted = text.to_lowercase();
        let holds = |row: u32| columns.iter().any(|name| {
            table.value(row, name).is_some_and(|value| value.to_lowercase().contains(&wanted))
        });
        let plain: Vec<u32> = (0..).zip(&listed).filter(|(_, row)| holds(**row)).map(|(at, _)| at).collect();
        prop_assert_eq!(found, plain);
    }

    #[test]
    fn values_are_counted_as_a_plain_loop_counts_them(contacts in contacts()) {
        let table = Table::from_contacts(&contacts).unwrap();
        let rows = RowSet::of(table.rows(), (0..table.rows()).step_by(2));
        let mut plain: BTreeMap<&str, u64> = BTreeMap::new();
        for row in rows.iter() {
            if let Some(value) = table.value(row, "a") {
                *plain.entry(value).or_default() += 1;
            }
        }
        let asked = ValuesOf { field: "a".into(), each: true, ..ValuesOf::default() };
        let found = values(&table, &rows, &asked, &AtomicBool::new(false)).unwrap();
        let set: u64 = plain.values().sum();
        prop_assert_eq!(found.unset, rows.count() - set);
        prop_assert_eq!(found.different, plain.len() as u64);
        let counts: Vec<u64> = found.listed.iter().map(|value| value.contacts).collect();
        prop_assert!(counts.is_sorted_by(|one, other| one >= other));
        let listed: BTreeMap<&str, u64> =
            found.listed.iter().map(|value| (value.value.as_str(), value.contacts)).collect();
        prop_assert_eq!(listed, plain);
        // As ranges, nobody is lost.
        let ranged = values(&table, &rows, &ValuesOf { each: false, ..asked }, &AtomicBool::new(false)).unwrap();
        if !ranged.ranges.is_empty() {
            let in_ranges: u64 = ranged.ranges.iter().map(|range| range.contacts).sum();
            prop_assert_eq!(in_ranges + ranged.in_no_range, set);
        }
    }

    #[test]
    fn groups_are_what_the_plain_evaluator_says(contacts in contacts(), filters in filters()) {
        let table = Arc::new(Table::from_contacts(&contacts).unwrap());
        let form = Form::Audience {
            filters: filters.iter().map(|filter| PlanFilter {
                join: filter.join,
                field: filter.field.clone(),
                criterion: filter.criterion.name().to_owned(),
                value: filter.criterion.takes_value().then(|| filter.value.clone()),
            }).collect(),
            variables: Vec::new(),
        };
        let scene = scene(&Plan { form, ..Plan::default() }, &table, &Suppression::default());
        let Some(matching) = scene.group_of(GroupKind::Matching) else {
            prop_assert!(filters.is_empty());
            return Ok(());
        };
        let by = |reading| plainly(&contacts, &scene.filters, reading);
        let [reading, ..] = Reading::ALL;
        let listed: Vec<u32> = scene.groups[matching].rows.iter().collect();
        prop_assert_eq!(&listed, &by(reading));
        let sets = Reading::ALL.map(|reading| by(reading).into_iter().collect::<HashSet<u32>>());
        let differ: Vec<u32> = (0..table.rows())
            .filter(|row| sets.iter().any(|set| set.contains(row)) && !sets.iter().all(|set| set.contains(row)))
            .collect();
        let some = scene.group_of(GroupKind::SomeReadings);
        let some: Vec<u32> = some.map(|group| scene.groups[group].rows.iter().collect()).unwrap_or_default();
        prop_assert_eq!(some, differ);
        let others = scene.group_of(GroupKind::NotMatching).unwrap();
        prop_assert_eq!(scene.groups[others].count() + listed.len() as u64, u64::from(table.rows()));
    }
}

fn scene(plan: &Plan, table: &Arc<Table>, suppressed: &Suppression) -> Scene {
    let [reading, ..] = Reading::ALL;
    let facts = SceneFacts {
        table,
        configured: None,
        suppressed,
        reading,
        as_of: None,
    };
    Scene::of_plan(plan, &facts, &AtomicBool::new(false)).unwrap()
}

/// Contacts of whom every value of a field is another, so that the column is held text behind text.
fn all_different(value: impl Fn(u64) -> Option<String>) -> Table {
    let mut builder = mylink_console::audience::TableBuilder::new(40_000);
    let column = builder.column("x");
    for row in 0..40_000_u32 {
        let scattered = u64::from(row).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        if let Some(value) = value(scattered) {
            column.push(row, &value).unwrap();
        }
    }
    builder.finish()
}

#[test]
fn values_that_nobody_shares_are_sorted_likewise() {
    let tables = [
        all_different(|number| Some(format!("user-{number:x}@Example.org"))),
        all_different(|number| (number % 7 > 0).then(|| number.to_string())),
        all_different(|number| (number % 9 > 0).then(|| format!("Ñ{number}é"))),
        all_different(|number| {
            Some(format!(
                "2026-01-{:02}T{:02}:00",
                number % 28 + 1,
                number % 24
            ))
        }),
    ];
    for table in tables {
        let rows = RowSet::of(table.rows(), (0..table.rows()).filter(|row| row % 3 > 0));
        for descending in [false, true] {
            let found = sorted(&table, &rows, "x", descending);
            assert!(
                found == sorted_plainly(&table, &rows, "x", descending),
                "{:?}",
                table.value(0, "x")
            );
        }
    }
}

#[test]
fn whole_numbers_that_a_double_cannot_tell_apart_are_sorted_by_their_digits() {
    let ids = [
        "36893488147419103233",
        "36893488147419103231",
        "36893488147419103232",
    ];
    let contacts = ids.map(|id| contact(&[("id", id)]));
    let table = Table::from_contacts(&contacts).unwrap();
    let all = RowSet::all(3);
    assert_eq!(sorted(&table, &all, "id", false), [1, 2, 0]);
    assert_eq!(sorted(&table, &all, "id", true), [0, 2, 1]);
}

#[test]
fn equal_values_stay_in_the_order_of_the_cache_in_either_direction() {
    let colors = ["Red", "blue", "red", "BLUE", "red"];
    let mut contacts: Vec<Contact> = colors.map(|color| contact(&[("c", color)])).to_vec();
    contacts.insert(1, contact(&[("other", "x")]));
    let table = Table::from_contacts(&contacts).unwrap();
    let all = RowSet::all(table.rows());
    assert_eq!(sorted(&table, &all, "c", false), [2, 4, 0, 3, 5, 1]);
    assert_eq!(sorted(&table, &all, "c", true), [0, 3, 5, 2, 4, 1]);
}

#[test]
fn what_is_stopped_brings_nothing() {
    let table = all_different(|number| Some(number.to_string()));
    let (all, stop) = (RowSet::all(table.rows()), AtomicBool::new(true));
    let sort = Sort {
        field: "x".to_owned(),
        descending: false,
    };
    assert!(arranged(&table, &all, Some(&sort), &stop).is_none());
    let listed: Vec<u32> = (0..table.rows()).collect();
    assert!(hits(&table, &listed, &["x".to_owned()], "1", &stop).is_none());
    let asked = ValuesOf {
        field: "x".to_owned(),
        ..ValuesOf::default()
    };
    assert!(values(&table, &all, &asked, &stop).is_none());
}

#[test]
fn of_very_many_values_the_first_are_listed_and_the_rest_is_counted() {
    let table = all_different(|number| Some(format!("v{number}")));
    let asked = ValuesOf {
        field: "x".to_owned(),
        order: ValuesOrder::Value,
        ..ValuesOf::default()
    };
    let all = RowSet::all(table.rows());
    let found = values(&table, &all, &asked, &AtomicBool::new(false)).unwrap();
    assert_eq!(found.different, 40_000);
    assert_eq!(found.listed.len(), 2_000);
    assert_eq!(found.more, (38_000, 38_000));
    let by_text = |one: &str, other: &str| one.cmp(other) == Ordering::Less;
    let listed: Vec<&str> = found
        .listed
        .iter()
        .map(|value| value.value.as_str())
        .collect();
    assert!(listed.windows(2).all(|pair| by_text(pair[0], pair[1])));
    let typed = ValuesOf {
        typed: "V12".to_owned(),
        ..asked
    };
    let found = values(&table, &all, &typed, &AtomicBool::new(false)).unwrap();
    assert!(found.listed.iter().all(|value| value.value.contains("v12")));
    assert!(!found.listed.is_empty());
}

/// Contacts of a column that is held text behind text, although some values are shared: by two, and the empty one and
/// one more by many.
fn hardly_shared() -> Table {
    let mut builder = mylink_console::audience::TableBuilder::new(40_000);
    let column = builder.column("x");
    for row in 0..40_000_u32 {
        let value = match row {
            0..30_000 => format!("Own {}", row.wrapping_mul(7919) % 30_000),
            30_000..36_000 => format!("è two {}", row % 3_000),
            36_000..38_000 => String::new(),
            38_000..39_000 => "many".to_owned(),
            _ => continue,
        };
        column.push(row, &value).unwrap();
    }
    builder.finish()
}

#[rstest::rstest]
#[case::all_the_most_frequent_first(1, "", ValuesOrder::Frequency)]
#[case::all_by_value(1, "", ValuesOrder::Value)]
#[case::of_every_third_contact(3, "", ValuesOrder::Frequency)]
#[case::searched(1, "N 1", ValuesOrder::Frequency)]
#[case::searched_by_value(1, "È TWO 2", ValuesOrder::Value)]
fn values_that_are_hardly_shared_are_counted_and_listed_as_a_plain_loop_does(
    #[case] step: usize,
    #[case] typed: &str,
    #[case] order: ValuesOrder,
) {
    let table = hardly_shared();
    let rows = RowSet::of(table.rows(), (0..table.rows()).step_by(step));
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for value in rows.iter().filter_map(|row| table.value(row, "x")) {
        *counts.entry(value).or_default() += 1;
    }
    let wanted = typed.to_lowercase();
    let mut plain: Vec<(&str, u64)> = counts
        .iter()
        .map(|(value, count)| (*value, *count))
        .filter(|(value, _)| value.to_lowercase().contains(&wanted))
        .collect();
    plain.sort_by_key(|(value, count)| {
        let rank = (order == ValuesOrder::Frequency).then_some(Reverse(*count));
        (rank, value.to_lowercase())
    });
    let asked = ValuesOf {
        field: "x".into(),
        typed: typed.into(),
        order,
        ..ValuesOf::default()
    };
    let found = values(&table, &rows, &asked, &AtomicBool::new(false)).unwrap();
    assert_eq!(found.different, counts.len() as u64);
    let set: u64 = counts.values().sum();
    assert_eq!(found.unset, rows.count() - set);
    let (first, rest) = plain.split_at(plain.len().min(2_000));
    let listed: Vec<(&str, u64)> = found
        .listed
        .iter()
        .map(|value| (value.value.as_str(), value.contacts))
        .collect();
    assert_eq!(listed, first);
    let more: u64 = rest.iter().map(|(_, count)| count).sum();
    assert_eq!(found.more, (rest.len() as u64, more));
}

#[test]
fn a_contact_is_found_by_its_id_and_by_its_number_however_it_is_written() {
    let contacts = [
        contact(&[("user_id", "7"), ("bot_channel", "WebChannel")]),
        contact(&[
            ("user_id", "8"),
            ("user_phone_number", "+39 320"),
            ("bot_channel", "SMSChannel"),
        ]),
        contact(&[
            ("user_id", "9"),
            ("user_phone_number", "+39321"),
            ("bot_channel", "SMSChannel"),
        ]),
    ];
    let table = Table::from_contacts(&contacts).unwrap();
    assert_eq!(find_contact(&table, " 7 "), Some(0));
    assert_eq!(find_contact(&table, "+39 320"), Some(1));
    assert_eq!(find_contact(&table, "39321"), Some(2));
    assert_eq!(find_contact(&table, "+39 321"), Some(2));
    assert_eq!(find_contact(&table, "10"), None);
    assert_eq!(find_contact(&table, ""), None);
}

#[test]
fn targets_are_those_the_cache_has_those_to_create_and_those_that_are_left_out() {
    let cached = [
        contact(&[
            ("user_id", "1"),
            ("bot_channel", "WebChannel"),
            ("city", "Roma"),
        ]),
        contact(&[("user_id", "2"), ("bot_channel", "WebChannel")]),
        contact(&[("user_id", "3"), ("bot_channel", "WebChannel")]),
    ];
    let table = Arc::new(Table::from_contacts(&cached).unwrap());
    let target = |pairs: &[(&str, &str)]| pairs.iter().copied().collect::<Target>();
    let web = |id| target(&[("user_id", id), ("bot_channel", "WebChannel")]);
    let phone = target(&[
        ("user_phone_number", "+393201"),
        ("bot_channel", "WhatsAppChannel"),
    ]);
    let plan = Plan {
        form: Form::Targets {
            targets: vec![
                web("2"),
                phone.clone(),
                web("2"),
                phone,
                web("3"),
                web("77"),
            ],
        },
        ..Plan::default()
    };
    let keys = HashSet::from(["3".to_owned()]);
    let scene = scene(&plan, &table, &Suppression::new(keys, &table));
    let told: Vec<(GroupKind, u64)> = scene
        .groups
        .iter()
        .map(|group| (group.kind, group.count()))
        .collect();
    let created = scene.groups[1].table.contact(0).unwrap();
    assert_eq!(created.get("user_phone_number"), Some("+393201"));
    assert_eq!(told[0], (GroupKind::Named, 1));
    assert_eq!(told[1].0, GroupKind::Created);
    assert_eq!(told.last(), Some(&(GroupKind::All, 3)));
    assert!(told.contains(&(GroupKind::Suppressed, 1)), "{told:?}");
    // Each target but the repeated ones is in one group.
    let named: u64 = told
        .iter()
        .take(told.len() - 1)
        .map(|(_, count)| count)
        .sum();
    assert_eq!(named, 4, "{told:?}");
}

#[test]
fn whoever_was_read_without_the_field_is_neither_a_match_nor_none() {
    let contacts = [
        contact(&[("user_id", "1"), ("city", "Roma")]),
        contact(&[("user_id", "2")]),
        contact(&[("user_id", "3")]),
    ];
    let asked = AskedGroup {
        names: ["user_id".to_owned()].into(),
        rows: RowSet::of(3, [1]),
    };
    let table = Table::from_contacts(&contacts)
        .unwrap()
        .asked_in(vec![asked]);
    let form = Form::Audience {
        filters: vec![PlanFilter {
            join: Join::And,
            field: "city".to_owned(),
            criterion: Criterion::Equals.name().to_owned(),
            value: Some("Roma".to_owned()),
        }],
        variables: Vec::new(),
    };
    let plan = Plan {
        form,
        ..Plan::default()
    };
    let scene = scene(&plan, &Arc::new(table), &Suppression::default());
    let group = scene.group_of(GroupKind::NotKnown).unwrap();
    assert_eq!(scene.groups[group].rows.iter().collect::<Vec<_>>(), [1]);
    let city = scene.field("city").unwrap();
    assert!(city.unknown.as_ref().unwrap().contains(1));
    assert!(!city.unknown.as_ref().unwrap().contains(2));
    assert_eq!(scene.fields[0].name, "user_id");
    assert_eq!(
        scene.fields[1].name, "city",
        "what the filter asks comes next"
    );
}
