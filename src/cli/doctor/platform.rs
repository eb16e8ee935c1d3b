//! The profile, and whether its platform answers.

use super::Check;
use crate::config::Config;
use crate::domain::gate::Danger;
use crate::session::Session;

/// Both.
pub async fn checks(config: &Config, offline: bool) -> Vec<Check> {
    let mut checks = vec![profile(config)];
    if offline {
        checks.push(Check::ok("platform", "not asked"));
    } else {
        checks.push(reach(config).await);
    }
    checks
}

fn profile(config: &Config) -> Check {
    const NAME: &str = "profile";
    match config.profile(&config.start) {
        Err(error) => Check::fail(NAME, error.to_string()),
        Ok(profile) => {
            let danger = match profile.danger {
                Danger::Safe => "safe",
                Danger::Live => "live",
            };
            let readonly = if profile.readonly { ", read-only" } else { "" };
            Check::ok(
                NAME,
                format!(
                    "{} ({danger}{readonly}), operator {}",
                    profile.name, config.operator
                ),
            )
        }
    }
}

/// One authorization: it says whether the platform answers and knows the account key, and changes nothing.
async fn reach(config: &Config) -> Check {
    const NAME: &str = "platform";
    let session = match Session::open(config, &config.start) {
        Ok(session) => session,
        Err(error) => return Check::fail(NAME, format!("not asked: {error}")),
    };
    let reached = match session.client().await {
        Err(error) => Err(error.to_string()),
        Ok(client) => match client.ping().await {
            Ok(()) => Ok(client.origin()),
            Err(error) => Err(error.to_string()),
        },
    };
    session.close().await;
    match reached {
        Ok(origin) => Check::ok(NAME, format!("{origin} answers and knows the account key")),
        Err(error) => Check::fail(NAME, error),
    }
}
