//! A table is brought up to date by what changed, and answers then like one that is loaded anew.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mylink_console::audience::{RowSet, Suppression, Table, TableBuilder};
use mylink_console::domain::criterion::Criterion;
use mylink_console::domain::filter::{Filter, Join, Reading};
use mylink_console::domain::plan::Target;
use mylink_console::domain::record::Contact;
use mylink_console::store::Cache;
use mylink_console::store::cache::{ContactIds, Known, Update};
use proptest::prelude::*;
use rusqlite::Connection;

use super::columns::some_contact;
use super::{Folder, at, audience, web};

const AUDIENCES: [&str; 2] = ["a1", "a2"];

/// What is in memory of a bot's contacts.
#[derive(Clone)]
struct InMemory {
    generation: i64,
    table: Table,
    ids: Arc<ContactIds>,
    audiences: HashMap<String, RowSet>,
    suppression: Suppression,
}

impl InMemory {
    fn load(cache: &mut Cache) -> Self {
        let view = cache.contacts("k1").unwrap();
        let mut builder = TableBuilder::new(view.rows());
        for name in view.columns().unwrap() {
            let column = builder.column(&name);
            view.load_column(&name, &mut |row, value| column.push(row, value).unwrap())
                .unwrap();
        }
        let audiences = view.audiences().unwrap().into_iter().map(|id| {
            let members = RowSet::of(view.rows(), view.members(&id).unwrap());
            (id, members)
        });
        let table = builder.finish().asked_in(view.asked().unwrap());
        let list = ["1", "12", "4"].map(str::to_owned).into();
        Self {
            generation: view.generation(),
            audiences: audiences.collect(),
            ids: Arc::clone(view.ids()),
            suppression: Suppression::new(list, &table),
            table,
        }
    }

    fn update(&self, cache: &mut Cache) -> Option<Update> {
        let known = Known {
            generation: self.generation,
            ids: &self.ids,
            audiences: &self.audiences,
        };
        cache.update("k1", known).unwrap()
    }

    /// This one with what changed, or one that is loaded where that isn't known.
    fn updated(&self, cache: &mut Cache) -> Self {
        match self.update(cache) {
            Some(update) => {
                let table = self.table.changed(&update.change);
                let rows = update.change.into_rows();
                Self {
                    generation: update.generation,
                    suppression: self.suppression.changed(&rows, &table),
                    table,
                    ids: update.ids,
                    audiences: update.audiences,
                }
            }
            None => Self::load(cache),
        }
    }
}

fn filters() -> Vec<Vec<Filter>> {
    let filter = |join, field: &str, criterion, value: &str| Filter {
        join,
        field: field.to_owned(),
        criterion,
        value: value.to_owned(),
    };
    vec![
        vec![filter(Join::And, "a", Criterion::Equals, "B")],
        vec![filter(Join::And, "b", Criterion::DoesNotContain, "a")],
        vec![filter(Join::And, "user_id", Criterion::GreaterThan, "3")],
        vec![
            filter(Join::And, "nowhere", Criterion::Different, "x"),
            filter(Join::Or, "é ü", Criterion::IsLongerThan, "1"),
            filter(Join::And, "bot_channel", Criterion::StartsWith, "web"),
        ],
    ]
}

/// Everything that is asked of a table, with its answers.
fn answers(memory: &InMemory) -> BTreeMap<String, String> {
    let (table, reading) = (&memory.table, Reading::ALL[0]);
    let mut answers = BTreeMap::new();
    let mut say = |what: &str, answer: &dyn std::fmt::Debug| {
        answers.insert(what.to_owned(), format!("{answer:?}"));
    };
    say("generation", &memory.generation);
    let contacts: Vec<Contact> = (0..table.rows())
        .filter_map(|row| table.contact(row))
        .collect();
    say("contacts", &contacts);
    say("rows behind the end", &table.contact(table.rows()));
    say("fields", &table.fields());
    for name in [
        "user_id",
        "bot_channel",
        "user_phone_number",
        "a",
        "b",
        "é ü",
        "nowhere",
    ] {
        say(&format!("values of {name}"), &table.values(name, "", 1000));
        say(&format!("unknown {name}"), &table.unknown(name));
        say(
            &format!("nearest to {name}"),
            &table.nearest_field(&format!("{name}x")),
        );
    }
    for id in 0..10 {
        let id = id.to_string();
        say(&format!("rows of id {id}"), &table.rows_of_user_id(&id));
        say(&format!("rows of phone {id}"), &table.rows_of_phone(&id));
    }
    for filters in filters() {
        let found = table
            .evaluate(&filters, reading, &AtomicBool::new(false))
            .unwrap();
        say(
            &format!("{filters:?}"),
            &(found.counts, found.matched, found.funnel),
        );
        let unsure = table.unsure(&filters, reading, &AtomicBool::new(false));
        say(&format!("unsure {filters:?}"), &unsure);
    }
    let suppressed = memory.suppression.among(&RowSet::all(table.rows()));
    say("suppressed", &suppressed);
    let by_phone = [("bot_channel", "SMSChannel"), ("user_phone_number", "+12")];
    let target: Target = by_phone.into_iter().collect();
    say(
        "suppressed by phone",
        &memory.suppression.holds(&target, table),
    );
    let audiences: BTreeMap<&String, &RowSet> = memory.audiences.iter().collect();
    say("audiences", &audiences);
    answers
}

/// What happens to a cache.
#[derive(Debug, Clone)]
enum Step {
    Import(Vec<Contact>),
    Read(usize, Vec<Contact>, Option<&'static str>),
    BreakOff(usize, Vec<Contact>),
    Forget,
    Theirs(u8),
    Audiences(usize),
    Ask,
}

fn some_step() -> impl Strategy<Value = Step> {
    let contacts = || prop::collection::vec(some_contact("[a-cB1-3]{0,2}"), 0..8);
    let asked = prop_oneof![
        Just(None),
        Just(Some("*")),
        Just(Some("a")),
        Just(Some("é ü"))
    ];
    prop_oneof![
        3 => contacts().prop_map(Step::Import),
        5 => (0..2usize, contacts(), asked).prop_map(|(audience, page, asked)| Step::Read(audience, page, asked)),
        1 => (0..2usize, contacts()).prop_map(|(audience, page)| Step::BreakOff(audience, page)),
        2 => Just(Step::Forget),
        2 => any::<u8>().prop_map(Step::Theirs),
        1 => (0..3usize).prop_map(Step::Audiences),
        4 => Just(Step::Ask),
    ]
}

fn run(cache: &mut Cache, step: &Step) {
    match step {
        Step::Ask => {}
        Step::Import(contacts) => {
            cache
                .import_contacts("k1", "x.csv", contacts, at(1))
                .unwrap();
        }
        Step::Forget => cache.forget_imports("k1").unwrap(),
        Step::Theirs(number) => {
            let theirs = web(&number.to_string(), "a", "theirs");
            cache
                .import_contacts("k2", "x.csv", &[theirs], at(0))
                .unwrap();
        }
        Step::Audiences(count) => {
            let listed: Vec<_> = AUDIENCES[..*count].iter().map(|id| audience(id)).collect();
            cache.replace_audiences("k1", &listed).unwrap();
        }
        Step::Read(number, page, _) | Step::BreakOff(number, page) => {
            let id = AUDIENCES[*number];
            // An audience that vanished can't be read.
            if cache.start_reading("k1", id).is_err() {
                return;
            }
            let asked = match step {
                Step::Read(_, _, Some(asked)) => vec![(*asked).to_owned()],
                _ => Vec::new(),
            };
            cache.append_page_asked("k1", id, page, &asked).unwrap();
            if matches!(step, Step::Read(..)) {
                cache.finish_reading("k1", id, at(2)).unwrap();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn an_updated_table_answers_like_one_that_is_loaded(
        steps in prop::collection::vec(some_step(), 1..14),
        is_new in any::<bool>(),
    ) {
        let folder = Folder::new();
        let mut cache = folder.cache();
        cache.replace_audiences("k1", &AUDIENCES.map(audience)).unwrap();
        if !is_new {
            cache.import_contacts("k1", "x.csv", &[web("1", "a", "b"), web("4", "b", "a")], at(0)).unwrap();
        }
        let mut memory = InMemory::load(&mut cache);
        for step in &steps {
            run(&mut cache, step);
            if matches!(step, Step::Ask) {
                // Asked before and after, so that what was kept of the answers is kept over the change.
                let before = answers(&memory);
                let updated = memory.updated(&mut cache);
                prop_assert_eq!(before, answers(&memory), "who holds the table of before keeps it");
                memory = updated;
                prop_assert_eq!(answers(&memory), answers(&InMemory::load(&mut cache)));
            }
        }
        let memory = memory.updated(&mut cache);
        prop_assert_eq!(answers(&memory), answers(&InMemory::load(&mut cache)));
    }
}

fn people(count: usize) -> Vec<Contact> {
    (0..count)
        .map(|number| web(&number.to_string(), "city", "Roma"))
        .collect()
}

fn read(cache: &mut Cache, page: &[Contact]) {
    cache.start_reading("k1", "a1").unwrap();
    cache
        .append_page_asked("k1", "a1", page, &["*".to_owned()])
        .unwrap();
    cache.finish_reading("k1", "a1", at(1)).unwrap();
}

#[test]
fn a_sync_that_brings_nothing_new_changes_no_row() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache.replace_audiences("k1", &[audience("a1")]).unwrap();
    read(&mut cache, &people(50));
    let memory = InMemory::load(&mut cache);
    read(&mut cache, &people(50));
    let update = memory.update(&mut cache).unwrap();
    assert!(update.generation > memory.generation);
    assert!(update.change.rows.is_empty() && update.change.removed.is_empty());
    assert_eq!(update.audiences, memory.audiences);
}

#[test]
fn what_changed_is_named_and_nothing_else() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache.replace_audiences("k1", &[audience("a1")]).unwrap();
    read(&mut cache, &people(50));
    let memory = InMemory::load(&mut cache);
    let mut page = people(52);
    page[7] = web("7", "city", "Milano");
    page.remove(3);
    read(&mut cache, &page);
    let update = memory.update(&mut cache).unwrap();
    assert_eq!(update.change.removed, [3]);
    // The seventh moved up, and two came behind the forty-nine that stay.
    assert_eq!(update.change.rows, [6, 49, 50]);
    assert_eq!(update.change.added, 2);
    assert_eq!(update.audiences["a1"], RowSet::all(51));
}

#[test]
fn a_program_that_notes_no_changes_makes_everything_be_loaded_anew() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache
        .import_contacts("k1", "x.csv", &people(5), at(0))
        .unwrap();
    let memory = InMemory::load(&mut cache);
    // As versions wrote that kept no log.
    let other = Connection::open(folder.file("cache.db")).unwrap();
    other
        .execute_batch(
            "UPDATE value SET text = 'Napoli' WHERE contact = 1;
             UPDATE bot SET generation = generation + 1 WHERE key = 'k1';",
        )
        .unwrap();
    assert!(memory.update(&mut cache).is_none());
    cache
        .import_contacts("k1", "x.csv", &[web("2", "city", "Bari")], at(1))
        .unwrap();
    assert!(
        memory.update(&mut cache).is_none(),
        "nobody noted the first of the two"
    );
    let memory = InMemory::load(&mut cache);
    assert_eq!(memory.table.value(0, "city"), Some("Napoli"));
    cache
        .import_contacts("k1", "x.csv", &[web("3", "city", "Pisa")], at(2))
        .unwrap();
    let update = memory.update(&mut cache).unwrap();
    assert_eq!(update.change.rows, [3]);
}

#[test]
fn a_table_of_a_cache_that_was_begun_anew_is_of_no_use() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache
        .import_contacts("k1", "x.csv", &people(5), at(0))
        .unwrap();
    let mut memory = InMemory::load(&mut cache);
    memory.generation += 10;
    assert!(memory.update(&mut cache).is_none());
}

#[test]
fn so_many_changes_that_loading_is_as_quick_are_not_listed() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache
        .import_contacts("k1", "x.csv", &people(1), at(0))
        .unwrap();
    let memory = InMemory::load(&mut cache);
    cache
        .import_contacts("k1", "x.csv", &people(1500), at(1))
        .unwrap();
    assert!(memory.update(&mut cache).is_none());
    let memory = InMemory::load(&mut cache);
    cache
        .import_contacts("k1", "x.csv", &people(10), at(2))
        .unwrap();
    assert!(memory.update(&mut cache).unwrap().change.rows.is_empty());
}
