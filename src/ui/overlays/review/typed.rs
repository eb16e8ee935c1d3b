//! What a confirmation asks to be typed, and what is wrong with what is.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::due::{self, Due, moment};
use crate::domain::expect::Expected;
use crate::domain::gate::Asks;
use crate::domain::preview::Review;
use crate::ui::widgets::input::Input;

/// What a confirmation asks to be typed.
#[derive(Clone)]
pub struct Typed {
    /// The line of the number, if it is asked for.
    pub number: Option<Input>,
    /// The line of the name, if it is asked for.
    pub name: Option<Input>,
    /// Whether the name is being typed, not the number.
    pub on_name: bool,
    /// The time that it is given, if one is.
    pub time: Option<Input>,
    /// Whether the time is being typed.
    pub on_time: bool,
    /// The time as it was understood and taken: `in 30 min` doesn't move on any more.
    pub taken: Option<Due>,
    /// Whether a repeat of the same body is meant.
    pub again: bool,
    /// What is wrong with what is typed, or what happened last.
    pub complaint: Option<String>,
}

impl Typed {
    /// Nothing is typed yet of what is asked.
    pub fn asked_by(asks: Asks) -> Self {
        Self {
            number: asks.number.map(|_| Input::new("")),
            name: asks.name.then(|| Input::new("")),
            on_name: asks.number.is_none(),
            time: None,
            on_time: false,
            taken: None,
            again: false,
            complaint: None,
        }
    }

    /// The line that is being typed into.
    pub fn input(&mut self) -> Option<&mut Input> {
        if self.on_time {
            self.time.as_mut()
        } else if self.on_name {
            self.name.as_mut()
        } else {
            self.number.as_mut()
        }
    }

    /// Whether the name is typed only once the number is.
    pub fn awaits_name(&self) -> bool {
        self.number.is_some() && self.name.is_some() && !self.on_name
    }

    /// Begins to type a time, or takes it away again.
    pub fn swap_time(&mut self) {
        self.complaint = None;
        self.taken = None;
        self.on_time = self.time.is_none();
        self.time = self.on_time.then(|| Input::new(""));
    }

    /// Whether the time that was taken can be typed over: nothing is typed behind it yet.
    pub fn may_edit_time(&mut self) -> bool {
        self.taken.is_some()
            && !self.on_time
            && self.input().is_none_or(|input| input.text().is_empty())
    }

    /// Types the time that was taken anew.
    pub fn edit_time(&mut self) {
        self.complaint = None;
        self.taken = None;
        self.on_time = true;
    }

    /// The time that is given, as it is understood; `None` where none is.
    pub fn due(&self, now: Timestamp) -> Option<Result<Due, String>> {
        if let Some(taken) = self.taken.as_ref().filter(|_| !self.on_time) {
            let is_past = taken.timestamp() <= now;
            let past = || {
                format!(
                    "{} is past by now. F4 gives another time.",
                    moment(&taken.at)
                )
            };
            return Some(if is_past {
                Err(past())
            } else {
                Ok(taken.clone())
            });
        }
        let now = now.to_zoned(TimeZone::system());
        let input = self.time.as_ref()?;
        let (time, _) = parts(input.text());
        Some(self.expect().and_then(|_| due::read(time, &now)))
    }

    /// How many contacts a launch with a time may reach then, where that is given.
    ///
    /// # Errors
    /// A sentence, where what stands behind `expect` is no range.
    pub fn expect(&self) -> Result<Option<Expected>, String> {
        let typed = self.time.as_ref().and_then(|input| parts(input.text()).1);
        let read = |range: &str| range.trim().parse();
        typed
            .map(read)
            .transpose()
            .map_err(|why| format!("Behind expect {why}: expect 900..1100."))
    }

    /// The number that is typed, if it is one.
    pub fn number(&self) -> Option<u64> {
        self.number
            .as_ref()
            .and_then(|input| input.text().replace(',', "").trim().parse().ok())
    }

    /// The name that is typed, if one is asked for.
    pub fn name(&self) -> Option<String> {
        self.name.as_ref().map(|input| input.text().to_owned())
    }
}

/// The time and the range behind `expect`, if there is one.
fn parts(text: &str) -> (&str, Option<&str>) {
    let word = "expect";
    let lower = text.to_ascii_lowercase();
    let place = lower.rfind(word).filter(|place| {
        let begins = text[..*place].chars().next_back();
        let ends = text[place + word.len()..].chars().next();
        begins.is_none_or(char::is_whitespace) && ends.is_none_or(char::is_whitespace)
    });
    match place {
        Some(place) => (&text[..place], Some(&text[place + word.len()..])),
        None => (text, None),
    }
}

/// What is wrong with the number of contacts that is expected: it is to hold now already.
pub fn unexpected(review: &Review, typed: &Typed) -> Option<String> {
    let expected = typed.expect().ok().flatten()?;
    expected
        .check(review.preview.who.to_expect())
        .err()
        .map(|why| {
            let why = why.trim_end_matches("Nothing was sent.").trim_end();
            format!("{why} Give another range, or none.")
        })
}

/// What is still missing or wrong in what was typed; moves to the line it is about.
pub fn complaint(review: &Review, asks: Asks, typed: &mut Typed) -> Option<String> {
    if let Some(number) = asks.number
        && typed.number() != Some(number)
    {
        typed.on_name = false;
        let is_sure = review.preview.who.count() == Some(number);
        let complaint = if is_sure {
            "Type the number of contacts that stands above."
        } else {
            "Type how many it reaches at the most, as it stands above."
        };
        return Some(complaint.to_owned());
    }
    let name_is_due = asks.name && (typed.on_name || typed.number.is_none());
    if name_is_due && typed.name().as_deref() != Some(review.broadcast.name.as_str()) {
        return Some("Type the broadcast's name exactly as it stands above.".to_owned());
    }
    None
}
