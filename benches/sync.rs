//! What it takes to save contacts as a sync does, page by page, and to read a column of them back.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark says what is wrong by failing"
)]

use divan::Bencher;
use divan::counter::ItemsCount;
use mylink_console::domain::record::{Audience, Bot, Contact};
use mylink_console::domain::secret::Secret;
use mylink_console::store::Cache;
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// Contacts of a page: as many as a sync asks for at once.
const PAGE: usize = 5_000;
/// Variables of a contact beside its own two.
const VARIABLES: usize = 10;

/// A cache with a bot and an audience that is being read.
fn cache(folder: &TempDir) -> Cache {
    let mut cache = Cache::open(&folder.path().join("cache.db")).unwrap();
    let bot = Bot {
        key: "k1".to_owned(),
        name: "Bot".to_owned(),
        description: String::new(),
        channels: vec!["WebChannel".to_owned()],
        secret: Secret::new("secret".to_owned()),
    };
    let audience = Audience {
        id: "a1".to_owned(),
        bot_key: "k1".to_owned(),
        name: "Audience".to_owned(),
        kind: "Dynamic".to_owned(),
        synced_at: None,
    };
    cache.replace_bots(&[bot]).unwrap();
    cache.replace_audiences("k1", &[audience]).unwrap();
    cache.start_reading("k1", "a1").unwrap();
    cache
}

/// The page of that number, its contacts and all of their values unlike those of any other.
fn page(number: usize) -> Vec<Contact> {
    let contact = |place: usize| {
        let id = format!("u{}", number * PAGE + place);
        let own = [
            ("user_id", id.clone()),
            ("bot_channel", "WebChannel".into()),
        ];
        let own = own.map(|(name, text)| (name.to_owned(), text));
        let variables = (0..VARIABLES).map(|variable| (format!("variable_{variable}"), id.clone()));
        Contact {
            variables: own.into_iter().chain(variables).collect(),
        }
    };
    (0..PAGE).map(contact).collect()
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn a_page_of_new_contacts(bencher: Bencher) {
    let folder = TempDir::new().unwrap();
    let mut cache = cache(&folder);
    let mut number = 0;
    bencher
        .counter(ItemsCount::new(PAGE))
        .with_inputs(|| {
            number += 1;
            page(number)
        })
        .bench_local_values(|page| cache.append_page("k1", "a1", &page).unwrap());
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn a_page_of_contacts_that_are_known(bencher: Bencher) {
    let folder = TempDir::new().unwrap();
    let mut cache = cache(&folder);
    let page = page(0);
    cache.append_page("k1", "a1", &page).unwrap();
    bencher
        .counter(ItemsCount::new(PAGE))
        .bench_local(|| cache.append_page("k1", "a1", &page).unwrap());
}

#[divan::bench(args = [5_000, 50_000], sample_count = 20, sample_size = 1)]
fn a_column_of_unlike_values(bencher: Bencher, contacts: usize) {
    let folder = TempDir::new().unwrap();
    let mut cache = cache(&folder);
    for number in 0..contacts / PAGE {
        cache.append_page("k1", "a1", &page(number)).unwrap();
    }
    bencher.counter(ItemsCount::new(contacts)).bench_local(|| {
        let mut bytes = 0;
        cache
            .load_column("k1", "variable_1", &mut |_, text| bytes += text.len())
            .unwrap();
        bytes
    });
}
