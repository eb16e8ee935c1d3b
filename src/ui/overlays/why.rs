//! Why: which rows of the filter decided of a contact - one of the sample, or any that is asked for by name - and what
//! each row does for the whole.

mod view;

use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::explain::{ContactTold, ContactsTold, Held, Step as Row};
use crate::domain::filter::Filter;
use crate::domain::plan::Plan;
use crate::domain::preview::Who;
use crate::domain::record::Contact;
use crate::model::Reply;
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::input::Input;
use crate::ui::widgets::scroll::Scroll;

/// What is to be explained.
pub struct Asked {
    /// The broadcast.
    pub broadcast: BroadcastKey,
    /// The plan as it stands.
    pub plan: Arc<Plan>,
    /// Its filters; none for a plan that goes by something else.
    pub filters: Vec<Filter>,
    /// What each of them does.
    pub rows: Vec<Row>,
}

/// A plan, what the rows of its filter do, and a contact.
pub struct Why {
    asked: Asked,
    /// What the cache doesn't hold, in words.
    unknown: Option<String>,
    /// Contacts that match, as far as they are at hand; the one that is shown while none is asked for by name.
    sample: Vec<ContactTold>,
    selected: usize,
    /// The name that is being typed.
    typed: Option<Input>,
    answer: Answer,
    /// The request whose answer is waited for.
    request: RequestId,
    scroll: Scroll,
}

/// What there is of a contact that was asked for by name.
enum Answer {
    /// None was.
    Nothing,
    /// It is looked for.
    Waited(String),
    /// What was found; the contact of them that is shown.
    Told(Box<ContactsTold>, usize),
    /// Why nothing could be found out.
    Failed(Notice),
}

impl Why {
    /// Explains a plan, and the contacts of its sample; says what is to be done first. Without filters only a contact that
    /// is asked for can be explained.
    pub fn new(asked: Asked, who: Option<&Who>, requests: &mut Requests) -> (Self, Vec<Step>) {
        let sample = who.map_or_else(Vec::new, |who| sample(&asked.filters, who));
        let unknown = who.and_then(|who| who.unknown.as_ref());
        let is_asking = asked.filters.is_empty();
        let mut why = Self {
            unknown: unknown.and_then(crate::domain::explain::Unknown::words),
            asked,
            sample,
            selected: 0,
            typed: is_asking.then(|| Input::new("")),
            answer: Answer::Nothing,
            request: 0,
            scroll: Scroll::default(),
        };
        let first = why.ask_exactly(requests);
        (why, first)
    }

    fn has_sample(&self) -> bool {
        !self.asked.filters.is_empty()
    }

    fn type_key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let is_in_the_way = !self.has_sample() && matches!(self.answer, Answer::Nothing);
        let Some(typed) = &mut self.typed else {
            return Vec::new();
        };
        match action {
            Some(Action::ExplainContact) => {
                let name = typed.text().trim().to_owned();
                if name.is_empty() {
                    return Vec::new();
                }
                self.typed = None;
                self.answer = Answer::Waited(name.clone());
                self.scroll = Scroll::default();
                vec![self.ask(name, requests)]
            }
            Some(Action::Back) if !is_in_the_way => {
                self.typed = None;
                Vec::new()
            }
            Some(Action::Back) => vec![Step::Close],
            _ => {
                typed.key(key);
                Vec::new()
            }
        }
    }

    fn ask(&mut self, name: String, requests: &mut Requests) -> Step {
        self.request = requests.take();
        Step::Do(Effect::Explain(
            self.request,
            self.asked.broadcast.clone(),
            Arc::clone(&self.asked.plan),
            name,
        ))
    }

    /// Asks for the selected contact of the sample: whether a variable that it lacks is unset or unknown, and whether it
    /// may be written to, isn't in the sample.
    fn ask_exactly(&mut self, requests: &mut Requests) -> Vec<Step> {
        let Some(contact) = self.sample.get(self.selected) else {
            return Vec::new();
        };
        let id = contact.contact.id();
        let name = if id.channel.is_empty() {
            id.user_id
        } else {
            format!("{}:{}", id.channel, id.user_id)
        };
        vec![self.ask(name, requests)]
    }

    /// Goes to the next contact, or to the one before.
    fn step(&mut self, down: bool, requests: &mut Requests) -> Vec<Step> {
        let Some(next) = self.next(down) else {
            return Vec::new();
        };
        self.scroll = Scroll::default();
        if let Answer::Told(_, shown) = &mut self.answer {
            *shown = next;
            return Vec::new();
        }
        self.selected = next;
        self.ask_exactly(requests)
    }

    /// The place of the next contact, or of the one before, where there is one.
    fn next(&self, down: bool) -> Option<usize> {
        let (place, of) = match &self.answer {
            Answer::Told(told, shown) => (*shown, told.found.len()),
            Answer::Nothing => (self.selected, self.sample.len()),
            Answer::Waited(_) | Answer::Failed(_) => return None,
        };
        if down {
            Some(place + 1).filter(|next| *next < of)
        } else {
            place.checked_sub(1)
        }
    }

    /// Takes what was found out of contacts. What was asked before is not for here.
    fn told(&mut self, id: RequestId, told: &Result<Box<ContactsTold>, Notice>) {
        if id != self.request {
            return;
        }
        match (&self.answer, told) {
            (Answer::Waited(_), Ok(told)) => self.answer = Answer::Told(told.clone(), 0),
            (Answer::Waited(_), Err(notice)) => self.answer = Answer::Failed(notice.clone()),
            (Answer::Nothing, Ok(told)) => {
                // What the sample says stands where the contact is gone meanwhile.
                let ours = self.sample.get_mut(self.selected);
                let of = |ours: &ContactTold| {
                    let id = ours.contact.id();
                    let mut found = told.found.iter();
                    found.find(|found| found.contact.id() == id).cloned()
                };
                if let Some((ours, found)) =
                    ours.and_then(|ours| of(ours).map(|found| (ours, found)))
                {
                    *ours = found;
                }
            }
            _ => {}
        }
    }
}

impl Overlay for Why {
    fn contexts(&self) -> &'static [Context] {
        if self.typed.is_some() {
            &[Context::WhyAsk]
        } else {
            &[Context::Why]
        }
    }

    fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        _shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if self.typed.is_some() {
            return self.type_key(key, action, requests);
        }
        match action {
            Some(Action::Back) if !matches!(self.answer, Answer::Nothing) && self.has_sample() => {
                self.answer = Answer::Nothing;
                return self.ask_exactly(requests);
            }
            Some(Action::Back) => return vec![Step::Close],
            Some(Action::AskContact) => self.typed = Some(Input::new("")),
            Some(Action::Down) => return self.step(true, requests),
            Some(Action::Up) => return self.step(false, requests),
            Some(action) => {
                self.scroll.act(action);
            }
            None => {}
        }
        Vec::new()
    }

    fn paste(&mut self, text: &str, _shared: &Shared<'_>, _requests: &mut Requests) -> Vec<Step> {
        self.typed.get_or_insert_with(|| Input::new("")).paste(text);
        Vec::new()
    }

    fn scrolled(&mut self) -> Option<&mut Scroll> {
        Some(&mut self.scroll)
    }

    fn reply(
        &mut self,
        reply: &Reply,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        let Reply::ContactsTold(id, told) = reply else {
            return None;
        };
        self.told(*id, told);
        Some(Vec::new())
    }

    fn offers(&self, action: Action, _shared: &Shared<'_>, picture: &Picture) -> bool {
        match action {
            Action::ExplainContact => {
                let typed = self.typed.as_ref();
                typed.is_some_and(|typed| !typed.text().trim().is_empty())
            }
            Action::Down => self.next(true).is_some(),
            Action::Up => self.next(false).is_some(),
            _ => self.scroll.offers(action, picture),
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture) {
        view::draw(self, frame, area, shared, picture);
    }
}

/// The contacts of a sample, explained by what is at hand.
fn sample(filters: &[Filter], who: &Who) -> Vec<ContactTold> {
    let unknown = who.unknown.iter().flat_map(|unknown| &unknown.fields);
    let in_part: Vec<&str> = unknown.map(|field| field.field.as_str()).collect();
    let told = |contact: &Contact| {
        ContactTold::of_filters(contact.clone(), filters, who.reading, |field| match contact
            .get(field)
        {
            Some(value) => Held::Value(value.to_owned()),
            None if in_part.contains(&field) => Held::NotKnown,
            None => Held::Unset,
        })
    };
    if filters.is_empty() {
        return Vec::new();
    }
    who.sample.iter().map(told).collect()
}
