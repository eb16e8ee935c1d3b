//! How long a key takes to its picture, without a terminal: with a small body, and with one of a megabyte, that costs no
//! more than what is drawn of it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark says what is wrong by failing"
)]

/// The console without a terminal, as the tests drive it.
#[allow(
    dead_code,
    unused_imports,
    clippy::panic,
    reason = "the tests use the rest of it"
)]
#[path = "../tests/inside/screens"]
mod screens {
    pub mod composing;
    pub mod console;
    pub mod data;
}

use divan::Bencher;
use mylink_console::model::Reply;

use screens::composing::{PLAN, drafted};
use screens::console::Console;
use screens::data;

fn main() {
    divan::main();
}

/// How large the body is.
#[derive(Debug, Clone, Copy)]
enum Body {
    Small,
    Megabyte,
    WideMegabyte,
}

const BODIES: [Body; 3] = [Body::Small, Body::Megabyte, Body::WideMegabyte];

/// A draft with a body of that size, its builder open.
fn builder(body: Body) -> Console {
    let value = match body {
        Body::Small => "spring".to_owned(),
        Body::Megabyte => "0123456789".repeat(90_000),
        Body::WideMegabyte => "東京都".repeat(90_000),
    };
    let json = PLAN.replace("\"spring\"}]", &format!("\"{value}\"}}]"));
    drafted(Console::setup(), &json)
}

/// Presses keys one after the other, each with its picture: the figure is that of all.
fn press(bencher: Bencher<'_, '_>, console: Console, keys: &str) {
    let mut console = Some(console);
    bencher.bench_local(|| console = console.take().map(|console| console.press(keys)));
}

#[divan::bench(args = BODIES)]
fn down_and_up_on_the_rows(bencher: Bencher<'_, '_>, body: Body) {
    press(bencher, builder(body), "down up");
}

#[divan::bench(args = BODIES)]
fn down_and_up_among_the_contacts(bencher: Bencher<'_, '_>, body: Body) {
    press(bencher, builder(body).press("c"), "down up");
}

#[divan::bench(args = BODIES)]
fn down_and_up_in_the_body(bencher: Bencher<'_, '_>, body: Body) {
    press(bencher, builder(body).press("b"), "down up");
}

#[divan::bench(args = BODIES)]
fn a_character_in_a_value_and_back(bencher: Bencher<'_, '_>, body: Body) {
    let console = builder(body).press("right right enter");
    press(bencher, console, "x backspace");
}

/// The pages of a launch of the log whose body is as large as a call may be.
#[divan::bench(args = ["{}", "a list", "one text"])]
fn pages_of_a_launch(bencher: Bencher<'_, '_>, body: &str) {
    let mut record = data::in_full(data::ACCEPTED);
    let target = r#"{"user_id":"3932010001","bot_channel":"WhatsAppChannel"}"#;
    record.calls[0].body = Some(match body {
        "a list" => format!("[{}]", vec![target; 17_000].join(",")),
        "one text" => format!("{{\"note\":\"{}\"}}", "0123456789".repeat(100_000)),
        other => other.to_owned(),
    });
    let console = Console::start()
        .open_bot()
        .press("2 down down enter")
        .reply(Reply::Launch(Box::new(record), "curl".to_owned()));
    press(bencher, console, "pagedown pageup end home");
}
