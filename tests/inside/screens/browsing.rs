//! Contacts looked through: moving, sorting, searching, columns, one in full, the values of a field, a file.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use insta::assert_snapshot;
use mylink_console::audience::{
    GroupKind, Scene, SceneFacts, Suppression, Table, TableBuilder, arranged, find_contact, hits,
    values,
};
use mylink_console::domain::contact::{ContactInFull, Reached, ReachedBy};
use mylink_console::domain::dialect::Dialect;
use mylink_console::domain::launch::{Named, Outcome, SettledAs};
use mylink_console::domain::plan::Plan;
use mylink_console::domain::record::Contact;
use mylink_console::domain::text::is_dangerous;
use mylink_console::model::browse::{
    Arranged, BrowseReply, BrowseWork, Export, Finding, Listed, Whose,
};
use mylink_console::model::file::NotWritten;
use mylink_console::model::{Context, Effect, Message, Notice, Reply};
use mylink_console::ui::theme::ThemeName;

use super::composing::{PLAN, drafted, plan};
use super::console::{Console, Setup};
use super::data;

/// The cached contacts with an age and a day each, and what a hostile platform may hold.
fn table() -> Arc<Table> {
    let mut contacts: Vec<Contact> = data::contacts();
    for (number, contact) in contacts.iter_mut().enumerate() {
        let mut set = |name: &str, value: String| contact.variables.insert(name.to_owned(), value);
        if number % 9 > 0 {
            set("age", (18 + number * 7 % 60).to_string());
        }
        set(
            "last_order",
            format!("2026-{:02}-{:02}", number % 6 + 1, number % 28 + 1),
        );
    }
    Arc::new(Table::from_contacts(&contacts).unwrap())
}

fn scene(table: &Arc<Table>, plan: Option<&Plan>) -> Arc<Scene> {
    let facts = SceneFacts {
        table,
        configured: None,
        suppressed: &Suppression::default(),
        reading: Dialect::default().reading(),
        as_of: Some(data::minutes_ago(2)),
    };
    let never = AtomicBool::new(false);
    Arc::new(match plan {
        Some(plan) => Scene::of_plan(plan, &facts, &never).unwrap(),
        None => Scene::of_all(&facts),
    })
}

/// What the workers behind the screen answer.
fn answer(work: &BrowseWork, table: &Arc<Table>) -> Option<BrowseReply> {
    let never = AtomicBool::new(false);
    let scene_of = |whose: &Whose| {
        let plan = whose.plan.as_ref().map(|(_, plan)| &**plan);
        scene(table, plan)
    };
    Some(match work {
        BrowseWork::Open(whose) => BrowseReply::Opened(Ok((scene_of(whose), None))),
        BrowseWork::Arrange(work) => {
            let group = &work.scene.groups[work.group];
            let rows = work.rows.clone().unwrap_or_else(|| {
                let sort = work.sort.as_ref();
                Arc::new(arranged(&group.table, &group.rows, sort, &never).unwrap())
            });
            let found = hits(&group.table, &rows, &work.columns, &work.text, &never).unwrap();
            BrowseReply::Arranged(Arranged {
                group: work.group,
                sort: work.sort.clone(),
                hits: Arc::new(found),
                text: work.text.clone(),
                at: work
                    .keep
                    .and_then(|row| rows.iter().position(|listed| *listed == row)),
                rows,
            })
        }
        BrowseWork::Find { place, text } => BrowseReply::Found(find(place, text)),
        BrowseWork::Look { place, row, .. } => {
            let group = &place.scene.groups[place.group];
            let contact = group.table.contact(*row).unwrap();
            BrowseReply::Looked(Ok(Box::new(in_full(contact, &place.scene))))
        }
        BrowseWork::Count {
            among,
            whose,
            asked,
        } => {
            let (scene, group) = match among {
                Some(among) => (Arc::clone(&among.scene), among.group),
                None => (scene_of(whose), 0),
            };
            let group = &scene.groups[group];
            let found = values(&group.table, &group.rows, asked, &never).unwrap();
            BrowseReply::Counted(Ok((Box::new(found), scene)))
        }
        BrowseWork::RememberColumns(..) | BrowseWork::Export(_) | BrowseWork::StopExport => {
            return None;
        }
    })
}

fn find(place: &Listed, text: &str) -> Option<Finding> {
    let group = &place.scene.groups[place.group];
    let row = find_contact(&group.table, text)?;
    let at = place.rows.iter().position(|listed| *listed == row);
    let all = place.scene.group_of(GroupKind::All).unwrap();
    let group = if at.is_some() { place.group } else { all };
    Some(Finding { row, at, group })
}

/// A contact that got two broadcasts, and may have got a third.
fn in_full(contact: Contact, scene: &Scene) -> ContactInFull {
    let by = |name: &str, minutes, outcome, settled| ReachedBy {
        launch: data::ACCEPTED.to_owned(),
        broadcast: Named {
            id: "spring".to_owned(),
            name: name.to_owned(),
        },
        at: data::minutes_ago(minutes),
        outcome,
        settled,
    };
    let explained =
        scene
            .groups
            .last()
            .unwrap()
            .table
            .explain_contact(&contact, &scene.filters, scene.reading);
    ContactInFull {
        contact,
        is_cached: true,
        as_of: scene.as_of,
        unknown: vec!["score".to_owned()],
        audiences: vec!["All contacts".to_owned(), "Milan opening".to_owned()],
        audiences_not_read: 1,
        suppressed: Some("asked by mail".to_owned()),
        explanation: (!scene.filters.is_empty()).then_some(explained),
        reached: Reached {
            launches: vec![
                by("Spring offer", 20, Outcome::Accepted, None),
                by(
                    "Order ready",
                    25,
                    Outcome::Unknown,
                    Some(SettledAs::NotSent),
                ),
            ],
            not_recorded: 1,
        },
    }
}

impl Console {
    /// Answers what the last event wanted of the contacts, until nothing more is wanted.
    fn browsed_in(self, table: &Arc<Table>) -> Self {
        let mut console = self;
        loop {
            let replies: Vec<Reply> = console
                .effects()
                .iter()
                .filter_map(|effect| match effect {
                    Effect::Browse(id, work) => Some(Reply::Browse(*id, answer(work, table)?)),
                    _ => None,
                })
                .collect();
            if replies.is_empty() {
                return console;
            }
            console = replies.into_iter().fold(console, Self::reply);
        }
    }

    fn browsed(self) -> Self {
        self.browsed_in(&table())
    }

    /// Presses keys, each of which is answered.
    fn go(self, keys: &str) -> Self {
        let press = |console: Self, key: &str| console.press(key).browsed();
        keys.split_whitespace().fold(self, press)
    }

    fn look_for(self, text: &str) -> Self {
        let type_one = |console: Self, one: char| console.type_text(&one.to_string()).browsed();
        text.chars().fold(self.go("/"), type_one)
    }

    /// The id of what was asked for.
    #[track_caller]
    fn browse_request(&self) -> u64 {
        let asked = self.effects().iter().find_map(|effect| match effect {
            Effect::Browse(id, _) => Some(*id),
            _ => None,
        });
        asked.unwrap_or_else(|| panic!("nothing is wanted: {:?}", self.effects()))
    }

    #[track_caller]
    fn browse_work(&self) -> BrowseWork {
        let work = self.effects().iter().find_map(|effect| match effect {
            Effect::Browse(_, work) => Some(work.clone()),
            _ => None,
        });
        work.unwrap_or_else(|| panic!("nothing is wanted: {:?}\n{}", self.effects(), self.screen()))
    }

    fn mouse(self, kind: MouseEventKind, column: u16, row: u16) -> Self {
        let event = MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        };
        self.send(Message::Input(Event::Mouse(event))).browsed()
    }
}

pub fn of_plan(setup: Setup) -> Console {
    drafted(setup, PLAN).go("b")
}

/// All contacts of a bot.
pub fn all(setup: Setup) -> Console {
    setup.start().go("b")
}

/// A text is looked for.
pub fn searching(setup: Setup) -> Console {
    of_plan(setup).look_for("mila")
}

/// A place to go to is typed.
pub fn going(setup: Setup) -> Console {
    of_plan(setup).go("t")
}

/// Columns are chosen.
pub fn columns(setup: Setup) -> Console {
    all(setup).go("c down down")
}

/// The first column cannot be moved.
pub fn frozen_column(setup: Setup) -> Console {
    all(setup).go("c")
}

/// A file is named.
pub fn file(setup: Setup) -> Console {
    all(setup).go("b e")
}

/// One contact.
pub fn contact(setup: Setup) -> Console {
    of_plan(setup).go("down enter")
}

/// The values of a field.
pub fn bars(setup: Setup) -> Console {
    all(setup).go("right right right right right v")
}

/// Ranges of numbers.
pub fn ranges(setup: Setup) -> Console {
    all(setup).go("$ v")
}

fn of_bot() -> Console {
    Console::setup().start().go("b")
}

#[test]
fn the_contacts_of_a_plan_are_pictured() {
    assert_snapshot!("plan_120x40", of_plan(Console::setup()).screen());
    let narrow = of_plan(Console::setup().size(80, 24));
    assert_snapshot!("plan_80x24", narrow.screen());
}

#[test]
fn a_sorted_and_searched_table_is_pictured() {
    let console = of_plan(Console::setup()).go("tab right right s s");
    let console = console.look_for("mila");
    assert_snapshot!("searched_120x40", console.screen());
}

#[test]
fn one_contact_is_pictured() {
    let console = of_plan(Console::setup()).go("down enter");
    assert_snapshot!("contact_120x40", console.screen());
    let console = of_plan(Console::setup().size(80, 24)).go("tab down enter");
    assert_snapshot!("contact_80x24", console.screen());
}

#[test]
fn values_and_ranges_are_pictured() {
    let cities = of_bot().go("right right right right right v");
    assert_snapshot!("values_120x40", cities.screen());
    let console = Console::setup().size(80, 24).start().go("b $ v");
    assert_snapshot!("ranges_80x24", console.screen());
}

#[test]
fn columns_and_the_file_are_pictured() {
    let columns = of_bot().go("c down down space shift-j");
    assert_snapshot!("columns_120x40", columns.screen());
    let file = Console::setup().size(80, 24).start().go("b e");
    assert_snapshot!("file_80x24", file.screen());
}

#[test]
fn what_can_not_be_read_closes_itself_and_nothing_that_lies_over_it() {
    type Failing = (Console, fn(Notice) -> BrowseReply, &'static str, Context);
    let sorry = || Notice::error("The contacts can't be read.");
    let failing: [Failing; 3] = [
        (
            Console::start().press("b"),
            |notice| BrowseReply::Opened(Err(notice)),
            "Contacts of",
            Context::Bots,
        ),
        (
            of_bot().press("enter"),
            |notice| BrowseReply::Looked(Err(notice)),
            "Reading ...",
            Context::Browse,
        ),
        (
            of_bot().press("v"),
            |notice| BrowseReply::Counted(Err(notice)),
            "Values of",
            Context::Browse,
        ),
    ];
    for (console, reply, title, below) in failing {
        let id = console.browse_request();
        let console = console.press("?");
        assert_eq!(console.contexts(), [Context::Help]);
        let console = console
            .reply(Reply::Browse(id, reply(sorry())))
            .expect_text("The contacts can't be read.");
        assert_eq!(console.contexts(), [Context::Help]);
        let console = console.press("esc").expect_no_text(title);
        assert_eq!(console.contexts()[0], below);
    }
}

#[test]
fn what_can_not_be_read_after_it_was_left_closes_nothing() {
    let console = drafted(Console::setup(), PLAN).press("b");
    let id = console.browse_request();
    let console = console.press("esc f5");
    let review = console.contexts();
    let sorry = Notice::error("The contacts can't be read.");
    let console = console.reply(Reply::Browse(id, BrowseReply::Opened(Err(sorry))));
    assert_eq!(
        (review, console.contexts()),
        (&[Context::Review][..], review)
    );
}

#[test]
fn a_contact_is_told_once_who_it_is() {
    let screen = of_plan(Console::setup()).go("down enter").screen();
    for name in ["user_id", "user_phone_number", "bot_channel"] {
        let named = screen.matches(name).count();
        assert!(named <= 1, "{name}:\n{screen}");
    }
    let contact = data::contacts().into_iter().find(|contact| {
        let id = contact.get("user_id").unwrap_or_default();
        !id.is_empty() && screen.contains(id)
    });
    let id = contact.unwrap();
    let id = id.get("user_id").unwrap();
    assert!(
        screen.matches(id).count() <= 2,
        "the id, and the phone number:\n{screen}"
    );
}

#[test]
fn it_is_reached_from_bots_from_broadcasts_and_from_the_builder() {
    let whole = |console: &Console| match console.browse_work() {
        BrowseWork::Open(whose) => (whose.bot, whose.plan.is_some()),
        other => panic!("{other:?}"),
    };
    let bots = Console::start().press("b");
    assert_eq!(whole(&bots), (data::BOT.to_owned(), false));
    let broadcasts = Console::start().open_bot().press("b");
    assert_eq!(whole(&broadcasts), (data::BOT.to_owned(), false));
    let builder = drafted(Console::setup(), PLAN).press("b");
    assert_eq!(whole(&builder), (data::BOT.to_owned(), true));
    builder
        .browsed()
        .expect_text("Contacts of Spring offer")
        .press("esc")
        .expect_no_text("Contacts of Spring offer");
}

#[test]
fn tab_shows_who_matches_by_some_readings_who_does_not_and_all() {
    let console = of_plan(Console::setup());
    let console = console.expect_text("matching 90").expect_text("1 of 90 ");
    let console = console.expect_text("The contacts that the filters match, by the cache.");
    // Half of them are Red, which is red by two readings alone.
    let console = console
        .go("tab")
        .expect_text("Contacts that match or don't by how");
    let console = console.go("tab").expect_text("1 of 510");
    let console = console.go("tab").expect_text("1 of 600");
    console.go("tab").expect_text("1 of 90 ");
}

#[test]
fn moving_wants_nothing_done_and_stays_within_the_rows() {
    let mut console = of_bot();
    for (keys, place) in [
        ("down", "2 of 600"),
        ("end", "600 of 600"),
        ("pagedown", "600 of 600"),
        ("home", "1 of 600"),
        ("pagedown", "30 of 600"),
        ("up", "29 of 600"),
    ] {
        console = console.press(keys).expect_no_effect().expect_text(place);
    }
    console
        .mouse(MouseEventKind::ScrollDown, 10, 10)
        .expect_text("32 of 600");
}

#[test]
fn a_million_contacts_are_gone_through_without_an_effect() {
    let rows = 1_000_000;
    let mut builder = TableBuilder::new(rows);
    for row in 0..rows {
        builder
            .column("user_id")
            .push(row, &format!("{:07}", row * 7 % 1_000_003))
            .unwrap();
    }
    let table = Arc::new(builder.finish());
    let mut console = Console::start().press("b").browsed_in(&table);
    console = console.expect_text("1 of 1,000,000");
    for (keys, place) in [
        ("end", "1,000,000 of 1,000,000"),
        ("home", "1 of 1,000,000"),
        ("down", "2 of 1,000,000"),
    ] {
        console = console.press(keys).expect_no_effect().expect_text(place);
    }
}

#[test]
fn s_sorts_rising_then_falling_then_not_and_the_contact_stays_selected() {
    let console = of_bot().go("right down down down");
    let console = console.go("s").expect_text("first_name ↑");
    let sorted = console.go("s").expect_text("first_name ↓");
    sorted
        .go("s")
        .expect_no_text("first_name ↓")
        .expect_text("4 of 600");
}

#[test]
fn a_click_on_a_title_sorts_and_one_on_a_row_selects_and_opens() {
    let console = of_bot();
    let screen = console.screen();
    let line = screen
        .lines()
        .position(|line| line.contains("first_name"))
        .unwrap();
    let text = screen.lines().nth(line).unwrap();
    let column = text.chars().take_while(|one| *one != 'f').count();
    let (line, column) = (u16::try_from(line).unwrap(), u16::try_from(column).unwrap());
    let left = MouseEventKind::Down(MouseButton::Left);
    let console = console
        .mouse(left, column, line)
        .expect_text("first_name ↑");
    let console = console
        .mouse(left, column, line + 4)
        .expect_text("4 of 600");
    console
        .mouse(left, column, line + 4)
        .expect_text("Launches to it");
}

#[test]
fn what_is_typed_is_looked_for_at_once_and_n_goes_on() {
    let console = of_bot().look_for("zoë");
    let console = console.expect_text("1 of 200 hits").expect_text("3 of 600");
    let console = console.go("enter n").expect_text("2 of 200 hits");
    let console = console.go("shift-n shift-n").expect_text("200 of 200 hits");
    let console = console.go("n").expect_text("1 of 200 hits");
    console
        .go("esc")
        .expect_no_text("hits")
        .expect_text("3 of 600");
}

#[test]
fn a_hit_in_a_column_out_of_sight_brings_it_into_sight() {
    let console = Console::setup().size(80, 24).start().go("b");
    console
        .expect_no_text("München")
        .look_for("münchen")
        .expect_text("München")
        .expect_text("4 of 600");
}

#[test]
fn one_goes_to_a_row_and_to_a_contact() {
    let go = |text: &str| of_bot().go("t").type_text(text).go("enter");
    go("#17").expect_text("17 of 600");
    go("3932000016").expect_text("17 of 600");
    go("#601").expect_text("There is no row 601 here: 600 contacts are listed.");
    go("99")
        .expect_text("99 of 600")
        .expect_text("this is row 99");
    go("nobody").expect_text("The cache holds no contact with the user_id or phone number nobody.");
}

#[test]
fn a_contact_that_does_not_match_is_shown_with_the_reason() {
    let console = of_plan(Console::setup());
    let console = console.go("t").type_text("3932000001").go("enter");
    console
        .expect_text("3932000001 is not among matching, but among all: this is why.")
        .expect_text("Why it doesn't match");
}

#[test]
fn chosen_columns_are_shown_and_remembered() {
    let console = of_bot().press("c").press("a a").press("down space enter");
    let BrowseWork::RememberColumns(bot, names) = console.browse_work() else {
        panic!("{:?}", console.effects());
    };
    assert_eq!(bot, data::BOT);
    assert_eq!(names[0], "user_id");
    assert!(!names.contains(&"first_name".to_owned()));
    let console = console.expect_no_text("first_name");
    // The first column can't be left out or moved.
    let console = console.press("c space shift-j enter");
    console.expect_no_effect().expect_text("user_id");
}

#[test]
fn remembered_columns_are_shown_in_their_order() {
    let console = Console::start().press("b");
    let id = console.effects().iter().find_map(|effect| match effect {
        Effect::Browse(id, _) => Some(*id),
        _ => None,
    });
    let columns = ["gone", "city", "user_id"].map(str::to_owned).to_vec();
    let opened = BrowseReply::Opened(Ok((scene(&table(), None), Some(columns))));
    let console = console.reply(Reply::Browse(id.unwrap(), opened)).browsed();
    let screen = console.screen();
    let titles = screen
        .lines()
        .find(|line| line.contains("user_id"))
        .unwrap();
    let titles: Vec<&str> = titles.split_whitespace().collect();
    assert_eq!(titles, ["│", "user_id", "city", "│"]);
}

#[test]
fn a_file_is_never_replaced_unasked() {
    let console = of_bot().press("e").press("enter");
    let wanted = |console: &Console| match console.browse_work() {
        BrowseWork::Export(work) => *work,
        other => panic!("{other:?}"),
    };
    let Export {
        path,
        replace,
        columns,
        place,
    } = wanted(&console);
    assert_eq!(path, "contacts-harbour-coffee-all.csv");
    assert!(!replace);
    assert_eq!(place.rows.len(), 600);
    assert_eq!(columns[0], "user_id");
    let id = |console: &Console| match console.effects() {
        [Effect::Browse(id, _)] => *id,
        other => panic!("{other:?}"),
    };
    let exists = BrowseReply::Exported(Err(NotWritten::Exists(1_500)));
    let first = id(&console);
    let console = console
        .reply(Reply::Browse(first, BrowseReply::Exporting(300)))
        .expect_text("300 written ...")
        .reply(Reply::Browse(first, exists))
        .expect_text("A file of that name is there already (1.5 kB).");
    let console = console.press("f3");
    assert!(wanted(&console).replace);
    let second = id(&console);
    let notice = Notice::ok("600 contacts written to x.");
    let written = BrowseReply::Exported(Ok(Some(notice)));
    console
        .reply(Reply::Browse(second, written))
        .expect_text("600 contacts written to x.")
        .expect_text("1 of 600");
}

#[test]
fn writing_can_be_stopped() {
    let console = of_bot().press("e").press("enter").press("esc");
    assert_eq!(console.browse_work(), BrowseWork::StopExport);
}

#[test]
fn enter_on_a_launch_of_a_contact_opens_it() {
    let console = of_bot().go("enter").expect_text("Launches to it");
    let console = console.press("tab enter");
    console.expect_effect(&Effect::LoadLaunch(data::ACCEPTED.to_owned()));
}

#[test]
fn the_next_contact_is_looked_at_without_going_back() {
    let console = of_bot().go("enter").expect_text("1 of 600");
    let console = console
        .go("right")
        .expect_text("3932000001")
        .expect_text("2 of 600");
    console.go("left left").expect_text("3932000000");
}

#[test]
fn a_value_that_is_picked_from_the_contacts_becomes_a_condition() {
    let console = of_plan(Console::setup()).go("right right right right v");
    let console = console.expect_text("Values of").press("enter");
    let kept = console.kept();
    let filters = kept.form.filters();
    assert_eq!(filters.len(), 3);
    assert_eq!(filters[2].criterion, "Equals");
    let console = console.expect_text("u takes it back").press("u");
    assert_eq!(console.kept().form.filters().len(), 2);
}

#[test]
fn a_value_that_is_picked_from_a_condition_goes_into_it() {
    let console = drafted(Console::setup(), PLAN).press("down");
    let console = console.go("v").expect_text("Values of city");
    let console = console.go("/").type_text("rom").browsed().go("enter enter");
    let kept = console.kept();
    let filters = kept.form.filters();
    assert_eq!(filters.len(), 2);
    assert_eq!(filters[1].value.as_deref(), Some("Roma"));
    assert_eq!(filters[1].criterion, "StartsWith");
}

#[test]
fn that_a_field_is_not_set_can_be_picked_too() {
    let console = drafted(Console::setup(), PLAN).press("down").go("v end");
    let console = console.expect_text("not set").go("enter");
    let kept = console.kept();
    let filter = &kept.form.filters()[1];
    assert_eq!(filter.criterion, "EmptyOrUnset");
    assert_eq!(filter.value, None);
}

#[test]
fn without_a_builder_a_value_that_is_picked_is_looked_for() {
    let console = of_bot().go("right v enter");
    console.expect_text("search ").expect_text("1 of 200 hits");
}

#[test]
fn a_range_is_opened_into_its_values() {
    let console = Console::start().go("b $ v").expect_text("In ranges");
    let console = console
        .go("enter")
        .expect_text("One range, value by value.");
    console.go("esc").expect_text("In ranges");
}

#[test]
fn an_overtaken_answer_is_dropped() {
    let console = of_bot().press("right s");
    let first = console.effects().to_vec();
    let console = console.press("right s").browsed();
    let late = first.into_iter().filter_map(|effect| match effect {
        Effect::Browse(id, work) => Some(Reply::Browse(id, answer(&work, &table())?)),
        _ => None,
    });
    let console = late.fold(console, Console::reply);
    console.expect_no_text("first_name ↑").expect_text("↑");
}

#[test]
fn what_was_asked_for_and_is_not_here_yet_is_not_forgotten_by_the_next_key() {
    // Tab, s and a search, each before the answer to the one before.
    let console = of_plan(Console::setup()).press("tab right s / r");
    let BrowseWork::Arrange(work) = console.browse_work() else {
        panic!("{:?}", console.effects());
    };
    assert_eq!((work.group, work.text.as_str()), (1, "r"));
    assert_eq!(work.sort.unwrap().field, "favorite_color");
    assert!(work.rows.is_none(), "the rows are still those of before");
}

#[test]
fn contacts_that_were_synced_meanwhile_are_asked_for_again() {
    let console = of_bot();
    let mut overview = data::overview();
    overview.bots[0].as_of = Some(data::minutes_ago(0));
    let console = console.reply(Reply::Overview(overview));
    assert!(matches!(console.browse_work(), BrowseWork::Open(_)));
}

#[test]
fn hostile_values_never_reach_the_terminal() {
    let hostile = "\u{1b}[2J\u{202e}\u{9b}31m東\u{300}\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}";
    let contacts: Vec<Contact> = (0..30)
        .map(|number| Contact {
            variables: [
                ("user_id".to_owned(), format!("{number}{hostile}")),
                (hostile.to_owned(), hostile.repeat(40)),
            ]
            .into_iter()
            .collect(),
        })
        .collect();
    let table = Arc::new(Table::from_contacts(&contacts).unwrap());
    for (width, height) in [(120, 40), (80, 24), (20, 5)] {
        let setup = Console::setup().size(width, height);
        let mut console = setup.start().press("b").browsed_in(&table);
        for keys in [
            "right", "s", "enter", "esc", "v", "esc", "c", "esc", "/", "x", "esc", "t", "esc", "e",
        ] {
            console = console.press(keys).browsed_in(&table);
            let screen = console.screen();
            assert!(
                screen.chars().all(|one| one == '\n' || !is_dangerous(one)),
                "{screen}"
            );
        }
    }
}

#[test]
fn without_colours_and_with_ascii_alone_it_can_be_read() {
    let setup = Console::setup().theme(ThemeName::Plain, true).size(80, 24);
    let console = drafted(setup, PLAN).go("b right s");
    let console = console.expect_text("favorite_color ^");
    let screen = console.go("v").screen();
    assert!(screen.contains('#'), "{screen}");
}

#[test]
fn any_size_and_any_key_is_borne() {
    let keys = "down right s s tab tab / a enter n v tab s enter esc esc c down space enter e esc t 1 enter enter tab right esc end";
    for (width, height) in [(20, 5), (30, 8), (40, 10), (60, 12), (200, 60)] {
        let setup = Console::setup().size(width, height);
        let console = setup.start().go("b");
        let console = console.go(keys);
        assert_eq!(console.buffer().area.width, width);
        // Whatever the size, the way out is open.
        console
            .go("esc esc esc esc")
            .resize(120, 40)
            .expect_text("Bots");
    }
}

#[test]
fn the_plan_of_the_builder_is_the_one_that_is_looked_at() {
    let console = drafted(Console::setup(), PLAN).press("b");
    let BrowseWork::Open(whose) = console.browse_work() else {
        panic!("{:?}", console.effects());
    };
    let (key, seen) = whose.plan.unwrap();
    assert_eq!(key, data::key("spring"));
    assert_eq!(seen.form, plan(PLAN).form);
}
