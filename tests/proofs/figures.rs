//! What came out of the attempts of a proof.

/// What came out. What must not be is counted too.
#[derive(Debug, Default, Clone, Copy)]
pub struct Figures {
    pub attempts: usize,
    pub killed: usize,
    /// Attempts that left nothing in the journal.
    pub absent: usize,
    pub accepted: usize,
    pub failed: usize,
    pub unknown: usize,
    pub other: usize,
    pub arrived: usize,
    /// Unknown ones that had arrived.
    pub unknown_arrived: usize,
    /// Batches of which a part was sent, and the rest not.
    pub parts: usize,
    /// Batches whose rest was sent then, since a person said so.
    pub resumed: usize,
    /// Requests that arrived a second time.
    pub doubles: usize,
    /// Requests of which the record doesn't say that they may have been sent.
    pub unrecorded: usize,
    pub corrupt: usize,
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} attempts, {} killed: {} not in the journal, {} failed, {} accepted, {} unknown ({} of them had arrived), {} other; {} batches stopped on the way, {} went on by --rest; {} arrived; {} double sends, {} accepted without a record, {} corrupt journals",
            self.attempts,
            self.killed,
            self.absent,
            self.failed,
            self.accepted,
            self.unknown,
            self.unknown_arrived,
            self.other,
            self.parts,
            self.resumed,
            self.arrived,
            self.doubles,
            self.unrecorded,
            self.corrupt
        )
    }
}

impl std::ops::Add for Figures {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            attempts: self.attempts + other.attempts,
            killed: self.killed + other.killed,
            absent: self.absent + other.absent,
            accepted: self.accepted + other.accepted,
            failed: self.failed + other.failed,
            unknown: self.unknown + other.unknown,
            other: self.other + other.other,
            arrived: self.arrived + other.arrived,
            unknown_arrived: self.unknown_arrived + other.unknown_arrived,
            parts: self.parts + other.parts,
            resumed: self.resumed + other.resumed,
            doubles: self.doubles + other.doubles,
            unrecorded: self.unrecorded + other.unrecorded,
            corrupt: self.corrupt + other.corrupt,
        }
    }
}
