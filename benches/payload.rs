//! How long it takes to split targets into calls, to know the size after an edit, and to read targets out of CSV.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark says what is wrong by failing"
)]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use divan::Bencher;
use jiff::Timestamp;
use mylink_console::audience::{
    Country, Facts, FreezeSource, Header, Matched, Suppression, Table, TableBuilder, TargetImport,
    freeze, preview,
};
use mylink_console::domain::dialect::Dialect;
use mylink_console::domain::payload::{Frame, Payload, Share, TargetSizes, calls};
use mylink_console::domain::plan::{Form, Plan, Target};
use mylink_console::domain::preview::Preview;
use mylink_console::domain::problem::{Code, Problem, Surface};
use mylink_console::domain::record::ContactId;
use mylink_console::domain::suppression::key;

fn main() {
    from_file_to_calls();
    divan::main();
}

/// As many contacts as the cache may hold.
const MILLION: u32 = 1_000_000;

/// As many of these targets as one call takes.
const ONE_CALL: u32 = 8_000;

fn target(row: u32) -> Target {
    let id = format!("39{:010}", u64::from(row) * 7919);
    [
        ("user_id", id.as_str()),
        ("bot_channel", "WhatsAppChannel"),
        ("first_name", ["Ada", "Zoë", "Grace"][row as usize % 3]),
        ("order", &format!("A-{row}")),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

fn plan(rows: u32) -> Plan {
    Plan {
        broadcast: "b".to_owned(),
        form: Form::Targets {
            targets: (0..rows).map(target).collect(),
        },
        ..Plan::default()
    }
}

/// Says once what was split, so that the figure can be judged.
fn described(calls: &[Payload]) {
    let bytes: u64 = calls.iter().map(Payload::bytes).sum();
    let targets: usize = calls
        .iter()
        .filter_map(|call| call.targets.as_ref())
        .map(Share::len)
        .sum();
    println!(
        "{targets} targets in {} calls of {bytes} bytes in all",
        calls.len()
    );
}

#[divan::bench(args = [ONE_CALL, 200_000, MILLION], sample_count = 10)]
fn split_into_calls(bencher: Bencher<'_, '_>, rows: u32) {
    let plan = plan(rows);
    let dialect = Dialect::default();
    described(&calls(&plan, &dialect));
    bencher.bench_local(|| black_box(calls(black_box(&plan), &dialect)));
}

/// A table of contacts as the cache holds them.
fn cached(rows: u32) -> Table {
    let mut builder = TableBuilder::new(rows);
    for row in 0..rows {
        let id = format!("39{:010}", u64::from(row) * 7919);
        let city = ["Milano", "Roma", "Torino"][row as usize % 3];
        for (name, value) in [
            ("user_id", id.as_str()),
            ("bot_channel", "WhatsAppChannel"),
            ("city", city),
        ] {
            builder.column(name).push(row, value).unwrap();
        }
    }
    builder.finish()
}

/// All contacts of the cache, named as targets and split into calls.
#[divan::bench(sample_count = 10)]
fn freeze_a_million_and_split(bencher: Bencher<'_, '_>) {
    let table = cached(MILLION);
    let dialect = Dialect::default();
    let plan = Plan::from_json(
        r#"{"broadcast":"b","form":"audience","filters":[{"field":"user_id","criterion":"HasValue"}],"variables":[{"name":"campaign","value":"spring"}]}"#,
    )
    .unwrap();
    let source = FreezeSource {
        table: &table,
        configured: None,
        dialect: &dialect,
    };
    bencher.bench_local(|| {
        let frozen = freeze(&plan, source, &AtomicBool::new(false)).unwrap();
        let calls = calls(&frozen, &dialect);
        (frozen, calls)
    });
}

/// The targets that are edited, measured, and the frame of their call.
fn edited() -> &'static (Vec<Target>, TargetSizes, Frame) {
    static EDITED: OnceLock<(Vec<Target>, TargetSizes, Frame)> = OnceLock::new();
    EDITED.get_or_init(|| {
        let plan = plan(ONE_CALL);
        let frame = Frame::of(&plan, &Dialect::default());
        let targets = plan.form.targets().to_vec();
        let sizes = TargetSizes::of(&targets);
        (targets, sizes, frame)
    })
}

#[divan::bench]
fn size_after_an_edit(bencher: Bencher<'_, '_>) {
    let (_, sizes, frame) = edited();
    let mut sizes = sizes.clone();
    let other = target(MILLION);
    bencher.bench_local(|| {
        sizes.changed(black_box(4_321), black_box(&other));
        black_box((sizes.whole(frame), sizes.fits(frame)))
    });
}

#[divan::bench]
fn calls_after_an_edit_of_a_list_that_is_split(bencher: Bencher<'_, '_>) {
    let (targets, sizes, _) = edited();
    let dialect = Dialect {
        limit_bytes: 300_000,
        ..Dialect::default()
    };
    let frame = Frame::of(&Plan::default(), &dialect);
    bencher.bench_local(|| black_box(sizes.shares(black_box(targets), &frame)));
}

/// Rows of a long file.
const LONG: u32 = 200_000;

/// A file of many rows, as somebody exports it.
fn exported() -> String {
    let mut csv = String::from("Mobile,Channel,First Name,City,Order\n");
    for row in 0..LONG {
        let (front, back) = (row / 10_000, row % 10_000);
        writeln!(
            csv,
            "+39 320 {front:03} {back:04},WhatsAppChannel,Zoë,Roma,A-{row}"
        )
        .unwrap();
    }
    csv
}

fn imported(csv: &str) -> Plan {
    let mapping = Header::read(csv.as_bytes()).unwrap().mapping();
    let import = TargetImport {
        mapping: &mapping,
        bot_channel: None,
        country: Country::parse("IT"),
    };
    let read = import.read(csv.as_bytes(), |_| (), &AtomicBool::new(false));
    let targets = read.unwrap().unwrap().targets;
    assert_eq!(targets.len(), LONG as usize);
    Plan {
        form: Form::Targets { targets },
        ..Plan::default()
    }
}

/// A file of 200,000 rows: imported, phone numbers brought into form, and split.
#[divan::bench(sample_count = 5)]
fn import_and_split_200_000_rows(bencher: Bencher<'_, '_>) {
    let csv = exported();
    bencher.bench_local(|| calls(&imported(&csv), &Dialect::default()));
}

/// What a list of 200,000 targets is held against: every other one is cached, some are suppressed, some were reached.
struct Desk {
    table: Table,
    suppressed: Suppression,
    reached: HashMap<ContactId, Timestamp>,
}

impl Desk {
    fn new() -> Self {
        let mut builder = TableBuilder::new(LONG / 2);
        for row in 0..LONG / 2 {
            let number = phone(row * 2);
            for (name, value) in [
                ("user_id", number.as_str()),
                ("bot_channel", "WhatsAppChannel"),
            ] {
                builder.column(name).push(row, value).unwrap();
            }
        }
        let table = builder.finish();
        let keys = (0..LONG).step_by(100).map(phone);
        let keys = keys.map(|number| key(&number)).collect();
        let reached = (0..LONG).step_by(10).map(|row| {
            let contact = ContactId {
                channel: "WhatsAppChannel".to_owned(),
                user_id: phone(row),
            };
            (contact, Timestamp::UNIX_EPOCH)
        });
        Self {
            suppressed: Suppression::new(keys, &table),
            reached: reached.collect(),
            table,
        }
    }

    fn preview(&self, plan: &Plan) -> (Preview, Matched) {
        let facts = Facts {
            channels: &[],
            broadcast: Err(Problem::new(Code::UnknownBroadcast, "/broadcast", "None.")),
            table: &self.table,
            configured: None,
            as_of: None,
            is_whole: true,
            now: Timestamp::UNIX_EPOCH,
            dialect: &Dialect::default(),
            surface: Surface::Console,
            reached: &self.reached,
            suppressed: &self.suppressed,
            touched: &[],
            listed: None,
        };
        preview(plan, &facts, &AtomicBool::new(false)).unwrap()
    }
}

/// The number that the file's row becomes.
fn phone(row: u32) -> String {
    format!("+39320{:03}{:04}", row / 10_000, row % 10_000)
}

/// A list of 200,000 targets previewed: looked up, rid of the suppressed, split, and held against all problems.
#[divan::bench(sample_count = 5)]
fn preview_200_000_targets(bencher: Bencher<'_, '_>) {
    let (desk, plan) = (Desk::new(), imported(&exported()));
    bencher.bench_local(|| desk.preview(black_box(&plan)));
}

/// Prints how long a long file takes from its bytes to its calls, and the most memory that the whole process held:
/// measured before everything else.
fn from_file_to_calls() {
    let csv = exported();
    let desk = Desk::new();
    desk.table.rows_of_user_id("");
    let start = Instant::now();
    let plan = imported(&csv);
    let read = start.elapsed();
    let (preview, matched) = desk.preview(&plan);
    let all = start.elapsed();
    assert_eq!(preview.suppressed.count, u64::from(LONG / 100));
    let sent: usize = preview
        .calls
        .iter()
        .filter_map(|call| call.targets.as_ref())
        .map(Share::len)
        .sum();
    assert_eq!(sent + preview.suppressed.places.len(), LONG as usize);
    assert_eq!(matched.counts().iter().sum::<u64>(), sent as u64);
    println!(
        "{LONG} rows of {} kB: imported in {read:.0?}, previewed and split after {all:.0?}, {} calls; the process held {} at most",
        csv.len() / 1000,
        preview.calls.len(),
        most_memory()
    );
}

/// The process's high-water mark, as the system tells it.
fn most_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("an unknown amount".to_owned(), |line| {
        line.trim().to_owned()
    })
}
