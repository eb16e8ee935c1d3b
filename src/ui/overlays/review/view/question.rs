//! What a confirmation asks, and how far it is.

use ratatui::text::{Line, Span};

use super::Typed;
use crate::domain::preview::Review;
use crate::domain::text::shown;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::input::Input;
use crate::ui::widgets::words::wrap;

/// What is asked, and what is wrong with what was typed. The keys stand in the footer alone.
pub fn question(
    review: &Review,
    typed: &Typed,
    room: usize,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let say = |text: &str, style| {
        let wrapped = wrap(text, room).into_iter();
        wrapped.map(move |line| Line::from(Span::styled(line, style)))
    };
    let mut lines = match &review.asks {
        Err(reason) => return say(reason, theme.danger).collect(),
        Ok(_) => time(typed, room, shared),
    };
    lines.extend(wanted(review, typed, shared));
    lines.push(Line::from(Span::styled(
        if typed.time.is_some() {
            "It can be taken back until it is sent."
        } else {
            "It can't be taken back once it is sent."
        },
        theme.dim,
    )));
    if let Some(complaint) = &typed.complaint {
        lines.extend(say(complaint, theme.warning));
    }
    lines
}

/// What is to be typed: a number, a name, or nothing.
fn wanted(review: &Review, typed: &Typed, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let is_sure = review.preview.who.count() == review.preview.who.bounds.most;
    let number = if is_sure {
        "Type the number of contacts"
    } else {
        "Type the most it may reach"
    };
    let (number, name) = (
        typed
            .number
            .as_ref()
            .map(|input| (number, input, !typed.on_name)),
        typed
            .name
            .as_ref()
            .map(|input| ("Type the broadcast's name", input, typed.on_name)),
    );
    let wanted = number.into_iter().chain(name);
    wanted
        .map(|(question, input, is_due)| asked(question, input, is_due && !typed.on_time, shared))
        .collect()
}

/// The line of the time, and under it what was understood.
fn time(typed: &Typed, room: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let Some(input) = &typed.time else {
        return Vec::new();
    };
    let mut lines = vec![asked("Send it at", input, typed.on_time, shared)];
    let (text, style) = match typed.due(shared.now) {
        _ if input.text().trim().is_empty() => (
            "09:00, tomorrow 9:00, fri 18:30, in 30 min, 2026-11-24 09:00. 09:00 expect 900..1100 lets the count drift within that."
                .to_owned(),
            theme.dim,
        ),
        Some(Ok(due)) => (expecting(typed, due.words(shared.now)), theme.strong),
        Some(Err(_)) if typed.complaint.is_some() => return lines,
        Some(Err(why)) => (why, theme.warning),
        None => return lines,
    };
    let wrapped = wrap(&text, room).into_iter();
    lines.extend(wrapped.map(|line| Line::from(Span::styled(line, style))));
    lines
}

/// A time in words, and what the count may be then.
fn expecting(typed: &Typed, due: String) -> String {
    match typed.expect() {
        Ok(Some(expected)) => format!(
            "{due}; refused then unless it reaches {} contacts. Who they are may change.",
            expected.words()
        ),
        _ => due,
    }
}

/// What stands there until a launch that was given a time is on the record.
pub fn keeping(shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    vec![Line::from(Span::styled(
        format!("{} Writing it down ...", theme.mark_of(Mark::Pending)),
        theme.warning,
    ))]
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

/// The seconds that are left of the hold.
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
            "It is on the record. It goes on whether you watch it or not.",
            theme.dim,
        )),
    ]
}
