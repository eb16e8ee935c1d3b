//! Channels that targets name and that nobody of the bot is on: contacts created there may never be reached.
//!
//! `bot_channel` takes any text, so a mistyped one is refused by nobody.

use std::collections::HashMap;

use super::named::Named;
use crate::audience::Table;
use crate::audience::complete::edits;
use crate::domain::plan::Form;
use crate::domain::problem::{Capped, Code, Problem};
use crate::domain::record::CHANNELS;
use crate::domain::text::shown;

/// The name that one of the vendor's pages has instead of the class name `[D]`.
const SHORT: &str = "WhatsApp";

/// Letters of a channel that is held against the others; longer than any.
const MOST_LETTERS: usize = 40;

/// Channels that the cache is asked for at most: a bot is on a few.
const MOST_IN_USE: usize = 1_000;

/// The channels of a bot.
pub struct Channels<'a> {
    in_use: Vec<String>,
    of_bot: &'a [String],
}

impl<'a> Channels<'a> {
    /// Those of the cached contacts, and those that the platform lists for the bot; `of_bot` is empty where that isn't
    /// known.
    pub fn of(table: &Table, of_bot: &'a [String]) -> Self {
        let values = table.values("bot_channel", "", MOST_IN_USE).into_iter();
        Self {
            in_use: values.map(|value| value.value).collect(),
            of_bot,
        }
    }

    /// What is wrong with a channel, and what to do; `None` where nothing is.
    pub fn warning(&self, channel: &str) -> Option<String> {
        if channel.is_empty() || self.in_use.iter().any(|used| used == channel) {
            return None;
        }
        let lasting = "Correct it: a contact created there may never be reached.";
        let written = shown(channel);
        let cased = self.in_use.iter().find(|used| same_letters(used, channel));
        if !is_class_name(channel) || cased.is_some() {
            let nearest = cased.map(String::as_str).or_else(|| self.nearest(channel));
            let meant = nearest.map(|name| format!("; did you mean {}?", shown(name)));
            let meant = meant.unwrap_or_else(|| ".".to_owned());
            return Some(format!(
                "No cached contact of this bot is on \"{written}\"{meant} {lasting}"
            ));
        }
        (!self.bot_has(channel)).then(|| {
            let has: Vec<_> = self.of_bot.iter().map(|name| shown(name)).collect();
            format!(
                "This bot has no channel for \"{written}\", only {}. {lasting}",
                has.join(", ")
            )
        })
    }

    /// Whether the platform lists a channel for the bot: by short names, so what one holds of the other will do.
    fn bot_has(&self, channel: &str) -> bool {
        let wanted = short(channel);
        let mut listed = self.of_bot.iter().map(|name| short(name));
        self.of_bot.is_empty()
            || listed.any(|name| name.contains(&wanted) || wanted.contains(&name))
    }

    /// The channel that a mistyped one is closest to: those in use come first, and a third of the letters may be off.
    fn nearest(&self, channel: &str) -> Option<&str> {
        let letters = channel.chars().count();
        if letters > MOST_LETTERS {
            return None;
        }
        let in_use = self.in_use.iter().map(String::as_str);
        in_use
            .filter(|used| used.chars().count() <= MOST_LETTERS)
            .chain(CHANNELS)
            .map(|name| (edits(channel, name), name))
            .filter(|(edits, _)| *edits <= (letters / 3).max(1))
            .min_by_key(|(edits, _)| *edits)
            .map(|(_, name)| name)
    }
}

/// Finds the channels of contacts to be created that nobody is on.
pub fn problems(
    form: &Form,
    named: &Named<'_>,
    channels: &[String],
    table: &Table,
) -> Vec<Problem> {
    let mut capped = Capped::new(Code::UnknownChannel);
    let mut known: Option<Channels<'_>> = None;
    let mut judged: HashMap<&str, bool> = HashMap::new();
    for (place, target) in named.targets().iter().enumerate() {
        let Some(channel) = target.filled("bot_channel") else {
            continue;
        };
        if named.is_cached(place) || target.named_by().is_none() {
            continue;
        }
        let known = known.get_or_insert_with(|| Channels::of(table, channels));
        let is_wrong = *judged
            .entry(channel)
            .or_insert_with(|| known.warning(channel).is_some());
        if is_wrong {
            let message = || known.warning(channel).unwrap_or_default();
            capped.push(|| cell(form, place), message);
        }
    }
    capped.into_problems()
}

/// Where the channel of a target stands in the plan.
fn cell(form: &Form, place: usize) -> String {
    match form {
        Form::Conversation { variables } => {
            let last = variables
                .iter()
                .rposition(|variable| variable.name == "bot_channel");
            format!("/variables/{}/value", last.unwrap_or_default())
        }
        _ => format!("/targets/{place}/bot_channel"),
    }
}

/// How many contacts name each channel that is to be warned about, with the warning; the most frequent first.
pub fn unknown_channels<'c>(
    contacts: impl Iterator<Item = &'c str>,
    table: &Table,
    of_bot: &[String],
) -> Vec<(u64, String)> {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for channel in contacts {
        *counts.entry(channel).or_default() += 1;
    }
    let known = Channels::of(table, of_bot);
    let warned = counts.into_iter();
    let mut warned: Vec<(u64, String)> = warned
        .filter_map(|(channel, count)| Some((count, known.warning(channel)?)))
        .collect();
    warned.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    warned
}

fn is_class_name(channel: &str) -> bool {
    channel == SHORT || CHANNELS.contains(&channel)
}

fn same_letters(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// A channel's name in small letters, without what class names end with.
fn short(name: &str) -> String {
    let lower = name.to_lowercase();
    lower.strip_suffix("channel").unwrap_or(&lower).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::Contact;
    use rstest::rstest;

    fn table() -> Table {
        let contact = Contact {
            variables: [("user_id", "1"), ("bot_channel", "WebChannel")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into_iter()
                .collect(),
        };
        Table::from_contacts(&[contact]).unwrap()
    }

    const NEVER: &str = "Correct it: a contact created there may never be reached.";

    #[rstest]
    #[case::in_use("WebChannel", "")]
    #[case::of_the_bot("WhatsAppChannel", "")]
    #[case::as_a_page_writes_it("WhatsApp", "")]
    #[case::mistyped(
        "WebChannl",
        "No cached contact of this bot is on \"WebChannl\"; did you mean WebChannel? "
    )]
    #[case::another_case(
        "whatsappchannel",
        "No cached contact of this bot is on \"whatsappchannel\"; did you mean WhatsAppChannel? "
    )]
    #[case::like_none("x", "No cached contact of this bot is on \"x\". ")]
    #[case::not_of_the_bot(
        "SMSChannel",
        "This bot has no channel for \"SMSChannel\", only WhatsApp, Web. "
    )]
    fn channels(#[case] channel: &str, #[case] expected: &str) {
        let of_bot = ["WhatsApp", "Web"].map(str::to_owned);
        let table = table();
        let warning = Channels::of(&table, &of_bot).warning(channel);
        let expected = (!expected.is_empty()).then(|| format!("{expected}{NEVER}"));
        assert_eq!(warning, expected);
    }

    #[test]
    fn a_class_name_is_fine_where_the_channels_of_the_bot_are_not_known() {
        assert_eq!(Channels::of(&table(), &[]).warning("SMSChannel"), None);
    }

    #[test]
    fn unknown_channels_are_counted() {
        let named = ["WebChannel", "x", "x", "", "Webchannel"].into_iter();
        let counts: Vec<u64> = unknown_channels(named, &table(), &[])
            .into_iter()
            .map(|(count, _)| count)
            .collect();
        assert_eq!(counts, [2, 1]);
    }
}
