//! Rehearsals put together from calls and targets.

use super::people::NAMED;
use super::*;
use rstest::rstest;

fn contact(name: &str) -> ContactId {
    let (channel, user_id) = name.split_once(':').unwrap();
    ContactId {
        channel: channel.to_owned(),
        user_id: user_id.to_owned(),
    }
}

/// `Web:1`, or `?:1` for a target that was not resolved.
fn target(name: &str) -> RehearsedTarget {
    let (channel, user_id) = name.split_once(':').unwrap();
    RehearsedTarget {
        channel: (channel != "?").then(|| channel.to_owned()),
        user_id: Some(user_id.to_owned()),
        created: false,
        reason: (channel == "?").then(|| "unknown".to_owned()),
    }
}

fn call(status: u16) -> RehearsedCall {
    RehearsedCall {
        method: Method::Post,
        bytes: 2,
        sha256: "ab".repeat(32),
        status: Some(status),
        answer: String::new(),
    }
}

fn names(people: &People) -> Vec<&str> {
    let ids = people.some.iter().map(|person| person.user_id.as_deref());
    ids.map(Option::unwrap_or_default).collect()
}

fn of(previewed: &[&str], targets: &[&str]) -> Rehearsal {
    let previewed: Vec<ContactId> = previewed.iter().map(|name| contact(name)).collect();
    let targets: Vec<RehearsedTarget> = targets.iter().map(|name| target(name)).collect();
    Rehearsal::of(vec![call(200)], &targets, Some(&previewed))
}

#[rstest]
#[case::the_same_in_another_order(&["Web:1", "Sms:2"], &["Sms:2", "Web:1"], &[], &[])]
#[case::one_missing(&["Web:1", "Web:2"], &["Web:1"], &["2"], &[])]
#[case::one_more(&["Web:1"], &["Web:1", "Web:2"], &[], &["2"])]
#[case::another_channel(&["Web:1"], &["Sms:1"], &["1"], &["1"])]
#[case::not_resolved_but_meant(&[":9"], &["?:9"], &[], &[])]
#[case::not_resolved_with_its_channel(&["Web:9"], &["?:9"], &[], &[])]
#[case::not_resolved_beside_one_that_was(&["Web:9"], &["Web:9", "?:9"], &[], &["9"])]
#[case::targeted_twice_is_one(&["Web:1"], &["Web:1", "Web:1"], &[], &[])]
#[case::nobody(&[], &[], &[], &[])]
fn contacts_of_one_and_not_the_other_are_named(
    #[case] previewed: &[&str],
    #[case] targets: &[&str],
    #[case] only_in_preview: &[&str],
    #[case] only_in_rehearsal: &[&str],
) {
    let difference = of(previewed, targets).difference.unwrap();
    assert_eq!(names(&difference.only_in_preview), only_in_preview);
    assert_eq!(names(&difference.only_in_rehearsal), only_in_rehearsal);
}

#[test]
fn a_contact_that_is_targeted_twice_is_counted_once_and_told() {
    let rehearsal = of(&["Web:1"], &["Web:1", "Web:1", "Web:1"]);
    assert_eq!((rehearsal.targets.count, rehearsal.repeated.count), (1, 1));
    assert!(!rehearsal.is_as_previewed());
}

#[test]
fn who_cannot_be_reached_is_counted_by_reason() {
    let rehearsal = of(&["Web:1", ":8", ":9"], &["Web:1", "?:8", "?:9"]);
    assert_eq!(rehearsal.unreached.len(), 1);
    assert_eq!(rehearsal.unreached[0].reason, "unknown");
    assert_eq!(names(&rehearsal.unreached[0].who), ["8", "9"]);
    assert_eq!(rehearsal.unreached_count(), 2);
}

#[test]
fn so_many_are_named_and_all_are_counted() {
    let many: Vec<String> = (0..50).map(|id| format!("Web:{id}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let rehearsal = of(&[], &many);
    let more = rehearsal.difference.unwrap().only_in_rehearsal;
    assert_eq!((more.count, more.some.len()), (50, NAMED));
}

#[rstest]
#[case::same(&["Web:1"], "Accepted: 1 contact targeted, exactly those of the preview.")]
#[case::others(
    &["Web:2"],
    "Accepted: 1 contact targeted, which are NOT those of the preview: 1 of the preview missing, 1 in addition."
)]
fn the_verdict_says_whether_it_is_as_previewed(#[case] previewed: &[&str], #[case] words: &str) {
    assert_eq!(of(previewed, &["Web:1"]).verdict(), words);
}

#[test]
fn a_call_that_was_refused_is_the_verdict_and_nothing_is_compared() {
    let refused = Rehearsal::of(vec![call(200), call(400)], &[], Some(&[contact("Web:1")]));
    assert_eq!(refused.verdict(), "NOT accepted: 1 of 2 calls.");
    assert_eq!(refused.difference, None);
}

#[test]
fn a_rehearsal_is_json_with_fixed_names() {
    let json = serde_json::to_value(of(&["Web:1"], &["Web:1"])).unwrap();
    let expected = serde_json::json!({
        "contacts": 0,
        "calls": [{"method": "POST", "bytes": 2, "sha256": "ab".repeat(32), "status": 200, "answer": ""}],
        "targets": {"count": 1, "some": [{"bot_channel": "Web", "user_id": "1"}]},
        "created": {"count": 0, "some": []},
        "unreached": [],
        "repeated": {"count": 0, "some": []},
        "difference": {
            "only_in_preview": {"count": 0, "some": []},
            "only_in_rehearsal": {"count": 0, "some": []}
        },
        "notes": []
    });
    assert_eq!(json, expected);
}
