//! The line on every screen that tells what waits, soonest first, or what was missed or refused.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::domain::due::in_zone;
use crate::domain::text::{counted, shown};
use crate::domain::waiting::{Timing, WaitingLaunch, countdown};
use crate::model::{Action, Context};
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::table::cut;

/// The line, at this width; none where nothing waits.
pub fn waiting(shared: &Shared<'_>, width: u16) -> Option<Line<'static>> {
    let all = &shared.data.waiting;
    mishap(all, width, shared).or_else(|| next(all, width, shared))
}

/// The newest that was missed or refused: that comes first, since a person has to know.
fn mishap(all: &[WaitingLaunch], width: u16, shared: &Shared<'_>) -> Option<Line<'static>> {
    let theme = shared.theme;
    let mut found = all.iter().filter(|waiting| is_mishap(waiting, shared));
    let first = found.next()?;
    let word = if first.is_waiting() {
        "missed"
    } else {
        first.state().word()
    };
    let more = others(found.count());
    let mark = theme.mark_of(Mark::Error);
    let head = format!(" {mark} not sent, {word}: ");
    let when = format!(", due {}{more}. ", due(first, shared));
    Some(line(&head, theme.danger, first, &when, width, shared))
}

fn is_mishap(waiting: &WaitingLaunch, shared: &Shared<'_>) -> bool {
    !waiting.is_waiting() || waiting.timing(shared.now) == Timing::Late
}

fn next(all: &[WaitingLaunch], width: u16, shared: &Shared<'_>) -> Option<Line<'static>> {
    let theme = shared.theme;
    let mut waiting = all.iter().filter(|waiting| waiting.is_waiting());
    let first = waiting.next()?;
    let more = others(waiting.count());
    let left = match first.timing(shared.now) {
        Timing::Early(left) => format!("in {}", countdown(left)),
        Timing::Due | Timing::Late => "now".to_owned(),
    };
    let to = first.targets.map_or_else(String::new, |targets| {
        format!(" to {}", counted(targets, "contact"))
    });
    // Where room is short the clock time goes first: what is left tells it too.
    let at = if width >= 100 || to.is_empty() {
        format!(", {}", due(first, shared))
    } else {
        String::new()
    };
    let mark = theme.mark_of(Mark::Pending);
    let head = format!(" {mark} sends {left}: ");
    let when = format!("{to}{at}{more}. ");
    Some(line(&head, theme.warning, first, &when, width, shared))
}

fn others(count: usize) -> String {
    if count == 0 {
        String::new()
    } else {
        format!(", {count} more")
    }
}

/// The clock time of today, else with the date, in the zone that it was given in.
fn due(waiting: &WaitingLaunch, shared: &Shared<'_>) -> String {
    let at = in_zone(waiting.due_at, &waiting.zone);
    let now = shared.now.to_zoned(at.time_zone().clone());
    let format = match (at.date() == now.date(), at.second() == 0) {
        (true, true) => "%H:%M",
        (true, false) => "%H:%M:%S",
        _ => "%a %-d %b %H:%M",
    };
    at.strftime(format).to_string()
}

/// The key stays in sight, whatever the name of the broadcast.
fn line(
    head: &str,
    style: ratatui::style::Style,
    first: &WaitingLaunch,
    when: &str,
    width: u16,
    shared: &Shared<'_>,
) -> Line<'static> {
    let theme = shared.theme;
    let key = shared.key_of(&[Context::Everywhere], Action::Waiting);
    let looks = " take back";
    let used: usize = [head, when, &key, looks]
        .into_iter()
        .map(UnicodeWidthStr::width)
        .sum();
    let room = usize::from(width).saturating_sub(used).max(1);
    let name = cut(&shown(&first.broadcast.name), room);
    let looks = if first.is_waiting() { looks } else { " look" };
    Line::from(vec![
        Span::styled(head.to_owned(), style),
        Span::styled(format!("{name}{when}"), theme.text),
        Span::styled(key, theme.focus),
        Span::styled(looks, theme.dim),
    ])
}
