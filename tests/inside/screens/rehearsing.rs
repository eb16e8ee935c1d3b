//! A rehearsal on the screen: asked for with one key, watched, stopped, read.

use insta::assert_snapshot;
use mylink_console::domain::plan::Method;
use mylink_console::domain::record::ContactId;
use mylink_console::domain::rehearsal::{Rehearsal, RehearsalStep, RehearsedCall, RehearsedTarget};
use mylink_console::domain::text::is_dangerous;
use mylink_console::model::effect::RequestId;
use mylink_console::model::{Effect, Notice, Reply};
use rstest::rstest;

use super::composing::{PLAN, drafted, empty, plan};
use super::console::{Console, Setup};
use super::data;

const EVIL: &str = "\u{1b}[2J\u{202e}x\u{200b}\u{9b}31m\u{e0041}";

fn target(id: &str) -> RehearsedTarget {
    RehearsedTarget {
        channel: Some("WhatsAppChannel".to_owned()),
        user_id: Some(id.to_owned()),
        created: false,
        reason: None,
    }
}

fn call(status: u16, answer: &str) -> RehearsedCall {
    RehearsedCall {
        method: Method::Post,
        bytes: 412,
        sha256: "ab".repeat(32),
        status: Some(status),
        answer: answer.to_owned(),
    }
}

fn previewed(ids: &[&str]) -> Vec<ContactId> {
    let contact = |id: &&str| ContactId {
        channel: "WhatsAppChannel".to_owned(),
        user_id: (*id).to_owned(),
    };
    ids.iter().map(contact).collect()
}

const SCHEDULED: &str = r#"{"Result":"scheduled","Targets":3,"DueAt":"2026-06-15T10:40:00.000Z"}"#;

/// Everything as in the preview.
fn same() -> Rehearsal {
    let ids = ["393201110001", "393201110002", "393201110003"];
    let targets: Vec<RehearsedTarget> = ids.iter().map(|id| target(id)).collect();
    Rehearsal {
        contacts: 5_000,
        ..Rehearsal::of(vec![call(200, SCHEDULED)], &targets, Some(&previewed(&ids)))
    }
}

/// A batch with strangers, one of them out of reach, a contact too few and one too many.
fn other() -> Rehearsal {
    let mut targets: Vec<RehearsedTarget> = (1..=12)
        .map(|n| target(&format!("39320111{n:04}")))
        .collect();
    targets[10].created = true;
    targets[11] = RehearsedTarget {
        channel: Some("TelegramChannel".to_owned()),
        user_id: Some("tg-77".to_owned()),
        created: true,
        reason: Some(
            "the contact was created by this launch, and its channel refuses unsolicited messages"
                .to_owned(),
        ),
    };
    let mut ids: Vec<String> = (1..=11).map(|n| format!("39320111{n:04}")).collect();
    ids.push("393999999999".to_owned());
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let calls = vec![call(200, SCHEDULED), call(200, SCHEDULED)];
    Rehearsal {
        contacts: 5_000,
        notes: vec![
            "Not recorded, so assumed: direct_mode off, allow_get off, require_valid_filter on, single_contact off, disable_execution_button off, visible_to_mobile off, legacy_mode off.".to_owned(),
            "Delayed by 10 minutes: what comes of it then is shown now.".to_owned(),
        ],
        ..Rehearsal::of(calls, &targets, Some(&previewed(&ids)))
    }
}

/// The sandbox says no.
fn refused() -> Rehearsal {
    let answer = r#"{"Error":"audience_criteria holds 1 entry, audience_filters 2"}"#;
    Rehearsal {
        contacts: 5_000,
        ..Rehearsal::of(vec![call(400, answer)], &[], Some(&previewed(&["1"])))
    }
}

pub fn asked(setup: Setup) -> Console {
    drafted(setup, PLAN).press("shift-h")
}

impl Console {
    /// The rehearsal that the last event wanted.
    #[track_caller]
    fn rehearsing(&self) -> RequestId {
        let wanted = self.effects().iter().find_map(|effect| match effect {
            Effect::Rehearse(id, _, _) => Some(*id),
            _ => None,
        });
        wanted.unwrap_or_else(|| panic!("nothing is rehearsed: {:?}", self.effects()))
    }

    fn rehearsed(self, result: Result<Rehearsal, Notice>) -> Self {
        let id = self.rehearsing();
        self.reply(Reply::Rehearsed(id, result.map(Box::new)))
    }
}

#[test]
fn one_key_rehearses_the_draft_as_it_stands() {
    let console = asked(Console::setup());
    let id = console.rehearsing();
    let draft = Box::new(plan(PLAN));
    let wanted = console.effects().iter().any(|effect| {
        matches!(effect, Effect::Rehearse(_, key, plan)
            if *key == data::key("spring") && plan.form == draft.form)
    });
    assert!(wanted, "{:?}", console.effects());
    console
        .expect_text("Rehearsal of Spring offer")
        .expect_text("starting a throw-away sandbox")
        .reply(Reply::Rehearsing(id, RehearsalStep::Copying(2_500, 5_000)))
        .expect_text("Copying the cached contacts")
        .expect_text("50 %")
        .reply(Reply::Rehearsing(id, RehearsalStep::Calling(1, 4)))
        .expect_text("25 %")
        .reply(Reply::Rehearsing(id, RehearsalStep::Comparing))
        .expect_text("against the preview")
        .reply(Reply::Rehearsed(id, Ok(Box::new(same()))))
        .expect_text("3 contacts targeted, exactly those of the preview")
        .press("esc")
        .expect_no_effect()
        .expect_no_text("Rehearsal of");
}

#[test]
fn esc_stops_a_rehearsal_and_what_comes_late_is_dropped() {
    let console = asked(Console::setup());
    let id = console.rehearsing();
    console
        .press("esc")
        .expect_effect(&Effect::StopRehearsal)
        .expect_no_text("Rehearsal of")
        .reply(Reply::Rehearsed(id, Ok(Box::new(same()))))
        .expect_no_text("Rehearsal of");
}

#[test]
fn the_answer_of_another_rehearsal_is_not_shown() {
    let console = asked(Console::setup());
    let id = console.rehearsing();
    console
        .reply(Reply::Rehearsed(id + 1, Ok(Box::new(same()))))
        .expect_no_text("exactly those");
}

#[test]
fn keys_of_the_builder_do_nothing_while_it_is_rehearsed() {
    asked(Console::setup())
        .press("d")
        .expect_no_effect()
        .press("f5")
        .expect_no_effect()
        .expect_text("throw-away sandbox");
}

#[test]
fn why_there_is_no_rehearsal_is_said() {
    let notice = Notice::error("The plan makes no call, so there is nothing to rehearse.");
    asked(Console::setup())
        .rehearsed(Err(notice))
        .expect_text("there is nothing to rehearse")
        .press("esc")
        .expect_no_text("Rehearsal of");
}

#[test]
fn an_empty_draft_is_rehearsed_too() {
    empty(Console::setup()).press("shift-h").rehearsing();
}

#[test]
fn hostile_answers_names_and_reasons_show_placeholders() {
    let evil = RehearsedTarget {
        channel: Some(EVIL.to_owned()),
        user_id: Some(EVIL.to_owned()),
        created: true,
        reason: Some(EVIL.to_owned()),
    };
    let expected = previewed(&[EVIL]);
    let rehearsal = Rehearsal::of(
        vec![call(200, EVIL)],
        &[evil.clone(), evil],
        Some(&expected),
    );
    let console = asked(Console::setup().size(130, 60)).rehearsed(Ok(rehearsal));
    for cell in console.buffer().content() {
        assert!(
            !cell.symbol().chars().any(is_dangerous),
            "{}",
            console.screen()
        );
    }
    console.expect_text("‹U+");
}

pub fn under_way(setup: Setup) -> Console {
    let console = asked(setup);
    let id = console.rehearsing();
    console.reply(Reply::Rehearsing(id, RehearsalStep::Copying(3_000, 5_000)))
}

pub fn as_previewed(setup: Setup) -> Console {
    asked(setup).rehearsed(Ok(same()))
}

pub fn differs(setup: Setup) -> Console {
    asked(setup).rehearsed(Ok(other()))
}

pub fn not_accepted(setup: Setup) -> Console {
    asked(setup).rehearsed(Ok(refused()))
}

#[rstest]
#[case("under_way", under_way)]
#[case("as_previewed", as_previewed)]
#[case("differs", differs)]
#[case("not_accepted", not_accepted)]
fn pictures(
    #[case] name: &str,
    #[case] scene: fn(Setup) -> Console,
    #[values((120, 40), (80, 24))] size: (u16, u16),
) {
    let console = scene(Console::setup().size(size.0, size.1));
    let name = format!("{name}_{}x{}", size.0, size.1);
    assert_snapshot!(name, console.screen());
}

#[test]
fn what_does_not_fit_is_scrolled_to() {
    differs(Console::setup().size(60, 16))
        .expect_no_text("nothing is on the record")
        .press("end")
        .expect_text("the record.");
}
