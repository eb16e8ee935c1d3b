//! The cache: what a sync brings, what an import adds, and what stays of the operator's work.

use mylink_console::domain::record::{AudienceRef, Contact};
use mylink_console::domain::secret::HookUrl;
use mylink_console::domain::settings::{Setting, Settings};
use mylink_console::store::cache::{Draft, Merged};
use mylink_console::store::{Cache, StoreError};
use rstest::rstest;

use super::{Folder, at, audience, bot, broadcast, contact, web};

/// A sync of audiences in one line each.
trait Sync {
    /// Lists the audiences of `k1`.
    fn lists(&mut self, ids: &[&str]) -> &mut Self;
    /// Reads an audience page by page to its end.
    fn reads(&mut self, audience: &str, pages: &[&[Contact]], second: i64) -> &mut Self;
    /// Begins to read an audience and is broken off.
    fn breaks_off(&mut self, audience: &str, pages: &[&[Contact]]) -> &mut Self;
    /// The user ids of all contacts of `k1`, in their order.
    fn users(&mut self) -> Vec<String>;
    /// The user ids of an audience's members, in its order.
    fn members(&mut self, audience: &str) -> Vec<String>;
    /// One variable of a user.
    fn value(&mut self, user: &str, name: &str) -> Option<String>;
}

fn all(cache: &mut Cache) -> Vec<Contact> {
    let view = cache.contacts("k1").unwrap();
    let rows = view.rows();
    (0..rows)
        .map(|row| view.contact(row).unwrap().unwrap())
        .collect()
}

fn user(contact: &Contact) -> String {
    contact.get("user_id").unwrap().to_owned()
}

impl Sync for Cache {
    fn lists(&mut self, ids: &[&str]) -> &mut Self {
        let audiences: Vec<_> = ids.iter().map(|id| audience(id)).collect();
        self.replace_audiences("k1", &audiences).unwrap();
        self
    }

    fn reads(&mut self, audience: &str, pages: &[&[Contact]], second: i64) -> &mut Self {
        self.breaks_off(audience, pages)
            .finish_reading("k1", audience, at(second))
            .unwrap();
        self
    }

    fn breaks_off(&mut self, audience: &str, pages: &[&[Contact]]) -> &mut Self {
        self.start_reading("k1", audience).unwrap();
        for page in pages {
            self.append_page("k1", audience, page).unwrap();
        }
        self
    }

    fn users(&mut self) -> Vec<String> {
        all(self).iter().map(user).collect()
    }

    fn members(&mut self, audience: &str) -> Vec<String> {
        let view = self.contacts("k1").unwrap();
        let rows = view.members(audience).unwrap();
        rows.into_iter()
            .map(|row| user(&view.contact(row).unwrap().unwrap()))
            .collect()
    }

    fn value(&mut self, name: &str, variable: &str) -> Option<String> {
        let found = all(self)
            .into_iter()
            .find(|contact| user(contact) == name)?;
        found.get(variable).map(str::to_owned)
    }
}

#[test]
fn new_values_win_and_others_stay() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache.lists(&["a1"]);
    cache.reads("a1", &[&[web("u", "city", "Milano")]], 1);
    cache.reads("a1", &[&[web("u", "name", "Ada")]], 2);
    cache
        .import_contacts("k1", "x.csv", &[web("u", "city", "Roma")], at(3))
        .unwrap();
    assert_eq!(cache.users(), ["u"]);
    assert_eq!(cache.value("u", "city").as_deref(), Some("Roma"));
    assert_eq!(cache.value("u", "name").as_deref(), Some("Ada"));
    assert_eq!(cache.as_of("k1").unwrap(), Some(at(3)));
}

#[test]
fn contacts_are_the_union_of_audiences_and_imports() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache.lists(&["a1", "a2"]);
    cache.reads("a1", &[&[web("u1", "x", "1"), web("u2", "x", "2")]], 1);
    cache.reads("a2", &[&[web("u2", "x", "2"), web("u3", "x", "3")]], 1);
    cache
        .import_contacts(
            "k1",
            "x.csv",
            &[web("u3", "x", "3"), web("u4", "x", "4")],
            at(2),
        )
        .unwrap();
    assert_eq!(cache.users(), ["u1", "u2", "u3", "u4"]);
    assert_eq!(cache.contact_count("k1").unwrap(), 4);
    assert_eq!(cache.contact_count("k2").unwrap(), 0);
    // Out of both audiences: what was imported stays, the rest goes.
    cache.lists(&["a2"]).reads("a2", &[&[]], 3);
    assert_eq!(cache.users(), ["u3", "u4"]);
    cache.forget_imports("k1").unwrap();
    assert_eq!(cache.contact_count("k1").unwrap(), 0);
    assert_eq!(cache.columns("k1").unwrap(), ["user_id", "bot_channel"]);
}

#[test]
fn members_are_replaced_at_the_end_alone() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache
        .lists(&["a1"])
        .reads("a1", &[&[web("u1", "x", "1")], &[web("u2", "x", "2")]], 1);
    assert_eq!(cache.members("a1"), ["u1", "u2"]);
    cache.breaks_off("a1", &[&[web("u3", "x", "3"), web("u2", "x", "new")]]);
    assert_eq!(cache.members("a1"), ["u1", "u2"]);
    assert_eq!(cache.users(), ["u1", "u2", "u3"]);
    assert_eq!(cache.value("u2", "x").as_deref(), Some("new"));
    assert_eq!(cache.audiences("k1").unwrap()[0].synced_at, Some(at(1)));
    assert_eq!(cache.as_of("k1").unwrap(), Some(at(1)));
    cache.finish_reading("k1", "a1", at(9)).unwrap();
    assert_eq!(cache.members("a1"), ["u3", "u2"]);
    assert_eq!(cache.users(), ["u2", "u3"]);
    assert_eq!(cache.audiences("k1").unwrap()[0].synced_at, Some(at(9)));
}

#[test]
fn a_read_that_was_broken_off_is_forgotten_by_the_next() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache
        .lists(&["a1"])
        .breaks_off("a1", &[&[web("u1", "x", "1")]]);
    cache.reads("a1", &[&[web("u2", "x", "2")]], 5);
    assert_eq!(cache.members("a1"), ["u2"]);
    assert_eq!(cache.users(), ["u2"]);
}

#[test]
fn a_contact_that_moves_between_pages_is_a_member_once() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    let (one, two, three) = (
        web("u1", "x", "1"),
        web("u2", "x", "2"),
        web("u3", "x", "3"),
    );
    cache
        .lists(&["a1"])
        .reads("a1", &[&[one, two.clone()], &[two, three]], 1);
    assert_eq!(cache.members("a1"), ["u1", "u2", "u3"]);
}

#[test]
fn audiences_that_stay_keep_their_members() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache
        .lists(&["a1", "a2"])
        .reads("a1", &[&[web("u1", "x", "1")]], 1);
    cache.lists(&["a2", "a1"]);
    let listed = cache.audiences("k1").unwrap();
    assert_eq!([&*listed[0].id, &*listed[1].id], ["a2", "a1"]);
    assert_eq!(listed[1].synced_at, Some(at(1)));
    assert_eq!(cache.members("a1"), ["u1"]);
}

#[rstest]
#[case::phone_from_id(&[("user_id", "+39"), ("bot_channel", "WhatsAppChannel")], Some(("+39", Some("+39"))))]
#[case::id_from_phone(&[("user_phone_number", "+39"), ("bot_channel", "SMSChannel")], Some(("+39", Some("+39"))))]
#[case::an_empty_phone(&[("user_id", "+39"), ("user_phone_number", ""), ("bot_channel", "SMSChannel")], Some(("+39", Some("+39"))))]
#[case::no_phone_channel(&[("user_id", "u"), ("bot_channel", "WebChannel")], Some(("u", None)))]
#[case::no_channel(&[("user_id", "u")], Some(("u", None)))]
#[case::a_phone_on_no_phone_channel(&[("user_phone_number", "+39"), ("bot_channel", "WebChannel")], None)]
#[case::nobody(&[("city", "Roma")], None)]
fn who_a_contact_is(
    #[case] variables: &[(&str, &str)],
    #[case] expected: Option<(&str, Option<&str>)>,
) {
    let folder = Folder::new();
    let mut cache = folder.cache();
    let given = contact(variables.iter().copied());
    let merged = cache
        .import_contacts("k1", "x.csv", &[given], at(1))
        .unwrap();
    let (saved, not_identified) = if expected.is_some() { (1, 0) } else { (0, 1) };
    assert_eq!(
        merged,
        Merged {
            saved,
            not_identified
        }
    );
    let found = all(&mut cache);
    let found = found.first().map(|contact| {
        (
            contact.get("user_id").unwrap(),
            contact.get("user_phone_number"),
        )
    });
    assert_eq!(found, expected);
}

/// Something that changes contacts.
type Change<'a> = &'a dyn Fn(&mut Cache);

#[test]
fn every_change_of_contacts_moves_the_generation_for_all() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    let second = Cache::open(&folder.file("cache.db")).unwrap();
    let other = second.generation("k2").unwrap();
    let mut last = second.generation("k1").unwrap();
    cache.lists(&["a1"]);
    let steps: [(&str, Change); 6] = [
        ("page", &|cache| {
            cache.breaks_off("a1", &[&[web("u", "x", "1")]]);
        }),
        ("end", &|cache| {
            cache.finish_reading("k1", "a1", at(1)).unwrap();
        }),
        ("end without contacts", &|cache| {
            cache.reads("a1", &[], 2);
        }),
        ("import", &|cache| {
            cache
                .import_contacts("k1", "f", &[web("v", "x", "1")], at(3))
                .unwrap();
        }),
        ("forget", &|cache| cache.forget_imports("k1").unwrap()),
        ("vanished audience", &|cache| {
            cache.lists(&[]);
        }),
    ];
    for (name, step) in steps {
        step(&mut cache);
        let now = second.generation("k1").unwrap();
        assert!(now > last, "{name}");
        last = now;
    }
    assert_eq!(second.generation("k2").unwrap(), other);
}

fn draft(broadcast: &str, plan: &str, second: i64) -> Draft {
    Draft {
        bot_key: "k1".to_owned(),
        broadcast_id: broadcast.to_owned(),
        plan: plan.to_owned(),
        saved_at: at(second),
        mark: format!("m{second}"),
        writer: "ops@bastion (process 7)".to_owned(),
    }
}

#[test]
fn drafts_are_one_a_broadcast_and_outlive_a_sync() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    assert!(cache.save_draft(&draft("b1", "{half", 1), "").unwrap());
    assert!(cache.save_draft(&draft("b2", "{}", 2), "").unwrap());
    assert!(
        cache
            .save_draft(&draft("b1", "{\"x\":1}", 3), "m1")
            .unwrap()
    );
    cache.replace_broadcasts("k1", &[]).unwrap();
    cache.replace_bots(&[]).unwrap();
    drop(cache);
    let mut cache = Cache::open(&folder.file("cache.db")).unwrap();
    let expected = [draft("b1", "{\"x\":1}", 3), draft("b2", "{}", 2)];
    assert_eq!(cache.drafts().unwrap(), expected);
    assert_eq!(cache.draft("k1", "b2").unwrap(), Some(expected[1].clone()));
    assert_eq!(cache.draft("k2", "b2").unwrap(), None);
    assert!(cache.delete_draft("k1", "b2").unwrap());
    assert!(!cache.delete_draft("k1", "b2").unwrap());
    assert_eq!(cache.drafts().unwrap(), expected[..1]);
}

#[test]
fn times_of_calls_and_syncs_are_kept() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    for second in [5, 3] {
        cache.set_throttle("audiences", at(second)).unwrap();
        cache.set_synced("k1", "broadcasts", at(second)).unwrap();
    }
    let cache = Cache::open(&folder.file("cache.db")).unwrap();
    assert_eq!(cache.throttle("audiences").unwrap(), Some(at(3)));
    assert_eq!(cache.throttle("bots").unwrap(), None);
    assert_eq!(cache.synced("k1", "broadcasts").unwrap(), Some(at(3)));
    assert_eq!(cache.synced("", "broadcasts").unwrap(), None);
}

#[test]
fn what_was_recorded_of_a_broadcast_survives_its_vanishing() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache
        .replace_broadcasts("k1", &[broadcast("b1"), broadcast("b2")])
        .unwrap();
    let recorded: Settings = [(Setting::ALL[1], true), (Setting::ALL[2], false)]
        .into_iter()
        .collect();
    let everyone = AudienceRef {
        id: "a1".to_owned(),
        name: "All".to_owned(),
    };
    cache.record_settings("k1", "b1", recorded).unwrap();
    cache
        .record_configured_audience("k1", "b1", Some(&everyone))
        .unwrap();
    cache.replace_broadcasts("k1", &[broadcast("b2")]).unwrap();
    assert_eq!(cache.broadcasts("k1").unwrap(), [broadcast("b2")]);
    cache.replace_bots(&[]).unwrap();
    assert!(cache.all_broadcasts().unwrap().is_empty());
    cache.replace_bots(&[bot("k1")]).unwrap();
    cache
        .replace_broadcasts("k1", &[broadcast("b2"), broadcast("b1")])
        .unwrap();
    let found = cache.broadcasts("k1").unwrap().remove(1);
    assert_eq!((found.id.as_str(), found.settings), ("b1", recorded));
    assert_eq!(found.audience, Some(everyone));
    cache.forget_setting("k1", "b1", Setting::ALL[1]).unwrap();
    assert_eq!(
        cache.settings("k1", "b1").unwrap().get(Setting::ALL[1]),
        None
    );
    assert_eq!(
        cache.settings("k1", "b1").unwrap().get(Setting::ALL[2]),
        Some(false)
    );
    cache.record_configured_audience("k1", "b1", None).unwrap();
    assert_eq!(cache.configured_audience("k1", "b1").unwrap(), None);
}

#[test]
fn a_list_that_says_settings_wins_over_what_was_recorded() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    let recorded: Settings = [(Setting::ALL[0], true), (Setting::ALL[1], true)]
        .into_iter()
        .collect();
    cache.record_settings("k1", "b1", recorded).unwrap();
    let mut said = broadcast("b1");
    said.settings.set(Setting::ALL[0], Some(false));
    cache.replace_broadcasts("k1", &[said]).unwrap();
    let found = cache.settings("k1", "b1").unwrap();
    assert_eq!(
        (found.get(Setting::ALL[0]), found.get(Setting::ALL[1])),
        (Some(false), Some(true))
    );
}

#[test]
fn a_broadcast_is_read_as_it_was_saved() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    let mut whole = broadcast("b1");
    whole.enabled = Some(false);
    whole.hook = Some(HookUrl::parse("https://h.example.com/broadcasts/b1/s/direct").unwrap());
    (whole.sent, whole.delivered, whole.opened) = (Some(u64::MAX >> 1), Some(0), Some(1));
    (whole.scheduling_mode, whole.trigger_type) = (Some(-1), Some(3));
    whole.schedule_date = Some("2027-01-01".to_owned());
    let mut bad = broadcast("b2");
    bad.hook_error = Some("plain http".to_owned());
    cache
        .replace_broadcasts("k1", &[whole.clone(), bad.clone()])
        .unwrap();
    assert_eq!(cache.broadcasts("k1").unwrap(), [whole.clone(), bad]);
    cache.set_enabled("k1", "b1", true).unwrap();
    whole.enabled = Some(true);
    assert_eq!(cache.broadcasts("k1").unwrap()[0], whole);
    let error = cache.set_enabled("k1", "b9", true).unwrap_err();
    assert!(
        matches!(error, StoreError::UnknownBroadcast { .. }),
        "{error}"
    );
}

#[test]
fn a_bot_that_vanished_loses_its_secret_and_waits() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    assert_eq!(cache.bots().unwrap(), [bot("k1"), bot("k2")]);
    cache.replace_bots(&[bot("k2")]).unwrap();
    assert_eq!(cache.bots().unwrap(), [bot("k2")]);
    let raw = rusqlite::Connection::open(folder.file("cache.db")).unwrap();
    let secret: String = raw
        .query_row("SELECT secret FROM bot WHERE key = 'k1'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(secret, "");
}

#[test]
fn what_is_not_cached_is_said_so_without_its_escape_sequences() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    let bot = cache.contact_count("k\x1b[2J").unwrap_err();
    assert_eq!(
        bot.to_string(),
        "the bot k‹U+001B›[2J is not in the cache. Run `mylink sync`"
    );
    let audience = cache.start_reading("k1", "a9").unwrap_err();
    assert!(
        matches!(audience, StoreError::UnknownAudience { .. }),
        "{audience}"
    );
}
