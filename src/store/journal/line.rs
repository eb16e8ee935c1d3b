//! A line of the journal's copy, and the chain that the lines make.
//!
//! ```text
//! {"hash":"<H of the rest>","previous":"<H of the line before>","n":7,"kind":"begun","launch":"...","call":0,"data":{...}}
//!                           ╰──────────────────── hashed (SHA-256, hex) ────────────────────────────────────────────────╯
//! ```
//!
//! A line can be checked by itself, its place by the line before, and the last one by the database.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::domain::text::hex;

/// The hash before the first line.
pub(super) const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The version of the lines' format that this program writes, and the newest that it reads.
pub(super) const FORMAT: u64 = 1;

/// What a step is, in the lines' words.
pub(super) mod kind {
    pub(in super::super) const JOURNAL: &str = "journal";
    pub(in super::super) const ARMED: &str = "armed";
    pub(in super::super) const CALL: &str = "call";
    pub(in super::super) const CONTACTS: &str = "contacts";
    pub(in super::super) const BEGUN: &str = "begun";
    pub(in super::super) const CALLED: &str = "called";
    pub(in super::super) const ANSWER: &str = "answer";
    pub(in super::super) const CLOSED: &str = "closed";
    pub(in super::super) const ENDED: &str = "ended";
    pub(in super::super) const DIED: &str = "died";
    pub(in super::super) const SETTLED: &str = "settled";
    pub(in super::super) const HELD: &str = "held";
    pub(in super::super) const HELD_CALL: &str = "held_call";
    pub(in super::super) const WAITED: &str = "waited";
    pub(in super::super) const MOVED: &str = "moved";
    pub(in super::super) const SEEN: &str = "seen";
    pub(in super::super) const ACCEPTED: &str = "accepted_record";
    pub(in super::super) const REBUILT: &str = "rebuilt";
}

const BEFORE_HASH: &str = "{\"hash\":\"";
const BEFORE_REST: &str = "\",";
const BEFORE_PREVIOUS: &str = "\"previous\":\"";
const BEFORE_NUMBER: &str = "\",\"n\":";

/// What makes a line: everything but its hash.
pub(super) struct Parts<'a> {
    pub(super) previous: &'a str,
    pub(super) n: u64,
    pub(super) kind: &'a str,
    pub(super) launch: Option<&'a str>,
    pub(super) call: Option<i64>,
    /// JSON.
    pub(super) data: &'a str,
    /// A further field and its JSON: what is stored apart.
    pub(super) apart: Option<(&'static str, String)>,
}

impl Parts<'_> {
    /// The line after its hash.
    pub(super) fn rest(&self) -> String {
        let apart = self.apart.as_ref().map_or(0, |(_, json)| json.len());
        let mut rest = String::with_capacity(self.data.len() + apart + 256);
        let _ = write!(
            rest,
            "{BEFORE_PREVIOUS}{}{BEFORE_NUMBER}{}",
            self.previous, self.n
        );
        let _ = write!(rest, ",\"kind\":{}", json(self.kind));
        if let Some(launch) = self.launch {
            let _ = write!(rest, ",\"launch\":{}", json(launch));
        }
        if let Some(call) = self.call {
            let _ = write!(rest, ",\"call\":{call}");
        }
        let _ = write!(rest, ",\"data\":{}", self.data);
        if let Some((name, json)) = &self.apart {
            let _ = write!(rest, ",\"{name}\":{json}");
        }
        rest.push('}');
        rest
    }
}

/// A text as JSON.
pub(super) fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// The hash of a line, by what follows the hash.
pub(super) fn hash(rest: &[u8]) -> String {
    hex(&Sha256::digest(rest))
}

/// The whole line, without a line feed.
pub(super) fn whole(hash: &str, rest: &str) -> String {
    format!("{BEFORE_HASH}{hash}{BEFORE_REST}{rest}")
}

/// A line's place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) n: u64,
    pub(super) hash: String,
    pub(super) previous: String,
}

impl Link {
    /// Reads a line's place and checks its hash; `None` where it is not as it was written.
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        let after = line.strip_prefix(BEFORE_HASH.as_bytes())?;
        let (found, after) = after.split_at_checked(NO_HASH.len())?;
        let rest = after.strip_prefix(BEFORE_REST.as_bytes())?;
        let hash = hash(rest);
        if hash.as_bytes() != found {
            return None;
        }
        let after = rest.strip_prefix(BEFORE_PREVIOUS.as_bytes())?;
        let (previous, after) = after.split_at_checked(NO_HASH.len())?;
        let digits = after.strip_prefix(BEFORE_NUMBER.as_bytes())?;
        let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
        Some(Self {
            n: std::str::from_utf8(&digits[..end]).ok()?.parse().ok()?,
            hash,
            previous: String::from_utf8(previous.to_vec()).ok()?,
        })
    }

    /// Whether it follows on `(n, hash)`.
    pub(super) fn follows(&self, n: u64, hash: &str) -> bool {
        self.n == n + 1 && self.previous == hash
    }
}

/// A line's content.
#[derive(Debug, Deserialize)]
pub(super) struct Content<'a> {
    pub(super) n: u64,
    pub(super) hash: &'a str,
    pub(super) kind: String,
    pub(super) launch: Option<String>,
    pub(super) call: Option<i64>,
    #[serde(borrow)]
    pub(super) data: &'a RawValue,
    pub(super) plan: Option<String>,
    pub(super) body: Option<String>,
    /// Channel and user id.
    pub(super) contacts: Option<Vec<(String, String)>>,
}

/// What the first line says of the journal.
#[derive(Debug, serde::Serialize, Deserialize)]
pub(super) struct First {
    pub(super) journal: String,
    pub(super) format: u64,
}

/// What the first line says; `None` where it isn't a first line.
pub(super) fn first(line: &[u8]) -> Option<First> {
    Link::of(line).filter(|link| link.follows(0, NO_HASH))?;
    let content: Content<'_> = serde_json::from_slice(line).ok()?;
    serde_json::from_str(content.data.get()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> String {
        let parts = Parts {
            previous: NO_HASH,
            n: 1,
            kind: kind::JOURNAL,
            launch: Some("a\"b"),
            call: Some(3),
            data: "{\"journal\":\"j\",\"format\":1}",
            apart: Some(("body", json("é\n\u{0}"))),
        };
        let rest = parts.rest();
        whole(&hash(rest.as_bytes()), &rest)
    }

    #[test]
    fn a_line_is_json_and_reads_back() {
        let line = written();
        assert!(!line.contains('\n'));
        let content: Content<'_> = serde_json::from_str(&line).unwrap();
        assert_eq!(content.launch.as_deref(), Some("a\"b"));
        assert_eq!(content.body.as_deref(), Some("é\n\u{0}"));
        assert_eq!(first(line.as_bytes()).unwrap().journal, "j");
        let link = Link::of(line.as_bytes()).unwrap();
        assert!(link.follows(0, NO_HASH) && !link.follows(1, NO_HASH));
    }

    #[test]
    fn no_byte_of_a_line_can_be_another() {
        let line = written().into_bytes();
        for at in 0..line.len() {
            let mut changed = line.clone();
            changed[at] ^= 1;
            assert_eq!(Link::of(&changed), None, "byte {at}");
            assert_eq!(Link::of(&line[..at]), None, "cut at {at}");
        }
    }
}
