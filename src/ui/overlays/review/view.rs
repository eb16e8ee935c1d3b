//! The picture of a review: who, what, when, what is wrong, and what the next key is.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{ReviewOverlay, State, Typed};
use crate::domain::gate::Danger;
use crate::domain::launch::{LaunchRecord, Outcome};
use crate::domain::payload::Payload;
use crate::domain::preview::Review;
use crate::domain::problem::Code;
use crate::domain::text::{counted, grouped, shown};
use crate::model::{Action, Context, Notice};
use crate::ui::picture::Picture;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::json::{self, Mode};
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::relative::ago;
use crate::ui::widgets::table::cut;
use crate::ui::widgets::words::{LABEL, fact, marked, wrap};
use crate::ui::widgets::{outcome, plan};

/// Draws the review.
pub fn draw(
    overlay: &ReviewOverlay,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let width = area.width.min(92).saturating_sub(2);
    let (head, foot) = match &overlay.state {
        State::Asked | State::Gone => (
            vec![Line::from("Counting, and checking the journal ...")],
            Vec::new(),
        ),
        State::Ready(review, typed) => (
            facts(overlay, review, typed.again, width, shared),
            question(review, typed, width, shared),
        ),
        State::Holding(review, typed, until) => {
            let seconds = until.duration_since(shared.now).as_secs().max(0) + 1;
            (
                facts(overlay, review, typed.again, width, shared),
                hold(seconds, shared),
            )
        }
        State::Sending(review, done, of) => (
            facts(overlay, review, false, width, shared),
            sending(*done, *of, shared),
        ),
        State::Over(review, result) => (over(review, result, shared), Vec::new()),
    };
    let title = match overlay.state {
        State::Over(..) => "Outcome",
        _ if overlay.shows_body => "Body, exactly as it is sent",
        _ => "Launch",
    };
    let head = if overlay.shows_body {
        body(overlay, width, shared).unwrap_or(head)
    } else {
        head
    };
    let foot_height = u16::try_from(foot.len()).unwrap_or(0);
    let height = u16::try_from(head.len() + foot.len() + 2)
        .unwrap_or(u16::MAX)
        .saturating_add(u16::from(foot_height > 0));
    let inner = Pane::new(title).draw_over(frame, centred(area, width + 2, height), shared.theme);
    let [top, line, below] = Layout::vertical([
        Constraint::Fill(1),
        Constraint::Length(u16::from(foot_height > 0)),
        Constraint::Length(foot_height),
    ])
    .areas(inner);
    picture.scroll_limit = u16::try_from(head.len())
        .unwrap_or(u16::MAX)
        .saturating_sub(top.height);
    frame.render_widget(Paragraph::new(head).scroll((overlay.scroll, 0)), top);
    let rule = if shared.theme.ascii { "-" } else { "─" };
    frame.render_widget(
        Span::styled(rule.repeat(usize::from(line.width)), shared.theme.faint),
        line,
    );
    frame.render_widget(Paragraph::new(foot), below);
}

/// A label and spans beside it.
fn labelled(label: &str, spans: Vec<Span<'static>>, shared: &Shared<'_>) -> Line<'static> {
    let mut line = vec![Span::styled(format!("{label:<LABEL$}"), shared.theme.dim)];
    line.extend(spans);
    Line::from(line)
}

/// Everything that is about to happen: where, who, what, when, and what is wrong with it.
fn facts(
    overlay: &ReviewOverlay,
    review: &Review,
    again: bool,
    width: u16,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    let width = usize::from(width).saturating_sub(2);
    let mut lines = place(review, width, shared);
    lines.push(Line::default());
    lines.extend(who(review, width - LABEL, shared));
    for (label, text) in plan::of(&overlay.plan) {
        lines.extend(fact(label, &text, shared.theme.text, width, shared.theme));
    }
    lines.push(Line::default());
    lines.extend(what(review, shared));
    lines.extend(problems(review, again, width, shared));
    lines
}

fn place(review: &Review, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let live = shared.environment.danger == Danger::Live;
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

fn who(review: &Review, room: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let who = &review.preview.who;
    let count = who.count().map_or_else(
        || "the configured audience, not known here".to_owned(),
        |count| counted(count, "contact"),
    );
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
    let mut lines = vec![
        labelled("Who", vec![Span::styled(count, theme.strong)], shared),
        labelled("", second, shared),
    ];
    if let Some(note) = &who.note {
        lines.push(labelled(
            "",
            vec![Span::styled(cut(&shown(note), room), theme.dim)],
            shared,
        ));
    }
    if !who.sample.is_empty() {
        lines.push(labelled(
            "",
            vec![Span::styled(cut(&sample(review), room), theme.text)],
            shared,
        ));
    }
    lines
}

/// A few of the contacts by id and name.
fn sample(review: &Review) -> String {
    let who = &review.preview.who;
    let names: Vec<String> = who
        .sample
        .iter()
        .take(3)
        .map(|contact| {
            let id = contact
                .get("user_id")
                .or_else(|| contact.get("user_phone_number"))
                .unwrap_or("?");
            let name = contact
                .get("first_name")
                .or_else(|| contact.get("user_name"))
                .unwrap_or_default();
            format!("{} {}", shown(id), shown(name)).trim().to_owned()
        })
        .collect();
    let more = who.count().unwrap_or(0).saturating_sub(names.len() as u64);
    let more = if more > 0 {
        format!(" · and {} more", grouped(more))
    } else {
        String::new()
    };
    format!("{}{more}", names.join(" · "))
}

fn what(review: &Review, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let calls = &review.preview.calls;
    let first = calls.first();
    let method = first.map_or("POST", |call| call.method.word());
    let url = review.preview.url.clone().unwrap_or_default();
    let size = format!(
        "{} · {} bytes",
        counted(calls.len() as u64, "call"),
        grouped(review.preview.bytes())
    );
    let hash: String = first.map(Payload::sha256).unwrap_or_default();
    vec![
        labelled(
            "What",
            vec![
                Span::styled(size, theme.text),
                Span::styled(
                    format!("   sha256 {}", &hash[..hash.len().min(12)]),
                    theme.dim,
                ),
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
    ]
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
        lines.extend(marked(theme.mark_of(mark), &problem.message, style, width));
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
    if !lines.is_empty() {
        lines.insert(0, Line::default());
    }
    lines
}

fn question(review: &Review, typed: &Typed, width: u16, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mut lines = Vec::new();
    match &review.asks {
        Err(reason) => {
            lines.extend(
                wrap(reason, usize::from(width) - 2)
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

fn asked(
    question: &str,
    input: &crate::ui::widgets::input::Input,
    active: bool,
    shared: &Shared<'_>,
) -> Line<'static> {
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

fn hold(seconds: i64, shared: &Shared<'_>) -> Vec<Line<'static>> {
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

fn sending(done: usize, of: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let words = if of > 1 {
        format!("Sending: {done} of {of} calls answered ...")
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

fn over(
    review: &Review,
    result: &Result<LaunchRecord, Notice>,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let room = 76;
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
            say("", theme.text);
            say(advice(launch.outcome), theme.dim);
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

/// What an outcome means, and what to do next.
fn advice(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "The platform scheduled it. That is not yet a delivery.",
        Outcome::Rejected => {
            "The platform said no: nobody is reached. Correct it and launch again."
        }
        Outcome::Failed | Outcome::Refused | Outcome::NotSent => {
            "Nothing was sent. It can be launched again."
        }
        Outcome::Unknown | Outcome::Sending => {
            "It may have been sent. Look at the platform's page, then settle it with !. Until then this broadcast is blocked."
        }
    }
}

/// The exact bodies, for whoever wants to read every byte.
fn body(overlay: &ReviewOverlay, width: u16, shared: &Shared<'_>) -> Option<Vec<Line<'static>>> {
    let State::Ready(review, _) = &overlay.state else {
        return None;
    };
    let room = usize::from(width).saturating_sub(2);
    let most = usize::from(overlay.scroll) + 200;
    let call = review.preview.calls.first()?;
    Some(match &call.body {
        Some(body) => json::lines(body, Mode::Exact, room, most, shared.theme),
        None => vec![Line::from(Span::styled(
            "There is no body.",
            shared.theme.dim,
        ))],
    })
}
