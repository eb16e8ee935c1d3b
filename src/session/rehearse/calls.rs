//! The calls of a rehearsal, sent to its own sandbox and to nowhere else.

use url::Url;

use crate::domain::payload::Payload;
use crate::domain::plan::Method;
use crate::domain::rehearsal::{RehearsalStep, RehearsedCall};
use crate::domain::secret::{self, HookUrl};
use crate::platform::{Client, ClientOptions, HookMethod, HookRequest};
use crate::sandbox::{Running, Staged};
use crate::session::SessionError;

/// How long the sandbox may take for one call: a million contacts take it some time.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(10);

const NOT_SENT: &str = "Not sent, since the call before it was not accepted.";

/// The hook of the sandbox of a rehearsal: the only hook that can be called from here.
struct OwnHook<'a> {
    client: Client,
    staged: &'a Staged,
}

/// Sends the calls in their order, and stops at the first that isn't accepted, as a launch does.
pub(super) async fn send(
    sandbox: &Running,
    staged: &Staged,
    calls: &[Payload],
    tell: &(impl Fn(RehearsalStep) + Send + Sync),
) -> Result<Vec<RehearsedCall>, SessionError> {
    let own = OwnHook::of(sandbox, staged)?;
    let mut done: Vec<RehearsedCall> = Vec::with_capacity(calls.len());
    for call in calls {
        tell(RehearsalStep::Calling(done.len(), calls.len()));
        let goes_on = done.iter().all(RehearsedCall::is_accepted);
        let (status, answer) = if goes_on {
            own.call(call).await
        } else {
            (None, NOT_SENT.to_owned())
        };
        done.push(RehearsedCall {
            method: call.method,
            bytes: call.bytes(),
            sha256: call.sha256(),
            status,
            answer,
        });
    }
    Ok(done)
}

impl<'a> OwnHook<'a> {
    /// Refuses any hook but one of this very sandbox, and any sandbox that isn't on loopback.
    fn of(sandbox: &Running, staged: &'a Staged) -> Result<Self, SessionError> {
        let url: Url = sandbox
            .url()
            .parse()
            .map_err(|_| SessionError::Internal("the sandbox has no address".to_owned()))?;
        if !is_own(&staged.hook, &url) {
            let text = "a rehearsal was to call a hook that isn't its own; nothing was sent";
            return Err(SessionError::Internal(text.to_owned()));
        }
        let options = ClientOptions {
            total_timeout: PATIENCE,
            ..ClientOptions::new(url, sandbox.account_key().clone())
        };
        let client = Client::new(options)?;
        Ok(Self { client, staged })
    }

    /// One call, with the token that a launch would send: status and answer, or why there is none.
    async fn call(&self, call: &Payload) -> (Option<u16>, String) {
        let hook = &self.staged.hook;
        let token = if self.staged.settings.waives_token() {
            None
        } else {
            match self.client.hook_token(&self.staged.bot, hook).await {
                Ok(token) => Some(token),
                Err(error) => return (None, error.to_string()),
            }
        };
        let request = HookRequest {
            method: match call.method {
                Method::Get => HookMethod::Get,
                Method::Post => HookMethod::Post,
            },
            url: hook.clone(),
            body: call.body.clone(),
            token,
        };
        let sent = match self.client.ready_call(request) {
            Ok(ready) => ready.send().await,
            Err(failure) => Err(failure),
        };
        match sent {
            Ok(answer) => {
                let status = answer.status;
                let text = answer.read_body().await;
                (Some(status), text.unwrap_or_else(|error| error.to_string()))
            }
            Err(failure) => (None, failure.to_string()),
        }
    }
}

/// Whether a hook is at this address - scheme, host and port - and that is one of loopback.
fn is_own(hook: &HookUrl, sandbox: &Url) -> bool {
    let is_loopback = match sandbox.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    };
    is_loopback && hook.origin() == secret::origin(sandbox)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::its_own(
        "http://127.0.0.1:4000/broadcasts/b/s/direct",
        "http://127.0.0.1:4000",
        true
    )]
    #[case::the_platforms(
        "https://publicapi.xenioo.com/broadcasts/b/s/direct",
        "http://127.0.0.1:4000",
        false
    )]
    #[case::another_sandboxs(
        "http://127.0.0.1:4001/broadcasts/b/s/direct",
        "http://127.0.0.1:4000",
        false
    )]
    #[case::another_address(
        "http://127.0.0.2:4000/broadcasts/b/s/direct",
        "http://127.0.0.1:4000",
        false
    )]
    #[case::another_scheme(
        "https://127.0.0.1:4000/broadcasts/b/s/direct",
        "http://127.0.0.1:4000",
        false
    )]
    #[case::not_on_loopback(
        "https://10.0.0.1:4000/broadcasts/b/s/direct",
        "https://10.0.0.1:4000",
        false
    )]
    #[case::a_name(
        "https://localhost:4000/broadcasts/b/s/direct",
        "https://localhost:4000",
        false
    )]
    fn only_the_hook_of_this_very_sandbox_is_called(
        #[case] hook: &str,
        #[case] sandbox: &str,
        #[case] expected: bool,
    ) {
        let Ok(hook) = HookUrl::parse(hook) else {
            assert!(!expected, "{hook} can't even be a hook");
            return;
        };
        assert_eq!(is_own(&hook, &sandbox.parse().unwrap()), expected);
    }
}
