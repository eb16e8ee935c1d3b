//! What keys can mean.

use serde::Deserialize;

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
    /// Look at what waits for its time.
    Waiting: "waiting", "what waits for its time, and what was missed: look, or take back";
    /// Take a waiting launch back.
    TakeBack: "take back", "take the selected launch back, until the last moment; of one that was missed: it was seen";
    /// Give the launch a time.
    GiveTime: "at a time", "give the launch a time: 09:00, tomorrow 9:00, in 30 min; it waits here until then";
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
    /// Explain the filter and its contacts.
    Why: "why", "why: what each condition does, and which of them decide of a contact";
    /// Ask for a contact by name.
    AskContact: "another contact", "ask for any contact, by its user_id, phone number, or CHANNEL:ID";
    /// Explain the contact that was asked for.
    ExplainContact: "explain", "say why this contact is reached, or isn't";
    /// Take the suggestion in the place of what is odd.
    TakeMeant: "take the suggestion", "put the name or value that was probably meant in the place of one that no contact has";
    /// Take what another console made of the draft.
    TakeTheirs: "take theirs", "take what another console made of this draft; yours is one undo away";
    /// Keep the draft, although another console changed it.
    KeepOurs: "keep yours", "keep your draft although another console changed it; theirs is set aside";
    /// Choose the form.
    Form: "form", "choose one of the five forms of a launch; what was written for another stays";
    /// Swap GET and POST.
    Method: "GET, POST", "swap GET and POST";
    /// Show the body in lines, or exactly.
    BodyMode: "pretty, exact", "show the body in lines, or exactly as it is sent";
    /// Review and launch.
    Review: "review and launch", "review everything, then launch";
    /// Rehearse the launch.
    Rehearse: "rehearse", "rehearse: send the same bytes to a throw-away sandbox and see what it does";
    /// Stop a rehearsal.
    StopRehearsal: "stop", "stop the rehearsal; nothing of it is left";
    /// Jump to the next problem.
    NextProblem: "next problem", "jump to the next problem";
    /// Start over with an empty draft.
    Clear: "clear", "start over with an empty draft";
    /// Switch the selected setting.
    Toggle: "switch", "switch a setting on or off, AND and OR";
    /// Copy as curl.
    Copy: "copy as curl", "copy the call as curl, secrets replaced by variables";
    /// Take what is typed.
    Accept: "take it", "take what is typed";
    /// Complete what is typed.
    Complete: "complete", "complete with the suggestion, and go to the next cell";
    /// Take what is typed and go down.
    TakeDown: "take, go down", "take what is typed or chosen, and go down; after a row just added, type the next";
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
    /// Send no further call of a batch.
    StopBatch: "stop", "stop after the call that is on its way: no further one is sent, and the rest can be resumed";
    /// Stop a batch that is being sent, wherever from.
    StopSending: "stop sending", "stop a batch that is being sent after the call that is on its way; of another process it says whose it is";
    /// Look at the launch in the log.
    SeeInLog: "see it in the log", "open the log";
    /// Change the choice.
    Choose: "choose", "swap sent and not sent";
    /// Scroll a text down.
    ScrollDown: "scroll down", "scroll down";
    /// Scroll a text up.
    ScrollUp: "scroll up", "scroll up";
    /// Import targets from a file.
    Import: "import", "take targets from a CSV or TSV file";
    /// Read the whole file without taking anything.
    ReadFile: "read it", "read the file and say what would be taken; nothing is changed";
    /// Take a column, or leave it.
    TakeColumn: "take, leave", "take the column, or leave it out";
    /// Stop reading.
    StopReading: "stop", "stop reading; nothing is taken";
    /// Take what was read.
    TakeTargets: "take them", "make them the draft's targets; u takes it back";
    /// Instead of the draft's targets, or behind them.
    Behind: "instead, behind", "take them instead of the draft's targets, or behind them";
    /// Write rejected rows.
    WriteRejected: "write rejected", "write the rejected rows with their reasons to a file";
    /// Write a file.
    WriteFile: "write", "write the file; one that is there is never replaced unasked";
    /// Replace a file.
    Replace: "replace", "replace the file that is there";
    /// Open the suppression list.
    Suppressions: "suppressed", "the suppression list: who is never written to";
    /// Put people on the suppression list.
    Suppress: "put on the list", "put them on the suppression list";
    /// What the column holds.
    ColumnKind: "ids, phones", "read the column as ids, or as phone numbers";
    /// Yes.
    Yes: "yes", "yes, do it";
    /// Open what a draft can start from.
    StartFrom: "start from", "start from saved filters, an audience, a plan, an earlier launch or a file";
    /// Start from the selected row.
    Start: "start", "start from the selected row; u takes it back";
    /// Of an earlier launch, what was not sent.
    StartRest: "what was not sent", "start from what of the selected launch was not sent";
    /// Save the filters by a name.
    SaveFilters: "save these filters", "save the draft's filters by a name";
    /// Give another name.
    Rename: "rename", "give the selected filters another name";
    /// Save under the name.
    SaveName: "save", "save under this name";
    /// Choose the selected row.
    Pick: "choose", "choose the selected row";
    /// Edit the raw body, or the plan, in another program.
    Editor: "$EDITOR", "edit the raw body in $EDITOR; with another form the whole plan";
    /// Edit the whole plan in another program.
    EditPlan: "plan in $EDITOR", "edit the whole plan as JSON in $EDITOR";
    /// Lay a raw body out in lines.
    LayOut: "in lines", "lay the JSON out in lines, or put it on one line again";
    /// Save the draft as a plan.
    SavePlan: "save plan", "save the draft as a plan by name";
    /// Look at the saved plans.
    Plans: "saved plans", "open or delete a plan that was saved by name";
    /// Delete a saved plan.
    DeletePlan: "delete", "delete the selected plan; asks twice";
    /// Swap a choice.
    NextField: "next", "the next value";
    /// The value before.
    PreviousField: "before", "the value before";
    /// Launch the same again.
    LaunchAgain: "again", "open this launch as a new draft";
    /// Resume a stopped batch.
    LaunchRest: "the rest", "open the rest, what a stopped batch has not sent, as a new draft";
    /// Show what changed.
    Changes: "what changed", "show what changed since the launch before";
    /// Write a launch to a file.
    Export: "export", "write the launch with its bodies to a file";
    /// The next call.
    NextCall: "next call", "show the next call of the batch";
    /// The call before.
    PreviousCall: "call before", "show the call before";
    /// Look through the contacts.
    Browse: "browse", "browse: the contacts as a table of any length";
    /// Sort by the column.
    SortColumn: "sort", "sort by the column: rising, falling, then as the cache has them";
    /// Search the rows.
    SearchRows: "search", "search as you type, in all columns that are shown";
    /// The next hit.
    NextHit: "next hit", "the next row that holds what is looked for";
    /// The hit before.
    PreviousHit: "hit before", "the row before that holds what is looked for";
    /// Go to a contact or a row.
    GoTo: "go to", "go to a contact by user_id or phone number, or to a row by #12";
    /// Show the next group of contacts.
    NextGroup: "others", "show others: matching, not by all readings, not known, not matching, all";
    /// Show the group before.
    PreviousGroup: "others before", "show the group of contacts before";
    /// Choose columns.
    Columns: "columns", "choose columns and their order; remembered for the bot";
    /// Take the chosen columns.
    UseColumns: "use them", "show these columns from now on";
    /// Move the column to the front.
    ColumnUp: "move up", "move the column up, to the left of the table";
    /// Move the column to the back.
    ColumnDown: "move down", "move the column down, to the right of the table";
    /// All columns, or none.
    AllColumns: "all, none", "take all columns, or none but the first";
    /// Write the listed contacts to a file.
    ExportCsv: "export", "write the listed contacts with the shown columns to a CSV file";
    /// The next contact.
    NextContact: "next contact", "the next contact of the list";
    /// The contact before.
    PreviousContact: "contact before", "the contact before";
    /// The next launch to the contact.
    NextLaunch: "next launch", "mark the next launch that reached it";
    /// Open a launch to the contact.
    OpenLaunch: "open launch", "open the marked launch";
    /// Look at the values of a field.
    Values: "values", "the values of the field as bars, to pick from";
    /// Pick a value.
    PickValue: "pick", "pick the value; of a range, show its values";
    /// Order of the values.
    ValuesOrder: "order", "the most frequent first, or by value";
    /// Ranges, or each value.
    Ranges: "ranges, values", "numbers and dates in ranges, or value by value";
}
