//! What it takes to put a launch on the record before its first byte leaves: arming and beginning the call, with the
//! copy and with the rows alone. Run it where the data folder lies (`TMPDIR`): it is the disk's time above all.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark says what is wrong by failing"
)]

use divan::Bencher;
use jiff::Timestamp;
use mylink_console::domain::launch::{CallRecord, LaunchRecord, Named, Outcome};
use mylink_console::domain::record::ContactId;
use mylink_console::store::journal::{ArmedLaunch, CallEnd, diagnose};
use mylink_console::store::{Journal, SqliteJournal};
use rusqlite::{Connection, params};
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// Contacts of a launch; its body has about 30 bytes of each, as a list of targets would.
const CONTACTS: [usize; 3] = [10, 1_000, 100_000];

fn named(id: &str) -> Named {
    Named {
        id: id.to_owned(),
        name: id.to_owned(),
    }
}

fn launch(number: usize, contacts: usize) -> ArmedLaunch {
    let body = "{\"user_id\":\"390000000000\"}, ".repeat(contacts.min(30_000));
    let call = CallRecord {
        method: "POST".to_owned(),
        url: "https://h.example.com/••••".to_owned(),
        with_token: true,
        bytes: body.len() as u64,
        body: Some(body),
        sha256: "0".repeat(64),
        targets: Some(contacts as u64),
        outcome: Outcome::NotSent,
        reason: String::new(),
        status: None,
        answer: None,
        sent_at: None,
        answered_at: None,
    };
    ArmedLaunch {
        record: LaunchRecord {
            id: format!("l{number}"),
            bot: named("k1"),
            broadcast: named("b1"),
            host: "https://h.example.com".to_owned(),
            operator: "ada@h".to_owned(),
            plan: "{\"broadcast\":\"b1\"}".to_owned(),
            targets: Some(contacts as u64),
            reviewed_at: None,
            started_at: Timestamp::UNIX_EPOCH,
            ended_at: None,
            outcome: Outcome::Sending,
            reason: String::new(),
            settled: None,
            calls: vec![call],
        },
        expects: None,
        contacts: vec![
            (0..contacts)
                .map(|contact| ContactId {
                    channel: "WhatsAppChannel".to_owned(),
                    user_id: format!("39{contact:010}"),
                })
                .collect(),
        ],
    }
}

#[divan::bench(args = CONTACTS, sample_count = 40, sample_size = 1)]
fn armed_and_begun_with_the_copy(bencher: Bencher, contacts: usize) {
    let folder = TempDir::new().unwrap();
    let mut journal = SqliteJournal::open(&folder.path().join("journal.db")).unwrap();
    let mut number = 0;
    bencher
        .with_inputs(|| {
            number += 1;
            launch(number, contacts)
        })
        .bench_local_values(|armed| {
            journal.arm(&armed).unwrap();
            journal
                .begin_call(&armed.record.id, 0, Timestamp::UNIX_EPOCH)
                .unwrap();
        });
}

/// Launches on a record, with ten contacts each.
const LAUNCHES: [usize; 3] = [100, 1_000, 10_000];

fn worked_on(launches: usize) -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut journal = SqliteJournal::open(&folder.path().join("journal.db")).unwrap();
    for number in 0..launches {
        journal.arm(&launch(number, 10)).unwrap();
        let (id, at) = (format!("l{number}"), Timestamp::UNIX_EPOCH);
        journal.begin_call(&id, 0, at).unwrap();
        let end = CallEnd {
            outcome: Outcome::Accepted,
            status: Some(200),
            reason: String::new(),
            at,
        };
        journal.record_call(&id, 0, &end).unwrap();
        journal.finish(&id, Outcome::Accepted, "", at).unwrap();
    }
    folder
}

/// What every start does, and a server whose record another one took the place of.
#[divan::bench(args = LAUNCHES, sample_count = 10, sample_size = 1)]
fn opened(bencher: Bencher, launches: usize) {
    let folder = worked_on(launches);
    bencher.bench_local(|| SqliteJournal::open(&folder.path().join("journal.db")).unwrap());
}

/// What `mylink doctor` does: every row and every line.
#[divan::bench(args = LAUNCHES, sample_count = 10, sample_size = 1)]
fn looked_at_as_a_whole(bencher: Bencher, launches: usize) {
    let folder = worked_on(launches);
    bencher.bench_local(|| diagnose(&folder.path().join("journal.db")).unwrap());
}

/// Every row held against the step that made it, without the lines and the copy.
#[divan::bench(args = LAUNCHES, sample_count = 10, sample_size = 1)]
fn all_rows_held_against_their_steps(bencher: Bencher, launches: usize) {
    let folder = worked_on(launches);
    let journal = SqliteJournal::open(&folder.path().join("journal.db")).unwrap();
    bencher.bench_local(|| journal.altered().unwrap());
}

/// The rows of the first version, by hand: what the copy is held against.
#[divan::bench(args = CONTACTS, sample_count = 40, sample_size = 1)]
fn armed_and_begun_by_rows_alone(bencher: Bencher, contacts: usize) {
    let folder = TempDir::new().unwrap();
    let mut rows = Connection::open(folder.path().join("journal.db")).unwrap();
    rows.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        .unwrap();
    rows.execute_batch(include_str!("../assets/migrations/journal/1.sql"))
        .unwrap();
    let mut number = 0;
    bencher
        .with_inputs(|| {
            number += 1;
            launch(number, contacts)
        })
        .bench_local_values(|armed| {
            insert(&mut rows, &armed);
            rows.execute(
                "UPDATE call SET outcome = 'sending', sent_at = '' WHERE launch =
                     (SELECT sequence FROM launch WHERE id = ?1)",
                [&armed.record.id],
            )
            .unwrap();
        });
}

fn insert(rows: &mut Connection, armed: &ArmedLaunch) {
    let (record, call) = (&armed.record, &armed.record.calls[0]);
    let transaction = rows.transaction().unwrap();
    transaction
        .execute(
            "INSERT INTO launch (id, bot_id, bot_name, broadcast_id, broadcast_name, host, operator, started_at, outcome,
                 reason) VALUES (?1, 'k1', 'k1', 'b1', 'b1', ?2, ?3, '', 'sending', '')",
            [&record.id, &record.host, &record.operator],
        )
        .unwrap();
    let sequence = transaction.last_insert_rowid();
    transaction
        .execute(
            "INSERT INTO plan VALUES (?1, ?2)",
            params![sequence, record.plan],
        )
        .unwrap();
    transaction
        .execute(
            "INSERT INTO call (launch, number, method, url, with_token, bytes, sha256, outcome, reason)
             VALUES (?1, 0, 'POST', ?2, 1, 0, ?3, 'not_sent', '')",
            params![sequence, call.url, call.sha256],
        )
        .unwrap();
    transaction
        .execute(
            "INSERT INTO body VALUES (?1, 0, ?2)",
            params![sequence, call.body],
        )
        .unwrap();
    transaction
        .execute(
            "INSERT INTO channel (name) VALUES ('WhatsAppChannel') ON CONFLICT DO NOTHING",
            [],
        )
        .unwrap();
    {
        let mut insert = transaction
            .prepare_cached("INSERT INTO reached VALUES (?1, 0, 1, ?2)")
            .unwrap();
        for contact in &armed.contacts[0] {
            insert.execute(params![sequence, contact.user_id]).unwrap();
        }
    }
    transaction.commit().unwrap();
}
