//! How long loading and counting take, and how much memory: seeded contacts with eight variables, one of them unique.
//!
//! `cargo bench --bench audience` measures 10,000 to 10,000,000 contacts; `-- 100000` (or any other numbers) measures so
//! many alone. Beside our time stands, from the same round of the same run, that of the same question to SQLite
//! over a plain table, and how many times as long ours takes as reading the bytes of the columns once. Above that stands
//! what a session does: the first count, whose columns are read first, everything, and coming up to date after an import.
//! `benches/keystroke.py` measures the same from outside, in a terminal. With
//! `AUDIENCE_BENCH_DIR` the contacts and figures are written there for `benches/compare.py`, which asks `DuckDB` and
//! Polars the same.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark says what is wrong by failing, and its figures are rounded"
)]

mod contacts;
mod measure;
mod questions;
mod session;
mod sqlite;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mylink_console::audience::{Evaluation, Table};
use mylink_console::domain::filter::{Filter, Reading};
use mylink_console::store::Cache;
use serde_json::{Value, json};

use measure::{median, milliseconds, resident, sum, timed};
use questions::{QUESTIONS, Question};

/// The sizes without further arguments.
const SIZES: [u32; 4] = [10_000, 100_000, 1_000_000, 10_000_000];

fn main() {
    let sizes: Vec<u32> = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let folder = std::env::var_os("AUDIENCE_BENCH_DIR").map(PathBuf::from);
    for rows in if sizes.is_empty() {
        SIZES.to_vec()
    } else {
        sizes
    } {
        let figures = measure_size(rows);
        if let Some(folder) = &folder {
            contacts::export(rows, &folder.join(format!("contacts-{rows}.csv")));
            let file = folder.join(format!("figures-{rows}.json"));
            std::fs::write(file, figures.to_string()).unwrap();
        }
    }
}

fn measure_size(rows: u32) -> Value {
    println!("\n{rows} contacts, eight variables");
    let (table, load) = loading(rows);
    let plain = sqlite::plain(rows);
    println!(
        "  {:<28}{:>10}{:>10}{:>10}{:>8}{:>10}{:>8}",
        "milliseconds", "ours", "at first", "sum", "ratio", "SQLite", "times"
    );
    let questions: Vec<Value> = QUESTIONS
        .iter()
        .map(|question| measure_question(&table, question, &plain))
        .collect();
    let edited = edited(&table);
    let stopped = stopped(&table);
    println!(
        "  one row of five edited: {edited:.3} ms; an overtaken one stops within {stopped:.3} ms at worst"
    );
    let memory = table.bytes() as f64 / 1e6;
    println!("  table with all that was prepared meanwhile: {memory:.1} MB");
    json!({"rows": rows, "load": load, "questions": questions, "edited": edited, "stopped": stopped})
}

/// Loads from the cache as a session does: all columns, one where values repeat, one where they don't.
fn loading(rows: u32) -> (Table, Value) {
    let home = session::Home::new();
    let path = home.cache();
    sqlite::fill_cache(&path, rows);
    let mut cache = Cache::open(&path).unwrap();
    let mut load = |only: Option<&str>| {
        let samples = (0..3).map(|_| timed(|| sqlite::load(&mut cache, only)).0);
        milliseconds(median(samples.collect()))
    };
    let (few, unique) = (load(Some("city")), load(Some("user_id")));
    let all = load(None);
    // Before the session is measured, so that the process grows by the table alone.
    let before = resident();
    let table = sqlite::load(&mut cache, None);
    let (grown, bytes) = (resident() - before, table.bytes() as f64 / 1e6);
    println!(
        "  load from the cache: all columns {all:.1} ms, city alone {few:.1} ms, user_id alone {unique:.1} ms"
    );
    println!("  memory of the table: {bytes:.1} MB (the process grew by {grown:.1} MB)");
    drop(cache);
    let session = home.measure();
    (
        table,
        json!({"all": all, "city": few, "user_id": unique, "megabytes": bytes, "session": session}),
    )
}

fn measure_question(table: &Table, question: &Question, plain: &rusqlite::Connection) -> Value {
    let filters = question.filters();
    let bytes: usize = question
        .fields()
        .map(|field| contacts_column(table, field))
        .sum();
    let words = vec![1; bytes / 8];
    let (at_first, evaluation) = ours(&table.clone().forgetting(), &filters);
    let rounds = if table.rows() > 2_000_000 { 5 } else { 9 };
    let mut times: [Vec<Duration>; 3] = Default::default();
    let begun = Instant::now();
    for _ in 0..rounds {
        for _ in 0..3 {
            times[0].push(ours(&table.clone().forgetting(), &filters).0);
            times[1].push(timed(|| sum(&words)).0);
        }
        if times[2].is_empty() || begun.elapsed() < Duration::from_secs(5) {
            let (time, counts) = timed(|| sqlite::ask(plain, question));
            assert_eq!(
                counts,
                evaluation.counts[..counts.len()],
                "{}",
                question.name
            );
            times[2].push(time);
        }
    }
    let [ours, sum, sqlite] = times.map(|samples| milliseconds(median(samples)));
    let at_first = milliseconds(at_first);
    println!(
        "  {:<28}{ours:>10.3}{at_first:>10.3}{sum:>10.3}{:>8.1}{sqlite:>10.2}{:>8.0}",
        question.name,
        ours / sum,
        sqlite / ours
    );
    json!({"name": question.name, "sql": question.sql, "counts": evaluation.counts, "ours": ours, "at_first": at_first,
        "sum": sum, "sqlite": sqlite})
}

fn contacts_column(table: &Table, field: &str) -> usize {
    table.column(field).map_or(0, |column| column.bytes())
}

/// A count under every reading and the first fifty contacts.
fn ours(table: &Table, filters: &[Filter]) -> (Duration, Evaluation) {
    let stop = AtomicBool::new(false);
    timed(|| {
        let evaluation = table.evaluate(filters, Reading::ALL[0], &stop).unwrap();
        let sample = evaluation.matched(Reading::ALL[0]).sample(0, 50);
        let sample: Vec<_> = sample.into_iter().map(|row| table.contact(row)).collect();
        std::hint::black_box(sample);
        evaluation
    })
}

/// Milliseconds for five rows of which one is new.
fn edited(table: &Table) -> f64 {
    let samples = (0..9).map(|number| {
        let table = table.clone().forgetting();
        let mut filters = QUESTIONS[9].filters();
        ours(&table, &filters);
        filters[1].value = format!("9{number}");
        ours(&table, &filters).0
    });
    milliseconds(median(samples.collect()))
}

/// The longest that an evaluation goes on once it is told to stop, in milliseconds.
fn stopped(table: &Table) -> f64 {
    let filters = QUESTIONS[9].filters();
    let (whole, _) = ours(&table.clone().forgetting(), &filters);
    let late = (0..20).map(|part| {
        let table = table.clone().forgetting();
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let evaluation = scope.spawn(|| {
                let ended = table.evaluate(&filters, Reading::ALL[0], &stop).is_some();
                (Instant::now(), ended)
            });
            std::thread::sleep(whole * part / 20);
            let told = Instant::now();
            stop.store(true, Ordering::Relaxed);
            let (at, ended) = evaluation.join().unwrap();
            if ended {
                Duration::ZERO
            } else {
                at.saturating_duration_since(told)
            }
        })
    });
    milliseconds(late.max().unwrap_or_default())
}
