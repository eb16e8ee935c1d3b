//! The selected one in short, where it waits or was never sent: why, when it was due, which bytes, who confirmed it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::due::{in_zone, moment};
use crate::domain::text::{counted, shown, size};
use crate::domain::waiting::WaitingLaunch;
use crate::model::{Action, Context};
use crate::ui::screens::log::rows::mark;
use crate::ui::shared::Shared;
use crate::ui::widgets::pane::Pane;
use crate::ui::widgets::relative::exact;
use crate::ui::widgets::table::cut;
use crate::ui::widgets::words::{LABEL, wrap};

/// Lines that the reason may take.
const REASON_LINES: usize = 3;

/// Draws it.
pub(super) fn view(
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    waiting: &WaitingLaunch,
) {
    let theme = shared.theme;
    let id = cut(&shown(&waiting.id), usize::from(area.width / 2));
    let name = cut(&shown(&waiting.broadcast.name), usize::from(area.width / 3));
    let inner = Pane::new(name)
        .right(Span::styled(id, theme.dim))
        .draw(frame, area, theme);
    let width = usize::from(inner.width);
    let mut lines = reason(waiting, shared, width);
    for (label, text) in facts(waiting) {
        lines.push(Line::from(vec![
            Span::styled(format!("{label:<LABEL$}"), theme.dim),
            Span::styled(cut(&text, width.saturating_sub(LABEL)), theme.text),
        ]));
    }
    frame.render_widget(Paragraph::new(lines), inner);
}

fn facts(waiting: &WaitingLaunch) -> Vec<(&'static str, String)> {
    let mut due = moment(&in_zone(waiting.due_at, &waiting.zone));
    if let Some(expected) = waiting.given.expect {
        due = format!("{due}   if it is {} contacts then", expected.words());
    }
    if let Some(moved) = &waiting.moved {
        due = format!("{due}   moved by {}", shown(&moved.by));
    }
    let bytes = waiting.calls.iter().map(|call| call.bytes).sum();
    let calls = counted(waiting.calls.len() as u64, "call");
    let by = shown(&waiting.operator);
    let mut facts = vec![
        ("Due", due),
        ("Body", format!("{} in {calls}", size(bytes))),
        (
            "Confirmed",
            format!("{}   by {by}", exact(waiting.confirmed_at)),
        ),
    ];
    if let Some((by, at)) = &waiting.seen {
        facts.push(("Seen", format!("{}   by {}", exact(*at), shown(by))));
    }
    facts
}

/// What became of it and why; while it waits, who sends it.
fn reason(waiting: &WaitingLaunch, shared: &Shared<'_>, width: usize) -> Vec<Line<'static>> {
    let (mark, word, style) = mark(waiting, shared);
    let open = shared.key_of(&[Context::Log], Action::Open);
    let text = match &waiting.end {
        Some(end) => format!("{} {open} shows it.", shown(&end.reason)),
        None => format!(
            "It is sent while a console of this profile is open, or `mylink run --pending` runs. {open} shows it."
        ),
    };
    let head = format!("{mark} {word}");
    // `taken back` with its mark is wider than a label.
    let label = LABEL.max(head.chars().count() + 1);
    let texts = wrap(&text, width.saturating_sub(label));
    let texts = texts.into_iter().take(REASON_LINES).enumerate();
    texts
        .map(|(index, text)| {
            let head = if index == 0 { head.as_str() } else { "" };
            Line::from(vec![
                Span::styled(format!("{head:<label$}"), style),
                Span::styled(text, shared.theme.text),
            ])
        })
        .collect()
}
