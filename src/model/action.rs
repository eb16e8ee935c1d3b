//! What keys can mean, and where they mean it.

use serde::Deserialize;

/// A place in which keys have meanings. Footer, help and lookup all go by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    /// Wherever nothing is typed.
    Everywhere,
    /// Any list or table.
    List,
    /// The bots.
    Bots,
    /// The broadcasts of a bot.
    Broadcasts,
    /// The builder.
    Compose,
    /// The grid of targets in the builder.
    Targets,
    /// The settings of a broadcast.
    Settings,
    /// The launches.
    Log,
    /// One launch.
    Launch,
    /// The text that narrows a list, while it is typed.
    Filter,
    /// A text that is being typed.
    Field,
    /// A cell of the grid that is being typed into.
    Cell,
    /// A text that is looked for, while it is typed.
    Search,
    /// The review of a launch.
    Review,
    /// A review of what can't be launched.
    Refused,
    /// A launch under way.
    Sending,
    /// What became of a launch.
    Outcome,
    /// The settling of an unknown launch.
    Settle,
    /// The page of keys.
    Help,
}

impl Context {
    /// Its heading on the page of keys.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::List => "Lists",
            Self::Bots => "Bots",
            Self::Broadcasts => "Broadcasts",
            Self::Compose => "Compose",
            Self::Targets => "Compose, in the grid of targets",
            Self::Cell => "While typing in the grid",
            Self::Search => "While finding in the grid",
            Self::Settings => "Settings",
            Self::Log => "Log",
            Self::Launch => "A launch",
            Self::Filter => "While filtering",
            Self::Field => "While typing",
            Self::Review => "Review",
            Self::Refused => "Review, refused",
            Self::Sending => "While sending",
            Self::Outcome => "Outcome",
            Self::Settle => "Settle",
            Self::Help => "Help",
        }
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident: $label:literal, $help:literal;)*) => {
        /// What a key means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Action {
            $($(#[$doc])* $variant,)*
        }

        impl Action {
            /// Every action.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its word beside the key in the footer.
            pub fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)*
                }
            }

            /// Its sentence on the page of keys.
            pub fn help(self) -> &'static str {
                match self {
                    $(Self::$variant => $help,)*
                }
            }
        }
    };
}

actions! {
    /// End the program.
    Quit: "quit", "end the program; drafts are kept, a launch in flight is finished first";
    /// Show all keys.
    Help: "help", "show every key that works here";
    /// One level up.
    Back: "back", "one level up";
    /// Ask the platform for everything.
    Sync: "sync", "ask the platform for bots, broadcasts and contacts";
    /// Settle the oldest unknown launch.
    Settle: "settle", "say what became of a launch with unknown outcome";
    /// The next tab.
    NextTab: "next tab", "the next tab";
    /// The tab before.
    PreviousTab: "previous tab", "the tab before";
    /// The first tab.
    Tab1: "first tab", "the first tab";
    /// The second tab.
    Tab2: "second tab", "the second tab";
    /// The third tab.
    Tab3: "third tab", "the third tab";
    /// Up.
    Up: "up", "up";
    /// Down.
    Down: "down", "down";
    /// Left.
    Left: "left", "left";
    /// Right.
    Right: "right", "right";
    /// A page up.
    PageUp: "page up", "a page up";
    /// A page down.
    PageDown: "page down", "a page down";
    /// The first row.
    Top: "first", "to the first row";
    /// The last row.
    Bottom: "last", "to the last row";
    /// Narrow a list.
    Filter: "filter", "narrow the list by typing a part of a name";
    /// End the typing of a filter; the list stays narrowed.
    KeepFilter: "keep", "end the typing; the list stays narrowed";
    /// Show the whole list again.
    ClearFilter: "clear", "show the whole list again";
    /// Go into the selected row.
    Open: "open", "open the selected row";
    /// Go to the builder.
    Compose: "compose", "compose a launch of the selected broadcast";
    /// Enable or disable.
    ToggleEnabled: "enable, disable", "enable or disable the selected broadcast on the platform";
    /// Go to the settings.
    Settings: "settings", "the settings of the selected broadcast";
    /// Go to the log.
    Log: "log", "the launches";
    /// Sort a table by the next column.
    Sort: "sort", "sort by the next column";
    /// Edit the cell.
    Edit: "edit", "edit what the cursor is on";
    /// Add a row.
    Add: "add", "add a row";
    /// Remove a row.
    Remove: "remove", "remove the row";
    /// Take the last change back.
    Undo: "undo", "take the last change back";
    /// Do it again.
    Redo: "redo", "do it again";
    /// The next pane.
    NextPane: "next pane", "the next pane";
    /// The pane before.
    PreviousPane: "previous pane", "the pane before";
    /// Go to the filters.
    ShowWho: "who", "go to the filters";
    /// Go to the contacts.
    ShowContacts: "contacts", "go to the contacts that it reaches";
    /// Go to the body.
    ShowBody: "body", "go to the body that is sent";
    /// Find a text in the grid.
    Find: "find", "find a text in any cell: Enter and ↓ go on, ↑ goes back";
    /// Go to the first column.
    FirstColumn: "first column", "to the first column";
    /// Go to the last column.
    LastColumn: "last column", "to the last column";
    /// Add a column.
    AddColumn: "add column", "add a column: type the variable's name";
    /// Rename the column.
    RenameColumn: "rename column", "rename the column in every row";
    /// Remove the column.
    RemoveColumn: "remove column", "remove the column from every row";
    /// Mark a range of rows.
    MarkRows: "mark rows", "begin a range of rows, or end it; Esc leaves it";
    /// Fill down.
    FillDown: "fill down", "put the cell's value into all rows below, or into the marked ones";
    /// Freeze contacts as targets.
    Freeze: "freeze", "freeze: the contacts that it reaches now become a list of targets";
    /// Take out who was reached.
    WithoutReached: "without those reached", "take out the contacts who got this broadcast within the repeat window";
    /// The next call's body.
    NextCall: "next call", "show the body of the next call";
    /// The body of the call before.
    PreviousCall: "call before", "show the body of the call before";
    /// Choose the form.
    Form: "form", "choose who gets it: filters, or the configured audience";
    /// Swap GET and POST.
    Method: "GET, POST", "swap GET and POST";
    /// Show the body in lines, or exactly.
    BodyMode: "pretty, exact", "show the body in lines, or exactly as it is sent";
    /// Review and launch.
    Review: "review and launch", "review everything, then launch";
    /// Jump to the next problem.
    NextProblem: "next problem", "jump to the next problem";
    /// Start over with an empty draft.
    Clear: "clear", "start over with an empty draft";
    /// Switch the selected setting.
    Toggle: "switch", "switch the selected setting on or off";
    /// Copy as curl.
    Copy: "copy as curl", "copy the call as curl, secrets replaced by variables";
    /// Take what is typed.
    Accept: "take it", "take what is typed";
    /// Complete what is typed.
    Complete: "complete", "complete with the suggestion, and go to the next cell";
    /// Take what is typed and go down.
    TakeDown: "take, go down", "take what is typed or chosen, and type in the row below";
    /// Take what is typed and go right.
    TakeRight: "go right", "take what is typed or chosen, and type in the next cell";
    /// The next cell that holds it.
    FindNext: "next", "the next cell that holds it";
    /// The cell before that holds it.
    FindPrevious: "before", "the cell before that holds it";
    /// Leave the field.
    Leave: "stop typing", "leave the field; what is typed stays";
    /// The next suggestion.
    NextSuggestion: "choose", "the next suggestion";
    /// The suggestion before.
    PreviousSuggestion: "choose", "the suggestion before";
    /// Confirm.
    Confirm: "launch", "launch, once everything that is asked for is typed";
    /// Look at the whole body.
    Body: "whole body", "show the whole body, or the summary";
    /// Send the same again.
    Again: "again", "accept that the same body went to this broadcast already";
    /// Leave a launch under way alone.
    StopWatching: "stop watching", "leave the launch alone: it goes on, and its outcome is put on the record";
    /// Look at the launch in the log.
    SeeInLog: "see it in the log", "open the log";
    /// Change the choice.
    Choose: "choose", "swap sent and not sent";
    /// Scroll a text down.
    ScrollDown: "scroll down", "scroll down";
    /// Scroll a text up.
    ScrollUp: "scroll up", "scroll up";
}
