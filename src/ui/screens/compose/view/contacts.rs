//! Whom it reaches: how many, by which readings, as of when, and some of them.

mod sample;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::status::count_words;
use crate::domain::explain::Unknown;
use crate::domain::plan::FormKind;
use crate::domain::preview::{Unread, Who};
use crate::domain::problem::what_differs;
use crate::domain::text::{counted, grouped, share, shown};
use crate::model::{Action, Context};
use crate::ui::picture::Picture;
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::Pane;
use crate::ui::shared::Shared;
use crate::ui::widgets::pane;
use crate::ui::widgets::relative::ago;
use crate::ui::widgets::scroll::in_sight;
use crate::ui::widgets::table::cut;
use crate::ui::widgets::words::wrap;

/// Draws the pane.
pub fn draw(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let focused = compose.focus == Pane::Contacts;
    let who = compose.preview.as_ref().map(|preview| &preview.who);
    let share = who.map(|who| Line::from(Span::styled(share_words(who), theme.dim)));
    let width = usize::from(area.width.saturating_sub(4));
    let head = who.map_or_else(Vec::new, |who| head_lines(compose, who, width, shared));
    // Borders, what stands above the contacts, and their titles.
    let page = usize::from(area.height).saturating_sub(head.len() + 3);
    let sample = who.map_or(&[][..], |who| &who.sample);
    let limit = sample.len().saturating_sub(page);
    let first = if focused {
        compose.scroll.min(limit)
    } else {
        0
    };
    if focused {
        picture.pane_limit = Some(limit);
    }
    let listed = below(&in_sight(first, page, sample.len()), who, shared);
    let share = share.unwrap_or_default();
    let title = cut(
        &count_words(compose),
        width.saturating_sub(share.width() + 3),
    );
    let inner = pane::Pane::new(title)
        .right(share)
        .below(listed)
        .focused(focused)
        .draw(frame, area, theme);
    let height = u16::try_from(head.len()).unwrap_or(u16::MAX);
    let [words, rows] =
        Layout::vertical([Constraint::Length(height), Constraint::Fill(1)]).areas(inner);
    frame.render_widget(Paragraph::new(head), words);
    if let Some(who) = who.filter(|who| !who.sample.is_empty()) {
        let sample = &who.sample[first..(first + page).min(who.sample.len())];
        sample::draw(compose, frame, rows, shared, who, sample);
    }
}

/// Which of the sample are in sight, and the way to all of them.
fn below(listed: &str, who: Option<&Who>, shared: &Shared<'_>) -> Line<'static> {
    let theme = shared.theme;
    let mut spans = vec![Span::styled(listed.to_owned(), theme.dim)];
    if who.is_some_and(|who| who.of > 0) {
        let gap = if listed.is_empty() { "" } else { "  " };
        let key = shared.key_of(&[Context::Compose], Action::Browse);
        spans.push(Span::styled(format!("{gap}{key}"), theme.focus));
        spans.push(Span::styled(" browse", theme.dim));
    }
    Line::from(spans)
}

fn share_words(who: &Who) -> String {
    let of = grouped(who.of);
    match who.count() {
        // Targets may name contacts that the cache doesn't hold.
        Some(count) if who.of > 0 && count <= who.of => {
            format!("{} of {of}", share(count, who.of))
        }
        _ => format!("{of} cached"),
    }
}

/// What stands above the contacts: by which readings, what is odd, as of when.
fn head_lines(
    compose: &Compose,
    who: &Who,
    width: usize,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let mut lines = Vec::new();
    let mut say = |text: &str, style: Style| {
        let wrapped = wrap(text, width).into_iter();
        lines.extend(wrapped.map(|line| Line::from(Span::styled(line, style))));
    };
    if compose.wants_filters() {
        say("The contacts that match are listed here.", theme.dim);
    } else if let Some(note) = compose.odd_field(who) {
        let is_odd = who.counts.is_some() && compose.draft.form == FormKind::Audience;
        say(
            &shown(note),
            if is_odd { theme.warning } else { theme.text },
        );
    }
    if let Some((least, most)) = who.range() {
        let differs = who.counts.map_or("it", what_differs);
        let (least, most) = (grouped(least), grouped(most));
        say(
            &format!("{least} to {most} by how {differs} is read"),
            theme.warning,
        );
    }
    if let Some(words) = who.unknown.as_ref().and_then(Unknown::words) {
        say(&words, theme.warning);
    }
    if let Some(words) = who.imported_words() {
        say(&words, theme.warning);
    }
    if let Some(unread) = who.unread {
        say(&still_reading(unread), theme.warning);
    }
    match who.as_of {
        Some(at) => say(&format!("synced {}", ago(at, shared.now)), theme.dim),
        None => say(&never_synced(shared), theme.warning),
    }
    lines.push(Line::default());
    lines
}

/// What is partial while variables are still being read.
fn still_reading(unread: Unread) -> String {
    let count = if unread.is_behind {
        "Contacts have changed: this count is of before."
    } else {
        "The count is whole."
    };
    let what = match unread.fields {
        0 => "the members of audiences".to_owned(),
        fields => format!("{} of these contacts", counted(fields as u64, "more field")),
    };
    format!("{count} Still being read: {what}.")
}

/// Why there is nothing to count among, and what to do.
fn never_synced(shared: &Shared<'_>) -> String {
    let key = shared.key_of(&[Context::Everywhere], Action::Sync);
    if shared.syncing {
        "The contacts were never synced, so the count says nothing yet. A sync is under way."
            .to_owned()
    } else if let Some(error) = shared.sync_error {
        format!(
            "The contacts were never synced, so the count says nothing. The last sync failed: {} Press {key} to try again.",
            shown(error)
        )
    } else {
        format!("The contacts were never synced, so the count says nothing. Press {key} to sync.")
    }
}
