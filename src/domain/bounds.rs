//! How many contacts a plan reaches, as far as that is known: a count is one number only where nothing can make it another.

use super::text::grouped;

/// The fewest and the most contacts that a plan reaches, whichever way the platform reads its filters and whatever it
/// knows of contacts that the cache doesn't hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// So many at least.
    pub least: u64,
    /// So many at the most; `None` where nobody here can tell.
    pub most: Option<u64>,
}

impl Bounds {
    /// Nothing is known.
    pub const NOT_KNOWN: Self = Self {
        least: 0,
        most: None,
    };

    /// So many, for sure.
    pub fn exactly(count: u64) -> Self {
        Self {
            least: count,
            most: Some(count),
        }
    }

    /// The number, where it is only one.
    pub fn exact(self) -> Option<u64> {
        self.most.filter(|most| *most == self.least)
    }

    /// In words: `312`, `150 to 861`, `not known`, `not known, but 150 at least`.
    pub fn words(self) -> String {
        let least = grouped(self.least);
        match self.most {
            Some(most) if most == self.least => least,
            Some(most) => format!("{least} to {}", grouped(most)),
            None if self.least == 0 => "not known".to_owned(),
            None => format!("not known, but {least} at least"),
        }
    }
}

impl From<Option<u64>> for Bounds {
    fn from(count: Option<u64>) -> Self {
        count.map_or(Self::NOT_KNOWN, Self::exactly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::one_number(Some(312), 312, "312")]
    #[case::a_range(Some(1861), 150, "150 to 1,861")]
    #[case::nobody(Some(0), 0, "0")]
    #[case::nothing_known(None, 0, "not known")]
    #[case::some_known(None, 150, "not known, but 150 at least")]
    fn what_is_known_is_said(#[case] most: Option<u64>, #[case] least: u64, #[case] words: &str) {
        assert_eq!(Bounds { least, most }.words(), words);
    }
}
