//! The rows of what a draft can start from.

use jiff::Timestamp;

use super::StartFrom;
use crate::domain::launch::LaunchRecord;
use crate::domain::plan::PlanFilter;
use crate::domain::text::{counted, grouped, size};
use crate::model::message::PlanRow;
use crate::model::start::{AsideRow, AudienceRow, SavedRow};
use crate::ui::shared::Shared;

/// Launches that are listed at most; the log has all.
const LAUNCHES: usize = 100;

/// Where a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Drafts of this broadcast that were set aside.
    Aside,
    /// Filters saved by name.
    Filters,
    /// The platform's audiences.
    Audiences,
    /// Plans saved by name.
    Plans,
    /// Earlier launches of this broadcast.
    Launches,
    /// A file.
    File,
}

impl Section {
    /// All, in order.
    pub const ALL: [Self; 6] = [
        Self::Aside,
        Self::Filters,
        Self::Audiences,
        Self::Plans,
        Self::Launches,
        Self::File,
    ];

    /// Its heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Aside => "Drafts set aside, since another console changed the same",
            Self::Filters => "Saved filters",
            Self::Audiences => "Audiences, as targets",
            Self::Plans => "Saved plans and templates",
            Self::Launches => "Earlier launches of this broadcast",
            Self::File => "A file",
        }
    }
}

/// A row.
pub struct Row {
    /// Where it comes from.
    pub section: Section,
    /// Its name, raw.
    pub name: String,
    /// What it is, in short; raw.
    pub what: String,
    /// How many; empty where that says nothing.
    pub count: String,
    /// When it was saved, synced or launched.
    pub when: Option<Timestamp>,
    /// What choosing it does.
    pub does: Does,
}

/// What choosing a row does.
pub enum Does {
    /// Take a draft that was set aside, by its mark.
    Aside(String),
    /// Take these filters.
    Filters(Vec<PlanFilter>),
    /// Say that the filters can't be read.
    Unreadable,
    /// Name the contacts of an audience.
    Audience(AudienceRow),
    /// Open a saved plan.
    Plan(String),
    /// Say why a plan can't be opened.
    BadPlan(String),
    /// Launch the same again.
    Launch(String),
    /// Import a file.
    File,
}

impl StartFrom {
    /// The rows that match what is typed, in the order of the sections.
    pub(super) fn rows(&self, shared: &Shared<'_>) -> Vec<Row> {
        let all = self.all_rows(shared);
        let text = |row: &Row| format!("{} {} {}", row.section.heading(), row.name, row.what);
        let listed = self.list.matching(&all, text);
        let mut listed = listed.into_iter().peekable();
        let places = all.into_iter().enumerate();
        places
            .filter(|(place, _)| listed.next_if_eq(place).is_some())
            .map(|(_, row)| row)
            .collect()
    }

    fn all_rows(&self, shared: &Shared<'_>) -> Vec<Row> {
        let starts = self.starts.as_ref();
        let filters = starts
            .into_iter()
            .flat_map(|starts| &starts.filters)
            .map(filters);
        let audiences = starts
            .into_iter()
            .flat_map(|starts| &starts.audiences)
            .map(audience);
        let plans = self.plans.iter().flatten().map(plan);
        let launches = shared.data.launches.iter().filter(|launch| {
            launch.bot.id == self.broadcast.bot && launch.broadcast.id == self.broadcast.id
        });
        let aside = starts
            .into_iter()
            .flat_map(|starts| &starts.aside)
            .map(aside);
        let mut rows: Vec<Row> = aside.chain(filters).chain(audiences).chain(plans).collect();
        rows.extend(launches.take(LAUNCHES).map(earlier));
        rows.push(Row {
            section: Section::File,
            name: "CSV or TSV file".to_owned(),
            what: "a contact a line".to_owned(),
            count: String::new(),
            when: None,
            does: Does::File,
        });
        rows
    }
}

fn aside(draft: &AsideRow) -> Row {
    Row {
        section: Section::Aside,
        name: draft.by.clone(),
        what: "a draft of this broadcast".to_owned(),
        count: size(draft.bytes),
        when: Some(draft.saved_at),
        does: Does::Aside(draft.mark.clone()),
    }
}

fn filters(saved: &SavedRow) -> Row {
    let (what, count, does) = match &saved.filters {
        Some(filters) => (
            words(filters),
            counted(filters.len() as u64, "condition"),
            Does::Filters(filters.clone()),
        ),
        None => ("can't be read".to_owned(), String::new(), Does::Unreadable),
    };
    Row {
        section: Section::Filters,
        name: saved.name.clone(),
        what,
        count,
        when: Some(saved.saved_at),
        does,
    }
}

/// `city StartsWith Mil AND plan Equals gold`
fn words(filters: &[PlanFilter]) -> String {
    let mut words = String::new();
    for (place, filter) in filters.iter().enumerate() {
        if place > 0 {
            words = format!("{words} {} ", filter.join.word());
        }
        let value = filter.value.as_deref().unwrap_or_default();
        words = format!("{words}{} {} {value}", filter.field, filter.criterion);
    }
    words
}

fn audience(audience: &AudienceRow) -> Row {
    Row {
        section: Section::Audiences,
        name: audience.name.clone(),
        what: match audience.contacts {
            Some(_) => String::new(),
            None => "not synced to its end yet".to_owned(),
        },
        count: audience
            .contacts
            .map_or_else(|| "?".to_owned(), |count| counted(count, "contact")),
        when: audience.synced_at,
        does: Does::Audience(audience.clone()),
    }
}

fn plan(plan: &PlanRow) -> Row {
    let (what, count, does) = match &plan.content {
        Ok(content) => {
            let asks = match content.places.len() {
                0 => String::new(),
                places => format!("asks {}", grouped(places as u64)),
            };
            let what = format!("{} for {}", content.form.word(), content.broadcast);
            (what, asks, Does::Plan(plan.name.clone()))
        }
        Err(why) => (why.clone(), String::new(), Does::BadPlan(why.clone())),
    };
    Row {
        section: Section::Plans,
        name: plan.name.clone(),
        what,
        count,
        when: plan.saved_at,
        does,
    }
}

fn earlier(launch: &LaunchRecord) -> Row {
    let by = &launch.operator;
    Row {
        section: Section::Launches,
        name: launch.outcome.to_string(),
        what: match launch.calls.len() {
            0 | 1 => format!("by {by}"),
            calls => format!("{} calls, by {by}", grouped(calls as u64)),
        },
        count: launch
            .targets
            .map_or_else(String::new, |targets| counted(targets, "contact")),
        when: Some(launch.started_at),
        does: Does::Launch(launch.id.clone()),
    }
}
