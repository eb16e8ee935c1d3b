//! A plan out of a file, stdin, or those saved by name; a template is filled in on the way.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use indexmap::IndexMap;

use super::exit::Failure;
use crate::config::Config;
use crate::domain::plan::Plan;
use crate::domain::problem::{Code, Problem, Surface};
use crate::domain::template::Template;
use crate::domain::text::{shown, size};
use crate::session::Plans;

/// Bytes of a plan at most: some millions of targets.
const LARGEST: u64 = 512_000_000;

/// Which plan, and on whose behalf.
#[derive(Debug, clap::Args)]
pub struct Source {
    /// The plan: a JSON file, - for stdin, or the name of a saved plan.
    #[arg(value_name = "PLAN|-")]
    plan: OsString,
    #[command(flatten)]
    values: Values,
    #[command(flatten)]
    behalf: Behalf,
}

/// What a template is filled in with.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Values {
    /// Fill a place of a template in: {{NAME}} becomes VALUE. Once for each place.
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
}

/// On whose behalf.
#[derive(Debug, clap::Args)]
pub struct Behalf {
    /// Speak as an integration: broadcasts whose execution button is switched off may be launched.
    #[arg(long)]
    as_integration: bool,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("write a name, = and the value: city=Milano".to_owned()),
    }
}

impl Source {
    /// On whose behalf.
    pub fn surface(&self) -> Surface {
        self.behalf.surface()
    }

    /// Reads the plan; the inner error is what is wrong with its text.
    ///
    /// # Errors
    /// Where it can't be read at all.
    pub fn read(&self, config: &Config) -> Result<Result<Plan, Vec<Problem>>, Failure> {
        read(&self.plan, &self.values, config)
    }
}

impl Behalf {
    /// On whose behalf.
    pub fn surface(&self) -> Surface {
        if self.as_integration {
            Surface::Integration
        } else {
            Surface::Console
        }
    }
}

/// Reads a plan and fills it in; the inner error is what is wrong with its text.
///
/// # Errors
/// Where it can't be read at all, or a value is given twice.
pub fn read(
    plan: &OsStr,
    values: &Values,
    config: &Config,
) -> Result<Result<Plan, Vec<Problem>>, Failure> {
    let values = values.by_name()?;
    let filled = text(plan, config)?.and_then(|text| filled(&text, &values));
    Ok(filled.and_then(|text| Plan::from_json(&text)))
}

/// Reads a plan and fills it in; what is wrong with its text is a failure too.
///
/// # Errors
/// As [`read`].
pub fn read_valid(plan: &OsStr, values: &Values, config: &Config) -> Result<Plan, Failure> {
    read(plan, values, config)?.map_err(|problems| wrong(&problems))
}

/// A plan's problems as a failure: all of them, a sentence each.
pub fn wrong(problems: &[Problem]) -> Failure {
    let sentence = |problem: &Problem| {
        if problem.at.is_empty() {
            problem.message.clone()
        } else {
            format!("{}: {}", problem.at, problem.message)
        }
    };
    let all: Vec<String> = problems.iter().map(sentence).collect();
    Failure::usage(all.join(" "))
}

/// The text of a plan, a template's too; the inner error is that it is none.
///
/// # Errors
/// Where it can't be read at all.
pub fn text(plan: &OsStr, config: &Config) -> Result<Result<String, Vec<Problem>>, Failure> {
    let bytes = bytes(plan, config)?;
    if plan == "-" && bytes.trim_ascii().is_empty() {
        // What should have written the plan has said why it didn't.
        let message = "Nothing came on stdin: no plan.";
        return Ok(Err(vec![Problem::new(Code::InvalidPlan, "", message)]));
    }
    Ok(String::from_utf8(bytes).map_err(|error| vec![not_utf8(&error)]))
}

/// Whether a word is a plan: a file, stdin, or the name of a saved one.
pub fn is_plan(word: &OsStr, config: &Config) -> bool {
    word == "-" || Path::new(word).is_file() || plans(config).has(&word.to_string_lossy())
}

/// The plans of the profile that were saved by name.
pub fn plans(config: &Config) -> Plans {
    Plans::new(config.paths.plans(&config.start))
}

fn bytes(plan: &OsStr, config: &Config) -> Result<Vec<u8>, Failure> {
    let name = plan.to_string_lossy();
    let unreadable = |error: io::Error| {
        Failure::usage(format!(
            "The plan {} can't be read: {error}. Give a file, - for stdin, or the name of a saved plan (mylink plan list).",
            shown(&name)
        ))
    };
    if plan == "-" {
        return at_most(io::stdin().lock(), LARGEST).map_err(unreadable);
    }
    let is_file = fs::metadata(plan).is_ok_and(|metadata| !metadata.is_dir());
    let saved = plans(config);
    if !is_file && saved.has(&name) {
        return Ok(saved.read(&name)?.into_bytes());
    }
    let file = fs::File::open(plan).map_err(unreadable)?;
    at_most(file, LARGEST).map_err(unreadable)
}

/// Reads to the end, which a device or a pipe may not have.
fn at_most(source: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let found = size(most);
        return Err(io::Error::other(format!(
            "it has more than {found}, which is no plan"
        )));
    }
    Ok(bytes)
}

fn filled(text: &str, values: &IndexMap<String, String>) -> Result<String, Vec<Problem>> {
    let template = Template::read(text)?;
    let missing: Vec<&str> = template
        .names()
        .into_iter()
        .filter(|name| !values.contains_key(*name))
        .collect();
    if missing.is_empty() {
        return template.fill(values);
    }
    let options: Vec<String> = missing
        .iter()
        .map(|name| format!("--set {name}=VALUE"))
        .collect();
    let message = format!(
        "This plan is a template, and {} given no value. Add: {}",
        match missing.as_slice() {
            [name] => format!("{name} was"),
            names => format!("{} were", names.join(", ")),
        },
        options.join(" ")
    );
    Err(vec![Problem::new(Code::InvalidPlan, "", message)])
}

impl Values {
    fn by_name(&self) -> Result<IndexMap<String, String>, Failure> {
        let mut values = IndexMap::new();
        for (name, value) in &self.set {
            if values.insert(name.clone(), value.clone()).is_some() {
                return Err(Failure::usage(format!(
                    "--set gives {} a value twice. Leave one of them out.",
                    shown(name)
                )));
            }
        }
        Ok(values)
    }
}

fn not_utf8(error: &std::string::FromUtf8Error) -> Problem {
    let at = error.utf8_error().valid_up_to();
    let message = format!("The plan is not UTF-8 text, from byte {at} on. Save it as UTF-8.");
    Problem::new(Code::InvalidPlan, "", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_source_without_an_end_is_read_to_the_limit_and_no_further() {
        assert_eq!(at_most(&b"1234"[..], 4).unwrap(), b"1234");
        let error = at_most(io::repeat(b'x'), 1_000_000).unwrap_err();
        assert!(error.to_string().contains("more than 1.0 MB"), "{error}");
    }

    #[rstest]
    #[case::plain("city=Milano", Some(("city", "Milano")))]
    #[case::the_value_may_hold_the_sign("q=a=b", Some(("q", "a=b")))]
    #[case::empty("city=", Some(("city", "")))]
    #[case::blanks_are_kept_in_the_value("city= Roma ", Some(("city", " Roma ")))]
    #[case::no_sign("city", None)]
    #[case::no_name("=Milano", None)]
    fn a_value_is_read(#[case] text: &str, #[case] expected: Option<(&str, &str)>) {
        let read = assignment(text).ok();
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(read, expected);
    }
}
