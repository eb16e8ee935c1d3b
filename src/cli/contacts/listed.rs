//! Contacts sorted, searched and written; and the values of a field.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::builder::PossibleValuesParser;
use indexmap::IndexMap;
use serde::Serialize;

use super::Arguments;
use crate::audience::{
    Group, GroupKind, Scene, Sort, ValueCount, ValuesOf, arranged, hits, values, write_csv,
};
use crate::cli::exit::{self, Failure};
use crate::cli::output;
use crate::domain::plan::Plan;
use crate::domain::record::Bot;
use crate::domain::text::{grouped, shown};
use crate::session::Session;
use crate::session::export::{self, NotExported};

/// The groups by which `--which` chooses.
const GROUPS: [GroupKind; 10] = [
    GroupKind::Matching,
    GroupKind::SomeReadings,
    GroupKind::NotKnown,
    GroupKind::NotMatching,
    GroupKind::Configured,
    GroupKind::Named,
    GroupKind::Created,
    GroupKind::Lost,
    GroupKind::Suppressed,
    GroupKind::All,
];

/// The values of a field as JSON.
#[derive(Serialize)]
struct ValuesShape<'a> {
    field: &'a str,
    contacts: u64,
    unset: u64,
    unknown: u64,
    different: u64,
    values: Vec<ValueShape<'a>>,
    more: MoreShape,
}

#[derive(Serialize)]
struct ValueShape<'a> {
    value: &'a str,
    contacts: u64,
}

impl<'a> ValueShape<'a> {
    fn of(counted: &'a ValueCount) -> Self {
        Self {
            value: &counted.value,
            contacts: counted.contacts,
        }
    }
}

#[derive(Serialize)]
struct MoreShape {
    values: u64,
    contacts: u64,
}

/// What `--which` takes.
pub fn groups() -> PossibleValuesParser {
    PossibleValuesParser::new(GROUPS.map(GroupKind::word))
}

/// Runs the verb.
///
/// # Errors
/// Those of the cache; exit code 2 for what doesn't exist.
pub async fn run(
    session: &Session,
    arguments: &Arguments,
    plan: Option<Plan>,
) -> Result<u8, Failure> {
    let bots = bots(session, arguments, plan.as_ref()).await?;
    if arguments.csv.is_some() || arguments.values.is_some() {
        one(&bots)?;
    }
    let mut scenes = Vec::new();
    for bot in &bots {
        scenes.push(session.scene(bot, plan.clone()).await?);
    }
    let mut array = (arguments.json && arguments.values.is_none()).then(output::Array::begin);
    for scene in &scenes {
        let group = group(scene, arguments)?;
        if let Some(note) = scene.note {
            output::note(note);
        }
        match (&arguments.values, &mut array) {
            (Some(field), _) => print_values(scene, group, field, arguments.json)?,
            (None, array) => print(scene, group, arguments, array.as_mut())?,
        }
    }
    if let Some(array) = array {
        array.end()?;
    }
    Ok(exit::DONE)
}

/// The bot of the plan, or the one that is named; all where neither is.
///
/// # Errors
/// Exit code 2 where there is no such.
pub async fn bots(
    session: &Session,
    arguments: &Arguments,
    plan: Option<&Plan>,
) -> Result<Vec<Bot>, Failure> {
    let Some(plan) = plan else {
        return Ok(session.bots_called(arguments.bot.as_deref()).await?);
    };
    let named = arguments.bot.as_deref().or(plan.bot.as_deref());
    let found = session.find_broadcast(&plan.broadcast, named).await?;
    Ok(vec![found.bot])
}

/// The only one.
///
/// # Errors
/// Exit code 2 where there are several, or none.
pub fn one(bots: &[Bot]) -> Result<&Bot, Failure> {
    match bots {
        [bot] => Ok(bot),
        [] => Err(Failure::usage("No bot is cached: run mylink sync first.")),
        _ => Err(Failure::usage(
            "There are several bots: say which by --bot.",
        )),
    }
}

/// The group that is wanted, else the first.
fn group<'a>(scene: &'a Scene, arguments: &Arguments) -> Result<&'a Group, Failure> {
    let Some(word) = &arguments.which else {
        return scene.groups.first().ok_or_else(nobody);
    };
    let found = scene.groups.iter().find(|group| group.kind.word() == word);
    if let Some(found) = found {
        return Ok(found);
    }
    let words: Vec<&str> = scene.groups.iter().map(|group| group.kind.word()).collect();
    Err(Failure::usage(format!(
        "This plan has no contacts of the kind {word}. It has: {}.",
        words.join(", ")
    )))
}

fn nobody() -> Failure {
    Failure::local("The contacts were not counted.".to_owned())
}

/// The fields that are wanted: those named, else all that somebody has.
fn columns(scene: &Scene, arguments: &Arguments) -> Result<Vec<String>, Failure> {
    for name in &arguments.columns {
        known(scene, name)?;
    }
    Ok(if arguments.columns.is_empty() {
        scene.names()
    } else {
        arguments.columns.clone()
    })
}

/// Says no to a field that nobody has.
fn known(scene: &Scene, name: &str) -> Result<(), Failure> {
    if scene.field(name).is_some() || scene.fields.is_empty() {
        return Ok(());
    }
    let table = scene.groups.last().map(|group| &group.table);
    let meant = table.and_then(|table| table.nearest_field(name));
    let hint = meant.map_or_else(String::new, |meant| {
        format!(" Did you mean {}?", shown(meant))
    });
    Err(Failure::usage(format!(
        "No contact has a field {}.{hint}",
        shown(name)
    )))
}

/// The rows that are wanted, in order.
fn rows(
    scene: &Scene,
    group: &Group,
    columns: &[String],
    arguments: &Arguments,
) -> Result<Vec<u32>, Failure> {
    let never = AtomicBool::new(false);
    let sort = arguments.sort.as_deref().map(sort_of);
    if let Some(sort) = &sort {
        known(scene, &sort.field)?;
    }
    let rows = arranged(&group.table, &group.rows, sort.as_ref(), &never).ok_or_else(nobody)?;
    let Some(text) = arguments.search.as_deref().filter(|text| !text.is_empty()) else {
        return Ok(rows);
    };
    let found = hits(&group.table, &rows, columns, text, &never).ok_or_else(nobody)?;
    let row = |place: u32| rows.get(place as usize).copied();
    Ok(found.into_iter().filter_map(row).collect())
}

fn sort_of(text: &str) -> Sort {
    let (field, descending) = match text.rsplit_once(':') {
        Some((field, "desc")) => (field, true),
        Some((field, "asc")) => (field, false),
        _ => (text, false),
    };
    Sort {
        field: field.to_owned(),
        descending,
    }
}

fn print(
    scene: &Arc<Scene>,
    group: &Group,
    arguments: &Arguments,
    array: Option<&mut output::Array>,
) -> Result<(), Failure> {
    let columns = columns(scene, arguments)?;
    let rows = rows(scene, group, &columns, arguments)?;
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    if let Some(file) = &arguments.csv {
        return if file == "-" {
            to_stdout(group, &rows, &names)
        } else {
            to_file(Path::new(file), group, &rows, &names, arguments.replace)
        };
    }
    let value = |row: u32, name: &str| group.table.value(row, name);
    if let Some(array) = array {
        for row in rows {
            let set = names
                .iter()
                .filter_map(|name| Some((*name, value(row, name)?)));
            let contact: IndexMap<&str, &str> = set.collect();
            array.push(&contact)?;
        }
        return Ok(());
    }
    let cell = |row, name: &&str| value(row, name).unwrap_or_default().to_owned();
    let cells = |row: &u32| names.iter().map(|name| cell(*row, name)).collect();
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    output::table(&names, &cells)
}

/// A closed pipe is no error.
fn to_stdout(group: &Group, rows: &[u32], names: &[&str]) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = write_csv(&mut out, &group.table, rows.iter().copied(), names);
    let flushed = written.is_ok().then(|| out.flush());
    match (written, flushed) {
        (Ok(_), Some(Err(error))) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        (Err(error), _) if is_closed(&error) => Ok(()),
        (Err(error), _) => Err(not_written(&error.to_string())),
        (_, Some(Err(error))) => Err(not_written(&error.to_string())),
        (Ok(_), _) => Ok(()),
    }
}

fn is_closed(error: &crate::audience::AudienceError) -> bool {
    let mut source: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = source {
        let io = error.downcast_ref::<io::Error>();
        if io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return true;
        }
        source = error.source();
    }
    false
}

fn not_written(why: &str) -> Failure {
    Failure::local(format!("The contacts could not be written: {why}."))
}

fn to_file(
    path: &Path,
    group: &Group,
    rows: &[u32],
    names: &[&str],
    replace: bool,
) -> Result<(), Failure> {
    let name = path.to_string_lossy();
    let name = shown(&name);
    match export::export(path, replace, &group.table, rows, names, |_| true) {
        Ok(Some(written)) => {
            output::note(&export::words(written, path));
            Ok(())
        }
        Ok(None) => Err(nobody()),
        Err(NotExported::Exists(_)) => Err(Failure::usage(format!(
            "{name} is there already. Give --replace to replace it, or another name."
        ))),
        Err(error) => Err(Failure::local(format!("{name} can't be written: {error}."))),
    }
}

fn print_values(scene: &Scene, group: &Group, field: &str, json: bool) -> Result<(), Failure> {
    known(scene, field)?;
    let asked = ValuesOf {
        field: field.to_owned(),
        each: true,
        ..ValuesOf::default()
    };
    let found = values(&group.table, &group.rows, &asked, &AtomicBool::new(false));
    let found = found.ok_or_else(nobody)?;
    if json {
        return output::json(&ValuesShape {
            field,
            contacts: found.contacts,
            unset: found.unset,
            unknown: found.unknown,
            different: found.different,
            values: found.listed.iter().map(ValueShape::of).collect(),
            more: MoreShape {
                values: found.more.0,
                contacts: found.more.1,
            },
        });
    }
    let mut rows: Vec<Vec<String>> = found
        .listed
        .iter()
        .map(|value| vec![grouped(value.contacts), value.value.clone()])
        .collect();
    for (count, words) in [
        (found.unset, "(not set)".to_owned()),
        (found.unknown, "(not known)".to_owned()),
        (
            found.more.1,
            format!("({} more values)", grouped(found.more.0)),
        ),
    ] {
        if count > 0 {
            rows.push(vec![grouped(count), words]);
        }
    }
    output::table(&["CONTACTS", "VALUE"], &rows)
}
