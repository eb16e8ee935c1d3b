//! The hash of everything that was reviewed, to which a confirmation is bound.

use sha2::{Digest, Sha256};

use super::Prepared;
use crate::domain::problem::Code;
use crate::domain::text::hex;

/// Hashes profile, hook, bot, broadcast with its settings, bodies, matched and suppressed contacts, and problems with their sentences.
/// Any change of them changes the hash.
///
/// The age of the cached contacts is left out: it changes with the clock, and nothing else does by it.
pub fn hash(profile: &str, prepared: &Prepared) -> String {
    let mut hash = Hash(Sha256::new());
    let broadcast = &prepared.broadcast;
    let hook = broadcast.hook.as_ref();
    hash.text(profile);
    hash.text(hook.map_or("", |hook| hook.expose().as_str()));
    hash.text(&prepared.bot.key);
    hash.text(&broadcast.id);
    hash.text(&broadcast.name);
    for (_, on) in broadcast.settings.iter() {
        hash.text(on.map_or("unknown", |on| if on { "on" } else { "off" }));
    }
    hash.list(&prepared.preview.calls, |hash, call| {
        hash.text(call.method.word());
        hash.list(call.body.as_slice(), |hash, body| hash.text(body));
    });
    hash.list(&prepared.matched.counts(), |hash, count| {
        hash.text(&count.to_string());
    });
    prepared.matched.each(&prepared.table, |channel, user_id| {
        hash.text(channel);
        hash.text(user_id);
    });
    hash.text(&prepared.preview.suppressed.count.to_string());
    let counts = prepared.preview.who.counts;
    hash.list(counts.as_slice(), |hash, counts| {
        hash.list(counts, |hash, count| hash.text(&count.to_string()));
    });
    hash.list(&prepared.preview.problems, |hash, problem| {
        hash.text(problem.code.name());
        hash.text(&problem.at);
        if problem.code != Code::StaleContacts {
            hash.text(&problem.message);
        }
    });
    hash.finish()
}

/// Texts and lists, each with its length before it, so that no two reviews are the same bytes.
struct Hash(Sha256);

impl Hash {
    fn length(&mut self, length: usize) {
        self.0.update((length as u64).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.update(text);
    }

    fn list<T>(&mut self, items: &[T], add: impl Fn(&mut Self, &T)) {
        self.length(items.len());
        for item in items {
            add(self, item);
        }
    }

    fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}
