//! On a read-only profile no key asks for anything that changes something outside.

use mylink_console::domain::act::OutsideAct;
use mylink_console::domain::gate::{Danger, Gate};
use mylink_console::domain::settings::Setting;
use mylink_console::model::Effect;
use mylink_console::model::message::Overview;

use super::composing::{PLAN, asked, drafted};
use super::console::{Console, Setup};
use super::data;

/// The keys that do an act, on a profile that may or may not.
fn done(act: OutsideAct, setup: Setup, readonly: bool) -> Console {
    match act {
        OutsideAct::Launch => {
            let plan = r#"{"broadcast":"spring","form":"audience",
                "filters":[{"field":"city","criterion":"Equals","value":"Milano"}]}"#;
            let gate = Gate {
                readonly,
                ..data::reviews::gate(Danger::Safe)
            };
            drafted(setup, plan)
                .press("f5")
                .reviewed(&gate, |review| review)
                .press("enter")
        }
        OutsideAct::Hold => {
            let gate = Gate {
                readonly,
                ..data::reviews::gate(Danger::Safe)
            };
            asked(setup, PLAN)
                .reviewed(&gate, |review| review)
                .press("f4")
                .type_text("in 30 min")
                .press("enter enter")
        }
        OutsideAct::TakeBack => {
            let data = Overview {
                waiting: vec![data::waiting::in_minutes(48)],
                ..data::overview()
            };
            setup.data(data).start().press("shift-w x x")
        }
        OutsideAct::Move => {
            let data = Overview {
                waiting: vec![data::waiting::in_minutes(48)],
                ..data::overview()
            };
            let moving = setup.data(data).start().press("shift-w f4");
            if readonly {
                moving
            } else {
                moving.type_text("in 30 min").press("enter enter")
            }
        }
        OutsideAct::Serve => setup.begin(),
        OutsideAct::SetEnabled => setup.start().open_bot().press("e"),
        OutsideAct::ChangeSettings => setup.start().open_spring("2").press("down space"),
    }
}

fn asked_for(console: &Console) -> Vec<OutsideAct> {
    console
        .effects()
        .iter()
        .filter_map(Effect::outside)
        .collect()
}

#[test]
fn each_act_is_refused_on_a_read_only_profile_and_says_so() {
    for act in OutsideAct::ALL {
        assert_eq!(asked_for(&done(act, Console::setup(), false)), [act]);
        let refused = done(act, Console::setup().readonly(), true);
        assert_eq!(asked_for(&refused), [], "{act:?}");
        refused.expect_text("read-only");
    }
}

#[test]
fn what_the_screen_asks_for_is_told_apart_from_what_stays_here() {
    let key = || data::key("spring");
    let acts = [
        Effect::SetEnabled(key(), true).outside(),
        Effect::SetSetting(key(), Setting::ALL[0], true).outside(),
        Effect::Sync.outside(),
        Effect::Quit.outside(),
    ];
    let expected = [
        Some(OutsideAct::SetEnabled),
        Some(OutsideAct::ChangeSettings),
        None,
        None,
    ];
    assert_eq!(acts, expected);
}
