//! Targets over the limit: several calls of one launch.

use std::collections::HashSet;

use jiff::Timestamp;
use mylink_console::domain::launch::{LaunchRecord, Outcome, SettledAs};
use mylink_console::domain::plan::Form;
use mylink_console::launcher::{LaunchError, Stop, Word, rest};
use mylink_console::store::Notebook;
use mylink_console::store::notebook::Suppressed;
use rstest::rstest;
use serde_json::{Value, json};

use super::desk::{Desk, HOOK, accepting, guarded, platform};
use crate::scripted::{Reply, Scripted};

/// So small that two targets of [`targets`] fill a call.
pub const SMALL: &str = "[profiles.test.dialect]\nlimit_bytes = 130";

pub fn targets(ids: &[&str]) -> String {
    let targets: Vec<Value> = ids
        .iter()
        .enumerate()
        .map(|(index, id)| {
            json!({"user_id": id, "bot_channel": "SMSChannel", "n": index.to_string()})
        })
        .collect();
    json!({"broadcast": "Offer", "form": "targets", "targets": targets}).to_string()
}

/// The `user_id`s of each call that arrived.
fn arrived(server: &Scripted) -> Vec<Vec<String>> {
    let bodies = server
        .requests()
        .into_iter()
        .filter(|request| request.line == HOOK);
    bodies
        .map(|request| {
            let body: Value = serde_json::from_str(&request.body).unwrap();
            let list = body["targets"].as_array().unwrap().iter();
            list.map(|target| target["user_id"].as_str().unwrap().to_owned())
                .collect()
        })
        .collect()
}

pub fn outcomes(launch: &mylink_console::domain::launch::LaunchRecord) -> Vec<Outcome> {
    launch.calls.iter().map(|call| call.outcome).collect()
}

#[tokio::test]
async fn a_long_list_goes_out_in_calls_in_order_each_on_the_record() {
    let server = accepting().await;
    let desk = Desk::before(&server, SMALL).await;
    let plan = targets(&["a", "b", "c", "d", "e"]);
    let preview = desk.preview(&plan).await;
    assert_eq!(preview.who.count(), Some(5));
    let launched = desk.launch(&plan).await.unwrap();
    assert_eq!(launched.outcome, Outcome::Accepted);
    assert_eq!(
        arrived(&server),
        [vec!["a", "b"], vec!["c", "d"], vec!["e"]]
    );
    assert_eq!(server.connections(), 3, "each on a connection of its own");
    let [logged] = desk.log().await.try_into().unwrap();
    let bodies: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.body)
        .collect();
    let kept: Vec<String> = logged
        .calls
        .iter()
        .map(|call| call.body.clone().unwrap())
        .collect();
    assert_eq!(kept, bodies);
    let previewed: Vec<String> = preview
        .calls
        .iter()
        .map(|call| call.body.clone().unwrap())
        .collect();
    assert_eq!(previewed, bodies);
    assert!(bodies.iter().all(|body| body.len() <= 130));
    assert_eq!(
        logged
            .calls
            .iter()
            .map(|call| call.targets)
            .collect::<Vec<_>>(),
        [Some(2), Some(2), Some(1)]
    );
}

#[tokio::test]
async fn it_stops_at_the_first_call_that_is_not_accepted_and_the_rest_can_be_planned() {
    let server = platform(|_, before| Reply::json(if before == 1 { 429 } else { 200 }, "{}")).await;
    let desk = Desk::before(&server, SMALL).await;
    let launched = desk
        .launch(&targets(&["a", "b", "c", "d", "e"]))
        .await
        .unwrap();
    assert_eq!(launched.outcome, Outcome::Rejected);
    assert_eq!(
        outcomes(&launched),
        [Outcome::Accepted, Outcome::Rejected, Outcome::NotSent]
    );
    assert!(
        launched
            .reason
            .contains("1 of 3 calls were accepted before, 1 not sent"),
        "{}",
        launched.reason
    );
    let logged = desk.log().await.remove(0);
    assert_eq!(outcomes(&logged), outcomes(&launched));
    assert_eq!(server.count(HOOK), 2);
    let left = rest(&logged).unwrap();
    let ids: Vec<&str> = left
        .form
        .targets()
        .iter()
        .map(|target| target.get("user_id").unwrap())
        .collect();
    assert_eq!(ids, ["c", "d", "e"]);
    let resumed = desk.launch(&left.to_json()).await.unwrap();
    assert_eq!(resumed.outcome, Outcome::Accepted, "the rest is no repeat");
    assert_eq!(arrived(&server)[2..], [vec!["c", "d"], vec!["e"]]);
    let all = desk.log().await.remove(0);
    assert!(
        matches!(rest(&all), Err(LaunchError::Guard(_))),
        "nothing is left"
    );
}

#[tokio::test]
async fn the_whole_of_a_stopped_batch_is_a_repeat() {
    let server = platform(|_, before| Reply::json(if before == 1 { 400 } else { 200 }, "{}")).await;
    let desk = Desk::before(&server, SMALL).await;
    let plan = targets(&["a", "b", "c"]);
    desk.launch(&plan).await.unwrap();
    assert!(guarded(desk.launch(&plan).await).contains("--again"));
    assert_eq!(server.count(HOOK), 2);
}

#[tokio::test]
async fn an_unknown_call_in_the_middle_stops_it_and_settling_says_where_the_rest_begins() {
    for (settled_as, expected) in [
        (SettledAs::Sent, vec!["e"]),
        (SettledAs::NotSent, vec!["c", "d", "e"]),
    ] {
        let server =
            platform(|_, before| Reply::json(if before == 1 { 500 } else { 200 }, "{}")).await;
        let desk = Desk::before(&server, SMALL).await;
        let launched = desk
            .launch(&targets(&["a", "b", "c", "d", "e"]))
            .await
            .unwrap();
        assert_eq!(launched.outcome, Outcome::Unknown);
        assert_eq!(
            outcomes(&launched),
            [Outcome::Accepted, Outcome::Unknown, Outcome::NotSent]
        );
        assert_eq!(server.count(HOOK), 2);
        let open = desk.log().await.remove(0);
        assert!(matches!(rest(&open), Err(LaunchError::Guard(_))));
        let settled = desk.settle(&launched.id, settled_as).await;
        assert!(settled.may_have_arrived(), "the first call was accepted");
        let Form::Targets { targets } = rest(&settled).unwrap().form else {
            panic!("no targets")
        };
        let ids: Vec<&str> = targets
            .iter()
            .map(|target| target.get("user_id").unwrap())
            .collect();
        assert_eq!(ids, expected);
    }
}

#[tokio::test]
async fn a_contact_named_again_stays_in_one_call_and_nothing_is_lost() {
    let server = accepting().await;
    let desk = Desk::before(&server, SMALL).await;
    let plan = targets(&["a", "b", "c", "d", "a"]);
    let preview = desk.preview(&plan).await;
    assert_eq!(preview.who.count(), Some(4));
    let codes: Vec<(&str, &str)> = preview
        .problems
        .iter()
        .map(|problem| (problem.code.name(), problem.at.as_str()))
        .collect();
    assert!(
        codes.contains(&("duplicate-target", "/targets/4")),
        "{codes:?}"
    );
    desk.launch(&plan).await.unwrap();
    let calls = arrived(&server);
    assert_eq!(calls.concat().len(), 5, "every entry goes out");
    let mut seen = HashSet::new();
    for call in &calls {
        let contacts: HashSet<&String> = call.iter().collect();
        assert!(
            contacts.into_iter().all(|contact| seen.insert(contact)),
            "{calls:?}"
        );
    }
}

#[tokio::test]
async fn a_contact_that_the_cache_knows_by_two_names_is_refused_in_two_calls() {
    let server = accepting().await;
    let desk = Desk::before(&server, SMALL).await;
    let known =
        json!({"user_id": "a", "bot_channel": "WebChannel", "user_phone_number": "3932010009"});
    desk.import(
        "k1",
        vec![super::desk::contact(&known)],
        jiff::Timestamp::now(),
    )
    .await;
    let plan = json!({"broadcast": "Offer", "form": "targets", "targets": [
        {"user_id": "a", "bot_channel": "WebChannel", "n": "0"},
        {"user_id": "b", "bot_channel": "WebChannel", "n": "1"},
        {"user_phone_number": "3932010009", "n": "2"},
    ]})
    .to_string();
    let preview = desk.preview(&plan).await;
    assert_eq!(preview.calls.len(), 2);
    let error = &preview.problems[0];
    assert_eq!(
        (error.code.name(), error.at.as_str()),
        ("target-not-identified", "/targets/2")
    );
    assert!(matches!(
        desk.launch(&plan).await,
        Err(LaunchError::Plan(_))
    ));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn one_contact_too_large_for_a_call_is_an_error() {
    let server = accepting().await;
    let desk = Desk::before(&server, SMALL).await;
    let long = json!({"broadcast": "Offer", "form": "targets", "targets": [
        {"user_id": "a", "bot_channel": "SMSChannel"},
        {"user_id": "b", "bot_channel": "SMSChannel", "n": "x".repeat(130)},
    ]});
    let preview = desk.preview(&long.to_string()).await;
    assert_eq!(
        (
            preview.problems[0].code.name(),
            preview.problems[0].at.as_str()
        ),
        ("too-large", "/targets/1")
    );
    let same = desk.preview(&targets(&["b", "a", "a", "a"])).await;
    let too_large: Vec<&str> = same
        .problems
        .iter()
        .filter(|problem| problem.code.name() == "too-large")
        .map(|problem| problem.at.as_str())
        .collect();
    assert_eq!(too_large, ["/targets/1"]);
}

#[tokio::test]
async fn progress_counts_the_calls_that_were_accepted() {
    let server = accepting().await;
    let desk = Desk::before(&server, SMALL).await;
    let told = std::sync::Mutex::new(Vec::new());
    let prepared = desk.prepare(&targets(&["a", "b", "c", "d"])).await;
    let client = desk.session.client().await.unwrap();
    let progress = |done, of| told.lock().unwrap().push((done, of));
    let launcher = &desk.session.launcher;
    launcher
        .launch(&client, prepared, Word::default(), progress)
        .await
        .unwrap();
    assert_eq!(*told.lock().unwrap(), [(1, 2), (2, 2)]);
}

/// Ten targets whose split moved since: by a contact that came onto the suppression list, or by another limit.
#[tokio::test]
async fn a_plan_that_went_out_is_a_repeat_however_its_targets_are_split_now() {
    let server = accepting().await;
    let desk = Desk::before(&server, SMALL).await;
    let plan = targets(&["a", "b", "c", "d", "e"]);
    let first = desk.launch(&plan).await.unwrap();
    desk.session
        .suppress(vec!["a".into()], "asked")
        .await
        .unwrap();
    let by_id = plan.replace("\"Offer\"", "\"b1\",\"bot\":\"k1\"");
    for same in [&plan, &by_id] {
        let message = guarded(desk.launch(same).await);
        assert!(
            message.contains("--again") && message.contains(&first.id),
            "{message}"
        );
    }
    assert_eq!(server.count(HOOK), 3);
    let again = Word {
        again: true,
        ..Word::default()
    };
    let second = desk.launch_with(&plan, again).await.unwrap();
    assert_eq!(second.outcome, Outcome::Accepted);
}

#[tokio::test]
async fn a_plan_of_which_a_part_arrived_is_a_repeat_and_one_of_which_nothing_did_is_none() {
    let server = platform(|_, before| Reply::json([429, 200, 429][before.min(2)], "{}")).await;
    let desk = Desk::before(&server, SMALL).await;
    let plan = targets(&["a", "b", "c", "d", "e"]);
    let suppress = async |id: &str| {
        let added = desk.session.suppress(vec![id.to_owned()], "asked").await;
        added.unwrap();
    };
    assert_eq!(desk.launch(&plan).await.unwrap().outcome, Outcome::Rejected);
    suppress("e").await;
    let part = desk.launch(&plan).await.unwrap();
    assert_eq!(outcomes(&part), [Outcome::Accepted, Outcome::Rejected]);
    suppress("a").await;
    assert!(guarded(desk.launch(&plan).await).contains(&part.id));
    assert_eq!(server.count(HOOK), 3);
}

/// Launches five targets in three calls; `between` is done when the first call was answered.
async fn interrupted(desk: &Desk, between: impl Fn(&Stop) + Send + Sync) -> LaunchRecord {
    let plan = targets(&["a", "b", "c", "d", "e"]);
    let prepared = desk.prepare(&plan).await;
    let client = desk.session.client().await.unwrap();
    let word = Word::default();
    let stop = word.stop.clone();
    let progress = |answered, of| {
        assert_eq!(of, 3);
        if answered == 1 {
            between(&stop);
        }
    };
    let launcher = &desk.session.launcher;
    let launched = launcher.launch(&client, prepared, word, progress).await;
    launched.unwrap()
}

#[tokio::test]
async fn a_batch_that_is_stopped_sends_no_further_call_and_its_rest_goes_out_later() {
    let server = accepting().await;
    let desk = Desk::before(&server, SMALL).await;
    let stopped = interrupted(&desk, |stop| assert!(stop.ask())).await;
    assert_eq!(stopped.outcome, Outcome::Failed);
    assert_eq!(
        outcomes(&stopped),
        [Outcome::Accepted, Outcome::NotSent, Outcome::NotSent]
    );
    let reason = "It was stopped by the operator. 1 of 3 calls were accepted before, 2 not sent.";
    assert_eq!(stopped.reason, reason);
    assert_eq!(arrived(&server), [["a", "b"]]);
    let [logged] = desk.log().await.try_into().unwrap();
    assert_eq!((logged.outcome, &*logged.reason), (Outcome::Failed, reason));
    let left = rest(&logged).unwrap();
    let resumed = desk.launch(&left.to_json()).await.unwrap();
    assert_eq!(resumed.outcome, Outcome::Accepted);
    assert_eq!(
        arrived(&server),
        [vec!["a", "b"], vec!["c", "d"], vec!["e"]]
    );
}

#[rstest]
#[case::read_only("readonly = true", "read-only")]
#[case::fewer_than_are_meant("max_targets = 4", "more than max_targets")]
#[case::another_host("hook_hosts = [\"hooks.example\"]", "hook_hosts were changed")]
#[case::not_to_be_read("max_targets = \"many\"", "can't be read any more")]
#[tokio::test]
async fn a_batch_stops_where_the_profile_became_stricter(#[case] line: &str, #[case] why: &str) {
    let server = accepting().await;
    let desk = Desk::before(&server, SMALL).await;
    let stricter =
        |text: String| text.replace("[profiles.test]\n", &format!("[profiles.test]\n{line}\n"));
    let stopped = interrupted(&desk, |_| desk.reconfigure(stricter)).await;
    assert_eq!(stopped.outcome, Outcome::Failed, "{}", stopped.reason);
    assert_eq!(
        outcomes(&stopped),
        [Outcome::Accepted, Outcome::NotSent, Outcome::NotSent]
    );
    assert!(stopped.reason.contains(why), "{}", stopped.reason);
    assert_eq!(arrived(&server), [["a", "b"]]);
}

#[tokio::test]
async fn a_batch_stops_where_its_profile_became_live_and_goes_on_where_that_asks_nothing_more() {
    let server = accepting().await;
    let desk = Desk::before(&server, SMALL).await;
    let live = |text: String| text.replace("\"safe\"", "\"live\"");
    let stopped = interrupted(&desk, |_| desk.reconfigure(live)).await;
    let why = "The profile asks more of such a launch by now";
    assert!(stopped.reason.contains(why), "{}", stopped.reason);

    let desk = Desk::before(&server, SMALL).await;
    let looser =
        |text: String| text.replace("[profiles.test]\n", "[profiles.test]\nhold_seconds = 9\n");
    let launched = interrupted(&desk, |_| desk.reconfigure(looser)).await;
    assert_eq!(launched.outcome, Outcome::Accepted, "{}", launched.reason);
}

#[rstest]
#[case::its_copy_is_gone("journal.jsonl")]
#[case::it_is_gone_itself("journal.db")]
#[tokio::test]
async fn a_batch_whose_next_call_can_not_be_recorded_has_failed_on_the_way_and_is_not_refused(
    #[case] lost: &str,
) {
    let server = accepting().await;
    let desk = Desk::before(&server, SMALL).await;
    let file = desk.journal().with_file_name(lost);
    let stopped = interrupted(&desk, |_| std::fs::remove_file(&file).unwrap()).await;
    assert_eq!(stopped.outcome, Outcome::Failed);
    assert_eq!(
        outcomes(&stopped),
        [Outcome::Accepted, Outcome::Refused, Outcome::NotSent]
    );
    let how_far = "1 of 3 calls were accepted before, 1 not sent.";
    assert!(stopped.reason.contains(how_far), "{}", stopped.reason);
    assert_eq!(arrived(&server), [["a", "b"]]);
    let left = rest(&stopped).unwrap();
    assert_eq!(left.form.targets().len(), 3);
}

#[rstest]
#[case::of_a_call_to_come("e", 1)]
#[case::of_the_call_that_went_out("a", 3)]
#[case::of_nobody_here("z", 3)]
#[tokio::test]
async fn a_batch_stops_before_somebody_who_is_not_to_be_written_to_any_more(
    #[case] suppressed: &str,
    #[case] calls: usize,
) {
    let server = accepting().await;
    let desk = Desk::before(&server, SMALL).await;
    let notebook = desk.session.launcher.notebook.clone();
    let plan = targets(&["a", "b", "c", "d", "e"]);
    let prepared = desk.prepare(&plan).await;
    let client = desk.session.client().await.unwrap();
    let suppress = |answered, _| {
        let person = Suppressed {
            identity: suppressed.to_owned(),
            added_by: "ops@here".to_owned(),
            reason: "asked".to_owned(),
            added_at: Timestamp::now(),
        };
        let mut notebook = Notebook::open(&notebook).unwrap();
        let added = notebook.suppress(&[person]).unwrap();
        assert_eq!(added, u64::from(answered == 1));
    };
    let launcher = &desk.session.launcher;
    let launched = launcher.launch(&client, prepared, Word::default(), suppress);
    let launched = launched.await.unwrap();
    assert_eq!(arrived(&server).len(), calls);
    let stops = calls < 3;
    assert_eq!(launched.outcome == Outcome::Failed, stops);
    assert_eq!(
        launched.reason.contains("1 target of the calls to come"),
        stops,
        "{}",
        launched.reason
    );
}
