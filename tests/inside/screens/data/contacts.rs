//! Cached contacts, and what the counting thread would answer: the plan held against them by the program itself.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

use mylink_console::audience::{Facts, RowSet, Suppression, Table, explain_named, preview};
use mylink_console::domain::dialect::Dialect;
use mylink_console::domain::explain::{ContactsTold, Insight};
use mylink_console::domain::plan::Plan;
use mylink_console::domain::preview::Preview;
use mylink_console::domain::problem::Surface;
use mylink_console::domain::record::Contact;
use mylink_console::model::effect::{BroadcastKey, Wanted};
use mylink_console::model::message::{Candidate, Overview};

use super::{minutes_ago, now};

const COLOURS: [&str; 4] = ["red", "blue", "Red", "green"];
const CITIES: [&str; 5] = ["Milano", "Roma", "Milazzo", "München", "東京都"];
const NAMES: [&str; 3] = ["Ada", "Bruno", "Zoë"];

/// 600 contacts; every twentieth has no city.
pub fn contacts() -> Vec<Contact> {
    (0..600usize).map(contact).collect()
}

fn contact(number: usize) -> Contact {
    let mut variables = vec![
        ("user_id", format!("39320{number:05}")),
        ("bot_channel", "WhatsAppChannel".to_owned()),
        ("first_name", NAMES[number % 3].to_owned()),
        ("favorite_color", COLOURS[number % 4].to_owned()),
        (
            "plan",
            if number.is_multiple_of(7) {
                "gold"
            } else {
                "free"
            }
            .to_owned(),
        ),
    ];
    if !number.is_multiple_of(20) {
        variables.push(("city", CITIES[number % 5].to_owned()));
    }
    let owned = |(name, value): (&str, String)| (name.to_owned(), value);
    Contact {
        variables: variables.into_iter().map(owned).collect(),
    }
}

/// What a plan reaches, by the cache; a cache that was never synced is empty.
pub fn previewed(data: &Overview, key: &BroadcastKey, plan: &Plan, is_synced: bool) -> Preview {
    by_facts(data, key, is_synced, |facts| {
        preview(plan, facts, &AtomicBool::new(false)).unwrap().0
    })
}

/// What is said of the contacts of a name by a plan for the broadcast `spring`.
pub fn contacts_told(plan: &Plan, name: &str) -> ContactsTold {
    by_facts(&super::overview(), &super::key("spring"), true, |facts| {
        let never = AtomicBool::new(false);
        let (_, matched) = preview(plan, facts, &never).unwrap();
        explain_named(plan, facts, &matched, name, &never).unwrap()
    })
}

/// A contact that is not red.
pub fn not_matching() -> Contact {
    contact(1)
}

fn by_facts<T>(
    data: &Overview,
    key: &BroadcastKey,
    is_synced: bool,
    find: impl FnOnce(&Facts<'_>) -> T,
) -> T {
    let contacts = if is_synced { contacts() } else { Vec::new() };
    let table = Table::from_contacts(&contacts).unwrap();
    let broadcast = data
        .broadcasts
        .iter()
        .find(|broadcast| broadcast.bot_key == key.bot && broadcast.id == key.id)
        .unwrap();
    let members = RowSet::all(table.rows());
    find(&Facts {
        broadcast: Ok(broadcast),
        channels: &[],
        table: &table,
        configured: broadcast.audience.as_ref().map(|_| &members),
        as_of: is_synced.then(|| minutes_ago(2)),
        is_whole: is_synced,
        now: now(),
        dialect: &Dialect::default(),
        surface: Surface::Console,
        reached: &HashMap::new(),
        suppressed: &Suppression::default(),
        touched: &[],
        listed: None,
    })
}

/// What is to be said of a plan's filters.
pub fn insight(plan: &Plan) -> Insight {
    let table = Table::from_contacts(&contacts()).unwrap();
    let reading = Dialect::default().reading();
    let insight = table.insight(plan, reading, &AtomicBool::new(false));
    insight.unwrap()
}

/// What continues a typed text.
pub fn candidates(wanted: &Wanted) -> Vec<Candidate> {
    let table = Table::from_contacts(&contacts()).unwrap();
    match wanted {
        Wanted::Field { typed } => {
            let fields = table.fields().into_iter();
            let candidate = |field: mylink_console::audience::FieldCount| Candidate {
                text: field.name,
                contacts: field.contacts,
            };
            fields
                .filter(|field| field.name.contains(typed.as_str()))
                .map(candidate)
                .collect()
        }
        Wanted::Value { field, typed } => {
            let values = table.values(field, typed, 100).into_iter();
            let candidate = |value: mylink_console::audience::ValueCount| Candidate {
                text: value.value,
                contacts: value.contacts,
            };
            values.map(candidate).collect()
        }
    }
}
