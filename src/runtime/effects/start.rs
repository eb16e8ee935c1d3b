//! Effects on what a draft can start from: saved filters, and the platform's audiences.

use std::sync::Arc;

use super::{Performer, notice_of};
use crate::domain::plan::{Plan, PlanFilter};
use crate::domain::text::{counted, shown};
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::start::{AsideRow, AudienceRow, SavedRow, StartReply, StartWork, Starts};
use crate::model::{Notice, Reply};
use crate::session::{Session, SessionError, filters_of};

impl Performer {
    pub(super) fn start(&self, id: RequestId, work: StartWork) {
        let session = Arc::clone(&self.session);
        self.act(async move {
            let done = perform(&session, work).await;
            Ok(match done {
                Ok(Done::Said(reply)) => Reply::Start(id, reply),
                Ok(Done::Planned(key, plan, notice)) => Reply::Planned(key, plan, notice),
                Err(error) => Reply::Start(id, StartReply::Failed(notice_of(&error))),
            })
        });
    }
}

enum Done {
    Said(StartReply),
    Planned(BroadcastKey, Box<Plan>, Notice),
}

async fn perform(session: &Session, work: StartWork) -> Result<Done, SessionError> {
    let reply = match work {
        StartWork::List(broadcast) => {
            let starts = list(session, &broadcast).await;
            StartReply::Listed(starts.map_err(|error| notice_of(&error)))
        }
        StartWork::SaveFilters {
            bot,
            name,
            filters,
            replace,
        } => save(session, &bot, &name, &filters, replace).await?,
        StartWork::RenameFilters {
            bot,
            from,
            to,
            replace,
        } => rename(session, &bot, &from, &to, replace).await?,
        StartWork::DeleteFilters { bot, name } => {
            let bot = session.find_bot(&bot).await?;
            session.remove_filter(&bot, &name).await?;
            changed(format!("The filters {} are deleted.", shown(&name)))
        }
        StartWork::Aside { broadcast, mark } => return aside(session, broadcast, mark).await,
        StartWork::Audience {
            broadcast,
            draft,
            id,
            name,
        } => return audience(session, broadcast, &draft, &id, &name).await,
    };
    Ok(Done::Said(reply))
}

fn changed(said: String) -> StartReply {
    StartReply::Changed(Notice::ok(said))
}

async fn list(session: &Session, broadcast: &BroadcastKey) -> Result<Starts, SessionError> {
    let bot = session.find_bot(&broadcast.bot).await?;
    let saved = session.saved_filters(&bot).await?;
    let filters = saved.into_iter().map(|saved| SavedRow {
        filters: filters_of(&saved),
        name: saved.name,
        saved_at: saved.saved_at,
    });
    let contacts = session.contacts(&bot).await?;
    let key = bot.key.clone();
    let audiences = session
        .cache()
        .run(move |cache| cache.audiences(&key))
        .await?;
    let audiences = audiences.into_iter().map(|audience| AudienceRow {
        contacts: contacts
            .audiences
            .get(&audience.id)
            .map(crate::audience::RowSet::count),
        id: audience.id,
        name: audience.name,
        synced_at: audience.synced_at,
    });
    let wanted = broadcast.clone();
    let aside = session
        .cache()
        .run(move |cache| cache.drafts_aside(&wanted.bot, &wanted.id))
        .await?;
    let aside = aside.into_iter().map(|draft| AsideRow {
        mark: draft.mark,
        by: draft.writer,
        saved_at: draft.saved_at,
        bytes: draft.bytes,
    });
    Ok(Starts {
        filters: filters.collect(),
        audiences: audiences.collect(),
        aside: aside.collect(),
    })
}

async fn aside(session: &Session, key: BroadcastKey, mark: String) -> Result<Done, SessionError> {
    let wanted = key.clone();
    let draft = session
        .cache()
        .run(move |cache| cache.draft_aside(&wanted.bot, &wanted.id, &mark))
        .await?;
    let failed = |text: &str| Ok(Done::Said(StartReply::Failed(Notice::error(text))));
    let Some(draft) = draft else {
        return failed("That draft is not there any more.");
    };
    match Plan::from_json(&draft.plan) {
        Ok(plan) => {
            let said = "What was set aside is the draft now; u takes it back.";
            Ok(Done::Planned(key, Box::new(plan), Notice::ok(said)))
        }
        Err(_) => failed("That draft can't be read."),
    }
}

async fn save(
    session: &Session,
    bot: &str,
    name: &str,
    filters: &[PlanFilter],
    replace: bool,
) -> Result<StartReply, SessionError> {
    let bot = session.find_bot(bot).await?;
    if !replace && is_taken(session, &bot, name).await? {
        return Ok(StartReply::Exists);
    }
    session.save_filter(&bot, name, filters).await?;
    let conditions = counted(filters.len() as u64, "condition");
    Ok(changed(format!("{conditions} saved as {}.", shown(name))))
}

/// Whether filters of that name are saved, be they readable or not.
async fn is_taken(
    session: &Session,
    bot: &crate::domain::record::Bot,
    name: &str,
) -> Result<bool, SessionError> {
    let saved = session.saved_filters(bot).await?;
    Ok(saved.iter().any(|saved| saved.name == name))
}

async fn rename(
    session: &Session,
    bot: &str,
    from: &str,
    to: &str,
    replace: bool,
) -> Result<StartReply, SessionError> {
    let bot = session.find_bot(bot).await?;
    if from == to {
        return Ok(changed(format!("{} keeps its name.", shown(from))));
    }
    if !replace && is_taken(session, &bot, to).await? {
        return Ok(StartReply::Exists);
    }
    let Some(filters) = session.saved_filter(&bot, from).await? else {
        let text = format!("The filters {} are not there any more.", shown(from));
        return Ok(StartReply::Failed(Notice::error(text)));
    };
    // The new name stands before the old one goes: nothing is lost in between.
    session.save_filter(&bot, to, &filters).await?;
    session.remove_filter(&bot, from).await?;
    Ok(changed(format!(
        "{} is called {} now.",
        shown(from),
        shown(to)
    )))
}

async fn audience(
    session: &Session,
    key: BroadcastKey,
    draft: &Plan,
    id: &str,
    name: &str,
) -> Result<Done, SessionError> {
    let plan = session.freeze_audience(draft, id).await?;
    let contacts = counted(plan.form.targets().len() as u64, "contact");
    let said = format!(
        "{contacts} of {} are the targets now, as the last sync brought them. u takes it back.",
        shown(name)
    );
    Ok(Done::Planned(key, Box::new(plan), Notice::ok(said)))
}
