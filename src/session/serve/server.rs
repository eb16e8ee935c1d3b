//! What one serving knows: the list of what waits, how the record is, and which launches it began.

use std::collections::HashSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::{Serving, TICK};
use crate::domain::standing::RecordTrouble;
use crate::domain::waiting::{Timing, WaitingLaunch};
use crate::fault;
use crate::session::{Session, SessionError};
use crate::store::journal::{Glance, WaitingFilter};
use crate::store::serving::Serves;

/// The longest sleep while nothing does.
const GLANCE: Duration = Duration::from_secs(2);
/// The same where changes are told: shorter than the time of grace, so that one that was not told of is late at the worst.
const RARE: Duration = Duration::from_secs(20);
/// A wall clock that goes back by more than this against the other clock was set.
const SET_BACK: SignedDuration = SignedDuration::from_secs(2);

/// What is done with a launch that was begun.
pub(super) enum After {
    /// It may be begun again.
    Again,
    /// It waits no more, by the record that is open.
    Over,
    /// It was sent from here, whatever any record says of it later.
    Sent,
}

/// What one serving knows.
pub(super) struct Server<'a> {
    session: &'a Session,
    /// Said while launches could be started.
    serves: Option<Serves>,
    trouble: Option<RecordTrouble>,
    /// Which opening of the journal `list` was read of.
    opening: u64,
    glance: Glance,
    list: Vec<WaitingLaunch>,
    /// Whether the list is what the record says now.
    is_read: bool,
    was_told: bool,
    /// Whether something waited when the record was well.
    has_waited: bool,
    /// Those that are begun, or were sent; they are not looked at a second time.
    begun: HashSet<String>,
    /// Those that wait no more, by this opening of the journal.
    over: HashSet<String>,
    clocks: (Timestamp, Instant),
}

impl<'a> Server<'a> {
    pub(super) fn of(session: &'a Session, now: Timestamp) -> Self {
        Self {
            session,
            serves: None,
            trouble: None,
            opening: 0,
            glance: Glance::at(&session.journal_file),
            list: Vec::new(),
            is_read: false,
            was_told: false,
            has_waited: false,
            begun: HashSet::new(),
            over: HashSet::new(),
            clocks: (now, Instant::now()),
        }
    }

    /// Looks at the clock and at the record, and reads what waits where that may have changed.
    ///
    /// # Errors
    /// At first where it can't be said that somebody serves; later that is told as trouble.
    pub(super) async fn look(
        &mut self,
        now: Timestamp,
        tell: &(impl Fn(Serving) + Sync),
    ) -> Result<(), SessionError> {
        fault::point("serve");
        self.compare_clocks(now, tell);
        self.look_at_record(tell).await?;
        let has_changed = self.glance.changed();
        if !has_changed && self.is_read {
            return Ok(());
        }
        let list = self.session.waiting(WaitingFilter::default()).await;
        self.is_read = list.is_ok();
        match list {
            Ok(list) => self.take(list, tell),
            Err(error) => tell(Serving::Trouble(error.to_string())),
        }
        Ok(())
    }

    fn take(&mut self, list: Vec<WaitingLaunch>, tell: &(impl Fn(Serving) + Sync)) {
        let is_new = !self.was_told || list != self.list;
        self.was_told = true;
        self.list.clone_from(&list);
        if self.trouble.is_none() {
            self.has_waited = list.iter().any(WaitingLaunch::is_waiting);
        }
        if is_new {
            tell(Serving::List(list));
        }
    }

    /// Whether launches can be put on the record - where another one took its place, on that one - and says that somebody
    /// serves while that is so.
    async fn look_at_record(
        &mut self,
        tell: &(impl Fn(Serving) + Sync),
    ) -> Result<(), SessionError> {
        let trouble = self.session.record_trouble_now().await;
        let opening = self.session.opening().await;
        if opening != self.opening {
            // What ended by the one before may wait by this one.
            self.over.clear();
            self.is_read = false;
        }
        let is_another = self.opening > 0 && opening != self.opening;
        self.opening = opening;
        if trouble.is_some() {
            self.serves = None;
        } else if !self.serves.as_ref().is_some_and(Serves::is_in_place) {
            self.serve(tell)?;
        }
        if let Some(cut) = self.session.take_cut() {
            tell(Serving::Completed(cut));
        }
        if trouble != self.trouble {
            self.trouble.clone_from(&trouble);
            tell(Serving::Record(trouble));
        }
        if is_another && self.trouble.is_none() {
            // By the new one launches may be on their way whose processes are gone.
            if let Err(error) = self.session.launcher.recover().await {
                tell(Serving::Trouble(error.to_string()));
            }
        }
        Ok(())
    }

    /// Says that somebody serves.
    fn serve(&mut self, tell: &(impl Fn(Serving) + Sync)) -> Result<(), SessionError> {
        self.serves = None;
        match Serves::begin(&self.session.launcher.locks) {
            Ok(serves) => self.serves = Some(serves),
            Err(error) if self.was_told => tell(Serving::Trouble(error.to_string())),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Whether nothing waits; a record in trouble isn't believed that.
    pub(super) fn has_nothing_to_wait_for(&self) -> bool {
        let is_known = self.is_read && (self.trouble.is_none() || !self.has_waited);
        is_known && self.open().next().is_none()
    }

    /// Takes note of one that was begun.
    pub(super) fn came_back(&mut self, id: String, after: &After) {
        match after {
            After::Again => drop(self.begun.remove(&id)),
            After::Over => {
                self.begun.remove(&id);
                self.over.insert(id);
            }
            After::Sent => {}
        }
    }

    /// Those that wait and are not begun.
    fn open(&self) -> impl Iterator<Item = &WaitingLaunch> {
        let is_open = |id: &String| !self.begun.contains(id) && !self.over.contains(id);
        let waiting = self.list.iter().filter(|waiting| waiting.is_waiting());
        waiting.filter(move |waiting| is_open(&waiting.id))
    }

    fn compare_clocks(&mut self, now: Timestamp, tell: &(impl Fn(Serving) + Sync)) {
        let (wall, steady) = self.clocks;
        let passed = SignedDuration::try_from(steady.elapsed()).unwrap_or_default();
        let back = passed - now.duration_since(wall);
        self.clocks = (now, Instant::now());
        if back > SET_BACK && self.list.iter().any(WaitingLaunch::is_waiting) {
            tell(Serving::SetBack(back));
        }
    }

    /// Those whose time has come, or is over, and that were not begun yet.
    pub(super) fn due(&mut self, now: Timestamp) -> Vec<WaitingLaunch> {
        let has_come = |waiting: &&WaitingLaunch| !matches!(waiting.timing(now), Timing::Early(_));
        let due: Vec<_> = self.open().filter(has_come).cloned().collect();
        self.begun
            .extend(due.iter().map(|waiting| waiting.id.clone()));
        due
    }

    /// How long nothing is to be done.
    pub(super) fn nap(&self, now: Timestamp, is_told: bool, is_idle: bool) -> Duration {
        let next = self
            .open()
            .map(|waiting| waiting.due_at.duration_since(now))
            .min();
        let is_awaited = !is_idle || self.trouble.is_some() && self.has_waited;
        match next {
            None if is_awaited => TICK,
            None if is_told => RARE,
            None => GLANCE,
            Some(left) => Duration::try_from(left).map_or(Duration::ZERO, |left| left.min(TICK)),
        }
    }

    /// How many wait by the record, those too whose time has come and that could not be started.
    pub(super) async fn left(&self) -> usize {
        let read = self.session.waiting(WaitingFilter::default()).await;
        let list = read.as_ref().unwrap_or(&self.list);
        list.iter().filter(|waiting| waiting.is_waiting()).count()
    }
}
