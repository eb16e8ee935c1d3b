//! One contact of a target list.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use compact_str::CompactString;
use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::record::{ContactId, is_phone_channel};

/// A contact to reach, with the variables to set on it, in their own order. All values are text `[I]`.
///
/// Lists have a million of these: a copy shares the texts, and most targets are one piece of memory.
#[derive(Clone, PartialEq, Eq)]
pub struct Target(Arc<[(CompactString, CompactString)]>);

impl Target {
    /// A target of variables whose names differ.
    fn of(variables: Vec<(CompactString, CompactString)>) -> Self {
        Self(variables.into())
    }

    /// A target of variables whose names are known to differ; of a length that is known it is one piece of memory at
    /// once.
    pub(crate) fn of_distinct(
        variables: impl Iterator<Item = (CompactString, CompactString)>,
    ) -> Self {
        Self(variables.collect())
    }

    /// Its variables, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> + Clone {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many variables it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no variable at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same target with a variable set to another value; behind the others where it is new.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut variables = self.0.to_vec();
        match variables.iter_mut().find(|(other, _)| other == name) {
            Some((_, old)) => *old = value.into(),
            None => variables.push((name.into(), value.into())),
        }
        Self::of(variables)
    }

    /// The same target without a variable.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let others = self.0.iter().filter(|(other, _)| other != name);
        Self(others.cloned().collect())
    }

    /// A variable's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find_map(|(other, value)| (other == name).then_some(value))
    }

    /// A variable's value, if it is set and not empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// What it names a contact by: `user_id`, else `user_phone_number`, within its `bot_channel` (empty where none is
    /// given). `None` where it names nobody `[D]`.
    pub fn identity(&self) -> Option<ContactId> {
        let user_id = self.named_by()?;
        let channel = self.filled("bot_channel").unwrap_or_default();
        Some(ContactId {
            channel: channel.to_owned(),
            user_id: user_id.to_owned(),
        })
    }

    /// The text that names it: `user_id`, else `user_phone_number`; `None` where it names nobody.
    pub fn named_by(&self) -> Option<&str> {
        self.filled("user_id")
            .or_else(|| self.filled("user_phone_number"))
    }

    /// Whether the platform can create it: `user_id` and `bot_channel` are needed; on WhatsApp, SMS and RCS
    /// `user_phone_number` will do for `user_id` `[D]`.
    pub fn is_creatable(&self) -> bool {
        let Some(channel) = self.filled("bot_channel") else {
            return false;
        };
        self.filled("user_id").is_some()
            || (is_phone_channel(channel) && self.filled("user_phone_number").is_some())
    }
}

impl<N: Into<CompactString>, V: Into<CompactString>> FromIterator<(N, V)> for Target {
    /// Of two values for one name the later one counts, at the place of the first.
    fn from_iter<T: IntoIterator<Item = (N, V)>>(variables: T) -> Self {
        let mut kept = Variables::default();
        for (name, value) in variables {
            let (name, value) = (name.into(), value.into());
            match kept.place_of(&name) {
                Some(place) => kept.list[place].1 = value,
                None => kept.push(name, value),
            }
        }
        Self::of(kept.list)
    }
}

impl Default for Target {
    fn default() -> Self {
        Self::of(Vec::new())
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Target {
    /// Reads a flat object of texts; a name that stands twice is an error, since nobody can say which value counts.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TargetVisitor)
    }
}

struct TargetVisitor;

impl<'de> Visitor<'de> for TargetVisitor {
    type Value = Target;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object whose values are all text")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Target, A::Error> {
        let mut variables = Variables::default();
        while let Some((name, value)) = map.next_entry::<CompactString, CompactString>()? {
            if variables.place_of(&name).is_some() {
                return Err(A::Error::custom(format!("{name:?} stands twice")));
            }
            variables.push(name, value);
        }
        Ok(Target::of(variables.list))
    }
}

/// So many variables are gone through; more are looked up, so that a hostile list of names takes no hours.
const FEW: usize = 32;

/// Variables as they come, by name.
#[derive(Default)]
struct Variables {
    list: Vec<(CompactString, CompactString)>,
    /// The place of each name; filled once there are many.
    places: HashMap<CompactString, usize>,
}

impl Variables {
    fn place_of(&self, name: &str) -> Option<usize> {
        if self.list.len() <= FEW {
            return self.list.iter().position(|(other, _)| other == name);
        }
        self.places.get(name).copied()
    }

    /// Adds a variable whose name isn't there yet.
    fn push(&mut self, name: CompactString, value: CompactString) {
        self.list.push((name, value));
        if self.list.len() > FEW {
            let unknown = self.list.iter().enumerate().skip(self.places.len());
            let places = unknown.map(|(place, (name, _))| (name.clone(), place));
            self.places.extend(places);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::id_and_channel(r#"{"user_id":"1","bot_channel":"WebChannel"}"#, true)]
    #[case::id_alone(r#"{"user_id":"1"}"#, false)]
    #[case::phone_on_a_phone_channel(
        r#"{"user_phone_number":"1","bot_channel":"SMSChannel"}"#,
        true
    )]
    #[case::phone_elsewhere(r#"{"user_phone_number":"1","bot_channel":"WebChannel"}"#, false)]
    #[case::empty_id(r#"{"user_id":"","bot_channel":"WebChannel"}"#, false)]
    fn creatable(#[case] json: &str, #[case] expected: bool) {
        let target: Target = serde_json::from_str(json).unwrap();
        assert_eq!(target.is_creatable(), expected);
    }

    #[rstest]
    #[case::twice(r#"{"a":"1","a":"2"}"#, "stands twice")]
    #[case::number(r#"{"a":1}"#, "expected a string")]
    #[case::nested(r#"{"a":{}}"#, "expected a string")]
    fn what_is_no_target(#[case] json: &str, #[case] expected: &str) {
        let error = serde_json::from_str::<Target>(json)
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn many_names_are_told_apart_like_few() {
        let names = (0..100).chain([0, 50, 99]);
        let target: Target = names
            .enumerate()
            .map(|(count, name)| (format!("v{name}"), count.to_string()))
            .collect();
        assert_eq!(target.len(), 100);
        assert_eq!(
            ["v0", "v32", "v50", "v99"].map(|name| target.get(name)),
            [Some("100"), Some("32"), Some("101"), Some("102")]
        );
        let json = serde_json::to_string(&target).unwrap();
        assert_eq!(serde_json::from_str::<Target>(&json).unwrap(), target);
        let twice = json.replace("\"v99\"", "\"v3\"");
        assert!(serde_json::from_str::<Target>(&twice).is_err());
    }

    #[test]
    fn a_variable_is_set_in_its_place_and_taken_out() {
        let target: Target = [("a", "1"), ("b", "2")].into_iter().collect();
        let other = target.with("a", "x").with("c", "3");
        assert_eq!(
            other.iter().collect::<Vec<_>>(),
            [("a", "x"), ("b", "2"), ("c", "3")]
        );
        assert_eq!(
            other.without("b").iter().collect::<Vec<_>>(),
            [("a", "x"), ("c", "3")]
        );
        assert_eq!(target.len(), 2, "the first is as it was");
    }
}
