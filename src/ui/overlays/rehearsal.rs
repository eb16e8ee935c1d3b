//! A rehearsal: how far it is, then what the throw-away sandbox made of the launch, and where that differs from the
//! preview.

mod lines;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::rehearsal::{Rehearsal, RehearsalStep};
use crate::model::Reply;
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::overlays::import::view::{bar, notice_lines};
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::scroll::{Scroll, in_sight};
use crate::ui::widgets::table::clip;
use crate::ui::widgets::words::wrap;
use crossterm::event::KeyEvent;

/// Columns of the overlay at most: longer lines are hard to read.
const MOST_COLUMNS: u16 = 108;

/// A rehearsal.
pub struct RehearsalOverlay {
    request: RequestId,
    broadcast: BroadcastKey,
    state: State,
    scroll: Scroll,
}

/// How far it is.
enum State {
    UnderWay(RehearsalStep),
    Done(Box<Rehearsal>),
    Failed(Notice),
}

impl RehearsalOverlay {
    /// One that was just asked for.
    pub fn new(request: RequestId, broadcast: BroadcastKey) -> Self {
        Self {
            request,
            broadcast,
            state: State::UnderWay(RehearsalStep::Preparing),
            scroll: Scroll::default(),
        }
    }

    /// Takes how far it is. Another rehearsal's is not for here.
    fn went_on(&mut self, id: RequestId, step: RehearsalStep) {
        if let State::UnderWay(before) = &mut self.state
            && id == self.request
        {
            *before = step;
        }
    }

    /// Takes what came of it. Another rehearsal's is not for here.
    fn ended(&mut self, id: RequestId, result: &Result<Box<Rehearsal>, Notice>) {
        if id != self.request {
            return;
        }
        self.state = match result {
            Ok(rehearsal) => State::Done(rehearsal.clone()),
            Err(notice) => State::Failed(notice.clone()),
        };
    }

    fn title(&self, shared: &Shared<'_>) -> String {
        let name = shared
            .broadcast(&self.broadcast)
            .map_or_else(String::new, |broadcast| clip(&broadcast.name, 40));
        format!("Rehearsal of {name}")
    }
}

impl Overlay for RehearsalOverlay {
    fn contexts(&self) -> &'static [Context] {
        match self.state {
            State::UnderWay(_) => &[Context::Rehearsing],
            State::Done(_) | State::Failed(_) => &[Context::Rehearsal],
        }
    }

    fn key(
        &mut self,
        _key: KeyEvent,
        action: Option<Action>,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        match action {
            Some(Action::StopRehearsal) => vec![Step::Do(Effect::StopRehearsal), Step::Close],
            Some(Action::Back) => vec![Step::Close],
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
            Reply::Rehearsing(id, step) => self.went_on(*id, *step),
            Reply::Rehearsed(id, result) => self.ended(*id, result),
            _ => return None,
        }
        Some(Vec::new())
    }

    fn offers(&self, action: Action, _shared: &Shared<'_>, picture: &Picture) -> bool {
        self.scroll.offers(action, picture)
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture) {
        let theme = shared.theme;
        let margin = if area.width >= 100 { 8 } else { 0 };
        let columns = area.width.saturating_sub(margin).min(MOST_COLUMNS);
        let width = usize::from(columns.saturating_sub(4));
        let lines = match &self.state {
            State::UnderWay(step) => under_way(*step, width, shared),
            State::Done(rehearsal) => lines::of(rehearsal, width, theme),
            State::Failed(notice) => notice_lines(notice, width, shared),
        };
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let area = centred(area, columns, height);
        let page = usize::from(area.height.saturating_sub(2));
        let first = self.scroll.first(lines.len(), page, picture);
        let sight = Span::styled(in_sight(first, page, lines.len()), theme.dim);
        let inner = Pane::new(self.title(shared))
            .right(sight)
            .draw_over(frame, area, theme);
        let lines: Vec<Line<'_>> = lines.into_iter().skip(first).take(page).collect();
        frame.render_widget(Paragraph::new(lines), inner);
    }
}

/// How far it is; always of the same height, so that nothing jumps.
fn under_way(step: RehearsalStep, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let calls = |count: usize| count as u64;
    let (words, done, of) = match step {
        RehearsalStep::Preparing => ("Counting, and starting a throw-away sandbox ...", 0, 0),
        RehearsalStep::Copying(done, of) => ("Copying the cached contacts into it ...", done, of),
        RehearsalStep::Calling(done, of) => {
            ("Sending it the very same bytes ...", calls(done), calls(of))
        }
        RehearsalStep::Comparing => ("Holding what it did against the preview ...", 1, 1),
    };
    let key = shared.key_of(&[Context::Rehearsing], Action::StopRehearsal);
    let hint = format!("{key} stops it. Nobody is messaged by a rehearsal.");
    let mut lines = vec![
        Line::from(Span::styled(words, theme.text)),
        Line::default(),
        bar(done, of, width.min(80), shared),
        Line::default(),
    ];
    let hint = wrap(&hint, width).into_iter();
    lines.extend(hint.map(|line| Line::from(Span::styled(line, theme.dim))));
    lines
}
