//! What is looked for, and what is gone to, while it is typed.

use crossterm::event::Event;

use super::{Browse, Mode};
use crate::domain::text::counted;
use crate::model::browse::{BrowseWork, Finding};
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::overlays::contact::ContactOverlay;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::input::Input;
use crate::ui::widgets::table::clip;

/// A text that is typed.
pub struct Typing {
    /// The text.
    pub input: Input,
    /// What for.
    pub purpose: Purpose,
}

/// What a text is typed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be looked for in all columns.
    Search,
    /// To go to a row, or to a contact.
    Go,
}

impl Typing {
    /// What is looked for, as it was.
    pub fn search(text: &str) -> Self {
        Self {
            input: Input::new(text),
            purpose: Purpose::Search,
        }
    }

    /// A place to go to.
    pub fn go() -> Self {
        Self {
            input: Input::new(""),
            purpose: Purpose::Go,
        }
    }

    /// Where keys are looked up.
    pub fn contexts(&self) -> &'static [Context] {
        match self.purpose {
            Purpose::Search => &[Context::BrowseSearch],
            Purpose::Go => &[Context::BrowseGo],
        }
    }
}

impl Browse {
    /// Takes what is typed.
    pub(super) fn typed(
        &mut self,
        event: &Event,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let Mode::Typing(typing) = &mut self.mode else {
            return Vec::new();
        };
        let purpose = typing.purpose;
        match action {
            Some(Action::Leave) => {
                self.mode = Mode::Table;
                return match purpose {
                    Purpose::Search => self.look_for(String::new(), shared, requests),
                    Purpose::Go => Vec::new(),
                };
            }
            Some(Action::FindNext) => return self.go_to_hit(true),
            Some(Action::FindPrevious) => return self.go_to_hit(false),
            Some(Action::Accept) => {
                let text = typing.input.text().to_owned();
                self.mode = Mode::Table;
                return match purpose {
                    Purpose::Search => Vec::new(),
                    Purpose::Go => self.go(&text, requests),
                };
            }
            _ => {}
        }
        let is_changed = match event {
            Event::Key(key) => typing.input.key(*key),
            Event::Paste(text) => typing.input.paste(text),
            _ => false,
        };
        let text = typing.input.text().to_owned();
        if is_changed && purpose == Purpose::Search {
            return self.look_for(text, shared, requests);
        }
        Vec::new()
    }

    /// Goes to a row (`#12`), or has the contact looked for that a text names.
    fn go(&mut self, text: &str, requests: &mut Requests) -> Vec<Step> {
        let text = text.trim();
        if let Some(row) = text.strip_prefix('#') {
            return self.go_to_number(row);
        }
        let Some(place) = self.listed().filter(|_| !text.is_empty()) else {
            return Vec::new();
        };
        self.finding = (requests.take(), text.to_owned());
        let text = text.to_owned();
        let work = BrowseWork::Find { place, text };
        vec![Step::Do(Effect::Browse(self.finding.0, work))]
    }

    fn go_to_number(&mut self, text: &str) -> Vec<Step> {
        let number = text.trim().replace(',', "").parse::<usize>().ok();
        let found = number.filter(|number| (1..=self.rows.len()).contains(number));
        if let Some(number) = found {
            self.go_to(number - 1);
            return Vec::new();
        }
        let rows = counted(self.rows.len() as u64, "contact");
        let text = clip(text, 40);
        vec![Step::Say(Notice::warning(format!(
            "There is no row {text} here: {rows} are listed."
        )))]
    }

    /// Takes the contact that was looked for. One that isn't listed is said to be so, with the way to it; a number that
    /// names nobody is taken for a row's.
    pub(super) fn found(&mut self, finding: Option<Finding>, requests: &mut Requests) -> Vec<Step> {
        let text = std::mem::take(&mut self.finding.1);
        let name = clip(&text, 40);
        match finding {
            Some(Finding { at: Some(at), .. }) => {
                self.go_to(at);
                Vec::new()
            }
            Some(Finding { row, group, .. }) => self.not_listed(row, group, &name, requests),
            None if text
                .parse::<usize>()
                .is_ok_and(|row| (1..=self.rows.len()).contains(&row)) =>
            {
                let mut steps = self.go_to_number(&text);
                steps.push(Step::Say(Notice::ok(format!(
                    "Nobody's user_id or phone number is {name}: this is row {name}."
                ))));
                steps
            }
            None => vec![Step::Say(Notice::warning(format!(
                "The cache holds no contact with the user_id or phone number {name}."
            )))],
        }
    }

    /// Shows a contact that isn't in the list, and why.
    fn not_listed(
        &mut self,
        row: u32,
        group: usize,
        name: &str,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let Some(scene) = self.scene.clone() else {
            return Vec::new();
        };
        let (here, there) = (scene.groups.get(self.group), scene.groups.get(group));
        let label = |group: Option<&crate::audience::Group>| {
            group.map_or("", |group| group.kind.label()).to_owned()
        };
        let text = format!(
            "{name} is not among {}, but among {}: this is why.",
            label(here),
            label(there)
        );
        let place = crate::model::browse::Listed {
            scene,
            group,
            rows: std::sync::Arc::new(vec![row]),
        };
        let mut steps = Step::open(ContactOverlay::new(&self.whose.bot, place, 0, requests));
        steps.push(Step::Say(Notice::warning(text)));
        steps
    }
}
