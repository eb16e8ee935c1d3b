//! One contact in full: its fields, why it matches a plan or doesn't, and the launches that reached it.

use std::sync::Arc;

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Serialize;

use super::{Arguments, listed};
use crate::audience::{Group, Scene, find_contact};
use crate::cli::exit::{self, Failure};
use crate::cli::output;
use crate::cli::table::minute;
use crate::domain::contact::{ContactInFull, ReachedBy};
use crate::domain::launch::Named;
use crate::domain::plan::Plan;
use crate::domain::record::Bot;
use crate::domain::text::shown;
use crate::session::Session;

/// A contact as JSON. Other programs read it: names and nulls are fixed.
#[derive(Serialize)]
struct Shape<'a> {
    bot: &'a str,
    contact: &'a IndexMap<String, String>,
    is_cached: bool,
    as_of: Option<Timestamp>,
    not_known: &'a [String],
    audiences: &'a [String],
    suppressed: Option<&'a str>,
    matches: Option<bool>,
    why: Option<String>,
    launches: Vec<LaunchShape<'a>>,
    launches_not_recorded: u64,
}

#[derive(Serialize)]
struct LaunchShape<'a> {
    launch_id: &'a str,
    broadcast: &'a Named,
    started_at: Timestamp,
    outcome: &'static str,
    settled: Option<&'static str>,
}

/// Runs the verb.
///
/// # Errors
/// Those of cache and journal; exit code 2 where no bot, or more than one, has such a contact.
pub async fn run(
    session: &Session,
    arguments: &Arguments,
    id: &str,
    plan: Option<Plan>,
) -> Result<u8, Failure> {
    let bots = listed::bots(session, arguments, plan.as_ref()).await?;
    let mut found: Vec<(&Bot, Arc<Scene>, Group, u32)> = Vec::new();
    for bot in &bots {
        let scene = session.scene(bot, plan.clone()).await?;
        let mut groups = scene.groups.iter();
        let has = |group: &Group| {
            let row = find_contact(&group.table, id)?;
            group.rows.contains(row).then_some(row)
        };
        let of = groups.find_map(|group| Some((group.clone(), has(group)?)));
        if let Some((group, row)) = of {
            found.push((bot, scene, group, row));
        }
    }
    match found.as_slice() {
        [(bot, scene, group, row)] => {
            let scene = Arc::clone(scene);
            let known = session.contact_in_full(bot, scene, group, *row).await?;
            print(bot, &known, arguments.json)?;
            Ok(exit::DONE)
        }
        [] => Err(Failure::usage(format!(
            "No cached contact has the user_id or phone number {}.",
            shown(id)
        ))),
        several => {
            let names = several
                .iter()
                .map(|(bot, ..)| shown(&bot.name).into_owned());
            let names: Vec<String> = names.collect();
            Err(Failure::usage(format!(
                "{} have a contact {}: say which by --bot.",
                names.join(" and "),
                shown(id)
            )))
        }
    }
}

fn print(bot: &Bot, known: &ContactInFull, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&shape(bot, known));
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut say = |name: &str, value: String| rows.push(vec![name.to_owned(), value]);
    say("bot", bot.name.clone());
    let as_of = known.as_of.map_or_else(|| "never".to_owned(), minute);
    let cached = if known.is_cached {
        format!("yes, as of {as_of}")
    } else {
        "no".to_owned()
    };
    say("cached", cached);
    say("audiences", known.audiences.join(", "));
    if let Some(reason) = &known.suppressed {
        say("suppressed", format!("yes: {reason}"));
    }
    if let Some(explanation) = &known.explanation {
        let matches = if explanation.matches { "yes" } else { "no" };
        say("matches", format!("{matches}: {}", explanation.sentence()));
    }
    for line in lines(&rows) {
        output::line(&line)?;
    }
    output::line("")?;
    let fields = known.contact.variables.iter();
    let mut fields: Vec<Vec<String>> = fields
        .map(|(name, value)| vec![name.clone(), value.clone()])
        .collect();
    let unknown = known.unknown.iter();
    fields.extend(unknown.map(|name| vec![name.clone(), "(not known)".to_owned()]));
    for line in lines(&fields) {
        output::line(&line)?;
    }
    output::line("")?;
    print_launches(known)
}

fn print_launches(known: &ContactInFull) -> Result<(), Failure> {
    let reached = &known.reached;
    if reached.launches.is_empty() {
        output::line("No launch to it is on this machine's record.")?;
    } else {
        let row = |by: &ReachedBy| {
            let (at, name) = (minute(by.at), by.broadcast.name.clone());
            vec![at, by.words(), name, by.launch.clone()]
        };
        let rows: Vec<Vec<String>> = reached.launches.iter().map(row).collect();
        output::table(&["LAUNCHED", "OUTCOME", "BROADCAST", "ID"], &rows)?;
    }
    if reached.not_recorded > 0 {
        output::line(&reached.unrecorded_words())?;
    }
    Ok(())
}

/// Names and values, whatever their length, a line each.
fn lines(rows: &[Vec<String>]) -> Vec<String> {
    let name = |row: &Vec<String>| shown(row.first().map_or("", String::as_str)).into_owned();
    let width = rows.iter().map(|row| name(row).chars().count()).max();
    let width = width.unwrap_or(0);
    rows.iter()
        .map(|row| {
            let value = shown(row.get(1).map_or("", String::as_str));
            format!("{:<width$}  {value}", name(row))
                .trim_end()
                .to_owned()
        })
        .collect()
}

fn shape<'a>(bot: &'a Bot, known: &'a ContactInFull) -> Shape<'a> {
    let launch = |by: &'a ReachedBy| LaunchShape {
        launch_id: &by.launch,
        broadcast: &by.broadcast,
        started_at: by.at,
        outcome: by.outcome.word(),
        settled: by.settled.map(crate::domain::launch::SettledAs::word),
    };
    let explanation = known.explanation.as_ref();
    Shape {
        bot: &bot.name,
        contact: &known.contact.variables,
        is_cached: known.is_cached,
        as_of: known.as_of,
        not_known: &known.unknown,
        audiences: &known.audiences,
        suppressed: known.suppressed.as_deref(),
        matches: explanation.map(|explanation| explanation.matches),
        why: explanation.map(crate::domain::explain::Explanation::sentence),
        launches: known.reached.launches.iter().map(launch).collect(),
        launches_not_recorded: known.reached.not_recorded,
    }
}
