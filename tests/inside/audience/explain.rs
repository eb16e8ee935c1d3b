//! Why contacts match, what rows do and what is said of them, against the plain evaluator.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use mylink_console::audience::{
    AskedGroup, Facts, RowSet, Suppression, Table, explain_named, preview,
};
use mylink_console::domain::bounds::Bounds;
use mylink_console::domain::criterion::{Criterion, Predicate};
use mylink_console::domain::dialect::Dialect;
use mylink_console::domain::explain::{ContactsTold, Explanation, Held, Note, Step};
use mylink_console::domain::filter::{Case, Filter, Join, Precedence, Reading, combine, matches};
use mylink_console::domain::plan::{Form, Plan, PlanFilter};
use mylink_console::domain::problem::{Code, Problem, Surface};
use mylink_console::domain::record::Contact;
use proptest::prelude::*;
use rstest::rstest;

use super::laws::{contacts, filters};
use super::{contact, filter, plainly};

const FIRST: Reading = Reading::ALL[0];
const CASED: Reading = Reading::ALL[1];

fn never() -> AtomicBool {
    AtomicBool::new(false)
}

fn explain(filters: &[Filter], reading: Reading, contact: &Contact) -> Explanation {
    Explanation::new(filters, reading, |name| {
        let value = contact.get(name).map(str::to_owned);
        value.map_or(Held::Unset, Held::Value)
    })
}

fn milano_or_gold() -> [Filter; 2] {
    [
        filter(Join::And, "city", Criterion::Equals, "Milano"),
        filter(Join::Or, "plan", Criterion::Equals, "gold"),
    ]
}

#[rstest]
#[case::saved(&[("city", "Roma"), ("plan", "gold")], "Matches: city is \"Roma\", so Equals \"Milano\" fails; OR plan is \"gold\", so Equals \"gold\" saves it.")]
#[case::enough_by_itself(&[("city", "Milano"), ("plan", "gold")], "Matches: city is \"Milano\", so Equals \"Milano\" holds.")]
#[case::neither(&[("city", "Roma")], "Doesn't match: city is \"Roma\", so Equals \"Milano\" fails; OR plan is not set, so Equals \"gold\" fails.")]
#[case::case(&[("city", "MILANO")], "Matches: city is \"MILANO\", so Equals \"Milano\" holds (letter case is ignored).")]
#[case::dangerous(&[("city", "a\x1b[31m")], "Doesn't match: city is \"a‹U+001B›[31m\", so Equals \"Milano\" fails; OR plan is not set, so Equals \"gold\" fails.")]
fn a_contact_is_explained_in_a_sentence(
    #[case] variables: &[(&str, &str)],
    #[case] expected: &str,
) {
    let explanation = explain(&milano_or_gold(), FIRST, &contact(variables));
    assert_eq!(explanation.sentence(), expected);
}

#[rstest]
#[case::numbers("9", "10", "age is \"9\", so GreaterThan \"10\" fails (as numbers)")]
#[case::text("9a", "10", "age is \"9a\", so GreaterThan \"10\" holds (as text)")]
#[case::dates(
    "2026-02-01",
    "2026-01-31",
    "age is \"2026-02-01\", so GreaterThan \"2026-01-31\" holds (as dates)"
)]
fn an_order_says_what_was_compared(
    #[case] theirs: &str,
    #[case] ours: &str,
    #[case] expected: &str,
) {
    let filters = [filter(Join::And, "age", Criterion::GreaterThan, ours)];
    let explanation = explain(&filters, FIRST, &contact(&[("age", theirs)]));
    assert_eq!(explanation.rows[0].words(Case::IgnoreCase), expected);
}

#[test]
fn the_fewest_rows_decide() {
    let rows = [
        filter(Join::And, "a", Criterion::HasValue, ""),
        filter(Join::And, "b", Criterion::HasValue, ""),
        filter(Join::Or, "c", Criterion::HasValue, ""),
    ];
    let all = contact(&[("a", "1"), ("b", "1"), ("c", "1")]);
    assert_eq!(explain(&rows, FIRST, &all).deciding(), [2]);
    let two = contact(&[("a", "1"), ("b", "1")]);
    assert_eq!(explain(&rows, FIRST, &two).deciding(), [0, 1]);
    let one = contact(&[("a", "1")]);
    assert_eq!(explain(&rows, FIRST, &one).deciding(), [1, 2]);
}

#[test]
fn no_filter_matches_everyone_and_nothing_decides() {
    let explanation = explain(&[], FIRST, &contact(&[]));
    assert_eq!(explanation.sentence(), "Matches: there is no filter.");
    assert_eq!(explanation.deciding(), [0_usize; 0]);
}

/// The verdict if some rows were the other way round.
fn flipped(
    precedence: Precedence,
    explanation: &Explanation,
    is_flipped: impl Fn(usize) -> bool,
) -> bool {
    let rows = explanation.rows.iter().enumerate();
    combine(
        precedence,
        rows.map(|(row, judged)| (judged.filter.join, judged.holds != is_flipped(row))),
    )
}

proptest! {
    #[test]
    fn an_explanation_agrees_with_the_plain_evaluator(rows in contacts(), filters in filters()) {
        let table = Table::from_contacts(&rows).unwrap();
        for reading in Reading::ALL {
            for (row, contact) in (0..).zip(&rows) {
                let explanation = table.explain(row, &filters, reading).unwrap();
                prop_assert_eq!(explanation.matches, matches(&filters, reading, |name| contact.get(name)));
                for (filter, judged) in filters.iter().zip(&explanation.rows) {
                    let predicate = Predicate::new(filter.criterion, &filter.value, reading.case);
                    prop_assert_eq!(judged.holds, predicate.holds(contact.get(&filter.field)));
                    prop_assert_eq!(judged.held.value(), contact.get(&filter.field));
                }
            }
            prop_assert!(table.explain(table.rows(), &filters, reading).is_none());
        }
    }

    #[test]
    fn the_deciding_rows_are_enough_and_none_of_them_is_too_many(rows in contacts(), filters in filters()) {
        for reading in Reading::ALL {
            for contact in rows.iter().take(20) {
                let found = explain(&filters, reading, contact);
                let deciding = found.deciding();
                // Whatever the others are, the verdict stays.
                for others in 0..1_u32 << filters.len() {
                    let flip = |row: usize| others >> row & 1 == 1 && !deciding.contains(&row);
                    prop_assert_eq!(flipped(reading.precedence, &found, flip), found.matches);
                }
                // Without one of them the others alone would not hold the verdict.
                for left_out in &deciding {
                    let changes = (0..1_u32 << filters.len()).any(|others| {
                        let flip = |row: usize| {
                            others >> row & 1 == 1 && (row == *left_out || !deciding.contains(&row))
                        };
                        flipped(reading.precedence, &found, flip) != found.matches
                    });
                    prop_assert!(changes);
                }
            }
        }
    }

    #[test]
    fn steps_agree_with_the_plain_evaluator(rows in contacts(), filters in filters()) {
        let table = Table::from_contacts(&rows).unwrap();
        for reading in Reading::ALL {
            let steps = table.steps(&filters, reading, &never()).unwrap();
            prop_assert_eq!(steps.len(), filters.len());
            let set = |filters: &[Filter]| -> BTreeSet<u32> { plainly(&rows, filters, reading).into_iter().collect() };
            let whole = set(&filters);
            for (place, step) in steps.iter().enumerate() {
                let (before, after) = (set(&filters[..place]), set(&filters[..=place]));
                let mut others = filters.clone();
                others.remove(place);
                let without = set(&others);
                let less = |left: &BTreeSet<u32>, right: &BTreeSet<u32>| left.difference(right).count() as u64;
                let expected = Step {
                    left: after.len() as u64,
                    added: less(&after, &before),
                    removed: less(&before, &after),
                    alone: set(&filters[place..=place]).len() as u64,
                    lets_in: less(&whole, &without),
                    keeps_out: less(&without, &whole),
                };
                prop_assert_eq!(*step, expected);
                prop_assert_eq!(step.matters(), whole != without);
            }
        }
    }

    #[test]
    fn unknown_is_what_another_value_could_change(
        rows in contacts(),
        filters in filters(),
        unread in proptest::collection::btree_set(0_u32..150, 0..60),
    ) {
        let count = u32::try_from(rows.len()).unwrap();
        let group = AskedGroup {
            names: BTreeSet::from(["b".to_owned()]),
            rows: RowSet::of(count, unread.iter().copied()),
        };
        let table = Table::from_contacts(&rows).unwrap().asked_in(vec![group]);
        let (mut fewest, mut most, mut widest) = (u64::MAX, 0, BTreeSet::new());
        for reading in Reading::ALL {
            let (mut sure, mut possible) = (Vec::new(), Vec::new());
            let found = table.unsure(&filters, reading, &never()).unwrap().unwrap_or_default();
            let (mut may, mut may_not) = (0, 0);
            for (row, contact) in (0..).zip(&rows) {
                let is_unknown = |filter: &Filter| {
                    unread.contains(&row) && filter.field != "b" && contact.get(&filter.field).is_none()
                };
                let with = |unknown: bool| {
                    let verdicts = filters.iter().map(|filter| {
                        let predicate = Predicate::new(filter.criterion, &filter.value, reading.case);
                        let holds = predicate.holds(contact.get(&filter.field));
                        (filter.join, if is_unknown(filter) { unknown } else { holds })
                    });
                    combine(reading.precedence, verdicts)
                };
                sure.extend(with(false).then_some(row));
                possible.extend(with(true).then_some(row));
                let counted = matches(&filters, reading, |name| contact.get(name));
                may += u64::from(with(true) && !counted);
                may_not += u64::from(!with(false) && counted);
                let explained = table.explain(row, &filters, reading).unwrap();
                prop_assert_eq!(explained.is_sure, with(true) == with(false));
            }
            prop_assert_eq!((found.may_match, found.may_not_match), (may, may_not));
            let surely = table.surely(&filters, reading, &never()).unwrap();
            prop_assert_eq!(surely.iter().collect::<Vec<_>>(), sure.clone());
            fewest = fewest.min(sure.len() as u64);
            most = most.max(possible.len() as u64);
            widest.extend(possible);
        }
        for reading in Reading::ALL {
            let evaluation = table.evaluate(&filters, reading, &never()).unwrap();
            let spread = table.spread(&filters, &evaluation, reading, &never()).unwrap();
            prop_assert_eq!(spread.bounds, Bounds { least: fewest, most: Some(most) });
            prop_assert!(spread.widest.iter().eq(widest.iter().copied()));
            prop_assert_eq!(spread.unknown, table.unsure(&filters, reading, &never()).unwrap());
        }
    }
}

#[test]
fn a_stopped_question_gives_nothing() {
    let table = table();
    let stopped = AtomicBool::new(true);
    let rows = milano_or_gold();
    assert!(table.steps(&rows, FIRST, &stopped).is_none());
    assert!(
        table
            .insight(&plan(&[("city", "Equals", "Mlano")]), FIRST, &stopped)
            .is_none()
    );
}

/// Seven contacts: ages of which two are no numbers, a birthday, and cities.
fn table() -> Table {
    let person = |id: &str, city: &str, age: &str| {
        contact(&[
            ("user_id", id),
            ("city", city),
            ("age", age),
            ("favorite_color", "red"),
            ("birthday", "1990-01-31"),
            ("last_name", "Rossi"),
        ])
    };
    Table::from_contacts(&[
        person("1", "Milano", "20"),
        person("2", "Milano", "30"),
        person("3", "Roma", "n/a"),
        person("4", "Torino", "40"),
        person("5", "Milano Centrale", ""),
    ])
    .unwrap()
}

fn plan(rows: &[(&str, &str, &str)]) -> Plan {
    let row = |(field, criterion, value): &(&str, &str, &str)| PlanFilter {
        join: Join::And,
        field: (*field).to_owned(),
        criterion: (*criterion).to_owned(),
        value: Some((*value).to_owned()),
    };
    Plan {
        form: Form::Audience {
            filters: rows.iter().map(row).collect(),
            variables: Vec::new(),
        },
        ..Plan::default()
    }
}

#[rstest]
#[case::british(
    "favourite_colour",
    "Equals",
    "red",
    "/filters/0/field",
    "favourite_colour: no contact has it; did you mean favorite_color?"
)]
#[case::another_word(
    "surname",
    "Equals",
    "x",
    "/filters/0/field",
    "surname: no contact has it; did you mean last_name?"
)]
#[case::like_no_other(
    "amount",
    "Equals",
    "x",
    "/filters/0/field",
    "amount: no contact has it."
)]
#[case::mistyped_value(
    "city",
    "Equals",
    "Mlano",
    "/filters/0/value",
    "city: no contact's value is \"Mlano\"; did you mean \"Milano\" (2 contacts)?"
)]
#[case::begun(
    "city",
    "Equals",
    "Tor",
    "/filters/0/value",
    "city: no contact's value is \"Tor\"; did you mean \"Torino\" (1 contact)?"
)]
#[case::nothing_near(
    "city",
    "Equals",
    "Palermo",
    "/filters/0/value",
    "city: no contact's value is \"Palermo\"; 5 contacts have another."
)]
#[case::negated(
    "city",
    "Different",
    "Rome",
    "/filters/0/value",
    "city: no contact's value is \"Rome\", so this row holds for everybody; did you mean \"Roma\" (1 contact)?"
)]
#[case::beginning(
    "city",
    "StartsWith",
    "Mlan",
    "/filters/0/value",
    "city: no contact's value begins with \"Mlan\"; did you mean \"Milan\" (as in \"Milano\", 2 contacts)?"
)]
#[case::part(
    "city",
    "Contains",
    "centarle",
    "/filters/0/value",
    "city: no contact's value holds \"centarle\"; the nearest is \"Milano Centrale\" (1 contact)."
)]
#[case::some_pass_as_text(
    "age",
    "GreaterThan",
    "18",
    "/filters/0/value",
    "age: 2 of 5 values are no numbers (\"n/a\"), so GreaterThan \"18\" compares them as text; 1 of them passes."
)]
#[case::mostly_no_numbers(
    "city",
    "GreaterThan",
    "18",
    "/filters/0/value",
    "city: 5 of 5 values are no numbers (\"Milano\"), so GreaterThan \"18\" compares them as text; 5 of them pass."
)]
#[case::no_number_asked(
    "age",
    "GreaterThan",
    "young",
    "/filters/0/value",
    "age: \"young\" is no number, but 3 of 5 values are, so GreaterThan compares them as text."
)]
#[case::no_date_asked(
    "birthday",
    "LesserThan",
    "31/01/2000",
    "/filters/0/value",
    "birthday: \"31/01/2000\" is no date such as 2026-01-31, but 5 of 5 values are, so LesserThan compares them as text."
)]
fn odd_rows_are_spoken_of(
    #[case] field: &str,
    #[case] criterion: &str,
    #[case] value: &str,
    #[case] at: &str,
    #[case] expected: &str,
) {
    let plan = plan(&[(field, criterion, value)]);
    let insight = table().insight(&plan, FIRST, &never()).unwrap();
    let notes: Vec<(&str, &str, &str)> = insight
        .notes
        .iter()
        .map(|Note { problem, .. }| {
            let (at, message) = (problem.at.as_str(), problem.message.as_str());
            (problem.code.name(), at, message)
        })
        .collect();
    assert_eq!(notes, [("no-match", at, expected)]);
}

#[rstest]
#[case::there("city", "Equals", "Milano")]
#[case::other_case_is_the_same("city", "Equals", "MILANO")]
#[case::all_numbers_or_failing("age", "LesserThan", "")]
#[case::not_typed_yet("city", "Equals", "")]
#[case::no_field_yet("", "Equals", "x")]
#[case::dates("birthday", "LesserThan", "2000-01-01")]
#[case::length("city", "IsLongerThan", "99")]
#[case::without_a_value("city", "HasValue", "Mlano")]
fn rows_that_are_in_order_are_not_spoken_of(
    #[case] field: &str,
    #[case] criterion: &str,
    #[case] value: &str,
) {
    let plan = plan(&[(field, criterion, value)]);
    assert_eq!(table().insight(&plan, FIRST, &never()).unwrap().notes, []);
}

#[test]
fn every_row_is_spoken_of_at_its_place_even_if_another_is_unfinished() {
    let plan = plan(&[
        ("ctiy", "Equals", "x"),
        ("city", "Wat", "x"),
        ("city", "Equals", "rma"),
    ]);
    let insight = table().insight(&plan, FIRST, &never()).unwrap();
    let places: Vec<&str> = insight
        .notes
        .iter()
        .map(|note| note.problem.at.as_str())
        .collect();
    assert_eq!(places, ["/filters/0/field", "/filters/2/value"]);
    assert_eq!(insight.steps, []);
}

#[test]
fn where_case_matters_a_value_of_other_case_is_the_nearest() {
    let plan = plan(&[("city", "Equals", "roma")]);
    let insight = table().insight(&plan, CASED, &never()).unwrap();
    assert_eq!(
        insight.notes[0].problem.message,
        "city: no contact's value is \"roma\"; did you mean \"Roma\" (1 contact)? They differ in letter case alone."
    );
}

#[test]
fn a_row_that_the_others_imply_does_not_matter() {
    let filters = [
        filter(Join::And, "city", Criterion::StartsWith, "Mil"),
        filter(Join::And, "city", Criterion::HasValue, ""),
        filter(Join::And, "age", Criterion::GreaterThan, "25"),
    ];
    let steps = table().steps(&filters, FIRST, &never()).unwrap();
    let matter: Vec<bool> = steps.iter().map(Step::matters).collect();
    assert_eq!(matter, [true, false, true]);
    let changes: Vec<String> = steps.iter().map(Step::change).collect();
    assert_eq!(changes, ["-2", "", "-2"]);
    assert_eq!(
        steps[1].words(),
        "The same contacts match without this row."
    );
    assert_eq!(steps[2].words(), "This row keeps 2 contacts out.");
}

#[test]
fn a_field_that_contacts_were_read_without_is_not_said_to_be_mistyped() {
    let group = AskedGroup {
        names: BTreeSet::from(["city".to_owned()]),
        rows: RowSet::of(5, [0, 1, 2]),
    };
    let table = table().asked_in(vec![group]);
    let rows = plan(&[("amount", "Equals", "7")]);
    let insight = table.insight(&rows, FIRST, &never()).unwrap();
    assert_eq!(
        insight.notes[0].problem.message,
        "amount: the cache doesn't hold it of 3 contacts, which came without it."
    );
    let filters = rows.filters().unwrap();
    let unknown = table.unsure(&filters, FIRST, &never()).unwrap().unwrap();
    assert_eq!(
        unknown.words().unwrap(),
        "3 contacts more may match: amount is known of 2 of 5 contacts. Sync with these fields (\"fields\" of the profile) to know."
    );
    let explained = table.explain(0, &filters, FIRST).unwrap();
    assert_eq!(explained.rows[0].held, Held::NotKnown);
    assert_eq!(
        explained.sentence(),
        "Doesn't match: amount is not in the cache, so Equals \"7\" fails. It may, since the cache doesn't hold everything that is asked."
    );
    // Read in full, by `*` or by name, unset is unset.
    let whole = AskedGroup {
        names: BTreeSet::from(["*".to_owned()]),
        rows: RowSet::all(5),
    };
    assert_eq!(
        table
            .asked_in(vec![whole])
            .unsure(&filters, FIRST, &never()),
        Some(None)
    );
}

/// A column of so many different values, one a contact, and a contact more with this one.
fn ids(more: &str) -> Table {
    let id = |id: String| contact(&[("user_id", &id), ("city", "Roma")]);
    let many = (0..6_000).map(|row| id(format!("39{:08}", row * 7919)));
    let contacts: Vec<Contact> = many.chain([id(more.to_owned())]).collect();
    Table::from_contacts(&contacts).unwrap()
}

fn only_note(table: &Table, rows: &[(&str, &str, &str)]) -> Note {
    let insight = table.insight(&plan(rows), FIRST, &never()).unwrap();
    let [note] = insight.notes.as_slice() else {
        panic!("{:?}", insight.notes);
    };
    note.clone()
}

#[rstest]
#[case::accent("Munchen", "München", "accents")]
#[case::blank_behind("Roma", "Roma ", "blanks")]
#[case::unicode_form("Mu\u{308}nchen", "München", "their Unicode form")]
#[case::does_not_show("Ro\u{200b}ma", "Roma", "characters that don't show")]
fn a_value_that_looks_the_same_is_meant_and_what_differs_is_said(
    #[case] typed: &str,
    #[case] held: &str,
    #[case] differ: &str,
) {
    let table = Table::from_contacts(&[contact(&[("city", held)])]).unwrap();
    let note = only_note(&table, &[("city", "Equals", typed)]);
    assert_eq!(note.meant.as_deref(), Some(held));
    let words = &note.problem.message;
    let end = format!("They differ in {differ} alone.");
    assert!(words.ends_with(&end), "{words}");
}

#[rstest]
#[case::one_letter_off("K-10001", Some("K-10002"))]
#[case::two_swapped("K-01002", Some("K-10002"))]
#[case::a_blank_behind("K-10002 ", Some("K-10002"))]
#[case::two_letters_off("K-10333", None)]
#[case::as_close_to_many("3900007910", None)]
fn of_many_values_only_one_that_alone_is_so_close_is_meant(
    #[case] typed: &str,
    #[case] meant: Option<&str>,
) {
    let mut table = ids("K-10002");
    if typed == "3900007910" {
        // 3900007919 has a neighbour.
        table = ids("3900007918");
    }
    let note = only_note(&table, &[("user_id", "Equals", typed)]);
    assert_eq!(note.meant.as_deref(), meant, "{}", note.problem.message);
}

#[rstest]
#[case::value_goes_on("city", "Equals", "Mil", true)]
#[case::value_does_not("city", "Equals", "Mlan", false)]
#[case::field_goes_on("favo", "Equals", "x", true)]
#[case::field_does_not("fevo", "Equals", "x", false)]
#[case::a_date_may_come("age", "GreaterThan", "2026-0", true)]
#[case::no_number_any_more("age", "GreaterThan", "2x", false)]
fn what_may_just_not_be_finished_is_marked(
    #[case] field: &str,
    #[case] criterion: &str,
    #[case] value: &str,
    #[case] is_begun: bool,
) {
    assert_eq!(
        only_note(&table(), &[(field, criterion, value)]).is_begun,
        is_begun
    );
}

#[test]
fn a_row_that_changes_nothing_is_a_sentence() {
    let note = only_note(
        &table(),
        &[("city", "StartsWith", "Mil"), ("city", "HasValue", "")],
    );
    assert_eq!(
        (note.problem.code.name(), note.problem.at.as_str()),
        ("no-effect", "/filters/1")
    );
    assert_eq!(
        note.problem.message,
        "Row 2, city HasValue, changes nothing: the same contacts match without it."
    );
}

#[rstest]
#[case::one_row_that_all_pass(&[("city", "HasValue", "")], &[])]
#[case::nobody_matches(&[("city", "Equals", "Milano"), ("age", "IsLongerThan", "9"), ("city", "HasValue", "")], &[])]
#[case::one_mistake_is_said_once(&[("city", "StartsWith", "Mil"), ("city", "Different", "Rome")], &["/filters/1/value"])]
fn a_row_that_changes_nothing_is_not_always_spoken_of(
    #[case] rows: &[(&str, &str, &str)],
    #[case] expected: &[&str],
) {
    let insight = table().insight(&plan(rows), FIRST, &never()).unwrap();
    let places: Vec<&str> = insight
        .notes
        .iter()
        .map(|note| note.problem.at.as_str())
        .collect();
    assert_eq!(places, expected);
}

/// A name, and the ids of the contacts that it stands for.
#[rstest]
#[case::id("a-1", &["a-1"])]
#[case::another_case("A-1", &["a-1"])]
#[case::blanks_around("  a-1 ", &["a-1"])]
#[case::one_id_on_two_channels("7", &["7", "7"])]
#[case::with_its_channel("SMSChannel:7", &["7"])]
#[case::phone("393201234567", &["tg-9"])]
#[case::phone_as_people_write_it("+39 320 123-4567", &["tg-9"])]
#[case::phone_with_noughts("0039 3201234567", &["tg-9"])]
#[case::an_id_with_a_colon("x:y", &["x:y"])]
#[case::nobody("zzz", &[])]
#[case::nothing("", &[])]
fn contacts_are_found_by_name(#[case] name: &str, #[case] expected: &[&str]) {
    let person = |id: &str, channel: &str, phone: &str| {
        contact(&[
            ("user_id", id),
            ("bot_channel", channel),
            ("user_phone_number", phone),
        ])
    };
    let table = Table::from_contacts(&[
        person("a-1", "WebChannel", ""),
        person("7", "SMSChannel", "7"),
        person("7", "WebChannel", ""),
        person("tg-9", "TelegramChannel", "393201234567"),
        person("x:y", "WebChannel", ""),
    ])
    .unwrap();
    let told = named(&table, &plan(&[("city", "Equals", "Roma")]), name);
    let ids: Vec<&str> = told
        .found
        .iter()
        .map(|told| told.contact.get("user_id").unwrap())
        .collect();
    assert_eq!(ids, expected);
    assert_eq!(told.nobody().is_some(), expected.is_empty());
}

/// What is said of the contacts of a name by a plan.
fn named(table: &Table, plan: &Plan, name: &str) -> ContactsTold {
    let dialect = Dialect::default();
    let suppressed = Suppression::default();
    let reached = HashMap::new();
    let facts = Facts {
        broadcast: Err(Problem::new(Code::UnknownBroadcast, "/broadcast", "")),
        channels: &[],
        table,
        configured: None,
        as_of: None,
        is_whole: true,
        now: Timestamp::UNIX_EPOCH,
        dialect: &dialect,
        surface: Surface::Console,
        reached: &reached,
        suppressed: &suppressed,
        touched: &[],
        listed: None,
    };
    let (_, matched) = preview(plan, &facts, &never()).unwrap();
    explain_named(plan, &facts, &matched, name, &never()).unwrap()
}

proptest! {
    #[test]
    fn what_is_said_of_a_contact_is_what_the_count_says_under_every_reading(
        rows in contacts(),
        filters in filters(),
    ) {
        let named_rows: Vec<Contact> = (0..).zip(&rows).map(|(row, contact)| {
            let mut contact = contact.clone();
            contact.variables.insert("user_id".to_owned(), format!("id-{row}"));
            contact
        }).collect();
        let table = Table::from_contacts(&named_rows).unwrap();
        prop_assume!(!filters.is_empty() && filters.iter().all(|filter| filter.field != "user_id"));
        let plan = Plan {
            form: Form::Audience {
                filters: filters.iter().map(as_planned).collect(),
                variables: Vec::new(),
            },
            ..Plan::default()
        };
        let counted = table.evaluate(&filters, FIRST, &never()).unwrap();
        for row in (0..table.rows()).step_by(7) {
            let told = named(&table, &plan, &format!("id-{row}"));
            let [told] = told.found.as_slice() else { panic!("{told:?}") };
            for reading in Reading::ALL {
                let is_other = told.otherwise.iter().any(|other| other.reading == reading);
                let matches = told.explanation.as_ref().unwrap().matches != is_other;
                prop_assert_eq!(matches, counted.matched(reading).contains(row));
            }
            prop_assert_eq!(told.reached, Some(counted.matched(Dialect::default().reading()).contains(row)));
        }
    }
}

fn as_planned(filter: &Filter) -> PlanFilter {
    PlanFilter {
        join: filter.join,
        field: filter.field.clone(),
        criterion: filter.criterion.name().to_owned(),
        value: Some(filter.value.clone()),
    }
}
