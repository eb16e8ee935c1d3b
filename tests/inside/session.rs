//! A profile that is open, without a platform: its notebook and its saved plans.

use mylink_console::config::{Config, Environment, Flags};
use mylink_console::domain::plan::Plan;
use mylink_console::domain::record::Bot;
use mylink_console::domain::secret::Secret;
use mylink_console::session::{Session, filters_of};

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
