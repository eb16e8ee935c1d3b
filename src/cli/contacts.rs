//! `mylink contacts`: the cached contacts, each with its variables; those of a plan, sorted, searched, as a file; the
//! values of a field; and one contact in full.

mod full;
mod listed;

use std::ffi::OsString;

use super::exit::{self, Failure};
use super::source::Values;
use super::{opened, output};
use crate::audience::Table;
use crate::config::Config;
use crate::domain::record::Bot;
use crate::session::Session;

/// Lists contacts, as cached.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink contacts --bot 'Harbour Coffee'
  mylink contacts --json | jq -c '.[] | select(.city == \"Milano\")'
  mylink contacts --plan plan.json --sort age:desc --columns user_id,age,city
  mylink contacts --plan plan.json --which not-matching --csv others.csv
  mylink contacts --bot 'Harbour Coffee' --values city
  mylink contacts +393201234567                 one in full, with the launches that reached it

What a spreadsheet would take for a formula gets a ' in front in a CSV file; a number
with its sign, a phone number too, stays as it is.")]
pub struct Arguments {
    /// One contact in full, by its id or phone number: its fields, why it matches the plan, and the launches
    /// that reached it.
    #[arg(value_name = "ID", conflicts_with_all = ["which", "columns", "sort", "search", "csv", "values"])]
    id: Option<String>,
    /// Those of this bot alone: its name or API key.
    #[arg(long, value_name = "BOT")]
    bot: Option<String>,
    /// Those that a plan reaches: a JSON file, - for stdin, or the name of a saved plan.
    #[arg(long, value_name = "PLAN|-")]
    plan: Option<OsString>,
    #[command(flatten)]
    set: Values,
    /// Which contacts of the plan; by default those that it reaches.
    #[arg(long, value_name = "GROUP", requires = "plan", value_parser = listed::groups())]
    which: Option<String>,
    /// These fields alone, in this order.
    #[arg(long, value_name = "FIELD,...", value_delimiter = ',')]
    columns: Vec<String>,
    /// By this field: numbers by size, dates by time, else text; those without it last.
    #[arg(long, value_name = "FIELD[:desc]")]
    sort: Option<String>,
    /// Those alone of whom a field (of --columns, else any) holds this, case ignored.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// As CSV to a file, which nobody else can read; - for stdout.
    #[arg(long, value_name = "FILE|-", conflicts_with = "json")]
    csv: Option<OsString>,
    /// Replace a file of that name.
    #[arg(long, requires = "csv")]
    replace: bool,
    /// Instead of contacts, the values of a field with how many of them have each.
    #[arg(long, value_name = "FIELD", conflicts_with_all = ["columns", "sort", "search", "csv"])]
    values: Option<String>,
    /// One JSON array of flat objects; of one contact, or of values, an object.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Whether more is wanted than all contacts as they are.
    fn are_looked_through(&self) -> bool {
        self.plan.is_some()
            || !self.columns.is_empty()
            || self.sort.is_some()
            || self.search.is_some()
            || self.csv.is_some()
            || self.values.is_some()
    }
}

/// Runs the verb.
///
/// # Errors
/// Those of the cache; exit code 2 for an unknown bot, contact or field, and for a plan with errors.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    let plan = match &arguments.plan {
        Some(plan) => Some(super::source::read_valid(plan, &arguments.set, config)?),
        None => None,
    };
    opened::with(config, async |session: &Session| {
        if let Some(id) = &arguments.id {
            return full::run(session, arguments, id, plan).await;
        }
        if arguments.are_looked_through() {
            return listed::run(session, arguments, plan).await;
        }
        let bots = session.bots_called(arguments.bot.as_deref()).await?;
        if arguments.json {
            print_json(session, &bots).await?;
        } else {
            print_tables(session, &bots).await?;
        }
        Ok(exit::DONE)
    })
    .await
}

async fn print_json(session: &Session, bots: &[Bot]) -> Result<(), Failure> {
    let mut tables = Vec::new();
    for bot in bots {
        tables.push(session.contacts(bot).await?);
    }
    let mut array = output::Array::begin();
    for contacts in tables {
        for contact in (0..contacts.table.rows()).filter_map(|row| contacts.table.contact(row)) {
            array.push(&contact.variables)?;
        }
    }
    array.end()
}

/// A table a bot, a column a variable.
async fn print_tables(session: &Session, bots: &[Bot]) -> Result<(), Failure> {
    for bot in bots {
        let contacts = session.contacts(bot).await?;
        if contacts.table.rows() == 0 {
            let name = crate::domain::text::shown(&bot.name);
            output::note(&format!("No contact of {name} is cached: run mylink sync."));
            continue;
        }
        print_table(&contacts.table)?;
    }
    Ok(())
}

fn print_table(table: &Table) -> Result<(), Failure> {
    let names: Vec<&str> = table.columns().iter().map(|column| column.name()).collect();
    let row = |row| {
        let values = table
            .columns()
            .iter()
            .map(|column| column.get(row).unwrap_or_default());
        values.map(str::to_owned).collect()
    };
    let rows: Vec<Vec<String>> = (0..table.rows()).map(row).collect();
    output::table(&names, &rows)
}
