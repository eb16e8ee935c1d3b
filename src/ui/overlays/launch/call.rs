//! One call of a launch: where it went, what became of it, the body as it was sent and the answer as it came.

use ratatui::text::{Line, Span};

use crate::domain::launch::{CallRecord, Outcome};
use crate::domain::text::{counted, shown, size};
use crate::ui::overlays::launch::Part;
use crate::ui::theme::Theme;
use crate::ui::widgets::long_text::LongText;
use crate::ui::widgets::outcome;
use crate::ui::widgets::relative::{between, exact};
use crate::ui::widgets::words::{LABEL, fact};

/// The texts of a call, laid out.
pub(super) struct CallTexts {
    body: Option<LongText>,
    answer: Option<LongText>,
}

impl CallTexts {
    /// Takes the texts out of a call, so that they are kept once.
    pub(super) fn take(call: &mut CallRecord) -> Self {
        Self {
            body: call.body.take().map(|body| LongText::new(&body)),
            answer: call.answer.take().map(|answer| LongText::new(&answer)),
        }
    }
}

/// What is shown of a call; `place` is its number among how many, where there are several.
pub(super) fn parts<'a>(
    call: &CallRecord,
    texts: &'a CallTexts,
    place: Option<(usize, usize)>,
    width: usize,
    theme: &Theme,
) -> Vec<Part<'a>> {
    let mut lines = vec![Line::default()];
    lines.extend(address(call, place, width, theme));
    lines.extend(result(call, place.is_some(), width, theme));
    lines.extend(text_title("Body", texts.body.as_ref(), "none", theme));
    let mut parts = vec![Part::Lines(lines)];
    parts.extend(texts.body.as_ref().map(Part::Text));
    if call.outcome != Outcome::NotSent {
        let none = match (call.status, call.outcome) {
            (Some(_), _) => "without a text",
            (None, Outcome::Sending) => "none yet",
            (None, _) => "none came",
        };
        let title = text_title("Answer", texts.answer.as_ref(), none, theme);
        parts.push(Part::Lines(title));
        parts.extend(texts.answer.as_ref().map(Part::Text));
    }
    parts
}

/// Where it went and what it was.
fn address(
    call: &CallRecord,
    place: Option<(usize, usize)>,
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let label = place.map_or_else(
        || "Call".to_owned(),
        |(number, of)| format!("Call {number}/{of}"),
    );
    let url = format!("{} {}", shown(&call.method), shown(&call.url));
    let token = if call.with_token {
        "a bot token was sent with it"
    } else {
        "none was sent: the hook alone opens it"
    };
    let targets = call
        .targets
        .map_or_else(|| "not known".to_owned(), |n| counted(n, "contact"));
    let mut lines = fact(&label, &url, theme.strong, width, theme);
    lines.extend(fact("Token", token, theme.text, width, theme));
    lines.extend(fact("Reaches", &targets, theme.text, width, theme));
    lines.extend(fact(
        "Size",
        &exact_size(call.bytes),
        theme.text,
        width,
        theme,
    ));
    lines.extend(fact(
        "SHA-256",
        &shown(&call.sha256),
        theme.text,
        width,
        theme,
    ));
    lines
}

/// What became of it; why and when stand in the head of a launch of one call.
fn result(
    call: &CallRecord,
    is_one_of_many: bool,
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let (mark, style) = outcome::mark(call.outcome, theme);
    let status = call.status.map_or_else(
        || "no status".to_owned(),
        |status| format!("status {status}"),
    );
    let mut lines = vec![Line::from(vec![
        Span::styled(format!("{:<LABEL$}", "Outcome"), theme.dim),
        Span::styled(format!("{mark} {}", outcome::plain(call.outcome)), style),
        Span::styled(format!("   {status}"), theme.text),
    ])];
    if !is_one_of_many {
        return lines;
    }
    lines.extend(fact("", &shown(&call.reason), theme.text, width, theme));
    if let Some(sent) = call.sent_at {
        let answered = call.answered_at.map_or_else(
            || "no answer".to_owned(),
            |at| format!("answered after {}", between(sent, at)),
        );
        let text = format!("{}, {answered}", exact(sent));
        lines.extend(fact("Sent", &text, theme.text, width, theme));
    }
    lines
}

fn text_title(
    label: &str,
    text: Option<&LongText>,
    none: &str,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let rest = if text.is_some() { "" } else { none };
    vec![
        Line::default(),
        Line::from(vec![
            Span::styled(format!("{label:<LABEL$}"), theme.dim),
            Span::styled(rest.to_owned(), theme.dim),
        ]),
    ]
}

/// A size for a person, and to the byte where that says more.
fn exact_size(bytes: u64) -> String {
    if bytes < 1000 {
        size(bytes)
    } else {
        format!("{} ({})", size(bytes), counted(bytes, "byte"))
    }
}
