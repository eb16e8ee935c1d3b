//! Every act that changes something outside of this machine, in one table. On a read-only profile each is refused, on
//! the screen and on the command line; what is not listed here reads, or changes files of ours alone.

/// An act that changes something outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutsideAct {
    /// The hook is called: people are messaged.
    Launch,
    /// A launch is given a time: people are messaged then.
    Hold,
    /// A launch that waits is taken back: people are not messaged who would have been.
    TakeBack,
    /// A launch that waits is given another time: people are messaged then.
    Move,
    /// Launches that wait are sent at their time.
    Serve,
    /// A broadcast is enabled or disabled at the platform.
    SetEnabled,
    /// Settings of a broadcast are pushed to a sandbox of ours; on the platform there is no such call `[D]`, and they
    /// are recorded here alone.
    ChangeSettings,
}

/// What an act is, for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Described {
    /// What it changes, where.
    pub changes: &'static str,
    /// The verb that does it.
    pub verb: &'static str,
    /// Where it is done on the screen.
    pub screen: &'static str,
}

impl OutsideAct {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Launch,
        Self::Hold,
        Self::TakeBack,
        Self::Move,
        Self::Serve,
        Self::SetEnabled,
        Self::ChangeSettings,
    ];

    /// What it is.
    pub fn described(self) -> Described {
        match self {
            Self::Launch => Described {
                changes: "the launch web hook is called: people get messages",
                verb: "mylink launch PLAN --yes",
                screen: "Review, Enter",
            },
            Self::Hold => Described {
                changes: "a launch waits here, and is sent at its time",
                verb: "mylink launch PLAN --yes --at TIME",
                screen: "Review, a time, Enter",
            },
            Self::TakeBack => Described {
                changes: "a launch that waits is not sent",
                verb: "mylink take-back ID",
                screen: "Waiting launches, x",
            },
            Self::Move => Described {
                changes: "a launch that waits is sent at another time",
                verb: "mylink move ID --at TIME",
                screen: "Waiting launches, F4",
            },
            Self::Serve => Described {
                changes: "launches that wait are sent at their time: people get messages",
                verb: "mylink run --pending",
                screen: "An open console",
            },
            Self::SetEnabled => Described {
                changes: "the broadcast is enabled or disabled at the platform",
                verb: "mylink settings BROADCAST enabled=on|off",
                screen: "Broadcasts, e; Settings, Space",
            },
            Self::ChangeSettings => Described {
                changes: "a setting is pushed where the profile is a sandbox of ours, else recorded here",
                verb: "mylink settings BROADCAST KEY=on|off",
                screen: "Settings, Space",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_in_the_table_once() {
        for act in OutsideAct::ALL {
            let count = OutsideAct::ALL
                .iter()
                .filter(|other| **other == act)
                .count();
            assert_eq!(count, 1, "{act:?}");
            assert!(!act.described().changes.is_empty());
        }
    }
}
