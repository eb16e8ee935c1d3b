//! Many texts one behind the other in a single allocation.

use std::ops::Range;

/// Texts by number, from 0.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    arena: String,
    ends: Ends,
    is_ascii: bool,
}

/// Where each text ends; four bytes each while the arena is smaller than 4 GiB.
#[derive(Debug, Clone)]
enum Ends {
    Narrow(Vec<u32>),
    Wide(Vec<u64>),
}

impl Ends {
    fn push(&mut self, end: usize) {
        match (&mut *self, u32::try_from(end)) {
            (Self::Narrow(ends), Ok(end)) => ends.push(end),
            (Self::Narrow(ends), Err(_)) => {
                let mut wide: Vec<u64> = ends.iter().map(|end| u64::from(*end)).collect();
                wide.push(end as u64);
                *self = Self::Wide(wide);
            }
            (Self::Wide(ends), _) => ends.push(end as u64),
        }
    }
}

/// Where a text ends in the arena.
pub(super) trait End: Copy {
    /// The place behind its last byte.
    fn place(self) -> usize;
}

impl End for u32 {
    fn place(self) -> usize {
        self as usize
    }
}

impl End for u64 {
    fn place(self) -> usize {
        // An arena is never longer than memory.
        usize::try_from(self).unwrap_or(usize::MAX)
    }
}

/// Some texts that follow each other, as bytes: what a tight loop reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span<'a, E> {
    /// The bytes of these texts alone.
    pub(super) bytes: &'a [u8],
    /// How many bytes of the arena stand before them.
    pub(super) before: usize,
    /// Where each ends in the arena.
    pub(super) ends: &'a [E],
}

impl<'a, E: End> Span<'a, E> {
    /// The texts one by one.
    pub(super) fn each(self) -> impl Iterator<Item = &'a [u8]> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let end = end.place() - self.before;
            let text = &self.bytes[start..end];
            start = end;
            text
        })
    }
}

/// Something that is done with a span, whatever the width of its ends.
pub(super) trait Look {
    /// Does it.
    fn look<E: End>(&mut self, span: Span<'_, E>);
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            arena: String::new(),
            ends: Ends::Narrow(Vec::new()),
            is_ascii: true,
        }
    }

    /// Whether all of them have ASCII characters alone.
    pub(super) fn is_ascii(&self) -> bool {
        self.is_ascii
    }

    pub(super) fn len(&self) -> usize {
        match &self.ends {
            Ends::Narrow(ends) => ends.len(),
            Ends::Wide(ends) => ends.len(),
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.is_ascii &= text.is_ascii();
        self.arena.push_str(text);
        self.ends.push(self.arena.len());
    }

    /// Puts texts of others behind these, as many of the range as there are: their bytes in one piece.
    pub(super) fn extend(&mut self, others: &Self, range: Range<usize>) {
        let range = range.start.min(others.len())..range.end.min(others.len());
        let before = range
            .start
            .checked_sub(1)
            .map_or(0, |last| others.end(last));
        let behind = range.end.checked_sub(1).map_or(0, |last| others.end(last));
        let bytes = others.arena.get(before..behind).unwrap_or_default();
        let offset = self.arena.len();
        self.is_ascii &= others.is_ascii || bytes.is_ascii();
        self.arena.push_str(bytes);
        match (&mut self.ends, &others.ends, u32::try_from(offset)) {
            (Ends::Narrow(ends), Ends::Narrow(theirs), Ok(offset))
                if u32::try_from(self.arena.len()).is_ok() =>
            {
                // Of an arena with narrow ends no place is wider.
                let before = u32::try_from(before).unwrap_or_default();
                ends.extend(theirs[range].iter().map(|end| end - before + offset));
            }
            (ends, ..) => {
                for text in range {
                    ends.push(others.end(text) - before + offset);
                }
            }
        }
    }

    /// Makes room for so many texts and so many bytes in all.
    pub(super) fn reserve(&mut self, texts: usize, bytes: usize) {
        self.arena.reserve_exact(bytes);
        if let Ends::Narrow(ends) = &mut self.ends {
            ends.reserve_exact(texts);
        }
    }

    /// How many bytes the texts have together.
    pub(super) fn length(&self) -> usize {
        self.arena.len()
    }

    /// The text of a number; empty behind the end.
    pub(super) fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.end(before));
        self.arena.get(start..self.end(index)).unwrap_or_default()
    }

    /// Looks at the texts of a range, or at those of them that are there.
    pub(super) fn look(&self, range: Range<usize>, look: &mut impl Look) {
        let range = range.start.min(self.len())..range.end.min(self.len());
        let before = range.start.checked_sub(1).map_or(0, |last| self.end(last));
        let behind = range.end.checked_sub(1).map_or(0, |last| self.end(last));
        let bytes = &self.arena.as_bytes()[before..behind.max(before)];
        match &self.ends {
            Ends::Narrow(ends) => look.look(Span {
                bytes,
                before,
                ends: &ends[range],
            }),
            Ends::Wide(ends) => look.look(Span {
                bytes,
                before,
                ends: &ends[range],
            }),
        }
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
            Ends::Narrow(ends) => ends.get(index).map(|end| end.place()),
            Ends::Wide(ends) => ends.get(index).map(|end| end.place()),
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

    #[test]
    fn texts_are_taken_over_in_one_piece() {
        let (mut texts, mut others) = (Texts::new(), Texts::new());
        texts.push("first");
        for text in ["left out", "a", "", "東京", "left out too"] {
            others.push(text);
        }
        texts.extend(&others, 1..4);
        texts.push("last");
        texts.extend(&others, 4..9);
        let all: Vec<&str> = (0..texts.len()).map(|number| texts.get(number)).collect();
        assert_eq!(all, ["first", "a", "", "東京", "last", "left out too"]);
        assert!(!texts.is_ascii());
    }
}
