//! Keys and tokens: made at random, compared without telling by time how much of them was right.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::clock::MINUTE;

/// Minutes for which a token is valid `[D]`.
pub(super) const MINUTES: i64 = 60;

/// Makes a key of 244 random bits in hex.
pub(super) fn random_key() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// Makes an id of 16 random hex digits.
pub(super) fn random_id() -> String {
    let mut id = Uuid::new_v4().simple().to_string();
    // The version digit is the 13th, so the last sixteen start with the variant and are random after it.
    id.split_off(16)
}

/// Whether two keys are equal, in a time that doesn't depend on where they differ.
pub(super) fn same(left: &str, right: &str) -> bool {
    let (left, right) = (Sha256::digest(left), Sha256::digest(right));
    left.iter()
        .zip(right.iter())
        .fold(0, |difference, (left, right)| difference | (left ^ right))
        == 0
}

/// What a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The account's calls.
    Account,
    /// One bot's calls, by its row.
    Bot(i64),
}

/// The tokens that are out, by their hash: finding one tells nothing of the others.
#[derive(Debug, Default)]
pub(super) struct Tokens(HashMap<[u8; 32], (Scope, i64)>);

impl Tokens {
    /// Makes a token, valid for an hour from `now`.
    pub(super) fn issue(&mut self, scope: Scope, now: i64) -> String {
        self.0.retain(|_, (_, expires)| *expires > now);
        let token = random_key();
        self.0.insert(hash(&token), (scope, now + MINUTES * MINUTE));
        token
    }

    /// What a token opens; `None` where it is unknown or expired.
    pub(super) fn scope(&self, token: &str, now: i64) -> Option<Scope> {
        self.0
            .get(&hash(token))
            .filter(|(_, expires)| *expires > now)
            .map(|(scope, _)| *scope)
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_its_scope_for_an_hour() {
        let mut tokens = Tokens::default();
        let token = tokens.issue(Scope::Bot(7), 0);
        assert_eq!(tokens.scope(&token, 3_599_999), Some(Scope::Bot(7)));
        assert_eq!(tokens.scope(&token, 3_600_000), None);
        assert_eq!(tokens.scope("other", 0), None);
    }

    #[test]
    fn keys_are_the_same_only_if_equal() {
        let key = random_key();
        assert!(same(&key, &key.clone()));
        assert!(!same(&key, &random_key()));
        assert!(!same(&key, ""));
    }
}
