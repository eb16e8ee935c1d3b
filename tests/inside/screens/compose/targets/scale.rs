//! Long lists: what the screen does at once, and what it leaves to the counting thread.

use mylink_console::model::Reply;

use crate::screens::composing::drafted;
use crate::screens::console::Console;
use crate::screens::data;

/// So many contacts with a note that makes ten thousand of them several calls.
fn many(count: usize) -> String {
    let note = "0123456789".repeat(20);
    let target = |number: usize| {
        format!(
            r#"{{"user_id":"39320{number:06}","bot_channel":"WhatsAppChannel","note":"{note}"}}"#
        )
    };
    let targets: Vec<String> = (0..count).map(target).collect();
    let targets = targets.join(",");
    format!(
        r#"{{"broadcast":"spring","bot":"BOT-harbour","form":"targets","targets":[{targets}]}}"#
    )
}

/// Bytes of a target of [`many`] in a body, the comma before it included.
const EACH: usize =
    r#",{"user_id":"39320000000","bot_channel":"WhatsAppChannel","note":""}"#.len() + 200;

#[test]
fn the_calls_of_a_long_list_come_with_the_count() {
    let console = drafted(Console::setup(), &many(10_000));
    let calls = (10_000 * EACH).div_ceil(1_000_000);
    assert_eq!(calls, 3);
    let console = console
        .expect_text("POST body 1 of 3")
        .expect_text("3 calls, 2.6 MB; largest 999,")
        .expect_text("\"39320000000\"");
    let console = console.press("shift-b .").expect_text("POST body 2 of 3");
    let console = console.press(". .").expect_text("POST body 3 of 3");
    console
        .press(",")
        .expect_text("POST body 2 of 3")
        .expect_no_text("\"39320000000\"");
}

#[test]
fn the_size_after_an_edit_is_known_before_the_count() {
    let console = drafted(Console::setup().size(80, 24), &many(3_000));
    console
        .expect_text("3,000 targets   1 call, 804 kB")
        .keys("v end")
        .press("d")
        .expect_text("0 targets   1 call, 14 B");
}

#[test]
fn an_answer_for_an_older_list_is_dropped() {
    let console = drafted(Console::setup(), &many(3_000)).press("d");
    let (old, plan_then) = console.counted();
    let console = console.press("d");
    let (new, plan_now) = console.counted();
    assert_eq!(
        (
            plan_then.form.targets().len(),
            plan_now.form.targets().len()
        ),
        (2_999, 2_998)
    );
    let answer = |plan| {
        let preview = data::previewed(&data::overview(), &data::key("spring"), plan, true);
        Box::new(preview)
    };
    console
        .reply(Reply::Evaluated(new, answer(&plan_now)))
        .expect_text("\"39320000002\"")
        .reply(Reply::Evaluated(old, answer(&plan_then)))
        .expect_no_text("\"39320000001\"");
}

#[test]
fn one_goes_to_the_end_and_back_and_edits_there() {
    let console = drafted(Console::setup(), &many(10_000)).keys("end");
    let console = console
        .expect_text("row 10,000 of 10,000")
        .expect_text("39320009999");
    let kept = console.keys("$ enter").type_text("x").kept();
    assert!(
        kept.form.targets()[9_999]
            .get("note")
            .unwrap()
            .ends_with("9x")
    );
}
