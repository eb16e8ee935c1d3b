//! Where a profile's calls may go: its URL, a proxy, and further hosts of hooks.

use url::Url;

use super::Kind;
use crate::config::ConfigError;
use crate::config::raw::RawProfile;
use crate::domain::secret::{HookUrlError, check_url};
use crate::domain::text::shown;

/// The platform's own address, where a profile names none `[D]`.
const PLATFORM: &str = "https://publicapi.xenioo.com";

/// The URL of a profile, checked; the platform's where it names none.
pub(super) fn base_url(name: &str, raw: &RawProfile) -> Result<Url, ConfigError> {
    let is_sandbox = raw.kind == Some(Kind::Sandbox);
    let text = match (&raw.url, is_sandbox) {
        (Some(url), _) => url,
        (None, false) => PLATFORM,
        (None, true) => {
            let why = "a sandbox profile needs one: that of the first line of `mylink sandbox`";
            return Err(ConfigError::value(name, "url", why));
        }
    };
    let url = checked_url(name, "url", &with_scheme(text))?;
    if url.query().is_some() {
        return Err(ConfigError::value(
            name,
            "url",
            "a base URL has no query (?...)",
        ));
    }
    if is_sandbox && !matches!(url.host_str(), Some("127.0.0.1" | "[::1]")) {
        let why = "a sandbox is served on 127.0.0.1 or [::1] alone";
        return Err(ConfigError::value(name, "url", why));
    }
    Ok(url)
}

/// The vendor's Developers page shows the service endpoint with or without `https://` `[D]`.
fn with_scheme(text: &str) -> String {
    let text = text.trim();
    if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    }
}

fn checked_url(profile: &str, key: &'static str, text: &str) -> Result<Url, ConfigError> {
    Url::parse(text)
        .map_err(|_| HookUrlError::NotAUrl)
        .and_then(|url| check_url(&url).map(|()| url))
        .map_err(|source| ConfigError::Url {
            profile: profile.to_owned(),
            key,
            source,
        })
}

/// A proxy only passes on what is encrypted to the platform, so plain http to it is fine.
pub(super) fn proxy(profile: &str, text: &str) -> Result<Url, ConfigError> {
    let url = Url::parse(text.trim()).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
    });
    url.ok_or_else(|| {
        ConfigError::value(
            profile,
            "proxy",
            "write it as http://host:port or https://host:port",
        )
    })
}

pub(super) fn hosts(profile: &str, hosts: &[String]) -> Result<Vec<String>, ConfigError> {
    hosts
        .iter()
        .map(|host| {
            let wrong = || {
                let why = format!(
                    "\"{}\" is no host: write hooks.example.com or hooks.example.com:8443",
                    shown(host)
                );
                ConfigError::value(profile, "hook_hosts", why)
            };
            normal_host(host).ok_or_else(wrong)
        })
        .collect()
}

/// The host as a URL writes it, and its port where it isn't that of https.
fn normal_host(text: &str) -> Option<String> {
    if text.contains(['/', '@', '?', '#', '\\', '*']) {
        return None;
    }
    let url = Url::parse(&format!("https://{text}/")).ok()?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::plain("hooks.example.com", Some("hooks.example.com"))]
    #[case::capitals("Hooks.Example.com", Some("hooks.example.com"))]
    #[case::port("hooks.example.com:8443", Some("hooks.example.com:8443"))]
    #[case::port_of_https("hooks.example.com:443", Some("hooks.example.com"))]
    #[case::scheme("https://hooks.example.com", None)]
    #[case::path("hooks.example.com/x", None)]
    #[case::user("me@hooks.example.com", None)]
    #[case::wildcard("*.example.com", None)]
    #[case::empty("", None)]
    fn hook_hosts_are_hosts(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(normal_host(text).as_deref(), expected);
    }
}
