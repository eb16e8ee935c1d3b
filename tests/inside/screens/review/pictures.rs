//! The review as a picture.

use insta::assert_snapshot;
use mylink_console::domain::gate::{Danger, Gate};
use mylink_console::model::{Notice, Reply};
use rstest::rstest;

use super::{LARGE, SMALL, live, safe, typed};
use crate::screens::composing::asked;
use crate::screens::console::{Console, Setup};
use crate::screens::data::reviews;

pub fn number(setup: Setup) -> Console {
    live(setup, LARGE).type_text("30")
}

pub fn wrong_name(setup: Setup) -> Console {
    live(setup, LARGE)
        .type_text("300")
        .press("enter")
        .type_text("Spring")
        .press("enter")
}

pub fn hold(setup: Setup) -> Console {
    typed(setup).press("enter").wait(1_000)
}

pub fn warnings(setup: Setup) -> Console {
    let gate = reviews::gate(Danger::Safe);
    asked(setup, SMALL)
        .reviewed(&gate, reviews::repeated)
        .press("f3")
}

pub fn body(setup: Setup) -> Console {
    safe(setup).press("f2")
}

pub fn sending(setup: Setup) -> Console {
    safe(setup).press("enter")
}

pub fn refused(setup: Setup) -> Console {
    let gate = Gate {
        readonly: true,
        ..reviews::gate(Danger::Safe)
    };
    asked(setup.readonly(), SMALL).reviewed(&gate, |review| review)
}

fn became(setup: Setup, place: usize) -> Console {
    let console = safe(setup).press("enter");
    let id = console.request();
    let launch = Box::new(reviews::outcome(place));
    console.reply(Reply::Launched(id, Ok(launch)))
}

pub fn accepted(setup: Setup) -> Console {
    became(setup, 2)
}

pub fn rejected(setup: Setup) -> Console {
    became(setup, 3)
}

pub fn unknown(setup: Setup) -> Console {
    became(setup, 1)
}

pub fn not_sent(setup: Setup) -> Console {
    let console = safe(setup).press("enter");
    let id = console.request();
    let why = "What was reviewed has changed: 90 contacts then, 91 now. Review it again.";
    console.reply(Reply::Launched(id, Err(Notice::error(why))))
}

fn in_doubt(setup: Setup) -> Console {
    let gate = reviews::gate(Danger::Live);
    asked(setup.live(), SMALL).reviewed(&gate, |review| reviews::in_doubt(review, &gate))
}

fn not_known(setup: Setup) -> Console {
    let gate = reviews::gate(Danger::Live);
    asked(setup.live(), SMALL).reviewed(&gate, |review| reviews::not_known(review, &gate))
}

type Scene = fn(Setup) -> Console;

#[rstest]
#[case("safe", safe)]
#[case("number", number)]
#[case("name", wrong_name)]
#[case("hold", hold)]
#[case("warnings", warnings)]
#[case("body", body)]
#[case("sending", sending)]
#[case("refused", refused)]
#[case("accepted", accepted)]
#[case("rejected", rejected)]
#[case("unknown", unknown)]
#[case("not_sent", not_sent)]
#[case("in_doubt", in_doubt)]
#[case("not_known", not_known)]
fn pictures(
    #[case] name: &str,
    #[case] scene: Scene,
    #[values((120, 40), (80, 24))] size: (u16, u16),
) {
    let console = scene(Console::setup().size(size.0, size.1));
    let name = format!("{name}_{}x{}", size.0, size.1);
    assert_snapshot!(name, console.screen());
}
