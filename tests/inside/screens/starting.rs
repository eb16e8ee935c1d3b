//! What a draft can start from: saved filters, audiences, plans, earlier launches, a file.

use insta::assert_snapshot;
use mylink_console::domain::plan::FormKind;
use mylink_console::domain::text::is_dangerous;
use mylink_console::model::effect::RequestId;
use mylink_console::model::file::FileWork;
use mylink_console::model::message::{PlanRow, PlanSummary};
use mylink_console::model::start::{AudienceRow, SavedRow, StartReply, StartWork, Starts};
use mylink_console::model::{Effect, Notice, Reply};
use rstest::rstest;

use super::composing::{PLAN, drafted, empty, plan};
use super::console::{Console, Setup};
use super::data;

fn audience(name: &str, contacts: Option<u64>) -> AudienceRow {
    AudienceRow {
        id: format!("id of {name}"),
        name: name.to_owned(),
        contacts,
        synced_at: contacts.map(|_| data::minutes_ago(2)),
    }
}

fn starts() -> Starts {
    let saved = |name: &str, filters| SavedRow {
        name: name.to_owned(),
        filters,
        saved_at: data::minutes_ago(3_000),
    };
    Starts {
        filters: vec![
            saved("Red in Milan", Some(plan(PLAN).form.filters().to_vec())),
            saved("Spoilt", None),
        ],
        audiences: vec![
            audience("Opted in", Some(2_921)),
            audience("Gold members", None),
        ],
        aside: Vec::new(),
    }
}

fn plans() -> Vec<PlanRow> {
    let row = |name: &str, places: &[&str]| PlanRow {
        name: name.to_owned(),
        saved_at: Some(data::minutes_ago(500)),
        content: Ok(PlanSummary {
            form: FormKind::Audience,
            broadcast: "Spring offer".to_owned(),
            bot: None,
            places: places.iter().map(|place| (*place).to_owned()).collect(),
        }),
    };
    vec![row("monday", &[]), row("welcome", &["city", "code"])]
}

impl Console {
    /// The work on what a draft can start from that the last event wanted.
    #[track_caller]
    fn start_work(&self) -> (RequestId, StartWork) {
        let work = self.effects().iter().find_map(|effect| match effect {
            Effect::Start(id, work) => Some((*id, work.clone())),
            _ => None,
        });
        work.unwrap_or_else(|| panic!("nothing is wanted: {:?}\n{}", self.effects(), self.screen()))
    }

    /// Answers the work on what a draft can start from that the last event wanted.
    #[track_caller]
    fn start_reply(self, reply: StartReply) -> Self {
        let (id, _) = self.start_work();
        self.reply(Reply::Start(id, reply))
    }

    /// Opens what a draft can start from.
    fn starting(self, starts: Starts, plans: Vec<PlanRow>) -> Self {
        let console = self.press("o").expect_effect(&Effect::ListPlans);
        console
            .start_reply(StartReply::Listed(Ok(starts)))
            .reply(Reply::Plans(Ok(plans)))
    }

    /// Goes to the row that holds what is typed.
    fn find(self, text: &str) -> Self {
        self.press("/").type_text(text).press("enter")
    }
}

fn start() -> Console {
    drafted(Console::setup(), PLAN).starting(starts(), plans())
}

#[test]
fn saved_filters_become_the_drafts_and_can_be_taken_back() {
    let draft = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"audience",
        "filters":[{"field":"plan","criterion":"Equals","value":"gold"}],
        "variables":[{"name":"campaign","value":"may"}],"delay_minutes":7}"#;
    let console = drafted(Console::setup(), draft).starting(starts(), plans());
    let console = console.find("red").press("enter");
    let kept = console.kept();
    assert_eq!(kept.form.filters(), plan(PLAN).form.filters());
    assert_eq!(kept.form.variables(), plan(draft).form.variables());
    assert_eq!(kept.delay.as_deref(), Some("7"));
    let console = console.expect_text("The saved filters are the draft's now: 2 conditions.");
    let before = console.press("u").kept();
    assert_eq!(before, plan(draft));
}

#[test]
fn an_audience_becomes_targets() {
    let console = start().find("opted").press("enter");
    let (
        _,
        StartWork::Audience {
            broadcast,
            draft,
            id,
            ..
        },
    ) = console.start_work()
    else {
        panic!("{:?}", console.effects());
    };
    assert_eq!(
        (broadcast, id.as_str()),
        (data::key("spring"), "id of Opted in")
    );
    assert_eq!(*draft, plan(PLAN));
    console
        .start_reply(StartReply::Failed(Notice::error("It is not known.")))
        .expect_text("It is not known.");
}

#[test]
fn an_audience_that_was_never_synced_is_not_taken_for_an_empty_one() {
    start()
        .find("gold")
        .press("enter")
        .expect_no_effect()
        .expect_text("Who is in this audience is not known: sync first");
}

#[test]
fn plans_launches_and_files_are_opened() {
    start()
        .find("monday")
        .press("enter")
        .expect_effect(&Effect::OpenPlan("monday".to_owned()));
    let launch = data::ACCEPTED.to_owned();
    start()
        .find("launches accepted")
        .press("enter")
        .expect_effect(&Effect::LaunchAgain(launch.clone()))
        .press("n")
        .expect_effect(&Effect::LaunchRest(launch));
    let console = start()
        .find("csv")
        .press("enter")
        .expect_text("Import targets");
    assert_eq!(console.file_work().1, FileWork::List(String::new()));
    console
        .press("esc")
        .expect_no_text("Start the draft from")
        .expect_no_text("Import targets");
}

#[test]
fn only_an_earlier_launch_has_a_rest() {
    start()
        .press("n")
        .expect_no_effect()
        .expect_text("Of an earlier launch alone");
}

#[test]
fn filters_are_saved_by_name_and_replace_others_only_when_told() {
    let work = |replace| StartWork::SaveFilters {
        bot: data::BOT.to_owned(),
        name: "Spring".to_owned(),
        filters: plan(PLAN).form.filters().to_vec(),
        replace,
    };
    let console = start()
        .press("s enter")
        .expect_no_effect()
        .expect_text("Type a name first.");
    let console = console
        .type_text(" Spring")
        .press("f3")
        .expect_no_effect()
        .press("enter");
    assert_eq!(console.start_work().1, work(false));
    let console = console
        .start_reply(StartReply::Exists)
        .expect_text("already. F3 replaces them");
    let console = console.press("f3");
    assert_eq!(console.start_work().1, work(true));
    let console = console.start_reply(StartReply::Changed(Notice::ok("Saved.")));
    assert_eq!(console.start_work().1, StartWork::List(data::key("spring")));
    console.expect_text("Saved.");
}

#[test]
fn a_draft_without_filters_has_none_to_save() {
    let console = empty(Console::setup()).starting(starts(), plans());
    console
        .press("s")
        .expect_no_effect()
        .expect_text("The draft has no filters");
}

#[test]
fn saved_filters_are_renamed_and_deleted_only_when_that_is_meant() {
    let console = start()
        .find("red")
        .press("e ctrl-u")
        .type_text("Rossi")
        .press("enter");
    let renamed = StartWork::RenameFilters {
        bot: data::BOT.to_owned(),
        from: "Red in Milan".to_owned(),
        to: "Rossi".to_owned(),
        replace: false,
    };
    assert_eq!(console.start_work().1, renamed);
    let console = start()
        .find("red")
        .press("d")
        .expect_no_effect()
        .press("esc");
    let console = console.expect_no_effect().press("d enter");
    let deleted = StartWork::DeleteFilters {
        bot: data::BOT.to_owned(),
        name: "Red in Milan".to_owned(),
    };
    assert_eq!(console.start_work().1, deleted);
    start()
        .find("monday")
        .press("d")
        .expect_no_effect()
        .expect_text("Saved filters alone");
}

#[test]
fn filters_that_cannot_be_read_are_said_so() {
    start()
        .find("spoilt")
        .press("enter")
        .expect_no_effect()
        .expect_text("can't be read any more");
}

#[test]
fn escape_leaves_the_draft_as_it_was() {
    let before = drafted(Console::setup(), PLAN).screen();
    assert_eq!(
        start().press("down esc").expect_no_effect().screen(),
        before
    );
}

#[test]
fn hostile_names_show_placeholders() {
    const EVIL: &str = "\u{1b}[2J\u{202e}x\u{200b}\u{9b}31m\u{e0041}";
    let mut starts = starts();
    let mut plans = plans();
    EVIL.clone_into(&mut starts.filters[0].name);
    EVIL.clone_into(&mut starts.audiences[0].name);
    if let Some(filters) = &mut starts.filters[0].filters {
        EVIL.clone_into(&mut filters[0].field);
    }
    EVIL.clone_into(&mut plans[0].name);
    plans[1].content = Err(EVIL.to_owned());
    let console = drafted(Console::setup(), PLAN).starting(starts, plans);
    let check = |console: Console| {
        let mut symbols = console
            .buffer()
            .content()
            .iter()
            .map(ratatui::buffer::Cell::symbol);
        assert!(!symbols.any(|symbol| symbol.chars().any(is_dangerous)));
        console.expect_text("‹U+")
    };
    let console = check(check(console).press("d")).press("esc e").paste(EVIL);
    let console = check(console)
        .press("enter")
        .start_reply(StartReply::Exists);
    check(check(console).press("esc end up enter"));
}

pub fn everything(setup: Setup) -> Console {
    drafted(setup, PLAN).starting(starts(), plans())
}

pub fn nothing(setup: Setup) -> Console {
    let mut data = data::overview();
    data.launches.clear();
    empty(setup.data(data)).starting(Starts::default(), Vec::new())
}

pub fn naming(setup: Setup) -> Console {
    everything(setup)
        .press("s")
        .type_text("Red in Milan")
        .press("enter")
        .start_reply(StartReply::Exists)
}

pub fn narrowed(setup: Setup) -> Console {
    everything(setup).press("/").type_text("mil")
}

type Scene = fn(Setup) -> Console;

#[rstest]
#[case("everything", everything)]
#[case("nothing", nothing)]
#[case("naming", naming)]
#[case("narrowed", narrowed)]
fn pictures(
    #[case] name: &str,
    #[case] scene: Scene,
    #[values((120, 40), (80, 24))] size: (u16, u16),
) {
    let console = scene(Console::setup().size(size.0, size.1));
    assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), console.screen());
}
