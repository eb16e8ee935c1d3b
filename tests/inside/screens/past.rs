//! The log as a beginning: again, the rest of a batch, what changed, a file of one launch.

use insta::assert_snapshot;
use mylink_console::domain::launch::{LaunchRecord, Outcome, SettledAs};
use mylink_console::domain::since::Since;
use mylink_console::model::{Effect, Notice, Reply};
use rstest::rstest;

use super::composing::{PLAN, asked, plan};
use super::console::{Console, Setup};
use super::data::{self, reviews};

pub fn log(setup: Setup) -> Console {
    setup.start().open_bot().press("2")
}

pub fn detail(setup: Setup) -> Console {
    let record = Box::new(data::in_full(data::BATCH));
    log(setup)
        .press("down down down enter")
        .reply(Reply::Launch(record, "curl".to_owned()))
}

#[rstest]
#[case::again("a", Effect::LaunchAgain(data::BATCH.to_owned()))]
#[case::rest("shift-r", Effect::LaunchRest(data::BATCH.to_owned()))]
#[case::changes("x", Effect::LoadSince(data::BATCH.to_owned()))]
#[case::file("e", Effect::ExportLaunch(data::BATCH.to_owned()))]
fn keys_act_on_the_launch_in_the_log_and_in_full(#[case] key: &str, #[case] expected: Effect) {
    log(Console::setup())
        .press("down down down")
        .press(key)
        .expect_effect(&expected);
    detail(Console::setup()).press(key).expect_effect(&expected);
}

#[test]
fn a_launch_made_again_is_a_draft_to_be_reviewed_and_nothing_is_sent() {
    let console = detail(Console::setup()).press("a");
    let notice = Notice::ok("The launch is the draft now.");
    let plan = plan(PLAN);
    let console = console
        .reply(Reply::Planned(
            data::key("spring"),
            Box::new(plan.clone()),
            notice,
        ))
        .reply(Reply::Draft(data::key("spring"), None));
    assert_eq!(console.launches(), 0);
    assert_eq!(console.kept(), plan);
    console
        .expect_text("favorite_color")
        .expect_no_text("Launch of");
}

#[test]
fn a_batch_shows_its_calls_and_begins_where_it_stopped() {
    detail(Console::setup())
        .resize(120, 60)
        .expect_text("2 of 3")
        .expect_text("● accepted")
        .expect_text("✕ rejected")
        .expect_text("○ not sent")
        .expect_text("Call 2/3");
}

#[test]
fn keys_go_from_call_to_call_and_the_one_that_is_shown_is_copied() {
    let copies = |call| Effect::CopyCurl(data::BATCH.to_owned(), call);
    detail(Console::setup())
        .press("y")
        .expect_effect(&copies(1))
        .press("right right right y")
        .expect_effect(&copies(2))
        .press("left left left left y")
        .expect_effect(&copies(0));
}

#[test]
fn what_a_batch_left_is_counted_and_named_with_its_key() {
    // Three calls of 2,253 contacts each: the second was rejected, the third had no turn.
    detail(Console::setup())
        .resize(120, 60)
        .expect_text("4,506 contacts in 2 calls not sent. R opens them as a draft.");
}

#[test]
fn what_is_unknown_is_to_be_settled_before_the_rest() {
    let mut data = data::overview();
    data.launches[3].outcome = Outcome::Unknown;
    data.launches[3].calls[1].outcome = Outcome::Unknown;
    let record = Box::new(data.launches[3].clone());
    log(Console::setup().data(data))
        .press("down down down enter")
        .reply(Reply::Launch(record, String::new()))
        .resize(120, 60)
        .expect_text("2,253 contacts in 1 call not sent. Settle first what is unknown");
}

/// The batch with its second call in doubt: three calls of 2,253 contacts each.
fn cut_short() -> Setup {
    let mut data = data::overview();
    data.launches[3].outcome = Outcome::Unknown;
    data.launches[3].calls[1].outcome = Outcome::Unknown;
    data.launches[3].calls[1].status = None;
    Console::setup().data(data)
}

#[test]
fn settling_a_batch_names_the_call_in_doubt_and_what_follows_from_each_word() {
    let words = [
        "call 2 of 3, 2,253 contacts",
        "2,253 contacts accepted before it, 2,253 certainly not sent",
        "these 2,253 count as reached; R makes the 2,253 not sent a draft",
        "R makes the 2,253 of call 2 and the 2,253 not sent a draft",
    ];
    let mut console = log(cut_short()).press("down down down !");
    for word in words {
        console = console.expect_text(word);
    }
    console.expect_no_text("to the same contacts too");
}

#[test]
fn a_cut_batch_shows_how_far_it_came_and_no_status_of_an_accepted_call() {
    let console = log(cut_short()).press("down down down");
    let screen = console.screen();
    let row = screen.lines().find(|line| line.contains("2,253 of 6,759"));
    let row = row.expect("the row of the batch");
    assert!(row.contains("? unknown"), "{row}");
    assert!(!row.contains("200"), "{row}");
    console.expect_text("2,253 of 6,759 sent, 2,253 unknown, 2,253 not sent");
}

#[test]
fn the_rest_is_offered_only_where_something_of_a_launch_is_left() {
    const REST: &str = "R the rest";
    let footer = |console: Console| console.screen().lines().last().unwrap().to_owned();
    let accepted = footer(log(Console::setup()).press("down down"));
    assert!(!accepted.contains(REST), "{accepted}");
    let open = footer(log(cut_short()).press("down down down"));
    assert!(!open.contains(REST), "{open}");
    let stopped = footer(log(Console::setup()).press("down down down"));
    assert!(stopped.contains(REST), "{stopped}");
    let in_full = footer(detail(Console::setup()));
    assert!(in_full.contains(REST), "{in_full}");
}

#[test]
fn a_launch_before_that_was_settled_is_named_with_the_word_on_it() {
    let mut since = reviews::since();
    let before = since.before.as_mut().unwrap();
    before.outcome = Outcome::Unknown;
    before.settled_as = Some(SettledAs::Sent);
    detail(Console::setup())
        .press("x")
        .reply(Reply::Since(data::BATCH.to_owned(), Box::new(since)))
        .expect_text("(unknown, settled as sent)");
}

#[test]
fn what_changed_is_shown_and_hidden_again() {
    let since = || Reply::Since(data::BATCH.to_owned(), Box::new(reviews::since()));
    detail(Console::setup())
        .resize(120, 70)
        .press("x")
        .reply(since())
        .expect_text("+ filter added: AND plan Equals \"gold\"")
        .expect_text("~ sets campaign to \"spring\" (was \"winter\")")
        .expect_text("+ 173 contacts   - 12 contacts   1,031 as before")
        .expect_text("+ 3932010000, 3932010001")
        .press("x")
        .expect_no_effect()
        .expect_no_text("filter added");
}

#[test]
fn what_changed_in_another_launch_is_not_shown_here() {
    detail(Console::setup())
        .press("x")
        .reply(Reply::Since(
            "another".to_owned(),
            Box::new(reviews::since()),
        ))
        .expect_no_text("filter added");
}

#[test]
fn a_launch_without_one_before_and_one_without_a_change_say_so() {
    let mut same = reviews::since();
    same.changes = Some(Vec::new());
    same.contacts.as_mut().unwrap().added = 0;
    same.contacts.as_mut().unwrap().gone = 0;
    let first = Since::nothing(None);
    let shown = |since: Since| {
        detail(Console::setup()).reply(Reply::Since(data::BATCH.to_owned(), Box::new(since)))
    };
    shown(same).expect_text("(accepted): nothing changed, the same 1,031 contacts");
    shown(first).expect_text("no launch before: this is the first");
}

#[test]
fn the_review_shows_what_changed_since_the_last_launch() {
    let gate = reviews::gate(mylink_console::domain::gate::Danger::Safe);
    asked(Console::setup(), PLAN)
        .reviewed(&gate, |review| review)
        .expect_text("the launch before, 2 h ago (accepted)")
        .expect_text("+ 173 contacts   - 12 contacts");
}

fn stopped(outcome: Outcome) -> LaunchRecord {
    let mut launch = reviews::outcome(3);
    launch.outcome = outcome;
    launch.calls[1].outcome = outcome;
    launch
}

#[rstest]
#[case::rejected(
    Outcome::Rejected,
    "3 calls: 1 accepted, 1 rejected, 1 not sent.",
    "4,506 contacts in 2 calls were not sent. R in the log opens them"
)]
#[case::unknown(
    Outcome::Unknown,
    "3 calls: 1 accepted, 1 unknown, 1 not sent.",
    "Once it is settled, R in the log opens them"
)]
fn a_batch_that_stopped_says_how_far_it_came_and_which_key_resumes_it(
    #[case] outcome: Outcome,
    #[case] tally: &str,
    #[case] rest: &str,
) {
    let gate = reviews::gate(mylink_console::domain::gate::Danger::Safe);
    let console = asked(Console::setup(), PLAN).reviewed(&gate, |review| review);
    let console = console.press("enter");
    let id = console.request();
    console
        .reply(Reply::Launching(id, 1, 3))
        .expect_text("Sending: 1 of 3 accepted")
        .reply(Reply::Launched(id, Ok(Box::new(stopped(outcome)))))
        .expect_text(tally)
        .expect_text(rest);
}

pub fn changed(setup: Setup) -> Console {
    let since = Box::new(reviews::since());
    detail(setup)
        .press("x")
        .reply(Reply::Since(data::BATCH.to_owned(), since))
}

#[rstest]
fn picture_of_what_changed(#[values((120, 40), (80, 24))] size: (u16, u16)) {
    let console = changed(Console::setup().size(size.0, size.1));
    assert_snapshot!(format!("changed_{}x{}", size.0, size.1), console.screen());
}
