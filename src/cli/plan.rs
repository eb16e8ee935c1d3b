//! `mylink plan`: plans saved by name, filled in, made out of files, contacts and earlier launches. What comes out is
//! a plan on stdout, so that it can be looked at, kept, or launched: `mylink plan rest ID | mylink launch -`.

mod freeze;
mod print;
mod saved;
mod targets;

use std::ffi::OsString;

use clap::Subcommand;

use super::exit::{self, Failure};
use super::launch::repeat_words;
use super::source::{self, Values};
use super::{opened, output};
use crate::config::Config;
use crate::domain::text::fit_json;
use crate::session::Session;

pub use print::plan as print;

/// Keeps plans by name, fills templates in, and makes plans out of files and earlier launches.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink plan save spring plan.json              keeps it; a template too
  mylink plan list
  mylink plan fill spring --set city=Milano | mylink preview -
  mylink plan targets people.csv --broadcast 'Autumn menu' | mylink launch -
  mylink plan freeze spring --set city=Milano    whom it matches now, named one by one
  mylink plan again 01a2081f | mylink preview -
  mylink plan rest 01a2081f | mylink launch - --yes

A template is a plan with places such as {{city}} in its texts. Plans are printed as JSON.")]
pub struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Lists the plans that are saved.
    List {
        /// One JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Saves a plan, or a template, by a name.
    Save {
        /// The name.
        #[arg(value_name = "NAME")]
        name: String,
        /// The plan: a JSON file, - for stdin, or the name of a saved plan.
        #[arg(value_name = "PLAN|-")]
        plan: OsString,
        /// In the place of the one of that name.
        #[arg(long)]
        replace: bool,
    },
    /// Prints a saved plan as it was saved.
    Show {
        /// The name.
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Removes a saved plan.
    Remove {
        /// The name.
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Prints a template filled in.
    Fill {
        /// The template: a JSON file, - for stdin, or the name of a saved plan.
        #[arg(value_name = "PLAN|-")]
        plan: OsString,
        #[command(flatten)]
        values: Values,
    },
    Targets(targets::Arguments),
    Freeze(freeze::Arguments),
    /// Prints the plan of a launch on the record, to be launched again.
    Again {
        /// The launch's id, or the beginning of it.
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Prints the plan of what a stopped batch has not sent.
    Rest {
        /// The launch's id, or the beginning of it.
        #[arg(value_name = "ID")]
        id: String,
        /// Though some of it was launched since.
        #[arg(long)]
        again: bool,
    },
}

/// Runs the verb.
///
/// # Errors
/// Exit code 2 for wrong names and plans, 4 for what a guard refuses; those of journal and disk.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    match &arguments.act {
        Act::List { json } => saved::list(config, *json),
        Act::Save {
            name,
            plan,
            replace,
        } => saved::save(config, name, plan, *replace),
        Act::Show { name } => {
            let text = source::plans(config).read(name)?;
            output::line(&fit_json(
                text.trim_start_matches('\u{feff}').trim_end().to_owned(),
            ))?;
            Ok(exit::DONE)
        }
        Act::Remove { name } => {
            source::plans(config).remove(name)?;
            Ok(exit::DONE)
        }
        Act::Fill { plan, values } => {
            print::plan(&source::read_valid(plan, values, config)?)?;
            Ok(exit::DONE)
        }
        Act::Targets(arguments) => targets::run(arguments, config).await,
        Act::Freeze(arguments) => freeze::run(arguments, config).await,
        Act::Again { id } => again(config, id).await,
        Act::Rest { id, again } => rest(config, id, *again).await,
    }
}

async fn again(config: &Config, id: &str) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
        print::plan(&session.again(id).await?.plan)?;
        Ok(exit::DONE)
    })
    .await
}

async fn rest(config: &Config, id: &str, again: bool) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
        let rest = session.rest(id).await?;
        if let Some(why) = rest.repeats.filter(|_| !again) {
            return Err(Failure::guard(repeat_words(&why)));
        }
        print::plan(&rest.plan)?;
        Ok(exit::DONE)
    })
    .await
}
