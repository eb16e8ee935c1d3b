//! The last line of every screen: the keys that do something now, as many as fit.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use crate::model::keymap::name_of;
use crate::model::{Action, Context};
use crate::ui::shared::Shared;
use crate::ui::theme::Theme;

/// Draws the keys that work in the contexts, the nearest first, as many as fit; what is not offered now is left out.
/// A label says what the key does now.
pub fn footer(
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    contexts: &[Context],
    is_offered: impl Fn(Action) -> bool,
    label: impl Fn(Action) -> &'static str,
) {
    let theme = shared.theme;
    let mut entries: Vec<Entry> = Vec::new();
    for context in contexts {
        for binding in shared
            .keymap
            .in_context(*context)
            .filter(|binding| binding.in_footer && is_offered(binding.action))
        {
            let Some(key) = binding.keys.first().map(|key| name_of(*key)) else {
                continue;
            };
            if entries.iter().all(|known| known.key != key) {
                entries.push(Entry {
                    weight: Weight::of(&key, binding.action),
                    label: label(binding.action),
                    key,
                });
            }
        }
    }
    let width = usize::from(area.width);
    frame.render_widget(Paragraph::new(keys_line(&entries, width, theme)), area);
}

/// A key of the footer, and what it does.
struct Entry {
    key: String,
    label: &'static str,
    weight: Weight,
}

/// Which keys stay where there is no room for all: the way out and the help first, then what is done here, the first
/// before the last; how the program is left goes first of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Always,
    Here,
    Quit,
}

impl Weight {
    fn of(key: &str, action: Action) -> Self {
        match action {
            Action::Quit => Self::Quit,
            Action::Help => Self::Always,
            _ if key == "Esc" => Self::Always,
            _ => Self::Here,
        }
    }
}

/// As many keys as fit, by their weight, in the order in which they are given; how the program is left only where all
/// others fit.
fn keys_line(entries: &[Entry], width: usize, theme: &Theme) -> Line<'static> {
    let cost = |entry: &Entry| entry.key.width() + entry.label.width() + 4;
    let mut by_weight: Vec<usize> = (0..entries.len()).collect();
    by_weight.sort_by_key(|place| entries[*place].weight);
    // The blanks behind the last one may fall off the edge.
    let mut room = width + 2;
    let mut fits = vec![false; entries.len()];
    let mut fitting = 0;
    for (earlier, place) in by_weight.into_iter().enumerate() {
        let is_last = entries[place].weight == Weight::Quit;
        if cost(&entries[place]) <= room && (!is_last || fitting == earlier) {
            room -= cost(&entries[place]);
            fits[place] = true;
            fitting += 1;
        }
    }
    let mut spans = vec![Span::raw(" ")];
    for (entry, _) in entries.iter().zip(fits).filter(|(_, fits)| *fits) {
        spans.push(Span::styled(entry.key.clone(), theme.focus));
        spans.push(Span::styled(format!(" {}   ", entry.label), theme.dim));
    }
    Line::from(spans)
}
