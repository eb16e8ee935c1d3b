//! How the settling looks: the launch, the evidence, the two choices and what they mean, the reason.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Missing, Settle};
use crate::domain::launch::{LaunchRecord, SettledAs};
use crate::domain::text::{counted, shown};
use crate::model::{Action, Context};
use crate::ui::shared::Shared;
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::outcome;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::relative::{ago, exact};
use crate::ui::widgets::words::{LABEL, fact, marked, wrap};

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 88;

const ADVICE: &str =
    "Look at the broadcast's page of the platform first: did Sent move at that time?";

/// Draws it: what is asked for stands below and is always in sight; what is known gives way.
pub(super) fn view(settle: &Settle, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let columns = MOST_COLUMNS.min(area.width);
    let width = usize::from(columns.saturating_sub(4));
    let mut asked = choices(settle, shared, width);
    asked.extend(reason(settle, shared, width));
    let asked_rows = rows(&asked);
    let room = usize::from(area.height.saturating_sub(2)).saturating_sub(asked.len());
    let known = known(&settle.launch, shared, width, room);
    let height = rows(&known) + asked_rows + 2;
    let area = centred(area, columns, height);
    let inner = Pane::new("Settle a launch").draw_over(frame, area, shared.theme);
    let [above, below] =
        Layout::vertical([Constraint::Min(0), Constraint::Length(asked_rows)]).areas(inner);
    frame.render_widget(Paragraph::new(known), above);
    frame.render_widget(Paragraph::new(asked), below);
}

fn rows(lines: &[Line<'_>]) -> u16 {
    u16::try_from(lines.len()).unwrap_or(u16::MAX)
}

/// Which launch, why its outcome is unknown, what was seen: as much of it as there is room for.
fn known(
    launch: &LaunchRecord,
    shared: &Shared<'_>,
    width: usize,
    room: usize,
) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let targets = launch.targets.map_or_else(
        || "the configured audience".to_owned(),
        |n| counted(n, "contact"),
    );
    let what = format!("{}, {targets}", shown(&launch.broadcast.name));
    let when = format!(
        "{} ({}) by {}",
        ago(launch.started_at, shared.now),
        exact(launch.started_at),
        shown(&launch.operator)
    );
    let mut lines = fact("Launch", &what, theme.strong, width, theme);
    lines.extend(fact("When", &when, theme.text, width, theme));
    lines.extend(fact(
        "Unknown",
        &shown(&launch.reason),
        theme.warning,
        width,
        theme,
    ));
    lines.extend(fact("Seen", &evidence(launch), theme.text, width, theme));
    lines.push(Line::default());
    if lines.len() > room {
        lines.truncate(room);
    }
    lines
}

/// What was seen of its calls.
fn evidence(launch: &LaunchRecord) -> String {
    let seen = launch.calls.iter().enumerate().map(|(index, call)| {
        let status = match (call.status, call.sent_at) {
            (Some(status), _) => format!("status {status}"),
            (None, Some(_)) => "sent, no status came back".to_owned(),
            (None, None) => "nobody knows whether a byte was sent".to_owned(),
        };
        if launch.calls.len() == 1 {
            status
        } else {
            format!(
                "call {} {}: {status}",
                index + 1,
                outcome::plain(call.outcome)
            )
        }
    });
    let seen: Vec<String> = seen.collect();
    if seen.is_empty() {
        "no call is on the record".to_owned()
    } else {
        seen.join("; ")
    }
}

/// The advice, and the two choices with what they mean.
fn choices(settle: &Settle, shared: &Shared<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mut lines: Vec<Line<'static>> = wrap(ADVICE, width)
        .into_iter()
        .map(|line| Line::from(Span::styled(line, theme.text)))
        .collect();
    lines.push(Line::default());
    for (choice, meaning) in [
        (
            SettledAs::Sent,
            "it counts as launched; a repeat within the window will be refused",
        ),
        (
            SettledAs::NotSent,
            "the broadcast can be launched again, to the same contacts too",
        ),
    ] {
        lines.extend(choice_lines(settle.choice, choice, meaning, width, theme));
    }
    if settle.missing == Some(Missing::Choice) {
        let key = shared.key_of(&[Context::Settle], Action::Choose);
        let text = format!("Choose one of the two: {key}.");
        lines.extend(complaint(&text, width, theme));
    }
    lines.push(Line::default());
    lines
}

fn choice_lines(
    chosen: Option<SettledAs>,
    choice: SettledAs,
    meaning: &str,
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let (mark, style) = if chosen == Some(choice) {
        (Mark::On, theme.focus)
    } else {
        (Mark::Off, theme.text)
    };
    let word = format!(
        "{} {}",
        theme.mark_of(mark),
        choice.word().replace('_', " ")
    );
    let mut lines = fact(&word, meaning, theme.dim, width, theme);
    if let Some(label) = lines.first_mut().and_then(|line| line.spans.first_mut()) {
        label.style = style;
    }
    lines
}

/// The reason as it is typed.
fn reason(settle: &Settle, shared: &Shared<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mut spans = vec![Span::styled(format!("{:<LABEL$}", "Reason"), theme.dim)];
    let room = width.saturating_sub(LABEL);
    spans.extend(settle.reason.line(room, theme.strong).spans);
    if settle.reason.text().is_empty() {
        let hint = " how you know; it goes on the record";
        spans.push(Span::styled(hint, theme.dim));
    }
    let mut lines = vec![Line::from(spans)];
    if settle.missing == Some(Missing::Reason) {
        let text = "Say how you know, in a few words: it goes on the record beside your name.";
        lines.extend(complaint(text, width, theme));
    }
    lines
}

fn complaint(text: &str, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    marked(theme.mark_of(Mark::Error), text, theme.danger, width)
}
