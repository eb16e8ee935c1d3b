//! Asking the table for contacts, fields and values.

use std::sync::Arc;

use mylink_console::audience::{ColumnBuilder, Table};
use mylink_console::domain::criterion::Criterion;
use mylink_console::domain::filter::{Join, Reading};
use mylink_console::domain::record::ContactId;
use rstest::rstest;

use super::{contact, evaluate, filter};

fn table() -> Table {
    let person = |id: &str, channel: &str, city: &str| {
        contact(&[
            ("user_id", id),
            ("bot_channel", channel),
            ("user_phone_number", id),
            ("favorite_city", city),
        ])
    };
    Table::from_contacts(&[
        person("39", "WhatsAppChannel", "Milano"),
        person("40", "WhatsAppChannel", "Roma"),
        person("39", "RCSChannel", "Roma"),
        contact(&[("user_id", "41"), ("favorite_city", "Camogli")]),
        contact(&[("user_id", "42"), ("favorite_city", "")]),
    ])
    .unwrap()
}

#[test]
fn a_contact_is_found_by_what_identifies_it() {
    let table = table();
    let id = |channel: &str, user_id: &str| ContactId {
        channel: channel.to_owned(),
        user_id: user_id.to_owned(),
    };
    assert_eq!(table.rows_of_user_id("39"), [0, 2]);
    assert_eq!(table.rows_of_phone("40"), [1]);
    assert_eq!(table.rows_of_phone("41"), [0_u32; 0]);
    assert_eq!(table.row_of(&id("RCSChannel", "39")), Some(2));
    assert_eq!(table.row_of(&id("", "41")), Some(3));
    assert_eq!(table.row_of(&id("SMSChannel", "39")), None);
}

#[rstest]
#[case::nothing_typed("", 9, &[("Roma", 2), ("Camogli", 1), ("Milano", 1)])]
#[case::beginning_before_within("m", 9, &[("Milano", 1), ("Roma", 2), ("Camogli", 1)])]
#[case::at_most("M", 2, &[("Milano", 1), ("Roma", 2)])]
#[case::none_wanted("", 0, &[])]
#[case::nowhere("x", 9, &[])]
fn values_are_offered(#[case] typed: &str, #[case] limit: usize, #[case] expected: &[(&str, u64)]) {
    let values = table().values("favorite_city", typed, limit);
    let found: Vec<(&str, u64)> = values
        .iter()
        .map(|found| (found.value.as_str(), found.contacts))
        .collect();
    assert_eq!(found, expected);
}

#[rstest]
#[case::swapped("favorite_ctiy", Some("favorite_city"))]
#[case::another_spelling("favourite_city", Some("favorite_city"))]
#[case::another_case("User_Id", Some("user_id"))]
#[case::known("user_id", None)]
#[case::like_no_other("amount", None)]
fn a_mistyped_field_is_recognised(#[case] typed: &str, #[case] expected: Option<&str>) {
    assert_eq!(table().nearest_field(typed), expected);
}

#[test]
fn fields_come_with_how_many_have_them() {
    let fields = table().fields();
    let found: Vec<(&str, u64)> = fields
        .iter()
        .map(|field| (field.name.as_str(), field.contacts))
        .collect();
    let expected = [
        ("favorite_city", 5),
        ("user_id", 5),
        ("bot_channel", 3),
        ("user_phone_number", 3),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_replaced_column_is_seen_by_the_next_look_up() {
    let old = table();
    assert_eq!(old.rows_of_user_id("7"), [0_u32; 0]);
    let mut builder = ColumnBuilder::new("user_id", 5);
    builder.push(4, "7").unwrap();
    let new = old.clone().with_column(Arc::new(builder.finish()));
    assert_eq!(new.rows_of_user_id("7"), [4]);
    assert_eq!(old.rows_of_user_id("42"), [4]);
}

#[test]
fn a_column_shorter_than_the_table_is_unset_in_the_rest() {
    let mut builder = ColumnBuilder::new("a", 2);
    builder.push(0, "x").unwrap();
    builder.push(1, "x").unwrap();
    let table = Table::new(130, [Arc::new(builder.finish())]);
    let different = [filter(Join::And, "a", Criterion::Different, "x")];
    assert_eq!(
        evaluate(&table, &different, Reading::ALL[0]).counts,
        [128; 4]
    );
}

#[test]
fn no_filter_matches_everyone() {
    let found = evaluate(&table(), &[], Reading::ALL[0]);
    assert_eq!(found.counts, [5; 4]);
    assert!(found.funnel.is_empty());
}
