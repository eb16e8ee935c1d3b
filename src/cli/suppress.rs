//! `mylink suppress`: who must not be written to, whatever a plan says.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use clap::Subcommand;
use jiff::Timestamp;
use serde::Serialize;

use super::csv::{self, Input};
use super::exit::{self, Failure};
use super::{opened, output, table};
use crate::audience::{
    ColumnMapping, Country, ImportedTargets, Reason, TargetImport, normalised_phone,
};
use crate::config::Config;
use crate::domain::suppression;
use crate::domain::text::{counted, grouped, shown};
use crate::session::Session;
use crate::store::notebook::Suppressed;

/// Keeps the list of those who must not be written to: they are taken out of every target list of this profile.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink suppress add '+39 320 123 4567' --reason 'asked by mail, 3 March'
  mylink suppress import opted-out.csv --map Kunde=user_id --reason 'opt-outs of March'
  mylink suppress list --json | jq -r '.[].identity'
  mylink suppress remove 393201234567

People are told by user_id or phone number; how a number is spaced makes no difference, but
its country code does. A read-only profile allows the list to be seen, not changed.")]
pub struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Lists them, the newest first.
    List {
        /// One JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Puts people on the list.
    Add {
        /// Their `user_id` or phone number, with country code unless --country is given.
        #[arg(value_name = "ID", required = true)]
        ids: Vec<String>,
        /// Why; it stays on the list.
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
        /// They are phone numbers, and this is the country of those without a country code: two letters.
        #[arg(long, value_name = "CC")]
        country: Option<String>,
    },
    /// Takes people off the list.
    Remove {
        /// Their `user_id` or phone number.
        #[arg(value_name = "ID", required = true)]
        ids: Vec<String>,
    },
    /// Puts the people of a CSV or TSV file on the list: those that can be read; exit code 2 where none can.
    Import {
        #[command(flatten)]
        input: Input,
        /// Why; it stays on the list.
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
}

/// One of them as JSON. Other programs read it: names are fixed.
#[derive(Serialize)]
struct Shape<'a> {
    identity: &'a str,
    reason: &'a str,
    added_by: &'a str,
    added_at: Timestamp,
}

/// Runs the verb.
///
/// # Errors
/// Exit code 2 for who is not on the list and for files that can't be used, 4 on a read-only profile; those of the
/// notebook.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| match &arguments.act {
        Act::List { json } => list(session, *json).await,
        Act::Add {
            ids,
            reason,
            country,
        } => add(session, ids, reason, country.as_deref()).await,
        Act::Remove { ids } => remove(session, ids).await,
        Act::Import { input, reason } => import(session, input, reason).await,
    })
    .await
}

async fn list(session: &Session, json: bool) -> Result<u8, Failure> {
    let people = session.suppressions().await?;
    if json {
        let mut array = output::Array::begin();
        for person in &people {
            array.push(&Shape::of(person))?;
        }
        array.end()?;
    } else if people.is_empty() {
        output::note("Nobody is on the suppression list.");
    } else {
        let rows: Vec<_> = people.iter().map(row).collect();
        output::table(&["IDENTITY", "ADDED", "BY", "REASON"], &rows)?;
    }
    Ok(exit::DONE)
}

async fn add(
    session: &Session,
    ids: &[String],
    reason: &str,
    country: Option<&str>,
) -> Result<u8, Failure> {
    let phones = country
        .map(|code| session.country(Some(code)))
        .transpose()?;
    let mut identities = Vec::with_capacity(ids.len());
    for id in ids {
        let identity = match phones {
            Some(country) => {
                normalised_phone(id, country).map_err(|why| Failure::usage(why.about(id)))?
            }
            None => id.clone(),
        };
        if let Some(why) = suppression::never_matches(&identity) {
            return Err(Failure::usage(format!(
                "\"{}\" {why}. Nothing was changed.",
                shown(&identity)
            )));
        }
        if suppression::key(&identity).is_empty() {
            return Err(Failure::usage(
                "An empty text names nobody. Nothing was changed.",
            ));
        }
        identities.push(identity);
    }
    let of = distinct(&identities);
    let strange = strangers(session, &identities).await;
    let added = session.suppress(identities, reason.trim()).await?;
    tell_added(added, of)?;
    for identity in strange {
        output::note(&format!(
            "\"{}\" is neither a phone number nor the user_id of a cached contact. Should it be a mistake: mylink suppress remove.",
            shown(&identity)
        ));
    }
    Ok(exit::DONE)
}

/// Those of some identities that nobody cached has and that are no phone number: they may be mistyped. That the cache
/// can't be read keeps nobody off the list.
async fn strangers(session: &Session, identities: &[String]) -> Vec<String> {
    let is_phone = |identity: &&String| {
        let key = suppression::key(identity);
        suppression::may_be_phone(&key) && key.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut strange: Vec<String> = identities.to_vec();
    strange.retain(|identity| !is_phone(&identity));
    if strange.is_empty() {
        return strange;
    }
    for bot in session.bots_called(None).await.unwrap_or_default() {
        if let Ok(contacts) = session.contacts(&bot).await {
            strange.retain(|id| contacts.table.rows_of_user_id(id.trim()).is_empty());
        }
    }
    strange
}

async fn remove(session: &Session, ids: &[String]) -> Result<u8, Failure> {
    let of = distinct(ids);
    let removed = session.unsuppress(ids.to_vec()).await?;
    if removed == 0 {
        let names: Vec<_> = ids.iter().map(|id| shown(id)).collect();
        return Err(Failure::usage(format!(
            "Not on the suppression list: {}. Nothing was changed.",
            names.join(", ")
        )));
    }
    if removed < of {
        output::note(&format!("{} not on the list.", were(of - removed)));
    }
    output::line(&format!("{} taken off the list.", number(removed)))?;
    Ok(exit::DONE)
}

async fn import(session: &Session, input: &Input, reason: &str) -> Result<u8, Failure> {
    session.check_writable()?;
    let opened = input.open(session).await?;
    let known = opened.known;
    let targets = TargetImport {
        mapping: &known.1,
        bot_channel: None,
        country: opened.country,
    };
    let read = targets.read_suppressed(opened.input, csv::progress(), &AtomicBool::new(false));
    csv::progress_done();
    let read = csv::taken(read)?;
    csv::tell_encoding(read.encoding, read.delimiter);
    input.tell_rejected(&read.columns, read.delimiter, &read.rejected)?;
    let mut identities: Vec<String> = read.targets.iter().flat_map(suppression::keys_of).collect();
    identities.extend(of_duplicates(&read, &known.1, opened.country));
    if identities.is_empty() {
        return Err(csv::nothing_taken(read.rejected.count()));
    }
    let of = distinct(&identities);
    let added = session.suppress(identities, reason.trim()).await?;
    input.remember(session, &known).await;
    tell_added(added, of)?;
    // Somebody who stands in the file twice is on the list; all others who were rejected are not.
    let duplicates = read.rejected.counts().get("duplicate").copied();
    let missing = read.rejected.count() - duplicates.unwrap_or_default();
    if missing > 0 {
        output::note(&format!(
            "{} of the file could not be read, so whom they name is NOT on the list. Correct them and import them again.",
            counted(missing, "row")
        ));
    }
    Ok(exit::DONE)
}

/// Who stands in a file twice may do so with another number: that is on the list too.
fn of_duplicates(
    read: &ImportedTargets,
    mapping: &ColumnMapping,
    country: Option<Country>,
) -> Vec<String> {
    let variables = mapping.variables();
    let rows = read.rejected.rows().iter();
    let rows = rows.filter(|row| matches!(row.reason, Reason::DuplicateOf { .. }));
    let cells = rows.flat_map(|row| variables.iter().zip(&row.cells));
    let named = cells.filter(|(variable, cell)| {
        matches!(variable, Some("user_id" | "user_phone_number")) && !cell.is_empty()
    });
    named
        .map(|(_, cell)| normalised_phone(cell, country).unwrap_or_else(|_| cell.clone()))
        .collect()
}

fn distinct(identities: &[String]) -> u64 {
    let keys: BTreeSet<String> = identities
        .iter()
        .map(|text| suppression::key(text))
        .collect();
    keys.len() as u64
}

fn tell_added(added: u64, of: u64) -> Result<(), Failure> {
    if added < of {
        output::note(&format!("{} on the list already.", were(of - added)));
    }
    output::line(&format!("{} put on the list.", number(added)))
}

fn number(count: u64) -> String {
    match count {
        1 => "1 identity".to_owned(),
        count => format!("{} identities", grouped(count)),
    }
}

fn were(count: u64) -> String {
    match count {
        1 => "1 was".to_owned(),
        count => format!("{} were", grouped(count)),
    }
}

impl<'a> Shape<'a> {
    fn of(person: &'a Suppressed) -> Self {
        Self {
            identity: &person.identity,
            reason: &person.reason,
            added_by: &person.added_by,
            added_at: person.added_at,
        }
    }
}

fn row(person: &Suppressed) -> Vec<String> {
    vec![
        person.identity.clone(),
        table::minute(person.added_at),
        person.added_by.clone(),
        person.reason.clone(),
    ]
}
