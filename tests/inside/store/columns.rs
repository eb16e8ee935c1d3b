//! Contacts by column: the same as contact by contact, and of one moment.

use std::collections::BTreeMap;

use mylink_console::domain::record::Contact;
use mylink_console::store::Cache;
use proptest::prelude::*;

use super::{Folder, at, audience, contact, web};

/// All contacts as their columns say.
fn by_column(cache: &mut Cache) -> Vec<BTreeMap<String, String>> {
    let view = cache.contacts("k1").unwrap();
    let mut contacts = vec![BTreeMap::new(); view.rows() as usize];
    for name in view.columns().unwrap() {
        let mut last = None;
        let mut take = |row: u32, text: &str| {
            assert!(last.is_none_or(|last| last < row), "rows ascend");
            last = Some(row);
            contacts[row as usize].insert(name.clone(), text.to_owned());
        };
        view.load_column(&name, &mut take).unwrap();
    }
    contacts
}

fn by_row(cache: &mut Cache) -> Vec<BTreeMap<String, String>> {
    let view = cache.contacts("k1").unwrap();
    let mut contacts = Vec::new();
    while let Some(contact) = view
        .contact(u32::try_from(contacts.len()).unwrap())
        .unwrap()
    {
        contacts.push(contact.variables.into_iter().collect());
    }
    assert_eq!(contacts.len(), view.rows() as usize);
    contacts
}

/// What happens to a cache.
#[derive(Debug, Clone)]
enum Step {
    Import(Vec<Contact>),
    Read(usize, Vec<Contact>),
    BreakOff(usize, Vec<Contact>),
    Forget,
}

/// A contact whose texts are like this expression.
pub fn some_contact(texts: &'static str) -> impl Strategy<Value = Contact> {
    let channel = prop_oneof![Just(""), Just("WebChannel"), Just("SMSChannel")];
    let name = prop_oneof![Just("a"), Just("b"), Just("user_phone_number"), Just("é ü")];
    let variables = prop::collection::vec((name, texts), 0..4);
    ("[0-9]{0,1}", channel, variables).prop_map(|(id, channel, variables)| {
        let own = [("user_id", &*id), ("bot_channel", channel)];
        let others = variables.iter().map(|(name, text)| (*name, text.as_str()));
        contact(own.into_iter().chain(others))
    })
}

fn some_step() -> impl Strategy<Value = Step> {
    let contacts = || prop::collection::vec(some_contact("[a-c\0']{0,2}"), 0..8);
    prop_oneof![
        contacts().prop_map(Step::Import),
        (0..2usize, contacts()).prop_map(|(audience, page)| Step::Read(audience, page)),
        (0..2usize, contacts()).prop_map(|(audience, page)| Step::BreakOff(audience, page)),
        Just(Step::Forget),
    ]
}

fn run(cache: &mut Cache, step: &Step) {
    const AUDIENCES: [&str; 2] = ["a1", "a2"];
    match step {
        Step::Import(contacts) => {
            cache
                .import_contacts("k1", "x.csv", contacts, at(1))
                .unwrap();
        }
        Step::Forget => cache.forget_imports("k1").unwrap(),
        Step::Read(audience, page) | Step::BreakOff(audience, page) => {
            let audience = AUDIENCES[*audience];
            cache.start_reading("k1", audience).unwrap();
            cache.append_page("k1", audience, page).unwrap();
            if matches!(step, Step::Read(..)) {
                cache.finish_reading("k1", audience, at(2)).unwrap();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn columns_say_the_same_as_contacts(steps in prop::collection::vec(some_step(), 1..6)) {
        let folder = Folder::new();
        let mut cache = folder.cache();
        cache.replace_audiences("k1", &[audience("a1"), audience("a2")]).unwrap();
        // Another bot's contacts lie between.
        cache.import_contacts("k2", "x.csv", &[web("1", "a", "theirs")], at(0)).unwrap();
        for step in &steps {
            run(&mut cache, step);
            prop_assert_eq!(by_column(&mut cache), by_row(&mut cache));
        }
        let left = rusqlite::Connection::open(folder.file("cache.db")).unwrap();
        let stray: i64 = left.query_row(
            "SELECT count(*) FROM value WHERE contact NOT IN (SELECT id FROM contact)
                 OR variable NOT IN (SELECT id FROM variable)",
            [],
            |row| row.get(0),
        ).unwrap();
        prop_assert_eq!(stray, 0);
    }
}

#[test]
fn a_view_is_of_one_moment() {
    let folder = Folder::new();
    let mut writer = folder.cache();
    writer
        .import_contacts("k1", "x.csv", &[web("u", "city", "Roma")], at(1))
        .unwrap();
    let mut reader = Cache::open(&folder.file("cache.db")).unwrap();
    let view = reader.contacts("k1").unwrap();
    let page = [web("u", "city", "Milano"), web("v", "city", "Milano")];
    writer.import_contacts("k1", "y.csv", &page, at(2)).unwrap();
    let mut seen = Vec::new();
    view.load_column("city", &mut |row, text| seen.push((row, text.to_owned())))
        .unwrap();
    assert_eq!(seen, [(0, "Roma".to_owned())]);
    let generation = view.generation();
    drop(view);
    assert!(reader.generation("k1").unwrap() > generation);
    assert_eq!(reader.contacts("k1").unwrap().rows(), 2);
}

#[test]
fn a_name_that_nobody_has_gives_nothing() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache
        .load_column("k1", "nothing", &mut |_, _| panic!("a value"))
        .unwrap();
    assert_eq!(cache.contacts("k1").unwrap().contact(0).unwrap(), None);
}

#[test]
fn each_of_two_hundred_thousand_contacts_is_loaded_in_its_row() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    let ids: Vec<String> = (0..200_000).map(|number| format!("u{number}")).collect();
    let contacts: Vec<_> = ids.iter().map(|id| web(id, "city", "Milano")).collect();
    cache
        .import_contacts("k1", "x.csv", &contacts, at(1))
        .unwrap();
    for name in ["city", "user_id"] {
        let mut count = 0;
        cache
            .load_column("k1", name, &mut |row, _| {
                assert_eq!(row, count);
                count += 1;
            })
            .unwrap();
        assert_eq!(count, 200_000);
    }
}

#[test]
fn a_page_of_five_thousand_contacts_that_comes_twice_is_there_once() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache.replace_audiences("k1", &[audience("a1")]).unwrap();
    cache.start_reading("k1", "a1").unwrap();
    let ids: Vec<String> = (0..5_000).map(|number| format!("u{number}")).collect();
    let page: Vec<Contact> = ids.iter().map(|id| web(id, "city", id)).collect();
    for _ in ["new", "known"] {
        assert_eq!(cache.append_page("k1", "a1", &page).unwrap().saved, 5_000);
    }
    let view = cache.contacts("k1").unwrap();
    assert_eq!(view.rows(), 5_000);
    let mut cities = Vec::new();
    view.load_column("city", &mut |_, text| cities.push(text.to_owned()))
        .unwrap();
    assert_eq!(cities, ids);
}
