//! What a person reads when something happened: what, why, what to do.

/// How a notice is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Ok,
    /// Worth a look.
    Warning,
    /// It didn't work.
    Error,
}

/// A sentence or two above the keys; it leaves with the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How it is marked.
    pub tone: Tone,
    /// What happened, why, and what to do; fit to be shown.
    pub text: String,
}

impl Notice {
    /// Something was done.
    pub fn ok(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Ok,
            text: text.into(),
        }
    }

    /// Something is worth a look.
    pub fn warning(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Warning,
            text: text.into(),
        }
    }

    /// Something didn't work.
    pub fn error(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Error,
            text: text.into(),
        }
    }
}
