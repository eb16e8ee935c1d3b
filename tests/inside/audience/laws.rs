//! Laws on random contacts and filters: the table agrees with the plain evaluator.

use std::sync::atomic::AtomicBool;

use mylink_console::audience::Table;
use mylink_console::domain::criterion::{Criterion, Predicate};
use mylink_console::domain::filter::{Case, Filter, Join, Reading};
use mylink_console::domain::record::Contact;
use proptest::prelude::*;

use super::{evaluate, filter, plainly};

const FIELDS: [&str; 3] = ["a", "b", "nowhere"];

/// Few letters, so that values meet: cases, an `İ` that grows, `ß`, the kelvin sign, sigmas, other scripts, digits.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[aAiIİßkK\u{212a}σΣ東1 ]{0,3}",
        2 => "[+-]?[0-2]{1,2}(\\.[05])?",
        2 => "2026-0[1-3]-(01|30)(T0[01]:00(:00(\\.5)?)?(Z|\\+01:00)?)?",
        1 => "[0-3]",
    ]
}

pub fn contacts() -> impl Strategy<Value = Vec<Contact>> {
    let contact = (proptest::option::of(text()), proptest::option::of(text()));
    proptest::collection::vec(contact, 0..150).prop_map(|rows| {
        let set = |name: &str, value: Option<String>| value.map(|value| (name.to_owned(), value));
        rows.into_iter()
            .map(|(a, b)| Contact {
                variables: [set("a", a), set("b", b)].into_iter().flatten().collect(),
            })
            .collect()
    })
}

pub fn filters() -> impl Strategy<Value = Vec<Filter>> {
    let join = proptest::sample::select(vec![Join::And, Join::Or]);
    let field = proptest::sample::select(FIELDS.to_vec());
    let criterion = proptest::sample::select(Criterion::ALL.to_vec());
    let row = (join, field, criterion, text())
        .prop_map(|(join, field, criterion, value)| filter(join, field, criterion, &value));
    proptest::collection::vec(row, 0..6)
}

proptest! {
    #[test]
    fn the_table_and_the_plain_evaluator_agree(contacts in contacts(), filters in filters()) {
        let table = Table::from_contacts(&contacts).unwrap();
        for reading in Reading::ALL {
            let found = evaluate(&table, &filters, reading);
            let rows: Vec<u32> = found.matched(reading).iter().collect();
            prop_assert_eq!(&rows, &plainly(&contacts, &filters, reading));
            prop_assert_eq!(found.counts[reading.index()], rows.len() as u64);
            let funnel: Vec<u64> = (1..=filters.len())
                .map(|read| plainly(&contacts, &filters[..read], reading).len() as u64)
                .collect();
            prop_assert_eq!(found.funnel, funnel);
        }
    }

    #[test]
    fn case_matters_only_where_a_predicate_says_so(
        criterion in proptest::sample::select(Criterion::ALL.to_vec()),
        ours in "[aZ@\\[0 -]{0,3}",
        theirs in proptest::option::of("[aAzZ@\\[İK\u{212a}0 -]{0,4}"),
    ) {
        let [ignore, exact] = [Case::IgnoreCase, Case::MatchCase].map(|case| Predicate::new(criterion, &ours, case));
        if !ignore.depends_on_case() {
            prop_assert_eq!(ignore.holds(theirs.as_deref()), exact.holds(theirs.as_deref()));
        }
    }

    #[test]
    fn a_fast_comparison_means_the_same_as_lower_casing(ours in text(), theirs in text()) {
        let holds = |criterion| Predicate::new(criterion, &ours, Case::IgnoreCase).holds(Some(&theirs));
        let (ours, theirs) = (ours.to_lowercase(), theirs.to_lowercase());
        prop_assert_eq!(holds(Criterion::Equals), ours == theirs);
        prop_assert_eq!(holds(Criterion::Contains), theirs.contains(&ours));
        prop_assert_eq!(holds(Criterion::StartsWith), theirs.starts_with(&ours));
    }

    #[test]
    fn contacts_come_back_from_the_table(contacts in contacts()) {
        let table = Table::from_contacts(&contacts).unwrap();
        for (contact, row) in contacts.iter().zip(0..) {
            let found = table.contact(row);
            prop_assert_eq!(found.as_ref(), Some(contact));
        }
        prop_assert_eq!(table.contact(table.rows()), None);
    }
}

/// Contacts whose values never repeat, so that columns hold them text behind text; those of a test come behind them.
const UNIQUE: usize = 8_200;

/// A table in which the field `a` has many values that come once, and then those of the contacts.
fn behind_unique(contacts: &[Contact]) -> Table {
    let unique = |number: usize| match number % 4 {
        0 => format!("3932{number}"),
        1 => format!("Ñandú {number}"),
        2 => format!("{number}.5"),
        _ => format!("2026-01-01T00:00:00.{number:05}Z"),
    };
    let mut all: Vec<Contact> = (0..UNIQUE)
        .map(|number| super::contact(&[("a", &unique(number))]))
        .collect();
    all.extend_from_slice(contacts);
    Table::from_contacts(&all).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn values_that_never_repeat_are_judged_as_those_that_do(contacts in contacts(), filters in filters()) {
        let table = behind_unique(&contacts);
        for reading in Reading::ALL {
            let found = evaluate(&table, &filters, reading);
            let behind: Vec<u32> = found
                .matched(reading)
                .iter()
                .filter_map(|row| row.checked_sub(u32::try_from(UNIQUE).unwrap()))
                .collect();
            prop_assert_eq!(behind, plainly(&contacts, &filters, reading));
        }
    }

    #[test]
    fn a_change_of_one_filter_agrees_with_a_table_that_was_never_asked(
        contacts in contacts(),
        filters in filters(),
        changed in filters(),
    ) {
        let table = Table::from_contacts(&contacts).unwrap();
        let mut asked = filters;
        for filter in changed {
            evaluate(&table, &asked, Reading::ALL[0]);
            if let Some(last) = asked.last_mut() {
                *last = filter;
            }
            let kept = evaluate(&table, &asked, Reading::ALL[0]);
            let anew = evaluate(&table.clone().forgetting(), &asked, Reading::ALL[0]);
            prop_assert_eq!(kept.matched, anew.matched);
            prop_assert_eq!(kept.funnel, anew.funnel);
        }
    }
}

#[test]
fn values_that_never_repeat_agree_with_the_plain_evaluator() {
    let unique = |number: usize| match number % 5 {
        0 => Some(format!("3932{number}")),
        1 => Some(format!("ÑANDÚ {number} K\u{212a}")),
        2 => Some(format!("{number}.50")),
        3 => Some(format!("2026-01-01T00:00:00.{number:05}Z")),
        _ => None,
    };
    let contacts: Vec<Contact> = (0..30_000)
        .map(|number| match unique(number) {
            Some(value) => super::contact(&[("a", &value)]),
            None => Contact::default(),
        })
        .collect();
    let table = Table::from_contacts(&contacts).unwrap();
    for criterion in Criterion::ALL {
        for value in [
            "",
            "7",
            "77",
            "ñ",
            "ñandú 77",
            "ÑANDÚ 1 KK",
            "kK",
            "100.5",
            "12",
            "2026-01-01",
            "2026-01-01T00:00:00.1234Z",
            "393277",
        ] {
            let filters = [filter(Join::And, "a", criterion, value)];
            for reading in [Reading::ALL[0], Reading::ALL[1]] {
                let found = evaluate(&table, &filters, reading);
                let rows: Vec<u32> = found.matched(reading).iter().collect();
                let expected = plainly(&contacts, &filters, reading);
                assert_eq!(rows, expected, "{} {value:?} {reading}", criterion.name());
            }
        }
    }
}

#[test]
fn texts_that_run_into_each_other_hold_nothing_across_their_ends() {
    let contacts: Vec<Contact> = (0..20_000)
        .map(|number| super::contact(&[("a", &format!("7{number:05}7"))]))
        .collect();
    let table = Table::from_contacts(&contacts).unwrap();
    for value in ["77", "70", "700001", "7000017", "00077700", "9", ""] {
        let filters = [filter(Join::And, "a", Criterion::Contains, value)];
        let found = evaluate(&table, &filters, Reading::ALL[0]);
        let rows: Vec<u32> = found.matched(Reading::ALL[0]).iter().collect();
        assert_eq!(
            rows,
            plainly(&contacts, &filters, Reading::ALL[0]),
            "{value}"
        );
    }
}

#[test]
fn large_tables_agree_with_the_plain_evaluator_on_both_threads() {
    let contacts: Vec<Contact> = (0..120_001_u32)
        .map(|row| {
            let mut contact = super::contact(&[("unique", &format!("Q{row}"))]);
            if row % 5 != 0 {
                let value = format!("v{}", row % 300);
                contact.variables.insert("few".to_owned(), value);
            }
            contact
        })
        .collect();
    let table = Table::from_contacts(&contacts).unwrap();
    let filters = [
        filter(Join::And, "few", Criterion::StartsWith, "V2"),
        filter(Join::Or, "unique", Criterion::Contains, "q77"),
        filter(Join::And, "unique", Criterion::DoesNotContain, "9"),
    ];
    for reading in Reading::ALL {
        let found = evaluate(&table, &filters, reading);
        let rows: Vec<u32> = found.matched(reading).iter().collect();
        assert_eq!(rows, plainly(&contacts, &filters, reading), "{reading}");
    }
    assert!(evaluate(&table, &filters, Reading::ALL[0]).differs());
}

#[test]
fn a_stopped_evaluation_gives_nothing() {
    let table = Table::from_contacts(&[super::contact(&[("a", "1")])]).unwrap();
    let filters = [filter(Join::And, "a", Criterion::Equals, "1")];
    let stopped = AtomicBool::new(true);
    assert!(
        table
            .evaluate(&filters, Reading::ALL[0], &stopped)
            .is_none()
    );
}
