//! JSON as the platform writes it: in an envelope or bare, with fields missing, null, or of a slightly wrong type.
//!
//! Values are kept as the text they came in, so that an id of thirty digits stays one.

use indexmap::IndexMap;
use serde_json::value::RawValue;

use super::error::{PlatformError, quoted};

/// A JSON object whose values were not looked at yet. Of two equal keys the last stands.
pub(super) struct Object<'a>(IndexMap<String, &'a RawValue>);

impl<'a> Object<'a> {
    /// The first of these fields that is there and not null; letter case does not matter.
    pub(super) fn field(&self, names: &[&str]) -> Option<&'a RawValue> {
        names
            .iter()
            .find_map(|name| self.find(|key| key.eq_ignore_ascii_case(name)))
    }

    /// The first field whose name satisfies `wanted` and that is not null.
    pub(super) fn find(&self, wanted: impl Fn(&str) -> bool) -> Option<&'a RawValue> {
        self.0
            .iter()
            .find(|(key, value)| wanted(key) && value.get() != "null")
            .map(|(_, value)| *value)
    }

    /// A field as text: texts, numbers and booleans as they are, nested values as JSON text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.field(&[name]).and_then(text)
    }

    /// A field as a boolean: `true`, `"True"`, `1`.
    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        match self.text(name)?.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// A field as a whole number: `12`, `"12"`, `12.0`.
    pub(super) fn whole<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        let text = self.text(name)?;
        let digits = text.trim();
        digits.strip_suffix(".0").unwrap_or(digits).parse().ok()
    }

    /// All fields that are set, as text, in order.
    pub(super) fn into_texts(self) -> IndexMap<String, String> {
        self.0
            .into_iter()
            .filter_map(|(key, value)| Some((key, text(value)?)))
            .collect()
    }
}

/// A value as text; `None` for null.
pub(super) fn text(value: &RawValue) -> Option<String> {
    let raw = value.get();
    match raw.as_bytes().first() {
        Some(b'n') => None,
        Some(b'"') => Some(serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned())),
        _ => Some(raw.to_owned()),
    }
}

/// The object that an answer is, or that stands under `Result` or `Data` in it.
pub(super) fn object<'a>(body: &'a str, doing: &str) -> Result<Object<'a>, PlatformError> {
    read_object(unwrapped(body, doing)?).ok_or_else(|| PlatformError::Unexpected {
        doing: doing.to_owned(),
        missing: "JSON object",
    })
}

/// The objects of the array that an answer is, or that stands under `Result` or `Data` in it; null is an empty one.
pub(super) fn objects<'a>(body: &'a str, doing: &str) -> Result<Vec<Object<'a>>, PlatformError> {
    let unexpected = || PlatformError::Unexpected {
        doing: doing.to_owned(),
        missing: "JSON array of objects",
    };
    let value = unwrapped(body, doing)?;
    if value.get() == "null" {
        return Ok(Vec::new());
    }
    let items: Vec<&RawValue> = serde_json::from_str(value.get()).map_err(|_| unexpected())?;
    items
        .into_iter()
        .map(|item| read_object(item).ok_or_else(unexpected))
        .collect()
}

/// The texts of an array of plain values; a single text is a list of one.
pub(super) fn texts(value: &RawValue) -> Vec<String> {
    match serde_json::from_str::<Vec<&RawValue>>(value.get()) {
        Ok(items) => items.into_iter().filter_map(text).collect(),
        Err(_) => text(value).into_iter().collect(),
    }
}

fn read_object(value: &RawValue) -> Option<Object<'_>> {
    serde_json::from_str(value.get()).ok().map(Object)
}

fn unwrapped<'a>(body: &'a str, doing: &str) -> Result<&'a RawValue, PlatformError> {
    let body = body.trim_start_matches('\u{feff}');
    let value: &RawValue = serde_json::from_str(body).map_err(|_| PlatformError::NotJson {
        doing: doing.to_owned(),
        answer: quoted(body),
    })?;
    let envelope = read_object(value).and_then(|object| {
        ["Result", "Data"]
            .iter()
            .find_map(|name| {
                object
                    .0
                    .iter()
                    .find(|(key, _)| key.eq_ignore_ascii_case(name))
            })
            .map(|(_, inner)| *inner)
            .filter(|inner| matches!(inner.get().as_bytes().first(), Some(b'{' | b'[' | b'n')))
    });
    Ok(envelope.unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::bare(r#"[{"Id":1}]"#)]
    #[case::result(r#"{"Result":[{"Id":1}]}"#)]
    #[case::data(r#"{"data":[{"Id":1}],"Count":1}"#)]
    #[case::byte_order_mark("\u{feff}[{\"Id\":1}]")]
    fn envelopes_are_taken_off(#[case] body: &str) {
        let objects = objects(body, "x").unwrap();
        assert_eq!(objects.len(), 1);
        assert_eq!(objects[0].text("id").as_deref(), Some("1"));
    }

    #[rstest]
    #[case::text(r#""Ada""#, Some("Ada"))]
    #[case::long_number(
        "123456789012345678901234567890",
        Some("123456789012345678901234567890")
    )]
    #[case::boolean("true", Some("true"))]
    #[case::nested(r#"{"a":[1]}"#, Some(r#"{"a":[1]}"#))]
    #[case::null("null", None)]
    #[case::empty("\"\"", Some(""))]
    fn values_become_text(#[case] json: &str, #[case] expected: Option<&str>) {
        let body = format!("{{\"v\":{json}}}");
        let texts = object(&body, "x").unwrap().into_texts();
        assert_eq!(texts.get("v").map(String::as_str), expected);
    }

    #[rstest]
    #[case("\"TRUE\"", Some(true))]
    #[case("0", Some(false))]
    #[case("[]", None)]
    fn booleans_are_read_from_what_looks_like_one(
        #[case] json: &str,
        #[case] expected: Option<bool>,
    ) {
        let body = format!("{{\"v\":{json}}}");
        assert_eq!(object(&body, "x").unwrap().boolean("v"), expected);
    }

    #[rstest]
    #[case::no_json("<html>", true)]
    #[case::array("[1]", false)]
    fn another_shape_is_an_error(#[case] body: &str, #[case] not_json: bool) {
        let error = objects(body, "x").err().unwrap();
        assert_eq!(matches!(error, PlatformError::NotJson { .. }), not_json);
    }
}
