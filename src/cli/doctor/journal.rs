//! The journal: what is wrong with it, and the ways back.

use std::io::{IsTerminal, stdin};

use jiff::Timestamp;

use super::{Arguments, Check};
use crate::cli::exit::{self, Failure};
use crate::cli::output;
use crate::config::Config;
use crate::domain::due::{in_zone, moment};
use crate::domain::text::{counted, grouped, shown};
use crate::store::journal::{self, JournalAct, Source, Trouble, WaitingFilter, launches};
use crate::store::lock::Holder;
use crate::store::serving::is_served;
use crate::store::{Access, BroadcastLock, Cache, Journal, SqliteJournal, StoreError};

const NAME: &str = "journal";

/// Reads `--from`.
///
/// # Errors
/// A sentence.
pub fn source(word: &str) -> Result<Source, String> {
    match word {
        "database" => Ok(Source::Database),
        "copy" => Ok(Source::Copy),
        _ => Err("it is database or copy".to_owned()),
    }
}

/// The journal and its copy, line by line; whether it is the one of last time; what is open on it.
pub fn checks(config: &Config) -> Vec<Check> {
    let path = config.paths.journal(&config.start);
    if !path.exists() && !config.paths.journal_copy(&config.start).exists() {
        return vec![none_yet(config)];
    }
    let mut checks = vec![match journal::diagnose(&path) {
        Err(error @ StoreError::NewerVersion { .. }) => Check::warn(NAME, error.to_string()),
        Err(error) => Check::fail(NAME, error.to_string()),
        Ok(found) if found.is_well() => Check::ok(
            NAME,
            format!("{}: {}; its copy: {}", path.display(), found.database, found.copy),
        ),
        Ok(found) => Check::fail(
            NAME,
            format!(
                "{}: {}; its copy: {}. {}",
                path.display(),
                found.database,
                found.copy,
                found.obstacle.unwrap_or_else(|| {
                    "Nothing is launched before it is rebuilt: `mylink doctor --rebuild-journal`".to_owned()
                })
            ),
        ),
    }];
    if let Ok(mut opened) = SqliteJournal::open(&path) {
        checks.extend(completed(config, &mut opened));
        checks.extend(of_last_time(config, &opened));
        let opened = opened.witnessed_in(config.paths.witnesses().as_deref());
        if let Some(trouble) = opened
            .trouble()
            .filter(|found| found.kind.can_be_accepted())
        {
            checks.push(Check::fail(NAME, trouble.to_string()));
        }
        checks.extend(opened.witness_trouble().map(|why| {
            Check::warn(
                NAME,
                format!("how far it has come can't be noted apart from it ({why}): an older backup that is put back, or a copy of the folder that is in use too, may not be noticed. Check XDG_STATE_HOME"),
            )
        }));
        checks.extend(open_launches(&opened));
        checks.extend(waiting(config, &opened));
        let acts = opened.acts().unwrap_or_default();
        checks.extend(acts.iter().map(|act| {
            let JournalAct { by, at, note } = act;
            Check::ok(
                NAME,
                format!("on the record since {at:.0}, by {by}: {note}"),
            )
        }));
    }
    checks
}

/// A copy that had lost steps was completed by the opening: that is said, and put on the record where that may be.
fn completed(config: &Config, opened: &mut SqliteJournal) -> Option<Check> {
    let cut = opened.cut()?;
    if check_writable(config).is_ok()
        && let Err(error) = opened.note_cut(&config.operator, Timestamp::now())
    {
        return Some(Check::fail(
            NAME,
            format!("{cut} That could not be put on the record: {error}"),
        ));
    }
    Some(Check::warn(NAME, cut.to_string()))
}

fn none_yet(config: &Config) -> Check {
    let cache = config.paths.cache(&config.start);
    let known = cache
        .exists()
        .then(|| Cache::open(&cache).and_then(|cache| cache.known_journal()));
    match known {
        Some(Ok(Some(mark))) => Check::fail(
            NAME,
            format!(
                "it is gone with its copy; it had counted {}. Put a backup of journal.db or journal.jsonl back, or begin a new record with `mylink doctor --accept-journal`",
                launches(mark.sequence)
            ),
        ),
        _ => Check::ok(NAME, "there is none yet: the first opening makes it"),
    }
}

/// The cache's memory of the journal.
fn of_last_time(config: &Config, opened: &SqliteJournal) -> Option<Check> {
    let known = Cache::open(&config.paths.cache(&config.start))
        .and_then(|cache| cache.known_journal())
        .ok()??;
    let kind = known.loss(&opened.mark().ok()?)?;
    let path = opened.path().to_owned();
    Some(Check::fail(NAME, Trouble { path, kind }.to_string()))
}

fn open_launches(opened: &SqliteJournal) -> Vec<Check> {
    let unsettled = opened.unsettled().unwrap_or_default();
    unsettled
        .iter()
        .map(|launch| {
            Check::warn(
                "unknown",
                format!(
                    "the launch {} of {} at {:.0} blocks its broadcast until it is settled: mylink settle {} sent|not-sent --reason TEXT",
                    launch.id, launch.broadcast.name, launch.started_at, launch.id
                ),
            )
        })
        .collect()
}

/// What waits for its time, the soonest of it, and whether anybody would send it; nothing where nothing waits.
fn waiting(config: &Config, opened: &SqliteJournal) -> Option<Check> {
    let all = match opened.all_waiting(&WaitingFilter::default()) {
        Ok(all) => all,
        Err(error) => return Some(Check::fail("waiting", error.to_string())),
    };
    // The soonest comes first.
    let waiting: Vec<_> = all.iter().filter(|one| one.is_waiting()).collect();
    let soonest = waiting.first()?;
    let (broadcast, due) = (
        &soonest.broadcast.name,
        moment(&in_zone(soonest.due_at, &soonest.zone)),
    );
    let what = match waiting.len() {
        1 => format!("1 launch waits for its time: {broadcast} at {due}"),
        count => format!(
            "{} launches wait for their times; the soonest is {broadcast} at {due}",
            grouped(count as u64)
        ),
    };
    if is_served(&config.paths.locks(&config.start)) {
        return Some(Check::ok(
            "waiting",
            format!("{what}. A mylink serves this profile"),
        ));
    }
    Some(Check::warn(
        "waiting",
        format!(
            "{what}. No mylink serves this profile now: leave a console open, or run `mylink run --pending --profile {}`. A time that nobody serves is missed, and nothing is sent",
            shown(&config.start)
        ),
    ))
}

/// Makes the journal whole again.
///
/// # Errors
/// Exit code 4 where it is not confirmed or a launch is under way, 6 where it can't be done.
pub fn rebuild(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    check_writable(config)?;
    let path = config.paths.journal(&config.start);
    let found = journal::diagnose(&path)?;
    output::note(&format!(
        "The journal: {}. Its copy: {}.",
        found.database, found.copy
    ));
    let from = match (arguments.from, found.from, found.obstacle) {
        (Some(from), _, _) | (None, Some(from), _) => from,
        (None, None, Some(obstacle)) => {
            return Err(StoreError::CannotRebuild { why: obstacle }.into());
        }
        (None, None, None) => {
            output::note("Both are whole and tell the same: there is nothing to rebuild.");
            return Ok(exit::DONE);
        }
    };
    check_quiet(config)?;
    confirm(
        arguments.yes,
        match from {
            Source::Copy => {
                "The database is made anew from the copy; the old one is kept beside it."
            }
            Source::Database => {
                "The copy is made anew from the database; the old one is kept beside it."
            }
        },
    )?;
    let rebuilt = journal::rebuild(&path, arguments.from, &act(config, &arguments.reason))?;
    for kept in &rebuilt.kept {
        output::note(&format!("Kept: {}", kept.display()));
    }
    if rebuilt.cut > 0 {
        output::note(&format!(
            "{} bytes at the end of the copy were no whole line, and were cut off; they are kept as well.",
            grouped(rebuilt.cut)
        ));
    }
    output::line(&format!(
        "The journal is whole again: {} in {}. Launches whose outcome is unknown stay so.",
        launches(rebuilt.launches),
        counted(rebuilt.steps, "step")
    ))?;
    Ok(exit::DONE)
}

/// Takes a journal that is not the one of last time for the record from now on.
///
/// # Errors
/// Exit code 4 where it is not confirmed, or is the one of last time; 6 where it can't be written.
pub fn accept(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    check_writable(config)?;
    let mut cache = Cache::open(&config.paths.cache(&config.start))?;
    let mut journal = SqliteJournal::open(&config.paths.journal(&config.start))?
        .allowing_network_files(config.allow_network_files)
        .witnessed_in(config.paths.witnesses().as_deref());
    let older = journal.trouble().cloned();
    if let Some(trouble) = older.clone().filter(|found| !found.kind.can_be_accepted()) {
        return Err(StoreError::Record(trouble).into());
    }
    let known = if cache.access() == Access::ReadWrite {
        cache.known_journal()?
    } else {
        None
    };
    let found = journal.mark()?;
    let lost = known.and_then(|known| known.loss(&found).map(|kind| (known, kind)));
    let older = older.map(|trouble| (found, trouble.kind));
    let Some((known, kind)) = lost.or(older) else {
        return Err(Failure::guard(
            "The journal is the one of last time: there is nothing to accept.",
        ));
    };
    let path = journal.path().to_owned();
    output::note(&Trouble { path, kind }.to_string());
    confirm(
        arguments.yes,
        "This journal is taken for the record from now on, with your name. Launches that it doesn't hold can be repeated without a warning.",
    )?;
    let note = format!(
        "Accepted in the place of the journal {}, which had counted {}. {}",
        known.id,
        launches(known.sequence),
        arguments.reason
    );
    journal.accept(&act(config, &note))?;
    cache.accept_journal(&journal.mark()?)?;
    output::line("The journal is accepted. It says so, with your name and the time.")?;
    Ok(exit::DONE)
}

fn act(config: &Config, note: &str) -> JournalAct {
    JournalAct {
        by: config.operator.clone(),
        at: Timestamp::now(),
        note: note.trim().to_owned(),
    }
}

fn check_writable(config: &Config) -> Result<(), Failure> {
    if config
        .profile(&config.start)
        .is_ok_and(|profile| profile.readonly)
    {
        return Err(Failure::guard(format!(
            "The profile {} is read-only: its journal is not touched.",
            config.start
        )));
    }
    Ok(())
}

/// No launch is under way: its process would find the journal replaced, and could not keep its outcome.
fn check_quiet(config: &Config) -> Result<(), Failure> {
    let Ok(journal) = SqliteJournal::open(&config.paths.journal(&config.start)) else {
        return Ok(());
    };
    let holder = Holder::of_this_process(&config.operator, "this machine");
    for launch in journal.sending()? {
        let locks = config.paths.locks(&config.start);
        let lock = BroadcastLock::take(&locks, &launch.bot.id, &launch.broadcast.id, &holder);
        if let Err(error @ StoreError::Locked { .. }) = lock {
            return Err(error.into());
        }
    }
    Ok(())
}

fn confirm(yes: bool, what: &str) -> Result<(), Failure> {
    output::note(what);
    if yes {
        return Ok(());
    }
    if !stdin().is_terminal() {
        return Err(Failure::guard("Nothing was changed. Say --yes to do it."));
    }
    output::note("Type yes to do it:");
    let mut answer = String::new();
    let read = stdin().read_line(&mut answer);
    if read.is_ok() && answer.trim() == "yes" {
        return Ok(());
    }
    Err(Failure::guard("Nothing was changed."))
}
