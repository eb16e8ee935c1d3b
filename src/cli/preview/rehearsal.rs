//! `mylink preview --rehearse`: the preview, and what a throw-away sandbox makes of the very same calls.

use std::io::{IsTerminal, stderr};

use tokio_util::sync::CancellationToken;

use super::shape::Shape;
use super::{Arguments, print};
use crate::cli::exit::{self, Failure};
use crate::cli::output;
use crate::cli::signals::Signals;
use crate::domain::plan::Plan;
use crate::domain::preview::Preview;
use crate::domain::rehearsal::{People, Rehearsal, RehearsalStep};
use crate::domain::text::{counted, shown};
use crate::launcher::Prepared;
use crate::session::{Session, SessionError};

/// Contacts of a kind that are named; the JSON names more.
const NAMED: usize = 5;
/// Characters of an answer that are shown; the JSON has it whole.
const ANSWER: usize = 600;

/// Previews and rehearses.
///
/// # Errors
/// Where cache or journal can't be read, or the sandbox not be served.
pub async fn run(session: &Session, arguments: &Arguments, plan: Plan) -> Result<u8, Failure> {
    let surface = arguments.plan.surface();
    let prepared = match session.prepare(plan.clone(), surface).await {
        Ok(prepared) => prepared,
        // The preview says that there is no such broadcast.
        Err(SessionError::Lookup(_)) => {
            let preview = session.preview(&plan, surface).await?;
            tell(session, &plan, &preview, None, arguments.json).await?;
            return Ok(exit::USAGE);
        }
        Err(error) => return Err(error.into()),
    };
    let rehearsed = rehearse(session, &prepared).await;
    let rehearsal = rehearsed.as_ref().ok();
    let preview = &prepared.preview;
    tell(session, &plan, preview, rehearsal, arguments.json).await?;
    Ok(match rehearsed? {
        _ if preview.has_errors() => exit::USAGE,
        rehearsal if rehearsal.is_accepted() => exit::DONE,
        _ => exit::REJECTED,
    })
}

/// Rehearses until it is done, or a signal asks to end: then nothing is left of it either.
async fn rehearse(session: &Session, prepared: &Prepared) -> Result<Rehearsal, Failure> {
    let mut signals = Signals::listen_unless_ignored()?;
    let stop = CancellationToken::new();
    let is_terminal = stderr().is_terminal();
    let tell = |step: RehearsalStep| {
        if is_terminal {
            output::status(&step.words());
        }
    };
    let rehearsing = session.rehearse(prepared, tell, &stop);
    tokio::pin!(rehearsing);
    let rehearsed = tokio::select! {
        rehearsed = &mut rehearsing => rehearsed,
        _ = signals.caught() => {
            stop.cancel();
            rehearsing.await
        }
    };
    if is_terminal {
        output::status("");
    }
    rehearsed?.ok_or_else(|| Failure {
        code: exit::GUARD,
        message: "The rehearsal was stopped; nothing of it is left.".to_owned(),
    })
}

async fn tell(
    session: &Session,
    plan: &Plan,
    preview: &Preview,
    rehearsal: Option<&Rehearsal>,
    json: bool,
) -> Result<(), Failure> {
    if json {
        let limit = session.profile.dialect.limit_bytes;
        let shape = Shape::of(plan, preview, limit);
        return output::json(&shape.with_rehearsal(rehearsal));
    }
    print(session, plan, preview, false).await?;
    for line in rehearsal.map(lines).unwrap_or_default() {
        output::line(&line)?;
    }
    Ok(())
}

/// What came of it, for people; fit to be shown.
fn lines(rehearsal: &Rehearsal) -> Vec<String> {
    let mut lines = vec![format!("rehearsed {}", rehearsal.verdict())];
    for call in &rehearsal.calls {
        let status = call
            .status
            .map_or_else(|| "no status".to_owned(), |status| status.to_string());
        let start: String = call.answer.chars().take(ANSWER).collect();
        let more = if start.len() < call.answer.len() {
            "…"
        } else {
            ""
        };
        lines.push(format!(
            "         {status} to {}: {}{more}",
            call.method,
            shown(&start)
        ));
    }
    let mut people = |label: &str, who: &People, reason: &str| {
        if who.count > 0 {
            lines.push(format!("         {label}{}{reason}", who.words(NAMED)));
        }
    };
    people("targeted ", &rehearsal.targets, "");
    people("created ", &rehearsal.created, "");
    people("targeted more than once ", &rehearsal.repeated, "");
    for some in &rehearsal.unreached {
        let reason = format!(" - {}", shown(&some.reason));
        people("not reached ", &some.who, &reason);
    }
    if let Some(difference) = &rehearsal.difference {
        people("only in the preview ", &difference.only_in_preview, "");
        people("only in the rehearsal ", &difference.only_in_rehearsal, "");
    }
    lines.extend(
        rehearsal
            .notes
            .iter()
            .map(|note| format!("         {note}")),
    );
    lines.push(format!(
        "         By a copy of {} of the cache; nobody was messaged.",
        counted(rehearsal.contacts, "contact")
    ));
    lines
}
