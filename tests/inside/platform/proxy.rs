//! The environment's proxy is never used, not for loopback and not for anything else.

use std::process::Command;

use super::{client, platform};
use crate::scripted::{Reply, Scripted};

const CHILD: &str = "MYLINK_TEST_IS_BEHIND_A_PROXY";

/// Runs itself again with a proxy in the environment, which can't be set inside a process.
#[tokio::test(flavor = "multi_thread")]
async fn the_environments_proxy_is_ignored() {
    if std::env::var_os(CHILD).is_some() {
        let server = platform(|_, _| Reply::json(200, "[]")).await;
        client(&server).bots().await.unwrap();
        return;
    }
    let trap = Scripted::serve(|_, _| Reply::json(502, "")).await;
    let proxy = trap.url.to_string();
    let run = move || {
        Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "platform::proxy::the_environments_proxy_is_ignored",
            ])
            .env(CHILD, "1")
            .envs(["http_proxy", "https_proxy", "all_proxy"].map(|name| (name, proxy.clone())))
            .env_remove("no_proxy")
            .env_remove("NO_PROXY")
            .output()
            .unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
    assert_eq!(trap.connections(), 0);
}
