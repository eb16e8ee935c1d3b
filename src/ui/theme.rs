//! Meanings and how they look. Screens name a meaning, never a colour.

use ratatui::style::{Color, Modifier, Style};
use serde::{Deserialize, Deserializer, de::Error as _};

/// How every meaning looks.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// What one reads.
    #[serde(deserialize_with = "style")]
    pub text: Style,
    /// What stands out among it.
    #[serde(deserialize_with = "style")]
    pub strong: Style,
    /// What one may read: labels, units, hints.
    #[serde(deserialize_with = "style")]
    pub dim: Style,
    /// Lines and borders.
    #[serde(deserialize_with = "style")]
    pub faint: Style,
    /// Where the next key goes.
    #[serde(deserialize_with = "style")]
    pub focus: Style,
    /// Good.
    #[serde(deserialize_with = "style")]
    pub ok: Style,
    /// Worth a look.
    #[serde(deserialize_with = "style")]
    pub warning: Style,
    /// Wrong, or harmful.
    #[serde(deserialize_with = "style")]
    pub danger: Style,
    /// A variable's name.
    #[serde(deserialize_with = "style")]
    pub field: Style,
    /// A criterion, and a key of JSON.
    #[serde(deserialize_with = "style")]
    pub criterion: Style,
    /// A value.
    #[serde(deserialize_with = "style")]
    pub value: Style,
    /// The selected row.
    #[serde(deserialize_with = "style")]
    pub selected: Style,
    /// The name of a safe profile.
    #[serde(deserialize_with = "style")]
    pub safe_pill: Style,
    /// The name of a live profile.
    #[serde(deserialize_with = "style")]
    pub live_pill: Style,
    /// The header of a live profile.
    #[serde(deserialize_with = "style")]
    pub live_line: Style,
    /// The ground of what lies over the screen.
    #[serde(deserialize_with = "style")]
    pub overlay: Style,
    /// The bar beside the selected row.
    #[serde(deserialize_with = "style")]
    pub mark: Style,
    /// Marks of ASCII alone.
    #[serde(skip)]
    pub ascii: bool,
}

/// The themes that ship with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThemeName {
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// Without colours.
    Plain,
}

impl Theme {
    /// A shipped theme.
    pub fn shipped(name: ThemeName) -> Self {
        let text = match name {
            ThemeName::Dark => include_str!("../../assets/themes/dark.toml"),
            ThemeName::Light => include_str!("../../assets/themes/light.toml"),
            ThemeName::Plain => include_str!("../../assets/themes/plain.toml"),
        };
        // A test reads all three; without colours everything can still be read.
        toml::from_str(text).unwrap_or_else(|_| Self::bare())
    }

    /// The same theme with marks of ASCII alone.
    #[must_use]
    pub fn with_ascii(mut self, ascii: bool) -> Self {
        self.ascii = ascii;
        self
    }

    fn bare() -> Self {
        let (plain, reversed) = (Style::new(), Style::new().add_modifier(Modifier::REVERSED));
        Self {
            text: plain,
            strong: plain,
            dim: plain,
            faint: plain,
            focus: plain,
            ok: plain,
            warning: plain,
            danger: plain,
            field: plain,
            criterion: plain,
            value: plain,
            selected: reversed,
            safe_pill: reversed,
            live_pill: reversed,
            live_line: plain,
            overlay: plain,
            mark: plain,
            ascii: false,
        }
    }

    /// A mark, or its stand-in of ASCII.
    pub fn mark_of(&self, mark: Mark) -> &'static str {
        match (mark, self.ascii) {
            (Mark::Ok, false) => "●",
            (Mark::Ok, true) => "*",
            (Mark::Warning, false) => "▲",
            (Mark::Warning, true) => "!",
            (Mark::Error, false) => "✕",
            (Mark::Error, true) => "x",
            (Mark::Unknown, _) => "?",
            (Mark::Pending, false) => "◌",
            (Mark::Pending, true) => "o",
            (Mark::Row, false) => "▌",
            (Mark::Row, true) => ">",
            (Mark::On, false) => "◉",
            (Mark::On, true) => "(x)",
            (Mark::Off, false) => "○",
            (Mark::Off, true) => "( )",
        }
    }
}

/// A mark that stands beside a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Good.
    Ok,
    /// Worth a look.
    Warning,
    /// Wrong.
    Error,
    /// Not known.
    Unknown,
    /// On its way.
    Pending,
    /// The selected row.
    Row,
    /// Switched on.
    On,
    /// Switched off.
    Off,
}

fn style<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Style, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| D::Error::custom(format!("\"{text}\" is no style")))
}

fn parse(text: &str) -> Option<Style> {
    let mut style = Style::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        style = match word {
            "bold" => style.add_modifier(Modifier::BOLD),
            "dim" => style.add_modifier(Modifier::DIM),
            "underlined" => style.add_modifier(Modifier::UNDERLINED),
            "reversed" => style.add_modifier(Modifier::REVERSED),
            // On the terminal's own ground nothing is painted, so that a selected row can shine through.
            "reset" => style,
            "on" => style.bg(words.next()?.parse().ok()?),
            colour => style.fg(colour.parse::<Color>().ok()?),
        };
    }
    Some(style)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::dark(include_str!("../../assets/themes/dark.toml"))]
    #[case::light(include_str!("../../assets/themes/light.toml"))]
    #[case::plain(include_str!("../../assets/themes/plain.toml"))]
    fn shipped_themes_are_sound(#[case] text: &str) {
        toml::from_str::<Theme>(text).unwrap();
    }

    #[test]
    fn the_plain_theme_has_no_colour_and_shows_the_selected_row() {
        let theme = Theme::shipped(ThemeName::Plain);
        let styles = [
            theme.text,
            theme.dim,
            theme.focus,
            theme.danger,
            theme.selected,
            theme.live_pill,
            theme.value,
        ];
        assert!(
            styles
                .iter()
                .all(|style| style.fg.is_none() && style.bg.is_none())
        );
        assert!(theme.selected.add_modifier.contains(Modifier::REVERSED));
    }

    #[test]
    fn a_word_that_is_no_colour_is_refused() {
        assert!(parse("mauve-ish").is_none());
        assert!(parse("#ffffff bold on #000000").is_some());
    }
}
