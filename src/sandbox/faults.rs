//! Failures on purpose: which call is to fail next, and how.

use axum::http::StatusCode;
use serde::Deserialize;

/// The calls that can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Target {
    /// The Launch Web Hook.
    Hook,
    /// Asking for a token.
    Authorization,
    /// The list of bots.
    Bots,
    /// Broadcasts: list and state.
    Broadcasts,
    /// Audiences and their contacts.
    Audiences,
}

impl Target {
    /// Which of them a path is, if any.
    pub(super) fn of(path: &str) -> Option<Self> {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        match segments.as_slice() {
            ["broadcasts", _, _, "direct"] => Some(Self::Hook),
            ["broadcasts", ..] => Some(Self::Broadcasts),
            ["authorization", ..] => Some(Self::Authorization),
            ["bots"] => Some(Self::Bots),
            ["peoples", "audiences", ..] => Some(Self::Audiences),
            _ => None,
        }
    }
}

/// When a connection is closed without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Drop {
    /// Before anything happened.
    Before,
    /// After the call was handled.
    After,
}

/// One failure, for so many calls.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    on: Target,
    #[serde(default = "once")]
    times: u32,
    /// Milliseconds for which the answer is held; the call is handled at once.
    #[serde(default)]
    pub(super) delay_ms: u64,
    status: Option<u16>,
    /// Whether the connection is closed without an answer.
    pub(super) drop: Option<Drop>,
    /// Whether the answer's body is cut short.
    #[serde(default)]
    pub(super) truncate: bool,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// The status that is answered instead of handling the call.
    pub(super) fn status(&self) -> Option<StatusCode> {
        self.status
            .and_then(|status| StatusCode::from_u16(status).ok())
    }
}

/// The failures that are still to come, in their order.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    /// Reads a list of faults.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let list: Vec<Fault> = serde_json::from_slice(bytes)
            .map_err(|error| format!("the body is not a list of faults: {error}"))?;
        let wrong = |fault: &&Fault| {
            fault
                .status
                .is_some_and(|status| !(200..=599).contains(&status))
        };
        match list.iter().find(wrong) {
            Some(_) => Err("the status of a fault is from 200 to 599".to_owned()),
            None => Ok(Self(list)),
        }
    }

    /// How many are left.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes the first fault for a path, which is one time less.
    pub(super) fn take(&mut self, path: &str) -> Option<Fault> {
        self.0.retain(|fault| fault.times > 0);
        let target = Target::of(path)?;
        let fault = self.0.iter_mut().find(|fault| fault.on == target)?;
        fault.times -= 1;
        Some(fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/broadcasts/b1/s3/direct", Some(Target::Hook))]
    #[case("/broadcasts/b1/true", Some(Target::Broadcasts))]
    #[case("/broadcasts", Some(Target::Broadcasts))]
    #[case("/authorization/integration", Some(Target::Authorization))]
    #[case("/bots", Some(Target::Bots))]
    #[case("/peoples/audiences/a/readnext", Some(Target::Audiences))]
    #[case("/sandbox/faults", None)]
    fn paths_are_told_apart(#[case] path: &str, #[case] expected: Option<Target>) {
        assert_eq!(Target::of(path), expected);
    }

    #[test]
    fn a_fault_happens_as_often_as_it_says() {
        let mut faults = Faults::read(
            br#"[{"on":"bots","times":2,"status":503},{"on":"bots","drop":"before"}]"#,
        )
        .unwrap();
        assert_eq!(faults.take("/bots").unwrap().status, Some(503));
        assert_eq!(faults.take("/broadcasts"), None);
        assert_eq!(faults.take("/bots").unwrap().status, Some(503));
        assert_eq!(faults.take("/bots").unwrap().drop, Some(Drop::Before));
        assert_eq!(faults.take("/bots"), None);
    }

    #[rstest]
    #[case::unknown_call(r#"[{"on":"weather"}]"#)]
    #[case::unknown_key(r#"[{"on":"hook","delay":1}]"#)]
    #[case::no_status(r#"[{"on":"hook","status":99}]"#)]
    #[case::no_list("{}")]
    fn wrong_faults_are_refused(#[case] body: &str) {
        assert!(Faults::read(body.as_bytes()).is_err());
    }
}
