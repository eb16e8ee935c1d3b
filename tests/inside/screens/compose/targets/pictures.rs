//! The grid as a picture.

use insta::assert_snapshot;
use rstest::rstest;

use super::{nobody, three};
use crate::screens::composing::drafted;
use crate::screens::console::{Console, Setup};

pub fn typing(setup: Setup) -> Console {
    three(setup).keys("down right enter ctrl-u").types("s")
}

/// More columns than there is room for, problems in cells and in a row, and the cursor in the last column.
pub fn wide(setup: Setup) -> Console {
    let json = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"targets","targets":[
        {"user_id":"0393 01","bot_channel":"WhatsAppChannel","first_name":"Ada","last_name":"Rossi","city":"Milano","coupon":"SPRING-26-ABCDEFGH-0001","order":"A-12","total":"129.90","delivery_address":"Via Roma 1, 20121 Milano MI"},
        {"bot_channel":"SMSChannel","first_name":"Zoë","order":"A-13"},
        {"user_id":"3932000003","bot_channel":"WhatsAppChannel","last_name":"","coupon":"SPRING-26-ABCDEFGH-0003"}]}"#;
    drafted(setup, json).keys("$ down down")
}

pub fn finding(setup: Setup) -> Console {
    three(setup).keys("/").types("rom")
}

pub fn column(setup: Setup) -> Console {
    three(setup).keys("shift-a").types("fav")
}

pub fn marked(setup: Setup) -> Console {
    three(setup).keys("right right v down")
}

type Scene = fn(Setup) -> Console;

#[rstest]
#[case("nobody", nobody)]
#[case("three", three)]
#[case("typing", typing)]
#[case("wide", wide)]
#[case("finding", finding)]
#[case("column", column)]
#[case("marked", marked)]
fn pictures(
    #[case] name: &str,
    #[case] scene: Scene,
    #[values((120, 40), (80, 24), (60, 16))] size: (u16, u16),
) {
    let console = scene(Console::setup().size(size.0, size.1));
    let name = format!("{name}_{}x{}", size.0, size.1);
    assert_snapshot!(name, console.screen());
}
