//! Contacts: merging, reading audiences, columns.

use mylink_console::domain::record::{Audience, Contact};
use mylink_console::store::Cache;
use mylink_console::store::StoreError;
use mylink_console::store::cache::Merged;
use proptest::prelude::*;

use super::{Folder, at, audience, bot, contact};

fn column(cache: &mut Cache, name: &str) -> Vec<(u32, String)> {
    let mut values = Vec::new();
    cache
        .load_column("b1", name, &mut |row, text| {
            values.push((row, text.to_owned()));
        })
        .unwrap();
    values
}

fn texts(values: &[(u32, &str)]) -> Vec<(u32, String)> {
    values
        .iter()
        .map(|(row, text)| (*row, (*text).to_owned()))
        .collect()
}

fn read(cache: &mut Cache, audience: &str, contacts: &[Contact], second: i64) {
    cache.start_reading("b1", audience).unwrap();
    for page in contacts.chunks(2) {
        cache.append_page("b1", audience, page).unwrap();
    }
    cache.finish_reading("b1", audience, at(second)).unwrap();
}

#[test]
fn new_values_win_and_others_stay() {
    let folder = Folder::new();
    let mut cache = folder.cache_with_audiences(&["all"]);
    read(
        &mut cache,
        "all",
        &[contact("ada", &[("city", "Milano"), ("color", "red")])],
        1,
    );
    read(
        &mut cache,
        "all",
        &[contact("ada", &[("color", "blue"), ("size", "")])],
        2,
    );
    assert_eq!(cache.contact_count("b1").unwrap(), 1);
    let expected = contact(
        "ada",
        &[("city", "Milano"), ("color", "blue"), ("size", "")],
    );
    let view = cache.contacts("b1").unwrap();
    assert_eq!(view.contact(0).unwrap(), Some(expected));
    assert_eq!(view.contact(1).unwrap(), None);
}

#[test]
fn columns_come_in_the_order_of_rows_and_skip_what_is_not_set() {
    let folder = Folder::new();
    let mut cache = folder.cache_with_audiences(&["all"]);
    let contacts = [
        contact("ada", &[("city", "Milano")]),
        contact("bob", &[("color", "red")]),
        contact("cyd", &[("city", "Roma")]),
    ];
    read(&mut cache, "all", &contacts, 1);
    assert_eq!(
        cache.columns("b1").unwrap(),
        ["user_id", "bot_channel", "city", "color"]
    );
    assert_eq!(
        column(&mut cache, "user_id"),
        texts(&[(0, "ada"), (1, "bob"), (2, "cyd")])
    );
    assert_eq!(
        column(&mut cache, "city"),
        texts(&[(0, "Milano"), (2, "Roma")])
    );
    assert_eq!(column(&mut cache, "color"), texts(&[(1, "red")]));
    assert_eq!(column(&mut cache, "nobody's"), []);
}

#[test]
fn rows_are_dense_for_each_bot_though_contacts_of_others_lie_between() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache.replace_bots(&[bot("b1"), bot("b2")]).unwrap();
    for (key, user, city) in [
        ("b1", "ada", "A"),
        ("b2", "x", "X"),
        ("b1", "bob", "B"),
        ("b2", "y", "Y"),
    ] {
        let contacts = [contact(user, &[("city", city)])];
        cache
            .import_contacts(key, "f.csv", &contacts, at(1))
            .unwrap();
    }
    assert_eq!(
        column(&mut cache, "user_id"),
        texts(&[(0, "ada"), (1, "bob")])
    );
    assert_eq!(
        column(&mut cache, "bot_channel"),
        texts(&[(0, "WebChannel"), (1, "WebChannel")])
    );
    assert_eq!(column(&mut cache, "city"), texts(&[(0, "A"), (1, "B")]));
}

#[test]
fn a_contact_is_the_same_in_its_channel_alone() {
    let folder = Folder::new();
    let mut cache = folder.cache_with_audiences(&["all"]);
    let mut elsewhere = contact("ada", &[]);
    elsewhere.variables["bot_channel"] = "TelegramChannel".to_owned();
    let mut nowhere = contact("ada", &[]);
    nowhere.variables.shift_remove("bot_channel");
    read(
        &mut cache,
        "all",
        &[contact("ada", &[]), elsewhere, nowhere],
        1,
    );
    assert_eq!(
        column(&mut cache, "bot_channel"),
        texts(&[(0, "WebChannel"), (1, "TelegramChannel")])
    );
    assert_eq!(cache.contact_count("b1").unwrap(), 3);
}

#[test]
fn on_a_phone_channel_user_id_and_phone_number_give_each_other() {
    let folder = Folder::new();
    let mut cache = folder.cache_with_audiences(&["all"]);
    let on = |channel: &str, name: &str| Contact {
        variables: [("bot_channel", channel), (name, "3932")]
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into(),
    };
    let merged = cache
        .import_contacts(
            "b1",
            "f.csv",
            &[
                on("WhatsAppChannel", "user_phone_number"),
                on("SMSChannel", "user_id"),
                on("TelegramChannel", "user_phone_number"),
                on("TelegramChannel", "user_id"),
            ],
            at(1),
        )
        .unwrap();
    let expected = Merged {
        saved: 3,
        not_identified: 1,
    };
    assert_eq!(merged, expected);
    assert_eq!(
        column(&mut cache, "user_id"),
        texts(&[(0, "3932"), (1, "3932"), (2, "3932")])
    );
    assert_eq!(
        column(&mut cache, "user_phone_number"),
        texts(&[(0, "3932"), (1, "3932")])
    );
}

#[test]
fn members_are_rows_in_the_order_of_the_platform() {
    let folder = Folder::new();
    let mut cache = folder.cache_with_audiences(&["all", "some"]);
    let [ada, bob, cyd] = ["ada", "bob", "cyd"].map(|name| contact(name, &[]));
    read(&mut cache, "all", &[ada.clone(), bob, cyd.clone()], 1);
    read(&mut cache, "some", &[cyd, ada], 2);
    let view = cache.contacts("b1").unwrap();
    assert_eq!(view.members("all").unwrap(), [0, 1, 2]);
    assert_eq!(view.members("some").unwrap(), [2, 0]);
    assert!(matches!(
        view.members("none"),
        Err(StoreError::UnknownAudience { .. })
    ));
}

#[test]
fn a_read_that_breaks_off_keeps_members_and_older_contacts_and_what_came() {
    let folder = Folder::new();
    let mut cache = folder.cache_with_audiences(&["all"]);
    read(
        &mut cache,
        "all",
        &[contact("ada", &[]), contact("bob", &[])],
        1,
    );
    cache.start_reading("b1", "all").unwrap();
    cache
        .append_page(
            "b1",
            "all",
            &[contact("bob", &[("city", "Roma")]), contact("cyd", &[])],
        )
        .unwrap();
    drop(cache);

    let mut cache = folder.cache();
    assert_eq!(cache.contact_count("b1").unwrap(), 3);
    assert_eq!(
        cache.contacts("b1").unwrap().members("all").unwrap(),
        [0, 1]
    );
    assert_eq!(cache.as_of("b1").unwrap(), Some(at(1)));
    assert_eq!(column(&mut cache, "city"), texts(&[(1, "Roma")]));

    read(&mut cache, "all", &[contact("bob", &[])], 5);
    assert_eq!(column(&mut cache, "user_id"), texts(&[(0, "bob")]));
    assert_eq!(cache.contacts("b1").unwrap().members("all").unwrap(), [0]);
    assert_eq!(cache.as_of("b1").unwrap(), Some(at(5)));
    assert_eq!(cache.audiences("b1").unwrap()[0].synced_at, Some(at(5)));
}

#[test]
fn contacts_go_when_no_audience_and_no_import_has_them() {
    let folder = Folder::new();
    let mut cache = folder.cache_with_audiences(&["all", "some"]);
    let [ada, bob, cyd, dan] =
        ["ada", "bob", "cyd", "dan"].map(|name| contact(name, &[(name, "1")]));
    read(
        &mut cache,
        "all",
        &[ada.clone(), bob.clone(), cyd.clone(), dan],
        1,
    );
    read(&mut cache, "some", &[bob], 2);
    cache.import_contacts("b1", "f.csv", &[cyd], at(3)).unwrap();
    read(&mut cache, "all", &[ada], 4);
    assert_eq!(
        column(&mut cache, "user_id"),
        texts(&[(0, "ada"), (1, "bob"), (2, "cyd")])
    );
    let columns = ["user_id", "bot_channel", "ada", "bob", "cyd"];
    assert_eq!(cache.columns("b1").unwrap(), columns);
    assert_eq!(column(&mut cache, "cyd"), texts(&[(2, "1")]));

    cache.forget_imports("b1").unwrap();
    cache.replace_audiences("b1", &[audience("all")]).unwrap();
    assert_eq!(column(&mut cache, "user_id"), texts(&[(0, "ada")]));
}

#[test]
fn audiences_that_stay_keep_their_members_and_times() {
    let folder = Folder::new();
    let mut cache = folder.cache_with_audiences(&["all", "some"]);
    read(&mut cache, "some", &[contact("ada", &[])], 1);
    let renamed = Audience {
        name: "New name".to_owned(),
        ..audience("some")
    };
    cache
        .replace_audiences("b1", &[renamed.clone(), audience("more")])
        .unwrap();
    let expected = [
        Audience {
            synced_at: Some(at(1)),
            ..renamed
        },
        audience("more"),
    ];
    assert_eq!(cache.audiences("b1").unwrap(), expected);
    assert_eq!(cache.contacts("b1").unwrap().members("some").unwrap(), [0]);
}

#[test]
fn a_view_does_not_change_while_another_process_writes() {
    let folder = Folder::new();
    let mut cache = folder.cache_with_audiences(&["all"]);
    read(
        &mut cache,
        "all",
        &[
            contact("ada", &[("city", "A")]),
            contact("bob", &[("city", "B")]),
        ],
        1,
    );
    let mut other = folder.cache();
    let view = cache.contacts("b1").unwrap();
    read(&mut other, "all", &[contact("bob", &[("city", "C")])], 2);
    let mut seen = Vec::new();
    view.load_column("city", &mut |row, text| seen.push((row, text.to_owned())))
        .unwrap();
    assert_eq!(seen, texts(&[(0, "A"), (1, "B")]));
    let generation = view.generation();
    drop(view);
    assert!(cache.generation("b1").unwrap() > generation);
    assert_eq!(column(&mut cache, "city"), texts(&[(0, "C")]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Against a plain model: reads of an audience, one after the other, each followed by the clean-up.
    #[test]
    fn columns_and_members_are_those_of_the_last_read(
        reads in prop::collection::vec(prop::collection::vec((0_u8..12, 0_u8..3), 0..10), 1..5)
    ) {
        let folder = Folder::new();
        let mut cache = folder.cache_with_audiences(&["all"]);
        let mut model: indexmap::IndexMap<String, String> = indexmap::IndexMap::new();
        for (second, members) in (1_i64..).zip(&reads) {
            let contacts: Vec<Contact> = members
                .iter()
                .map(|(user, city)| contact(&user.to_string(), &[("city", &city.to_string())]))
                .collect();
            read(&mut cache, "all", &contacts, second);
            for (user, city) in members {
                model.insert(user.to_string(), city.to_string());
            }
            model.retain(|name, _| members.iter().any(|(user, _)| user.to_string() == *name));
        }
        let expected: Vec<(u32, String)> = (0..).zip(model.values().cloned()).collect();
        prop_assert_eq!(column(&mut cache, "city"), expected);
        let rows: Vec<u32> = reads[reads.len() - 1]
            .iter()
            .map(|(user, _)| u32::try_from(model.get_index_of(&user.to_string()).unwrap()).unwrap())
            .collect();
        prop_assert_eq!(cache.contacts("b1").unwrap().members("all").unwrap(), rows);
    }
}
