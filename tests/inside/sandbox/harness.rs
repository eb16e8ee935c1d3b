//! A sandbox of its own for each test: started in a temporary folder, filled, launched at, looked into.

use std::time::{Duration, Instant};

use mylink_console::sandbox::{Options, Running, Sandbox};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

/// An empty sandbox with one bot.
pub struct Harness {
    pub folder: TempDir,
    pub running: Option<Running>,
    pub client: reqwest::Client,
    pub url: String,
    pub account_key: String,
    /// The bot's key and secret.
    pub bot: (String, String),
}

/// What a call answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub json: Value,
}

/// A broadcast that was made.
#[derive(Debug, Clone)]
pub struct Broadcast {
    pub id: String,
    pub url: String,
}

pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .build()
        .unwrap()
}

impl Harness {
    /// Starts an empty sandbox without throttles, with one bot.
    pub async fn start() -> Self {
        Self::with(|options| options.throttle = false).await
    }

    pub async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::new(folder.path().join("sandbox"));
        options.empty = true;
        change(&mut options);
        let running = Sandbox::start(options).await.unwrap();
        let mut harness = Self {
            folder,
            client: client(),
            url: running.url().to_owned(),
            account_key: running.account_key().expose().to_owned(),
            running: Some(running),
            bot: Default::default(),
        };
        harness.bot = harness.create_bot("Bot").await;
        harness
    }

    /// Stops, and starts again on the same folder.
    pub async fn restart(&mut self) {
        self.running.take().unwrap().shutdown().await;
        self.start_again().await;
    }

    /// Starts on the folder of a sandbox that was stopped.
    pub async fn start_again(&mut self) {
        let mut options = Options::new(self.folder.path().join("sandbox"));
        options.empty = true;
        let running = Sandbox::start(options).await.unwrap();
        running.url().clone_into(&mut self.url);
        self.running = Some(running);
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// A call of the sandbox's own endpoints.
    pub async fn own(&self, method: Method, path: &str, body: Value) -> Answer {
        let request = self
            .request(method, &format!("/sandbox{path}"))
            .bearer_auth(&self.account_key);
        answer(if body.is_null() {
            request
        } else {
            request.json(&body)
        })
        .await
    }

    pub async fn create_bot(&self, name: &str) -> (String, String) {
        let made = self
            .own(
                Method::POST,
                "/bots",
                json!({"Name": name, "Channels": ["WhatsApp"]}),
            )
            .await;
        assert_eq!(made.status, 201);
        let text = |key: &str| made.json[key].as_str().unwrap().to_owned();
        (text("APIKey"), text("APISecret"))
    }

    pub async fn put_contacts(&self, contacts: Value) -> Answer {
        self.own(
            Method::PUT,
            &format!("/bots/{}/contacts", self.bot.0),
            contacts,
        )
        .await
    }

    /// All contacts in creation order.
    pub async fn contacts(&self) -> Vec<Value> {
        let path = format!("/bots/{}/contacts?limit=100000", self.bot.0);
        let list = self.own(Method::GET, &path, Value::Null).await;
        list.json["contacts"].as_array().unwrap().clone()
    }

    /// A broadcast in direct mode with these settings changed.
    pub async fn direct(&self, settings: Value) -> Broadcast {
        let mut all = json!({"direct_mode": true});
        for (key, on) in settings.as_object().unwrap() {
            all[key] = on.clone();
        }
        self.broadcast(
            json!({"Name": "Direct", "Enabled": true, "audience": null, "settings": all}),
        )
        .await
    }

    pub async fn broadcast(&self, body: Value) -> Broadcast {
        let made = self
            .own(
                Method::POST,
                &format!("/bots/{}/broadcasts", self.bot.0),
                body,
            )
            .await;
        assert_eq!(made.status, 201, "{made:?}");
        let text = |key: &str| made.json[key].as_str().unwrap().to_owned();
        Broadcast {
            id: text("Id"),
            url: text("OnDemandUrl"),
        }
    }

    pub async fn token_for(&self, keys: Value) -> Answer {
        answer(
            self.request(Method::POST, "/authorization/integration")
                .json(&keys),
        )
        .await
    }

    pub async fn bot_token(&self) -> String {
        let (key, secret) = &self.bot;
        let keys =
            json!({"AccountAPIKey": self.account_key, "BotAPIKey": key, "BotAPISecret": secret});
        self.token_for(keys).await.json["token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub async fn account_token(&self) -> String {
        let keys = json!({"AccountAPIKey": self.account_key});
        self.token_for(keys).await.json["token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A read with the bot's token.
    pub async fn get(&self, path: &str) -> Answer {
        answer(
            self.request(Method::GET, path)
                .bearer_auth(self.bot_token().await),
        )
        .await
    }

    /// A POST of the hook without a token.
    pub async fn launch(&self, broadcast: &Broadcast, body: impl Into<reqwest::Body>) -> Answer {
        answer(self.client.post(&broadcast.url).body(body)).await
    }

    pub async fn runs(&self, broadcast: &Broadcast) -> Vec<Value> {
        let path = format!("/broadcasts/{}/runs", broadcast.id);
        let runs = self.own(Method::GET, &path, Value::Null).await;
        runs.json.as_array().unwrap().clone()
    }

    /// The `user_id`s of the last run.
    pub async fn reached(&self, broadcast: &Broadcast) -> Vec<String> {
        let runs = self.runs(broadcast).await;
        let targets = runs.last().expect("a run")["targets"]
            .as_array()
            .unwrap()
            .clone();
        targets
            .iter()
            .map(|target| target["user_id"].as_str().unwrap_or("-").to_owned())
            .collect()
    }

    pub async fn advance(&self, minutes: u64) {
        let moved = self
            .own(Method::POST, "/clock", json!({"advance_minutes": minutes}))
            .await;
        assert_eq!(moved.status, 200);
    }

    pub async fn faults(&self, faults: Value) {
        assert_eq!(self.own(Method::PUT, "/faults", faults).await.status, 200);
    }

    /// Waits until the bot's first broadcast has sent so many, without any call that delivers by itself.
    pub async fn wait_for_sent(&self, count: u64) {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let sent = self.get("/broadcasts").await.json[0]["Sent"].as_u64();
            if sent == Some(count) {
                return;
            }
            assert!(Instant::now() < deadline, "{sent:?} sent");
            tokio::task::yield_now().await;
        }
    }

    /// Waits until a broadcast has so many runs.
    pub async fn wait_for_runs(&self, broadcast: &Broadcast, count: usize) {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let runs = self.runs(broadcast).await;
            if runs.len() == count {
                return;
            }
            assert!(Instant::now() < deadline, "{runs:?}");
            tokio::task::yield_now().await;
        }
    }
}

pub async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    Answer {
        status,
        json: serde_json::from_str(&text).unwrap_or(Value::String(text)),
    }
}

/// So many contacts `1`, `2` ... on `WhatsApp`, every other one red.
pub fn numbered(count: usize) -> Value {
    (1..=count)
        .map(|number| {
            json!({"user_id": number.to_string(), "bot_channel": "WhatsAppChannel",
                "favorite_color": if number % 2 == 0 { "red" } else { "blue" }})
        })
        .collect()
}
