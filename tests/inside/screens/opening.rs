//! A plan that was given on the command line.

use mylink_console::model::{Effect, Reply};

use super::composing::{PLAN, plan};
use super::console::Console;
use super::data;

const OTHER: &str = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"audience",
    "filters":[{"field":"shoe_size","criterion":"Equals","value":"44"}]}"#;

#[test]
fn it_opens_in_the_builder_and_the_draft_before_is_one_step_back() {
    let console = Console::setup()
        .on(data::key("spring"), plan(OTHER))
        .start();
    let kept = Some(Box::new(plan(PLAN)));
    console
        .expect_text("Spring offer")
        .reply(Reply::Draft(data::key("spring"), kept))
        .expect_effect(&Effect::SaveDraft(
            data::key("spring"),
            std::sync::Arc::new(plan(OTHER)),
        ))
        .expect_text("shoe_size")
        .expect_no_text("favorite_color")
        .press("u")
        .expect_effect(&Effect::SaveDraft(
            data::key("spring"),
            std::sync::Arc::new(plan(PLAN)),
        ))
        .expect_text("favorite_color");
}

#[test]
fn what_is_synced_and_cached_is_asked_for_as_at_any_start() {
    let console = Console::setup()
        .on(data::key("spring"), plan(OTHER))
        .start();
    // Up from there lie the broadcasts of its bot.
    console
        .reply(Reply::Draft(data::key("spring"), None))
        .press("esc")
        .expect_text("Winter")
        .press("esc")
        .expect_text("Night Market");
}
