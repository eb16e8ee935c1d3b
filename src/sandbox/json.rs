//! A JSON value that keeps what `serde_json::Value` loses: keys that come twice.
//!
//! `serde_json` takes the last of two equal keys silently; a launch body in which a key comes twice must be refused.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, MapAccess, SeqAccess, Visitor};

/// A JSON value as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number from 0.
    Whole(u64),
    /// Any other number.
    Number,
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// Keys and values in their order, equal keys too.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads one JSON value in UTF-8, at most 128 levels deep.
    ///
    /// # Errors
    /// Whatever is wrong with the text, in the parser's words.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

/// The first key that comes twice in an object.
pub(super) fn repeated_key(entries: &[(String, Json)]) -> Option<&str> {
    let mut seen = std::collections::HashSet::with_capacity(entries.len());
    entries
        .iter()
        .map(|(key, _)| key.as_str())
        .find(|key| !seen.insert(*key))
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Whole(value))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Number)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_comes_twice_is_seen() {
        let Json::Object(entries) = Json::read(br#"{"a":1,"b":2,"a":1}"#).unwrap() else {
            panic!("not an object");
        };
        assert_eq!(repeated_key(&entries), Some("a"));
        assert_eq!(repeated_key(&entries[..2]), None);
    }

    #[test]
    fn what_is_not_one_value_in_utf8_is_refused() {
        for bytes in [
            &b"{} {}"[..],
            b"",
            b"  ",
            b"{\"a\":\"\xff\"}",
            b"{",
            b"\"\\ud800\"",
        ] {
            assert!(Json::read(bytes).is_err(), "{bytes:?}");
        }
        assert!(Json::read("[".repeat(200).as_bytes()).is_err());
    }

    #[test]
    fn numbers_that_are_not_whole_are_told_apart() {
        assert_eq!(Json::read(b"5").unwrap(), Json::Whole(5));
        for text in ["5.5", "-1", "123456789012345678901234567890", "5.0"] {
            assert_eq!(Json::read(text.as_bytes()).unwrap(), Json::Number, "{text}");
        }
    }
}
