//! Every screen as a picture: where there is room, where there is little, and where there is none.

use insta::assert_snapshot;
use mylink_console::model::Reply;
use rstest::rstest;

use super::console::{Console, Setup};
use super::data;

pub fn bots(setup: Setup) -> Console {
    setup.start()
}

pub fn broadcasts(setup: Setup) -> Console {
    setup.start().open_bot()
}

pub fn log(setup: Setup) -> Console {
    setup.start().open_bot().press("2")
}

pub fn log_of_a_broadcast(setup: Setup) -> Console {
    setup.start().open_spring("3")
}

pub fn launch(setup: Setup) -> Console {
    let record = Box::new(data::in_full(data::ACCEPTED));
    setup
        .start()
        .open_bot()
        .press("2 down down enter")
        .reply(Reply::Launch(record, "curl".to_owned()))
}

pub fn batch(setup: Setup) -> Console {
    let record = Box::new(data::in_full(data::BATCH));
    setup
        .start()
        .open_bot()
        .press("2 down down down enter")
        .reply(Reply::Launch(record, "curl".to_owned()))
}

pub fn settings(setup: Setup) -> Console {
    setup.live().start().open_spring("2").press("down down")
}

pub fn settle(setup: Setup) -> Console {
    setup
        .start()
        .press("! tab tab")
        .type_text("Sent did not move on the page")
}

pub fn settle_without_a_choice(setup: Setup) -> Console {
    setup.start().press("! enter")
}

pub fn help(setup: Setup) -> Console {
    setup.start().open_bot().press("2 ?")
}

type Scene = fn(Setup) -> Console;

#[rstest]
#[case("bots", bots)]
#[case("broadcasts", broadcasts)]
#[case("log", log)]
#[case("log_of_a_broadcast", log_of_a_broadcast)]
#[case("launch", launch)]
#[case("batch", batch)]
#[case("settings", settings)]
#[case("settle", settle)]
#[case("settle_without_a_choice", settle_without_a_choice)]
#[case("help", help)]
fn pictures(
    #[case] name: &str,
    #[case] scene: Scene,
    #[values((120, 40), (80, 24))] size: (u16, u16),
) {
    let console = scene(Console::setup().size(size.0, size.1));
    let name = format!("{name}_{}x{}", size.0, size.1);
    assert_snapshot!(name, console.screen());
}

#[rstest]
#[case("one_column_short", (59, 16))]
#[case("one_row_short", (60, 15))]
#[case("tiny", (20, 5))]
fn a_terminal_that_is_too_small_says_which_size_is_needed(
    #[case] name: &str,
    #[case] (width, height): (u16, u16),
) {
    let console = log(Console::setup().size(width, height));
    assert_snapshot!(format!("too_small_{name}"), console.screen());
}

#[rstest]
#[case("log", log)]
#[case("settings", settings)]
#[case("settle", settle_without_a_choice)]
#[case("launch", launch)]
fn pictures_at_the_least_size(#[case] name: &str, #[case] scene: Scene) {
    let console = scene(Console::setup().size(60, 16));
    assert_snapshot!(format!("{name}_60x16"), console.screen());
}
