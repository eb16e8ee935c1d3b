//! One launch in full: what was reviewed and sent, what was answered, when.
//!
//! Head and settlement come from the overview, so that they are right at once and stay so; plan, bodies and answers
//! come later, and are laid out once, when they come.

mod call;
mod calls;
mod head;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::launch::LaunchRecord;
use crate::domain::launch::Outcome;
use crate::domain::since::Since;
use crate::domain::tally::has_rest;
use crate::domain::text::shown;
use crate::model::Reply;
use crate::model::{Action, Context, Effect};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::overlays::settle::Settle;
use crate::ui::overlays::stop::StopSending;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::theme::Theme;
use crate::ui::widgets::long_text::LongText;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::plan;
use crate::ui::widgets::scroll::{Scroll, in_sight};
use crate::ui::widgets::since;
use call::CallTexts;
use crossterm::event::KeyEvent;

/// Columns of the overlay at most: longer lines are hard to read.
const MOST_COLUMNS: u16 = 116;

/// Changes that are told one by one.
const MOST_CHANGES: usize = 60;

/// One launch.
pub struct LaunchDetail {
    id: String,
    loaded: Option<Box<Loaded>>,
    scroll: Scroll,
    /// The call that is shown, from 0.
    call: usize,
    /// What changed since the launch before, where that was asked for.
    since: Option<Box<Since>>,
}

/// What came later.
struct Loaded {
    record: LaunchRecord,
    plan: Vec<plan::Fact>,
    calls: Vec<CallTexts>,
}

/// A part of what is shown, top to bottom.
enum Part<'a> {
    /// A few lines, made for this picture.
    Lines(Vec<Line<'static>>),
    /// A text that was laid out before.
    Text(&'a LongText),
}

impl Part<'_> {
    fn rows(&self, width: usize) -> usize {
        match self {
            Self::Lines(lines) => lines.len(),
            Self::Text(text) => text.rows(width),
        }
    }

    fn page(self, width: usize, skip: usize, most: usize, theme: &Theme) -> Vec<Line<'static>> {
        match self {
            Self::Lines(lines) => lines.into_iter().skip(skip).take(most).collect(),
            Self::Text(text) => text.page(width, skip, most, theme),
        }
    }
}

impl LaunchDetail {
    /// A launch whose bodies come later.
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            loaded: None,
            scroll: Scroll::default(),
            call: 0,
            since: None,
        }
    }

    /// Asks what changed since the launch before, or hides it again.
    fn swap_changes(&mut self) -> Vec<Step> {
        if self.since.take().is_some() {
            return Vec::new();
        }
        self.scroll = Scroll::default();
        vec![Step::Do(Effect::LoadSince(self.id.clone()))]
    }

    /// Takes what changed since the launch before. Another launch's is not for here.
    fn compared(&mut self, id: &str, since: &Since) {
        if id == self.id {
            self.since = Some(Box::new(since.clone()));
        }
    }

    /// Takes the launch. Another launch is not for here.
    fn loaded(&mut self, record: &LaunchRecord) {
        if record.id != self.id {
            return;
        }
        let mut record = record.clone();
        // What matters most of a batch that stopped is where it did.
        let stopped = record
            .calls
            .iter()
            .position(|call| call.outcome != Outcome::Accepted);
        self.call = stopped.unwrap_or(0);
        let calls = record.calls.iter_mut().map(CallTexts::take).collect();
        self.loaded = Some(Box::new(Loaded {
            plan: plan::facts(&std::mem::take(&mut record.plan)),
            calls,
            record,
        }));
    }

    /// The launch as the overview has it now, else as it came.
    fn record<'a>(&'a self, shared: &'a Shared<'_>) -> Option<&'a LaunchRecord> {
        shared
            .data
            .launches
            .iter()
            .find(|launch| launch.id == self.id)
            .or_else(|| self.loaded.as_ref().map(|loaded| &loaded.record))
    }

    fn parts(&self, shared: &Shared<'_>, width: usize) -> Vec<Part<'_>> {
        let theme = shared.theme;
        let mut parts = Vec::new();
        if let Some(since) = &self.since {
            // It was asked for last, so it is seen first.
            let mut lines = since::lines(since, MOST_CHANGES, width, shared);
            lines.extend(since::samples(since, width, theme));
            lines.push(Line::default());
            parts.push(Part::Lines(lines));
        }
        if let Some(record) = self.record(shared) {
            parts.push(Part::Lines(head::lines(record, shared, width)));
        }
        let Some(loaded) = &self.loaded else {
            let text = "Reading plan, bodies and answers from the journal ...";
            parts.push(Part::Lines(vec![
                Line::default(),
                Line::from(Span::styled(text, theme.dim)),
            ]));
            return parts;
        };
        parts.push(Part::Lines(plan::lines(&loaded.plan, width, theme)));
        let calls = &loaded.record.calls;
        if calls.len() > 1 {
            parts.push(Part::Lines(calls::lines(calls, self.call, shared)));
        }
        if let (Some(call), Some(texts)) = (calls.get(self.call), loaded.calls.get(self.call)) {
            let place = (calls.len() > 1).then_some((self.call + 1, calls.len()));
            parts.extend(call::parts(call, texts, place, width, theme));
        }
        parts
    }
}

impl Overlay for LaunchDetail {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Launch, Context::Everywhere]
    }

    fn key(
        &mut self,
        _key: KeyEvent,
        action: Option<Action>,
        shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        match action {
            Some(Action::Back) => vec![Step::Close],
            Some(Action::Copy) => vec![Step::Do(Effect::CopyCurl(self.id.clone(), self.call))],
            Some(Action::LaunchAgain) => vec![Step::Do(Effect::LaunchAgain(self.id.clone()))],
            Some(Action::LaunchRest) => vec![Step::Do(Effect::LaunchRest(self.id.clone()))],
            Some(Action::Export) => vec![Step::Do(Effect::ExportLaunch(self.id.clone()))],
            Some(Action::StopSending) => vec![StopSending::ask(self.record(shared))],
            Some(Action::Changes) => self.swap_changes(),
            Some(Action::NextCall) => {
                let last = self.record(shared).map_or(0, |record| record.calls.len());
                self.call = (self.call + 1).min(last.saturating_sub(1));
                Vec::new()
            }
            Some(Action::PreviousCall) => {
                self.call = self.call.saturating_sub(1);
                Vec::new()
            }
            Some(Action::Settle) => self
                .record(shared)
                .filter(|record| record.is_unsettled())
                .map(|record| Step::show(Settle::new(record)))
                .into_iter()
                .collect(),
            Some(action) => {
                self.scroll.act(action);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn scrolled(&mut self) -> Option<&mut Scroll> {
        Some(&mut self.scroll)
    }

    fn reply(
        &mut self,
        reply: &Reply,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        match reply {
            Reply::Launch(record, _curl) => self.loaded(record),
            Reply::Since(id, since) => self.compared(id, since),
            _ => return None,
        }
        Some(Vec::new())
    }

    fn offers(&self, action: Action, shared: &Shared<'_>, picture: &Picture) -> bool {
        let calls = self.record(shared).map_or(0, |record| record.calls.len());
        match action {
            Action::LaunchRest => self.record(shared).is_some_and(has_rest),
            Action::StopSending => self.record(shared).is_some_and(StopSending::is_for),
            Action::NextCall => self.call + 1 < calls,
            Action::PreviousCall => self.call > 0,
            _ => self.scroll.offers(action, picture),
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture) {
        let theme = shared.theme;
        let margin = if area.width >= 100 { 8 } else { 0 };
        let columns = (area.width - margin).min(MOST_COLUMNS);
        let width = usize::from(columns.saturating_sub(4));
        let parts = self.parts(shared, width);
        let rows: usize = parts.iter().map(|part| part.rows(width)).sum();
        let height = u16::try_from(rows + 2).unwrap_or(u16::MAX);
        let area = centred(area, columns, height);
        let page = usize::from(area.height.saturating_sub(2));
        let first = self.scroll.first(rows, page, picture);
        let title = self.record(shared).map_or_else(
            || "Launch".to_owned(),
            |record| format!("Launch of {}", shown(&record.broadcast.name)),
        );
        let sight = Span::styled(in_sight(first, page, rows), theme.dim);
        let inner = Pane::new(title).right(sight).draw_over(frame, area, theme);
        let lines = in_page(parts, width, first, page, theme);
        frame.render_widget(Paragraph::new(lines), inner);
    }
}

/// Where the settlement of a launch is asked for.
fn settle_key(shared: &Shared<'_>) -> String {
    shared.key_of(&[Context::Everywhere], Action::Settle)
}

/// The rows from `first` on that fit on a page.
fn in_page(
    parts: Vec<Part<'_>>,
    width: usize,
    first: usize,
    page: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut skip = first;
    for part in parts {
        let most = page - lines.len();
        if most == 0 {
            break;
        }
        let rows = part.rows(width);
        if skip >= rows {
            skip -= rows;
        } else {
            lines.extend(part.page(width, skip, most, theme));
            skip = 0;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::ThemeName;

    #[test]
    fn a_page_goes_on_over_the_end_of_a_part() {
        let theme = Theme::shipped(ThemeName::Plain);
        let text = LongText::new("c\nd\ne");
        let lines = |names: &[&'static str]| {
            Part::Lines(names.iter().map(|name| Line::from(*name)).collect())
        };
        let parts = || vec![lines(&["a", "b"]), Part::Text(&text), lines(&["f"])];
        let drawn = |first, page| -> String {
            in_page(parts(), 10, first, page, &theme)
                .iter()
                .map(ToString::to_string)
                .collect()
        };
        assert_eq!(drawn(1, 3), "bcd");
        assert_eq!(drawn(2, 9), "cdef");
        assert_eq!(drawn(5, 1), "f");
    }
}
