//! Texts that must not be seen: keys, tokens, and the hook URLs that are secrets themselves.
//!
//! Both types redact themselves in `Debug` and `Display`, so that a log line or a snapshot can be shared.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use url::Url;

const MASK: &str = "••••••••";

/// A key or a token. Shows itself as `••••••••`; the text is wiped from memory when it is dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a text into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// Hands out the text, to be put on the wire or into the cache and nowhere else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

/// Why a text is not the URL of a Launch Web Hook.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HookUrlError {
    /// The text is no absolute http(s) URL with a host.
    #[error("the hook URL is not an absolute http or https URL")]
    NotAUrl,
    /// A `user:password@` would become a second Authorization header.
    #[error(
        "the hook URL holds a user name or password, which would be sent as a second Authorization header"
    )]
    UserInfo,
    /// A fragment is never sent, so the URL can't be the one the platform gave.
    #[error("the hook URL holds a fragment (#...)")]
    Fragment,
    /// Plain http leaves the machine unencrypted.
    #[error("the hook URL uses plain http, which is accepted only for 127.0.0.1 and [::1]")]
    PlainHttp,
}

/// The URL of a Launch Web Hook. With direct mode on it is itself the secret `[D]`, so only [`HookUrl::masked`] is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct HookUrl(Url);

impl HookUrl {
    /// Reads the URL that the platform or the operator gave; it is never built.
    ///
    /// # Errors
    /// See [`HookUrlError`].
    pub fn parse(text: &str) -> Result<Self, HookUrlError> {
        let url = Url::parse(text.trim()).map_err(|_| HookUrlError::NotAUrl)?;
        check_url(&url)?;
        Ok(Self(url))
    }

    /// Hands out the whole URL, to be called.
    pub fn expose(&self) -> &Url {
        &self.0
    }

    /// The scheme, host and port a token may be bound to: `https://publicapi.xenioo.com:443`.
    pub fn origin(&self) -> String {
        origin(&self.0)
    }

    /// The URL with everything secret replaced: `https://host/broadcasts/Sp2x…/••••••••/direct`.
    ///
    /// Of the shape `/broadcasts/<A>/<B>/direct` `[I]` four characters of `<A>` stay; of any other only the host.
    pub fn masked(&self) -> String {
        let base = self.0[..url::Position::BeforePath].to_owned();
        let segments: Vec<&str> = self
            .0
            .path_segments()
            .map(Iterator::collect)
            .unwrap_or_default();
        match segments.as_slice() {
            ["broadcasts", id, _, last @ "direct"] if self.0.query().is_none() => {
                let start: String = id.chars().take(4).collect();
                format!("{base}/broadcasts/{start}…/{MASK}/{last}")
            }
            _ => format!("{base}/{MASK}"),
        }
    }
}

impl fmt::Debug for HookUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.masked())
    }
}

impl fmt::Display for HookUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.masked())
    }
}

/// The scheme, host and port of a URL, with the scheme's own port written out.
pub fn origin(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!(
        "{}://{host}:{}",
        url.scheme(),
        url.port_or_known_default().unwrap_or_default()
    )
}

/// Checks what holds for every URL that a token or a launch is sent to.
///
/// # Errors
/// See [`HookUrlError`].
pub fn check_url(url: &Url) -> Result<(), HookUrlError> {
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(HookUrlError::NotAUrl);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(HookUrlError::UserInfo);
    }
    if url.fragment().is_some() {
        return Err(HookUrlError::Fragment);
    }
    if url.scheme() == "http" && !matches!(url.host_str(), Some("127.0.0.1" | "[::1]")) {
        return Err(HookUrlError::PlainHttp);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_secret_never_shows_its_text() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret} {secret:?}"), format!("{MASK} {MASK}"));
        assert_eq!(secret.expose(), "hunter2");
    }

    #[rstest]
    #[case::documented_shape(
        "https://publicapi.xenioo.com/broadcasts/Sp2xAbCd/s3cr3t/direct",
        "https://publicapi.xenioo.com/broadcasts/Sp2x…/••••••••/direct"
    )]
    #[case::with_port(
        "http://127.0.0.1:41873/broadcasts/b1/s3cr3t/direct",
        "http://127.0.0.1:41873/broadcasts/b1…/••••••••/direct"
    )]
    #[case::another_shape(
        "https://hooks.example.com/x/y?key=s3cr3t",
        "https://hooks.example.com/••••••••"
    )]
    #[case::query_on_the_known_shape(
        "https://h.example.com/broadcasts/a/b/direct?k=s3cr3t",
        "https://h.example.com/••••••••"
    )]
    fn a_hook_url_is_masked(#[case] url: &str, #[case] expected: &str) {
        let hook = HookUrl::parse(url).unwrap();
        assert_eq!(hook.masked(), expected);
        assert!(!format!("{hook:?} {hook}").contains("s3cr3t"));
    }

    #[rstest]
    #[case::user_info("https://me:pw@example.com/", HookUrlError::UserInfo)]
    #[case::fragment("https://example.com/#x", HookUrlError::Fragment)]
    #[case::plain_http("http://example.com/", HookUrlError::PlainHttp)]
    #[case::loopback_name("http://localhost/", HookUrlError::PlainHttp)]
    #[case::other_scheme("ftp://example.com/", HookUrlError::NotAUrl)]
    #[case::no_url("hello", HookUrlError::NotAUrl)]
    fn unsafe_hook_urls_are_refused(#[case] url: &str, #[case] expected: HookUrlError) {
        assert_eq!(HookUrl::parse(url), Err(expected));
    }
}
