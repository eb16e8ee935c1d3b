//! `mylink contacts`: the cached contacts, each with its variables.

use super::exit::{self, Failure};
use super::{opened, output};
use crate::audience::Table;
use crate::config::Config;
use crate::domain::record::Bot;
use crate::session::Session;

/// Lists contacts, as cached.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink contacts --bot 'Harbour Coffee'
  mylink contacts --json | jq -c '.[] | select(.city == \"Milano\")'")]
pub struct Arguments {
    /// Those of this bot alone: its name or API key.
    #[arg(long, value_name = "BOT")]
    bot: Option<String>,
    /// One JSON array of flat objects.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
///
/// # Errors
/// Those of the cache; exit code 2 for an unknown bot.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
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
