//! How long it takes to look through a million contacts: opening, sorting, searching, counting values, writing; and a
//! key with its picture, which costs the same among ten.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark says what is wrong by failing"
)]

#[allow(dead_code, reason = "the other benchmark uses the rest of it")]
#[path = "audience/contacts.rs"]
mod contacts;
/// The console without a terminal, as the tests drive it.
#[allow(
    dead_code,
    unused_imports,
    clippy::panic,
    reason = "the tests use the rest of it"
)]
#[path = "../tests/inside/screens"]
mod screens {
    pub mod composing;
    pub mod console;
    pub mod data;
}

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use mylink_console::audience::{
    RowSet, Scene, SceneFacts, Sort, Suppression, Table, TableBuilder, ValuesOf, arranged,
    find_contact, hits, values, write_csv,
};
use mylink_console::domain::dialect::Dialect;
use mylink_console::domain::plan::Plan;
use mylink_console::model::browse::{Arranged, BrowseReply};
use mylink_console::model::{Effect, Reply};

use screens::console::Console;

const PLAN: &str = r#"{"broadcast":"b","form":"audience",
    "filters":[{"field":"favorite_color","criterion":"Equals","value":"red"},
               {"join":"OR","field":"amount","criterion":"GreaterThan","value":"1000"}]}"#;

const RUNS: usize = 7;

fn main() {
    let rows = std::env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(1_000_000);
    println!("{rows} contacts, eight variables; the median of {RUNS} runs, in milliseconds");
    let table = Arc::new(table(rows));
    let never = AtomicBool::new(false);
    let plan = Plan::from_json(PLAN).unwrap();
    tell("open: all of a bot", || scene(&table, None));
    tell("open: a plan of two rows", || scene(&table, Some(&plan)));
    let all = RowSet::all(rows);
    tell("list: as the cache has them", || {
        arranged(&table, &all, None, &never)
    });
    for field in contacts::NAMES {
        for descending in [false, true] {
            let sort = Sort {
                field: field.to_owned(),
                descending,
            };
            let way = if descending { "falling" } else { "rising" };
            tell(&format!("sort by {field}, {way}"), || {
                arranged(&table, &all, Some(&sort), &never)
            });
        }
    }
    let listed: Vec<u32> = all.iter().collect();
    let columns = contacts::NAMES.map(str::to_owned);
    for text in ["c", "ci", "city 29", "3900", "nowhere"] {
        tell(&format!("search \"{text}\" in all eight columns"), || {
            hits(&table, &listed, &columns, text, &never)
        });
    }
    find_contact(&table, "1");
    tell("find a contact by its user_id", || {
        find_contact(&table, "390000007919")
    });
    for field in ["favorite_color", "city", "amount", "last_order", "user_id"] {
        let asked = ValuesOf {
            field: field.to_owned(),
            ..ValuesOf::default()
        };
        tell(&format!("values of {field}"), || {
            values(&table, &all, &asked, &never)
        });
    }
    tell("write as CSV, to nowhere", || {
        write_csv(
            std::io::sink(),
            &table,
            listed.iter().copied(),
            &contacts::NAMES,
        )
        .unwrap()
    });
    keys(&table);
}

fn table(rows: u32) -> Table {
    let mut builder = TableBuilder::new(rows);
    for (column, name) in contacts::NAMES.iter().enumerate() {
        let column_builder = builder.column(name);
        for row in 0..rows {
            if let Some(value) = contacts::value(column, row) {
                column_builder.push(row, &value).unwrap();
            }
        }
    }
    builder.finish()
}

fn scene(table: &Arc<Table>, plan: Option<&Plan>) -> Scene {
    // Verdicts that are kept would make the second run another than the first.
    let table = Arc::new(Table::clone(table).forgetting());
    let facts = SceneFacts {
        table: &table,
        configured: None,
        suppressed: &Suppression::default(),
        reading: Dialect::default().reading(),
        as_of: None,
    };
    match plan {
        Some(plan) => Scene::of_plan(plan, &facts, &AtomicBool::new(false)).unwrap(),
        None => Scene::of_all(&facts),
    }
}

/// Moves through the table on a screen of 120 by 40.
fn keys(table: &Arc<Table>) {
    let scene = Arc::new(scene(table, None));
    let rows: Vec<u32> = (0..table.rows()).collect();
    let mut console = Console::start().press("b");
    let id = request(&console);
    let opened = BrowseReply::Opened(Ok((scene, None)));
    console = console.reply(Reply::Browse(id, opened));
    let arranged = Arranged {
        group: 0,
        sort: None,
        rows: Arc::new(rows),
        hits: Arc::default(),
        text: String::new(),
        at: None,
    };
    let id = request(&console);
    console = console.reply(Reply::Browse(id, BrowseReply::Arranged(arranged)));
    for key in ["down", "pagedown", "end", "pageup", "home", "right"] {
        let mut samples = Vec::new();
        for _ in 0..RUNS {
            let started = Instant::now();
            console = console.press(key);
            samples.push(started.elapsed());
        }
        told(&format!("key {key}, with its picture"), samples);
    }
}

fn request(console: &Console) -> u64 {
    let mut ids = console.effects().iter().filter_map(|effect| match effect {
        Effect::Browse(id, _) => Some(*id),
        _ => None,
    });
    ids.next_back().unwrap()
}

fn tell<T>(what: &str, act: impl Fn() -> T) {
    let samples = (0..RUNS).map(|_| {
        let started = Instant::now();
        let result = act();
        let took = started.elapsed();
        drop(result);
        took
    });
    told(what, samples.collect());
}

fn told(what: &str, mut samples: Vec<Duration>) {
    samples.sort_unstable();
    let median = samples[samples.len() / 2].as_secs_f64() * 1000.0;
    let most = samples[samples.len() - 1].as_secs_f64() * 1000.0;
    println!("{what:<46} {median:>9.2}  (at most {most:.2})");
}
