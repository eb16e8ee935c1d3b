//! What stands before a launch: repeats, expectations, confirmations, the hold.

use rstest::rstest;
use rustix::process::Signal;
use serde_json::json;

use super::harness::{Console, Ran, Started, coloured};
use crate::sandbox::harness::Broadcast;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_body_within_the_window_is_refused_unless_it_is_meant() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = coloured(&broadcast, "red");
    console.launch(&plan, []).expect(0);
    console.launch(&plan, []).expect(4).says("--again");
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 1);
    console.launch(&plan, ["--again"]).expect(0);
    console.launch(&coloured(&broadcast, "blue"), []).expect(0);
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 3);
}

#[rstest]
#[case::inside("2..4", 0)]
#[case::exactly("3", 0)]
#[case::at_least("3..", 0)]
#[case::at_most("..3", 0)]
#[case::too_few("4..9", 4)]
#[case::too_many("..2", 4)]
#[tokio::test(flavor = "multi_thread")]
async fn a_count_outside_of_what_is_expected_is_refused(#[case] range: &str, #[case] code: i32) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console
        .launch(&coloured(&broadcast, "red"), ["--expect", range])
        .expect(code);
    let runs = console.sandbox.runs(&broadcast).await.len();
    assert_eq!(runs, usize::from(code == 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_is_not_known_is_never_what_is_expected() {
    let (console, broadcast) =
        Console::with_broadcast(json!({"require_valid_filter": false})).await;
    let raw = json!({"broadcast": broadcast.id, "form": "raw", "body": {"x": 1}});
    console
        .launch(&raw, ["--expect", "0.."])
        .expect(4)
        .says("not known");
    console
        .launch(&raw, ["--confirm", "6"])
        .expect(4)
        .says("not known");
    console.launch(&raw, []).expect(0);
}

#[rstest]
#[case::number(&["--confirm", "4"])]
#[case::name(&["--confirm-name", "direct"])]
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_confirmation_is_refused_on_a_safe_profile_too(#[case] word: &[&str]) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console
        .launch(&coloured(&broadcast, "red"), word.iter().copied())
        .expect(4);
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_profile_launches_and_settles_nothing() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = coloured(&broadcast, "red");
    console
        .launch(&plan, ["--readonly"])
        .expect(4)
        .says("read-only");
    console.configure("readonly = true");
    console.launch(&plan, []).expect(4).says("read-only");
    console
        .run(["settle", "1", "sent", "--reason", "x"])
        .expect(4);
    console.run(["sync"]).expect(0);
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_max_targets_is_refused() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.configure("max_targets = 2");
    console
        .launch(&coloured(&broadcast, "red"), [])
        .expect(4)
        .says("max_targets");
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_profile_asks_for_the_number() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.configure("danger = \"live\"");
    let plan = coloured(&broadcast, "red");
    console
        .plan(&plan, ["launch"])
        .expect(0)
        .says("--confirm 3");
    console.launch(&plan, []).expect(4).says("--confirm 3");
    console.launch(&plan, ["--confirm", "2"]).expect(4);
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
    console.launch(&plan, ["--confirm", "3"]).expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_launch_on_a_live_profile_asks_for_the_name_and_waits() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.configure("danger = \"live\"\nconfirm_above = 3\nhold_seconds = 1");
    let plan = coloured(&broadcast, "red");
    console
        .launch(&plan, ["--confirm", "3"])
        .expect(4)
        .says("--confirm-name");
    let started = std::time::Instant::now();
    let confirmed = ["--confirm", "3", "--confirm-name", "Direct"];
    console
        .launch(&plan, confirmed)
        .expect(0)
        .says("takes it back");
    assert!(started.elapsed() >= std::time::Duration::from_secs(1));
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_live_profile_a_count_that_is_not_known_asks_for_the_name() {
    let (console, broadcast) =
        Console::with_broadcast(json!({"require_valid_filter": false})).await;
    console.configure("danger = \"live\"\nhold_seconds = 0");
    let raw = json!({"broadcast": broadcast.id, "form": "raw", "body": {"x": 1}});
    console.launch(&raw, []).expect(4).says("--confirm-name");
    console.launch(&raw, ["--confirm-name", "Direct"]).expect(0);
}

#[rstest]
#[case::ctrl_c(Signal::INT)]
#[case::terminate(Signal::TERM)]
#[case::quit(Signal::QUIT)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_during_the_hold_takes_the_launch_back(#[case] signal: Signal) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.configure("danger = \"live\"\nconfirm_above = 1\nhold_seconds = 600");
    let path = console.file(&coloured(&broadcast, "red"));
    let arguments = [
        "launch",
        &path,
        "--yes",
        "--json",
        "--confirm",
        "3",
        "--confirm-name",
        "Direct",
    ];
    let mut started = console.spawn(arguments);
    started.wait_for("takes it back");
    started.signal(signal);
    let ran = started.end().expect(4);
    assert_eq!(ran.json()["outcome"], "refused");
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
    assert!(console.log().is_empty());
}

/// A launch in its hold, which takes so many seconds.
fn in_its_hold(
    console: &Console,
    starter: &[&str],
    broadcast: &Broadcast,
    seconds: u64,
) -> Started {
    console.configure(&held_for(seconds));
    let path = console.file(&coloured(broadcast, "red"));
    let confirmed = ["--confirm", "3", "--confirm-name", "Direct"];
    let arguments = ["launch", &path, "--yes", "--json"];
    let mut started = console.spawn_by(starter, arguments.into_iter().chain(confirmed));
    started.wait_for("takes it back");
    started
}

fn held_for(seconds: u64) -> String {
    format!("danger = \"live\"\nconfirm_above = 1\nhold_seconds = {seconds}")
}

/// Signals are heard, whatever whoever runs the tests ignores.
const HEARING: [&str; 2] = ["env", "--default-signal=HUP,INT,TERM"];

async fn assert_refused(console: &Console, broadcast: &Broadcast, ran: Ran, why: &str) {
    let ran = ran.expect(4);
    let result = ran.json();
    assert_eq!(result["outcome"], "refused");
    let reason = result["reason"].as_str().unwrap();
    assert!(reason.contains(why), "{reason}");
    assert!(console.sandbox.runs(broadcast).await.is_empty());
    assert!(console.log().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_during_the_hold_takes_the_launch_back() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let started = in_its_hold(&console, &HEARING, &broadcast, 600);
    started.signal(Signal::STOP);
    started.signal(Signal::CONT);
    let why = "The hold was interrupted (mylink was suspended), so nothing was sent.";
    assert_refused(&console, &broadcast, started.end(), why).await;
}

#[rstest]
#[case::read_only("readonly = true", "read-only")]
#[case::fewer_targets("max_targets = 2", "max_targets")]
#[case::unreadable("max_targets = \"many\"", "The configuration can't be read any more")]
#[tokio::test(flavor = "multi_thread")]
async fn what_the_configuration_forbids_during_the_hold_is_not_sent(
    #[case] more: &str,
    #[case] why: &str,
) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let started = in_its_hold(&console, &HEARING, &broadcast, 3);
    let stricter = format!("{}\n{more}", held_for(3));
    console.configure(&stricter);
    let ran = started.end();
    console.configure("");
    assert_refused(&console, &broadcast, ran, why).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_ends_takes_a_launch_back_unless_nohup_says_otherwise() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let started = in_its_hold(&console, &HEARING, &broadcast, 600);
    started.signal(Signal::HUP);
    assert_refused(
        &console,
        &broadcast,
        started.end(),
        "taken back by a signal",
    )
    .await;

    let started = in_its_hold(&console, &["nohup"], &broadcast, 2);
    started.signal(Signal::HUP);
    started.end().expect(0);
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 1);
}
