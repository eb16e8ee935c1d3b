//! Where keys mean something.

use serde::Deserialize;

/// A place in which keys have meanings. Footer, help and lookup all go by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    /// Wherever nothing is typed.
    Everywhere,
    /// A screen with nothing over it.
    Places,
    /// Any list or table.
    List,
    /// Whatever has cells side by side.
    Cells,
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
    /// A launch of several calls under way.
    Batch,
    /// What became of a launch.
    Outcome,
    /// The settling of an unknown launch.
    Settle,
    /// The page of keys.
    Help,
    /// Importing: the name of the file.
    ImportFile,
    /// Importing: what its columns are taken for.
    ImportColumns,
    /// Importing: the file is read.
    ImportReading,
    /// Importing: what was read.
    Imported,
    /// The name of a file that is written.
    WriteFile,
    /// The suppression list.
    Suppressions,
    /// Adding to the suppression list.
    SuppressionAdd,
    /// The column of a file for the suppression list.
    SuppressionColumn,
    /// A question to be answered with Enter or Esc.
    Question,
    /// What a draft can start from.
    StartFrom,
    /// A name that is typed.
    Name,
    /// Contacts as a table.
    Browse,
    /// A text that contacts are searched for, while it is typed.
    BrowseSearch,
    /// A contact or row that is gone to, while it is typed.
    BrowseGo,
    /// The choice of columns.
    BrowseColumns,
    /// A file that is written.
    Exporting,
    /// One contact in full.
    Contact,
    /// The values of a field.
    Values,
    /// Why contacts match.
    Why,
    /// The contact that is to be explained, while it is typed.
    WhyAsk,
    /// The choice among the five forms.
    Forms,
    /// A raw body that is being typed.
    Text,
    /// The plans that were saved by name.
    Plans,
    /// The name under which a plan is saved.
    SavePlan,
    /// The places of a template that are filled in.
    Template,
    /// A launch is being rehearsed.
    Rehearsing,
    /// What came of a rehearsal.
    Rehearsal,
    /// What waits for its time.
    Waiting,
    /// The time that is given to a launch that waits, instead of its own.
    Moving,
}

impl Context {
    /// Its heading on the page of keys.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Places => "On every screen",
            Self::List => "Lists",
            Self::Cells => "Cells",
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
            Self::Batch => "While sending a batch",
            Self::Outcome => "Outcome",
            Self::Settle => "Settle",
            Self::Help => "Help",
            Self::ImportFile => "Import: the file",
            Self::ImportColumns => "Import: the columns",
            Self::ImportReading => "Import: reading",
            Self::Imported => "Import: what was read",
            Self::WriteFile => "Writing a file",
            Self::Suppressions => "Suppression list",
            Self::SuppressionAdd => "Suppression list: adding",
            Self::SuppressionColumn => "Suppression list: a file's column",
            Self::Question => "A question",
            Self::StartFrom => "Start from",
            Self::Name => "A name",
            Self::Browse => "Contacts",
            Self::BrowseSearch => "Contacts, while searching",
            Self::BrowseGo => "Contacts, while typing where to go",
            Self::BrowseColumns => "Contacts, choosing columns",
            Self::Exporting => "Contacts, while writing a file",
            Self::Contact => "A contact",
            Self::Values => "The values of a field",
            Self::Why => "Why contacts match",
            Self::WhyAsk => "Asking for a contact",
            Self::Forms => "Choosing a form",
            Self::Text => "While typing raw JSON",
            Self::Plans => "Saved plans",
            Self::SavePlan => "Saving a plan",
            Self::Template => "Filling in a template",
            Self::Rehearsing => "While rehearsing",
            Self::Rehearsal => "A rehearsal",
            Self::Waiting => "Waiting launches",
            Self::Moving => "Waiting launches, giving another time",
        }
    }
}
