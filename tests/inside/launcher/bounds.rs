//! Counts that are not one number, where time goes by: waiting launches, contacts that came half, the launch before.

use jiff::Timestamp;
use mylink_console::domain::bounds::Bounds;
use mylink_console::domain::launch::Outcome;
use mylink_console::domain::record::Audience;
use mylink_console::domain::waiting::WaitingState;
use mylink_console::launcher::Word;
use mylink_console::session::Became;
use rstest::rstest;
use serde_json::json;

use super::desk::{Desk, RED, accepting, broadcast, contact, guarded, hooks};
use super::waiting::{expecting, number};

/// Those who are red, or both in Milano and in Milano: from left to right everybody in Milano.
const MIXED: &str = r#"{"broadcast":"Offer","form":"audience","filters":[{"field":"favorite_color","criterion":"Equals","value":"red"},{"join":"OR","field":"city","criterion":"Equals","value":"Milano"},{"join":"AND","field":"city","criterion":"Equals","value":"Milano"}]}"#;

/// A contact of whom all is known that is asked.
async fn put(desk: &Desk, id: &str, colour: &str, city: &str) {
    let one = json!({"user_id": id, "bot_channel": "WhatsAppChannel", "favorite_color": colour, "city": city});
    desk.import("k1", vec![contact(&one)], Timestamp::now())
        .await;
}

fn bounds(least: u64, most: Option<u64>) -> Bounds {
    Bounds { least, most }
}

/// The red ones, 1 and 2, are matched by one reading; the contact 7 by all.
async fn mixed(lines: &str) -> (Desk, crate::scripted::Scripted) {
    let server = accepting().await;
    let desk = Desk::before(&server, lines).await;
    for (id, colour, city) in [
        ("1", "red", "Roma"),
        ("2", "red", "Roma"),
        ("3", "blue", "Roma"),
        ("7", "blue", "Milano"),
    ] {
        put(&desk, id, colour, city).await;
    }
    (desk, server)
}

#[tokio::test]
async fn a_count_lies_between_the_readings() {
    let (desk, _server) = mixed("").await;
    let who = desk.preview(MIXED).await.who;
    assert_eq!((who.count(), who.bounds), (Some(1), bounds(1, Some(3))));
}

#[rstest]
#[case::the_shown_number(number(1), None, false)]
#[case::the_most(number(3), None, true)]
#[case::expected_too_few(number(3), Some("..2"), false)]
#[case::expected(number(3), Some("1..3"), true)]
#[tokio::test]
async fn one_that_is_to_wait_is_held_against_all_that_may_be(
    #[case] word: Word,
    #[case] expect: Option<&str>,
    #[case] waits: bool,
) {
    let (desk, _server) = mixed("danger = \"live\"").await;
    let kept = desk.wait_with(MIXED, word, expecting(expect)).await;
    assert_eq!(kept.is_ok(), waits, "{kept:?}");
}

/// What the contacts become until its time.
#[derive(Debug, Clone, Copy)]
enum Meanwhile {
    Nothing,
    /// One more by the other reading: what is shown stays.
    AnotherRed,
    /// One in the place of another, by the other reading.
    OtherReds,
}

#[rstest]
#[case::nothing(Meanwhile::Nothing, None, true)]
#[case::more_by_another_reading(Meanwhile::AnotherRed, None, false)]
#[case::others_by_another_reading(Meanwhile::OtherReds, None, false)]
#[case::more_within_what_was_expected(Meanwhile::AnotherRed, Some("1..4"), true)]
#[case::more_than_expected(Meanwhile::AnotherRed, Some("1..3"), false)]
#[tokio::test]
async fn at_its_time_all_that_may_be_is_compared(
    #[case] meanwhile: Meanwhile,
    #[case] expect: Option<&str>,
    #[case] starts: bool,
) {
    let (desk, server) = mixed("danger = \"live\"").await;
    let held = desk.wait_with(MIXED, number(3), expecting(expect)).await;
    let waiting = held.unwrap();
    match meanwhile {
        Meanwhile::Nothing => {}
        Meanwhile::AnotherRed => put(&desk, "9", "red", "Roma").await,
        Meanwhile::OtherReds => {
            put(&desk, "1", "blue", "Roma").await;
            put(&desk, "3", "red", "Roma").await;
        }
    }
    match desk.at_its_time(&waiting).await {
        Became::Launched(record) => assert_eq!(record.outcome, Outcome::Accepted),
        Became::Ended(ended) => assert_eq!(ended.state(), WaitingState::Refused),
        other => panic!("{other:?}"),
    }
    assert_eq!(hooks(&server), usize::from(starts));
}

#[tokio::test]
async fn others_by_another_reading_between_review_and_launch_want_another_review() {
    let (desk, server) = mixed("").await;
    let reviewed = desk.prepare(MIXED).await;
    let word = Word {
        hash: Some(desk.session.launcher.review(&reviewed).hash),
        ..Word::default()
    };
    put(&desk, "1", "blue", "Roma").await;
    put(&desk, "3", "red", "Roma").await;
    let message = guarded(desk.launch_with(MIXED, word).await);
    assert!(message.contains("changed meanwhile"), "{message}");
    assert_eq!(hooks(&server), 0);
}

#[tokio::test]
async fn who_comes_onto_the_list_and_matches_by_another_reading_stops_it_at_the_last_moment() {
    let (desk, server) = mixed("").await;
    let prepared = desk.prepare(MIXED).await;
    let red = vec!["1".to_owned()];
    desk.session.suppress(red, "asked").await.unwrap();
    let message = guarded(desk.send(prepared, Word::default()).await);
    assert!(message.contains("suppression list meanwhile"), "{message}");
    assert_eq!(hooks(&server), 0);
}

#[rstest]
#[case::nobody_was_read(&[], None)]
#[case::not_to_the_end(&["1", "2"], None)]
#[case::a_file_says_nothing_of_the_others(&["file"], None)]
#[tokio::test]
async fn contacts_that_were_not_all_read_give_no_count(
    #[case] read: &'static [&'static str],
    #[case] count: Option<u64>,
) {
    let server = accepting().await;
    let desk = Desk::open(&format!(
        "url = \"{}\"\naccount_key = \"acc\"\ndanger = \"live\"\nhold_seconds = 0",
        server.url
    ));
    desk.put_unsynced("k1", vec![broadcast("k1", "b1", "Offer", &server.url)])
        .await;
    let red = |id: &str| {
        contact(&json!({"user_id": id, "bot_channel": "WhatsAppChannel", "favorite_color": "red"}))
    };
    let page: Vec<_> = read.iter().map(|id| red(id)).collect();
    let found = page.len() as u64;
    if read == ["file"] {
        desk.import("k1", page, Timestamp::now()).await;
    } else if !read.is_empty() {
        desk.cached(move |cache| {
            let everybody = Audience {
                id: "all".to_owned(),
                bot_key: "k1".to_owned(),
                name: "All contacts".to_owned(),
                kind: "broadcast_target".to_owned(),
                synced_at: None,
            };
            cache.replace_audiences("k1", &[everybody])?;
            cache.start_reading("k1", "all")?;
            cache.append_page("k1", "all", &page)
        })
        .await;
    }
    let who = desk.preview(RED).await.who;
    assert_eq!((who.count(), who.bounds), (count, bounds(found, None)));
    let refused = desk.launch_with(RED, number(found)).await;
    assert!(guarded(refused).contains("not known"));
    let name = Word {
        name: Some("Offer".to_owned()),
        ..Word::default()
    };
    let launch = desk.launch_with(RED, name).await.unwrap();
    assert_eq!(launch.targets, None);
    // Whoever was known to match may have got it.
    let to_them = json!({"broadcast": "Offer", "form": "targets", "targets":
        read.iter().map(|id| json!({"user_id": id, "bot_channel": "WhatsAppChannel"})).collect::<Vec<_>>()});
    let preview = desk.preview(&to_them.to_string()).await;
    let is_repeat = |name: &str| name == "already-launched";
    let warned = preview
        .problems
        .iter()
        .any(|problem| is_repeat(problem.code.name()));
    assert_eq!(warned, found > 0);
}

#[rstest]
#[case::the_same_again(0, false)]
#[case::many_more_by_another_reading(9, true)]
#[tokio::test]
async fn what_may_be_reached_is_held_against_what_may_have_been(
    #[case] more: usize,
    #[case] warned: bool,
) {
    let (desk, _server) = mixed("count_factor = 3").await;
    desk.launch(MIXED).await.unwrap();
    for id in 0..more {
        put(&desk, &format!("r{id}"), "red", "Roma").await;
    }
    let prepared = desk.prepare(MIXED).await;
    let mut problems = prepared.preview.problems.iter();
    let found = problems.find(|problem| problem.code.name() == "count-differs");
    assert_eq!(found.is_some(), warned, "{found:?}");
}
