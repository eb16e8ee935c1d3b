//! Launches that are given a time, under a clock that is moved by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mylink_console::domain::launch::Outcome;
use mylink_console::domain::problem::{Code, Surface};
use mylink_console::domain::settings::Setting;
use mylink_console::domain::waiting::{GRACE, WaitingLaunch, WaitingState};
use mylink_console::launcher::{LaunchError, Stop, Until, Word};
use mylink_console::session::serve::{self, Nudge, Serving};
use mylink_console::session::{Became, SessionError};
use mylink_console::store::BroadcastLock;
use mylink_console::store::StoreError;
use mylink_console::store::journal::{JournalAct, Source, WaitingFilter, rebuild};
use mylink_console::store::lock::Holder;
use mylink_console::store::serving::Serves;
use rstest::rstest;
use serde_json::json;

use super::desk::{Desk, HOOK, RED, RED_BODY, RED_NEWS, accepting, hooks, platform};
use crate::scripted::{Reply, Scripted};

/// An hour from now.
pub fn in_an_hour() -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(1)
}

pub fn until(due: Timestamp) -> Until {
    Until {
        due: due.to_zoned(TimeZone::UTC),
        expect: None,
        surface: Surface::Console,
    }
}

pub fn again() -> Word {
    Word {
        again: true,
        ..Word::default()
    }
}

impl Desk {
    /// Lets a plan wait for a time.
    pub async fn wait_with(
        &self,
        plan: &str,
        word: Word,
        until: Until,
    ) -> Result<WaitingLaunch, LaunchError> {
        let prepared = self.prepare(plan).await;
        let client = self.session.client().await.unwrap();
        let launcher = &self.session.launcher;
        launcher.hold(&client, &prepared, word, until).await
    }

    /// Lets a plan wait for an hour.
    pub async fn wait(&self, plan: &str) -> WaitingLaunch {
        let until = until(in_an_hour());
        self.wait_with(plan, Word::default(), until).await.unwrap()
    }

    /// Looks at a waiting launch, when it is `late` after its time.
    pub async fn look(&self, waiting: &WaitingLaunch, late: SignedDuration) -> Became {
        let at = waiting.due_at + late;
        let session = &self.session;
        session
            .start_waiting(&waiting.id, &Stop::default(), || at, |_, _| {})
            .await
            .unwrap()
    }

    /// Starts one at its time, which is expected to be refused; gives the reason.
    pub async fn refused(&self, waiting: &WaitingLaunch) -> String {
        let Became::Ended(ended) = self.look(waiting, SignedDuration::ZERO).await else {
            panic!("it was not refused");
        };
        assert_eq!(ended.state(), WaitingState::Refused);
        assert!(ended.is_unseen());
        ended.end.unwrap().reason
    }

    async fn all_waiting(&self) -> Vec<WaitingLaunch> {
        let filter = WaitingFilter {
            with_ended: true,
            ..WaitingFilter::default()
        };
        self.session.waiting(filter).await.unwrap()
    }
}

#[tokio::test]
async fn a_launch_waits_on_the_record_and_starts_at_its_time_under_the_same_id() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    assert_eq!(hooks(&server), 0);
    assert_eq!(desk.log().await, []);
    assert_eq!(waiting.calls[0].body.as_deref(), Some(RED_BODY));
    assert_eq!((waiting.targets, &*waiting.operator), (Some(2), "ops@here"));
    // Another process reads the same.
    let there = desk.another();
    let read = there
        .session
        .waiting_launch(&waiting.id[..13])
        .await
        .unwrap();
    assert_eq!(read, waiting);
    let early = there.look(&waiting, SignedDuration::from_millis(-1)).await;
    assert_eq!(early, Became::NotYet);
    assert_eq!(hooks(&server), 0);
    let Became::Launched(record) = there.look(&waiting, SignedDuration::ZERO).await else {
        panic!("it did not start");
    };
    assert_eq!(
        (&record.id, record.outcome),
        (&waiting.id, Outcome::Accepted)
    );
    assert_eq!(server.requests()[0].body, RED_BODY);
    assert_eq!(desk.log().await[0].id, waiting.id);
    // Whoever looks once more finds it started, and nothing is sent again.
    let Became::Elsewhere(over) = desk.look(&waiting, SignedDuration::ZERO).await else {
        panic!("it was not over");
    };
    assert_eq!(over.state(), WaitingState::Started);
    assert_eq!(hooks(&server), 1);
}

#[rstest]
#[case::at_the_end_of_grace(GRACE, Outcome::Accepted)]
#[tokio::test]
async fn a_launch_may_be_a_little_late(#[case] late: SignedDuration, #[case] outcome: Outcome) {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let Became::Launched(record) = desk.look(&waiting, late).await else {
        panic!("it did not start");
    };
    assert_eq!(record.outcome, outcome);
}

#[tokio::test]
async fn a_time_that_nobody_served_is_missed_and_never_caught_up() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let later = GRACE + SignedDuration::from_secs(1);
    let Became::Ended(ended) = desk.look(&waiting, later).await else {
        panic!("it was not missed");
    };
    assert_eq!(ended.state(), WaitingState::Missed);
    assert!(ended.end.unwrap().reason.contains("No mylink served"));
    // A clock that is set back brings it to life no more.
    let at_its_time = desk.look(&waiting, SignedDuration::ZERO).await;
    assert!(matches!(at_its_time, Became::Elsewhere(_)));
    assert_eq!(hooks(&server), 0);
    // It is shown until somebody has looked, and gives its plan back.
    assert_eq!(
        desk.session
            .waiting(WaitingFilter::default())
            .await
            .unwrap()
            .len(),
        1
    );
    desk.session.launcher.take_back(&waiting.id).await.unwrap();
    assert_eq!(
        desk.session
            .waiting(WaitingFilter::default())
            .await
            .unwrap(),
        []
    );
    assert_eq!(desk.all_waiting().await[0].state(), WaitingState::Missed);
    let plan = desk.session.again(&waiting.id).await.unwrap();
    assert_eq!(plan.plan.broadcast, "b1");
}

#[tokio::test]
async fn whoever_opens_the_journal_notes_what_was_missed() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let (late, soon) = (desk.wait(RED).await, desk.wait(RED_NEWS).await);
    let now = late.due_at + GRACE + SignedDuration::from_millis(1);
    assert!(soon.due_at > late.due_at);
    let missed = desk.session.mark_missed(now).await.unwrap();
    assert_eq!(missed.len(), 1);
    assert_eq!(missed[0].id, late.id);
    assert_eq!(desk.session.mark_missed(now).await.unwrap(), []);
}

#[tokio::test]
async fn what_somebody_serves_is_left_to_them_to_note_and_nobody_says_that_nobody_served() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let there = desk.another();
    let serves = Serves::begin(&desk.session.launcher.locks).unwrap();
    let over = waiting.due_at + GRACE;
    let soon = over + SignedDuration::from_secs(29);
    assert_eq!(there.session.mark_missed(soon).await.unwrap(), []);
    let later = over + SignedDuration::from_secs(31);
    let missed = there.session.mark_missed(later).await.unwrap();
    let reason = missed[0].end.as_ref().unwrap().reason.clone();
    assert!(
        reason.starts_with("A mylink serves this profile now, but none started it"),
        "{reason}"
    );
    drop(serves);
}

#[tokio::test]
async fn why_one_is_held_up_here_is_the_reason_whoever_of_this_program_notes_it() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let copy = desk.journal().with_extension("jsonl");
    std::fs::rename(&copy, copy.with_extension("away")).unwrap();
    let (due, nudge) = (waiting.due_at, Nudge::default());
    let held_up = tokio::sync::Notify::new();
    let tell = |serving| {
        if matches!(serving, Serving::HeldUp(..)) {
            held_up.notify_one();
        }
    };
    let asked = held_up.notified();
    let until = serve::Until::Asked;
    let served = desk
        .session
        .serve_waiting(until, || due, &nudge, asked, tell);
    assert_eq!(served.await.unwrap(), 1);
    std::fs::rename(copy.with_extension("away"), &copy).unwrap();
    assert_eq!(desk.session.record_trouble_now().await, None);
    // The screen looks for what was missed, too.
    let later = due + GRACE + SignedDuration::from_secs(1);
    let missed = desk.session.mark_missed(later).await.unwrap();
    let reason = missed[0].end.as_ref().unwrap().reason.clone();
    assert!(
        reason.contains("could not start in time: the journal"),
        "{reason}"
    );
}

#[tokio::test]
async fn what_is_taken_back_at_the_last_moment_is_not_sent() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let there = desk.another();
    let back = there.session.launcher.take_back(&waiting.id).await.unwrap();
    assert_eq!(back.state(), WaitingState::TakenBack);
    assert_eq!(back.end.unwrap().by, "ops@here");
    assert!(matches!(
        desk.look(&waiting, SignedDuration::ZERO).await,
        Became::Elsewhere(_)
    ));
    assert_eq!(hooks(&server), 0);
    let twice = there.session.launcher.take_back(&waiting.id).await;
    assert!(matches!(
        twice,
        Err(StoreError::NotWaiting {
            state: WaitingState::TakenBack,
            ..
        })
    ));
}

#[tokio::test]
async fn what_was_started_can_t_be_taken_back_and_that_is_said() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    desk.look(&waiting, SignedDuration::ZERO).await;
    let error = desk
        .session
        .launcher
        .take_back(&waiting.id)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("it was started by ops@here"),
        "{error}"
    );
    assert_eq!(hooks(&server), 1);
}

/// What happens between the confirmation and the time.
enum Meanwhile {
    ContactAdded,
    Setting,
    Renamed,
    Disabled,
    Suppressed,
    Launched,
}

#[rstest]
#[case::a_contact_more(Meanwhile::ContactAdded, "the contacts that it reaches changed")]
#[case::a_setting(Meanwhile::Setting, "the broadcast's settings changed")]
#[case::a_rename(Meanwhile::Renamed, "the broadcast was renamed")]
#[case::disabled(Meanwhile::Disabled, "disabled")]
#[case::suppressed(Meanwhile::Suppressed, "suppression list")]
#[case::another_launch(Meanwhile::Launched, "another launch of this broadcast was made")]
#[tokio::test]
async fn what_changed_meanwhile_is_refused_with_its_name(
    #[case] meanwhile: Meanwhile,
    #[case] expected: &str,
) {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let change = async |name: &str, enabled: bool| {
        let mut offer = super::desk::broadcast("k1", "b1", name, &server.url);
        offer.enabled = Some(enabled);
        desk.put_broadcasts("k1", vec![offer]).await;
    };
    match meanwhile {
        Meanwhile::ContactAdded => desk.put_contact("4", "red").await,
        Meanwhile::Setting => desk.record("b1", &[(Setting::AllowGet, false)]).await,
        Meanwhile::Renamed => change("Offers", true).await,
        Meanwhile::Disabled => change("Offer", false).await,
        Meanwhile::Suppressed => {
            let list = vec!["2".to_owned()];
            desk.session.suppress(list, "left").await.unwrap();
        }
        Meanwhile::Launched => {
            let body = r#"{"broadcast":"Offer","form":"configured"}"#;
            desk.launch_with(body, again()).await.unwrap();
        }
    }
    let before = hooks(&server);
    let reason = desk.refused(&waiting).await;
    assert!(reason.contains(expected), "{reason}");
    assert!(reason.contains("Nothing was sent"), "{reason}");
    assert_eq!(hooks(&server), before);
}

#[rstest]
#[case::inside("2..3", None)]
#[case::outside("2..2", Some("expected to be 2, but it is 3"))]
#[tokio::test]
async fn an_expected_range_lets_the_count_drift_inside_it(
    #[case] range: &str,
    #[case] refused: Option<&str>,
) {
    let server = accepting().await;
    let desk = Desk::before(&server, "danger = \"live\"").await;
    let word = Word {
        number: Some(2),
        ..Word::default()
    };
    let until = Until {
        expect: Some(range.parse().unwrap()),
        ..until(in_an_hour())
    };
    let waiting = desk.wait_with(RED, word, until).await.unwrap();
    desk.put_contact("4", "red").await;
    if let Some(expected) = refused {
        let reason = desk.refused(&waiting).await;
        assert!(reason.contains(expected), "{reason}");
        return;
    }
    let became = desk.look(&waiting, SignedDuration::ZERO).await;
    let Became::Launched(record) = became else {
        panic!("{became:?}");
    };
    assert_eq!(record.targets, Some(3));
}

#[tokio::test]
async fn an_unknown_launch_blocks_what_waits_too() {
    let server = platform(|_, before| match before {
        0 => Reply::raw("garbage\r\n\r\n"),
        _ => Reply::json(200, "{}"),
    })
    .await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let other = r#"{"broadcast":"Offer","form":"configured"}"#;
    let launched = desk.launch_with(other, again()).await.unwrap();
    assert_eq!(launched.outcome, Outcome::Unknown);
    desk.refused(&waiting).await;
    assert_eq!(hooks(&server), 1);
}

#[tokio::test]
async fn every_gate_is_asked_when_it_is_confirmed() {
    let server = accepting().await;
    let desk = Desk::before(
        &server,
        "danger = \"live\"\nconfirm_above = 2\nhold_seconds = 60",
    )
    .await;
    let word = |number, name: Option<&str>| Word {
        number,
        name: name.map(str::to_owned),
        ..Word::default()
    };
    let whole = || word(Some(2), Some("Offer"));
    let soon = Timestamp::now() + SignedDuration::from_secs(30);
    let past = Timestamp::now() - SignedDuration::from_secs(1);
    let cases = [
        (
            word(None, Some("Offer")),
            in_an_hour(),
            "number of targets was not confirmed",
        ),
        (
            word(Some(3), Some("Offer")),
            in_an_hour(),
            "number of targets was not confirmed",
        ),
        (word(Some(2), None), in_an_hour(), "name was not confirmed"),
        (whole(), past, "is past"),
        (whole(), soon, "nearer than the hold of this profile, 60 s"),
    ];
    for (word, due, expected) in cases {
        let error = desk.wait_with(RED, word, until(due)).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert_eq!(desk.all_waiting().await, []);
    desk.wait_with(RED, whole(), until(in_an_hour()))
        .await
        .unwrap();
}

#[tokio::test]
async fn what_waits_counts_as_sent_for_a_repeat_and_is_warned_about() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let first = desk.wait(RED).await;
    let warned = desk
        .preview(r#"{"broadcast":"Offer","form":"configured"}"#)
        .await;
    let warning = warned
        .problems
        .iter()
        .find(|problem| problem.code == Code::AlreadyLaunched);
    let message = &warning.unwrap().message;
    assert!(message.contains("to 2 contacts waits for"), "{message}");
    // The same once more, now or later, is refused unless it is meant.
    let now = desk.launch(RED).await.unwrap_err();
    assert!(now.to_string().contains("The same waits to go"), "{now}");
    let later = desk
        .wait_with(RED, Word::default(), until(in_an_hour()))
        .await
        .unwrap_err();
    assert!(
        later.to_string().contains("The same waits to go"),
        "{later}"
    );
    // Meant, both are sent: the second foresaw the first.
    let second = desk
        .wait_with(RED, again(), until(in_an_hour()))
        .await
        .unwrap();
    assert!(matches!(
        desk.look(&first, SignedDuration::ZERO).await,
        Became::Launched(_)
    ));
    let became = desk.look(&second, SignedDuration::ZERO).await;
    assert!(matches!(became, Became::Launched(_)), "{became:?}");
    assert_eq!(hooks(&server), 2);
}

#[tokio::test]
async fn a_read_only_profile_serves_nothing_and_changes_nothing() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let mut there = desk.another();
    there.session.profile.readonly = true;
    let at = waiting.due_at;
    let looked = there
        .session
        .start_waiting(&waiting.id, &Stop::default(), move || at, |_, _| {})
        .await;
    assert!(matches!(looked, Err(SessionError::ReadOnly(_))));
    assert!(desk.all_waiting().await[0].is_waiting());
    assert_eq!(hooks(&server), 0);
}

#[tokio::test]
async fn a_broadcast_that_is_being_launched_is_waited_for_within_the_grace() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let holder = Holder::of_this_process("eve", "there");
    let locks = &desk.session.launcher.locks;
    let lock = BroadcastLock::take(locks, "k1", "b1", &holder).unwrap();
    let clock = Arc::new(AtomicI64::new(0));
    let moved = Arc::clone(&clock);
    let due = waiting.due_at;
    let stop = Stop::default();
    let looking = desk.session.start_waiting(
        &waiting.id,
        &stop,
        // Each look at the clock moves it on.
        move || due + SignedDuration::from_secs(moved.fetch_add(20, Ordering::SeqCst)),
        |_, _| {},
    );
    let Became::Ended(ended) = looking.await.unwrap() else {
        panic!("it started");
    };
    drop(lock);
    assert_eq!(ended.state(), WaitingState::Missed);
    let reason = ended.end.unwrap().reason;
    assert!(reason.contains("being launched by eve"), "{reason}");
    assert_eq!(hooks(&server), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_that_serve_one_launch_one_sends() {
    for _ in 0..5 {
        let server = accepting().await;
        let desk = Arc::new(Desk::before(&server, "").await);
        let waiting = desk.wait(RED).await;
        let servers: Vec<_> = (0..8).map(|_| desk.another()).collect();
        let looks = servers.into_iter().map(|desk| {
            let waiting = waiting.clone();
            tokio::spawn(async move { desk.look(&waiting, SignedDuration::ZERO).await })
        });
        let mut sent = 0;
        for look in looks.collect::<Vec<_>>() {
            match look.await.unwrap() {
                Became::Launched(record) => {
                    assert_eq!(record.outcome, Outcome::Accepted);
                    sent += 1;
                }
                Became::Elsewhere(over) => assert_eq!(over.state(), WaitingState::Started),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((sent, server.count(HOOK)), (1, 1));
        assert_eq!(desk.log().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_take_back_that_races_with_the_start_tells_which_came_first() {
    for _ in 0..10 {
        let server = accepting().await;
        let desk = Desk::before(&server, "").await;
        let waiting = desk.wait(RED).await;
        let there = desk.another();
        let id = waiting.id.clone();
        let taking = tokio::spawn(async move { there.session.launcher.take_back(&id).await });
        let became = desk.look(&waiting, SignedDuration::ZERO).await;
        match (taking.await.unwrap(), became) {
            (Ok(back), Became::Elsewhere(seen)) => {
                assert_eq!(back.state(), WaitingState::TakenBack);
                assert_eq!(seen.state(), WaitingState::TakenBack);
                assert_eq!(hooks(&server), 0);
            }
            (Err(error), Became::Launched(_)) => {
                assert!(error.to_string().contains("it was started"), "{error}");
                assert_eq!(hooks(&server), 1);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_journal_rebuilt_from_its_copy_has_what_waits_and_what_became_of_it() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let (started, back) = (desk.wait(RED).await, desk.wait(RED_NEWS).await);
    let list = json!({"broadcast":"News","form":"targets",
        "targets":[{"user_id":"1","bot_channel":"WhatsAppChannel"}]});
    let open = desk.wait(&list.to_string()).await;
    desk.look(&started, SignedDuration::ZERO).await;
    desk.session.launcher.take_back(&back.id).await.unwrap();
    let before = desk.all_waiting().await;
    let whole = desk.session.waiting_launch(&open.id).await.unwrap();
    assert_eq!(whole, open);
    let journal = desk.journal();
    drop(desk.session.launcher.journal.clone());
    let there = desk.another();
    drop(desk);
    drop(there.session.launcher.journal.clone());
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
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    // The copy is gone: nothing can be armed, and the clock goes on until it is too late for that.
    std::fs::remove_file(desk.journal().with_extension("jsonl")).unwrap();
    let clock = AtomicI64::new(0);
    let due = waiting.due_at;
    let looked = desk
        .session
        .start_waiting(
            &waiting.id,
            &Stop::default(),
            || due + SignedDuration::from_secs(clock.fetch_add(20, Ordering::SeqCst)),
            |_, _| {},
        )
        .await;
    assert!(looked.is_err(), "{looked:?}");
    assert_eq!(hooks(&server), 0);
    assert_eq!(desk.log().await, []);
}

#[tokio::test]
async fn serving_starts_what_is_due_and_ends_when_nothing_waits() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let soon = Timestamp::now() + SignedDuration::from_millis(300);
    let waiting = desk
        .wait_with(RED, Word::default(), until(soon))
        .await
        .unwrap();
    let (send, mut told) = tokio::sync::mpsc::unbounded_channel();
    let left = desk
        .session
        .serve_waiting(
            serve::Until::NothingWaits,
            Timestamp::now,
            &Nudge::default(),
            std::future::pending(),
            move |serving| drop(send.send(serving)),
        )
        .await
        .unwrap();
    assert_eq!(left, 0);
    let mut steps = Vec::new();
    while let Ok(step) = told.try_recv() {
        steps.push(match step {
            Serving::List(list) => format!("list {}", list.len()),
            Serving::Starting(_) => "starting".to_owned(),
            Serving::Became(_, Became::Launched(record)) => record.outcome.to_string(),
            other => format!("{other:?}"),
        });
    }
    steps.retain(|step| step != "list 0" && !step.starts_with("Progress"));
    assert_eq!(steps, ["list 1", "starting", "accepted"]);
    assert_eq!(desk.log().await[0].id, waiting.id);
}

#[tokio::test]
async fn serving_that_is_asked_to_end_leaves_what_waits_waiting() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    desk.wait(RED).await;
    let asked = async {};
    let until = serve::Until::Asked;
    let left = desk
        .session
        .serve_waiting(until, Timestamp::now, &Nudge::default(), asked, |_| {})
        .await
        .unwrap();
    assert_eq!(left, 1);
    assert!(desk.all_waiting().await[0].is_waiting());
    assert_eq!(hooks(&server), 0);
}

/// What serving told, in short.
fn short(serving: &Serving) -> String {
    match serving {
        Serving::List(list) => format!("list {}", list.len()),
        Serving::SetBack(_) => "set back".to_owned(),
        Serving::Became(_, Became::Ended(ended)) => ended.state().word().to_owned(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_lets_it_wait_and_one_that_jumps_past_the_grace_misses_it() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let ahead = AtomicI64::new(0);
    let clock = || Timestamp::now() + SignedDuration::from_secs(ahead.load(Ordering::SeqCst));
    let (send, mut told) = tokio::sync::mpsc::unbounded_channel();
    let nudge = Nudge::default();
    let over = tokio::sync::Notify::new();
    let serving = desk.session.serve_waiting(
        serve::Until::Asked,
        &clock,
        &nudge,
        over.notified(),
        move |serving| drop(send.send(short(&serving))),
    );
    let moving = async {
        assert_eq!(told.recv().await.unwrap(), "list 1");
        ahead.store(-3_600, Ordering::SeqCst);
        assert_eq!(told.recv().await.unwrap(), "set back");
        // As after a night in which the machine slept.
        ahead.store(7_200, Ordering::SeqCst);
        assert_eq!(told.recv().await.unwrap(), "missed");
        over.notify_one();
    };
    let (left, ()) = tokio::join!(serving, moving);
    assert_eq!(left.unwrap(), 0);
    assert_eq!(hooks(&server), 0);
    let found = desk.session.waiting_launch(&waiting.id).await.unwrap();
    assert_eq!(found.state(), WaitingState::Missed);
}

#[tokio::test]
async fn what_was_taken_back_and_is_made_to_wait_again_by_hand_is_found_out_before_it_is_sent() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    desk.session.launcher.take_back(&waiting.id).await.unwrap();
    let by_hand = rusqlite::Connection::open(desk.journal()).unwrap();
    by_hand
        .execute_batch(
            "DROP TRIGGER waiting_ends_once; DROP TRIGGER waiting_step_is_copied;
             UPDATE waiting SET state = 'waiting', ended_at = NULL;",
        )
        .unwrap();
    let clock = AtomicI64::new(0);
    let due = waiting.due_at;
    let stop = Stop::default();
    let looked = desk.session.start_waiting(
        &waiting.id,
        &stop,
        || due + SignedDuration::from_secs(clock.fetch_add(20, Ordering::SeqCst)),
        |_, _| {},
    );
    assert!(looked.await.is_err());
    assert_eq!(hooks(&server), 0);
}

#[tokio::test]
async fn what_takes_too_long_before_it_is_armed_is_missed() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let (clock, due) = (AtomicI64::new(0), waiting.due_at);
    let stop = Stop::default();
    let looking = desk.session.start_waiting(
        &waiting.id,
        &stop,
        // In time at first, and too late by the time it holds the lock.
        || due + SignedDuration::from_secs(clock.fetch_add(16, Ordering::SeqCst)),
        |_, _| {},
    );
    let Became::Ended(ended) = looking.await.unwrap() else {
        panic!("it started");
    };
    assert_eq!(ended.state(), WaitingState::Missed);
    let reason = ended.end.unwrap().reason;
    assert!(reason.contains("took too long"), "{reason}");
    assert_eq!((hooks(&server), desk.log().await.len()), (0, 0));
}

#[tokio::test]
async fn a_token_that_comes_too_late_leads_to_no_call() {
    let late = Arc::new(AtomicI64::new(0));
    let moved = Arc::clone(&late);
    let server = Scripted::serve(move |request, _| {
        if request.line.contains("/authorization/") {
            moved.store(31, Ordering::SeqCst);
            return Reply::json(200, r#"{"token":"t0k3n","expires":60}"#);
        }
        Reply::json(200, "{}")
    })
    .await;
    let desk = Desk::before(&server, "").await;
    desk.record("b1", &[(Setting::DirectMode, false)]).await;
    let waiting = desk.wait(RED).await;
    let due = waiting.due_at;
    let became = desk
        .session
        .start_waiting(
            &waiting.id,
            &Stop::default(),
            || due + SignedDuration::from_secs(late.load(Ordering::SeqCst)),
            |_, _| {},
        )
        .await
        .unwrap();
    let Became::Launched(record) = became else {
        panic!("{became:?}");
    };
    assert_eq!(late.load(Ordering::SeqCst), 31, "a token was asked for");
    assert_eq!(hooks(&server), 0);
    assert_eq!(record.outcome, Outcome::Failed);
    assert!(
        record.reason.contains("nothing was sent"),
        "{}",
        record.reason
    );
    assert_eq!(desk.log().await[0].outcome, Outcome::Failed);
    assert!(!desk.log().await[0].is_unsettled());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn launches_of_one_broadcast_go_as_they_are_due_then_as_they_were_confirmed() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let soon = Timestamp::now() + SignedDuration::from_millis(700);
    let mut expected = Vec::new();
    for _ in 0..4 {
        let waiting = desk.wait_with(RED, again(), until(soon)).await.unwrap();
        expected.push(waiting.id);
    }
    // One that is due a little later comes last, though two processes serve and see them all at once.
    let last = soon + SignedDuration::from_millis(5);
    let waiting = desk.wait_with(RED, again(), until(last)).await.unwrap();
    expected.push(waiting.id);
    let there = desk.another();
    let nudge = Nudge::default();
    let (one, two) = tokio::join!(
        desk.session.serve_waiting(
            serve::Until::NothingWaits,
            Timestamp::now,
            &nudge,
            std::future::pending(),
            |_| {},
        ),
        there.session.serve_waiting(
            serve::Until::NothingWaits,
            Timestamp::now,
            &nudge,
            std::future::pending(),
            |_| {},
        ),
    );
    assert_eq!((one.unwrap(), two.unwrap()), (0, 0));
    let mut log = desk.log().await;
    log.reverse();
    let outcomes: Vec<_> = log.iter().map(|launch| launch.outcome).collect();
    assert_eq!(outcomes, [Outcome::Accepted; 5]);
    let ids: Vec<_> = log.into_iter().map(|launch| launch.id).collect();
    assert_eq!(ids, expected);
    assert_eq!(hooks(&server), 5);
}

#[tokio::test]
async fn one_confirmed_later_that_is_due_before_was_not_foreseen() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let due = in_an_hour();
    let first = desk.wait_with(RED, again(), until(due)).await.unwrap();
    let sooner = until(due - SignedDuration::from_secs(60));
    let second = desk.wait_with(RED, again(), sooner).await.unwrap();
    let became = desk.look(&second, SignedDuration::ZERO).await;
    assert!(matches!(became, Became::Launched(_)), "{became:?}");
    let reason = desk.refused(&first).await;
    assert!(
        reason.contains("another launch of this broadcast was made"),
        "{reason}"
    );
    assert_eq!(hooks(&server), 1);
}

#[tokio::test]
async fn what_holds_one_up_is_told_at_once_and_it_counts_as_waiting() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let copy = desk.journal().with_extension("jsonl");
    let away = copy.with_extension("away");
    std::fs::rename(&copy, &away).unwrap();
    let due = waiting.due_at;
    let clock = || due;
    let nudge = Nudge::default();
    let (send, mut told) = tokio::sync::mpsc::unbounded_channel();
    // Asked to end while it is held up: it waits, and that is said.
    let over = tokio::sync::Notify::new();
    let serving = desk.session.serve_waiting(
        serve::Until::Asked,
        &clock,
        &nudge,
        over.notified(),
        |serving| drop(send.send(serving)),
    );
    let ending = async {
        loop {
            if let Serving::HeldUp(waits, why) = told.recv().await.unwrap() {
                assert_eq!(waits.id, waiting.id);
                over.notify_one();
                return why;
            }
        }
    };
    let (left, why) = tokio::join!(serving, ending);
    assert_eq!(left.unwrap(), 1);
    assert!(why.contains("Nothing was sent"), "{why}");
    assert_eq!(hooks(&server), 0);
}

#[tokio::test]
async fn the_reason_is_kept_where_noting_that_it_was_missed_fails_at_first() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let by_hand = rusqlite::Connection::open(desk.journal()).unwrap();
    let full =
        "CREATE TRIGGER full BEFORE UPDATE ON waiting BEGIN SELECT RAISE(ABORT, 'no space'); END;";
    by_hand.execute_batch(full).unwrap();
    let (late, due) = (AtomicI64::new(0), waiting.due_at);
    let clock = || due + SignedDuration::from_secs(late.load(Ordering::SeqCst));
    let (send, mut told) = tokio::sync::mpsc::unbounded_channel();
    let (over, nudge) = (tokio::sync::Notify::new(), Nudge::default());
    let serving = desk.session.serve_waiting(
        serve::Until::Asked,
        &clock,
        &nudge,
        over.notified(),
        |serving| drop(send.send(serving)),
    );
    let missing = async {
        let mut held_up = None;
        loop {
            match told.recv().await.unwrap() {
                Serving::HeldUp(_, why) => {
                    held_up = Some(why);
                    late.store(31, Ordering::SeqCst);
                }
                Serving::Trouble(_) => by_hand
                    .execute_batch("DROP TRIGGER IF EXISTS full")
                    .unwrap(),
                Serving::Became(_, Became::Ended(ended)) => {
                    over.notify_one();
                    return (held_up, ended);
                }
                _ => {}
            }
        }
    };
    let both = async { tokio::join!(serving, missing) };
    let limit = std::time::Duration::from_secs(20);
    let (left, (held_up, ended)) = tokio::time::timeout(limit, both).await.unwrap();
    assert_eq!(left.unwrap(), 0);
    assert_eq!(ended.state(), WaitingState::Missed);
    let (reason, held_up) = (ended.end.unwrap().reason, held_up.unwrap());
    assert!(reason.contains(held_up.trim_end_matches('.')), "{reason}");
    assert_eq!(hooks(&server), 0);
}

#[rstest]
#[case::read_only("readonly = true", "read-only by now")]
#[case::fewer_targets("max_targets = 1", "more than max_targets of this profile, 1")]
#[case::live("danger = \"live\"", "number of targets was not confirmed")]
#[tokio::test]
async fn a_configuration_that_was_made_stricter_meanwhile_is_obeyed(
    #[case] line: &str,
    #[case] expected: &str,
) {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let file = desk.data().parent().unwrap().join("config.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = if line.contains("danger") {
        text.replace("danger = \"safe\"", line)
    } else {
        format!("{text}\n{line}\n")
    };
    std::fs::write(&file, text).unwrap();
    let reason = desk.refused(&waiting).await;
    assert!(reason.contains(expected), "{reason}");
    assert!(reason.contains("Nothing was sent"), "{reason}");
    assert_eq!(hooks(&server), 0);
}

#[tokio::test]
async fn a_configuration_that_was_made_looser_changes_nothing() {
    let server = accepting().await;
    let desk = Desk::before(&server, "danger = \"live\"\nmax_targets = 2").await;
    let word = Word {
        number: Some(2),
        ..Word::default()
    };
    let until = Until {
        expect: Some("1..9".parse().unwrap()),
        ..until(in_an_hour())
    };
    let waiting = desk.wait_with(RED, word, until).await.unwrap();
    let file = desk.data().parent().unwrap().join("config.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let looser = text.replace("max_targets = 2", "max_targets = 9");
    std::fs::write(&file, looser.replace("\"live\"", "\"safe\"")).unwrap();
    desk.put_contact("4", "red").await;
    let reason = desk.refused(&waiting).await;
    assert!(
        reason.contains("more than max_targets of this profile, 2"),
        "{reason}"
    );
    assert_eq!(hooks(&server), 0);
}

#[tokio::test]
async fn a_batch_that_is_served_is_stopped_after_the_call_on_its_way() {
    let server = accepting().await;
    let small = "[profiles.test.dialect]\nlimit_bytes = 130";
    let desk = Desk::before(&server, small).await;
    let target = |id| format!(r#"{{"user_id":"{id}","bot_channel":"SMSChannel","n":"0"}}"#);
    let targets = ["a", "b", "c", "d", "e"].map(target).join(",");
    let plan = format!(r#"{{"broadcast":"Offer","form":"targets","targets":[{targets}]}}"#);
    let waiting = desk.wait(&plan).await;
    let nudge = Nudge::default();
    assert!(!nudge.stop(&waiting.id), "nothing of it is under way");
    let due = waiting.due_at;
    let (send, mut told) = tokio::sync::mpsc::unbounded_channel();
    let tell = |serving| {
        if let Serving::Progress(id, 1, _) = &serving {
            assert!(nudge.stop(id), "it is under way");
        }
        drop(send.send(serving));
    };
    let until = serve::Until::NothingWaits;
    let never = std::future::pending();
    let serving = desk
        .session
        .serve_waiting(until, || due, &nudge, never, tell);
    assert_eq!(serving.await.unwrap(), 0);
    assert_eq!(hooks(&server), 1);
    let launched = std::iter::from_fn(|| told.try_recv().ok()).find_map(|step| match step {
        Serving::Became(_, Became::Launched(record)) => Some(record),
        _ => None,
    });
    let outcomes: Vec<Outcome> = launched
        .unwrap()
        .calls
        .iter()
        .map(|call| call.outcome)
        .collect();
    let [first, rest @ ..] = outcomes.as_slice() else {
        panic!("no calls");
    };
    assert_eq!(*first, Outcome::Accepted);
    assert!(!rest.is_empty() && rest.iter().all(|outcome| *outcome == Outcome::NotSent));
    assert!(!nudge.stop(&waiting.id), "it is over");
}
