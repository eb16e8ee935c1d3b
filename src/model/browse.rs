//! What is wanted of contacts that are looked through, and the answers.
//!
//! The table itself is shared with the screen, which reads what is in sight straight from it. What takes time in
//! proportion to the contacts - sorting, searching, counting values, writing a file - is asked for here.

use std::sync::Arc;

use super::effect::BroadcastKey;
use super::notice::Notice;
use crate::audience::{Scene, Sort, Values, ValuesOf};
use crate::domain::contact::ContactInFull;
use crate::domain::plan::Plan;

/// Something to be done with contacts that are looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrowseWork {
    /// Find the contacts of a plan, or all of a bot; a newer one overtakes.
    Open(Whose),
    /// Put a group in order, and search it; a newer one overtakes.
    Arrange(Box<Arrange>),
    /// Find one contact by its `user_id` or phone number.
    Find {
        /// Where.
        place: Listed,
        /// What was typed.
        text: String,
    },
    /// Tell everything of the contact in a row.
    Look {
        /// The bot's key.
        bot: String,
        /// Where.
        place: Listed,
        /// Its row.
        row: u32,
    },
    /// Count the values of a field; a newer one overtakes.
    Count {
        /// Among whom; the contacts of `whose` where nothing is listed yet.
        among: Option<Listed>,
        /// Whose contacts.
        whose: Whose,
        /// What is asked.
        asked: ValuesOf,
    },
    /// Remember the columns for the contacts of a bot (its key).
    RememberColumns(String, Vec<String>),
    /// Write the listed contacts to a CSV file.
    Export(Box<Export>),
    /// Stop writing; nothing is left of the file.
    StopExport,
}

/// Whose contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// The bot's key.
    pub bot: String,
    /// The plan that reaches them, and its broadcast; all of the bot without one.
    pub plan: Option<(BroadcastKey, Arc<Plan>)>,
}

/// A group of a scene, with its rows in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The scene.
    pub scene: Arc<Scene>,
    /// The group, by its place.
    pub group: usize,
    /// Its rows in order.
    pub rows: Arc<Vec<u32>>,
}

/// How a group is to be put in order, and what is looked for in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrange {
    /// The scene.
    pub scene: Arc<Scene>,
    /// The group, by its place.
    pub group: usize,
    /// By which field; without, as the cache has them.
    pub sort: Option<Sort>,
    /// The rows, where they are in that order already.
    pub rows: Option<Arc<Vec<u32>>>,
    /// What is looked for; empty for nothing.
    pub text: String,
    /// The columns it is looked for in.
    pub columns: Vec<String>,
    /// The row whose place is wanted.
    pub keep: Option<u32>,
}

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Who.
    pub place: Listed,
    /// Which columns.
    pub columns: Vec<String>,
    /// The path, as it was typed.
    pub path: String,
    /// Whether a file of that name is replaced.
    pub replace: bool,
}

/// The answer about contacts that are looked through.
#[derive(Debug, Clone)]
pub enum BrowseReply {
    /// The contacts, and the columns that were remembered for them; or why there are none.
    Opened(Result<(Arc<Scene>, Option<Vec<String>>), Notice>),
    /// A group in order.
    Arranged(Arranged),
    /// One contact, by its row: the place in the list, or the group that has it and the place there; nothing where the
    /// cache has no such contact.
    Found(Option<Finding>),
    /// Everything of one contact.
    Looked(Result<Box<ContactInFull>, Notice>),
    /// The values of a field, and among whom they were counted.
    Counted(Result<(Box<Values>, Arc<Scene>), Notice>),
    /// So many contacts are written.
    Exporting(u64),
    /// The file is written, or it was stopped, or why not.
    Exported(Result<Option<Notice>, super::file::NotWritten>),
}

/// A group in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arranged {
    /// The group.
    pub group: usize,
    /// By which field.
    pub sort: Option<Sort>,
    /// Its rows.
    pub rows: Arc<Vec<u32>>,
    /// The places, rising, of those that hold what was looked for; none where nothing was.
    pub hits: Arc<Vec<u32>>,
    /// What was looked for.
    pub text: String,
    /// The place of the row that was asked for.
    pub at: Option<usize>,
}

/// One contact that was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// Its row.
    pub row: u32,
    /// Its place in the list; `None` where it isn't listed.
    pub at: Option<usize>,
    /// The group that has it where the list has not, by its place.
    pub group: usize,
}
