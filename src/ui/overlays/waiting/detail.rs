//! What is known of a launch that waits, or didn't start.

use ratatui::text::{Line, Span};

use crate::domain::due::{in_zone, moment};
use crate::domain::text::shown;
use crate::domain::waiting::WaitingLaunch;
use crate::model::{Action, Context};
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::plan;
use crate::ui::widgets::relative::told_here;
use crate::ui::widgets::words::{fact, marked, wrap};

/// When and by whom; of a mishap what happened; what can be done; and what was reviewed.
pub fn detail(waiting: &WaitingLaunch, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let due = moment(&in_zone(waiting.due_at, &waiting.zone));
    let by = shown(&waiting.operator).into_owned();
    let mut lines = vec![Line::from(Span::styled(
        format!("due {due}, confirmed by {by}"),
        theme.text,
    ))];
    if let Some(moved) = &waiting.moved {
        let from = moment(&in_zone(moved.from, &waiting.zone));
        let text = format!("moved by {}; before, it was due {from}", shown(&moved.by));
        lines.extend(
            wrap(&text, width)
                .into_iter()
                .map(|line| Line::from(Span::styled(line, theme.text))),
        );
    }
    if let Some(expected) = waiting.given.expect {
        let text = format!(
            "expected: {} contacts at its time, else it is refused",
            expected.words()
        );
        lines.push(Line::from(Span::styled(text, theme.text)));
    }
    let style = match &waiting.end {
        Some(_) if waiting.is_unseen() => theme.danger,
        Some(_) => theme.text,
        None => theme.dim,
    };
    let told = wrap(&fate(waiting, shared), width).into_iter();
    lines.extend(told.map(|line| Line::from(Span::styled(line, style))));
    if !waiting.plan.is_empty() {
        let facts = plan::facts(&waiting.plan);
        let facts = facts.iter().filter(|(label, _)| *label != "When");
        lines.extend(facts.flat_map(|(label, text)| fact(label, text, theme.text, width, theme)));
    }
    for warning in &waiting.reviewed.warnings {
        let mark = theme.mark_of(Mark::Warning);
        let message = told_here(&shown(&warning.message));
        lines.extend(marked(mark, &message, theme.warning, width));
    }
    lines
}

/// What becomes of it, or became, and the keys for it.
fn fate(waiting: &WaitingLaunch, shared: &Shared<'_>) -> String {
    let key = |action| shared.key_of(&[Context::Waiting], action);
    let (again, back) = (key(Action::LaunchAgain), key(Action::TakeBack));
    match &waiting.end {
        Some(end) if waiting.is_unseen() => format!(
            "{} {again} opens it as a draft, {back} says that you saw it.",
            shown(&end.reason)
        ),
        Some(end) => format!(
            "It was {}. {} {again} opens it as a draft.",
            end.state.plain(),
            shown(&end.reason)
        ),
        None => format!(
            "It is sent while a console of this profile is open, or `mylink run --pending` runs; another launch of its broadcast before then has it refused. {back} takes it back."
        ),
    }
}
