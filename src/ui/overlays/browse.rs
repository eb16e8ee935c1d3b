//! The contacts of a plan, or of a bot, as a table of any length.
//!
//! What is in sight is read straight from the table in memory; sorting, searching and writing are asked for, and what
//! they bring is one list of row numbers. So moving costs the same among ten contacts and among a million.
//!
//! ```text
//! Open ─→ scene ─Arrange→ rows in order, hits ─┬─ Enter: one contact in full
//!           ↑ Tab: another group  ↑ s, /       ├─ v: the values of the column
//!                                              └─ e: a CSV file
//! ```

mod act;
mod choose;
mod replies;
mod typed;
mod view;
mod write;

use std::collections::HashMap;
use std::sync::Arc;

use crossterm::event::{Event, KeyEvent};
use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::audience::{Group, Scene, Sort};
use crate::domain::hold::Clocks;
use crate::model::Reply;
use crate::model::browse::{BrowseWork, Listed, Whose};
use crate::model::effect::RequestId;
use crate::model::{Action, Context, Effect};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::overlays::values::Picked;
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::{Shared, Step};
use choose::Chooser;
use typed::Typing;
use write::Writing;

/// Milliseconds for which nothing is said of what is under way.
const PATIENCE: i64 = 250;

/// The column that stays in sight.
const FROZEN: &str = "user_id";

/// Contacts that are looked through.
pub struct Browse {
    whose: Whose,
    /// What they are of, for the title.
    title: String,
    scene: Option<Arc<Scene>>,
    /// The group that is shown, by its place.
    group: usize,
    sort: Option<Sort>,
    rows: Arc<Vec<u32>>,
    cursor: usize,
    seen: Seen,
    /// The columns in their order; the first is frozen.
    columns: Vec<String>,
    /// The column that the cursor is in.
    column: usize,
    search: Search,
    mode: Mode,
    /// The group and order that were asked for and aren't here yet.
    asked: Option<(usize, Option<Sort>)>,
    /// The newest request for a scene or an order.
    request: RequestId,
    /// The contact that is looked for, and under which request.
    finding: (RequestId, String),
    waiting: Waiting,
    /// Whether they could not be read: then there is nothing to show.
    is_over: bool,
}

/// What the last picture showed.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The first row.
    pub first: usize,
    /// Rows that fit.
    pub page: usize,
    /// The first column behind the frozen one.
    pub left: usize,
    /// How wide columns were: they never shrink while one moves, so that nothing jumps.
    pub widths: HashMap<String, u16>,
}

/// What is looked for.
#[derive(Debug, Default)]
struct Search {
    text: String,
    /// The places that hold it, rising.
    hits: Arc<Vec<u32>>,
    /// The text that the hits are of.
    of: String,
}

/// What keys are for.
enum Mode {
    /// Moving.
    Table,
    /// What is looked for, or gone to, is typed.
    Typing(Typing),
    /// Columns are chosen.
    Columns(Chooser),
    /// The name of a file is typed.
    Naming(Writing),
    /// The file is written.
    Writing(Writing),
}

/// Something under way, and whether it takes so long that it is spoken of.
#[derive(Debug, Default)]
struct Waiting {
    since: Option<Timestamp>,
    is_slow: bool,
}

impl Browse {
    /// Contacts that come later, and what is wanted done first.
    pub fn new(
        whose: Whose,
        title: String,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> (Self, Vec<Step>) {
        let mut browse = Self {
            whose,
            title,
            scene: None,
            group: 0,
            sort: None,
            rows: Arc::default(),
            cursor: 0,
            seen: Seen::default(),
            columns: Vec::new(),
            column: 0,
            search: Search::default(),
            mode: Mode::Table,
            asked: None,
            request: 0,
            finding: (0, String::new()),
            waiting: Waiting::default(),
            is_over: false,
        };
        let steps = browse.open(shared, requests);
        (browse, steps)
    }

    /// Asks for the contacts.
    fn open(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        self.request = requests.take();
        let work = BrowseWork::Open(self.whose.clone());
        self.wait_for(self.request, work, shared)
    }

    fn wait_for(&mut self, id: RequestId, work: BrowseWork, shared: &Shared<'_>) -> Vec<Step> {
        let mut steps = vec![Step::Do(Effect::Browse(id, work))];
        if self.waiting.since.is_none() {
            self.waiting.since = Some(shared.now);
            steps.push(Step::Do(Effect::Wake(PATIENCE.unsigned_abs())));
        }
        steps
    }

    /// The group that is shown.
    fn shown(&self) -> Option<&Group> {
        self.scene.as_ref()?.groups.get(self.group)
    }

    /// The group and the order that are shown, or will be as soon as they are here.
    fn meant(&self) -> (usize, Option<Sort>) {
        self.asked
            .clone()
            .unwrap_or_else(|| (self.group, self.sort.clone()))
    }

    /// The list that is shown.
    fn listed(&self) -> Option<Listed> {
        Some(Listed {
            scene: Arc::clone(self.scene.as_ref()?),
            group: self.group,
            rows: Arc::clone(&self.rows),
        })
    }

    /// The name of the column that the cursor is in.
    fn field(&self) -> Option<&String> {
        self.columns.get(self.column)
    }

    fn go_to(&mut self, row: usize) {
        self.cursor = row.min(self.rows.len().saturating_sub(1));
    }

    fn go_by(&mut self, by: isize) {
        self.go_to(self.cursor.saturating_add_signed(by));
    }
}

impl Overlay for Browse {
    fn contexts(&self) -> &'static [Context] {
        match &self.mode {
            Mode::Table => &[
                Context::Browse,
                Context::List,
                Context::Cells,
                Context::Everywhere,
            ],
            Mode::Typing(typing) => typing.contexts(),
            Mode::Columns(_) => &[Context::BrowseColumns, Context::List],
            Mode::Naming(_) => &[Context::WriteFile],
            Mode::Writing(_) => &[Context::Exporting],
        }
    }

    fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match &self.mode {
            Mode::Table => match action {
                Some(action) => self.act(action, shared, requests),
                None => Vec::new(),
            },
            Mode::Typing(_) => self.typed(&Event::Key(key), action, shared, requests),
            Mode::Columns(_) => self.choose(action, shared, requests),
            Mode::Naming(_) => self.name(&Event::Key(key), action, requests),
            Mode::Writing(_) if action == Some(Action::StopReading) => {
                vec![Step::Do(Effect::Browse(
                    requests.take(),
                    BrowseWork::StopExport,
                ))]
            }
            Mode::Writing(_) => Vec::new(),
        }
    }

    fn paste(&mut self, text: &str, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let event = Event::Paste(text.to_owned());
        match &self.mode {
            Mode::Typing(_) => self.typed(&event, None, shared, requests),
            Mode::Naming(_) => self.name(&event, None, requests),
            _ => Vec::new(),
        }
    }

    fn scroll(&mut self, down: bool, _shared: &Shared<'_>) {
        match &mut self.mode {
            Mode::Columns(chooser) => chooser.step(down),
            Mode::Table | Mode::Typing(_) => self.go_by(if down { 3 } else { -3 }),
            _ => {}
        }
    }

    fn click(&mut self, hit: Hit, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        if !matches!(self.mode, Mode::Table) {
            return Vec::new();
        }
        match hit {
            Hit::Row(row) if row == self.cursor => self.act(Action::Open, shared, requests),
            Hit::Row(row) => {
                self.go_to(row);
                Vec::new()
            }
            Hit::Title(column) => {
                self.column = column;
                self.act(Action::SortColumn, shared, requests)
            }
            Hit::Group(group) => self.show_group(group, shared, requests),
            _ => Vec::new(),
        }
    }

    fn reply(
        &mut self,
        reply: &Reply,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        let Reply::Browse(id, reply) = reply else {
            return None;
        };
        Some(self.replied(*id, reply, shared, requests))
    }

    fn refresh(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let as_of = shared.bot(&self.whose.bot).and_then(|row| row.as_of);
        let is_new = self
            .scene
            .as_ref()
            .is_some_and(|scene| scene.as_of != as_of);
        let is_free = matches!(self.mode, Mode::Table);
        if is_new && is_free {
            self.open(shared, requests)
        } else {
            Vec::new()
        }
    }

    fn picked(
        &mut self,
        picked: Picked,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        self.look_for(picked.value.unwrap_or_default(), shared, requests)
    }

    fn tick(&mut self, now: Clocks, _requests: &mut Requests) -> Vec<Step> {
        let patience = SignedDuration::from_millis(PATIENCE);
        let since = self.waiting.since;
        self.waiting.is_slow =
            since.is_some_and(|since| now.wall.duration_since(since) >= patience);
        Vec::new()
    }

    fn was_drawn(&mut self, picture: &Picture) {
        if let Some(seen) = &picture.browsed {
            self.seen = seen.clone();
        }
        if let Mode::Columns(chooser) = &mut self.mode {
            chooser.was_drawn(picture);
        }
    }

    fn fills_the_screen(&self) -> bool {
        true
    }

    fn offers(&self, action: Action, _shared: &Shared<'_>, _picture: &Picture) -> bool {
        let rows = self.rows.len();
        match (&self.mode, action) {
            (Mode::Columns(chooser), _) => chooser.offers(action),
            (Mode::Naming(writing), Action::Replace) => writing.exists.is_some(),
            (_, Action::NextGroup | Action::PreviousGroup) => self
                .scene
                .as_ref()
                .is_some_and(|scene| scene.groups.len() > 1),
            (
                _,
                Action::NextHit | Action::PreviousHit | Action::FindNext | Action::FindPrevious,
            ) => !self.search.hits.is_empty(),
            (_, Action::SortColumn) => rows > 1,
            (
                _,
                Action::Open
                | Action::SearchRows
                | Action::ExportCsv
                | Action::GoTo
                | Action::Values,
            ) => rows > 0,
            (_, Action::Columns) => self.scene.is_some(),
            (_, Action::Up | Action::PageUp | Action::Top) => self.cursor > 0,
            (_, Action::Down | Action::PageDown | Action::Bottom) => self.cursor + 1 < rows,
            (_, Action::Left | Action::FirstColumn) => self.column > 0,
            (_, Action::Right | Action::LastColumn) => self.column + 1 < self.columns.len(),
            _ => true,
        }
    }

    fn is_over(&self) -> bool {
        self.is_over
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture) {
        view::draw(self, frame, area, shared, picture);
    }
}
