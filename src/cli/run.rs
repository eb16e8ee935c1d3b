//! `mylink run --pending`: serves the launches of a profile that wait for their time, without a screen.

use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use super::exit::{self, Failure};
use super::launch::outcome;
use super::signals::Signals;
use super::waiting::{self, Shape};
use super::{opened, output};
use crate::config::Config;
use crate::domain::act::OutsideAct;
use crate::domain::text::{counted, shown};
use crate::domain::waiting::{GRACE, WaitingLaunch, countdown};
use crate::runtime::{mistake, watch};
use crate::session::serve::{Nudge, Serving, Until};
use crate::session::{Became, Session};

/// Sends launches that wait at their time, in the foreground.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink run --pending                            until nothing waits any more
  nohup mylink run --pending &                    survives the end of the connection
  mylink --profile production run --pending --stay --json   for a service manager

It sleeps until the next time, and notices what other processes let wait or take back.
An open console does the same for its profile; of several at once, one sends. At its
time everything is looked at anew: what changed since it was confirmed is refused, and
a time that nobody served is missed, never caught up. The profile's limits are read
again too: of each the stricter one holds, that of the start or that of the moment.
Launches of one broadcast go one after the other: as they are due, then as confirmed.

SIGTERM, SIGINT and SIGHUP (unless nohup has it ignored) finish the launch that is on
its way, put it on the record, and end with the others still waiting. Exit code 0 then
and when nothing is left; what became of a launch stands in the output and the log.
Exit code 3 where mylink ended by a mistake of its own: start it again.")]
pub struct Arguments {
    /// Launches that wait for their time.
    #[arg(long, required = true)]
    pending: bool,
    /// Stay when nothing waits, for those to come.
    #[arg(long)]
    stay: bool,
    /// Each result as one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
///
/// # Errors
/// Exit code 4 on a read-only profile; those of the journal.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
        session.allow(OutsideAct::Serve).await?;
        let mut signals = Signals::listen_unless_ignored()?;
        let teller = Teller {
            json: arguments.json,
            last: Mutex::new(String::new()),
        };
        let until = if arguments.stay {
            Until::Asked
        } else {
            Until::NothingWaits
        };
        let tell = |serving| teller.tell(&serving);
        let nudge = watched(session);
        // A server of which a part has died must not look as if it served.
        let asked = async {
            tokio::select! {
                _ = signals.caught() => {}
                () = mistake::happened() => {}
            }
        };
        opened::on_the_way(session, async {
        let left = session
            .serve_waiting(until, Timestamp::now, &nudge, asked, tell)
            .await?;
        output::note(&match left {
            0 => "Nothing waits any more.".to_owned(),
            left => format!(
                "Ended, with {} still waiting: nobody sends them unless another mylink serves this profile.",
                counted(left as u64, "launch")
            ),
        });
        if mistake::has_happened() {
            return Err(Failure::mistake_on_the_way());
        }
        Ok(exit::DONE)
        })
        .await
    })
    .await
}

/// Wakes the serving up when another process writes to the journal; where that can't be told, it looks for itself.
fn watched(session: &Session) -> Arc<Nudge> {
    let nudge = Arc::new(Nudge::of_all());
    let told = Arc::clone(&nudge);
    let folder = session.launcher.locks.parent().map(Path::to_owned);
    let started = folder.is_some_and(|folder| {
        watch::start(folder, move || {
            told.tell();
            true
        })
        .is_ok()
    });
    if started { nudge } else { Arc::default() }
}

/// Says what happens: results on stdout, the rest on stderr, and nothing twice in a row.
struct Teller {
    json: bool,
    last: Mutex<String>,
}

impl Teller {
    fn tell(&self, serving: &Serving) {
        match serving {
            Serving::List(list) => self.note(&list_words(list)),
            Serving::Starting(waiting) => {
                self.note(&format!("Starting {}.", waiting::what(waiting)));
            }
            Serving::Progress(_, done, of) if *of > 1 => {
                self.note(&format!("Call {done} of {of} was accepted."));
            }
            Serving::Progress(..) => {}
            Serving::HeldUp(waiting, why) => self.note(&format!(
                "{} does not start yet (launch {}): {why} It is tried again until {} s after its time.",
                waiting::what(waiting),
                waiting.id,
                GRACE.as_secs()
            )),
            Serving::Became(waiting, became) => self.became(waiting, became),
            Serving::SetBack(by) => self.note(&format!(
                "The clock was set back by {}: what waits, waits for its time by the clock.",
                countdown(*by)
            )),
            Serving::Record(Some(trouble)) => self.note(&format!(
                "Nothing can be started: {} ({}). What waits is served again once that is mended.",
                trouble.what, trouble.way_out
            )),
            Serving::Record(None) => self.note("The record takes launches again: serving goes on."),
            Serving::Completed(cut) => self.note(&cut.to_string()),
            Serving::Trouble(why) => self.note(&format!("{why}. It is tried again.")),
        }
    }

    fn became(&self, waiting: &WaitingLaunch, became: &Became) {
        match became {
            Became::NotYet => {}
            Became::Launched(record) => outcome::print(record, self.json),
            Became::Ended(ended) => {
                let reason = ended.end.as_ref().map_or("", |end| &end.reason);
                let word = ended.state().word().replace('_', " ");
                let printed = if self.json {
                    output::json(&Shape::listed(ended))
                } else {
                    let what = waiting::what(ended);
                    output::line(&format!("{word}  {what}  launch {}", ended.id))
                        .and_then(|()| output::line(&shown(reason)))
                };
                if let Err(failure) = printed {
                    output::note(&format!("mylink: {}", failure.message));
                }
            }
            Became::Elsewhere(ended) => self.note(&format!(
                "{} was {} by another mylink.",
                waiting::what(waiting),
                ended.state().word().replace('_', " ")
            )),
        }
    }

    fn note(&self, text: &str) {
        let mut last = self
            .last
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if *last != text {
            output::note(text);
            text.clone_into(&mut last);
        }
    }
}

fn list_words(list: &[WaitingLaunch]) -> String {
    let mut waiting = list.iter().filter(|waiting| waiting.is_waiting());
    let Some(first) = waiting.next() else {
        return "Nothing waits.".to_owned();
    };
    let more = match waiting.count() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!(
        "Waiting for {}: {} (launch {}){more}.",
        waiting::due(first),
        waiting::what(first),
        first.id
    )
}
