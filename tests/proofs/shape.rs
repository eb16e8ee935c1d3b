//! The forms of launch that are hit: of one call or several, with or without a token that is asked for first.

use serde_json::{Value, json};

/// What an attempt launches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// One, or a batch: its targets don't fit into fewer.
    pub calls: usize,
    /// Whether the platform is asked for a token before the hook is called.
    pub with_token: bool,
}

/// One request, and no other.
pub const ONE: Shape = Shape {
    calls: 1,
    with_token: false,
};

/// A request for a token, then the one to the hook.
pub const TOKEN: Shape = Shape {
    calls: 1,
    with_token: true,
};

/// A batch of three calls.
pub const BATCH: Shape = Shape {
    calls: 3,
    with_token: false,
};

/// A batch of two calls.
pub const PAIR: Shape = Shape {
    calls: 2,
    with_token: false,
};

/// A batch of two calls, and a token before them.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub const PAIR_WITH_TOKEN: Shape = Shape {
    calls: 2,
    with_token: true,
};

/// Targets of a call of a batch.
const TARGETS: usize = 2;

/// As many bytes as a body of so many targets needs, and not of one more.
pub const LIMIT: &str = "[profiles.test.dialect]\nlimit_bytes = 150\n";

impl Shape {
    /// The plan of an attempt, whose every body holds its name.
    pub fn plan(self, attempt: &str, broadcast: &str) -> Value {
        if !self.is_batch() {
            return json!({"broadcast": broadcast, "form": "configured",
                "variables": [{"name": "attempt", "value": attempt}]});
        }
        let target = |place| json!({"user_id": format!("{attempt}-{place}"), "bot_channel": "WhatsAppChannel"});
        let targets: Vec<Value> = (0..self.calls * TARGETS).map(target).collect();
        json!({"broadcast": broadcast, "form": "targets", "targets": targets})
    }

    /// What stands in a body of an attempt: one for each of those who get it.
    pub fn marks(self, attempt: &str) -> Vec<String> {
        if !self.is_batch() {
            return vec![format!("\"{attempt}\"")];
        }
        let places = 0..self.calls * TARGETS;
        places
            .map(|place| format!("\"{attempt}-{place}\""))
            .collect()
    }

    pub fn is_batch(self) -> bool {
        self.calls > 1
    }
}
