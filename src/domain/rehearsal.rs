//! What a throw-away sandbox made of the calls of a launch, and where that differs from the preview.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use serde::Serialize;

use super::plan::Method;
use super::record::ContactId;
use super::text::{counted, grouped};

/// Contacts that are named of each kind at most.
const NAMED: usize = 20;

/// How far a rehearsal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RehearsalStep {
    /// The plan is held against the cache, and the sandbox started.
    Preparing,
    /// Contacts are copied: so many, of so many.
    Copying(u64, u64),
    /// The hook is called: so many calls were answered, of so many.
    Calling(usize, usize),
    /// What came of it is read and held against the preview.
    Comparing,
}

/// A target of a call, as the sandbox resolved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RehearsedTarget {
    /// The contact's channel; `None` where it was neither found nor created.
    pub channel: Option<String>,
    /// Its `user_id`, or what was given for it.
    pub user_id: Option<String>,
    /// Whether the call created it.
    pub created: bool,
    /// Why it can't be reached; `None` for one that is.
    pub reason: Option<String>,
}

/// A contact by what tells it from the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Its channel; `None` where it isn't known.
    pub bot_channel: Option<String>,
    /// Its `user_id`; `None` where a target names nobody.
    pub user_id: Option<String>,
}

/// Some contacts of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct People {
    /// How many.
    pub count: u64,
    /// The first of them, 20 at most; not yet fit to be shown.
    pub some: Vec<Person>,
}

/// What became of one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RehearsedCall {
    /// The verb.
    #[serde(serialize_with = "word")]
    pub method: Method,
    /// Length of its body.
    pub bytes: u64,
    /// The status that the sandbox answered; `None` where none came, or the call was not made.
    pub status: Option<u16>,
    /// The answer's text, or why there is none; not yet fit to be shown.
    pub answer: String,
}

impl RehearsedCall {
    /// Whether the sandbox accepted it.
    pub fn is_accepted(&self) -> bool {
        matches!(self.status, Some(200..=299))
    }
}

/// Contacts that can't be reached for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unreached {
    /// The reason.
    pub reason: String,
    /// Who.
    #[serde(flatten)]
    pub who: People,
}

/// Where the sandbox's targets and the preview's contacts differ.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Difference {
    /// Contacts of the preview that the sandbox doesn't target.
    pub only_in_preview: People,
    /// Contacts that the sandbox targets and the preview doesn't have.
    pub only_in_rehearsal: People,
}

impl Difference {
    /// Whether there is any.
    pub fn is_any(&self) -> bool {
        self.only_in_preview.count > 0 || self.only_in_rehearsal.count > 0
    }
}

/// What the platform would do, by its stand-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rehearsal {
    /// Contacts that the sandbox got from the cache.
    pub contacts: u64,
    /// The calls in their order.
    pub calls: Vec<RehearsedCall>,
    /// Contacts that are targeted, each once.
    pub targets: People,
    /// Contacts that the calls created.
    pub created: People,
    /// Who can't be reached, by reason, in the order in which the reasons come first.
    pub unreached: Vec<Unreached>,
    /// Contacts that are targeted more than once.
    pub repeated: People,
    /// Where that differs from the preview; `None` where the preview knows no contacts, or a call wasn't accepted.
    pub difference: Option<Difference>,
    /// What else there is to know, in sentences; fit to be shown.
    pub notes: Vec<String>,
}

impl Rehearsal {
    /// Puts together what came of the calls; `previewed` are the contacts of the preview, where it knows them.
    pub fn of(
        calls: Vec<RehearsedCall>,
        targets: &[RehearsedTarget],
        previewed: Option<&[ContactId]>,
    ) -> Self {
        let mut rehearsal = Self {
            contacts: 0,
            targets: People::default(),
            created: People::default(),
            unreached: Vec::new(),
            repeated: People::default(),
            difference: None,
            notes: Vec::new(),
            calls,
        };
        rehearsal.count(targets);
        if rehearsal.is_accepted() {
            rehearsal.difference = previewed.map(|previewed| difference(previewed, targets));
        }
        rehearsal
    }

    fn count(&mut self, targets: &[RehearsedTarget]) {
        let mut seen: HashMap<Key<'_>, bool> = HashMap::with_capacity(targets.len());
        let mut unreached: IndexMap<&str, People> = IndexMap::new();
        for target in targets {
            if let Some(was_told) = seen.get_mut(&key(target)) {
                if !std::mem::replace(was_told, true) {
                    self.repeated.add(target);
                }
                continue;
            }
            seen.insert(key(target), false);
            self.targets.add(target);
            if target.created {
                self.created.add(target);
            }
            if let Some(reason) = &target.reason {
                unreached.entry(reason).or_default().add(target);
            }
        }
        let reasons = unreached.into_iter().map(|(reason, who)| Unreached {
            reason: reason.to_owned(),
            who,
        });
        self.unreached = reasons.collect();
    }

    /// Whether every call was accepted.
    pub fn is_accepted(&self) -> bool {
        !self.calls.is_empty() && self.calls.iter().all(RehearsedCall::is_accepted)
    }

    /// How many can't be reached.
    pub fn unreached_count(&self) -> u64 {
        self.unreached.iter().map(|some| some.who.count).sum()
    }

    /// What it comes to, in a sentence.
    pub fn verdict(&self) -> String {
        let targets = counted(self.targets.count, "contact");
        match &self.difference {
            _ if !self.is_accepted() => {
                let accepted = self.calls.iter().filter(|call| call.is_accepted()).count();
                let of = counted(self.calls.len() as u64, "call");
                format!("NOT accepted: {} of {of}.", grouped(accepted as u64))
            }
            None => {
                format!("Accepted: {targets} targeted. The preview knows no contacts to compare.")
            }
            Some(difference) if difference.is_any() => format!(
                "Accepted: {targets} targeted, which are NOT those of the preview: {} of the preview missing, {} in addition.",
                grouped(difference.only_in_preview.count),
                grouped(difference.only_in_rehearsal.count)
            ),
            Some(_) => format!("Accepted: {targets} targeted, exactly those of the preview."),
        }
    }

    /// Whether there is nothing to worry about: accepted, everyone reached once, as previewed.
    pub fn is_as_previewed(&self) -> bool {
        self.is_accepted()
            && self.unreached.is_empty()
            && self.repeated.count == 0
            && self
                .difference
                .as_ref()
                .is_some_and(|difference| !difference.is_any())
    }
}

impl People {
    fn add(&mut self, target: &RehearsedTarget) {
        self.push(|| Person {
            bot_channel: target.channel.clone(),
            user_id: target.user_id.clone(),
        });
    }

    fn push(&mut self, person: impl FnOnce() -> Person) {
        self.count += 1;
        if self.some.len() < NAMED {
            self.some.push(person());
        }
    }
}

/// Channel and `user_id`; a target that was neither found nor created has no channel.
type Key<'a> = (Option<&'a str>, Option<&'a str>);

fn key(target: &RehearsedTarget) -> Key<'_> {
    (target.channel.as_deref(), target.user_id.as_deref())
}

/// A target that the sandbox could not resolve has no channel: it is the contact of the preview of the same name that
/// no other target is.
fn difference(previewed: &[ContactId], targets: &[RehearsedTarget]) -> Difference {
    let mut difference = Difference::default();
    let targeted: HashSet<Key<'_>> = targets.iter().map(key).collect();
    let expected: HashSet<Key<'_>> = previewed.iter().map(key_of).collect();
    let mut nameless: HashSet<&str> = targets
        .iter()
        .filter(|target| target.channel.is_none())
        .filter_map(|target| target.user_id.as_deref())
        .collect();
    let mut told: HashSet<Key<'_>> = HashSet::new();
    let mut resolved: HashSet<&str> = HashSet::new();
    for contact in previewed {
        if targeted.contains(&key_of(contact)) || !told.insert(key_of(contact)) {
            continue;
        }
        if nameless.remove(contact.user_id.as_str()) {
            resolved.insert(&contact.user_id);
            continue;
        }
        difference.only_in_preview.push(|| Person {
            bot_channel: Some(contact.channel.clone()).filter(|channel| !channel.is_empty()),
            user_id: Some(contact.user_id.clone()),
        });
    }
    for target in targets {
        let is_resolved = target.channel.is_none()
            && target
                .user_id
                .as_deref()
                .is_some_and(|id| resolved.contains(id));
        if !is_resolved && !expected.contains(&key(target)) && told.insert(key(target)) {
            difference.only_in_rehearsal.add(target);
        }
    }
    difference
}

fn key_of(contact: &ContactId) -> Key<'_> {
    (Some(&contact.channel), Some(&contact.user_id))
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn word<S: serde::Serializer>(method: &Method, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(method.word())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn contact(name: &str) -> ContactId {
        let (channel, user_id) = name.split_once(':').unwrap();
        ContactId {
            channel: channel.to_owned(),
            user_id: user_id.to_owned(),
        }
    }

    /// `Web:1`, or `?:1` for a target that was not resolved.
    fn target(name: &str) -> RehearsedTarget {
        let (channel, user_id) = name.split_once(':').unwrap();
        RehearsedTarget {
            channel: (channel != "?").then(|| channel.to_owned()),
            user_id: Some(user_id.to_owned()),
            created: false,
            reason: (channel == "?").then(|| "unknown".to_owned()),
        }
    }

    fn call(status: u16) -> RehearsedCall {
        RehearsedCall {
            method: Method::Post,
            bytes: 2,
            status: Some(status),
            answer: String::new(),
        }
    }

    fn names(people: &People) -> Vec<&str> {
        let ids = people.some.iter().map(|person| person.user_id.as_deref());
        ids.map(Option::unwrap_or_default).collect()
    }

    fn of(previewed: &[&str], targets: &[&str]) -> Rehearsal {
        let previewed: Vec<ContactId> = previewed.iter().map(|name| contact(name)).collect();
        let targets: Vec<RehearsedTarget> = targets.iter().map(|name| target(name)).collect();
        Rehearsal::of(vec![call(200)], &targets, Some(&previewed))
    }

    #[rstest]
    #[case::the_same_in_another_order(&["Web:1", "Sms:2"], &["Sms:2", "Web:1"], &[], &[])]
    #[case::one_missing(&["Web:1", "Web:2"], &["Web:1"], &["2"], &[])]
    #[case::one_more(&["Web:1"], &["Web:1", "Web:2"], &[], &["2"])]
    #[case::another_channel(&["Web:1"], &["Sms:1"], &["1"], &["1"])]
    #[case::not_resolved_but_meant(&[":9"], &["?:9"], &[], &[])]
    #[case::not_resolved_with_its_channel(&["Web:9"], &["?:9"], &[], &[])]
    #[case::not_resolved_beside_one_that_was(&["Web:9"], &["Web:9", "?:9"], &[], &["9"])]
    #[case::targeted_twice_is_one(&["Web:1"], &["Web:1", "Web:1"], &[], &[])]
    #[case::nobody(&[], &[], &[], &[])]
    fn contacts_of_one_and_not_the_other_are_named(
        #[case] previewed: &[&str],
        #[case] targets: &[&str],
        #[case] only_in_preview: &[&str],
        #[case] only_in_rehearsal: &[&str],
    ) {
        let difference = of(previewed, targets).difference.unwrap();
        assert_eq!(names(&difference.only_in_preview), only_in_preview);
        assert_eq!(names(&difference.only_in_rehearsal), only_in_rehearsal);
    }

    #[test]
    fn a_contact_that_is_targeted_twice_is_counted_once_and_told() {
        let rehearsal = of(&["Web:1"], &["Web:1", "Web:1", "Web:1"]);
        assert_eq!((rehearsal.targets.count, rehearsal.repeated.count), (1, 1));
        assert!(!rehearsal.is_as_previewed());
    }

    #[test]
    fn who_cannot_be_reached_is_counted_by_reason() {
        let rehearsal = of(&["Web:1", ":8", ":9"], &["Web:1", "?:8", "?:9"]);
        assert_eq!(rehearsal.unreached.len(), 1);
        assert_eq!(rehearsal.unreached[0].reason, "unknown");
        assert_eq!(names(&rehearsal.unreached[0].who), ["8", "9"]);
        assert_eq!(rehearsal.unreached_count(), 2);
    }

    #[test]
    fn so_many_are_named_and_all_are_counted() {
        let many: Vec<String> = (0..50).map(|id| format!("Web:{id}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let rehearsal = of(&[], &many);
        let more = rehearsal.difference.unwrap().only_in_rehearsal;
        assert_eq!((more.count, more.some.len()), (50, NAMED));
    }

    #[rstest]
    #[case::same(&["Web:1"], "Accepted: 1 contact targeted, exactly those of the preview.")]
    #[case::others(
        &["Web:2"],
        "Accepted: 1 contact targeted, which are NOT those of the preview: 1 of the preview missing, 1 in addition."
    )]
    fn the_verdict_says_whether_it_is_as_previewed(
        #[case] previewed: &[&str],
        #[case] words: &str,
    ) {
        assert_eq!(of(previewed, &["Web:1"]).verdict(), words);
    }

    #[test]
    fn a_call_that_was_refused_is_the_verdict_and_nothing_is_compared() {
        let refused = Rehearsal::of(vec![call(200), call(400)], &[], Some(&[contact("Web:1")]));
        assert_eq!(refused.verdict(), "NOT accepted: 1 of 2 calls.");
        assert_eq!(refused.difference, None);
    }

    #[test]
    fn a_rehearsal_is_json_with_fixed_names() {
        let json = serde_json::to_value(of(&["Web:1"], &["Web:1"])).unwrap();
        let expected = serde_json::json!({
            "contacts": 0,
            "calls": [{"method": "POST", "bytes": 2, "status": 200, "answer": ""}],
            "targets": {"count": 1, "some": [{"bot_channel": "Web", "user_id": "1"}]},
            "created": {"count": 0, "some": []},
            "unreached": [],
            "repeated": {"count": 0, "some": []},
            "difference": {
                "only_in_preview": {"count": 0, "some": []},
                "only_in_rehearsal": {"count": 0, "some": []}
            },
            "notes": []
        });
        assert_eq!(json, expected);
    }
}
