//! The hash of everything that was reviewed, to which a confirmation is bound.

use sha2::{Digest, Sha256};

use super::Prepared;
use crate::audience::each_of;
use crate::domain::problem::{Code, Problem};
use crate::domain::text::hex;
use crate::domain::waiting::{Reviewed, Warned};

/// Hashes profile, hook, bot, broadcast with its settings and its newest launch, bodies, matched and suppressed contacts,
/// and problems with their sentences. Any change of them changes the hash.
///
/// The age of the cached contacts is left out: it changes with the clock, and nothing else does by it. That a launch set
/// what is asked is of a place in the plan, and no age.
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
    // Whose audience isn't known has no warning that tells of another console's launch.
    hash.list(prepared.last_launch.as_slice(), |hash, id| hash.text(id));
    calls(&mut hash, prepared);
    contacts(&mut hash, prepared);
    hash.list(&prepared.preview.problems, |hash, problem| {
        hash.text(problem.code.name());
        hash.text(&problem.at);
        if problem.code != Code::StaleContacts || !problem.at.is_empty() {
            hash.text(&problem.message);
        }
    });
    hash.finish()
}

/// What was reviewed, part by part, so that what changed until it is due has a name. `before` are the launches of the
/// same broadcast that wait already.
pub fn parts(profile: &str, prepared: &Prepared, before: Vec<String>) -> Reviewed {
    let broadcast = &prepared.broadcast;
    let hook = broadcast.hook.as_ref();
    let texts = |texts: &[&str]| {
        let mut hash = Hash(Sha256::new());
        hash.list(texts, |hash, text| hash.text(text));
        hash.finish()
    };
    let of = |part: fn(&mut Hash, &Prepared)| {
        let mut hash = Hash(Sha256::new());
        part(&mut hash, prepared);
        hash.finish()
    };
    let settings = broadcast.settings.iter().map(|(_, on)| match on {
        None => "unknown",
        Some(true) => "on",
        Some(false) => "off",
    });
    Reviewed {
        hash: hash(profile, prepared),
        address: texts(&[profile, hook.map_or("", |hook| hook.expose().as_str())]),
        bot: texts(&[&prepared.bot.key]),
        broadcast: texts(&[&broadcast.id, &broadcast.name]),
        settings: texts(&settings.collect::<Vec<_>>()),
        calls: of(calls),
        contacts: of(contacts),
        last_launch: prepared.last_launch.clone(),
        warnings: prepared.preview.problems.iter().map(warned).collect(),
        before,
    }
}

fn calls(hash: &mut Hash, prepared: &Prepared) {
    hash.list(&prepared.preview.calls, |hash, call| {
        hash.text(call.method.word());
        hash.list(call.body.as_slice(), |hash, body| hash.text(body));
    });
}

/// Who is reached, who is left out, and who may be reached besides.
fn contacts(hash: &mut Hash, prepared: &Prepared) {
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
    in_doubt(hash, prepared);
}

/// Who may be reached besides, and how many it may be. Nothing where the count is sure: what waits since an older version
/// then stays what was confirmed.
fn in_doubt(hash: &mut Hash, prepared: &Prepared) {
    if let Some(bounds) = prepared.preview.who.doubt() {
        hash.text(&bounds.words());
    }
    if let Some(further) = prepared.matched.further() {
        hash.text(&further.count().to_string());
        each_of(&further, &prepared.table, |channel, user_id| {
            hash.text(channel);
            hash.text(user_id);
        });
    }
}

fn warned(problem: &Problem) -> Warned {
    Warned {
        code: problem.code.name().to_owned(),
        at: problem.at.clone(),
        message: problem.message.clone(),
    }
}

/// What changed since something was reviewed, a sentence each; none where it may go out as it was confirmed.
///
/// `may_drift` says that the contacts may be others: their number is held against what was expected elsewhere. Whether
/// another newest launch of the broadcast was foreseen is its caller's to say. Warnings that are gone are no reason to
/// stop.
pub fn changes(before: &Reviewed, now: &Reviewed, may_drift: bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut note = |is_other: bool, what: &str| {
        if is_other {
            found.push(what.to_owned());
        }
    };
    note(
        before.address != now.address,
        "the address of the launch hook is another",
    );
    note(before.bot != now.bot, "the bot is another");
    note(
        before.broadcast != now.broadcast,
        "the broadcast was renamed",
    );
    note(
        before.settings != now.settings,
        "the broadcast's settings changed",
    );
    note(before.calls != now.calls, "the body is another");
    note(
        !may_drift && before.contacts != now.contacts,
        "the contacts that it reaches changed",
    );
    note(
        before.last_launch != now.last_launch,
        "another launch of this broadcast was made",
    );
    let known = |warning: &&Warned| {
        !before
            .warnings
            .iter()
            .any(|old| is_same_warning(old, warning, may_drift))
    };
    let ages = Code::StaleContacts.name();
    for warning in now
        .warnings
        .iter()
        .filter(|warning| warning.code != ages || !warning.at.is_empty())
        .filter(known)
    {
        found.push(format!(
            "there is a new warning: {}",
            warning.message.trim_end_matches('.')
        ));
    }
    found
}

/// Sentences hold numbers, and times that go on: where those may change, code and place tell.
fn is_same_warning(old: &Warned, new: &Warned, may_drift: bool) -> bool {
    let by_place = may_drift || new.code == Code::AlreadyLaunched.name();
    old.code == new.code && old.at == new.at && (by_place || old.message == new.message)
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
