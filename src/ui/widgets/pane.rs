//! A pane: rounded, dim borders, the title in the border at the left, figures at its right end.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Borders, Clear};

use crate::ui::theme::Theme;

/// A pane's border and texts in it.
pub struct Pane<'a> {
    title: String,
    right: Line<'a>,
    below: Line<'a>,
    focused: bool,
}

impl<'a> Pane<'a> {
    /// A pane with a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            right: Line::default(),
            below: Line::default(),
            focused: false,
        }
    }

    /// Puts figures at the right end of the upper border.
    #[must_use]
    pub fn right(mut self, right: impl Into<Line<'a>>) -> Self {
        self.right = right.into();
        self
    }

    /// Puts a hint at the right end of the lower border.
    #[must_use]
    pub fn below(mut self, below: impl Into<Line<'a>>) -> Self {
        self.below = below.into();
        self
    }

    /// Whether the next key goes here.
    #[must_use]
    pub fn focused(mut self, focused: bool) -> Self {
        self.focused = focused;
        self
    }

    /// Draws the pane and returns the area inside, with a blank column at either side.
    pub fn draw(self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) -> Rect {
        let border = if self.focused {
            theme.mark
        } else {
            theme.faint
        };
        let title = if self.focused {
            theme.focus
        } else {
            theme.strong
        };
        let mut block = Block::new()
            .borders(Borders::ALL)
            .border_type(BorderType::Rounded)
            .border_style(border);
        // Where no colour tells the focused pane from the others, its lines do.
        let is_heavy = self.focused && theme.mark.fg.is_none();
        block = match (theme.ascii, is_heavy) {
            (true, true) => block.border_set(HEAVY_ASCII),
            (true, false) => block.border_set(ASCII),
            (false, true) => block.border_type(BorderType::Thick),
            (false, false) => block,
        };
        if !self.title.is_empty() {
            block = block.title(Line::from(vec![
                Span::raw(" "),
                Span::styled(self.title, title),
                Span::raw(" "),
            ]));
        }
        if self.right.width() > 0 {
            block = block.title(padded(self.right).right_aligned());
        }
        if self.below.width() > 0 {
            block = block.title_bottom(padded(self.below).right_aligned());
        }
        let inner = block.inner(area);
        frame.render_widget(block, area);
        inner.inner(Margin::new(1, 0))
    }

    /// Draws the pane over what is there.
    pub fn draw_over(self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) -> Rect {
        frame.render_widget(Clear, area);
        frame.render_widget(Block::new().style(theme.overlay), area);
        self.focused(true).draw(frame, area, theme)
    }
}

const ASCII: ratatui::symbols::border::Set<'static> = ratatui::symbols::border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

const HEAVY_ASCII: ratatui::symbols::border::Set<'static> = ratatui::symbols::border::Set {
    vertical_left: "#",
    vertical_right: "#",
    horizontal_top: "=",
    horizontal_bottom: "=",
    ..ASCII
};

fn padded(mut line: Line<'_>) -> Line<'_> {
    line.spans.insert(0, Span::raw(" "));
    line.spans.push(Span::raw(" "));
    line
}

/// An area of at most this size in the middle of another.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}
