//! Every screen and overlay in every state that there is a picture of, and some more: for what must hold of all of them.

use mylink_console::domain::launch::LaunchRecord;
use mylink_console::domain::waiting::WaitingLaunch;
use mylink_console::model::message::Overview;

use super::compose::pictures as compose;
use super::compose::targets as grid;
use super::compose::targets::pictures as targets;
use super::compose::why;
use super::composing::empty;
use super::console::{Console, Setup};
use super::data::waiting::{in_minutes, missed};
use super::files::pictures as files;
use super::review::pictures as review;
use super::review::safe;
use super::{
    browsing, data, forms, others, past, pictures, plans, rehearsing, starting, suppressing,
};

/// A screen in a state, made from how the console is set up.
pub type Scene = fn(Setup) -> Console;

fn no_bots(setup: Setup) -> Console {
    setup.data(Overview::default()).start()
}

fn narrowed_bots(setup: Setup) -> Console {
    setup.start().press("/").type_text("har").press("enter")
}

fn filtering_bots(setup: Setup) -> Console {
    setup.start().press("/").type_text("har")
}

fn no_bot_matches(setup: Setup) -> Console {
    setup.start().press("/").type_text("xyz").press("enter")
}

fn without(broadcasts: bool, launches: Vec<LaunchRecord>, waiting: Vec<WaitingLaunch>) -> Overview {
    let mut data = data::overview();
    if broadcasts {
        data.broadcasts.clear();
    }
    Overview {
        launches,
        waiting,
        ..data
    }
}

fn no_broadcasts(setup: Setup) -> Console {
    let data = without(true, Vec::new(), Vec::new());
    setup.data(data).start().open_bot()
}

/// A broadcast that is not On Demand.
fn not_on_demand(setup: Setup) -> Console {
    setup.start().open_bot().press("end")
}

fn empty_log(setup: Setup) -> Console {
    let data = without(false, Vec::new(), Vec::new());
    setup.data(data).start().open_bot().press("2")
}

fn empty_log_of_a_broadcast(setup: Setup) -> Console {
    let data = without(false, Vec::new(), Vec::new());
    setup.data(data).start().open_spring("3")
}

fn one_launch(setup: Setup) -> Console {
    let launches = vec![data::in_full(data::ACCEPTED)];
    let data = without(false, launches, Vec::new());
    setup.data(data).start().open_bot().press("2")
}

fn log_with_waiting(setup: Setup) -> Console {
    let data = without(
        false,
        data::overview().launches,
        vec![in_minutes(48), missed()],
    );
    setup.data(data).start().open_bot().press("2 home")
}

fn waiting(setup: Setup) -> Console {
    let data = without(false, Vec::new(), vec![in_minutes(48), missed()]);
    setup.data(data).start().press("shift-w")
}

fn missed_alone(setup: Setup) -> Console {
    let data = without(false, Vec::new(), vec![missed()]);
    setup.data(data).start().press("shift-w")
}

fn nothing_waits(setup: Setup) -> Console {
    setup.start().press("shift-w")
}

fn leaving(setup: Setup) -> Console {
    let data = without(false, Vec::new(), vec![in_minutes(48)]);
    setup.data(data).start().press("q")
}

fn no_setting_matches(setup: Setup) -> Console {
    setup
        .start()
        .open_spring("2")
        .press("/")
        .type_text("xyz")
        .press("enter")
}

fn not_loaded(setup: Setup) -> Console {
    setup.start().open_spring("1")
}

fn help_of_the_builder(setup: Setup) -> Console {
    empty(setup).press("?")
}

fn pane(setup: Setup, key: &str) -> Console {
    compose::composed(setup).press(key)
}

fn set(setup: Setup) -> Console {
    pane(setup, "tab")
}

fn when(setup: Setup) -> Console {
    pane(setup, "tab tab")
}

fn problems(setup: Setup) -> Console {
    pane(setup, "tab tab tab")
}

fn second_condition(setup: Setup) -> Console {
    pane(setup, "down left")
}

fn grid_row(setup: Setup) -> Console {
    grid::three(setup).press("down")
}

fn typing_raw(setup: Setup) -> Console {
    forms::raw(setup).press("enter")
}

fn review_asked(setup: Setup) -> Console {
    compose::composed(setup).press("f5")
}

fn no_plans(setup: Setup) -> Console {
    empty(setup).press("shift-o")
}

fn unnamed_plan(setup: Setup) -> Console {
    compose::composed(setup).press("ctrl-s")
}

/// All of them by name.
pub const SCENES: &[(&str, Scene)] = &[
    ("bots", pictures::bots),
    ("no_bots", no_bots),
    ("narrowed_bots", narrowed_bots),
    ("filtering_bots", filtering_bots),
    ("no_bot_matches", no_bot_matches),
    ("broadcasts", pictures::broadcasts),
    ("no_broadcasts", no_broadcasts),
    ("not_on_demand", not_on_demand),
    ("trouble", others::in_trouble),
    ("log", pictures::log),
    ("log_of_a_broadcast", pictures::log_of_a_broadcast),
    ("empty_log", empty_log),
    ("empty_log_of_a_broadcast", empty_log_of_a_broadcast),
    ("one_launch", one_launch),
    ("log_with_waiting", log_with_waiting),
    ("launch", pictures::launch),
    ("batch", pictures::batch),
    ("changed", past::changed),
    ("settings", pictures::settings),
    ("no_setting_matches", no_setting_matches),
    ("settle", pictures::settle),
    ("settle_without_a_choice", pictures::settle_without_a_choice),
    ("help", pictures::help),
    ("help_of_the_builder", help_of_the_builder),
    ("waiting", waiting),
    ("missed_alone", missed_alone),
    ("nothing_waits", nothing_waits),
    ("leaving", leaving),
    ("not_loaded", not_loaded),
    ("empty", empty),
    ("composed", compose::composed),
    ("set", set),
    ("when", when),
    ("problems", problems),
    ("second_condition", second_condition),
    ("field", compose::field),
    ("criterion", compose::criterion),
    ("value", compose::value),
    ("errors", compose::errors),
    ("configured", compose::configured),
    ("never_synced", compose::never_synced),
    ("contacts", compose::contacts),
    ("body", compose::body),
    ("form_chooser", forms::chooser),
    ("raw", forms::raw),
    ("typing_raw", typing_raw),
    ("conversation", forms::partner),
    ("nobody", grid::nobody),
    ("three", grid::three),
    ("grid_row", grid_row),
    ("typing", targets::typing),
    ("wide", targets::wide),
    ("finding", targets::finding),
    ("column", targets::column),
    ("marked", targets::marked),
    ("why", why::why),
    ("why_asked_for", why::asked_for),
    ("why_asking", why::asking),
    ("review_asked", review_asked),
    ("safe", safe),
    ("number", review::number),
    ("wrong_name", review::wrong_name),
    ("hold", review::hold),
    ("warnings", review::warnings),
    ("review_body", review::body),
    ("sending", review::sending),
    ("refused", review::refused),
    ("accepted", review::accepted),
    ("rejected", review::rejected),
    ("unknown", review::unknown),
    ("not_sent", review::not_sent),
    ("file", files::file),
    ("nothing_there", files::nothing_there),
    ("columns", files::columns),
    ("column_of_a_file", files::column),
    ("without_identity", files::without_identity),
    ("reading", files::reading),
    ("read", files::read),
    ("writing", files::writing),
    ("saved_plans", plans::listed),
    ("no_plans", no_plans),
    ("save_plan", plans::saving),
    ("unnamed_plan", unnamed_plan),
    ("template", plans::half_filled),
    ("rehearsing", rehearsing::under_way),
    ("as_previewed", rehearsing::as_previewed),
    ("differs", rehearsing::differs),
    ("not_accepted", rehearsing::not_accepted),
    ("starting", starting::everything),
    ("nothing_to_start_from", starting::nothing),
    ("naming", starting::naming),
    ("narrowed", starting::narrowed),
    ("suppressed", suppressing::rows),
    ("nobody_suppressed", suppressing::nobody),
    ("suppressing", suppressing::adding),
    ("no_more_suppressed", suppressing::removing),
    ("column_of_suppressed", suppressing::column),
    ("browsing", browsing::of_plan),
    ("browsing_all", browsing::all),
    ("searching", browsing::searching),
    ("going", browsing::going),
    ("choosing_columns", browsing::columns),
    ("frozen_column", browsing::frozen_column),
    ("exporting", browsing::file),
    ("contact", browsing::contact),
    ("values", browsing::bars),
    ("ranges", browsing::ranges),
];
