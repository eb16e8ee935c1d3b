//! What came of a rehearsal, in lines: the verdict, the calls, who, and where it differs from the preview.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::rehearsal::{Difference, People, Rehearsal, RehearsedCall};
use crate::domain::text::{counted, grouped, shown, size};
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::words::{fact, marked, wrap};

/// Contacts of a kind that are named.
const NAMED: usize = 8;

/// Calls that are told one by one.
const CALLS: usize = 12;

/// Characters of an answer that are told.
const ANSWER: usize = 600;

/// All lines.
pub(super) fn of(rehearsal: &Rehearsal, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = verdict(rehearsal, width, theme);
    lines.extend(difference(rehearsal, width, theme));
    lines.push(Line::default());
    lines.extend(calls(rehearsal, width, theme));
    lines.push(Line::default());
    let mut people = |label: &str, who: &People, style: Style| {
        lines.extend(fact(label, &who.words(NAMED), style, width, theme));
    };
    people("Targeted", &rehearsal.targets, theme.text);
    people("Created", &rehearsal.created, theme.text);
    if rehearsal.repeated.count > 0 {
        people("Twice", &rehearsal.repeated, theme.warning);
    }
    lines.extend(unreached(rehearsal, width, theme));
    lines.push(Line::default());
    lines.extend(notes(rehearsal, width, theme));
    lines
}

fn verdict(rehearsal: &Rehearsal, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let differs = rehearsal
        .difference
        .as_ref()
        .is_some_and(Difference::is_any);
    let (mark, style) = if !rehearsal.is_accepted() {
        (Mark::Error, theme.danger)
    } else if differs || !rehearsal.is_as_previewed() {
        (Mark::Warning, theme.warning)
    } else {
        (Mark::Ok, theme.ok)
    };
    marked(theme.mark_of(mark), &rehearsal.verdict(), style, width)
}

/// The calls; of a long batch that went well only the first ones.
fn calls(rehearsal: &Rehearsal, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let calls = &rehearsal.calls;
    let wrong = calls.iter().position(|call| !call.is_accepted());
    let mut lines = Vec::new();
    for (number, call) in calls.iter().enumerate() {
        if number >= CALLS && Some(number) != wrong {
            continue;
        }
        let label = match calls.len() {
            1 => "Answer".to_owned(),
            _ => format!("Call {}", grouped(number as u64 + 1)),
        };
        let style = if call.is_accepted() {
            theme.text
        } else {
            theme.danger
        };
        lines.extend(fact(&label, &answer(call), style, width, theme));
    }
    if calls.len() > CALLS {
        let more = format!("{} in all", counted(calls.len() as u64, "call"));
        lines.extend(fact("", &more, theme.dim, width, theme));
    }
    lines
}

fn answer(call: &RehearsedCall) -> String {
    let status = call
        .status
        .map_or_else(|| "no status".to_owned(), |status| status.to_string());
    let start: String = call.answer.chars().take(ANSWER).collect();
    let more = if start.len() < call.answer.len() {
        "…"
    } else {
        ""
    };
    let bytes = size(call.bytes);
    format!(
        "{status} to {} of {bytes}: {}{more}",
        call.method,
        shown(&start)
    )
}

fn unreached(rehearsal: &Rehearsal, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    if rehearsal.unreached.is_empty() {
        return fact("Unreached", "nobody", theme.text, width, theme);
    }
    let mut lines = Vec::new();
    for (index, some) in rehearsal.unreached.iter().enumerate() {
        let label = if index == 0 { "Unreached" } else { "" };
        let text = format!("{} - {}", some.who.words(NAMED), shown(&some.reason));
        lines.extend(fact(label, &text, theme.warning, width, theme));
    }
    lines
}

/// Who is in one and not the other; nothing where that is nobody, as the verdict says so.
fn difference(rehearsal: &Rehearsal, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let Some(difference) = rehearsal.difference.as_ref().filter(|found| found.is_any()) else {
        return Vec::new();
    };
    let sides = [
        ("Missing", &difference.only_in_preview),
        ("In addition", &difference.only_in_rehearsal),
    ];
    let mut lines = vec![Line::default()];
    for (label, who) in sides {
        lines.extend(fact(label, &who.words(NAMED), theme.warning, width, theme));
    }
    lines
}

fn notes(rehearsal: &Rehearsal, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let about = format!(
        "By a copy of {} of the cache, in a sandbox that is gone by now. Nobody was messaged, and nothing is on the record.",
        counted(rehearsal.contacts, "contact")
    );
    let texts = rehearsal.notes.iter().chain([&about]);
    texts
        .flat_map(|text| wrap(text, width))
        .map(|line| Line::from(Span::styled(line, theme.dim)))
        .collect()
}
