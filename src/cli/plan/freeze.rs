//! `mylink plan freeze`: the contacts that a plan matches now, named one by one.

use std::ffi::OsString;

use crate::cli::exit::{self, Failure};
use crate::cli::source::{self, Values};
use crate::cli::{opened, output};
use crate::config::Config;
use crate::domain::plan::Plan;
use crate::domain::text::{counted, shown};
use crate::session::Session;

/// Prints a plan of the contacts that a plan matches now: filters, or the audience that the broadcast is configured for.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The plan: a JSON file, - for stdin, or the name of a saved plan.
    #[arg(value_name = "PLAN|-")]
    plan: OsString,
    #[command(flatten)]
    values: Values,
    /// The contacts of this audience (its name or id), in the place of those that the plan matches: its filters are
    /// dropped, its broadcast, variables and delay stay. It must be synced.
    #[arg(long, value_name = "AUDIENCE")]
    audience: Option<String>,
    /// Leave out who got this broadcast within the repeat window.
    #[arg(long)]
    without_reached: bool,
}

/// Runs the verb.
///
/// # Errors
/// Exit code 2 for a plan whose contacts can't be named.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    let plan = source::read_valid(&arguments.plan, &arguments.values, config)?;
    opened::with(config, async |session: &Session| {
        let frozen = if let Some(audience) = &arguments.audience {
            let id = audience_id(session, &plan, audience).await?;
            tell_dropped(&plan, audience);
            session.freeze_audience(&plan, &id).await?
        } else {
            let frozen = session.freeze(&plan).await?;
            if let Some(words) = session.left_open(&plan).await? {
                output::note(&words);
            }
            frozen
        };
        let plan = without_reached(arguments, session, frozen).await?;
        let targets = plan.form.targets().len() as u64;
        output::note(&format!("{}.", counted(targets, "target")));
        super::print(&plan)?;
        Ok(exit::DONE)
    })
    .await
}

/// The contacts of an audience are named whether the plan's filters match them or not.
fn tell_dropped(plan: &Plan, audience: &str) {
    let filters = plan.form.filters().len() as u64;
    if filters > 0 {
        output::note(&format!(
            "The plan's {} dropped: the contacts of \"{}\" are named, whether they match or not.",
            match filters {
                1 => "filter is".to_owned(),
                count => format!("{count} filters are"),
            },
            shown(audience)
        ));
    }
}

async fn without_reached(
    arguments: &Arguments,
    session: &Session,
    plan: Plan,
) -> Result<Plan, Failure> {
    if !arguments.without_reached {
        return Ok(plan);
    }
    let (plan, out) = session.without_reached(&plan).await?;
    output::note(&format!(
        "{} left out, who got this broadcast already.",
        counted(out, "contact")
    ));
    if plan.form.targets().is_empty() {
        return Err(Failure::usage(
            "Nobody is left, so there is no plan: all of them got this broadcast already.",
        ));
    }
    Ok(plan)
}

async fn audience_id(session: &Session, plan: &Plan, wanted: &str) -> Result<String, Failure> {
    let found = session
        .find_broadcast(&plan.broadcast, plan.bot.as_deref())
        .await?;
    let key = found.bot.key;
    let audiences = session
        .cache()
        .run(move |cache| cache.audiences(&key))
        .await?;
    let by_id = audiences.iter().find(|audience| audience.id == wanted);
    let by_name: Vec<_> = audiences
        .iter()
        .filter(|audience| audience.name == wanted)
        .collect();
    match (by_id, by_name.as_slice()) {
        (Some(audience), _) => Ok(audience.id.clone()),
        (None, [audience]) => Ok(audience.id.clone()),
        (None, []) => Err(Failure::usage(format!(
            "No audience of {} is called \"{}\", nor has it as id. Sync first.",
            shown(&found.bot.name),
            shown(wanted)
        ))),
        (None, _) => Err(Failure::usage(format!(
            "More than one audience is called \"{}\". Give its id instead.",
            shown(wanted)
        ))),
    }
}
