//! One draft, written by several programs: none overwrites what it didn't know, and what gives way is set aside.

use mylink_console::store::Cache;
use mylink_console::store::cache::Draft;

use super::{Folder, at};

fn draft(plan: &str, mark: &str, second: i64) -> Draft {
    Draft {
        bot_key: "k1".to_owned(),
        broadcast_id: "b1".to_owned(),
        plan: plan.to_owned(),
        saved_at: at(second),
        mark: mark.to_owned(),
        writer: format!("ops@bastion (process {second})"),
    }
}

/// Two programs on one cache.
fn two(folder: &Folder) -> (Cache, Cache) {
    let first = folder.cache();
    let second = Cache::open(&folder.file("cache.db")).unwrap();
    (first, second)
}

fn kept(cache: &Cache) -> Draft {
    cache.draft("k1", "b1").unwrap().unwrap()
}

#[test]
fn a_save_replaces_only_the_draft_that_its_writer_knew() {
    let folder = Folder::new();
    let (mut one, mut other) = two(&folder);
    assert!(one.save_draft(&draft("{1}", "a", 1), "").unwrap());
    assert!(one.save_draft(&draft("{2}", "b", 2), "a").unwrap());
    assert!(!other.save_draft(&draft("{3}", "c", 3), "a").unwrap());
    assert!(!other.save_draft(&draft("{3}", "c", 3), "").unwrap());
    assert_eq!(kept(&other), draft("{2}", "b", 2));
    assert!(other.save_draft(&draft("{3}", "c", 3), "b").unwrap());
    assert_eq!(kept(&one), draft("{3}", "c", 3));
}

#[test]
fn the_same_plan_is_no_conflict_and_a_draft_that_is_gone_is_none() {
    let folder = Folder::new();
    let (mut one, mut other) = two(&folder);
    one.save_draft(&draft("{1}", "a", 1), "").unwrap();
    assert!(other.save_draft(&draft("{1}", "b", 2), "").unwrap());
    assert_eq!(kept(&one).mark, "b");
    one.delete_draft("k1", "b1").unwrap();
    assert!(other.save_draft(&draft("{2}", "c", 3), "b").unwrap());
}

#[test]
fn a_draft_that_gives_way_is_set_aside_once_and_only_the_one_that_was_seen() {
    let folder = Folder::new();
    let (mut one, mut other) = two(&folder);
    one.save_draft(&draft("{theirs}", "a", 1), "").unwrap();
    other.set_draft_aside(&draft("{ours}", "x", 2)).unwrap();
    other.give_way("k1", "b1", "older", Some("x")).unwrap();
    let marks = |cache: &Cache| -> Vec<String> {
        let all = cache.drafts_aside("k1", "b1").unwrap();
        all.into_iter().map(|draft| draft.mark).collect()
    };
    assert_eq!(marks(&one), ["x"]);
    // Ours becomes the draft, so it lies aside no more.
    other.give_way("k1", "b1", "a", Some("x")).unwrap();
    assert_eq!(marks(&one), ["a"]);
    let aside = one.draft_aside("k1", "b1", "a").unwrap();
    assert_eq!(aside, Some(draft("{theirs}", "a", 1)));
    assert_eq!(one.draft_aside("k1", "b2", "a").unwrap(), None);
}

#[test]
fn the_newest_ten_stay_aside() {
    let folder = Folder::new();
    let mut cache = folder.cache();
    for second in 1..=12 {
        let mark = format!("m{second:02}");
        cache.set_draft_aside(&draft("{}", &mark, second)).unwrap();
    }
    // As it is typed, one is set aside again and again under one mark.
    cache.set_draft_aside(&draft("{new}", "m12", 13)).unwrap();
    let all = cache.drafts_aside("k1", "b1").unwrap();
    let marks: Vec<&str> = all.iter().map(|draft| draft.mark.as_str()).collect();
    assert_eq!(
        marks,
        [
            "m12", "m11", "m10", "m09", "m08", "m07", "m06", "m05", "m04", "m03"
        ]
    );
    assert_eq!(all[0].bytes, 5);
}

#[test]
fn a_draft_of_another_program_is_not_taken_for_news_of_what_is_cached() {
    let folder = Folder::new();
    let (mut one, mut other) = two(&folder);
    let before = one.writes_elsewhere().unwrap();
    other.save_draft(&draft("{1}", "a", 1), "").unwrap();
    other.set_draft_aside(&draft("{2}", "b", 2)).unwrap();
    assert_eq!(one.writes_elsewhere().unwrap(), before);
    one.set_throttle("audiences", at(1)).unwrap();
    assert_eq!(one.writes_elsewhere().unwrap(), before);
    other.set_throttle("audiences", at(2)).unwrap();
    assert_ne!(one.writes_elsewhere().unwrap(), before);
    let glance = one.draft_glance("k1", "b1").unwrap().unwrap();
    assert_eq!((glance.mark.as_str(), glance.bytes), ("a", 3));
}
