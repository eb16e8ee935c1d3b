//! The cases of `filters.json`, by both evaluators.

use mylink_console::audience::Table;
use mylink_console::domain::criterion::Criterion;
use mylink_console::domain::filter::{Filter, Join, Reading};
use mylink_console::domain::record::Contact;
use serde_json::Value;

use super::{evaluate, filter, plainly};

#[test]
fn every_case_of_the_fixture_matches_under_every_reading() {
    let fixture: Value = serde_json::from_str(include_str!("../../fixtures/filters.json")).unwrap();
    let contacts: Vec<Contact> = list(&fixture, "contacts").iter().map(contact).collect();
    let table = Table::from_contacts(&contacts).unwrap();
    let cases = list(&fixture, "cases");
    assert!(!cases.is_empty());
    for case in cases {
        let filters = filters(case);
        for reading in Reading::ALL {
            let expected: Vec<u32> = list(&case["matches"], &reading.to_string())
                .iter()
                .map(|row| u32::try_from(row.as_u64().unwrap()).unwrap())
                .collect();
            let found = evaluate(&table, &filters, reading);
            let rows: Vec<u32> = found.matched(reading).iter().collect();
            assert_eq!(
                plainly(&contacts, &filters, reading),
                expected,
                "{reading}: {case}"
            );
            assert_eq!(rows, expected, "{reading}: {case}");
            assert_eq!(found.count(reading), expected.len() as u64);
        }
    }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap()
}

fn contact(value: &Value) -> Contact {
    let variable =
        |(name, value): (&String, &Value)| (name.clone(), value.as_str().unwrap().to_owned());
    Contact {
        variables: value.as_object().unwrap().iter().map(variable).collect(),
    }
}

fn filters(case: &Value) -> Vec<Filter> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let join = |number: usize| {
        let join = number
            .checked_sub(1)
            .and_then(|before| case["joins"].get(before));
        join.map_or(Join::And, |join| Join::parse(&text(join)).unwrap())
    };
    list(case, "filters")
        .iter()
        .enumerate()
        .map(|(number, row)| {
            let criterion = Criterion::parse(&text(&row["criterion"])).unwrap();
            filter(
                join(number),
                &text(&row["field"]),
                criterion,
                &text(&row["value"]),
            )
        })
        .collect()
}
