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

/// What being enabled means `[D]`.
const ENABLED: &str = "On: the launch hook answers. Off: it answers 404; a run that is queued already is sent all the same. Here: off, nothing is launched.";

/// Rows that the pane needs at a width, its borders included: the same for every switch, so that nothing moves.
///
/// `roomy` leaves a blank line before the standing sentence.
pub(super) fn height(shared: &Shared<'_>, columns: u16, roomy: bool) -> u16 {
    let width = usize::from(columns.saturating_sub(4));
    let rows = Switch::all()
        .into_iter()
        .map(|switch| lines(switch, shared, width, roomy).len())
        .max();
    u16::try_from(rows.unwrap_or(0) + 2).unwrap_or(u16::MAX)
}

/// Draws it.
pub(super) fn view(
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    switch: Switch,
    roomy: bool,
) {
    let theme = shared.theme;
    let key = match switch {
        Switch::Enabled => "Enabled",
        Switch::Setting(setting) => setting.key(),
    };
    let inner = Pane::new(switch.label())
        .right(Span::styled(key, theme.dim))
        .draw(frame, area, theme);
    let lines = lines(switch, shared, usize::from(inner.width), roomy);
    frame.render_widget(Paragraph::new(lines), inner);
}

/// The standing sentence where there is no room for it; empty where it is not needed.
pub(super) fn shortly(shared: &Shared<'_>) -> &'static str {
    if shared.environment.pushes_settings {
        ""
    } else {
        "recorded here, flipped in the vendor's web page"
    }
}

fn lines(switch: Switch, shared: &Shared<'_>, width: usize, roomy: bool) -> Vec<Line<'static>> {
    let meaning = match switch {
        Switch::Enabled => ENABLED,
        Switch::Setting(setting) => setting.meaning(),
    };
    let mut lines = sentences(meaning, width, shared.theme);
    if !shared.environment.pushes_settings {
        lines.extend(roomy.then(Line::default));
        lines.extend(standing(switch, width, shared.theme));
    }
    lines
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
            "This one is pushed to the platform. The others are recorded here only: they are flipped in the vendor's web page; this console obeys the record."
        }
        Switch::Setting(_) => {
            "Recorded here only: the switch itself is flipped in the vendor's web page; this console obeys the record. Only Enabled is pushed."
        }
    };
    marked(theme.mark_of(Mark::Warning), text, theme.warning, width)
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
            let drawn: Vec<String> = sentences(meaning, 400, &theme)
                .iter()
                .map(ToString::to_string)
                .collect();
            let words = |text: &str| -> Vec<String> {
                text.replace(':', " ")
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect()
            };
            assert_eq!(words(&drawn.join(" ")), words(meaning));
        }
    }
}
