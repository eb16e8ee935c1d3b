//! The review: what it asks, what confirms it, what takes it back - and that one review never launches twice.

pub mod pictures;

use crossterm::event::{
    Event, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use mylink_console::domain::gate::{Danger, Gate};
use mylink_console::model::{Effect, Message, Notice, Reply};
use rstest::rstest;

use super::composing::{PLAN, asked, plan};
use super::console::{Console, Setup};
use super::data::reviews::{self, HOLD};

/// A plan that reaches fewer contacts than the limit from which the name is asked for: 90.
pub const SMALL: &str = PLAN;

/// One that reaches 300.
pub const LARGE: &str = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"audience","filters":[{"field":"favorite_color","criterion":"Equals","value":"red"}]}"#;

pub fn safe(setup: Setup) -> Console {
    let gate = reviews::gate(Danger::Safe);
    asked(setup, SMALL).reviewed(&gate, |review| review)
}

pub fn live(setup: Setup, json: &str) -> Console {
    let gate = reviews::gate(Danger::Live);
    asked(setup.live(), json).reviewed(&gate, |review| review)
}

fn small() -> Console {
    live(Console::setup(), SMALL)
}

/// The large one, everything typed but the last Enter.
pub fn typed(setup: Setup) -> Console {
    live(setup, LARGE)
        .type_text("300")
        .press("enter")
        .type_text("Spring offer")
}

fn holding() -> Console {
    typed(Console::setup()).press("enter")
}

#[test]
fn enter_launches_what_was_reviewed_on_a_safe_profile() {
    let console = safe(Console::setup()).press("enter");
    let [Effect::Launch(_, confirmation)] = console.effects() else {
        panic!("{:?}", console.effects())
    };
    assert_eq!(confirmation.hash, "h-1");
    assert_eq!(confirmation.plan, plan(SMALL));
    assert_eq!((confirmation.number, &confirmation.name), (None, &None));
    assert!(!confirmation.again);
}

#[test]
fn keys_before_the_review_was_seen_confirm_nothing() {
    let console = asked(Console::setup(), SMALL).press("enter");
    let console = console.expect_no_effect();
    // The review comes, and Enter is there before it is drawn.
    let request = asked(Console::setup(), SMALL).request();
    let review = reviews::review(
        &super::data::overview(),
        &plan(SMALL),
        &reviews::gate(Danger::Safe),
    );
    let reply = Reply::Reviewed(request, Ok(Box::new(review)));
    let enter = crossterm::event::Event::Key(crokey::key!(enter).into());
    let console = console
        .unseen(Message::Reply(Box::new(reply)))
        .unseen(Message::Input(enter));
    assert_eq!(console.launches(), 0);
    // Once it stands on the screen, Enter means it.
    assert_eq!(console.resize(120, 40).press("enter").launches(), 1);
}

#[rstest]
#[case::on_a_safe_profile(safe(Console::setup()))]
#[case::where_the_number_is_asked(small())]
#[case::with_everything_typed(typed(Console::setup()))]
fn a_paste_never_confirms(#[case] console: Console) {
    let console = console.paste("90\n").expect_no_effect();
    let console = console.paste("\n\r\n").expect_no_effect();
    assert_eq!(console.launches(), 0);
}

#[test]
fn a_pasted_number_is_not_taken() {
    let console = small().paste("90").press("enter").expect_no_effect();
    console.expect_text("Type the number of contacts that stands above.");
}

#[rstest]
#[case::none("")]
#[case::another("91")]
#[case::the_other_reading("30")]
#[case::a_part("9")]
#[case::too_large("99999999999999999999999999")]
#[case::a_word("ninety")]
fn the_wrong_number_is_refused(#[case] number: &str) {
    small()
        .type_text(number)
        .press("enter")
        .expect_no_effect()
        .expect_text("Type the number of contacts that stands above.");
}

#[test]
fn the_right_number_launches_below_the_limit() {
    let console = small().type_text("90").press("enter");
    let [Effect::Launch(_, confirmation)] = console.effects() else {
        panic!("{:?}", console.effects())
    };
    assert_eq!(confirmation.number, Some(90));
}

/// 90 contacts are shown, and 490 are possible.
fn in_doubt() -> Console {
    let gate = Gate {
        confirm_above: 491,
        ..reviews::gate(Danger::Live)
    };
    asked(Console::setup().live(), SMALL).reviewed(&gate, |review| reviews::in_doubt(review, &gate))
}

#[test]
fn the_most_that_may_be_reached_is_typed_where_the_count_is_not_sure() {
    let console = in_doubt()
        .expect_text("90 contacts · 490 at the most")
        .expect_text("Type the most it may reach:");
    let console = console.type_text("90").press("enter").expect_no_effect();
    let complaint = "Type how many it reaches at the most, as it stands above.";
    console.expect_text(complaint);
    let console = in_doubt().type_text("490").press("enter");
    let [Effect::Launch(_, confirmation)] = console.effects() else {
        panic!("{:?}", console.effects())
    };
    assert_eq!(confirmation.number, Some(490));
}

#[test]
fn a_count_that_is_not_sure_asks_for_the_name_by_the_most_there_may_be() {
    let gate = reviews::gate(Danger::Live);
    let console = asked(Console::setup().live(), SMALL)
        .reviewed(&gate, |review| reviews::in_doubt(review, &gate));
    console
        .type_text("490")
        .press("enter")
        .expect_no_effect()
        .type_text("Spring offer")
        .press("enter")
        .expect_text("Sending in 5 s");
}

#[test]
fn a_count_that_is_not_known_asks_for_the_name_and_the_hold() {
    let gate = reviews::gate(Danger::Live);
    let console = asked(Console::setup().live(), SMALL)
        .reviewed(&gate, |review| reviews::not_known(review, &gate));
    let console = console
        .expect_text("not known how many")
        .expect_no_text("Type the number")
        .press("enter")
        .expect_no_effect();
    let console = console.type_text("Spring offer").press("enter");
    let console = console.expect_text("Sending in 5 s");
    assert_eq!(console.launches(), 0);
}

#[test]
fn more_than_the_limit_are_refused_though_fewer_are_shown() {
    let gate = Gate {
        max_targets: 489,
        ..reviews::gate(Danger::Live)
    };
    let console = asked(Console::setup().live(), SMALL)
        .reviewed(&gate, |review| reviews::in_doubt(review, &gate));
    let console =
        console.expect_text("490 contacts may be reached, which is more than max_targets");
    console.type_text("490").press("enter").expect_no_effect();
}

#[rstest]
#[case::none("")]
#[case::in_another_case("spring offer")]
#[case::with_a_blank("Spring offer ")]
fn the_wrong_name_is_refused(#[case] name: &str) {
    live(Console::setup(), LARGE)
        .type_text("300")
        .press("enter")
        .type_text(name)
        .press("enter")
        .expect_no_effect()
        .expect_text("Type the broadcast's name exactly as it stands above.");
}

#[test]
fn number_and_name_start_the_hold_and_its_end_launches_once() {
    let console = holding().expect_effect(&Effect::Wake(1000));
    // No key is offered: any will do.
    let console = console
        .expect_no_text("Enter")
        .expect_text("Sending in 5 s");
    let console = console.wait(1_000);
    let console = console.expect_text("Sending in 4 s").seconds(2..=4);
    let console = console.wait(4_600);
    let console = console.expect_effect(&Effect::Wake(400));
    let console = console.wait(HOLD * 1_000);
    assert_eq!(console.launches(), 1);
    let [Effect::Launch(_, confirmation)] = console.effects() else {
        panic!("{:?}", console.effects())
    };
    assert_eq!(confirmation.number, Some(300));
    assert_eq!(confirmation.name.as_deref(), Some("Spring offer"));
    let mut console = console;
    for millis in [5_001, 6_000, 60_000] {
        console = console.wait(millis);
        assert_eq!(console.launches(), 0, "it went out already");
    }
    assert_eq!(console.press("enter enter").launches(), 0);
}

#[rstest]
#[case::escape("esc")]
#[case::enter("enter")]
#[case::a_letter("x")]
#[case::an_arrow("down")]
#[case::a_page("pagedown")]
#[case::the_body("f2")]
#[case::interrupt("ctrl-c")]
fn any_key_takes_the_hold_back(#[case] key: &str) {
    let console = holding().wait(1_000).press(key).expect_no_effect();
    let console = console.expect_text("Taken back: nothing was sent.");
    let console = console.wait(60_000);
    assert_eq!(console.launches(), 0);
    console.expect_text("Taken back");
}

#[test]
fn a_paste_takes_the_hold_back_too() {
    let console = holding().paste("anything").expect_no_effect();
    let console = console.expect_text("Taken back: nothing was sent.");
    assert_eq!(console.wait(60_000).launches(), 0);
}

/// The sentence may be wrapped, so it is looked for in parts.
#[rstest]
#[case::by_ctrl_z(holding().wait(1_000).send(Message::Suspended), "mylink was suspended")]
#[case::by_a_stop(holding().wait(1_000).wait(9_400), "mylink stood still for 8 s")]
#[case::at_its_very_end(holding().seconds(1..=4).wait(6_100), "mylink stood still for 2 s")]
#[case::by_sleep(
    holding().wait(1_000).clocks(602_000, 2_000),
    "the clock jumped by 601 s"
)]
fn a_hold_in_which_nobody_could_press_a_key_sends_nothing(
    #[case] console: Console,
    #[case] why: &str,
) {
    assert_eq!(console.launches(), 0);
    let sentence = format!("The hold was interrupted ({why}), so nothing was sent.");
    let console = console.expect_text(&sentence);
    let console = console.seconds(603..=610);
    assert_eq!(console.launches(), 0, "it stays taken back");
    let console = console.press("enter").expect_text("Sending in 5 s");
    assert_eq!(console.seconds(611..=615).launches(), 1);
}

#[test]
fn a_clock_that_is_set_back_does_not_prolong_the_hold() {
    let mut console = holding();
    for second in 1..=5 {
        assert_eq!(console.launches(), 0);
        console = console.clocks(-3_600_000, second * 1_000);
    }
    assert_eq!(console.launches(), 1);
}

#[test]
fn a_loop_that_comes_late_hears_the_keys_that_wait_before_it_sends() {
    let console = holding().seconds(1..=4).wait(5_900);
    assert_eq!(console.launches(), 0);
    let console = console.press("x").expect_text("Taken back");
    assert_eq!(console.seconds(6..=9).launches(), 0);
}

#[test]
fn a_hold_under_another_overlay_counts_for_nothing() {
    let template = r#"{"broadcast":"autumn","form":"audience",
        "filters":[{"field":"city","criterion":"Equals","value":"{{city}}"}]}"#;
    let template = Reply::Template("autumn".to_owned(), template.to_owned());
    // One of the answers to what was asked for before: its keys take no launch back.
    let console = holding().wait(1_000).reply(template).press("esc");
    let console = console.expect_text(
        "The hold was interrupted (something else came over it), so nothing was sent.",
    );
    assert_eq!(console.seconds(2..=8).launches(), 0);
}

#[test]
fn neither_mouse_nor_size_nor_focus_touches_the_hold() {
    let mouse = |kind| {
        Message::Input(Event::Mouse(MouseEvent {
            kind,
            column: 60,
            row: 30,
            modifiers: KeyModifiers::NONE,
        }))
    };
    let console = holding()
        .wait(1_000)
        .send(mouse(MouseEventKind::Down(MouseButton::Left)))
        .send(mouse(MouseEventKind::ScrollDown))
        .send(Message::Input(Event::FocusLost))
        .send(Message::Input(Event::FocusGained))
        .resize(80, 24)
        .resize(30, 8)
        .expect_no_effect();
    // Too small to show it, and back: nothing else was asked of the operator.
    let console = console.wait(2_000).resize(120, 40);
    let console = console.expect_text("Sending in 3 s").seconds(3..=4);
    assert_eq!(console.launches(), 0);
    assert_eq!(console.wait(5_000).launches(), 1);
}

#[test]
fn the_release_of_the_key_that_confirmed_takes_nothing_back() {
    let mut release: KeyEvent = crokey::key!(enter).into();
    release.kind = KeyEventKind::Release;
    let console = holding().send(Message::Input(Event::Key(release)));
    console.seconds(1..=1).expect_text("Sending in 4 s");
}

#[test]
fn nothing_but_its_keys_stops_a_batch_that_is_sent() {
    let console = safe(Console::setup()).press("enter");
    let id = console.request();
    let console = console.reply(Reply::Launching(id, 2, 7));
    let mouse = Message::Input(Event::Mouse(MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: 60,
        row: 30,
        modifiers: KeyModifiers::NONE,
    }));
    let console = console.paste("x\r").expect_no_effect();
    let console = console.send(mouse).expect_no_effect();
    let console = console.send(Message::Suspended).expect_no_effect();
    let console = console.resize(80, 24).expect_no_effect();
    let console = console.wait(60_000).expect_no_effect();
    console.expect_text("Sending: 2 of 7 accepted ...");
}

#[test]
fn what_was_taken_back_can_be_confirmed_again_with_a_hold_of_its_own() {
    let console = holding().seconds(1..=4).press("x").press("enter");
    let console = console.expect_text("Sending in 5 s").seconds(5..=8);
    assert_eq!(
        console.launches(),
        0,
        "the time of the first hold is not its own"
    );
    assert_eq!(console.wait(9_000).launches(), 1);
}

#[test]
fn interrupt_ends_the_program_unless_it_takes_a_launch_back() {
    safe(Console::setup())
        .press("ctrl-c")
        .expect_effect(&Effect::Quit);
}

#[test]
fn escape_goes_back_to_the_draft_without_launching() {
    let console = safe(Console::setup()).press("esc").expect_no_effect();
    console
        .expect_text("POST body")
        .expect_no_text("Enter launch");
}

#[test]
fn a_review_that_was_left_is_dropped_when_it_comes() {
    let console = asked(Console::setup(), SMALL);
    let request = console.request();
    let review = reviews::review(
        &super::data::overview(),
        &plan(SMALL),
        &reviews::gate(Danger::Safe),
    );
    let console = console.press("esc");
    let console = console.reply(Reply::Reviewed(request, Ok(Box::new(review))));
    let console = console.expect_no_text("Enter launch");
    assert_eq!(console.press("enter").launches(), 0);
}

#[test]
fn a_review_that_cannot_be_made_says_why() {
    let console = asked(Console::setup(), SMALL);
    let request = console.request();
    let sorry = Notice::error("The cache can't be read.");
    console
        .reply(Reply::Reviewed(request, Err(sorry)))
        .expect_text("The cache can't be read.")
        .expect_no_text("checking the journal");
}

#[test]
fn what_was_not_sent_is_in_no_log() {
    let console = pictures::not_sent(Console::setup());
    console
        .expect_text("✕ not sent")
        .expect_no_text("see it in the log")
        .press("enter")
        .expect_text("✕ not sent")
        .press("esc")
        .expect_text("POST body");
}

#[test]
fn the_keys_of_a_review_are_named_once() {
    for (console, keys) in [
        (safe(Console::setup()), &["Enter", "F2", "F4", "Esc"][..]),
        (typed(Console::setup()), &["Enter", "F2", "F4", "Esc"]),
        (pictures::sending(Console::setup()), &["Esc"]),
    ] {
        let screen = console.screen();
        for key in keys {
            let named = screen.matches(&format!("{key} ")).count();
            assert_eq!(named, 1, "{key}:\n{screen}");
        }
    }
}

#[rstest]
#[case::accepted(2, "● accepted", "That is not yet a delivery.")]
#[case::rejected(4, "✕ rejected", "nobody is reached")]
#[case::partly(3, "✕ rejected", "What was accepted is scheduled")]
#[case::unknown(1, "? unknown", "then settle it with !.")]
#[case::failed(5, "✕ failed", "Nothing was sent.")]
#[case::refused(6, "✕ refused", "Nothing was sent.")]
fn what_became_of_it_is_told(#[case] place: usize, #[case] word: &str, #[case] advice: &str) {
    let console = safe(Console::setup()).press("enter");
    let id = console.request();
    let launch = reviews::outcome(place);
    console
        .reply(Reply::Launched(id, Ok(Box::new(launch))))
        .expect_effect(&Effect::LoadOverview)
        .expect_text(word)
        .expect_text(advice)
        .press("enter")
        .expect_text("Launches");
}

#[test]
fn a_key_stops_a_batch_before_its_next_call_once() {
    let gate = reviews::gate(Danger::Safe);
    let batch = asked(Console::setup(), SMALL).reviewed(&gate, |mut review| {
        let call = review.preview.calls[0].clone();
        review.preview.calls = vec![call; 3];
        review
    });
    let console = batch.press("enter");
    let id = console.request();
    let console = console.reply(Reply::Launching(id, 1, 3)).press("x");
    console
        .expect_effect(&Effect::StopBatch(id))
        .expect_text("Stopping after this call: 1 of 3 accepted")
        .press("x")
        .expect_no_effect();
}

#[test]
fn a_launch_of_one_call_is_on_its_way_and_no_key_stops_it() {
    let console = safe(Console::setup()).press("enter");
    console.press("x").expect_no_effect();
}

#[test]
fn another_launchs_outcome_is_a_notice() {
    let console = safe(Console::setup()).press("enter");
    let id = console.request();
    let console = console.reply(Reply::Launched(id + 100, Ok(Box::new(reviews::outcome(3)))));
    console
        .expect_text("Sending ...")
        .expect_text("✕ Spring offer: rejected.");
}

#[test]
fn an_outcome_that_nobody_watches_any_more_is_a_notice() {
    let console = safe(Console::setup()).press("enter");
    let id = console.request();
    let console = console.press("esc").expect_no_text("Sending");
    console
        .reply(Reply::Launched(id, Ok(Box::new(reviews::outcome(1)))))
        .expect_text("▲ Spring offer: unknown.")
        .expect_effect(&Effect::LoadOverview)
        .press("left")
        // The standing line stays when the notice went.
        .expect_text("? 1 launch with unknown outcome");
}

#[test]
fn calls_of_a_batch_are_told_as_they_are_answered() {
    let console = safe(Console::setup()).press("enter");
    let id = console.request();
    let console = console.reply(Reply::Launching(id, 2, 7));
    let console = console.expect_text("Sending: 2 of 7 accepted ...");
    console
        .reply(Reply::Launching(id + 1, 6, 7))
        .expect_text("2 of 7");
}

#[test]
fn a_repeat_is_switched_and_confirmed_as_one() {
    let gate = reviews::gate(Danger::Safe);
    let console = asked(Console::setup(), SMALL).reviewed(&gate, reviews::repeated);
    let console = console
        .expect_text("○ allow the same body to go out again")
        .press("f3")
        .expect_text("◉ the same body may go out again")
        .press("enter");
    let [Effect::Launch(_, confirmation)] = console.effects() else {
        panic!("{:?}", console.effects())
    };
    assert!(confirmation.again);
}

#[test]
fn the_body_is_shown_whole_and_left_again() {
    safe(Console::setup())
        .press("f2")
        .expect_text("Body, exactly as it is sent")
        .expect_text("{\"audience_filters\":\"favorite_color;city\"")
        .press("f2")
        .expect_text("1 call · 191 bytes");
}

#[test]
fn a_large_body_is_read_by_the_page() {
    let targets = vec![r#"{"user_id":"1","bot_channel":"WebChannel"}"#; 400].join(",");
    let json = format!(r#"{{"broadcast":"spring","form":"targets","targets":[{targets}]}}"#);
    let gate = reviews::gate(Danger::Safe);
    let console = asked(Console::setup(), &json).reviewed(&gate, |review| review);
    let console = console.press("f2").expect_text(" 1-");
    let first = console.screen();
    let console = console.press("pagedown");
    assert_ne!(console.screen(), first);
    let console = console.press("pageup");
    assert_eq!(console.screen(), first);
    let console = console.press(&"pagedown ".repeat(40));
    console.expect_text("}]}");
}

#[test]
fn a_refused_review_can_be_read_and_left_alone() {
    let gate = Gate {
        max_targets: 10,
        count_factor: None,
        ..reviews::gate(Danger::Live)
    };
    let console = asked(Console::setup().live(), SMALL).reviewed(&gate, |review| review);
    let console = console.expect_text("90 contacts may be reached, which is more than max_targets");
    let console = console.press("enter").expect_no_effect().press("f3 f2");
    let console = console.expect_text("Body, exactly as it is sent");
    console.press("esc").expect_text("POST body");
}
