//! The one table of (context, key, action), from which lookup, footer and help are made.

use crokey::{KeyCombination, KeyCombinationFormat};
use serde::Deserialize;
use thiserror::Error;

use super::action::Action;
use super::context::Context;

const DEFAULT: &str = include_str!("../../assets/keymap.toml");

/// Why a table of keys can't be used.
#[derive(Debug, Error)]
pub enum KeymapError {
    /// It is not TOML of the right shape.
    #[error("the table of keys can't be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// A key is written in a way that nobody knows.
    #[error("\"{0}\" is no key")]
    UnknownKey(String),
    /// A key has two meanings in one place.
    #[error("{0} has two meanings in the context {1:?}")]
    Ambiguous(String, Context),
}

/// One row: in a context, an action and its keys, the first of which is shown.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Where.
    pub context: Context,
    /// What.
    pub action: Action,
    /// By which keys.
    pub keys: Vec<KeyCombination>,
    /// Whether it stands in the footer.
    pub in_footer: bool,
}

/// The table of keys.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

#[derive(Deserialize)]
struct RawKeymap {
    keys: Vec<RawBinding>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBinding {
    r#in: Context,
    r#do: Action,
    by: String,
    #[serde(default)]
    footer: bool,
}

impl Keymap {
    /// The table that ships with the program.
    ///
    /// # Errors
    /// See [`KeymapError`]; a test holds the shipped table to none.
    pub fn shipped() -> Result<Self, KeymapError> {
        Self::parse(DEFAULT)
    }

    /// Reads a table from TOML.
    ///
    /// # Errors
    /// See [`KeymapError`].
    pub fn parse(text: &str) -> Result<Self, KeymapError> {
        let raw: RawKeymap = toml::from_str(text)?;
        let mut bindings: Vec<Binding> = Vec::with_capacity(raw.keys.len());
        for row in raw.keys {
            let keys: Vec<KeyCombination> = row
                .by
                .split_whitespace()
                .map(parse_key)
                .collect::<Result<_, _>>()?;
            for key in &keys {
                if bindings
                    .iter()
                    .any(|other| other.context == row.r#in && other.keys.contains(key))
                {
                    return Err(KeymapError::Ambiguous(name_of(*key), row.r#in));
                }
            }
            bindings.push(Binding {
                context: row.r#in,
                action: row.r#do,
                keys,
                in_footer: row.footer,
            });
        }
        Ok(Self { bindings })
    }

    /// What a key means, in the first of the contexts that knows it.
    pub fn action(&self, contexts: &[Context], key: KeyCombination) -> Option<Action> {
        contexts.iter().find_map(|context| {
            self.in_context(*context)
                .find(|binding| binding.keys.contains(&key))
                .map(|binding| binding.action)
        })
    }

    /// The rows of a context, in their order.
    pub fn in_context(&self, context: Context) -> impl Iterator<Item = &Binding> {
        self.bindings
            .iter()
            .filter(move |binding| binding.context == context)
    }

    /// The key that is shown for an action in the first of the contexts that has it.
    pub fn key_of(&self, contexts: &[Context], action: Action) -> Option<String> {
        contexts
            .iter()
            .find_map(|context| {
                self.in_context(*context)
                    .find(|binding| binding.action == action)
            })
            .and_then(|binding| binding.keys.first())
            .map(|key| name_of(*key))
    }
}

fn parse_key(text: &str) -> Result<KeyCombination, KeymapError> {
    crokey::parse(text).map_err(|_| KeymapError::UnknownKey(text.to_owned()))
}

/// How a key is written on screen: `Enter`, `^S`, `/`, `F5`.
pub fn name_of(key: KeyCombination) -> String {
    let format = KeyCombinationFormat::default()
        .with_control("^")
        .with_implicit_shift();
    match format.to_string(key).as_str() {
        "Up" => "↑".to_owned(),
        "Down" => "↓".to_owned(),
        "Left" => "←".to_owned(),
        "Right" => "→".to_owned(),
        "PageUp" => "PgUp".to_owned(),
        "PageDown" => "PgDn".to_owned(),
        "BackTab" | "Shift-BackTab" => "S-Tab".to_owned(),
        control if control.starts_with('^') => control.to_uppercase(),
        other => other.replace("Hyphen", "-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crokey::key;
    use std::collections::HashSet;

    #[test]
    fn the_shipped_table_is_sound_and_gives_every_action_a_key() {
        let keymap = Keymap::shipped().unwrap();
        let used: HashSet<Action> = keymap
            .bindings
            .iter()
            .map(|binding| binding.action)
            .collect();
        for action in Action::ALL {
            assert!(used.contains(action), "{action:?} has no key");
            assert!(
                !action.label().is_empty() && !action.help().is_empty(),
                "{action:?} has no label"
            );
        }
    }

    #[test]
    fn a_key_with_two_meanings_in_one_place_is_refused() {
        let table =
            r#"keys = [{in = "list", do = "up", by = "k"}, {in = "list", do = "down", by = "k"}]"#;
        assert!(
            matches!(Keymap::parse(table), Err(KeymapError::Ambiguous(key, Context::List)) if key == "k")
        );
    }

    #[test]
    fn the_nearer_context_decides() {
        let table =
            r#"keys = [{in = "list", do = "up", by = "k"}, {in = "log", do = "copy", by = "k"}]"#;
        let keymap = Keymap::parse(table).unwrap();
        assert_eq!(
            keymap.action(&[Context::Log, Context::List], key!(k)),
            Some(Action::Copy)
        );
        assert_eq!(keymap.action(&[Context::List], key!(k)), Some(Action::Up));
        assert_eq!(keymap.action(&[Context::Bots], key!(k)), None);
    }

    #[test]
    fn arrows_and_vim_keys_are_alike() {
        let keymap = Keymap::shipped().unwrap();
        let pairs = [
            (key!(up), key!(k)),
            (key!(down), key!(j)),
            (key!(left), key!(h)),
            (key!(right), key!(l)),
        ];
        let contexts = [Context::List, Context::Cells];
        for (arrow, letter) in pairs {
            assert_eq!(
                keymap.action(&contexts, arrow),
                keymap.action(&contexts, letter)
            );
            assert!(keymap.action(&contexts, arrow).is_some());
        }
    }

    #[test]
    fn keys_are_named_as_on_a_keyboard() {
        let names = [
            key!(ctrl - s),
            key!(enter),
            key!(f5),
            key!(up),
            key!('?'),
            key!(shift - l),
        ]
        .map(name_of);
        assert_eq!(names, ["^S", "Enter", "F5", "↑", "?", "L"]);
    }
}
