//! `launch --at`, `pending`, `take-back`, `run --pending`, and what the log shows of them.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mylink_console::domain::launch::Outcome;
use mylink_console::store::journal::ArmedLaunch;
use mylink_console::store::{Journal, SqliteJournal};
use rstest::rstest;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::harness::{Console, coloured, keys};
use crate::sandbox::harness::Broadcast;

const LISTED: [&str; 13] = [
    "launch_id",
    "outcome",
    "reason",
    "calls",
    "broadcast",
    "operator",
    "targets",
    "confirmed_at",
    "due_at",
    "zone",
    "ended_at",
    "ended_by",
    "seen",
];

impl Console {
    /// Lets the red contacts wait for so many milliseconds; gives the launch's id.
    fn held(&self, broadcast: &Broadcast, millis: i64) -> String {
        let due = Timestamp::now() + SignedDuration::from_millis(millis);
        let plan = coloured(broadcast, "red");
        let ran = self.launch(&plan, ["--at", &due.to_string()]).expect(0);
        ran.json()["launch_id"].as_str().unwrap().to_owned()
    }

    fn pending(&self, more: &[&str]) -> Vec<Value> {
        let ran = self.run([&["pending", "--json"], more].concat()).expect(0);
        ran.json().as_array().unwrap().clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_with_a_time_is_written_down_and_the_verb_ends() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = coloured(&broadcast, "red");
    let ran = console.launch(&plan, ["--at", "+1h"]).expect(0);
    let ran = ran.says("No mylink serves this profile now");
    let result = ran.json();
    assert_eq!(keys(&result), LISTED);
    assert_eq!(result["outcome"], "waiting");
    assert_eq!(result["targets"], 3);
    assert_eq!(result["ended_at"], Value::Null);
    assert_eq!(
        keys(&result["calls"][0]),
        ["status", "bytes", "sha256", "outcome"]
    );
    assert_eq!(result["calls"][0]["outcome"], "not_sent");
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
    // The record of launches is as it was; the table shows it.
    assert_eq!(console.log(), Vec::<Value>::new());
    let table = console.run(["log"]).expect(0).stdout;
    assert!(table.contains("waiting"), "{table}");
    assert_eq!(console.pending(&[]), std::slice::from_ref(&result));
    // One alone, with plan and body.
    let id = result["launch_id"].as_str().unwrap();
    let whole = console.run(["log", id, "--json"]).expect(0).json();
    assert_eq!(whole["plan"]["broadcast"], json!(broadcast.id));
    assert!(whole["calls"][0]["body"].as_str().unwrap().contains("red"));
    let words = console.run(["log", &id[..13]]).expect(0).stdout;
    assert!(words.contains("outcome    waiting, "), "{words}");
}

#[rstest]
#[case::curl(&["log", "ID", "--curl"], 4)]
#[case::diff(&["log", "ID", "--diff"], 4)]
#[case::settle(&["settle", "ID", "sent", "--reason", "seen"], 4)]
#[case::rest(&["plan", "rest", "ID"], 4)]
#[case::launch_rest(&["launch", "--rest", "ID"], 4)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_one_that_was_not_sent_says_so_and_what_it_is(
    #[case] verb: &[&str],
    #[case] code: i32,
) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let id = console.held(&broadcast, 3_600_000);
    let verb = || {
        verb.iter()
            .map(|word| if *word == "ID" { &id[..] } else { word })
    };
    console
        .run(verb())
        .expect(code)
        .says("It has not been sent: it waits for ")
        .says(&format!("mylink take-back {id}"));
    console.run(["take-back", &id]).expect(0);
    console
        .run(verb())
        .expect(code)
        .says("It was not sent: it was taken back.");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_launch_stays_the_first_row_of_the_log_whatever_waits() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let launched = console.launch(&coloured(&broadcast, "blue"), []);
    let launched = launched.expect(0).json();
    let waits = console.held(&broadcast, 3_600_000);
    let table = console.run(["log"]).expect(0).stdout;
    let rows: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert!(
        rows[1].contains(&launched["launch_id"].as_str().unwrap()),
        "{table}"
    );
    assert!(rows[1].contains(&"accepted"), "{table}");
    assert!(rows[2].contains(&waits.as_str()), "{table}");
    assert!(rows[2].contains(&"waiting"), "{table}");
    assert_eq!(rows[1].len(), rows[2].len(), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_without_yes_shows_the_review_with_it_and_writes_nothing() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = console.file(&coloured(&broadcast, "red"));
    console
        .run(["launch", &plan, "--at", "+1h"])
        .expect(0)
        .says("Nothing was sent. --yes lets it wait for ");
    console
        .run(["launch", &plan, "--at", "2020-01-01T09:00Z"])
        .expect(2)
        .says("is past");
    assert_eq!(console.pending(&["--all"]), Vec::<Value>::new());
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_launch_is_told_that_the_one_that_waits_will_be_refused_and_it_is() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let id = console.held(&broadcast, 2_500);
    console
        .launch(&coloured(&broadcast, "blue"), ["--again"])
        .expect(0)
        .says("the one that waits will be refused at its time");
    let result = console.run(["run", "--pending", "--json"]).json();
    assert_eq!(
        (&result["launch_id"], &result["outcome"]),
        (&json!(id), &json!("refused"))
    );
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn run_pending_sends_it_at_its_time_once_and_ends() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let id = console.held(&broadcast, 300);
    let ran = console.run(["run", "--pending", "--json"]).expect(0);
    let ran = ran.says("Nothing waits any more.");
    let result = ran.json();
    assert_eq!(keys(&result), ["launch_id", "outcome", "reason", "calls"]);
    assert_eq!(
        (&result["launch_id"], &result["outcome"]),
        (&json!(id), &json!("accepted"))
    );
    assert_eq!(console.sandbox.reached(&broadcast).await, ["2", "4", "6"]);
    assert_eq!(console.log()[0]["launch_id"], json!(id));
    assert_eq!(console.pending(&[]), Vec::<Value>::new());
    let started = &console.pending(&["--all"])[0];
    assert_eq!(started["outcome"], "started");
    assert_eq!(started["calls"], result["calls"]);
    assert_eq!(started["calls"][0]["outcome"], "accepted");
    let one = console.run(["log", &id, "--json"]).expect(0).json();
    assert_eq!(one["waited"]["served_by"], "ada@desk");
    // Nobody sends it once more.
    console.run(["run", "--pending"]).expect(0);
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_is_not_sent_and_stays_on_the_record() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let id = console.held(&broadcast, 3_600_000);
    let back = console
        .run(["take-back", &id[..13], "--json"])
        .expect(0)
        .json();
    assert_eq!(back["outcome"], "taken_back");
    assert_eq!(back["ended_by"], "ada@desk");
    console
        .run(["take-back", &id])
        .expect(4)
        .says("it was taken back by ada@desk");
    let table = console.run(["log"]).expect(0).stdout;
    assert!(table.contains("taken_back"), "{table}");
    console
        .run(["run", "--pending"])
        .expect(0)
        .says("Nothing waits");
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_until_its_time_is_refused_and_shown_until_somebody_looks() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let id = console.held(&broadcast, 900);
    console
        .run(["settings", &broadcast.id, "allow_get=on"])
        .expect(0);
    let result = console.run(["run", "--pending", "--json"]).expect(0).json();
    assert_eq!(
        (&result["launch_id"], &result["outcome"]),
        (&json!(id), &json!("refused"))
    );
    let reason = result["reason"].as_str().unwrap();
    assert!(
        reason.contains("the broadcast's settings changed"),
        "{reason}"
    );
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
    assert_eq!(console.pending(&[])[0]["outcome"], "refused");
    let plan = console.run(["plan", "again", &id]).expect(0).stdout;
    assert!(plan.contains("favorite_color"), "{plan}");
    console.run(["take-back", &id]).expect(0);
    assert_eq!(console.pending(&[]), Vec::<Value>::new());
    assert_eq!(console.pending(&["--all"])[0]["seen"]["by"], "ada@desk");
}

#[rstest]
#[case::terminated(Signal::TERM)]
#[case::interrupted(Signal::INT)]
#[case::hung_up(Signal::HUP)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_the_serving_with_what_waits_still_waiting(#[case] signal: Signal) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.held(&broadcast, 3_600_000);
    // Where these tests run under nohup, what they start ignores SIGHUP too, and this server on purpose.
    let heeding = ["env", "--default-signal=HUP,INT,TERM"];
    let mut serving = console.spawn_by(&heeding, ["run", "--pending"]);
    serving.wait_for("Waiting for");
    // Somebody serves now, so nobody is warned.
    let ran = console.run(["pending"]).expect(0);
    assert_eq!(ran.stderr, "");
    serving.signal(signal);
    let ran = serving.end().expect(0);
    assert_eq!(ran.stdout, "");
    assert_eq!(console.pending(&[])[0]["outcome"], "waiting");
    console
        .run(["pending"])
        .expect(0)
        .says("No mylink serves this profile now");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_tells_what_waits_and_whether_anybody_would_send_it() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let waits = || {
        let report = console.run(["doctor", "--json", "--offline"]).expect(0);
        let lines = report.json().as_array().unwrap().clone();
        let mut lines = lines.into_iter().filter(|line| line["check"] == "waiting");
        (lines.next(), lines.count())
    };
    assert_eq!(waits(), (None, 0), "nothing waits");
    console.held(&broadcast, 3_600_000);
    let plan = coloured(&broadcast, "red");
    console.launch(&plan, ["--at", "+2h", "--again"]).expect(0);
    let (Some(line), 0) = waits() else {
        panic!("it is told in one line");
    };
    assert_eq!(line["state"], "warn");
    let message = line["message"].as_str().unwrap();
    let what = "2 launches wait for their times; the soonest is ";
    assert!(message.contains(what), "{message}");
    assert!(
        message.contains("No mylink serves this profile"),
        "{message}"
    );
    assert!(
        message.contains("run --pending --profile test"),
        "{message}"
    );
    // The time is told to the minute at least, in the zone that it was given in.
    let list = console.run(["pending", "--json"]).expect(0).json();
    let due: Timestamp = list[0]["due_at"].as_str().unwrap().parse().unwrap();
    let told = due
        .to_zoned(TimeZone::system())
        .strftime("%H:%M")
        .to_string();
    assert!(message.contains(&told), "{told}: {message}");
    let mut serving = console.spawn(["run", "--pending"]);
    serving.wait_for("Waiting for");
    let (line, _) = waits();
    assert_eq!(line.unwrap()["state"], "ok");
    serving.signal(Signal::TERM);
    serving.end().expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_waits_for_the_launch_that_is_on_its_way() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let hold = json!([{"on": "hook", "times": 1, "delay_ms": 700}]);
    console.sandbox.faults(hold).await;
    console.held(&broadcast, 300);
    let serving = console.spawn(["run", "--pending", "--stay", "--json"]);
    console.sandbox.wait_for_runs(&broadcast, 1).await;
    serving.signal(Signal::TERM);
    let ran = serving.end().expect(0);
    assert_eq!(ran.json()["outcome"], "accepted");
    assert_eq!(console.log()[0]["outcome"], "accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn under_nohup_the_end_of_the_connection_ends_nothing() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let mut serving = console.spawn_by(&["nohup"], ["run", "--pending", "--stay"]);
    serving.wait_for("Nothing waits");
    serving.signal(Signal::HUP);
    // What is made meanwhile is noticed and sent: it still serves.
    console.held(&broadcast, 300);
    console.sandbox.wait_for_runs(&broadcast, 1).await;
    serving.signal(Signal::TERM);
    serving.end().expect(0);
}

#[rstest]
#[case::no_time("soon", "no time that is understood")]
#[case::past("2020-01-01T09:00Z", "is past")]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_time_to_come_is_wrong_usage(#[case] at: &str, #[case] expected: &str) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = coloured(&broadcast, "red");
    let ran = console.launch(&plan, ["--at", at]).expect(2).says(expected);
    assert_eq!(ran.json()["outcome"], "refused");
    assert_eq!(console.pending(&["--all"]), Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_gate_of_a_live_profile_is_asked_when_a_time_is_given() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.configure("danger = \"live\"\nconfirm_above = 2\nhold_seconds = 2");
    let plan = coloured(&broadcast, "red");
    let launch = |more: &[&str]| console.launch(&plan, more.iter().copied());
    launch(&["--at", "+1h"]).expect(4).says("--confirm 3");
    launch(&["--at", "+1h", "--confirm", "3"])
        .expect(4)
        .says("--confirm-name");
    let all = ["--confirm", "3", "--confirm-name", "Direct", "--at"];
    launch(&[&all[..], &["+1s"]].concat())
        .expect(4)
        .says("nearer than the hold");
    launch(&[&all[..], &["+1h"]].concat()).expect(0);
    launch(&[&all[..], &["+2h"]].concat())
        .expect(4)
        .says("The same waits to go");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_although_it_can_t_be_printed_does_not_end_as_if_nothing_waited() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = console.file(&coloured(&broadcast, "red"));
    let printed_nowhere = |arguments: &[&str]| {
        let full = std::fs::File::create("/dev/full").unwrap();
        let mut command = console.command(arguments.iter().copied());
        let ran = command.stdout(full).output().unwrap();
        let said = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(0), "{said}");
        assert!(said.contains("could not be written"), "{said}");
        said
    };
    for more in [&["--json"][..], &[]] {
        let launch = ["launch", &plan, "--yes", "--at", "+1h"];
        let said = printed_nowhere(&[&launch[..], more].concat());
        let waiting = console.pending(&[]);
        let id = waiting[0]["launch_id"].as_str().unwrap();
        assert!(said.contains(id), "{said}");
        let said = printed_nowhere(&[&["take-back", id], more].concat());
        assert!(said.contains(id), "{said}");
        assert_eq!(console.pending(&[]), Vec::<Value>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn why_it_does_not_start_is_said_at_once_and_a_signal_leaves_it_waiting() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let id = console.held(&broadcast, 300);
    let copy = console.data().join("test/journal.jsonl");
    let away = copy.with_extension("away");
    std::fs::rename(&copy, &away).unwrap();
    let mut serving = console.spawn(["run", "--pending"]);
    serving.wait_for(&format!("does not start yet (launch {id})"));
    serving.signal(Signal::TERM);
    // stderr was read until then; what comes after it says what is left.
    serving.end().expect(0).says("with 1 launch still waiting");
    std::fs::rename(&away, &copy).unwrap();
    assert_eq!(console.pending(&[])[0]["outcome"], "waiting");
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_read_only_profile_what_is_overdue_is_shown_and_nothing_is_put_on_the_record() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let id = console.held(&broadcast, 3_600_000);
    let other = console.launch(&coloured(&broadcast, "blue"), []).expect(0);
    let other = other.json()["launch_id"].as_str().unwrap().to_owned();
    left_open(&console, &id, &other);
    console.configure("readonly = true");
    let copy = console.data().join("test/journal.jsonl");
    let before = std::fs::read(&copy).unwrap();
    for verb in [
        vec!["pending"],
        vec!["pending", "--all", "--json"],
        vec!["log"],
        vec!["log", "--json"],
        vec!["log", &id],
        vec!["log", &other, "--curl"],
        vec!["bots"],
        vec!["broadcasts"],
        vec!["contacts"],
        vec!["settings", &broadcast.id],
        vec!["plan", "again", &other],
        vec!["doctor"],
    ] {
        let ran = console.run(verb.iter().copied());
        assert!([0, 6].contains(&ran.code), "{verb:?}: {ran:#?}");
        assert_eq!(std::fs::read(&copy).unwrap(), before, "{verb:?}");
    }
    let plan = coloured(&broadcast, "green");
    console.launch(&plan, []).expect(4);
    assert_eq!(std::fs::read(&copy).unwrap(), before, "launch");
    let table = console.run(["pending"]).expect(0).stdout;
    assert!(table.contains("missed, not noted yet"), "{table}");
    let shown = &console.pending(&[])[0];
    assert_eq!(
        (&shown["outcome"], &shown["ended_at"]),
        (&json!("missed"), &Value::Null)
    );
    assert!(
        shown["reason"]
            .as_str()
            .unwrap()
            .contains("Its time is over")
    );
    // Who may write notes it, and what became of the other one.
    console.configure("");
    console
        .run(["pending"])
        .expect(0)
        .says("A launch was missed");
    let noted = &console.pending(&[])[1];
    assert_eq!(noted["outcome"], "missed");
    assert_ne!(noted["ended_at"], Value::Null);
    assert_eq!(console.log()[0]["outcome"], "failed");
}

/// Puts on the record what nobody has noted yet: one that waits whose time is over, and a launch whose process died.
fn left_open(console: &Console, waiting: &str, launched: &str) {
    let mut journal = SqliteJournal::open(&console.data().join("test/journal.db")).unwrap();
    let mut late = journal.one_waiting(waiting).unwrap();
    late.id = late.id.replace('-', "a");
    late.due_at = Timestamp::now() - SignedDuration::from_mins(5);
    journal.hold(&late).unwrap();
    let mut record = journal.launch(launched).unwrap();
    record.id = record.id.replace('-', "a");
    (record.outcome, record.ended_at) = (Outcome::Sending, None);
    for call in &mut record.calls {
        call.outcome = Outcome::NotSent;
    }
    let contacts = Vec::new();
    let expects = None;
    journal
        .arm(&ArmedLaunch {
            record,
            contacts,
            expects,
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_waits_is_given_another_time_and_is_sent_then() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let id = console.held(&broadcast, 3_600_000);
    let before = console.pending(&[])[0]["due_at"].clone();
    let moved = console.run(["move", &id[..13], "--at", "+2h", "--json"]);
    let moved = moved.expect(0).json();
    assert_eq!(moved["moved"]["from"], before);
    assert_ne!(moved["due_at"], before);
    assert_eq!(console.pending(&[])[0]["due_at"], moved["due_at"]);
    let words = console.run(["log", &id]).expect(0).stdout;
    assert!(words.contains("\nmoved      "), "{words}");
    // Nearer again: it is sent at that time, once, as it was confirmed.
    let soon = Timestamp::now() + SignedDuration::from_millis(1_500);
    let ran = console.run(["move", &id, "--at", &soon.to_string()]);
    let said = ran.expect(0).stdout;
    assert!(said.contains("Moved: "), "{said}");
    console.run(["run", "--pending"]).expect(0);
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 1);
    assert_eq!(console.log()[0]["launch_id"], json!(id));
    console
        .run(["move", &id, "--at", "+1h"])
        .expect(4)
        .says("started");
}

#[rstest]
#[case::unknown(&["move", "99", "--at", "+1h"], 2, "no launch")]
#[case::no_time(&["move", "ID", "--at", "soon"], 2, "is no time")]
#[case::past(&["move", "ID", "--at", "2020-01-01T09:00Z"], 2, "is past")]
#[case::without_a_time(&["move", "ID"], 2, "--at")]
#[case::nearer_than_the_hold(&["move", "ID", "--at", "+5m"], 4, "nearer than the hold")]
#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_no_other_time_changes_nothing(
    #[case] verb: &[&str],
    #[case] code: i32,
    #[case] words: &str,
) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let id = console.held(&broadcast, 3_600_000);
    let before = console.pending(&[]);
    console.configure("danger = \"live\"\nconfirm_above = 3\nhold_seconds = 600");
    let verb = verb
        .iter()
        .map(|word| if *word == "ID" { &id[..] } else { word });
    console.run(verb).expect(code).says(words);
    assert_eq!(console.pending(&[]), before);
    console.run(["move", &id, "--at", "+20m"]).expect(0);
    console.run(["take-back", &id]).expect(0);
    console
        .run(["move", &id, "--at", "+1h"])
        .expect(4)
        .says("taken back");
}
