//! What is known of a launch at once: outcome, who and where, settlement, and when each thing happened.

use jiff::Timestamp;
use ratatui::text::{Line, Span};

use crate::domain::launch::{LaunchRecord, SettledAs};
use crate::domain::text::{counted, shown};
use crate::model::{Action, Context};
use crate::ui::overlays::launch::settle_key;
use crate::ui::shared::Shared;
use crate::ui::theme::Theme;
use crate::ui::widgets::outcome;
use crate::ui::widgets::relative::{ago, between, exact};
use crate::ui::widgets::words::{LABEL, fact, wrap};

/// Columns of a point in time, and the blanks behind it.
const TIME: usize = 28;

/// The head's lines.
pub(super) fn lines(
    record: &LaunchRecord,
    shared: &Shared<'_>,
    width: usize,
) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let (mark, style) = outcome::launch_mark(record, theme);
    let words = outcome::words(record).replace('_', " ");
    let mut lines = vec![Line::from(vec![
        Span::styled(format!("{mark} {words}"), style),
        Span::styled(
            format!("   {}", ago(record.started_at, shared.now)),
            theme.dim,
        ),
    ])];
    let reason = wrap(&shown(&record.reason), width).into_iter();
    lines.extend(reason.map(|line| Line::from(Span::styled(line, theme.text))));
    lines.push(Line::default());
    let targets = record.targets.map_or_else(
        || "the configured audience, not known here".to_owned(),
        |n| counted(n, "contact"),
    );
    let facts = [
        ("Broadcast", shown(&record.broadcast.name).into_owned()),
        ("Bot", shown(&record.bot.name).into_owned()),
        ("Host", shown(&record.host).into_owned()),
        ("Operator", shown(&record.operator).into_owned()),
        ("Reaches", targets),
        ("Id", shown(&record.id).into_owned()),
    ];
    for (label, text) in facts {
        lines.extend(fact(label, &text, theme.text, width, theme));
    }
    lines.push(Line::default());
    lines.extend(settlement(record, shared, width));
    lines.extend(rest(record, shared, width));
    lines.extend(timeline(record, theme));
    lines
}

/// Who settled it and why, or how to.
fn settlement(record: &LaunchRecord, shared: &Shared<'_>, width: usize) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mut lines = if let Some(settlement) = &record.settled {
        let what = match settlement.settled_as {
            SettledAs::Sent => "sent",
            SettledAs::NotSent => "not sent",
        };
        let by = shown(&settlement.by);
        let text = format!("as {what} by {by}, {}", exact(settlement.at));
        let mut lines = fact("Settled", &text, theme.text, width, theme);
        lines.extend(fact(
            "",
            &shown(&settlement.reason),
            theme.text,
            width,
            theme,
        ));
        lines
    } else if record.is_unsettled() {
        let text = format!(
            "not yet: it blocks its broadcast until somebody says what became of it ({})",
            settle_key(shared)
        );
        fact("Settled", &text, theme.warning, width, theme)
    } else {
        return Vec::new();
    };
    lines.push(Line::default());
    lines
}

/// What a stopped batch has left, and how that is sent.
fn rest(record: &LaunchRecord, shared: &Shared<'_>, width: usize) -> Vec<Line<'static>> {
    let Some((calls, targets)) = outcome::left(record) else {
        return Vec::new();
    };
    let left = format!(
        "{} in {} not sent",
        counted(targets, "contact"),
        counted(calls, "call")
    );
    let key = shared.key_of(&[Context::Launch], Action::LaunchRest);
    let how = if record.is_unsettled() {
        format!("Settle first what is unknown, then {key} opens the rest as a draft.")
    } else {
        format!("{key} opens them as a draft.")
    };
    let theme = shared.theme;
    let mut lines = fact(
        "Left",
        &format!("{left}. {how}"),
        theme.warning,
        width,
        theme,
    );
    lines.push(Line::default());
    lines
}

/// When each thing happened, and how long after the one before.
fn timeline(record: &LaunchRecord, theme: &Theme) -> Vec<Line<'static>> {
    let many = record.calls.len() > 1;
    let sent = record.calls.iter().filter_map(|call| call.sent_at).min();
    let answered = record
        .calls
        .iter()
        .filter_map(|call| call.answered_at)
        .max();
    let events = [
        ("Reviewed", record.reviewed_at),
        ("Armed", Some(record.started_at)),
        (if many { "First sent" } else { "Sent" }, sent),
        (if many { "Last answer" } else { "Answered" }, answered),
        ("Ended", record.ended_at),
    ];
    let mut before: Option<Timestamp> = None;
    let mut lines = Vec::new();
    for (label, at) in events {
        let Some(at) = at else {
            continue;
        };
        let later = before.map_or_else(String::new, |before| format!("+ {}", between(before, at)));
        lines.push(Line::from(vec![
            Span::styled(format!("{label:<LABEL$}"), theme.dim),
            Span::styled(format!("{:<TIME$}", exact(at)), theme.text),
            Span::styled(format!("{later:>12}"), theme.dim),
        ]));
        before = Some(at);
    }
    lines
}
