//! Every case of `filters.json`: what is previewed is what the fixture says, and what the sandbox reaches.

use mylink_console::config::{Config, Environment, Flags};
use mylink_console::domain::filter::Reading;
use mylink_console::domain::plan::Plan;
use mylink_console::domain::problem::Surface;
use mylink_console::launcher::Word;
use mylink_console::session::Session;
use serde_json::{Value, json};

use super::harness::Console;
use crate::sandbox::harness::Broadcast;

fn fixture() -> Value {
    serde_json::from_str(include_str!("../../fixtures/filters.json")).unwrap()
}

fn plan(broadcast: &Broadcast, case: &Value) -> Value {
    let filters = case["filters"].as_array().unwrap().iter().enumerate();
    let filters = filters.map(|(number, filter)| {
        let mut filter = filter.clone();
        let takes_none =
            ["HasValue", "EmptyOrUnset"].contains(&filter["criterion"].as_str().unwrap());
        if takes_none {
            filter.as_object_mut().unwrap().shift_remove("value");
        }
        if number > 0 {
            filter["join"] = case["joins"]
                .get(number - 1)
                .cloned()
                .unwrap_or(json!("AND"));
        }
        filter
    });
    json!({"broadcast": broadcast.id, "form": "audience", "filters": filters.collect::<Vec<_>>()})
}

fn expected(case: &Value, reading: Reading) -> &Vec<Value> {
    case["matches"][reading.to_string()].as_array().unwrap()
}

async fn start() -> (Console, Broadcast, Value) {
    let console = Console::start().await;
    let fixture = fixture();
    let put = console
        .sandbox
        .put_contacts(fixture["contacts"].clone())
        .await;
    assert_eq!(put.status, 200);
    let broadcast = console.sandbox.direct(json!({})).await;
    console.run(["sync"]).expect(0);
    (console, broadcast, fixture)
}

/// The `user_id`s that the fixture names for the sandbox's reading.
fn named(fixture: &Value, case: &Value) -> Vec<String> {
    let rows = expected(case, Reading::ALL[0]).iter();
    let contact =
        |row: &Value| &fixture["contacts"][usize::try_from(row.as_u64().unwrap()).unwrap()];
    rows.map(|row| contact(row)["user_id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_binary_previews_and_launches_what_the_fixture_says() {
    let (console, broadcast, fixture) = start().await;
    let cases = fixture["cases"].as_array().unwrap();
    for case in cases.iter().step_by(cases.len() / 8) {
        let plan = plan(&broadcast, case);
        let preview = console.plan(&plan, ["preview", "--json"]).expect(0).json();
        for reading in Reading::ALL {
            let count = &preview["audience"]["readings"][reading.to_string()];
            assert_eq!(*count, expected(case, reading).len(), "{reading}: {case}");
        }
        console.launch(&plan, ["--again"]).expect(0);
        assert_eq!(
            console.sandbox.reached(&broadcast).await,
            named(&fixture, case),
            "{case}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_is_previewed_and_launched_as_the_fixture_says() {
    let (console, broadcast, fixture) = start().await;
    let config = console.environment();
    let config = Config::load(&config, &Flags::default()).unwrap();
    let session = Session::open(&config, "test").unwrap();
    let client = session.client().await.unwrap();
    for case in fixture["cases"].as_array().unwrap() {
        let text = plan(&broadcast, case).to_string();
        let plan = Plan::from_json(&text).unwrap();
        let prepared = session.prepare(plan, Surface::Console).await.unwrap();
        let counts = prepared.preview.who.counts.unwrap();
        for reading in Reading::ALL {
            let count = expected(case, reading).len() as u64;
            assert_eq!(counts[reading.index()], count, "{reading}: {case}");
        }
        let preview = &prepared.preview;
        assert!(!preview.has_errors(), "{:?}: {case}", preview.problems);
        let word = Word {
            again: true,
            ..Word::default()
        };
        let launched = session
            .launcher
            .launch(&client, prepared, word, |_, _| {})
            .await;
        assert_eq!(launched.unwrap().outcome.word(), "accepted", "{case}");
        assert_eq!(
            console.sandbox.reached(&broadcast).await,
            named(&fixture, case),
            "{case}"
        );
    }
    session.close().await;
}

impl Console {
    /// The environment that the binary is started with.
    fn environment(&self) -> Environment {
        let config = self.home().join("config");
        let data = self.home().join("data");
        Environment::of(
            [
                ("XDG_CONFIG_HOME", config.to_str().unwrap()),
                ("XDG_DATA_HOME", data.to_str().unwrap()),
            ],
            "desk",
        )
    }
}
