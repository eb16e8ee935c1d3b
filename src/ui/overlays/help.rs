//! The page of keys, made from the table of keys.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use crate::model::keymap::name_of;
use crate::model::{Action, Context};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::theme::Theme;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::scroll::{Scroll, in_sight};
use crate::ui::widgets::words::wrap;
use crokey::KeyCombination;
use crossterm::event::KeyEvent;

/// Columns of the keys, the blanks around them included.
const KEYS: usize = 19;

/// Columns of the page: with one column of keys, and with two.
const WIDTHS: (u16, u16) = (80, 112);

/// The page of the keys that work in some contexts.
pub struct Help {
    contexts: &'static [Context],
    /// Those that do nothing at the moment.
    idle: Vec<Action>,
    scroll: Scroll,
}

impl Help {
    /// The keys of these contexts, the nearest first; `idle` do nothing at the moment.
    pub fn new(contexts: &'static [Context], idle: Vec<Action>) -> Self {
        Self {
            contexts,
            idle,
            scroll: Scroll::default(),
        }
    }

    /// The contexts in `count` columns of about the same length; a context stays together.
    fn columns(&self, shared: &Shared<'_>, count: usize, width: usize) -> Vec<Vec<Line<'static>>> {
        let groups: Vec<Vec<Line<'static>>> = (0..self.contexts.len())
            .map(|place| self.group(place, shared, width))
            .filter(|group| group.len() > 1)
            .collect();
        let all: usize = groups.iter().map(|group| group.len() + 1).sum();
        let mut columns = vec![Vec::new(); count];
        let mut place = 0;
        for group in groups {
            let here = columns[place].len();
            let is_closer_without = here + group.len() / 2 > all / count;
            if place + 1 < count && here > 0 && is_closer_without {
                place += 1;
            }
            if !columns[place].is_empty() {
                columns[place].push(Line::default());
            }
            columns[place].extend(group);
        }
        columns
    }

    /// A context's heading and its keys, without those that mean something else in a nearer one.
    fn group(&self, place: usize, shared: &Shared<'_>, width: usize) -> Vec<Line<'static>> {
        let theme = shared.theme;
        let context = self.contexts[place];
        let mut lines = vec![Line::from(Span::styled(context.heading(), theme.strong))];
        for binding in shared.keymap.in_context(context) {
            let nearer = &self.contexts[..place];
            let is_free = |key: &&KeyCombination| shared.keymap.action(nearer, **key).is_none();
            let keys = binding.keys.iter().filter(is_free);
            let mut names: Vec<String> = keys.map(|key| name_of(*key)).collect();
            names.dedup();
            if !names.is_empty() {
                let is_idle = self.idle.contains(&binding.action);
                let help = binding.action.help();
                lines.extend(key_lines(&names.join("  "), help, is_idle, width, theme));
            }
        }
        lines
    }
}

impl Overlay for Help {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Help]
    }

    fn key(
        &mut self,
        _key: KeyEvent,
        action: Option<Action>,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        match action {
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

    fn offers(&self, action: Action, _shared: &Shared<'_>, picture: &Picture) -> bool {
        self.scroll.offers(action, picture)
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture) {
        let is_wide = area.width >= WIDTHS.1 && self.contexts.len() > 1;
        let count = if is_wide { 2 } else { 1 };
        let width = if count == 2 { WIDTHS.1 } else { WIDTHS.0 }.min(area.width);
        let column = (usize::from(width) - 4 - 3 * (count - 1)) / count;
        let columns = self.columns(shared, count, column);
        let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
        let height = u16::try_from(rows + 2).unwrap_or(u16::MAX);
        let area = centred(area, width, height);
        let page = usize::from(area.height.saturating_sub(2));
        let first = self.scroll.first(rows, page, picture);
        let sight = Span::styled(in_sight(first, page, rows), shared.theme.dim);
        let quiet = if self.idle.is_empty() {
            ""
        } else {
            "what is dim does nothing now"
        };
        let inner = Pane::new("Keys")
            .right(sight)
            .below(Span::styled(quiet, shared.theme.dim))
            .draw_over(frame, area, shared.theme);
        let areas = Layout::horizontal(vec![Constraint::Fill(1); count])
            .spacing(3)
            .split(inner);
        for (lines, area) in columns.into_iter().zip(areas.iter()) {
            let lines: Vec<Line<'_>> = lines.into_iter().skip(first).take(page).collect();
            frame.render_widget(Paragraph::new(lines), *area);
        }
    }
}

/// Keys and what they do; a list of keys that is too long for its column has a line of its own.
fn key_lines(
    keys: &str,
    help: &str,
    is_idle: bool,
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let (key_style, text_style) = if is_idle {
        (theme.dim, theme.dim)
    } else {
        (theme.focus, theme.text)
    };
    let mut lines = Vec::new();
    let is_long = keys.width() + 3 > KEYS;
    if is_long {
        let keys = Span::styled(format!("  {keys}"), key_style);
        lines.push(Line::from(keys));
    }
    for (index, text) in wrap(help, width.saturating_sub(KEYS))
        .into_iter()
        .enumerate()
    {
        let keys = if index == 0 && !is_long {
            format!("  {keys}")
        } else {
            String::new()
        };
        lines.push(Line::from(vec![
            Span::styled(format!("{keys:<KEYS$}"), key_style),
            Span::styled(text, text_style),
        ]));
    }
    lines
}
