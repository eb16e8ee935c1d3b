//! What is wrong with a plan, found while it is typed: each problem with a stable code, its place and what to do.

mod audience;
mod identity;
mod plan;
mod state;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

pub use audience::{Known, audience_problems, what_differs};
pub use plan::plan_problems;
pub use state::{FormStanding, Surface, form_standing, state_problems};

/// How much a problem weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing can be launched.
    Error,
    /// The operator decides.
    Warning,
}

/// Where a problem lies, which decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The plan itself is wrong.
    Plan,
    /// The broadcast's state or settings forbid it.
    State,
    /// The operator decides.
    Warning,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $kind:ident;)*) => {
        /// A problem's stable code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Its name in JSON: `separator-in-value`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Where the problem lies.
            pub fn kind(self) -> Kind {
                match self {
                    $(Self::$variant => Kind::$kind,)*
                }
            }
        }
    };
}

codes! {
    /// The file is no plan.
    InvalidPlan = "invalid-plan", Plan;
    /// No such broadcast in the cache.
    UnknownBroadcast = "unknown-broadcast", Plan;
    /// More than one broadcast has the name.
    AmbiguousBroadcast = "ambiguous-broadcast", Plan;
    /// A `;` where the platform knows no escape for it.
    SeparatorInValue = "separator-in-value", Plan;
    /// A filter or variable without a name.
    MissingField = "missing-field", Plan;
    /// A criterion without its value.
    MissingValue = "missing-value", Plan;
    /// None of the twelve.
    UnknownCriterion = "unknown-criterion", Plan;
    /// A length that is no whole number.
    NotALength = "not-a-length", Plan;
    /// An audience without filters would be everyone.
    NoFilters = "no-filters", Plan;
    /// An empty list of targets.
    NoTargets = "no-targets", Plan;
    /// A target without `user_id` and `user_phone_number`.
    TargetNotIdentified = "target-not-identified", Plan;
    /// A body over the limit that can't be split.
    TooLarge = "too-large", Plan;
    /// A delay that is no whole number of minutes.
    DelayNotWhole = "delay-not-whole", Plan;
    /// A raw body that is no JSON.
    InvalidJson = "invalid-json", Plan;
    /// A GET takes no parameters.
    GetWithBody = "get-with-body", Plan;
    /// The verb is switched off.
    VerbNotAllowed = "verb-not-allowed", State;
    /// The broadcast is disabled.
    BroadcastDisabled = "broadcast-disabled", State;
    /// The execution button is switched off.
    ExecutionDisabled = "execution-disabled", State;
    /// It has no launch hook.
    NotOnDemand = "not-on-demand", State;
    /// The settings don't take this form.
    FormNotAllowed = "form-not-allowed", State;
    /// An audience that holds somebody on the suppression list, who can't be left out of it.
    SuppressedContact = "suppressed-contact", State;
    /// A value beside a criterion that takes none.
    UnexpectedValue = "unexpected-value", Warning;
    /// A variable that is set twice.
    DuplicateVariable = "duplicate-variable", Warning;
    /// A name that the platform will spell otherwise.
    VariableNotSnakeCase = "variable-not-snake-case", Warning;
    /// A value over 64 kB.
    VariableTooLong = "variable-too-long", Warning;
    /// More than 512 variables.
    TooManyVariables = "too-many-variables", Warning;
    /// An unknown contact that the platform can't create.
    TargetNotCreatable = "target-not-creatable", Warning;
    /// A channel that nobody of the bot is on.
    UnknownChannel = "unknown-channel", Warning;
    /// The same contact twice.
    DuplicateTarget = "duplicate-target", Warning;
    /// AND and OR in one filter.
    MixedJoin = "mixed-join", Warning;
    /// The count depends on how the filter is read.
    ReadingDiffers = "reading-differs", Warning;
    /// A mistyped field would not be refused.
    FilterNotRequired = "filter-not-required", Warning;
    /// The form is deprecated.
    DeprecatedForm = "deprecated-form", Warning;
    /// Nobody matches.
    NoMatch = "no-match", Warning;
    /// A row of a filter without which the same contacts match.
    NoEffect = "no-effect", Warning;
    /// The cached contacts are old.
    StaleContacts = "stale-contacts", Warning;
    /// A phone number that isn't E.164.
    PhoneNotE164 = "phone-not-e164", Warning;
    /// Only one of the contacts is reached.
    SingleContact = "single-contact", Warning;
    /// Contacts got this broadcast already.
    AlreadyLaunched = "already-launched", Warning;
    /// The count differs from the last launch's by more than the profile's factor.
    CountDiffers = "count-differs", Warning;
    /// Whom it reaches isn't known, so nobody on the suppression list could be found in it.
    SuppressionNotChecked = "suppression-not-checked", Warning;
}

impl Code {
    /// Whether it comes from counting contacts, not from the plan or the broadcast alone.
    pub fn is_of_contacts(self) -> bool {
        matches!(
            self,
            Self::NoMatch
                | Self::NoEffect
                | Self::ReadingDiffers
                | Self::SingleContact
                | Self::StaleContacts
                | Self::AlreadyLaunched
                | Self::CountDiffers
                | Self::TargetNotCreatable
                | Self::UnknownChannel
                | Self::SuppressedContact
                | Self::SuppressionNotChecked
        )
    }

    /// How much it weighs.
    pub fn severity(self) -> Severity {
        match self.kind() {
            Kind::Plan | Kind::State => Severity::Error,
            Kind::Warning => Severity::Warning,
        }
    }
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Problem {
    /// Its code.
    pub code: Code,
    /// Its place: a JSON Pointer into the plan, empty for the whole.
    pub at: String,
    /// A sentence that says what to do, fit to be shown.
    pub message: String,
}

impl Problem {
    /// A problem with its place and sentence. Outside text in the sentence goes through [`super::text::shown`] first.
    pub fn new(code: Code, at: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            at: at.into(),
            message: message.into(),
        }
    }

    /// Whether it keeps the plan from being launched.
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("code", self.code.name())?;
        map.serialize_entry("severity", &self.code.severity())?;
        map.serialize_entry("at", &self.at)?;
        map.serialize_entry("message", &self.message)?;
        map.end()
    }
}

/// Problems of one code that are listed one by one; the rest is counted in the last.
const LISTED_PER_CODE: usize = 20;

/// Collects problems of one code at many places, so that a list of 200,000 targets doesn't give 200,000 sentences.
pub struct Capped {
    code: Code,
    listed: Vec<Problem>,
    more: usize,
}

impl Capped {
    /// Begins with none of a code.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            listed: Vec::new(),
            more: 0,
        }
    }

    /// Adds one: place and sentence are made only where it is listed.
    pub fn push(&mut self, at: impl FnOnce() -> String, message: impl FnOnce() -> String) {
        if self.listed.len() < LISTED_PER_CODE {
            self.listed.push(Problem::new(self.code, at(), message()));
        } else {
            self.more += 1;
        }
    }

    /// Those that are listed; the last says how many more there are.
    pub fn into_problems(mut self) -> Vec<Problem> {
        if self.more > 0
            && let Some(last) = self.listed.last_mut()
        {
            let more = super::text::grouped(self.more as u64);
            last.message = format!("{} {more} more like this.", last.message);
        }
        self.listed
    }
}
