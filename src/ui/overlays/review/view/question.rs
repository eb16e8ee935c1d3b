//! What a confirmation asks, and how far it is.

use ratatui::text::{Line, Span};

use super::Typed;
use crate::domain::preview::Review;
use crate::domain::text::shown;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::input::Input;
use crate::ui::widgets::words::wrap;

pub fn question(
    review: &Review,
    typed: &Typed,
    room: usize,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mut lines = Vec::new();
    match &review.asks {
        Err(reason) => {
            lines.extend(
                wrap(reason, room)
                    .into_iter()
                    .map(|line| Line::from(Span::styled(line, theme.danger))),
            );
            lines.push(Line::from(key_hint("Esc", " back", shared)));
            return lines;
        }
        Ok(asks) if asks.only_enter() => {
            let mut spans = key_hint("Enter", " launch now      ", shared);
            spans.extend(key_hint("Esc", " back", shared));
            lines.push(Line::from(spans));
        }
        Ok(_) => {
            lines.extend(
                typed.number.as_ref().map(|input| {
                    asked("Type the number of contacts", input, !typed.on_name, shared)
                }),
            );
            lines.extend(
                typed
                    .name
                    .as_ref()
                    .map(|input| asked("Type the broadcast's name", input, typed.on_name, shared)),
            );
            lines.push(Line::from(Span::styled(
                "It can't be taken back once it is sent.",
                theme.dim,
            )));
        }
    }
    if let Some(complaint) = &typed.complaint {
        lines.push(Line::from(Span::styled(complaint.clone(), theme.warning)));
    }
    lines
}

fn asked(question: &str, input: &Input, active: bool, shared: &Shared<'_>) -> Line<'static> {
    let theme = shared.theme;
    let mut spans = vec![Span::styled(
        format!("{question}:  "),
        if active { theme.text } else { theme.dim },
    )];
    if active {
        spans.extend(input.line(30, theme.strong).spans);
    } else {
        spans.push(Span::styled(shown(input.text()).into_owned(), theme.text));
    }
    Line::from(spans)
}

fn key_hint(key: &'static str, label: &'static str, shared: &Shared<'_>) -> Vec<Span<'static>> {
    vec![
        Span::styled(key, shared.theme.focus),
        Span::styled(label, shared.theme.dim),
    ]
}

pub fn hold(seconds: u64, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    vec![
        Line::from(Span::styled(
            format!("Sending in {seconds} s"),
            theme.danger,
        )),
        Line::from(Span::styled(
            "Any key takes it back. Once it is sent, nobody can.",
            theme.text,
        )),
    ]
}

pub fn sending(
    done: usize,
    of: usize,
    is_stopping: bool,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let words = if is_stopping {
        format!("Stopping after this call: {done} of {of} accepted ...")
    } else if of > 1 {
        format!("Sending: {done} of {of} accepted ...")
    } else {
        "Sending ...".to_owned()
    };
    vec![
        Line::from(Span::styled(
            format!("{} {words}", theme.mark_of(Mark::Pending)),
            theme.warning,
        )),
        Line::from(Span::styled(
            "It is on the record. Esc stops watching, not the launch.",
            theme.dim,
        )),
    ]
}
