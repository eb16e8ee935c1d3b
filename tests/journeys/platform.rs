//! The sandbox, asked over HTTP what it received.

use std::collections::BTreeSet;
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use mylink_console::sandbox::{Options, Served, attach_or_start};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// How long a launch may take to arrive.
const DEADLINE: Duration = Duration::from_secs(20);

/// The sandbox of a folder, served by this process or by the program that runs on it.
pub struct Platform {
    /// Ends before the threads that serve it.
    _served: Served,
    runtime: Runtime,
    client: reqwest::Client,
    pub url: String,
    pub account_key: String,
}

/// A broadcast as the platform knows it.
pub struct Broadcast {
    pub bot_key: String,
    pub id: String,
}

impl Platform {
    /// Uses the process that serves the folder, or serves it.
    pub fn of(folder: &Path) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = Runtime::new().unwrap();
        let served = runtime
            .block_on(attach_or_start(Options::new(folder)))
            .unwrap();
        let client = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
        Self {
            url: served.endpoint().url.clone(),
            account_key: served.endpoint().account_key.expose().to_owned(),
            _served: served,
            runtime,
            client,
        }
    }

    /// A new connection, over which nothing is asked; an error where nobody listens any more.
    pub fn connect(&self) -> std::io::Result<TcpStream> {
        TcpStream::connect(self.url.trim_start_matches("http://"))
    }

    /// A broadcast by the names of its bot and its own.
    pub fn broadcast(&self, bot: &str, name: &str) -> Broadcast {
        let token = self.token(&json!({"AccountAPIKey": self.account_key}));
        let bots = self.answer(self.request(Method::GET, "/bots").bearer_auth(token));
        let bot = named(&bots["Result"], bot);
        let keys = json!({
            "AccountAPIKey": self.account_key, "BotAPIKey": bot["APIKey"], "BotAPISecret": bot["APISecret"]
        });
        let token = self.token(&keys);
        let list = self.answer(self.request(Method::GET, "/broadcasts").bearer_auth(token));
        Broadcast {
            bot_key: text(bot, "APIKey"),
            id: text(named(&list, name), "Id"),
        }
    }

    /// All contacts of a broadcast's bot, in the order in which they were made.
    pub fn contacts(&self, broadcast: &Broadcast) -> Vec<Value> {
        let mut contacts = Vec::new();
        loop {
            let path = format!(
                "/bots/{}/contacts?offset={}&limit=1000",
                broadcast.bot_key,
                contacts.len()
            );
            let page = self.own(Method::GET, &path, None);
            contacts.extend(page["contacts"].as_array().unwrap().iter().cloned());
            if contacts.len() as u64 == page["total"] {
                return contacts;
            }
        }
    }

    /// Adds contacts of these ids to a broadcast's bot.
    pub fn add_contacts(&self, broadcast: &Broadcast, ids: &[&str]) {
        let mut contacts = self.contacts(broadcast);
        let added = ids.iter().map(|id| {
            let mut contact = contacts[0].clone();
            contact["user_id"] = json!(id);
            contact["user_phone_number"] = json!(id);
            contact
        });
        let added: Vec<Value> = added.collect();
        contacts.extend(added);
        let path = format!("/bots/{}/contacts", broadcast.bot_key);
        self.own(Method::PUT, &path, Some(json!(contacts)));
    }

    /// The ids of the contacts for which something holds.
    pub fn ids_of(
        &self,
        broadcast: &Broadcast,
        holds: impl Fn(&dyn Fn(&str) -> String) -> bool,
    ) -> BTreeSet<String> {
        let contacts = self.contacts(broadcast);
        let matching = contacts.iter().filter(|contact| {
            holds(&|variable| {
                contact[variable]
                    .as_str()
                    .unwrap_or_default()
                    .to_lowercase()
            })
        });
        matching.map(|contact| text(contact, "user_id")).collect()
    }

    /// The launches that a broadcast received, oldest first.
    pub fn runs(&self, broadcast: &Broadcast) -> Vec<Value> {
        let path = format!("/broadcasts/{}/runs", broadcast.id);
        let runs = self.own(Method::GET, &path, None);
        runs.as_array().unwrap().clone()
    }

    /// The one launch that a broadcast received.
    pub fn only_run(&self, broadcast: &Broadcast) -> Value {
        let runs = self.runs(broadcast);
        assert_eq!(runs.len(), 1, "{runs:#?}");
        runs[0].clone()
    }

    /// Waits until a broadcast has received a launch.
    pub fn wait_for_run(&self, broadcast: &Broadcast) {
        let deadline = Instant::now() + DEADLINE;
        while self.runs(broadcast).is_empty() {
            assert!(Instant::now() < deadline, "no launch arrived");
        }
    }

    /// Switches a setting of a broadcast.
    pub fn set(&self, broadcast: &Broadcast, key: &str, on: bool) {
        let path = format!("/broadcasts/{}/settings", broadcast.id);
        self.own(Method::PATCH, &path, Some(json!({ key: on })));
    }

    /// Makes the next calls fail on purpose.
    pub fn fail(&self, faults: Value) {
        self.own(Method::PUT, "/faults", Some(faults));
    }

    fn token(&self, keys: &Value) -> String {
        let request = self.request(Method::POST, "/authorization/integration");
        text(&self.answer(request.json(keys)), "token")
    }

    /// A call of the sandbox's own endpoints.
    fn own(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let request = self
            .request(method, &format!("/sandbox{path}"))
            .bearer_auth(&self.account_key);
        self.answer(match body {
            Some(body) => request.json(&body),
            None => request,
        })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    fn answer(&self, request: RequestBuilder) -> Value {
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            let status = answer.status();
            let body = answer.text().await.unwrap();
            assert!(status.is_success(), "{status}: {body}");
            serde_json::from_str(&body).unwrap()
        })
    }
}

/// The ids of a run's targets.
pub fn targets(run: &Value) -> BTreeSet<String> {
    let targets = run["targets"].as_array().unwrap();
    let ids: BTreeSet<String> = targets
        .iter()
        .map(|target| text(target, "user_id"))
        .collect();
    assert_eq!(ids.len(), targets.len(), "somebody was targeted twice");
    ids
}

fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    let mut list = list.as_array().unwrap().iter();
    list.find(|one| one["Name"] == name).unwrap()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap().to_owned()
}
