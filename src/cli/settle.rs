//! `mylink settle`: a person's word on a launch whose outcome is unknown.

use jiff::Timestamp;

use super::exit::{self, Failure};
use super::log::Shape;
use super::{opened, output};
use crate::config::Config;
use crate::domain::launch::{LaunchRecord, SettledAs, Settlement};
use crate::domain::tally::Doubt;
use crate::domain::text::shown;
use crate::session::Session;

/// Settles a launch whose outcome is unknown, so that its broadcast can be launched again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink settle 01a2081f sent --reason 'its messages are in the vendor statistics'
  mylink settle 01a2081f not-sent --reason 'no run of that time on the platform'

Of a batch it is about the one call in doubt: what was accepted before stays
accepted, what was not sent stays not sent.
  sent        its contacts count as reached; `launch --rest` sends those not sent
  not-sent    `launch --rest` sends its contacts and those not sent

The outcome stays `unknown`; your word is added to it, with your name, for ever.")]
pub struct Arguments {
    /// The launch's id, or the beginning of it.
    #[arg(value_name = "ID")]
    id: String,
    /// Whether it reached the platform; of a batch, the one call in doubt.
    #[arg(value_name = "sent|not-sent", value_parser = settled_as)]
    settled_as: SettledAs,
    /// How you know.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// The launch as one JSON object.
    #[arg(long)]
    json: bool,
}

fn settled_as(word: &str) -> Result<SettledAs, String> {
    SettledAs::parse(word).ok_or_else(|| "say sent or not-sent".to_owned())
}

fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("say how you know: the reason stays on the record".to_owned()),
        text => Ok(text.to_owned()),
    }
}

/// Runs the verb.
///
/// # Errors
/// Exit code 2 for an unknown id; 4 where it is not unknown or settled already, and on a read-only profile.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
        session.allow_record().await?;
        let settlement = Settlement {
            settled_as: arguments.settled_as,
            by: session.operator.clone(),
            at: Timestamp::now(),
            reason: arguments.reason.clone(),
        };
        let settled = session.launcher.settle(&arguments.id, settlement).await;
        let launch = match settled {
            Ok(launch) => launch,
            Err(error) => return Err(session.why_not(&arguments.id, error.into()).await.into()),
        };
        if arguments.json {
            output::json(&Shape::whole(&launch))?;
        } else {
            output::line(&words(&launch, arguments.settled_as))?;
        }
        Ok(exit::DONE)
    })
    .await
}

/// What was settled, and of a batch what follows.
fn words(launch: &LaunchRecord, settled_as: SettledAs) -> String {
    let word = settled_as.word().replace('_', " ");
    let name = shown(&launch.broadcast.name);
    let Some(doubt) = Doubt::of(launch) else {
        return format!("The launch {} of {name} is settled as {word}.", launch.id);
    };
    let rest = format!("`mylink plan rest {}`", launch.id);
    format!(
        "The launch {} of {name} is settled as {word}: {}.\n{}; {}.",
        launch.id,
        doubt.call(),
        doubt.around(),
        doubt.follows(settled_as, &rest)
    )
}
