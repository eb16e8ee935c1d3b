//! Bots, broadcasts, drafts, marks.

use jiff::Timestamp;
use mylink_console::domain::record::{AudienceRef, Broadcast};
use mylink_console::domain::secret::HookUrl;
use mylink_console::domain::settings::{Setting, Settings};
use mylink_console::store::StoreError;
use mylink_console::store::cache::Draft;
use mylink_console::store::journal::JournalMark;

use super::{Folder, at, bot};

const HOOK: &str = "https://publicapi.xenioo.com/broadcasts/Sp2xAbCd/s3cr3t/direct";

fn broadcast(id: &str) -> Broadcast {
    Broadcast {
        id: id.to_owned(),
        bot_key: "b1".to_owned(),
        name: format!("Broadcast {id}"),
        enabled: Some(true),
        hook: Some(HookUrl::parse(HOOK).unwrap()),
        hook_error: None,
        sent: Some(3),
        delivered: None,
        opened: Some(0),
        scheduling_mode: Some(-1),
        trigger_type: None,
        schedule_date: Some("soon".to_owned()),
        settings: Settings::default(),
        audience: None,
    }
}

#[test]
fn bots_and_broadcasts_read_back_as_they_were_written() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    let bots = [bot("b2"), bot("b1")];
    cache.replace_bots(&bots).unwrap();
    let mut with_records = broadcast("x2");
    with_records.settings = [(Setting::DirectMode, true), (Setting::AllowGet, false)]
        .into_iter()
        .collect();
    with_records.audience = Some(AudienceRef {
        id: "a".to_owned(),
        name: "All".to_owned(),
    });
    let broadcasts = [with_records, broadcast("x1")];
    cache.replace_broadcasts("b1", &broadcasts).unwrap();

    let cache = folder.cache();
    assert_eq!(cache.bots().unwrap(), bots);
    assert_eq!(cache.broadcasts("b1").unwrap(), broadcasts);
    assert_eq!(cache.broadcasts("b2").unwrap(), []);
    assert_eq!(cache.all_broadcasts().unwrap(), broadcasts);
    let hook = cache.broadcasts("b1").unwrap()[0].hook.clone().unwrap();
    assert_eq!(hook.expose().as_str(), HOOK);
}

#[test]
fn a_sync_takes_away_what_vanished_and_leaves_what_was_recorded() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache.replace_bots(&[bot("b1")]).unwrap();
    cache
        .replace_broadcasts("b1", &[broadcast("x1"), broadcast("x2")])
        .unwrap();
    let recorded: Settings = [(Setting::SingleContact, true)].into_iter().collect();
    cache.record_settings("b1", "x1", recorded).unwrap();
    cache.record_settings("b1", "x2", recorded).unwrap();

    cache.replace_broadcasts("b1", &[broadcast("x1")]).unwrap();
    let left = cache.broadcasts("b1").unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].settings, recorded);
    cache.replace_broadcasts("b1", &[broadcast("x2")]).unwrap();
    assert_eq!(cache.broadcasts("b1").unwrap()[0].settings, recorded);
}

#[test]
fn a_setting_that_is_said_wins_and_one_that_is_not_stays() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache.replace_bots(&[bot("b1")]).unwrap();
    let first: Settings = [(Setting::AllowGet, true), (Setting::AllowPost, true)]
        .into_iter()
        .collect();
    cache.record_settings("b1", "x1", first).unwrap();
    cache
        .record_settings(
            "b1",
            "x1",
            [(Setting::AllowGet, false)].into_iter().collect(),
        )
        .unwrap();
    let settings = cache.settings("b1", "x1").unwrap();
    assert_eq!(settings.get(Setting::AllowGet), Some(false));
    assert_eq!(settings.get(Setting::AllowPost), Some(true));
    assert_eq!(settings.get(Setting::LegacyMode), None);
    cache
        .forget_setting("b1", "x1", Setting::AllowPost)
        .unwrap();
    assert_eq!(
        cache.settings("b1", "x1").unwrap().get(Setting::AllowPost),
        None
    );
}

#[test]
fn a_configured_audience_is_recorded_and_taken_back() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache.replace_bots(&[bot("b1")]).unwrap();
    let audience = AudienceRef {
        id: "a".to_owned(),
        name: "All".to_owned(),
    };
    cache
        .record_configured_audience("b1", "x1", Some(&audience))
        .unwrap();
    cache.replace_broadcasts("b1", &[broadcast("x1")]).unwrap();
    assert_eq!(cache.broadcasts("b1").unwrap()[0].audience, Some(audience));
    cache.record_configured_audience("b1", "x1", None).unwrap();
    assert_eq!(cache.configured_audience("b1", "x1").unwrap(), None);
}

#[test]
fn a_bot_that_vanished_is_not_listed_and_loses_its_secret() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache.replace_bots(&[bot("b1"), bot("b2")]).unwrap();
    cache.replace_broadcasts("b1", &[broadcast("x1")]).unwrap();
    cache.replace_bots(&[bot("b2")]).unwrap();
    assert_eq!(cache.bots().unwrap(), [bot("b2")]);
    assert_eq!(cache.all_broadcasts().unwrap(), []);
    let secret: String = rusqlite::Connection::open(folder.path("cache.db"))
        .unwrap()
        .query_row("SELECT secret FROM bot WHERE key = 'b1'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(secret, "");
}

#[test]
fn enabling_is_noted() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache.replace_bots(&[bot("b1")]).unwrap();
    cache.replace_broadcasts("b1", &[broadcast("x1")]).unwrap();
    cache.set_enabled("b1", "x1", false).unwrap();
    assert_eq!(cache.broadcasts("b1").unwrap()[0].enabled, Some(false));
    let unknown = cache.set_enabled("b1", "x9", false);
    assert!(matches!(unknown, Err(StoreError::UnknownBroadcast { .. })));
    let unknown = cache.broadcasts("b9");
    assert!(matches!(unknown, Err(StoreError::UnknownBot { .. })));
}

fn draft(broadcast_id: &str, plan: &str, saved_at: Timestamp) -> Draft {
    Draft {
        bot_key: "b1".to_owned(),
        broadcast_id: broadcast_id.to_owned(),
        plan: plan.to_owned(),
        saved_at,
    }
}

#[test]
fn drafts_are_saved_listed_and_deleted() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    cache.save_draft(&draft("x1", "old", at(1))).unwrap();
    cache.save_draft(&draft("x2", "other", at(2))).unwrap();
    let newest = draft("x1", "{\"form\":", at(3));
    cache.save_draft(&newest).unwrap();
    assert_eq!(cache.draft("b1", "x1").unwrap(), Some(newest.clone()));
    assert_eq!(
        cache.drafts().unwrap(),
        [newest, draft("x2", "other", at(2))]
    );
    assert!(cache.delete_draft("b1", "x1").unwrap());
    assert!(!cache.delete_draft("b1", "x1").unwrap());
    assert_eq!(cache.draft("b1", "x1").unwrap(), None);
}

#[test]
fn marks_keep_the_last_time() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    let precise = Timestamp::new(1_800_000_000, 123_456_789).unwrap();
    cache.set_throttle("audiences/b1", at(1)).unwrap();
    cache.set_throttle("audiences/b1", precise).unwrap();
    cache.set_synced("", "bots", at(2)).unwrap();
    let cache = folder.cache();
    assert_eq!(cache.throttle("audiences/b1").unwrap(), Some(precise));
    assert_eq!(cache.throttle("audiences/b2").unwrap(), None);
    assert_eq!(cache.synced("", "bots").unwrap(), Some(at(2)));
    assert_eq!(cache.synced("b1", "bots").unwrap(), None);
}

#[test]
fn a_journal_that_was_lost_is_noticed() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    let mark = |id: &str, sequence| JournalMark {
        id: id.to_owned(),
        sequence,
    };
    assert_eq!(cache.remember_journal(&mark("one", 4)).unwrap(), None);
    assert_eq!(cache.remember_journal(&mark("one", 5)).unwrap(), None);
    let shorter = cache.remember_journal(&mark("one", 3)).unwrap().unwrap();
    assert!(shorter.contains('5') && shorter.contains('3'), "{shorter}");
    let other = cache.remember_journal(&mark("two", 0)).unwrap().unwrap();
    assert!(other.contains("not the one"), "{other}");
    assert_eq!(cache.remember_journal(&mark("two", 0)).unwrap(), None);
}
