//! The HTTP client against a scripted server: what arrived, how often, and what came out.

mod hook;
mod proxy;
mod reads;
mod tokens;

use std::time::Duration;

use mylink_console::domain::record::Bot;
use mylink_console::domain::secret::Secret;
use mylink_console::platform::{Client, ClientOptions};
use url::Url;

use crate::scripted::{Received, Reply, Scripted};

/// Answers authorization with tokens `t0`, `t1`, ... and everything else by the script.
async fn platform(script: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static) -> Scripted {
    Scripted::serve(move |request, before| {
        if request.line == "POST /authorization/integration" {
            return Reply::json(200, &format!("{{\"token\":\"t{before}\",\"expires\":60}}"));
        }
        script(request, before)
    })
    .await
}

fn options(url: &Url) -> ClientOptions {
    let mut options = ClientOptions::new(url.clone(), Secret::new("account-key"));
    options.total_timeout = Duration::from_secs(20);
    options
}

fn client(server: &Scripted) -> Client {
    Client::new(options(&server.url)).unwrap()
}

fn bot() -> Bot {
    Bot {
        key: "bot-key".to_owned(),
        name: "Shop".to_owned(),
        description: String::new(),
        channels: Vec::new(),
        secret: Secret::new("bot-secret"),
    }
}
