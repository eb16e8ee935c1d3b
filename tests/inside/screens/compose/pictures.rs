//! The builder as a picture.
use insta::assert_snapshot;
use mylink_console::model::Reply;
use rstest::rstest;

use crate::screens::composing::{PLAN, drafted, empty, plan};
use crate::screens::console::{Console, Setup};
use crate::screens::data;

pub fn composed(setup: Setup) -> Console {
    drafted(setup, PLAN)
}

pub fn field(setup: Setup) -> Console {
    composed(setup).keys("a").types("c")
}

pub fn criterion(setup: Setup) -> Console {
    composed(setup).keys("right enter")
}

pub fn value(setup: Setup) -> Console {
    composed(setup).keys("down right right enter")
}

pub fn errors(setup: Setup) -> Console {
    let json = r#"{"broadcast":"spring","form":"audience","filters":[
        {"field":"city","criterion":"Equals","value":""},
        {"join":"OR","field":"plan","criterion":"sounds like","value":"a;b"},
        {"join":"AND","field":"user_id","criterion":"IsLongerThan","value":"ten"}],
        "variables":[{"name":"Kampagne 1","value":"x"}],"delay_minutes":10}"#;
    drafted(setup, json).keys("n n")
}

pub fn configured(setup: Setup) -> Console {
    composed(setup).keys("f down enter")
}

pub fn never_synced(setup: Setup) -> Console {
    let draft = Reply::Draft(data::key("spring"), Some(Box::new(plan(PLAN))));
    let console = setup.live().start().open_spring("1").reply(draft);
    console.served_unsynced()
}

pub fn batch(setup: Setup) -> Console {
    let note = "0123456789".repeat(40);
    let target = |number: u32| {
        let id = 3_932_010_000_u64 + u64::from(number);
        format!(r#"{{"user_id":"{id}","bot_channel":"WhatsAppChannel","note":"{note}"}}"#)
    };
    let targets: Vec<String> = (1..=5_000).map(target).collect();
    let targets = targets.join(",");
    let json = format!(r#"{{"broadcast":"spring","form":"targets","targets":[{targets}]}}"#);
    drafted(setup, &json)
}

pub fn too_large(setup: Setup) -> Console {
    let value = "0123456789".repeat(100_001);
    let json = PLAN.replace("\"spring\"}]", &format!("\"{value}\"}}]"));
    drafted(setup, &json)
}

pub fn contacts(setup: Setup) -> Console {
    composed(setup).press("c pagedown")
}

pub fn body(setup: Setup) -> Console {
    composed(setup).press("shift-b p")
}

type Scene = fn(Setup) -> Console;

#[rstest]
#[case("empty", empty)]
#[case("composed", composed)]
#[case("field", field)]
#[case("criterion", criterion)]
#[case("value", value)]
#[case("errors", errors)]
#[case("configured", configured)]
#[case("never_synced", never_synced)]
#[case("batch", batch)]
#[case("too_large", too_large)]
#[case("contacts", contacts)]
#[case("body", body)]
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
#[case("composed", composed)]
#[case("criterion", criterion)]
fn pictures_at_the_least_size(#[case] name: &str, #[case] scene: Scene) {
    let console = scene(Console::setup().size(60, 16));
    assert_snapshot!(format!("{name}_60x16"), console.screen());
}
