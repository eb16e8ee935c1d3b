//! What a switch means, and where it is really flipped.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::Switch;
use crate::ui::shared::Shared;
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::pane::Pane;
use crate::ui::widgets::words::{fact, marked};

/// Rows of the pane at most, its borders included.
pub(super) const HEIGHT: u16 = 12;

/// What being enabled means `[D]`.
const ENABLED: &str = "On: the launch hook answers. Off: the platform answers 404; a run that is queued already is sent all the same. Here: off, nothing is launched.";

/// Draws it.
pub(super) fn view(frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, switch: Switch) {
    let theme = shared.theme;
    let (meaning, key) = match switch {
        Switch::Enabled => (ENABLED, "Enabled"),
        Switch::Setting(setting) => (setting.meaning(), setting.key()),
    };
    let inner = Pane::new(switch.label())
        .right(Span::styled(key, theme.dim))
        .draw(frame, area, theme);
    let width = usize::from(inner.width);
    let mut lines = sentences(meaning, width, theme);
    if !shared.environment.pushes_settings {
        lines.extend(standing(switch, width, theme));
    }
    frame.render_widget(Paragraph::new(lines), inner);
}

/// The parts of a meaning, each beside its word: `On`, `Off`, `Here`.
fn sentences(meaning: &str, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    const WORDS: [&str; 3] = ["On", "Off", "Here"];
    let mut starts: Vec<(usize, &str)> = WORDS
        .into_iter()
        .filter_map(|word| {
            let marker = format!("{word}: ");
            let start = if meaning.starts_with(&marker) {
                Some(0)
            } else {
                meaning.find(&format!(". {marker}")).map(|place| place + 2)
            };
            start.map(|start| (start, word))
        })
        .collect();
    starts.sort_unstable();
    let mut lines = Vec::new();
    for (index, (start, word)) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(meaning.len(), |next| next.0);
        let text = meaning[start + word.len() + 1..end].trim();
        lines.extend(fact(word, text, theme.text, width, theme));
    }
    lines
}

/// Where the switch itself is flipped, on a platform that has no call for it.
fn standing(switch: Switch, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let text = match switch {
        Switch::Enabled => {
            "This switch is pushed to the platform. The eight below are only recorded here: they are flipped in the vendor's web page, and this console obeys the record."
        }
        Switch::Setting(_) => {
            "Recorded here only: the switch itself is flipped in the vendor's web page, and this console obeys the record. Only Enabled is pushed."
        }
    };
    let mut lines = vec![Line::default()];
    lines.extend(marked(
        theme.mark_of(Mark::Warning),
        text,
        theme.warning,
        width,
    ));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::Setting;
    use crate::ui::theme::ThemeName;

    #[test]
    fn no_word_of_a_meaning_gets_lost() {
        let theme = Theme::shipped(ThemeName::Plain);
        let meanings = Setting::ALL.map(Setting::meaning);
        for meaning in meanings.into_iter().chain([ENABLED]) {
            let drawn: String = sentences(meaning, 400, &theme)
                .iter()
                .map(|line| format!("{line} "))
                .collect();
            let words = |text: &str| -> Vec<String> {
                text.replace(':', " ")
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect()
            };
            assert_eq!(words(&drawn), words(meaning));
        }
    }
}
