//! What can go wrong between us and the platform, each as a sentence for the operator.

use thiserror::Error;

use crate::domain::text;

/// The most characters of the platform's own words in one of our sentences.
const QUOTED: usize = 200;

/// Why a call of the platform did not give what was asked for. `doing` says which call: `reading the bots`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlatformError {
    /// The profile's URL can't carry a token.
    #[error("The profile's url can't be used: {0}. Correct it in the configuration.")]
    BaseUrl(&'static str),
    /// The HTTP client could not be set up.
    #[error(
        "The HTTP client could not be set up: {0}. Check the proxy and the certificates of this machine."
    )]
    Setup(String),
    /// The request could not be built; nothing was sent.
    #[error("The request for {doing} could not be built: {reason}. Nothing was sent.")]
    NotBuilt {
        /// The call.
        doing: String,
        /// What the library said.
        reason: String,
    },
    /// No connection: name, refusal, TLS or connect timeout. Nothing was sent.
    #[error(
        "{host} could not be reached for {doing}: {reason}. Nothing was sent; check the network and the profile's url."
    )]
    Unreachable {
        /// The call.
        doing: String,
        /// Scheme, host and port.
        host: String,
        /// What the library said.
        reason: String,
    },
    /// Time ran out after connecting.
    #[error("The platform did not answer in time while {doing}; it may have received the request.")]
    TimedOut {
        /// The call.
        doing: String,
    },
    /// The connection ended before the answer was whole.
    #[error(
        "The connection was lost while {doing}: {reason}. The platform may have received the request."
    )]
    ConnectionLost {
        /// The call.
        doing: String,
        /// What the library said.
        reason: String,
    },
    /// What came is no HTTP answer.
    #[error(
        "What came back while {doing} is not an HTTP answer: {reason}. Check that the profile's url is the platform."
    )]
    Unreadable {
        /// The call.
        doing: String,
        /// What the library said.
        reason: String,
    },
    /// The answer is not JSON.
    #[error(
        "The answer to {doing} is not JSON: \"{answer}\". Check that the profile's url is the platform."
    )]
    NotJson {
        /// The call.
        doing: String,
        /// How it begins.
        answer: String,
    },
    /// The answer is JSON of another shape.
    #[error("The answer to {doing} holds no {missing}: the platform may have changed.")]
    Unexpected {
        /// The call.
        doing: String,
        /// What was looked for.
        missing: &'static str,
    },
    /// The answer is longer than what is accepted.
    #[error("The answer to {doing} is longer than {}; it was not read further.", text::size(*.limit))]
    TooLarge {
        /// The call.
        doing: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// A redirect, which is never followed: it would carry a token elsewhere.
    #[error(
        "The platform answered {doing} with a redirect ({status}), which is never followed. Set the profile's url to the final address."
    )]
    Redirected {
        /// The call.
        doing: String,
        /// The status.
        status: u16,
    },
    /// Authorization refused the key (401, 404).
    #[error("The platform does not know the {whose} ({status}){answer}. Check it in the profile.")]
    UnknownKey {
        /// `account key`, or `keys of bot "X"`.
        whose: String,
        /// The status.
        status: u16,
        /// The platform's words.
        answer: String,
    },
    /// No right to use the API (403).
    #[error(
        "The platform gives no right for {doing} (403){answer}. Ask for API access of the account."
    )]
    NoRight {
        /// The call.
        doing: String,
        /// The platform's words.
        answer: String,
    },
    /// A token was refused, a new one too (401).
    #[error(
        "The platform refused the token for {doing} (401){answer}. Try again, or check the keys."
    )]
    Unauthorized {
        /// The call.
        doing: String,
        /// The platform's words.
        answer: String,
    },
    /// Called again too early: the platform says 400 where others say 429 `[D]`.
    #[error(
        "The platform refused {doing} ({status}){answer}. It was probably asked too soon: such calls are throttled for up to 30 minutes."
    )]
    Throttled {
        /// The call.
        doing: String,
        /// The status.
        status: u16,
        /// The platform's words.
        answer: String,
    },
    /// 404 of a call.
    #[error(
        "The platform found nothing for {doing} (404){answer}. Sync, it may have been deleted."
    )]
    NotFound {
        /// The call.
        doing: String,
        /// The platform's words.
        answer: String,
    },
    /// Another answer that is not a success.
    #[error("The platform answered {doing} with {status}{answer}.")]
    Refused {
        /// The call.
        doing: String,
        /// The status.
        status: u16,
        /// The platform's words.
        answer: String,
    },
    /// A token would have left its scheme, host and port.
    #[error(
        "A token of {ours} is not sent to {theirs}. If the hooks live there, add the host to hook_hosts of the profile."
    )]
    ForeignOrigin {
        /// Where the token belongs.
        ours: String,
        /// Where it would have gone.
        theirs: String,
    },
    /// An id or a list of fields that can't stand in a URL.
    #[error("\"{0}\" can't be part of a URL, so nothing was asked.")]
    BadSegment(String),
    /// A call that only our sandbox has.
    #[error(
        "Settings can't be read or pushed here: only a sandbox has them. They are recorded instead."
    )]
    NotASandbox,
}

impl PlatformError {
    /// Whether the platform could not be reached at all: exit code 5.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// Whether the platform may have received, and acted on, the request.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::TimedOut { .. }
            | Self::ConnectionLost { .. }
            | Self::Unreadable { .. }
            | Self::NotJson { .. }
            | Self::Unexpected { .. }
            | Self::TooLarge { .. }
            | Self::Redirected { .. } => true,
            Self::Refused { status, .. } => !matches!(status, 400 | 405 | 413),
            Self::BaseUrl(_)
            | Self::Setup(_)
            | Self::NotBuilt { .. }
            | Self::Unreachable { .. }
            | Self::UnknownKey { .. }
            | Self::NoRight { .. }
            | Self::Unauthorized { .. }
            | Self::Throttled { .. }
            | Self::NotFound { .. }
            | Self::ForeignOrigin { .. }
            | Self::BadSegment(_)
            | Self::NotASandbox => false,
        }
    }

    /// The sentence for a status that is no success.
    pub(super) fn of_status(doing: &str, status: u16, body: &str) -> Self {
        let doing = doing.to_owned();
        let answer = said(body);
        match status {
            300..=399 => Self::Redirected { doing, status },
            401 => Self::Unauthorized { doing, answer },
            403 => Self::NoRight { doing, answer },
            404 => Self::NotFound { doing, answer },
            429 => Self::Throttled {
                doing,
                status,
                answer,
            },
            _ => Self::Refused {
                doing,
                status,
                answer,
            },
        }
    }
}

/// Outside text fit for a sentence: shown, and shortened to some 200 characters.
pub(super) fn quoted(raw: &str) -> String {
    let start: String = raw.trim().chars().take(QUOTED).collect();
    let more = if start.len() < raw.trim().len() {
        "…"
    } else {
        ""
    };
    format!("{}{more}", text::shown(&start))
}

/// The platform's words as an insertion: `: "..."`, or nothing.
pub(super) fn said(body: &str) -> String {
    let words = quoted(body);
    if words.is_empty() {
        return words;
    }
    format!(": \"{words}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn words_of_the_platform_are_shown_and_shortened() {
        let error = PlatformError::of_status("reading the bots", 500, &"\u{1b}".repeat(300));
        let text = error.to_string();
        assert!(!text.contains('\u{1b}'));
        assert_eq!(text.matches("‹U+001B›").count(), 200);
        assert!(text.contains('…'));
    }

    #[rstest]
    #[case(302, true)]
    #[case(400, false)]
    #[case(401, false)]
    #[case(404, false)]
    #[case(429, false)]
    #[case(408, true)]
    #[case(500, true)]
    fn a_status_says_whether_it_may_have_arrived(#[case] status: u16, #[case] expected: bool) {
        assert_eq!(
            PlatformError::of_status("x", status, "").may_have_arrived(),
            expected
        );
    }
}
