//! Plans that were saved by name.

use std::ffi::OsStr;

use jiff::Timestamp;
use serde::Serialize;

use crate::cli::exit::{self, Failure};
use crate::cli::{output, source, table};
use crate::config::Config;
use crate::domain::text::shown;
use crate::session::SavedPlan;

/// A saved plan as JSON. Other programs read it: names and nulls are fixed.
#[derive(Serialize)]
struct Shape<'a> {
    name: &'a str,
    form: Option<&'static str>,
    broadcast: Option<&'a str>,
    bot: Option<&'a str>,
    saved_at: Option<Timestamp>,
    template: &'a [String],
    problem: Option<&'a str>,
}

/// Lists them. One that is damaged is listed with what is wrong.
pub fn list(config: &Config, json: bool) -> Result<u8, Failure> {
    let plans = source::plans(config).list()?;
    if json {
        output::json(&plans.iter().map(Shape::of).collect::<Vec<_>>())?;
        return Ok(exit::DONE);
    }
    if plans.is_empty() {
        output::note("No plan is saved: mylink plan save NAME PLAN keeps one.");
        return Ok(exit::DONE);
    }
    let rows: Vec<_> = plans.iter().map(row).collect();
    output::table(&["NAME", "FORM", "BROADCAST", "SAVED", "ASKS FOR"], &rows)?;
    for plan in &plans {
        if let Err(problem) = &plan.content {
            output::note(&format!(
                "The saved plan {} is damaged. {problem}",
                plan.name
            ));
        }
    }
    Ok(exit::DONE)
}

/// Saves one.
pub fn save(config: &Config, name: &str, plan: &OsStr, replace: bool) -> Result<u8, Failure> {
    let text = source::text(plan, config)?.map_err(|problems| source::wrong(&problems))?;
    // Every mistake is named, not the first alone.
    let content =
        crate::session::plans::content(&text).map_err(|problems| source::wrong(&problems))?;
    source::plans(config)
        .save(name, &text, replace)
        .map_err(|error| {
            let mut failure = Failure::from(error);
            if failure.code == exit::GUARD {
                failure.message.push_str(" --replace does that.");
            }
            failure
        })?;
    let asks = match content.places.as_slice() {
        [] => String::new(),
        names => format!(" as a template; it asks for {}", names.join(", ")),
    };
    output::note(&format!("Saved \"{}\"{asks}.", shown(name)));
    Ok(exit::DONE)
}

impl<'a> Shape<'a> {
    fn of(plan: &'a SavedPlan) -> Self {
        let content = plan.content.as_ref();
        Self {
            name: &plan.name,
            form: content.ok().map(|content| content.form.word()),
            broadcast: content.ok().map(|content| content.broadcast.as_str()),
            bot: content.ok().and_then(|content| content.bot.as_deref()),
            saved_at: plan.saved_at,
            template: content.map_or(&[], |content| &content.places),
            problem: content.err().map(String::as_str),
        }
    }
}

fn row(plan: &SavedPlan) -> Vec<String> {
    let saved = plan.saved_at.map(table::minute).unwrap_or_default();
    let (form, broadcast, asks) = match &plan.content {
        Ok(content) => (
            content.form.word(),
            content.broadcast.clone(),
            content.places.join(", "),
        ),
        Err(_) => ("damaged", String::new(), String::new()),
    };
    vec![plan.name.clone(), form.to_owned(), broadcast, saved, asks]
}
