//! What waits is on the record, and nothing starts without one.

use jiff::Timestamp;
use mylink_console::store::journal::{JournalAct, Source, rebuild};
use serde_json::json;

use super::{desk, one_that_waits, running};
use crate::launcher::desk::{RED, RED_NEWS, hooks};

#[tokio::test]
async fn a_journal_rebuilt_from_its_copy_has_what_waits_and_what_became_of_it() {
    let (_server, desk) = desk().await;
    let (started, back) = (desk.wait(RED).await, desk.wait(RED_NEWS).await);
    let list = json!({"broadcast":"News","form":"targets",
        "targets":[{"user_id":"1","bot_channel":"WhatsAppChannel"}]});
    let open = desk.wait(&list.to_string()).await;
    desk.at_its_time(&started).await;
    desk.session.launcher.take_back(&back.id).await.unwrap();
    let before = desk.all_waiting().await;
    let whole = desk.session.waiting_launch(&open.id).await.unwrap();
    assert_eq!(whole, open);
    let journal = desk.journal();
    let there = desk.another();
    drop(desk);
    for suffix in ["", "-wal", "-shm"] {
        let mut name = journal.clone().into_os_string();
        name.push(suffix);
        let _ = std::fs::remove_file(name);
    }
    let act = JournalAct {
        by: "ops@here".to_owned(),
        at: Timestamp::now(),
        note: String::new(),
    };
    let rebuilt = rebuild(&journal, None, &act).unwrap();
    assert_eq!((rebuilt.from, rebuilt.launches), (Source::Copy, 1));
    let desk = there.another();
    assert_eq!(desk.all_waiting().await, before);
    assert_eq!(desk.session.waiting_launch(&open.id).await.unwrap(), open);
}

#[tokio::test]
async fn a_launch_whose_journal_fails_at_its_time_is_neither_sent_nor_lost() {
    let (server, desk, waiting) = one_that_waits().await;
    // The copy is gone: nothing can be armed, and the clock goes on until it is too late for that.
    std::fs::remove_file(desk.copy()).unwrap();
    let looked = desk.look_by(&waiting, running(waiting.due_at, 20)).await;
    assert!(looked.is_err(), "{looked:?}");
    assert_eq!(hooks(&server), 0);
    assert_eq!(desk.log().await, []);
}
