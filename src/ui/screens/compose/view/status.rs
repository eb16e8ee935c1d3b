//! What narrow terminals have instead of panes side by side: the pages, and one line that is always in sight.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::payload::Payload;
use crate::domain::plan::FormKind;
use crate::domain::problem::Code;
use crate::domain::text::{counted, size};
use crate::model::{Action, Context};
use crate::ui::picture::{Hit, Picture};
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::Pane;
use crate::ui::screens::compose::conversation::Meeting;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;

/// The pages: their keys, titles and the panes that they begin with.
const PAGES: [(Action, &str, Pane); 3] = [
    (Action::ShowWho, "Who and what", Pane::Who),
    (Action::ShowContacts, "Contacts", Pane::Contacts),
    (Action::ShowBody, "Body", Pane::Body),
];

/// Draws the pages, the open one marked; keys go straight to them, Tab goes through.
pub fn pages(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let open = match compose.focus {
        Pane::Contacts => 1,
        Pane::Body => 2,
        _ => 0,
    };
    let mark = theme.mark_of(Mark::Row);
    let mut x = area.x + 1;
    for (index, (action, title, pane)) in PAGES.into_iter().enumerate() {
        let (mark, style) = if index == open {
            (mark, theme.strong)
        } else {
            (" ", theme.dim)
        };
        let line = Line::from(vec![
            Span::styled(mark, theme.mark),
            Span::styled(shared.key_of(&[Context::Compose], action), theme.focus),
            Span::styled(format!(" {title}"), style),
        ]);
        let width = u16::try_from(line.width()).unwrap_or(0);
        let cell = Rect { x, width, ..area }.intersection(area);
        frame.render_widget(Paragraph::new(line), cell);
        picture.hits.push((cell, Hit::Pane(pane as usize)));
        x += width + 3;
    }
    let hint = Line::from(vec![
        Span::styled("Tab", theme.focus),
        Span::styled(" next pane ", theme.dim),
    ]);
    frame.render_widget(Paragraph::new(hint.right_aligned()), area);
}

/// Count, size and problems in one line that is always in sight.
pub fn draw(compose: &Compose, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let mut spans = vec![Span::raw(" ")];
    spans.push(Span::styled(who_words(compose), theme.strong));
    let doubt = compose
        .preview
        .as_ref()
        .and_then(|preview| preview.who.doubt());
    if let Some(bounds) = doubt.filter(|bounds| bounds.most.is_some()) {
        spans.push(Span::styled(
            format!(" ({})", bounds.words()),
            theme.warning,
        ));
    }
    spans.push(Span::styled(
        format!("   {}   ", sent_words(compose, shared)),
        theme.text,
    ));
    let errors = compose
        .problems
        .iter()
        .filter(|problem| problem.is_error())
        .count();
    let warnings = compose.problems.len() - errors;
    if errors > 0 {
        let text = format!(
            "{} {}",
            theme.mark_of(Mark::Error),
            counted(errors as u64, "error")
        );
        spans.push(Span::styled(format!("{text}   "), theme.danger));
    }
    if warnings > 0 {
        let text = format!(
            "{} {}",
            theme.mark_of(Mark::Warning),
            counted(warnings as u64, "warning")
        );
        spans.push(Span::styled(text, theme.warning));
    }
    if compose.problems.is_empty() {
        spans.push(Span::styled(
            format!("{} nothing wrong", theme.mark_of(Mark::Ok)),
            theme.ok,
        ));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// Who gets it, in words: the targets that are listed, else the contacts that are counted.
fn who_words(compose: &Compose) -> String {
    if compose.draft.form != FormKind::Targets {
        return count_words(compose);
    }
    let words = counted(compose.draft.targets.len() as u64, "target");
    if compose.count.is_slow {
        format!("{words}, counting ...")
    } else {
        words
    }
}

/// Whether a conversation is with nobody that is found or can be created.
fn is_lost(compose: &Compose) -> bool {
    compose.draft.form == FormKind::Conversation
        && matches!(
            compose.meeting(),
            Meeting::Nobody | Meeting::NotCreatable(_)
        )
}

/// How many contacts, in words.
pub fn count_words(compose: &Compose) -> String {
    let slow = compose.count.is_slow;
    let Some(preview) = &compose.preview else {
        let words = if slow { "counting ..." } else { "contacts" };
        return words.to_owned();
    };
    let is_single = compose
        .problems
        .iter()
        .any(|problem| problem.code == Code::SingleContact);
    let words = match preview.who.count() {
        Some(_) if is_lost(compose) => "nobody found".to_owned(),
        Some(count) if is_single && count > 1 => format!("1 of {}", counted(count, "contact")),
        // Nothing was counted among: a nought would look like an answer.
        Some(count) => counted(count, "contact"),
        None if compose.wants_filters() => "nobody yet".to_owned(),
        // Nothing was counted among: a nought would look like an answer.
        None if compose.draft.form == FormKind::Audience && preview.who.as_of.is_none() => {
            "contacts never synced".to_owned()
        }
        None if preview.who.bounds.least > 0 => {
            format!("{} at least", counted(preview.who.bounds.least, "contact"))
        }
        None if compose.draft.form == FormKind::Configured => {
            "the configured audience, not known here".to_owned()
        }
        None => "contacts not known".to_owned(),
    };
    if slow {
        format!("{words}, counting ...")
    } else {
        words
    }
}

/// What is sent, in words: `249 B`, or `3 calls, 2.4 MB`.
pub fn sent_words(compose: &Compose, shared: &Shared<'_>) -> String {
    let (calls, bytes) = sent(compose, shared);
    match calls {
        0 | 1 if compose.draft.form == FormKind::Targets => format!("1 call, {}", size(bytes)),
        0 | 1 => size(bytes),
        calls => format!("{calls} calls, {}", size(bytes)),
    }
}

/// Calls and bytes of all. Those of a long list are known before it is counted: the bytes exactly, the calls where one
/// will do; else they are as many as they were. Where targets are left out of the calls, only the count knows.
fn sent(compose: &Compose, shared: &Shared<'_>) -> (usize, u64) {
    if !compose.draft.is_large() || compose.leaves_out() {
        let bytes = compose.calls.iter().map(Payload::bytes).sum();
        return (compose.calls.len(), bytes);
    }
    let (targets, dialect) = (&compose.draft.targets, &shared.environment.dialect);
    let frame = compose.draft.frame(dialect);
    let fits = targets.whole(&frame) <= dialect.limit_bytes;
    let calls = if fits { 1 } else { compose.calls.len().max(2) };
    (calls, targets.bytes_of(calls, &frame))
}
