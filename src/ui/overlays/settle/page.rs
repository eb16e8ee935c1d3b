//! How the settling looks: the launch, the evidence, the two choices and what they mean, the reason.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Missing, Settle};
use crate::domain::launch::{CallRecord, LaunchRecord, Outcome, SettledAs};
use crate::domain::tally::Doubt;
use crate::domain::text::{counted, shown};
use crate::model::{Action, Context};
use crate::ui::shared::Shared;
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::relative::{ago, exact};
use crate::ui::widgets::words::{LABEL, fact, marked, wrap};

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 88;

const ADVICE: &str =
    "Look at the broadcast's page of the platform first: did Sent move at that time?";

/// A part of the page, and how much it matters: where there is no room for all, the least one goes first.
type Part = (u8, Vec<Line<'static>>);

/// Draws it.
pub(super) fn view(settle: &Settle, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let columns = MOST_COLUMNS.min(area.width);
    let width = usize::from(columns.saturating_sub(4));
    let room = usize::from(area.height.saturating_sub(2));
    let lines = fitting(parts(settle, shared, width), room);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let area = centred(area, columns, height);
    let inner = Pane::new("Settle a launch").draw_over(frame, area, shared.theme);
    frame.render_widget(Paragraph::new(lines), inner);
}

/// The page, top to bottom. What is asked for, and of which launch, matters most.
fn parts(settle: &Settle, shared: &Shared<'_>, width: usize) -> Vec<Part> {
    let theme = shared.theme;
    let launch = &settle.launch;
    let fact = |label, text: &str, style| fact(label, text, style, width, theme);
    let blank = || vec![Line::default()];
    let doubt = Doubt::of(launch);
    let in_doubt = doubt.map_or_else(Vec::new, |doubt| {
        fact("In doubt", &doubt.call(), theme.warning)
    });
    let certain = doubt.map_or_else(Vec::new, |doubt| {
        fact("Certain", &doubt.around(), theme.text)
    });
    vec![
        (8, fact("Launch", &what(launch), theme.strong)),
        (3, fact("When", &when(launch, shared), theme.text)),
        (6, fact("Unknown", &shown(&launch.reason), theme.warning)),
        (8, in_doubt),
        (7, certain),
        (4, fact("Seen", &evidence(launch), theme.text)),
        (0, blank()),
        (5, advice(width, theme)),
        (1, blank()),
        (9, choices(settle, shared, width)),
        (2, blank()),
        (9, reason(settle, shared, width)),
    ]
}

/// As many parts as there is room for.
fn fitting(mut parts: Vec<Part>, room: usize) -> Vec<Line<'static>> {
    while parts.iter().map(|(_, lines)| lines.len()).sum::<usize>() > room {
        let least = parts
            .iter()
            .enumerate()
            .min_by_key(|(_, (matters, _))| *matters)
            .map(|(place, _)| place);
        match least {
            Some(place) if parts.len() > 1 => drop(parts.remove(place)),
            _ => break,
        }
    }
    parts.into_iter().flat_map(|(_, lines)| lines).collect()
}

fn what(launch: &LaunchRecord) -> String {
    let targets = launch.targets.map_or_else(
        || "the configured audience".to_owned(),
        |n| counted(n, "contact"),
    );
    format!("{}, {targets}", shown(&launch.broadcast.name))
}

fn when(launch: &LaunchRecord, shared: &Shared<'_>) -> String {
    format!(
        "{} ({}) by {}",
        ago(launch.started_at, shared.now),
        exact(launch.started_at),
        shown(&launch.operator)
    )
}

fn advice(width: usize, theme: &Theme) -> Vec<Line<'static>> {
    wrap(ADVICE, width)
        .into_iter()
        .map(|line| Line::from(Span::styled(line, theme.text)))
        .collect()
}

/// What was seen of the call in doubt.
fn evidence(launch: &LaunchRecord) -> String {
    let is_unknown = |call: &&CallRecord| call.outcome == Outcome::Unknown;
    let Some(call) = launch.calls.iter().find(is_unknown) else {
        return "no call is on the record".to_owned();
    };
    match (call.status, call.sent_at) {
        (Some(status), _) => format!("status {status}"),
        (None, Some(_)) => "sent, no status came back".to_owned(),
        (None, None) => "nobody knows whether a byte was sent".to_owned(),
    }
}

/// The two choices with what they mean.
fn choices(settle: &Settle, shared: &Shared<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mut lines = Vec::new();
    for choice in [SettledAs::Sent, SettledAs::NotSent] {
        let meaning = meaning(&settle.launch, choice, shared);
        lines.extend(choice_lines(settle.choice, choice, &meaning, width, theme));
    }
    if settle.missing == Some(Missing::Choice) {
        let key = shared.key_of(&[Context::Settle], Action::Choose);
        let text = format!("Choose one of the two: {key}.");
        lines.extend(complaint(&text, width, theme));
    }
    lines
}

/// What follows from a choice.
fn meaning(launch: &LaunchRecord, choice: SettledAs, shared: &Shared<'_>) -> String {
    if let Some(doubt) = Doubt::of(launch) {
        let rest = shared.key_of(&[Context::Log], Action::LaunchRest);
        return doubt.follows(choice, &rest);
    }
    match choice {
        SettledAs::Sent => "it counts as launched; a repeat within the window will be refused",
        SettledAs::NotSent => "the broadcast can be launched again, to the same contacts too",
    }
    .to_owned()
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
