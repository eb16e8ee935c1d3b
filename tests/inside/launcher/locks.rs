//! One launch of a broadcast at a time, and what becomes of those whose process died.

use std::sync::Arc;

use mylink_console::domain::launch::{Outcome, SettledAs};
use mylink_console::launcher::Word;
use mylink_console::store::BroadcastLock;
use mylink_console::store::lock::Holder;
use rstest::rstest;
use tokio::sync::Notify;

use super::desk::{Desk, HOOK, RED, RED_NEWS, accepting, guarded, hooks, platform};
use crate::sandbox::harness::{Harness, numbered};
use crate::scripted::Reply;

impl Desk {
    /// Holds a broadcast's lock, as another process that launches does.
    fn hold(&self, bot: &str, broadcast: &str) -> BroadcastLock {
        let holder = Holder {
            operator: "eve@there".to_owned(),
            pid: 4711,
            host: "there".to_owned(),
        };
        BroadcastLock::take(&self.session.launcher.locks, bot, broadcast, &holder).unwrap()
    }

    /// Launches, and dies as soon as the request has arrived.
    async fn die_while_sending(&self, plan: &str, arrived: &Notify) {
        tokio::select! {
            launched = self.launch(plan) => panic!("it came to an end: {launched:?}"),
            () = arrived.notified() => {}
        }
    }
}

/// A server that says when a launch arrived, and never answers the first `silent` of them.
async fn silent(silent: usize) -> (crate::scripted::Scripted, Arc<Notify>) {
    let arrived = Arc::new(Notify::new());
    let told = Arc::clone(&arrived);
    let server = platform(move |_, before| {
        told.notify_one();
        if before < silent {
            Reply::Hold
        } else {
            Reply::json(200, "{}")
        }
    })
    .await;
    (server, arrived)
}

#[rstest]
#[case::of_the_same_body(RED)]
#[case::of_another_body(r#"{"broadcast":"Offer","form":"configured"}"#)]
#[tokio::test]
async fn two_consoles_launching_at_once_send_one_request(#[case] other: &str) {
    let server = accepting().await;
    let here = Desk::before(&server, "").await;
    let there = here.another();
    let (one, two) = (here.prepare(RED).await, there.prepare(other).await);
    let again = Word {
        again: true,
        ..Word::default()
    };
    here.session.client().await.unwrap();
    there.session.client().await.unwrap();
    let (one, two) = tokio::join!(here.send(one, Word::default()), there.send(two, again));
    let (sent, refused) = if one.is_ok() { (one, two) } else { (two, one) };
    assert_eq!(sent.unwrap().outcome, Outcome::Accepted);
    let message = guarded(refused);
    assert!(message.contains("being launched by ops@here"), "{message}");
    assert_eq!(hooks(&server), 1);
    assert_eq!(here.log().await.len(), 1);
}

#[tokio::test]
async fn a_launch_that_came_between_review_and_lock_asks_for_another_review() {
    let server = accepting().await;
    let here = Desk::before(&server, "").await;
    let there = here.another();
    let late = there
        .prepare(r#"{"broadcast":"Offer","form":"configured","delay_minutes":5}"#)
        .await;
    here.launch(RED).await.unwrap();
    let message = guarded(there.send(late, Word::default()).await);
    assert!(message.contains("meanwhile"), "{message}");
    assert_eq!(hooks(&server), 1);
}

#[tokio::test]
async fn the_lock_of_one_broadcast_leaves_the_others_alone() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let lock = desk.hold("k1", "b1");
    let message = guarded(desk.launch(RED).await);
    assert!(
        message.contains("eve@there (process 4711 on there)"),
        "{message}"
    );
    assert_eq!(
        desk.launch(RED_NEWS).await.unwrap().outcome,
        Outcome::Accepted
    );
    drop(lock);
    assert_eq!(desk.launch(RED).await.unwrap().outcome, Outcome::Accepted);
    assert_eq!(hooks(&server), 2);
}

#[tokio::test]
async fn an_unknown_launch_blocks_its_broadcast_alone_until_a_person_settles_it() {
    let server = platform(|_, before| Reply::json(if before == 0 { 500 } else { 200 }, "{}")).await;
    let desk = Desk::before(&server, "").await;
    let unknown = desk.launch(RED).await.unwrap();
    assert_eq!(unknown.outcome, Outcome::Unknown);
    let again = Word {
        again: true,
        ..Word::default()
    };
    let other = r#"{"broadcast":"Offer","form":"configured"}"#;
    for plan in [RED, other] {
        let message = guarded(desk.launch_with(plan, again.clone()).await);
        assert!(message.contains("unknown outcome"), "{message}");
        assert!(message.contains(&format!("mylink settle {}", unknown.id)));
    }
    assert_eq!(
        desk.launch(RED_NEWS).await.unwrap().outcome,
        Outcome::Accepted
    );
    let settled = desk.settle(&unknown.id, SettledAs::NotSent).await;
    assert_eq!(settled.outcome, Outcome::Unknown, "it stays so for ever");
    assert_eq!(settled.settled.unwrap().settled_as, SettledAs::NotSent);
    assert_eq!(desk.launch(RED).await.unwrap().outcome, Outcome::Accepted);
    assert_eq!(server.count(HOOK), 2);
    let logged = desk.log().await;
    let first = logged
        .iter()
        .find(|launch| launch.id == unknown.id)
        .unwrap();
    assert_eq!(first.outcome, Outcome::Unknown);
    assert!(first.settled.is_some());
}

#[tokio::test]
async fn a_launch_that_died_while_sending_becomes_unknown_by_whoever_gets_its_lock() {
    let (server, arrived) = silent(1).await;
    let desk = Desk::before(&server, "").await;
    desk.die_while_sending(RED, &arrived).await;
    let other = desk.another();
    assert_eq!(other.log().await[0].outcome, Outcome::Sending);
    let lock = desk.hold("k1", "b1");
    assert_eq!(other.session.launcher.recover().await.unwrap(), 0);
    assert_eq!(
        other.log().await[0].outcome,
        Outcome::Sending,
        "somebody may be at it"
    );
    drop(lock);
    assert_eq!(other.session.launcher.recover().await.unwrap(), 1);
    let [dead] = other.log().await.try_into().unwrap();
    assert_eq!(
        (dead.outcome, dead.calls[0].outcome),
        (Outcome::Unknown, Outcome::Unknown)
    );
    assert_eq!(other.session.launcher.recover().await.unwrap(), 0);
    assert!(guarded(other.launch(RED).await).contains("unknown outcome"));
    assert_eq!(server.count(HOOK), 1);
}

#[tokio::test]
async fn a_launch_finds_the_dead_one_before_it_by_itself() {
    let (server, arrived) = silent(1).await;
    let desk = Desk::before(&server, "").await;
    desk.die_while_sending(RED, &arrived).await;
    let message = guarded(desk.another().launch(RED).await);
    assert!(message.contains("unknown outcome"), "{message}");
    assert_eq!(server.count(HOOK), 1);
}

#[tokio::test]
async fn a_broadcast_of_the_same_id_below_another_bot_is_not_declared_dead() {
    let (server, arrived) = silent(1).await;
    let desk = Desk::before(&server, "").await;
    desk.die_while_sending(RED, &arrived).await;
    let alive = desk.hold("k1", "b1");
    let twin = super::desk::broadcast("k2", "b1", "Twin", &server.url);
    desk.put_broadcasts("k2", vec![twin]).await;
    let plan = r#"{"broadcast":"Twin","form":"targets","targets":[{"user_id":"9","bot_channel":"SMSChannel"}]}"#;
    let _ = desk.launch(plan).await;
    let logged = desk.log().await;
    assert_eq!(logged.last().unwrap().outcome, Outcome::Sending);
    drop(alive);
}

#[tokio::test]
async fn a_launch_that_died_before_its_call_was_never_sent() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let launched = desk.launch(RED).await.unwrap();
    let mut record = desk.log().await.remove(0);
    record.id = launched.id.replacen('0', "1", 1);
    (record.outcome, record.ended_at) = (Outcome::Sending, None);
    record.calls[0].outcome = Outcome::NotSent;
    let armed = mylink_console::store::journal::ArmedLaunch {
        record,
        expects: None,
        contacts: Vec::new(),
    };
    let journal = &desk.session.launcher.journal;
    let arming = journal.run(move |journal| {
        use mylink_console::store::Journal;
        journal.arm(&armed)
    });
    arming.await.unwrap();
    assert_eq!(desk.session.launcher.recover().await.unwrap(), 1);
    assert_eq!(desk.log().await[0].outcome, Outcome::Failed);
}

#[tokio::test]
async fn one_process_syncs_a_profile_at_a_time_and_the_other_waits_for_it() {
    let sandbox = Harness::start().await;
    let desk = Desk::synced(&sandbox, "danger = \"safe\"").await;
    let held = std::sync::Mutex::new(Some(desk.hold("", "sync")));
    let report = desk.session.sync(|progress| {
        let is_waiting = progress.words.contains("waiting for eve@there");
        let mut held = held.lock().unwrap();
        assert!(
            is_waiting || held.is_none(),
            "it did not wait: {progress:?}"
        );
        *held = None;
    });
    assert_eq!(report.await.unwrap().notes, Vec::<String>::new());
}

#[tokio::test]
async fn a_sync_tells_of_an_audience_that_lost_many() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(300)).await;
    let desk = Desk::synced(&sandbox, "danger = \"safe\"").await;
    sandbox.put_contacts(numbered(280)).await;
    let report = desk.session.sync(|_| ()).await.unwrap();
    assert_eq!(report.notes, Vec::<String>::new(), "some always leave");
    sandbox.put_contacts(numbered(120)).await;
    let report = desk.session.sync(|_| ()).await.unwrap();
    let [note] = report.notes.as_slice() else {
        panic!("{:?}", report.notes);
    };
    assert!(note.contains("120 contacts came, 280 last time"), "{note}");
}
