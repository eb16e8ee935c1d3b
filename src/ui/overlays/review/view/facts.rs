//! Everything that is about to happen: where, who, what is wrong with it, what, when.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::ReviewOverlay;
use crate::domain::explain::Unknown;
use crate::domain::gate::Danger;
use crate::domain::payload::Payload;
use crate::domain::plan::Form;
use crate::domain::preview::Review;
use crate::domain::problem::Code;
use crate::domain::record::Contact;
use crate::domain::text::{counted, grouped, shown, size};
use crate::model::{Action, Context};
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::plan;
use crate::ui::widgets::relative::{ago, told_here};
use crate::ui::widgets::since;
use crate::ui::widgets::table::{clip, cut};
use crate::ui::widgets::words::{LABEL, fact, marked};

/// Changes since the last launch that are told one by one.
const MOST_CHANGES: usize = 6;

/// Everything that is about to happen: where, who, what, when, and what is wrong with it. `when` is the time that it is
/// given, in the place of the plan's `at once`.
pub fn facts(
    overlay: &ReviewOverlay,
    review: &Review,
    again: bool,
    when: Option<&str>,
    width: usize,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    let mut lines = place(review, width, shared);
    if let Some(by) = &overlay.draft_changed_by {
        let text = format!(
            "{} changed the draft meanwhile. What stands here is the draft as it was, and nothing else is sent.",
            shown(by)
        );
        let mark = shared.theme.mark_of(Mark::Warning);
        lines.extend(marked(mark, &text, shared.theme.warning, width));
    }
    lines.push(Line::default());
    let is_filter = matches!(overlay.plan.form, Form::Audience { .. });
    lines.extend(who(review, is_filter, width - LABEL, shared));
    lines.extend(problems(review, again, width, shared));
    lines.push(Line::default());
    let since = since_lines(overlay, width, shared);
    let is_first = overlay
        .since
        .as_ref()
        .is_some_and(|since| since.before.is_none());
    if !is_first {
        lines.extend(since.iter().cloned());
        lines.push(Line::default());
    }
    for (label, text) in plan::of(&overlay.plan) {
        // Whom it reaches stands above, with its count: here it is the form.
        let label = if label == "Who" { "Form" } else { label };
        let text = match when {
            Some(when) if label == "When" && text == "at once" => when.to_owned(),
            Some(when) if label == "When" => format!("{when}; then {text}"),
            _ => text,
        };
        lines.extend(fact(label, &text, shared.theme.text, width, shared.theme));
    }
    lines.push(Line::default());
    lines.extend(what(review, &overlay.hash, width, shared));
    // That there is nothing to compare with matters least.
    if is_first {
        lines.extend(since);
    }
    lines
}

/// What changed since the last launch, or that it is being found out.
fn since_lines(overlay: &ReviewOverlay, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    if let Some(since) = &overlay.since {
        return since::lines(since, MOST_CHANGES, width, shared);
    }
    let text = "comparing with the launch before ...";
    fact("Since", text, shared.theme.dim, width, shared.theme)
}

fn place(review: &Review, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let live = shared.danger() == Danger::Live;
    let (word, style) = if live {
        ("LIVE ", theme.danger)
    } else {
        ("", theme.ok)
    };
    let profile = format!("{word}{}", shown(&review.profile).to_uppercase());
    let name = cut(&shown(&review.broadcast.name), width - LABEL);
    let place = format!("  {}  {}", shown(&review.bot.name), shown(&review.host));
    vec![
        labelled("Broadcast", vec![Span::styled(name, theme.strong)], shared),
        labelled(
            "At",
            vec![
                Span::styled(profile, style),
                Span::styled(place, theme.text),
            ],
            shared,
        ),
    ]
}

fn who(review: &Review, is_filter: bool, room: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let who = &review.preview.who;
    let mut problems = review.preview.problems.iter();
    let is_single = problems.any(|problem| problem.code == Code::SingleContact);
    let count = match who.count() {
        Some(count) if is_single && count > 1 => format!("1 of {}", counted(count, "contact")),
        Some(count) => counted(count, "contact"),
        None if is_filter => "not known how many".to_owned(),
        None => "the configured audience, not known here".to_owned(),
    };
    let mut first = Vec::new();
    let most = who.bounds.most.filter(|most| Some(*most) != who.count());
    if let Some(most) = most {
        first.push(Span::styled(" · ", theme.dim));
        let most = format!("{} at the most", grouped(most));
        first.push(Span::styled(most, theme.warning));
    }
    let age = who.as_of.map_or_else(
        || "never synced".to_owned(),
        |at| format!("synced {}", ago(at, shared.now)),
    );
    let mut second = Vec::new();
    if let Some((least, most)) = who.range() {
        second.push(Span::styled(
            format!("{} to {} by reading", grouped(least), grouped(most)),
            theme.warning,
        ));
        second.push(Span::styled(" · ", theme.dim));
    }
    second.push(Span::styled(age, theme.dim));
    let style = if who.count() == Some(0) || is_filter && who.count().is_none() {
        theme.warning
    } else {
        theme.strong
    };
    first.insert(0, Span::styled(count, style));
    let mut lines = vec![labelled("Who", first, shared), labelled("", second, shared)];
    if let Some(note) = &who.note {
        lines.extend(fact("", &shown(note), theme.text, room + LABEL, theme));
    }
    if let Some(words) = who.unknown.as_ref().and_then(Unknown::words) {
        lines.extend(fact("", &words, theme.warning, room + LABEL, theme));
    }
    if let Some(words) = who.imported_words() {
        lines.extend(fact("", &words, theme.warning, room + LABEL, theme));
    }
    if !who.sample.is_empty() {
        lines.push(labelled(
            "",
            vec![Span::styled(sample(review, room), theme.text)],
            shared,
        ));
    }
    lines
}

/// A few of the contacts by id and name, as many as fit, and how many more there are.
fn sample(review: &Review, room: usize) -> String {
    let texts = (1..=3).rev().map(|most| some_of(review, most));
    let shortest = || some_of(review, 1);
    let mut fitting = texts.filter(|text| text.width() <= room);
    fitting.next().unwrap_or_else(|| cut(&shortest(), room))
}

fn some_of(review: &Review, most: usize) -> String {
    let who = &review.preview.who;
    let names: Vec<String> = who.sample.iter().take(most).map(name_of).collect();
    let more = who.count().unwrap_or(0).saturating_sub(names.len() as u64);
    let more = if more > 0 {
        format!(" · and {} more", grouped(more))
    } else {
        String::new()
    };
    format!("{}{more}", names.join(" · "))
}

fn name_of(contact: &Contact) -> String {
    let first = |names: [&str; 2]| names.into_iter().find_map(|name| contact.get(name));
    let id = first(["user_id", "user_phone_number"]).unwrap_or("?");
    let name = first(["first_name", "user_name"]).unwrap_or_default();
    format!("{} {}", clip(id, 40), clip(name, 40))
        .trim()
        .to_owned()
}

fn what(review: &Review, hash: &str, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let calls = &review.preview.calls;
    let first = calls.first();
    let method = first.map_or("POST", |call| call.method.word());
    let url = review.preview.url.clone().unwrap_or_default();
    let in_all = format!(
        "{} · {} bytes",
        counted(calls.len() as u64, "call"),
        grouped(review.preview.bytes())
    );
    let mut lines = vec![
        labelled(
            "What",
            vec![
                Span::styled(in_all, theme.text),
                Span::styled(format!("   sha256 {hash:.12}"), theme.dim),
            ],
            shared,
        ),
        labelled(
            "",
            vec![
                Span::styled(format!("{method} "), theme.text),
                Span::styled(shown(&url).into_owned(), theme.dim),
            ],
            shared,
        ),
    ];
    if calls.len() > 1 {
        let order =
            "In order; the first that isn't accepted stops it, and the rest can be made a draft.";
        let mut batch = fact("", &batch_words(calls), theme.text, width, theme);
        batch.extend(fact("", order, theme.dim, width, theme));
        lines.splice(1..1, batch);
    }
    lines
}

/// The sizes of a batch's calls: the first few, and the last.
fn batch_words(calls: &[Payload]) -> String {
    let sizes: Vec<String> = calls.iter().map(|call| size(call.bytes())).collect();
    match sizes.as_slice() {
        [first, second, third, .., last] if sizes.len() > 6 => {
            format!("of {first}, {second}, {third}, ..., {last}")
        }
        all => format!("of {}", all.join(", ")),
    }
}

fn problems(review: &Review, again: bool, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mut lines = Vec::new();
    for problem in &review.preview.problems {
        let (mark, style) = if problem.is_error() {
            (Mark::Error, theme.danger)
        } else {
            (Mark::Warning, theme.warning)
        };
        let message = told_here(&problem.message);
        lines.extend(marked(theme.mark_of(mark), &message, style, width));
    }
    if review
        .preview
        .problems
        .iter()
        .any(|problem| problem.code == Code::AlreadyLaunched)
    {
        let key = shared.key_of(&[Context::Review], Action::Again);
        let words = if again {
            "the same body may go out again"
        } else {
            "allow the same body to go out again"
        };
        let mark = theme.mark_of(if again { Mark::On } else { Mark::Off });
        let text = Span::styled(format!("{mark} {words}   "), theme.text);
        lines.push(Line::from(vec![
            text,
            Span::styled(key, theme.focus),
            Span::styled(" switch", theme.dim),
        ]));
    }
    lines
}

/// A label and spans beside it.
fn labelled(label: &str, spans: Vec<Span<'static>>, shared: &Shared<'_>) -> Line<'static> {
    let mut line = vec![Span::styled(format!("{label:<LABEL$}"), shared.theme.dim)];
    line.extend(spans);
    Line::from(line)
}
