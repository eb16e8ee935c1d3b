//! One contact of a target list.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::record::{ContactId, is_phone_channel};

/// A contact to reach, with the variables to set on it, in their own order. All values are text `[I]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Target(pub IndexMap<String, String>);

impl Target {
    /// A variable's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        // Going through a few names is quicker than hashing one.
        let value = if self.0.len() <= 16 {
            let mut variables = self.0.iter();
            variables.find_map(|(other, value)| (other == name).then_some(value))
        } else {
            self.0.get(name)
        };
        value.map(String::as_str)
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

impl FromIterator<(String, String)> for Target {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(variables: T) -> Self {
        Self(variables.into_iter().collect())
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
        let mut variables = IndexMap::new();
        while let Some((name, value)) = map.next_entry::<String, String>()? {
            if variables.contains_key(&name) {
                return Err(A::Error::custom(format!("{name:?} stands twice")));
            }
            variables.insert(name, value);
        }
        Ok(Target(variables))
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
}
