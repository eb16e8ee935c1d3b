//! The sandbox in a process of its own, asked what it received.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// `mylink sandbox`, with one bot and six contacts; it ends with the test.
pub struct Platform {
    process: Child,
    /// `127.0.0.1:port`.
    address: String,
    pub account_key: String,
    bot: String,
}

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Platform {
    pub fn start(program: &str, folder: &Path) -> Self {
        let mut process = Command::new(program)
            .args(["sandbox", "--empty", "--no-throttle", "--data-dir"])
            .arg(folder.join("platform"))
            .env_clear()
            .env("HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| said[key].as_str().unwrap().to_owned();
        let mut platform = Self {
            process,
            address: text("url").trim_start_matches("http://").to_owned(),
            account_key: text("account_api_key"),
            bot: String::new(),
        };
        let bot = json!({"Name": "Bot", "Channels": ["WhatsApp"]});
        let made = platform.own("POST", "/bots", Some(&bot));
        made["APIKey"]
            .as_str()
            .unwrap()
            .clone_into(&mut platform.bot);
        let contacts: Value = (1..=6)
            .map(|number| json!({"user_id": number.to_string(), "bot_channel": "WhatsAppChannel"}))
            .collect();
        let path = format!("/bots/{}/contacts", platform.bot);
        platform.own("PUT", &path, Some(&contacts));
        platform
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes a broadcast that needs a token, or none; gives its id.
    pub fn broadcast(&self, name: &str, with_token: bool) -> String {
        let body = json!({"Name": name, "Enabled": true, "audience": null,
            "settings": {"direct_mode": !with_token}});
        let made = self.own(
            "POST",
            &format!("/bots/{}/broadcasts", self.bot),
            Some(&body),
        );
        made["Id"].as_str().unwrap().to_owned()
    }

    /// Holds the next answer of a hook back for so many milliseconds; the launch itself is handled at once.
    pub fn hold_next_answer(&self, milliseconds: u64) {
        self.hold_answer("hook", 0, milliseconds);
    }

    /// The same of the calls of one kind, of one after so many that are answered at once.
    pub fn hold_answer(&self, on: &str, after: u64, milliseconds: u64) {
        let faults = json!([
            {"on": on, "times": after},
            {"on": on, "times": 1, "delay_ms": milliseconds},
        ]);
        self.own("PUT", "/faults", Some(&faults));
    }

    /// How often each body has arrived at a broadcast.
    pub fn arrived(&self, broadcast: &str) -> HashMap<String, usize> {
        let runs = self.own("GET", &format!("/broadcasts/{broadcast}/runs"), None);
        let mut arrived = HashMap::new();
        for run in runs.as_array().unwrap() {
            let body = run["body"].as_str().unwrap_or_default().to_owned();
            *arrived.entry(body).or_default() += 1;
        }
        arrived
    }

    /// A call of the sandbox's own endpoints.
    fn own(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} /sandbox{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.account_key,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 20"), "{answer}");
        serde_json::from_str(body).unwrap()
    }
}
