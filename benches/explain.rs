//! How long it takes to say why: seeded contacts as in the benchmark of counting.
//!
//! `cargo bench --bench explain` measures 1,000,000 contacts; `-- 10000` (or any other numbers) measures so many. What
//! is asked comes behind a count of the same filter, as on the screen: so the verdicts are kept, and what a question
//! costs is what an operator waits for beyond the count. `at first` is the first time that a column's values are looked
//! at, `stop` how long it usually went on once it was told to stop, at twenty places: nought where it was done before.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark says what is wrong by failing, and its figures are rounded"
)]

#[path = "audience/contacts.rs"]
#[allow(dead_code, reason = "shared with the benchmark of counting")]
mod contacts;
#[path = "audience/measure.rs"]
#[allow(dead_code, reason = "shared with the benchmark of counting")]
mod measure;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mylink_console::audience::{AskedGroup, Column, ColumnBuilder, RowSet, Table};
use mylink_console::domain::filter::{Join, Reading};
use mylink_console::domain::plan::{Form, Plan, PlanFilter};

use contacts::NAMES;
use measure::{median, milliseconds, timed};

/// Contacts without further arguments.
const ROWS: u32 = 1_000_000;

type Row = (Join, &'static str, &'static str, &'static str);

/// What is asked: a name and the rows of a filter.
const QUESTIONS: [(&str, &[Row]); 11] = [
    (
        "five mixed rows, all in order",
        &[
            (Join::And, "favorite_color", "Equals", "red"),
            (Join::Or, "city", "Contains", "99"),
            (Join::And, "locale", "Different", "IT"),
            (Join::And, "amount", "HasValue", ""),
            (Join::And, "user_id", "DoesNotContain", "77"),
        ],
    ),
    (
        "a field that nobody has",
        &[(Join::And, "favourite_color", "Equals", "red")],
    ),
    (
        "nearest of few values",
        &[(Join::And, "favorite_color", "Equals", "mgaenta")],
    ),
    (
        "nearest of 20,000 values",
        &[(Join::And, "first_name", "Equals", "Nmae1234")],
    ),
    (
        "nearest of unique values",
        &[(Join::And, "user_id", "Equals", "390000791902")],
    ),
    (
        "nearest of unique, far off",
        &[(Join::And, "user_id", "Equals", "Margherita")],
    ),
    (
        "nearest beginning, unique",
        &[(Join::And, "user_id", "StartsWith", "393999")],
    ),
    (
        "nearest part, unique",
        &[(Join::And, "user_id", "Contains", "79190x")],
    ),
    (
        "numbers compared",
        &[(Join::And, "amount", "GreaterThan", "1000")],
    ),
    (
        "numbers on the unique column",
        &[(Join::And, "user_id", "GreaterThan", "391000000000")],
    ),
    (
        "five rows, three of them odd",
        &[
            (Join::And, "favorite_color", "Equals", "rde"),
            (Join::Or, "city", "Contains", "99"),
            (Join::And, "locale", "Different", "IT"),
            (Join::And, "amount", "GreaterThan", "much"),
            (Join::And, "user_id", "Equals", "390000791902"),
        ],
    ),
];

fn main() {
    let sizes: Vec<u32> = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    for rows in if sizes.is_empty() { vec![ROWS] } else { sizes } {
        measure_size(rows);
    }
}

fn measure_size(rows: u32) {
    println!("\n{rows} contacts, eight variables");
    println!(
        "  {:<32}{:>10}{:>10}{:>10}{:>10}",
        "milliseconds", "insight", "at first", "steps", "stop"
    );
    let columns: Vec<Arc<Column>> = (0..NAMES.len())
        .map(|column| filled(column, rows))
        .collect();
    for (name, filters) in QUESTIONS {
        let plan = plan(filters);
        let fresh = || {
            let filled = filters.iter().filter_map(|row| {
                let place = NAMES.iter().position(|name| *name == row.1)?;
                Some(filled(place, rows))
            });
            let table = Table::new(rows, columns.iter().cloned());
            counted(filled.fold(table, Table::with_column), &plan)
        };
        let table = fresh();
        let first = timed(|| insight(&table, &plan)).0;
        let samples = (0..9).map(|_| timed(|| insight(&table, &plan)).0);
        let usual = median(samples.collect());
        println!(
            "  {name:<32}{:>10.3}{:>10.3}{:>10.3}{:>10.3}",
            milliseconds(usual),
            milliseconds(first),
            milliseconds(steps(&table, &plan)),
            milliseconds(stopped(&table, &plan, first)),
        );
    }
    unsure(rows, &columns);
}

fn filled(column: usize, rows: u32) -> Arc<Column> {
    let mut builder = ColumnBuilder::new(NAMES[column], rows);
    for row in 0..rows {
        if let Some(value) = contacts::value(column, row) {
            builder.push(row, &value).unwrap();
        }
    }
    Arc::new(builder.finish())
}

fn plan(rows: &[Row]) -> Plan {
    let row = |(join, field, criterion, value): &Row| PlanFilter {
        join: *join,
        field: (*field).to_owned(),
        criterion: (*criterion).to_owned(),
        value: (!value.is_empty()).then(|| (*value).to_owned()),
    };
    Plan {
        form: Form::Audience {
            filters: rows.iter().map(row).collect(),
            variables: Vec::new(),
        },
        ..Plan::default()
    }
}

/// The table after a count, as when an insight is asked for.
fn counted(table: Table, plan: &Plan) -> Table {
    let never = AtomicBool::new(false);
    table.evaluate(&plan.filters().unwrap(), Reading::ALL[0], &never);
    table
}

fn insight(table: &Table, plan: &Plan) {
    let never = AtomicBool::new(false);
    std::hint::black_box(table.insight(plan, Reading::ALL[0], &never).unwrap());
}

fn steps(table: &Table, plan: &Plan) -> Duration {
    let never = AtomicBool::new(false);
    let filters = plan.filters().unwrap();
    let samples = (0..9).map(|_| timed(|| table.steps(&filters, Reading::ALL[0], &never)).0);
    median(samples.collect())
}

/// How long it usually goes on once it is told to stop; the longest would be that of the scheduler.
fn stopped(table: &Table, plan: &Plan, whole: Duration) -> Duration {
    let late = (0..20).filter_map(|part| {
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let asked = scope.spawn(|| {
                let ended = table.insight(plan, Reading::ALL[0], &stop).is_some();
                (Instant::now(), ended)
            });
            std::thread::sleep(whole * part / 20);
            let told = Instant::now();
            stop.store(true, Ordering::Relaxed);
            let (at, ended) = asked.join().unwrap();
            (!ended).then(|| at.saturating_duration_since(told))
        })
    });
    let late: Vec<Duration> = late.collect();
    if late.is_empty() {
        return Duration::ZERO;
    }
    median(late)
}

/// Contacts whose verdict isn't sure, and whoever may match by any reading, where half of them were read with two fields alone.
fn unsure(rows: u32, columns: &[Arc<Column>]) {
    let names = ["favorite_color", "city"].map(str::to_owned);
    let group = AskedGroup {
        names: BTreeSet::from(names),
        rows: RowSet::of(rows, (0..rows).step_by(2)),
    };
    let table = Table::new(rows, columns.iter().cloned()).asked_in(vec![group]);
    let plan = plan(QUESTIONS[0].1);
    let table = counted(table, &plan);
    let filters = plan.filters().unwrap();
    let never = AtomicBool::new(false);
    let reading = Reading::ALL[0];
    let evaluation = table.evaluate(&filters, reading, &never).unwrap();
    report("who isn't sure, half known", || {
        table.unsure(&filters, reading, &never).unwrap()
    });
    report("whoever may match, half known", || {
        table
            .spread(&filters, &evaluation, reading, &never)
            .unwrap()
    });
}

fn report<T>(what: &str, ask: impl Fn() -> T) {
    let ask = || timed(&ask).0;
    let first = ask();
    let usual = median((0..9).map(|_| ask()).collect());
    println!(
        "  {what:<32}{:>10.3}{:>10.3}",
        milliseconds(usual),
        milliseconds(first)
    );
}
