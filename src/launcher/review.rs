//! The hash of everything that was reviewed, to which a confirmation is bound.

use sha2::{Digest, Sha256};

use super::Prepared;

/// Hashes profile, host, bot, broadcast, bodies, matched contacts and problems. Any change of them changes the hash.
pub fn hash(profile: &str, prepared: &Prepared) -> String {
    let mut hasher = Sha256::new();
    let mut add = |text: &str| {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text);
    };
    add(profile);
    add(prepared
        .broadcast
        .hook
        .as_ref()
        .map_or("", |hook| hook.expose().as_str()));
    add(&prepared.bot.key);
    add(&prepared.broadcast.id);
    add(&prepared.broadcast.name);
    for call in &prepared.preview.calls {
        add(call.method.word());
        add(call.body.as_deref().unwrap_or("no body"));
    }
    for contact in prepared.matched.contacts(&prepared.table).iter().flatten() {
        add(&contact.channel);
        add(&contact.user_id);
    }
    for count in prepared.preview.who.counts.iter().flatten() {
        add(&count.to_string());
    }
    for problem in &prepared.preview.problems {
        add(problem.code.name());
        add(&problem.at);
    }
    let digest = hasher.finalize();
    digest
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
