//! The page of keys, made from the table of keys.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::model::keymap::name_of;
use crate::model::{Action, Context};
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::pane::{Pane, centred};

/// The page of the keys that work in some contexts.
pub struct Help {
    contexts: &'static [Context],
    scroll: u16,
    limit: u16,
}

impl Help {
    /// The keys of these contexts, the nearest first.
    pub fn new(contexts: &'static [Context]) -> Self {
        Self {
            contexts,
            scroll: 0,
            limit: 0,
        }
    }

    /// Takes an action.
    pub fn act(&mut self, action: Option<Action>) -> Vec<Step> {
        match action {
            Some(Action::ScrollDown) => self.scroll = (self.scroll + 1).min(self.limit),
            Some(Action::ScrollUp) => self.scroll = self.scroll.saturating_sub(1),
            Some(Action::Back) => return vec![Step::Close],
            _ => {}
        }
        Vec::new()
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        self.limit = picture.scroll_limit;
        self.scroll = self.scroll.min(self.limit);
    }

    /// Draws the page.
    pub fn view(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        let lines = self.lines(shared);
        let height = u16::try_from(lines.len())
            .unwrap_or(u16::MAX)
            .saturating_add(2);
        let area = centred(area, 84, height);
        let inner = Pane::new("Keys").draw_over(frame, area, shared.theme);
        let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        picture.scroll_limit = rows.saturating_sub(inner.height);
        frame.render_widget(Paragraph::new(lines).scroll((self.scroll, 0)), inner);
    }

    fn lines(&self, shared: &Shared<'_>) -> Vec<Line<'static>> {
        let theme = shared.theme;
        let mut lines = Vec::new();
        for context in self.contexts {
            if !lines.is_empty() {
                lines.push(Line::default());
            }
            lines.push(Line::from(Span::styled(context.heading(), theme.strong)));
            for binding in shared.keymap.in_context(*context) {
                let keys: Vec<String> = binding.keys.iter().map(|key| name_of(*key)).collect();
                lines.push(Line::from(vec![
                    Span::styled(format!("  {:<20}", keys.join("  ")), theme.focus),
                    Span::styled(binding.action.help(), theme.text),
                ]));
            }
        }
        lines
    }
}
