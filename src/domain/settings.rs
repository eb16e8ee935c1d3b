//! The eight On Demand settings of a broadcast.

use serde::Serialize;

/// The name of a setting: its key in tables, files and JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setting {
    /// The hook may be called as it is; otherwise each call needs a bot token `[D]`.
    DirectMode,
    /// A GET of the hook launches `[D]`.
    AllowGet,
    /// A POST to the hook launches `[D]`.
    AllowPost,
    /// The body must build a valid filter; otherwise any JSON is forwarded `[D]`.
    RequireValidFilter,
    /// At most one conversation is targeted, whatever body or audience say `[D]`.
    SingleContact,
    /// No execute button in the broadcasts view `[D]`: in this console too.
    DisableExecutionButton,
    /// Offered in the mobile application `[D]`.
    VisibleToMobile,
    /// For integrations that can't send an Authorization header `[D]`; waives it `[I]`.
    LegacyMode,
}

impl Setting {
    /// All eight in the order of the vendor's page.
    pub const ALL: [Self; 8] = [
        Self::DirectMode,
        Self::AllowGet,
        Self::AllowPost,
        Self::RequireValidFilter,
        Self::SingleContact,
        Self::DisableExecutionButton,
        Self::VisibleToMobile,
        Self::LegacyMode,
    ];

    /// Its key: `direct_mode`.
    pub fn key(self) -> &'static str {
        match self {
            Self::DirectMode => "direct_mode",
            Self::AllowGet => "allow_get",
            Self::AllowPost => "allow_post",
            Self::RequireValidFilter => "require_valid_filter",
            Self::SingleContact => "single_contact",
            Self::DisableExecutionButton => "disable_execution_button",
            Self::VisibleToMobile => "visible_to_mobile",
            Self::LegacyMode => "legacy_mode",
        }
    }

    /// Finds a setting by its key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.key() == key)
    }

    /// Its label on the vendor's page.
    pub fn label(self) -> &'static str {
        match self {
            Self::DirectMode => "Enable Direct Mode",
            Self::AllowGet => "Allow GET API verb",
            Self::AllowPost => "Allow POST API verb",
            Self::RequireValidFilter => "Require a Valid Filter in POST Payload",
            Self::SingleContact => "Enforce execution on a single contact",
            Self::DisableExecutionButton => "Disable direct execution UI Button",
            Self::VisibleToMobile => "Visible to Mobile Operators",
            Self::LegacyMode => "Enable Legacy Mode",
        }
    }

    /// What it does, and what it means for this console.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::DirectMode => {
                "On: whoever has the hook URL can launch. Off: each call needs a bot token. Here: on, no token is sent and the URL is masked."
            }
            Self::AllowGet => {
                "On: a GET of the hook launches to the configured audience. Here: off, plans with GET are refused."
            }
            Self::AllowPost => {
                "On: a POST to the hook launches. Here: off, plans with POST are refused."
            }
            Self::RequireValidFilter => {
                "On: the body must build a valid filter. Off: any JSON is accepted, and a mistyped field may reach the whole audience. Here: raw JSON only while it is off."
            }
            Self::SingleContact => {
                "On: at most one contact is reached, whatever body or audience say, and the platform picks. Here: a warning says so."
            }
            Self::DisableExecutionButton => {
                "On: no execute button in the broadcasts view. Here: no launch from the screen; the command line asks for --as-integration."
            }
            Self::VisibleToMobile => "On: offered in the mobile application. Here: only shown.",
            Self::LegacyMode => {
                "On: no Authorization header is asked for. Here: no token is sent, and the deprecated conversation form is allowed."
            }
        }
    }
}

/// What is recorded of a broadcast's settings; `None` where nobody recorded one. What is not known is not assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings([Option<bool>; 8]);

impl Settings {
    /// What is recorded of one setting.
    pub fn get(&self, setting: Setting) -> Option<bool> {
        self.0[setting as usize]
    }

    /// Records one setting.
    pub fn set(&mut self, setting: Setting, on: Option<bool>) {
        self.0[setting as usize] = on;
    }

    /// Whether it is recorded as on.
    pub fn is_on(&self, setting: Setting) -> bool {
        self.get(setting) == Some(true)
    }

    /// Whether it is recorded as off.
    pub fn is_off(&self, setting: Setting) -> bool {
        self.get(setting) == Some(false)
    }

    /// Whether the hook is called without a token: only where direct or legacy mode is recorded as on.
    pub fn waives_token(&self) -> bool {
        self.is_on(Setting::DirectMode) || self.is_on(Setting::LegacyMode)
    }

    /// Each setting with what is recorded of it.
    pub fn iter(&self) -> impl Iterator<Item = (Setting, Option<bool>)> + '_ {
        Setting::ALL
            .into_iter()
            .map(|setting| (setting, self.get(setting)))
    }
}

impl FromIterator<(Setting, bool)> for Settings {
    fn from_iter<T: IntoIterator<Item = (Setting, bool)>>(settings: T) -> Self {
        let mut all = Self::default();
        for (setting, on) in settings {
            all.set(setting, Some(on));
        }
        all
    }
}

impl Serialize for Settings {
    /// An object with the eight keys; `null` where nothing is recorded.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(setting, on)| (setting.key(), on)))
    }
}
