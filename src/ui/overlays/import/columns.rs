//! What each column of the file is taken for, and what holds for rows that don't say.

use crossterm::event::KeyEvent;

use crate::audience::{ColumnMapping, ColumnUse, Country};
use crate::domain::record::CHANNELS;
use crate::model::Action;
use crate::model::file::OpenedFile;
use crate::model::message::Candidate;
use crate::ui::picture::Picture;
use crate::ui::widgets::list::List;
use crate::ui::widgets::pick::{Pick, Picked};

/// Names by which the platform tells contacts apart.
pub const IDENTITY: [&str; 3] = ["user_id", "user_phone_number", "bot_channel"];

/// The columns of a file.
pub struct Columns {
    /// The file's beginning.
    pub file: OpenedFile,
    /// What each column is taken for.
    pub uses: Vec<ColumnUse>,
    /// The channel of rows without one; empty for none.
    pub channel: String,
    /// The country of phone numbers without its code; empty for none.
    pub country: String,
    /// The cell that is typed into.
    pub editing: Option<Pick>,
    /// What is wrong, or was done.
    pub said: Option<Said>,
    /// The row of the list, counted through the columns alone.
    pub list: List,
    /// The place of the cursor: a column, or one of the rows below them.
    pub cursor: usize,
    channels: Vec<Candidate>,
}

/// Something to be read below the columns.
pub enum Said {
    /// It can't go on so.
    Wrong(String),
    /// It was done.
    Done(String),
}

/// What the cursor is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// A column of the file.
    Column(usize),
    /// The channel of rows without one.
    Channel,
    /// The country of phone numbers.
    Country,
    /// The way on.
    End,
}

impl Columns {
    /// Starts with what suggests itself, for a bot of these channels; the cursor is on the way on.
    pub fn new(file: OpenedFile, of_bot: &[String]) -> Self {
        let uses = file.mapping.0.clone();
        let mut channels = file.channels.clone();
        for name in of_bot.iter().map(|name| class_of(name)) {
            if channels.iter().all(|known| known.text != name) {
                let contacts = 0;
                channels.push(Candidate {
                    text: name,
                    contacts,
                });
            }
        }
        let channel = match channels.as_slice() {
            [only] => only.text.clone(),
            _ => String::new(),
        };
        let cursor = uses.len() + 2;
        Self {
            uses,
            channel,
            country: file.country.clone().unwrap_or_default(),
            file,
            editing: None,
            said: None,
            list: List::default(),
            cursor,
            channels,
        }
    }

    /// What the cursor is on.
    pub fn at(&self) -> At {
        match self.cursor.checked_sub(self.uses.len()) {
            None => At::Column(self.cursor),
            Some(0) => At::Channel,
            Some(1) => At::Country,
            Some(_) => At::End,
        }
    }

    /// Whether the cursor is on the way on.
    pub fn is_at_end(&self) -> bool {
        self.at() == At::End
    }

    /// Whether keys go into a cell.
    pub fn is_typing(&self) -> bool {
        self.editing.is_some()
    }

    /// Whether an action does something now.
    pub fn offers(&self, action: Action) -> bool {
        match action {
            Action::TakeColumn => matches!(self.at(), At::Column(_)),
            _ => true,
        }
    }

    /// What each column is taken for.
    pub fn mapping(&self) -> ColumnMapping {
        ColumnMapping(self.uses.clone())
    }

    /// The channel of rows without one.
    pub fn channel(&self) -> Option<String> {
        Some(self.channel.clone()).filter(|channel| !channel.is_empty())
    }

    /// The country of phone numbers without its code.
    pub fn country(&self) -> Option<String> {
        Some(self.country.clone()).filter(|country| !country.is_empty())
    }

    /// Says something that is no problem.
    pub fn say(&mut self, text: &str) {
        self.said = Some(Said::Done(text.to_owned()));
    }

    /// Says what is wrong.
    pub fn fail(&mut self, text: &str) {
        self.said = Some(Said::Wrong(text.to_owned()));
    }

    /// Whether it can be read so; says what is wrong where not.
    pub fn check(&mut self) -> bool {
        self.said = None;
        if !self.country.is_empty() && Country::parse(&self.country).is_none() {
            self.fail("No country has this code. Write its two letters, such as IT, or nothing.");
        } else if let Err(error) = self.mapping().check(&self.file.header.columns) {
            self.fail(&error.to_string());
        }
        self.said.is_none()
    }

    /// Takes an action while nothing is typed.
    pub fn act(&mut self, action: Action) {
        let rows = self.uses.len() + 3;
        match action {
            Action::Edit => self.edit(),
            Action::TakeColumn => self.swap(),
            _ => {
                let mut all = List {
                    cursor: self.cursor,
                    page: self.list.page,
                    ..List::default()
                };
                if action != Action::Filter && all.act(action, rows) {
                    self.cursor = all.cursor;
                }
            }
        }
        if let At::Column(column) = self.at() {
            self.list.cursor = column;
        }
    }

    fn edit(&mut self) {
        self.said = None;
        let plain = |text: &str| Candidate {
            text: text.to_owned(),
            contacts: 0,
        };
        self.editing = match self.at() {
            At::Column(column) => {
                let text = self.uses[column].variable().unwrap_or_default();
                let others = self.file.variables.iter();
                let others = others.filter(|known| !IDENTITY.contains(&known.text.as_str()));
                let all = IDENTITY
                    .iter()
                    .map(|name| plain(name))
                    .chain(others.cloned());
                Some(Pick::new(text, all.collect()))
            }
            At::Channel => Some(Pick::new(&self.channel, self.channels.clone())),
            At::Country => Some(Pick::new(&self.country, Vec::new())),
            At::End => None,
        };
    }

    /// Takes the column by its own name, or leaves it out.
    fn swap(&mut self) {
        self.said = None;
        if let At::Column(column) = self.at() {
            let name = self
                .file
                .header
                .columns
                .get(column)
                .map_or("", String::as_str);
            self.uses[column] = match &self.uses[column] {
                ColumnUse::Ignored => ColumnUse::of(name),
                ColumnUse::Variable(_) => ColumnUse::Ignored,
            };
        }
    }

    /// Takes a key while a cell is typed into.
    pub fn typed(&mut self, key: KeyEvent, action: Option<Action>) {
        let Some(pick) = &mut self.editing else {
            return;
        };
        match pick.key(key, action) {
            Picked::Typing => return,
            Picked::Taken(text) => self.write(&text),
            Picked::Left => {}
        }
        self.editing = None;
    }

    fn write(&mut self, text: &str) {
        match self.at() {
            At::Column(column) => self.uses[column] = ColumnUse::of(text),
            At::Channel if self.on(text).is_some() => text.clone_into(&mut self.channel),
            At::Channel => self.channel = class_of(text),
            At::Country => self.country = text.to_uppercase(),
            At::End => {}
        }
        self.check();
    }

    /// Takes a paste into the cell that is typed into.
    pub fn paste(&mut self, text: &str) {
        if let Some(pick) = &mut self.editing {
            pick.paste(text);
        }
    }

    /// How many contacts are on a channel; `None` where neither they nor the bot know it.
    pub fn on(&self, channel: &str) -> Option<u64> {
        let known = self.channels.iter().find(|known| known.text == channel);
        known.map(|known| known.contacts)
    }

    /// How many contacts have a variable; `None` where nobody does.
    pub fn known(&self, variable: &str) -> Option<u64> {
        let known = self
            .file
            .variables
            .iter()
            .find(|known| known.text == variable);
        known.map(|known| known.contacts)
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        self.list.offset = picture.text_limit;
        self.list.page = picture.text_page;
    }
}

/// The class name that `bot_channel` holds `[D]` where a bot lists a channel by its short name: `WhatsAppChannel` for
/// `WhatsApp`. What is neither stays as it is.
fn class_of(name: &str) -> String {
    let is_class = |class: &&&str| {
        let short = class.strip_suffix("Channel").unwrap_or(class);
        class.eq_ignore_ascii_case(name) || short.eq_ignore_ascii_case(name)
    };
    let class = CHANNELS.iter().find(is_class);
    class.map_or_else(|| name.to_owned(), |class| (*class).to_owned())
}
