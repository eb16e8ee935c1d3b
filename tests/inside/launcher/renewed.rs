//! Serving while the record under it is moved away, rebuilt, restored or replaced.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use mylink_console::domain::launch::Outcome;
use mylink_console::domain::waiting::WaitingState;
use mylink_console::session::serve::Serving;
use mylink_console::store::journal::{JournalAct, Source, rebuild};
use mylink_console::store::serving::is_served;

use super::desk::{Desk, RED, RED_NEWS, hooks, platform};
use super::waiting::serving::serving;
use super::waiting::{desk, one_that_waits};
use crate::scripted::Reply;

impl Desk {
    fn locks(&self) -> &Path {
        &self.session.launcher.locks
    }
}

fn act() -> JournalAct {
    JournalAct {
        by: "ops@here".to_owned(),
        at: Timestamp::now(),
        note: String::new(),
    }
}

/// Changes a row by hand, so that the database has to be rebuilt from its copy, and does so.
fn rebuild_from_copy(journal: &Path) {
    let by_hand = rusqlite::Connection::open(journal).unwrap();
    by_hand
        .execute_batch("DROP TRIGGER launch_step_is_copied; DROP TRIGGER launch_is_copied;")
        .unwrap();
    drop(by_hand);
    assert_eq!(rebuild(journal, None, &act()).unwrap().from, Source::Copy);
}

fn beside(path: &Path) -> PathBuf {
    path.with_extension("beside")
}

#[tokio::test]
async fn a_record_that_takes_no_launches_is_not_served_until_it_does() {
    let (server, desk, _waiting) = one_that_waits().await;
    let copy = desk.copy();
    let (left, ()) = serving(&desk, async |running| {
        running.until_listed(1).await;
        assert!(is_served(desk.locks()));
        fs::rename(&copy, beside(&copy)).unwrap();
        let trouble = running.until_in_trouble().await;
        assert_eq!(trouble, "the journal has lost its copy");
        assert!(!is_served(desk.locks()));
        // The very file that was there, so that nothing else tells of it.
        fs::rename(beside(&copy), &copy).unwrap();
        running.until_mended().await;
        assert!(is_served(desk.locks()));
    })
    .await;
    assert_eq!((left, hooks(&server)), (1, 0));
}

#[tokio::test]
async fn what_is_due_while_nothing_can_be_recorded_is_sent_once_when_that_is_mended_in_time() {
    let (server, desk) = desk().await;
    desk.wait_for_a(RED, 1_000).await;
    let copy = desk.copy();
    let (_, outcome) = serving(&desk, async |running| {
        running.until_listed(1).await;
        let bytes = fs::read(&copy).unwrap();
        fs::remove_file(&copy).unwrap();
        running.until_held_up().await;
        fs::write(beside(&copy), &bytes).unwrap();
        fs::rename(beside(&copy), &copy).unwrap();
        running.until_launched().await
    })
    .await;
    assert_eq!(outcome, Outcome::Accepted);
    assert_eq!((hooks(&server), desk.log().await.len()), (1, 1));
}

#[tokio::test]
async fn what_waits_is_read_of_the_journal_that_was_rebuilt_while_it_was_served() {
    let (server, desk, back) = one_that_waits().await;
    serving(&desk, async |running| {
        running.until_listed(1).await;
        rebuild_from_copy(&desk.journal());
        let there = desk.another();
        there.session.launcher.take_back(&back.id).await.unwrap();
        running.nudge.tell();
        running.until_listed(0).await;
        // And what another process lets wait on it is started.
        there.wait_for_a(RED_NEWS, 300).await;
        running.nudge.tell();
        assert_eq!(running.until_launched().await, Outcome::Accepted);
        assert!(is_served(desk.locks()));
    })
    .await;
    assert_eq!(hooks(&server), 1);
    let found = desk.session.waiting_launch(&back.id).await.unwrap();
    assert_eq!(found.state(), WaitingState::TakenBack);
}

#[tokio::test]
async fn an_older_record_in_its_place_starts_nothing_and_the_right_one_does() {
    let (server, desk) = desk().await;
    let files = ["journal.db", "journal.db-wal", "journal.jsonl"];
    let at = |name: &str| desk.journal().with_file_name(name);
    let waiting = desk.wait_for_a(RED, 3_000).await;
    // What was taken back since is waiting by the older one, and its copy says so too.
    let keep = || files.map(|name| fs::read(at(name)).ok());
    let put = |kept: &[Option<Vec<u8>>; 3]| {
        for (name, bytes) in files.iter().zip(kept) {
            let _ = fs::remove_file(at(name));
            if let Some(bytes) = bytes {
                fs::write(at(name), bytes).unwrap();
            }
        }
    };
    let older = keep();
    desk.launch(r#"{"broadcast":"News","form":"configured"}"#)
        .await
        .unwrap();
    desk.session.launcher.take_back(&waiting.id).await.unwrap();
    drop(desk.another());
    let newer = keep();
    serving(&desk, async |running| {
        running.until_listed(0).await;
        put(&older);
        let trouble = running.until_in_trouble().await;
        assert_eq!(trouble, "launches are missing from the journal");
        running.until_listed(1).await;
        assert!(!is_served(desk.locks()));
        // Its time comes, and it is not sent.
        running.until_held_up().await;
        put(&newer);
        running.until_mended().await;
        running.until_listed(0).await;
    })
    .await;
    assert_eq!(hooks(&server), 1, "the launch of before");
    let found = desk.session.waiting_launch(&waiting.id).await.unwrap();
    assert_eq!(found.state(), WaitingState::TakenBack);
}

#[tokio::test]
async fn a_launch_that_is_out_while_the_journal_is_rebuilt_is_sent_once() {
    let rebuilt = Arc::new(AtomicBool::new(false));
    let path = Arc::new(Mutex::new(PathBuf::new()));
    let (is_rebuilt, journal) = (Arc::clone(&rebuilt), Arc::clone(&path));
    let server = platform(move |_, _| {
        if !is_rebuilt.swap(true, Ordering::SeqCst) {
            rebuild_from_copy(&journal.lock().unwrap());
        }
        Reply::json(200, "{}")
    })
    .await;
    let desk = Desk::before(&server, "").await;
    *path.lock().unwrap() = desk.journal();
    let waiting = desk.wait_for_a(RED, 500).await;
    serving(&desk, async |running| {
        // Where its outcome came before the new record was opened, it could not be kept: then nobody knows it.
        let outcome = running.until_launched().await;
        assert!(matches!(outcome, Outcome::Accepted | Outcome::Unknown));
        running.nudge.tell();
        // What became of it is in the old one or in the new one; that it started stands in both.
        running.until_listed(0).await;
        let news = desk.wait_for_a(RED_NEWS, 300).await;
        running.nudge.tell();
        assert_eq!(running.until_launched().await, Outcome::Accepted);
        let found = desk.session.waiting_launch(&news.id).await.unwrap();
        assert_eq!(found.state(), WaitingState::Started);
    })
    .await;
    assert!(rebuilt.load(Ordering::SeqCst));
    assert_eq!(hooks(&server), 2);
    let log = desk.another().log().await;
    let first = log.iter().find(|launch| launch.id == waiting.id).unwrap();
    assert!(
        matches!(first.outcome, Outcome::Accepted | Outcome::Unknown),
        "{first:?}"
    );
}

#[tokio::test]
async fn a_copy_that_was_cut_under_a_server_is_completed_and_told_and_on_the_record() {
    let (_server, desk) = desk().await;
    desk.launch(RED).await.unwrap();
    let copy = desk.copy();
    let whole = fs::read(&copy).unwrap();
    serving(&desk, async |running| {
        running.until_listed(0).await;
        fs::write(&copy, &whole[..600]).unwrap();
        running.nudge.tell();
        let cut = |told| matches!(told, Serving::Completed(_)).then_some(());
        running.until(cut).await;
    })
    .await;
    let completed = fs::read(&copy).unwrap();
    assert!(completed.starts_with(&whole));
    let acts = desk.session.launcher.journal.run(|journal| journal.acts());
    let acts = acts.await.unwrap();
    assert_eq!((acts.len(), &*acts[0].by), (1, "ops@here"));
    // At a start it is told as a notice, once.
    fs::write(&copy, &whole[..600]).unwrap();
    let told = |desk: &Desk| desk.session.notices.join(" ");
    assert!(told(&desk.another()).contains("The journal's copy had lost"));
    assert!(!told(&desk.another()).contains("The journal's copy had lost"));
}

#[tokio::test]
async fn a_folder_that_is_put_in_the_place_of_the_profile_s_is_the_one_that_is_served() {
    let (server, desk, _waiting) = one_that_waits().await;
    let folder = desk.journal().parent().unwrap().to_owned();
    let away = beside(&folder);
    serving(&desk, async |running| {
        running.until_listed(1).await;
        fs::rename(&folder, &away).unwrap();
        fs::create_dir(&folder).unwrap();
        for entry in fs::read_dir(&away).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
            }
        }
        let there = desk.another();
        there.wait_for_a(RED_NEWS, 500).await;
        running.nudge.tell();
        assert_eq!(running.until_launched().await, Outcome::Accepted);
        assert!(is_served(desk.locks()));
    })
    .await;
    assert_eq!(hooks(&server), 1);
}
