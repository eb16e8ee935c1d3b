//! The picture of a review: who, what, when, what is wrong, and what the next key is.

mod facts;
mod over;
mod question;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{ReviewOverlay, State, Typed};
use crate::domain::preview::Review;
use crate::ui::picture::Picture;
use crate::ui::shared::Shared;
use crate::ui::widgets::long_text::LongText;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::scroll::in_sight;
use facts::facts;
use over::over;
use question::{hold, keeping, question, sending};

/// Columns of a review at most, its borders included.
const WIDEST: u16 = 92;

/// What stands above the line, and may be scrolled.
enum Text<'a> {
    Lines(Vec<Line<'static>>),
    Body(&'a LongText),
}

impl Text<'_> {
    fn rows(&self, width: usize) -> usize {
        match self {
            Self::Lines(lines) => lines.len(),
            Self::Body(body) => body.rows(width),
        }
    }
}

/// Draws the review.
pub fn draw(
    overlay: &ReviewOverlay,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let width = area.width.min(WIDEST);
    // Borders, and a blank column at either side.
    let room = usize::from(width.saturating_sub(4));
    let (text, foot) = contents(overlay, room, shared);
    let foot_height = u16::try_from(foot.len()).unwrap_or(0);
    let rule_height = u16::from(foot_height > 0);
    let rows = text.rows(room);
    let height = u16::try_from(rows)
        .unwrap_or(u16::MAX)
        .saturating_add(foot_height + rule_height + 2);
    let area = centred(area, width, height);
    let page = usize::from(area.height.saturating_sub(foot_height + rule_height + 2));
    let first = overlay.scroll.first(rows, page, picture);
    let inner = Pane::new(title(overlay))
        .right(Span::styled(in_sight(first, page, rows), theme.warning))
        .draw_over(frame, area, theme);
    let [above, rule, below] = Layout::vertical([
        Constraint::Fill(1),
        Constraint::Length(rule_height),
        Constraint::Length(foot_height),
    ])
    .areas(inner);
    let lines = match text {
        Text::Lines(lines) => lines.into_iter().skip(first).take(page).collect(),
        Text::Body(body) => body.page(room, first, page, theme),
    };
    frame.render_widget(Paragraph::new(lines), above);
    let dash = if theme.ascii { "-" } else { "─" };
    let dashes = dash.repeat(usize::from(rule.width));
    frame.render_widget(Span::styled(dashes, theme.faint), rule);
    frame.render_widget(Paragraph::new(foot), below);
}

fn title(overlay: &ReviewOverlay) -> String {
    match &overlay.state {
        State::Over(..) => "Outcome".to_owned(),
        State::Ready(review, _) if overlay.body.is_some() => match review.preview.calls.len() {
            0 | 1 => "Body, exactly as it is sent".to_owned(),
            calls => format!("Body of call 1 of {calls}, exactly as it is sent"),
        },
        _ => "Launch".to_owned(),
    }
}

/// What stands above the line, and what below it.
fn contents<'a>(
    overlay: &'a ReviewOverlay,
    room: usize,
    shared: &Shared<'_>,
) -> (Text<'a>, Vec<Line<'static>>) {
    let facts = |review, again| Text::Lines(facts(overlay, review, again, None, room, shared));
    match &overlay.state {
        State::Asked | State::Gone => {
            let line = Line::from("Counting, and checking the journal ...");
            (Text::Lines(vec![line]), Vec::new())
        }
        State::Ready(review, typed) => {
            let text = match &overlay.body {
                Some(body) => Text::Body(body),
                None => Text::Lines(facts_of(overlay, review, typed, room, shared)),
            };
            (text, question(review, typed, room, shared))
        }
        State::Holding(review, typed, held) => {
            (facts(review, typed.again), hold(held.seconds(), shared))
        }
        State::Sending(review, done, of) => (
            facts(review, false),
            sending(*done, *of, overlay.is_stopping, shared),
        ),
        State::Keeping(review, due) => {
            let when = due.words(shared.now);
            let lines = self::facts(overlay, review, false, Some(&when), room, shared);
            (Text::Lines(lines), keeping(shared))
        }
        State::Over(review, result) => {
            (Text::Lines(over(review, result, room, shared)), Vec::new())
        }
    }
}

/// The facts while something may be typed: the time as far as it is understood.
fn facts_of(
    overlay: &ReviewOverlay,
    review: &Review,
    typed: &Typed,
    room: usize,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    let when = typed.due(shared.now).map(|due| match due {
        Ok(due) => due.words(shared.now),
        Err(_) => "at a time that is still to be given".to_owned(),
    });
    facts(overlay, review, typed.again, when.as_deref(), room, shared)
}
