//! A plan's contacts, made ready to be looked through.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;

use super::groups::{Group, GroupKind};
use super::kind::Kind;
use super::unsure::unsure_rows;
use crate::audience::preview::rows_of;
use crate::audience::{Column, RowSet, Suppression, Table};
use crate::domain::filter::{Filter, Reading};
use crate::domain::plan::{Form, Plan, Target, form_of};
use crate::domain::record::Contact;

/// Fields that tell a person from others, the most telling first.
const TELLING: [&str; 5] = [
    "first_name",
    "user_name",
    "last_name",
    "user_phone_number",
    "bot_channel",
];

/// The field that tells nobody from anybody: it stands last.
const SAME_FOR_ALL: &str = "bot_name";

/// What a plan's contacts are looked up in.
pub struct SceneFacts<'a> {
    /// The cached contacts of the bot.
    pub table: &'a Arc<Table>,
    /// The members of the configured audience, where they are known.
    pub configured: Option<&'a RowSet>,
    /// Who must not be written to.
    pub suppressed: &'a Suppression,
    /// The reading in force.
    pub reading: Reading,
    /// When the contacts came.
    pub as_of: Option<Timestamp>,
}

/// Contacts in groups, and the fields that they have.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The groups that exist; never none. The first is shown first.
    pub groups: Vec<Group>,
    /// What decides who matches; none where nothing is asked.
    pub filters: Vec<Filter>,
    /// The reading in force.
    pub reading: Reading,
    /// When the contacts came.
    pub as_of: Option<Timestamp>,
    /// The fields in the order in which they are shown to begin with: `user_id`, what the filters ask, what tells a
    /// person from others, then the rest, that of the most contacts first.
    pub fields: Vec<Field>,
    /// What is to be said of it.
    pub note: Option<&'static str>,
}

/// A field of the contacts.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// How many contacts have it.
    pub contacts: u64,
    /// What its values mostly are.
    pub kind: Kind,
    /// The cached contacts of whom it isn't known.
    pub unknown: Option<Arc<RowSet>>,
}

/// Two are the same only if they are one: what they hold may be large.
impl PartialEq for Scene {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Scene {}

impl Scene {
    /// All contacts of a bot.
    pub fn of_all(facts: &SceneFacts<'_>) -> Self {
        Self::new(facts, Vec::new(), Vec::new(), None)
    }

    /// The contacts of a plan; `None` as soon as `stop` is set.
    pub fn of_plan(plan: &Plan, facts: &SceneFacts<'_>, stop: &AtomicBool) -> Option<Self> {
        let read = match &plan.form {
            Form::Raw { body } => form_of(body),
            _ => None,
        };
        let form = read.as_ref().unwrap_or(&plan.form);
        let meant = Plan {
            form: form.clone(),
            ..Plan::default()
        };
        Some(match form {
            Form::Audience { .. } => match meant.filters() {
                Some(filters) if !filters.is_empty() => {
                    let groups = by_filters(&filters, facts, stop)?;
                    Self::new(facts, groups, filters, None)
                }
                Some(_) => Self::told(facts, "There is no filter yet: these are all contacts."),
                None => Self::told(
                    facts,
                    "A filter has no criterion that the platform knows: these are all contacts.",
                ),
            },
            Form::Configured { .. } => match facts.configured {
                Some(rows) => {
                    let rows = Arc::new(rows.clone());
                    let reached = of_table(facts, GroupKind::Configured, Arc::clone(&rows));
                    let groups = [Some(reached), suppressed(facts, &rows)];
                    let groups = groups.into_iter().flatten().collect();
                    Self::new(facts, groups, Vec::new(), None)
                }
                None => Self::told(
                    facts,
                    "The configured audience is not known here: these are all contacts of the bot.",
                ),
            },
            Form::Targets { .. } | Form::Conversation { .. } => {
                let groups = by_targets(form, facts);
                Self::new(facts, groups, Vec::new(), None)
            }
            Form::Raw { .. } => Self::told(
                facts,
                "Whom raw JSON reaches is not known here: these are all contacts of the bot.",
            ),
        })
    }

    fn told(facts: &SceneFacts<'_>, note: &'static str) -> Self {
        Self::new(facts, Vec::new(), Vec::new(), Some(note))
    }

    fn new(
        facts: &SceneFacts<'_>,
        mut groups: Vec<Group>,
        filters: Vec<Filter>,
        note: Option<&'static str>,
    ) -> Self {
        let all = Arc::new(RowSet::all(facts.table.rows()));
        groups.push(of_table(facts, GroupKind::All, all));
        Self {
            fields: fields(&groups, &filters),
            groups,
            filters,
            reading: facts.reading,
            as_of: facts.as_of,
            note,
        }
    }

    /// The place of a group, if it exists.
    pub fn group_of(&self, kind: GroupKind) -> Option<usize> {
        self.groups.iter().position(|group| group.kind == kind)
    }

    /// A field by its name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The names of the fields, in their order.
    pub fn names(&self) -> Vec<String> {
        self.fields.iter().map(|field| field.name.clone()).collect()
    }
}

fn of_table(facts: &SceneFacts<'_>, kind: GroupKind, rows: Arc<RowSet>) -> Group {
    Group {
        kind,
        table: Arc::clone(facts.table),
        rows,
    }
}

/// Those of some rows that are on the suppression list, where there are any.
fn suppressed(facts: &SceneFacts<'_>, rows: &RowSet) -> Option<Group> {
    let found = facts.suppressed.among(rows)?;
    Some(of_table(facts, GroupKind::Suppressed, Arc::new(found)))
}

fn by_filters(filters: &[Filter], facts: &SceneFacts<'_>, stop: &AtomicBool) -> Option<Vec<Group>> {
    let found = facts.table.evaluate(filters, facts.reading, stop)?;
    let matching = Arc::clone(found.matched(facts.reading));
    let mut groups = vec![of_table(facts, GroupKind::Matching, Arc::clone(&matching))];
    if found.differs() {
        let [first, rest @ ..] = &found.matched;
        let any = rest
            .iter()
            .fold((**first).clone(), |any, set| any.union(set));
        let each = rest
            .iter()
            .fold((**first).clone(), |each, set| each.intersection(set));
        let some = Arc::new(any.difference(&each));
        groups.push(of_table(facts, GroupKind::SomeReadings, some));
    }
    let unsure = unsure_rows(facts.table, filters, facts.reading, stop)?;
    if !unsure.is_empty() {
        groups.push(of_table(facts, GroupKind::NotKnown, Arc::new(unsure)));
    }
    groups.extend(suppressed(facts, &matching));
    let others = Arc::new(matching.complement());
    groups.push(of_table(facts, GroupKind::NotMatching, others));
    Some(groups)
}

fn by_targets(form: &Form, facts: &SceneFacts<'_>) -> Vec<Group> {
    let table = facts.table;
    let (mut named, mut suppressed) = (Vec::new(), Vec::new());
    let (mut created, mut lost, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for target in form.contacts().iter() {
        let is_suppressed = facts.suppressed.holds(target, table);
        if let Some(row) = rows_of(table, target).next() {
            let rows = if is_suppressed {
                &mut suppressed
            } else {
                &mut named
            };
            rows.push(row);
            continue;
        }
        if target.identity().is_some_and(|id| !seen.insert(id)) {
            continue;
        }
        let contacts = match (is_suppressed, target.is_creatable()) {
            (true, _) => &mut left_out,
            (false, true) => &mut created,
            (false, false) => &mut lost,
        };
        contacts.push(contact(target));
    }
    let of_rows = |kind, rows: Vec<u32>| {
        let rows = Arc::new(RowSet::of(table.rows(), rows));
        (!rows.is_empty()).then(|| of_table(facts, kind, rows))
    };
    let mut groups = vec![of_table(
        facts,
        GroupKind::Named,
        Arc::new(RowSet::of(table.rows(), named)),
    )];
    groups.extend(apart(GroupKind::Created, &created));
    groups.extend(apart(GroupKind::Lost, &lost));
    groups.extend(of_rows(GroupKind::Suppressed, suppressed));
    groups.extend(apart(GroupKind::Suppressed, &left_out));
    if groups.len() > 1 {
        groups.retain(|group| group.count() > 0);
    }
    groups
}

fn contact(target: &Target) -> Contact {
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Contact {
        variables: target.iter().map(own).collect(),
    }
}

/// Contacts that the cache doesn't have, in a table of their own.
fn apart(kind: GroupKind, contacts: &[Contact]) -> Option<Group> {
    let table = Table::from_contacts(contacts).ok()?;
    (table.rows() > 0).then(|| Group {
        kind,
        rows: Arc::new(RowSet::all(table.rows())),
        table: Arc::new(table),
    })
}

fn fields(groups: &[Group], filters: &[Filter]) -> Vec<Field> {
    let mut known: Vec<Field> = Vec::new();
    let mut tables: Vec<&Arc<Table>> = Vec::new();
    for group in groups.iter().rev() {
        if !tables.iter().any(|table| Arc::ptr_eq(table, &group.table)) {
            tables.push(&group.table);
        }
    }
    for table in tables {
        let is_new = |column: &&Arc<Column>| known.iter().all(|field| field.name != column.name());
        let columns: Vec<&Arc<Column>> = table.columns().iter().filter(is_new).collect();
        known.extend(columns.into_iter().map(|column| field_of(table, column)));
    }
    known.sort_by(|one, other| {
        let is_same = |field: &Field| field.name == SAME_FOR_ALL;
        let by = |field: &Field| {
            let contacts = std::cmp::Reverse(field.contacts);
            (is_same(field), contacts, field.name.clone())
        };
        by(one).cmp(&by(other))
    });
    let asked = filters.iter().map(|filter| filter.field.as_str());
    let first = std::iter::once("user_id").chain(asked).chain(TELLING);
    let mut fields = Vec::new();
    for name in first {
        if let Some(place) = known.iter().position(|field| field.name == name) {
            fields.push(known.remove(place));
        }
    }
    fields.append(&mut known);
    fields
}

fn field_of(table: &Table, column: &Column) -> Field {
    Field {
        name: column.name().to_owned(),
        contacts: column.set_count(),
        kind: Kind::to_show(column),
        unknown: table.unknown(column.name()),
    }
}
