//! What became of the launch, and what that means.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::launch::{CallRecord, LaunchRecord, Outcome};
use crate::domain::preview::Review;
use crate::domain::text::{counted, grouped, shown};
use crate::model::{Action, Context, Notice};
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::outcome;
use crate::ui::widgets::words::wrap;

pub fn over(
    review: &Review,
    result: &Result<LaunchRecord, Notice>,
    room: usize,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mut lines = Vec::new();
    let mut say = |text: &str, style: Style| {
        lines.extend(
            wrap(&shown(text), room)
                .into_iter()
                .map(|line| Line::from(Span::styled(line, style))),
        );
    };
    match result {
        Ok(launch) => {
            let (mark, style) = outcome::mark(launch.outcome, theme);
            say(&format!("{mark} {}", launch.outcome), style);
            say(&launch.reason, theme.text);
            if launch.calls.len() > 1 {
                let calls = launch.calls.len();
                say(
                    &format!("{calls} calls: {}.", outcome::tally(launch)),
                    theme.text,
                );
            }
            say("", theme.text);
            say(advice(launch), theme.dim);
            if let Some(rest) = rest(launch, shared) {
                say(&rest, theme.text);
            }
        }
        Err(notice) => {
            say(
                &format!("{} not sent", theme.mark_of(Mark::Error)),
                theme.danger,
            );
            say(&notice.text, theme.text);
        }
    }
    say("", theme.text);
    let count = review.targets().map_or_else(
        || "audience not known".to_owned(),
        |count| counted(count, "contact"),
    );
    say(
        &format!(
            "{} · {count} · {} bytes",
            review.broadcast.name,
            grouped(review.preview.bytes())
        ),
        theme.dim,
    );
    lines
}

/// How the rest of a batch that stopped is sent.
fn rest(launch: &LaunchRecord, shared: &Shared<'_>) -> Option<String> {
    let (calls, targets) = outcome::left(launch)?;
    let key = shared.key_of(&[Context::Log], Action::LaunchRest);
    let first = if launch.is_unsettled() {
        "Once it is settled, "
    } else {
        ""
    };
    Some(format!(
        "{} in {} were not sent. {first}{key} in the log opens them as a draft.",
        counted(targets, "contact"),
        counted(calls, "call")
    ))
}

/// What an outcome means, and what to do next.
fn advice(launch: &LaunchRecord) -> &'static str {
    let accepted = |call: &CallRecord| call.outcome == Outcome::Accepted;
    let is_partly_there = launch.calls.iter().any(accepted);
    match launch.outcome {
        Outcome::Accepted => "The platform scheduled it. That is not yet a delivery.",
        Outcome::Unknown | Outcome::Sending => {
            "It may have been sent. Look at the platform's page, then settle it with !. Until then this broadcast is blocked."
        }
        _ if is_partly_there => {
            "What was accepted is scheduled; nothing behind it was sent. Don't launch the whole again."
        }
        Outcome::Rejected => {
            "The platform said no: nobody is reached. Correct it and launch again."
        }
        Outcome::Failed | Outcome::Refused | Outcome::NotSent => {
            "Nothing was sent. It can be launched again."
        }
    }
}
