//! Many texts one behind the other in a single allocation.

/// Texts by number, from 0.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    arena: String,
    ends: Ends,
}

/// Where each text ends; four bytes each while the arena is smaller than 4 GiB.
#[derive(Debug, Clone)]
enum Ends {
    Narrow(Vec<u32>),
    Wide(Vec<u64>),
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            arena: String::new(),
            ends: Ends::Narrow(Vec::new()),
        }
    }

    pub(super) fn len(&self) -> usize {
        match &self.ends {
            Ends::Narrow(ends) => ends.len(),
            Ends::Wide(ends) => ends.len(),
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.arena.push_str(text);
        match (&mut self.ends, u32::try_from(self.arena.len())) {
            (Ends::Narrow(ends), Ok(end)) => ends.push(end),
            (Ends::Narrow(ends), Err(_)) => {
                let mut wide: Vec<u64> = ends.iter().map(|end| u64::from(*end)).collect();
                wide.push(self.arena.len() as u64);
                self.ends = Ends::Wide(wide);
            }
            (Ends::Wide(ends), _) => ends.push(self.arena.len() as u64),
        }
    }

    /// The text of a number; empty behind the end.
    pub(super) fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.end(before));
        self.arena.get(start..self.end(index)).unwrap_or_default()
    }

    pub(super) fn shrink(&mut self) {
        self.arena.shrink_to_fit();
        match &mut self.ends {
            Ends::Narrow(ends) => ends.shrink_to_fit(),
            Ends::Wide(ends) => ends.shrink_to_fit(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.arena.capacity()
            + match &self.ends {
                Ends::Narrow(ends) => ends.capacity() * 4,
                Ends::Wide(ends) => ends.capacity() * 8,
            }
    }

    fn end(&self, index: usize) -> usize {
        match &self.ends {
            Ends::Narrow(ends) => ends.get(index).map(|end| *end as usize),
            Ends::Wide(ends) => ends.get(index).and_then(|end| usize::try_from(*end).ok()),
        }
        .unwrap_or(self.arena.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_by_number() {
        let mut texts = Texts::new();
        for text in ["", "a", "", "東京"] {
            texts.push(text);
        }
        assert_eq!(
            [0, 1, 2, 3, 4].map(|n| texts.get(n)),
            ["", "a", "", "東京", ""]
        );
        assert_eq!(texts.len(), 4);
    }
}
