//! What stands between a review and its first byte.

use std::time::Duration;

use mylink_console::domain::launch::{Outcome, SettledAs};
use mylink_console::domain::preview::Review;
use mylink_console::domain::settings::Setting;
use mylink_console::launcher::{LaunchError, Word};
use rstest::rstest;

use super::desk::{Desk, RED, RED_NEWS, accepting, broadcast, guarded, hooks, platform};
use crate::scripted::{Reply, Scripted};

const CONFIGURED: &str = r#"{"broadcast":"Offer","form":"configured"}"#;

fn word(number: Option<u64>, name: Option<&str>) -> Word {
    Word {
        number,
        name: name.map(str::to_owned),
        ..Word::default()
    }
}

/// One contact three times: three messages, though one contact.
pub const TWICE: &str = r#"{"broadcast":"Offer","form":"targets","targets":[{"user_id":"1","bot_channel":"WebChannel"},{"user_id":"1","bot_channel":"WebChannel"},{"user_id":"1","bot_channel":"WebChannel"}]}"#;

#[rstest]
#[case::safe_needs_nothing("danger = \"safe\"", RED, word(None, None), true)]
#[case::safe_takes_the_right_words("danger = \"safe\"", RED, word(Some(2), Some("Offer")), true)]
#[case::safe_refuses_a_wrong_number("danger = \"safe\"", RED, word(Some(3), None), false)]
#[case::safe_refuses_a_wrong_name("danger = \"safe\"", RED, word(None, Some("offer")), false)]
#[case::safe_refuses_a_number_that_nobody_knows(
    "danger = \"safe\"",
    CONFIGURED,
    word(Some(3), None),
    false
)]
#[case::live_needs_the_number("danger = \"live\"", RED, word(None, None), false)]
#[case::live_by_its_number("danger = \"live\"", RED, word(Some(2), None), true)]
#[case::live_refuses_a_wrong_number("danger = \"live\"", RED, word(Some(20), None), false)]
#[case::live_refuses_the_name_alone("danger = \"live\"", RED, word(None, Some("Offer")), false)]
#[case::live_refuses_a_wrong_name_beside_the_number(
    "danger = \"live\"",
    RED,
    word(Some(2), Some("News")),
    false
)]
#[case::large_needs_the_name(
    "danger = \"live\"\nconfirm_above = 2",
    RED,
    word(Some(2), None),
    false
)]
#[case::large_by_both(
    "danger = \"live\"\nconfirm_above = 2",
    RED,
    word(Some(2), Some("Offer")),
    true
)]
#[case::large_refuses_the_id(
    "danger = \"live\"\nconfirm_above = 2",
    RED,
    word(Some(2), Some("b1")),
    false
)]
#[case::just_below_large("danger = \"live\"\nconfirm_above = 3", RED, word(Some(2), None), true)]
#[case::unknown_needs_the_name("danger = \"live\"", CONFIGURED, word(None, None), false)]
#[case::unknown_by_its_name("danger = \"live\"", CONFIGURED, word(None, Some("Offer")), true)]
#[case::at_the_most("danger = \"safe\"\nmax_targets = 2", RED, word(None, None), true)]
#[case::over_the_most(
    "danger = \"safe\"\nmax_targets = 1",
    RED,
    word(Some(2), Some("Offer")),
    false
)]
#[case::over_the_most_by_naming_one_contact_often(
    "danger = \"safe\"\nmax_targets = 2",
    TWICE,
    word(None, None),
    false
)]
#[case::read_only(
    "danger = \"safe\"\nreadonly = true",
    RED,
    word(Some(2), Some("Offer")),
    false
)]
#[tokio::test]
async fn a_launch_asks_for_its_words(
    #[case] profile: &str,
    #[case] plan: &str,
    #[case] word: Word,
    #[case] passes: bool,
) {
    let server = accepting().await;
    let desk = Desk::before(&server, profile).await;
    let launched = desk.launch_with(plan, word).await;
    if passes {
        assert_eq!(launched.unwrap().outcome, Outcome::Accepted);
    } else {
        guarded(launched);
        assert!(desk.log().await.is_empty());
    }
    assert_eq!(server.connections(), usize::from(passes));
}

#[rstest]
#[case::of_the_plan(r#"{"broadcast":"Offer","form":"audience","filters":[]}"#, None)]
#[case::of_the_state(RED, Some(Setting::AllowPost))]
#[tokio::test]
async fn a_plan_with_errors_is_not_sent(#[case] plan: &str, #[case] off: Option<Setting>) {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    if let Some(setting) = off {
        desk.record("b1", &[(setting, false)]).await;
    }
    let error = desk.launch(plan).await.unwrap_err();
    assert_eq!(
        matches!(error, LaunchError::Guard(_)),
        off.is_some(),
        "{error:?}"
    );
    assert_eq!(
        matches!(error, LaunchError::Plan(_)),
        off.is_none(),
        "{error:?}"
    );
    assert_eq!(server.connections(), 0);
}

impl Desk {
    async fn review(&self) -> Review {
        let prepared = self.prepare(RED).await;
        self.session.launcher.review(&prepared)
    }

    async fn confirm(
        &self,
        review: Review,
    ) -> Result<mylink_console::domain::launch::LaunchRecord, LaunchError> {
        let word = Word {
            hash: Some(review.hash),
            ..Word::default()
        };
        self.launch_with(RED, word).await
    }
}

#[tokio::test]
async fn what_was_reviewed_and_did_not_change_goes_out() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let review = desk.review().await;
    desk.put_contact("4", "green").await;
    assert_eq!(
        desk.confirm(review).await.unwrap().outcome,
        Outcome::Accepted
    );
    assert_eq!(hooks(&server), 1);
}

/// What may happen between review and confirmation.
#[derive(Debug, Clone, Copy)]
enum Change {
    AnotherContact,
    OtherContactsOfTheSameCount,
    SettingThatMattersNot,
    TokenWaived,
    OtherHook,
    OtherName,
    LaunchElsewhere,
}

impl Change {
    async fn happen(self, desk: &Desk, server: &Scripted) {
        match self {
            Self::AnotherContact => desk.put_contact("4", "red").await,
            Self::OtherContactsOfTheSameCount => {
                desk.put_contact("1", "blue").await;
                desk.put_contact("3", "red").await;
            }
            Self::SettingThatMattersNot => {
                desk.record("b1", &[(Setting::VisibleToMobile, true)]).await;
            }
            Self::TokenWaived => desk.record("b1", &[(Setting::DirectMode, false)]).await,
            Self::OtherHook => {
                let moved = server.url.join("elsewhere/").unwrap();
                desk.put_broadcasts("k1", vec![broadcast("k1", "b1", "Offer", &moved)])
                    .await;
            }
            Self::OtherName => {
                let renamed = broadcast("k1", "b1", "Other", &server.url);
                desk.put_broadcasts("k1", vec![renamed]).await;
            }
            Self::LaunchElsewhere => {
                let other = RED.replace("\"form\"", "\"delay_minutes\":7,\"form\"");
                desk.another().launch(&other).await.unwrap();
            }
        }
    }
}

#[rstest]
#[case(Change::AnotherContact)]
#[case(Change::OtherContactsOfTheSameCount)]
#[case(Change::SettingThatMattersNot)]
#[case(Change::TokenWaived)]
#[case(Change::OtherHook)]
#[case(Change::OtherName)]
#[case(Change::LaunchElsewhere)]
#[tokio::test]
async fn what_changed_since_the_review_is_not_sent(#[case] change: Change) {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let plan = RED.replace("Offer", "b1");
    let prepared = desk.prepare(&plan).await;
    let review = desk.session.launcher.review(&prepared);
    change.happen(&desk, &server).await;
    let before = hooks(&server);
    let word = Word {
        hash: Some(review.hash),
        again: true,
        ..Word::default()
    };
    let message = guarded(desk.launch_with(&plan, word).await);
    assert!(message.contains("changed meanwhile"), "{message}");
    assert_eq!(hooks(&server), before);
}

#[tokio::test]
async fn a_hold_that_became_longer_is_held_anew() {
    let server = accepting().await;
    let lines = "danger = \"live\"\nconfirm_above = 2\nhold_seconds = 60";
    let desk = Desk::before(&server, lines).await;
    let held = |seconds| Word {
        held: Some(Duration::from_secs(seconds)),
        ..word(Some(2), Some("Offer"))
    };
    let message = guarded(desk.launch_with(RED, held(59)).await);
    assert!(message.contains("60 s by now, longer than"), "{message}");
    assert_eq!(hooks(&server), 0);
    desk.launch_with(RED, held(60)).await.unwrap();
}

#[tokio::test]
async fn a_review_says_at_once_that_another_launch_has_to_be_settled_first() {
    let server = platform(|_, before| Reply::json(if before == 0 { 500 } else { 200 }, "{}")).await;
    let desk = Desk::before(&server, "").await;
    let unknown = desk.launch(RED).await.unwrap();
    assert_eq!(unknown.outcome, Outcome::Unknown);
    let asks = async |plan| desk.session.review(&desk.prepare(plan).await).await.asks;
    let refused = asks(CONFIGURED).await.unwrap_err();
    assert!(refused.contains("until it is settled"), "{refused}");
    assert!(asks(RED_NEWS).await.is_ok(), "it is another broadcast");
    desk.settle(&unknown.id, SettledAs::NotSent).await;
    assert!(asks(CONFIGURED).await.is_ok());
}

/// Whose audience isn't known has no contacts to be warned of, so nothing else tells of the launch in between.
#[tokio::test]
async fn a_launch_by_another_console_after_the_review_wants_another_review() {
    let server = accepting().await;
    let here = Desk::before(&server, "").await;
    let there = here.another();
    let reviewed = here.prepare(CONFIGURED).await;
    let word = Word {
        hash: Some(here.session.launcher.review(&reviewed).hash),
        ..Word::default()
    };
    let delayed = r#"{"broadcast":"Offer","form":"configured","delay_minutes":5}"#;
    there.launch(delayed).await.unwrap();
    let message = guarded(here.launch_with(CONFIGURED, word).await);
    assert!(message.contains("changed meanwhile"), "{message}");
    assert_eq!(hooks(&server), 1);
}
