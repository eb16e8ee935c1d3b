//! A profile that is open, without a platform: its notebook and its saved plans.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::time::Duration;

use mylink_console::config::{Config, Environment, Flags};
use mylink_console::domain::act::OutsideAct;
use mylink_console::domain::plan::Plan;
use mylink_console::domain::record::{Bot, Contact};
use mylink_console::domain::secret::Secret;
use mylink_console::session::{Contacts, Needs, Session, SessionError, filters_of};

const PLAN: &str = r#"{"broadcast":"b","form":"audience","filters":[
    {"field":"city","criterion":"StartsWith","value":"Mil\"\u001b"},
    {"join":"OR","field":"vip","criterion":"HasValue"}]}"#;

fn session(folder: &tempfile::TempDir) -> Session {
    let home = folder.path().to_str().unwrap();
    let environment = Environment::of([("HOME", home), ("USER", "ada")], "desk");
    let config = Config::load(&environment, &Flags::default()).unwrap();
    Session::open(&config, &config.start).unwrap()
}

fn bot(key: &str) -> Bot {
    Bot {
        key: key.to_owned(),
        name: String::new(),
        description: String::new(),
        channels: Vec::new(),
        secret: Secret::new("s"),
    }
}

#[tokio::test]
async fn filters_are_kept_by_bot_and_name() {
    let folder = tempfile::tempdir().unwrap();
    let filters = Plan::from_json(PLAN).unwrap().form.filters().to_vec();
    let (one, other) = (bot("one"), bot("other"));
    {
        let session = session(&folder);
        session.save_filter(&one, "milan", &filters).await.unwrap();
        session.save_filter(&one, "all", &[]).await.unwrap();
        session
            .save_filter(&one, "milan", &filters[..1])
            .await
            .unwrap();
        session.save_filter(&one, "milan", &filters).await.unwrap();
    }
    let session = session(&folder);
    let saved = session.saved_filters(&one).await.unwrap();
    let names: Vec<&str> = saved.iter().map(|saved| saved.name.as_str()).collect();
    assert_eq!(names, ["all", "milan"]);
    assert_eq!(filters_of(&saved[1]), Some(filters.clone()));
    let read = session.saved_filter(&one, "milan").await.unwrap();
    assert_eq!(read, Some(filters));
    assert_eq!(
        session.saved_filter(&one, "all").await.unwrap(),
        Some(Vec::new())
    );
    assert_eq!(session.saved_filter(&other, "milan").await.unwrap(), None);
    assert!(session.remove_filter(&one, "milan").await.unwrap());
    assert!(!session.remove_filter(&one, "milan").await.unwrap());
}

#[tokio::test]
async fn the_notebook_is_not_made_before_it_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let session = session(&folder);
    let file = folder
        .path()
        .join(".local/share/mylink-console/sandbox/profile.db");
    session.bots().await.unwrap();
    assert!(!file.exists());
    session.suppressions().await.unwrap();
    assert!(file.exists());
}

fn people(from: usize, to: usize, city: &str) -> Vec<Contact> {
    let person = |number: usize| {
        let values = [
            ("user_id", number.to_string()),
            ("bot_channel", "WebChannel".to_owned()),
            ("city", city.to_owned()),
            ("first_name", format!("Name {number}")),
        ];
        let own = |(name, value): (&str, String)| (name.to_owned(), value);
        Contact {
            variables: values.into_iter().map(own).collect(),
        }
    };
    (from..to).map(person).collect()
}

async fn known(session: &Session) -> Bot {
    let bot = bot("one");
    let bots = vec![bot.clone()];
    let save = session.cache().run(move |cache| cache.replace_bots(&bots));
    save.await.unwrap();
    bot
}

#[tokio::test]
async fn contacts_follow_imports_and_who_holds_the_older_ones_keeps_them() {
    let folder = tempfile::tempdir().unwrap();
    let session = session(&folder);
    let bot = known(&session).await;
    let import = async |contacts| {
        session
            .import_contacts(&bot, "x.csv", contacts)
            .await
            .unwrap()
    };
    import(people(0, 500, "Roma")).await;
    let before = session.contacts(&bot).await.unwrap();
    assert!(Arc::ptr_eq(&before, &session.contacts(&bot).await.unwrap()));
    import(people(3, 5, "Milano")).await;
    import(people(500, 501, "Bari")).await;
    let after = session.contacts(&bot).await.unwrap();
    let city = |contacts: &Contacts, row| contacts.table.value(row, "city").map(str::to_owned);
    assert_eq!(city(&after, 3), Some("Milano".to_owned()));
    assert_eq!(city(&after, 500), Some("Bari".to_owned()));
    assert_eq!((before.table.rows(), after.table.rows()), (500, 501));
    assert_eq!(city(&before, 3), Some("Roma".to_owned()));
    let key = bot.key.clone();
    let forget = session.cache().run(move |cache| cache.forget_imports(&key));
    forget.await.unwrap();
    assert_eq!(session.contacts(&bot).await.unwrap().table.rows(), 0);
}

#[tokio::test]
async fn a_table_is_the_same_one_where_a_file_said_nothing_new() {
    let folder = tempfile::tempdir().unwrap();
    let session = session(&folder);
    let bot = known(&session).await;
    for _ in 0..2 {
        session
            .import_contacts(&bot, "x.csv", people(0, 10, "Roma"))
            .await
            .unwrap();
    }
    let before = session.contacts(&bot).await.unwrap();
    session
        .import_contacts(&bot, "x.csv", people(0, 10, "Roma"))
        .await
        .unwrap();
    let after = session.contacts(&bot).await.unwrap();
    assert!(Arc::ptr_eq(&before.table, &after.table));
    assert!(before.as_of < after.as_of, "but it is newer");
}

#[tokio::test]
async fn a_first_count_is_that_of_all_contacts_and_the_whole_follows() {
    let folder = tempfile::tempdir().unwrap();
    let session = session(&folder);
    let bot = known(&session).await;
    session
        .import_contacts(&bot, "x.csv", people(0, 2_000, "Milano"))
        .await
        .unwrap();
    let plan = Plan::from_json(PLAN).unwrap();
    let first = session.contacts_for(&bot, &Needs::of(&plan)).await.unwrap();
    // How much is there by then hangs on the threads; the column of the filter is, in full.
    assert_eq!(first.table.rows(), 2_000);
    let city = first.table.column("city").unwrap();
    assert_eq!(city.set_count(), 2_000);
    let unread = first.unread.map_or(0, |unread| unread.fields);
    assert_eq!(first.table.columns().len() + unread, 4);
    let whole = session.contacts(&bot).await.unwrap();
    assert_eq!((whole.unread, whole.table.columns().len()), (None, 4));
    assert_eq!(whole.table.value(1_999, "first_name"), Some("Name 1999"));
}

#[tokio::test]
async fn many_who_ask_at_once_share_one_table() {
    let folder = tempfile::tempdir().unwrap();
    let session = Arc::new(session(&folder));
    let bot = known(&session).await;
    session
        .import_contacts(&bot, "x.csv", people(0, 300, "Roma"))
        .await
        .unwrap();
    let ask = |_| {
        let (session, bot) = (Arc::clone(&session), bot.clone());
        tokio::spawn(async move { session.contacts(&bot).await.unwrap() })
    };
    let asked: Vec<_> = (0..8).map(ask).collect();
    let mut tables = Vec::new();
    for one in asked {
        tables.push(one.await.unwrap());
    }
    assert!(tables.iter().all(|one| Arc::ptr_eq(one, &tables[0])));
}

/// Writes the configuration of the built-in profile.
fn configure(folder: &tempfile::TempDir, text: &str) {
    let home = folder.path().join(".config/mylink-console");
    fs::create_dir_all(&home).unwrap();
    let file = home.join("config.toml");
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
}

#[tokio::test]
async fn the_gates_are_those_of_now_and_never_looser_than_at_the_opening() {
    let folder = tempfile::tempdir().unwrap();
    configure(
        &folder,
        "[profiles.sandbox]\nmax_targets = 500\nhold_seconds = 3",
    );
    let session = session(&folder);
    configure(
        &folder,
        "[profiles.sandbox]\nmax_targets = 7\nhold_seconds = 1",
    );
    let gate = session.launcher_now().await.unwrap().gate;
    assert_eq!((gate.max_targets, gate.hold), (7, Duration::from_secs(3)));
    configure(
        &folder,
        "[profiles.sandbox]\nmax_targets = 9000\nrepeat_window = \"90d\"",
    );
    let launcher = session.launcher_now().await.unwrap();
    assert_eq!(launcher.gate.max_targets, 500);
    assert_eq!(launcher.repeat_window, Duration::from_hours(90 * 24));
}

#[tokio::test]
async fn a_profile_that_became_read_only_allows_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let session = session(&folder);
    for act in OutsideAct::ALL {
        session.allow(act).await.unwrap();
    }
    configure(&folder, "[profiles.sandbox]\nreadonly = true");
    for act in OutsideAct::ALL {
        let refused = session.allow(act).await.unwrap_err();
        assert!(matches!(refused, SessionError::ReadOnly(_)), "{act:?}");
    }
    assert!(session.launcher_now().await.unwrap().gate.readonly);
    configure(&folder, "");
    session.allow(OutsideAct::Launch).await.unwrap();
}

#[tokio::test]
async fn a_configuration_that_cannot_be_read_any_more_allows_taking_back_alone() {
    let folder = tempfile::tempdir().unwrap();
    let session = session(&folder);
    configure(&folder, "[profiles.sandbox]\nmax_targets = \"many\"");
    for act in OutsideAct::ALL {
        let allowed = session.allow(act).await;
        assert_eq!(allowed.is_ok(), act == OutsideAct::TakeBack, "{act:?}");
    }
    let Err(refused) = session.launcher_now().await else {
        panic!("there are gates")
    };
    let words = refused.to_string();
    let says = |part: &str| assert!(words.contains(part), "{words}");
    says("The configuration can't be read any more: ");
    says("line 2");
    says("Nothing was sent or changed.");
}

#[tokio::test]
async fn a_profile_that_leads_elsewhere_by_now_sends_nothing_until_it_is_opened_anew() {
    let folder = tempfile::tempdir().unwrap();
    let profile = |more: &str| {
        format!(
            "profile = \"p\"\n[profiles.p]\naccount_key = \"k\"\nurl = \"http://127.0.0.1:9\"\n{more}"
        )
    };
    configure(&folder, &profile("hook_hosts = [\"hooks.example\"]"));
    let session = session(&folder);
    session.launcher_now().await.unwrap();
    for other in [
        profile(""),
        profile("hook_hosts = [\"hooks.example\"]\nproxy = \"http://127.0.0.1:8\""),
        profile("hook_hosts = [\"hooks.example\"]").replace(":9", ":7"),
    ] {
        configure(&folder, &other);
        let Err(refused) = session.launcher_now().await else {
            panic!("it launches: {other}")
        };
        assert!(matches!(refused, SessionError::Redirected), "{refused}");
    }
}
