//! What is not any more what was confirmed does not start.

use mylink_console::domain::launch::Outcome;
use mylink_console::domain::settings::Setting;
use rstest::rstest;

use super::{again, expecting, launched, number, one_that_waits};
use crate::launcher::desk::{Desk, RED, accepting, broadcast, hooks, platform};
use crate::scripted::Reply;

/// Another launch of the broadcast that waits.
const CONFIGURED: &str = r#"{"broadcast":"Offer","form":"configured"}"#;

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
    let (server, desk, waiting) = one_that_waits().await;
    let change = async |name: &str, enabled: bool| {
        let mut offer = broadcast("k1", "b1", name, &server.url);
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
            desk.launch_with(CONFIGURED, again()).await.unwrap();
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
    let until = expecting(Some(range));
    let waiting = desk.wait_with(RED, number(2), until).await.unwrap();
    desk.put_contact("4", "red").await;
    if let Some(expected) = refused {
        let reason = desk.refused(&waiting).await;
        assert!(reason.contains(expected), "{reason}");
        return;
    }
    let record = launched(desk.at_its_time(&waiting).await);
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
    let launched = desk.launch_with(CONFIGURED, again()).await.unwrap();
    assert_eq!(launched.outcome, Outcome::Unknown);
    desk.refused(&waiting).await;
    assert_eq!(hooks(&server), 1);
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
    let (server, desk, waiting) = one_that_waits().await;
    let text = std::fs::read_to_string(desk.configuration()).unwrap();
    let text = if line.contains("danger") {
        text.replace("danger = \"safe\"", line)
    } else {
        format!("{text}\n{line}\n")
    };
    std::fs::write(desk.configuration(), text).unwrap();
    let reason = desk.refused(&waiting).await;
    assert!(reason.contains(expected), "{reason}");
    assert!(reason.contains("Nothing was sent"), "{reason}");
    assert_eq!(hooks(&server), 0);
}

#[tokio::test]
async fn a_configuration_that_was_made_looser_changes_nothing() {
    let server = accepting().await;
    let desk = Desk::before(&server, "danger = \"live\"\nmax_targets = 2").await;
    let until = expecting(Some("1..9"));
    let waiting = desk.wait_with(RED, number(2), until).await.unwrap();
    let text = std::fs::read_to_string(desk.configuration()).unwrap();
    let looser = text.replace("max_targets = 2", "max_targets = 9");
    let looser = looser.replace("\"live\"", "\"safe\"");
    std::fs::write(desk.configuration(), looser).unwrap();
    desk.put_contact("4", "red").await;
    let reason = desk.refused(&waiting).await;
    assert!(
        reason.contains("more than max_targets of this profile, 2"),
        "{reason}"
    );
    assert_eq!(hooks(&server), 0);
}
