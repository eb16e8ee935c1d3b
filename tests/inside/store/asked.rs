//! Which variables contacts were read with is noted beside them: unknown is not no.

use std::collections::BTreeSet;

use mylink_console::store::Cache;
use rusqlite::Connection;

use super::{Folder, at, audience, web};

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn read(cache: &mut Cache, users: &[&str], asked: &[&str]) {
    let page: Vec<_> = users.iter().map(|user| web(user, "city", "Roma")).collect();
    cache.start_reading("k1", "a1").unwrap();
    cache
        .append_page_asked("k1", "a1", &page, &names(asked))
        .unwrap();
    cache.finish_reading("k1", "a1", at(1)).unwrap();
}

/// The groups: their names, and their rows.
fn groups(cache: &mut Cache) -> Vec<(Vec<String>, Vec<u32>)> {
    let view = cache.contacts("k1").unwrap();
    let groups = view.asked().unwrap().into_iter();
    groups
        .map(|group| {
            let names: BTreeSet<String> = group.names;
            (names.into_iter().collect(), group.rows.iter().collect())
        })
        .collect()
}

fn cache(folder: &Folder) -> Cache {
    let mut cache = folder.cache();
    cache.replace_audiences("k1", &[audience("a1")]).unwrap();
    cache
}

#[test]
fn contacts_that_were_read_with_some_names_are_a_group() {
    let folder = Folder::new();
    let mut cache = cache(&folder);
    read(&mut cache, &["1", "2"], &["city", "name"]);
    assert_eq!(groups(&mut cache), [(names(&["city", "name"]), vec![0, 1])]);
}

#[test]
fn what_was_read_earlier_stays_known() {
    let folder = Folder::new();
    let mut cache = cache(&folder);
    read(&mut cache, &["1", "2"], &["city"]);
    read(&mut cache, &["2", "1", "3"], &["name"]);
    assert_eq!(
        groups(&mut cache),
        [
            (names(&["city", "name"]), vec![0, 1]),
            (names(&["name"]), vec![2])
        ]
    );
    read(&mut cache, &["1", "2", "3"], &["*"]);
    assert_eq!(groups(&mut cache), []);
    read(&mut cache, &["1", "2", "3"], &["city"]);
    assert_eq!(groups(&mut cache), [], "all names hold every name");
}

#[test]
fn a_file_says_what_its_columns_are() {
    let folder = Folder::new();
    let mut cache = cache(&folder);
    read(&mut cache, &["1"], &["*"]);
    let file = [web("1", "plan", "gold"), web("2", "age", "7")];
    cache.import_contacts("k1", "x.csv", &file, at(2)).unwrap();
    // The first is known in full already.
    let columns = names(&["age", "bot_channel", "plan", "user_id"]);
    assert_eq!(groups(&mut cache), [(columns, vec![1])]);
}

#[test]
fn contacts_of_which_nothing_was_noted_are_taken_as_known() {
    let folder = Folder::new();
    let mut cache = cache(&folder);
    read(&mut cache, &["1"], &[]);
    let file = [web("1", "plan", "gold")];
    cache.import_contacts("k1", "x.csv", &file, at(2)).unwrap();
    assert_eq!(groups(&mut cache), []);
    read(&mut cache, &["1"], &["city"]);
    assert_eq!(groups(&mut cache), [(names(&["city"]), vec![0])]);
}

#[test]
fn a_cache_of_the_version_before_is_upgraded_with_all_it_holds() {
    let folder = Folder::new();
    let old = Connection::open(folder.file("cache.db")).unwrap();
    old.execute_batch(include_str!("../../../assets/migrations/cache/1.sql"))
        .unwrap();
    old.execute_batch(
        "PRAGMA application_id = 1299795011; PRAGMA user_version = 1;
         INSERT INTO bot (id, key, listed, position, name, description, channels, secret)
             VALUES (1, 'k1', 1, 0, 'n', '', '[]', '');
         INSERT INTO contact (id, bot, channel, user_id) VALUES (1, 1, 'WebChannel', 'u');
         INSERT INTO variable (id, bot, name) VALUES (1, 1, 'city');
         INSERT INTO value (variable, contact, text) VALUES (1, 1, 'Roma');",
    )
    .unwrap();
    drop(old);
    let mut cache = Cache::open(&folder.file("cache.db")).unwrap();
    let said = cache.notices().join(" ");
    assert!(said.contains("cache.db.version-1"), "{said}");
    assert_eq!(groups(&mut cache), []);
    let view = cache.contacts("k1").unwrap();
    let contact = view.contact(0).unwrap().unwrap();
    assert_eq!(contact.get("city"), Some("Roma"));
}
