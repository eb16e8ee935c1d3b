//! Whatever a plan says, its problems point at a place of it.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use mylink_console::audience::{Facts, Suppression, Table, preview};
use mylink_console::domain::dialect::Dialect;
use mylink_console::domain::filter::Join;
use mylink_console::domain::plan::{Form, Method, Plan, PlanFilter, Target, Variable};
use mylink_console::domain::problem::{Code, Problem, Surface};
use proptest::prelude::*;
use serde_json::Value;

use super::contact;

/// Names as people and files give them.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "user_id",
            "user_phone_number",
            "bot_channel",
            "userId",
            "Bot Channel",
            "a/b~c",
            "",
            "order",
            "x;y",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ]
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "",
            "1",
            "2",
            "39320",
            "+393201000001",
            "WhatsAppChannel",
            "WebChannel",
            "a;b",
            "\u{1b}[2J"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,8}",
    ]
}

fn variables() -> impl Strategy<Value = Vec<Variable>> {
    let variable = (name(), value()).prop_map(|(name, value)| Variable { name, value });
    prop::collection::vec(variable, 0..5)
}

fn filter() -> impl Strategy<Value = PlanFilter> {
    let criterion = prop::sample::select(vec![
        "Equals",
        "contains",
        "HasValue",
        "IsLongerThan",
        "Is",
        "",
    ]);
    (any::<bool>(), name(), criterion, prop::option::of(value())).prop_map(
        |(or, field, criterion, value)| PlanFilter {
            join: if or { Join::Or } else { Join::And },
            field,
            criterion: criterion.to_owned(),
            value,
        },
    )
}

fn targets() -> impl Strategy<Value = Vec<Target>> {
    let target = prop::collection::vec((name(), value()), 0..5);
    prop::collection::vec(
        target.prop_map(|members| members.into_iter().collect()),
        0..8,
    )
}

/// JSON that is a known form, any other, or none at all.
fn body() -> impl Strategy<Value = String> {
    prop_oneof![
        targets().prop_map(|targets| serde_json::json!({ "targets": targets }).to_string()),
        variables().prop_map(|variables| {
            let join = |text: fn(&Variable) -> &str| variables.iter().map(text).collect::<Vec<_>>().join(";");
            serde_json::json!({"set_conversation": true, "set_variables": join(|variable| &variable.name),
                "set_variables_values": join(|variable| &variable.value)})
            .to_string()
        }),
        prop::sample::select(vec!["", "{", "[1]", "{\"targets\":[]}", "{\"a\":1,\"a\":2}", "\"x\"", "{}"]).prop_map(str::to_owned),
        "\\PC{0,12}",
    ]
}

fn form() -> impl Strategy<Value = Form> {
    prop_oneof![
        variables().prop_map(|variables| Form::Configured { variables }),
        (prop::collection::vec(filter(), 0..4), variables())
            .prop_map(|(filters, variables)| Form::Audience { filters, variables }),
        targets().prop_map(|targets| Form::Targets { targets }),
        variables().prop_map(|variables| Form::Conversation { variables }),
        body().prop_map(|body| Form::Raw { body }),
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    let delay = prop::option::of(prop::sample::select(vec![
        "0", "5", "-1", "99999999", "soon", "",
    ]));
    (form(), any::<bool>(), delay).prop_map(|(form, is_get, delay)| Plan {
        broadcast: "b".to_owned(),
        bot: None,
        method: if is_get { Method::Get } else { Method::Post },
        form,
        delay: delay.map(str::to_owned),
    })
}

/// The problems of a plan, before a small cache with a suppression list.
fn problems(plan: &Plan, limit_bytes: u64) -> Vec<Problem> {
    let contacts = [
        contact(&[
            ("user_id", "1"),
            ("bot_channel", "WebChannel"),
            ("user_phone_number", "+393201000001"),
        ]),
        contact(&[("user_id", "39320"), ("bot_channel", "WhatsAppChannel")]),
    ];
    let table = Table::from_contacts(&contacts).unwrap();
    let facts = Facts {
        broadcast: Err(Problem::new(
            Code::UnknownBroadcast,
            "/broadcast",
            "There is none. Name another.",
        )),
        channels: &[],
        table: &table,
        configured: None,
        as_of: None,
        is_whole: true,
        now: Timestamp::UNIX_EPOCH,
        dialect: &Dialect {
            limit_bytes,
            ..Dialect::default()
        },
        surface: Surface::Console,
        reached: &HashMap::new(),
        suppressed: &Suppression::new(["39320".to_owned()].into(), &table),
        touched: &[],
        listed: None,
    };
    let (preview, matched) = preview(plan, &facts, &AtomicBool::new(false)).unwrap();
    let bodies = preview.calls.iter().filter_map(|call| call.body.as_deref());
    for body in bodies.filter(|_| matches!(plan.form, Form::Targets { .. })) {
        let named = ["user_id", "user_phone_number"].map(|name| format!("\"{name}\":\"39320\""));
        let is_out = named.iter().all(|name| !body.contains(name));
        assert!(is_out, "suppressed, and in a call: {body}");
    }
    if let (Some(count), Form::Targets { .. }) = (preview.who.count(), &plan.form) {
        assert_eq!(count, matched.counts().iter().sum::<u64>());
    }
    preview.problems
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_problem_of_any_plan_has_a_place_in_it_and_says_what_to_do(plan in plan(), limit in 40u64..400) {
        let json: Value = serde_json::from_str(&plan.to_json()).unwrap();
        for problem in problems(&plan, limit) {
            let at = problem.at.as_str();
            let parent = at.rsplit_once('/').map_or("", |(parent, _)| parent);
            prop_assert!(
                json.pointer(at).is_some() || json.pointer(parent).is_some(),
                "{} points nowhere: {:?} in {}", problem.code.name(), at, json
            );
            let message = problem.message.as_str();
            let is_harmless = !message.chars().any(char::is_control);
            prop_assert!(message.ends_with('.') && is_harmless, "{}", message);
            let says_what_to_do = [". ", ", or ", ": "].iter().any(|mark| message.contains(mark));
            prop_assert!(says_what_to_do, "{}", message);
        }
    }
}
