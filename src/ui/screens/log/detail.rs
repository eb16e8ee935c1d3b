//! The selected launch in short: why, where to, which bytes, how long it took, who settled it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::launch::LaunchRecord;
use crate::domain::tally::{Tally, has_rest};
use crate::domain::text::{counted, shown, size};
use crate::domain::waiting::countdown;
use crate::model::{Action, Context};
use crate::ui::screens::log::rows::bytes;
use crate::ui::shared::Shared;
use crate::ui::widgets::outcome;
use crate::ui::widgets::pane::Pane;
use crate::ui::widgets::relative::{between, exact};
use crate::ui::widgets::table::cut;
use crate::ui::widgets::words::{LABEL, wrap};

/// Rows of the pane, its borders included.
pub(super) const HEIGHT: u16 = 9;

/// Lines that the reason may take.
const REASON_LINES: usize = 2;

/// Hexadecimal digits of a hash that tell bodies apart.
const SHORT_HASH: usize = 12;

/// Draws it.
pub(super) fn view(frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, launch: &LaunchRecord) {
    let theme = shared.theme;
    let id = cut(&shown(&launch.id), usize::from(area.width / 2));
    let inner = Pane::new(cut(
        &shown(&launch.broadcast.name),
        usize::from(area.width / 3),
    ))
    .right(Span::styled(id, theme.dim))
    .draw(frame, area, theme);
    let width = usize::from(inner.width);
    let mut lines = reason(launch, shared, width);
    let mut fact = |label: &str, text: &str, style: Style| {
        lines.push(Line::from(vec![
            Span::styled(format!("{label:<LABEL$}"), theme.dim),
            Span::styled(cut(text, width.saturating_sub(LABEL)), style),
        ]));
    };
    fact("Call", &call(launch), theme.text);
    match Tally::of(launch) {
        Some(tally) => fact("Calls", &calls(launch, tally, shared), theme.text),
        None => fact("Body", &body(launch), theme.text),
    }
    fact("Launched", &launched(launch), theme.text);
    fact("Took", &took(launch, shared), theme.text);
    let (text, style) = settled(launch, shared);
    if !text.is_empty() {
        fact("Settled", &text, style);
    }
    frame.render_widget(Paragraph::new(lines), inner);
}

fn reason(launch: &LaunchRecord, shared: &Shared<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let (mark, style) = outcome::launch_mark(launch, theme);
    let word = format!("{mark} {}", outcome::plain(launch.outcome));
    let room = width.saturating_sub(LABEL);
    let mut texts = wrap(&shown(&launch.reason), room);
    if texts.len() > REASON_LINES {
        texts.truncate(REASON_LINES);
        if let Some(last) = texts.last_mut() {
            *last = cut(&format!("{last} …"), room);
        }
    }
    texts
        .into_iter()
        .enumerate()
        .map(|(index, text)| {
            let word = if index == 0 { word.as_str() } else { "" };
            Line::from(vec![
                Span::styled(format!("{word:<LABEL$}"), style),
                Span::styled(text, theme.text),
            ])
        })
        .collect()
}

fn call(launch: &LaunchRecord) -> String {
    match launch.calls.as_slice() {
        [] => "none was made".to_owned(),
        [call, ..] => format!("{} {}", shown(&call.method), shown(&call.url)),
    }
}

fn body(launch: &LaunchRecord) -> String {
    match launch.calls.as_slice() {
        [] => "none was built".to_owned(),
        [call] if call.bytes == 0 => "none".to_owned(),
        [call] => {
            let hash: String = call.sha256.chars().take(SHORT_HASH).collect();
            format!("{}   sha256 {}", size(call.bytes), shown(&hash))
        }
        calls => format!(
            "{} in {}",
            size(bytes(launch)),
            counted(calls.len() as u64, "call")
        ),
    }
}

/// What became of the contacts of a batch, and the key for what is left.
fn calls(launch: &LaunchRecord, tally: Tally, shared: &Shared<'_>) -> String {
    let calls = counted(launch.calls.len() as u64, "call");
    let mut text = format!("{calls}, {}: {tally}", size(bytes(launch)));
    if has_rest(launch) {
        let key = shared.key_of(&[Context::Log], Action::LaunchRest);
        text = format!("{text} ({key} the rest)");
    }
    text
}

fn launched(launch: &LaunchRecord) -> String {
    format!(
        "{}   by {}",
        exact(launch.started_at),
        shown(&launch.operator)
    )
}

/// How long review, waiting for its time, launch and answer took.
fn took(launch: &LaunchRecord, shared: &Shared<'_>) -> String {
    let mut parts = Vec::new();
    let confirmed = shared.data.waited.confirmed.get(&launch.id).copied();
    if let Some(reviewed) = launch.reviewed_at {
        let time = between(reviewed, confirmed.unwrap_or(launch.started_at));
        parts.push(format!("{time} in review"));
    }
    if let Some(confirmed) = confirmed {
        let waited = countdown(launch.started_at.duration_since(confirmed));
        parts.push(format!("{waited} waiting"));
    }
    let answer = launch.calls.iter().find_map(|call| {
        // Without a status there was no answer: the time is that at which it was given up.
        call.status?;
        let time = between(call.sent_at?, call.answered_at?);
        Some(format!("{time} to the first answer"))
    });
    parts.extend(answer);
    match launch.ended_at {
        Some(ended) => parts.push(format!("{} in all", between(launch.started_at, ended))),
        None => parts.push("it has not ended".to_owned()),
    }
    parts.join("   ")
}

fn settled(launch: &LaunchRecord, shared: &Shared<'_>) -> (String, Style) {
    let theme = shared.theme;
    match &launch.settled {
        Some(settlement) => {
            let what = settlement.settled_as.word().replace('_', " ");
            let text = format!(
                "{what}, by {}: {}",
                shown(&settlement.by),
                shown(&settlement.reason)
            );
            (text, theme.text)
        }
        None if launch.is_unsettled() => {
            let key = shared.key_of(&[Context::Everywhere], Action::Settle);
            let text = format!("not yet: it blocks its broadcast. Press {key} to settle it.");
            (text, theme.warning)
        }
        None => (String::new(), theme.text),
    }
}
