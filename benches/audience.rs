//! How long counting takes: seeded contacts with eight variables, one of them unique.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark says what is wrong by failing"
)]

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};

use divan::Bencher;
use mylink_console::audience::{ColumnBuilder, Table};
use mylink_console::domain::criterion::Criterion;
use mylink_console::domain::criterion::Criterion::{
    Contains, Different, DoesNotContain, Equals, GreaterThan, HasValue, IsLongerThan, LesserThan,
    StartsWith,
};
use mylink_console::domain::filter::Join::{And, Or};
use mylink_console::domain::filter::{Filter, Join, Reading};

const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];

type Row = (Join, &'static str, Criterion, &'static str);

fn main() {
    divan::main();
}

/// A number that looks random and is the same in every run (`SplitMix64`).
fn seeded(row: u32, column: u64) -> u64 {
    let mut z = (u64::from(row) << 8 | column).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

fn value(column: usize, row: u32) -> Option<String> {
    let random = seeded(row, column as u64);
    let one_of =
        |list: &[&str]| list[usize::try_from(random % list.len() as u64).unwrap()].to_owned();
    let set = random >> 40 & 15 != 0;
    match column {
        0 => Some(format!("39{:010}", u64::from(row) * 7919)),
        1 => Some(one_of(&[
            "WhatsAppChannel",
            "RCSChannel",
            "SMSChannel",
            "TelegramChannel",
        ])),
        2 => set.then(|| one_of(&["red", "RED", "blue", "rosé", "Straße", "magenta", ""])),
        3 => set.then(|| format!("City {}", random % 3000)),
        4 => set.then(|| format!("{}.{:02}", random % 2000, random >> 20 & 63)),
        5 => set.then(|| {
            format!(
                "20{:02}-{:02}-{:02}",
                20 + random % 7,
                1 + random % 12,
                1 + (random >> 9) % 28
            )
        }),
        6 => set.then(|| format!("Name{}", random % 20_000)),
        _ => Some(one_of(&["it", "en", "de", "fr", "es", "pt-BR"])),
    }
}

const NAMES: [&str; 8] = [
    "user_id",
    "bot_channel",
    "favorite_color",
    "city",
    "amount",
    "last_order",
    "first_name",
    "locale",
];

fn build(rows: u32) -> Table {
    let columns = (0..NAMES.len()).map(|column| {
        let mut builder = ColumnBuilder::new(NAMES[column], rows);
        for row in 0..rows {
            if let Some(value) = value(column, row) {
                builder.push(row, &value).unwrap();
            }
        }
        Arc::new(builder.finish())
    });
    Table::new(rows, columns)
}

fn table(rows: u32) -> Table {
    static TABLES: OnceLock<Mutex<HashMap<u32, Table>>> = OnceLock::new();
    let mut tables = TABLES.get_or_init(Mutex::default).lock().unwrap();
    tables
        .entry(rows)
        .or_insert_with(|| {
            let table = build(rows);
            let size = table.bytes() / 1_000_000;
            println!("{rows} contacts with eight variables take {size} MB");
            table
        })
        .clone()
}

fn count(bencher: Bencher<'_, '_>, rows: u32, filters: &[Row]) {
    let table = table(rows);
    let filters: Vec<Filter> = filters
        .iter()
        .map(|(join, field, criterion, value)| Filter {
            join: *join,
            field: (*field).to_owned(),
            criterion: *criterion,
            value: (*value).to_owned(),
        })
        .collect();
    let stop = AtomicBool::new(false);
    bencher.bench_local(|| {
        table
            .evaluate(black_box(&filters), Reading::ALL[0], &stop)
            .map(|evaluation| evaluation.counts)
    });
}

#[divan::bench(args = SIZES)]
fn equality(bencher: Bencher<'_, '_>, rows: u32) {
    count(bencher, rows, &[(And, "favorite_color", Equals, "red")]);
}

#[divan::bench(args = SIZES)]
fn equality_on_unique(bencher: Bencher<'_, '_>, rows: u32) {
    count(bencher, rows, &[(And, "user_id", Equals, "390000791900")]);
}

#[divan::bench(args = SIZES)]
fn prefix(bencher: Bencher<'_, '_>, rows: u32) {
    count(bencher, rows, &[(And, "city", StartsWith, "city 2")]);
}

#[divan::bench(args = SIZES)]
fn negated_contains_on_few(bencher: Bencher<'_, '_>, rows: u32) {
    count(
        bencher,
        rows,
        &[(And, "favorite_color", DoesNotContain, "e")],
    );
}

#[divan::bench(args = SIZES)]
fn negated_contains_on_unique(bencher: Bencher<'_, '_>, rows: u32) {
    count(bencher, rows, &[(And, "user_id", DoesNotContain, "77")]);
}

#[divan::bench(args = SIZES)]
fn number(bencher: Bencher<'_, '_>, rows: u32) {
    count(bencher, rows, &[(And, "amount", GreaterThan, "1000")]);
}

#[divan::bench(args = SIZES)]
fn date(bencher: Bencher<'_, '_>, rows: u32) {
    count(
        bencher,
        rows,
        &[(And, "last_order", LesserThan, "2023-06-30")],
    );
}

#[divan::bench(args = SIZES)]
fn length(bencher: Bencher<'_, '_>, rows: u32) {
    count(bencher, rows, &[(And, "first_name", IsLongerThan, "7")]);
}

#[divan::bench(args = SIZES)]
fn three_ored(bencher: Bencher<'_, '_>, rows: u32) {
    let filters = [
        (And, "favorite_color", Equals, "blue"),
        (Or, "city", StartsWith, "City 1"),
        (Or, "locale", Equals, "it"),
    ];
    count(bencher, rows, &filters);
}

#[divan::bench(args = SIZES)]
fn five_mixed(bencher: Bencher<'_, '_>, rows: u32) {
    let filters = [
        (And, "favorite_color", Equals, "red"),
        (Or, "city", Contains, "99"),
        (And, "locale", Different, "IT"),
        (And, "amount", HasValue, ""),
        (And, "user_id", DoesNotContain, "77"),
    ];
    count(bencher, rows, &filters);
}
