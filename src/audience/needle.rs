//! Searching one text in many, a block of bytes at a time.
//!
//! Safe code alone, written so that the compiler makes wide instructions of it: sixty-four comparisons, then sixty-four
//! bits. Case is ignored by a mask a byte, which is right for texts whose lower case is their ASCII lower case.

use super::pieces::{pack, set};
use super::texts::{End, Span};

/// A text to be found, prepared once.
#[derive(Debug, Clone)]
pub(super) struct Needle {
    bytes: Vec<u8>,
    /// What is set in a byte before it is compared: the bit that tells small letters from capitals, or nothing.
    masks: Vec<u8>,
}

impl Needle {
    /// Takes the text as it is, or, where case is ignored, in lower case.
    pub(super) fn new(text: &str, ignores_case: bool) -> Self {
        let mask = |byte: &u8| {
            if ignores_case && byte.is_ascii_lowercase() {
                0x20
            } else {
                0
            }
        };
        let bytes = text.as_bytes().to_vec();
        let masks = bytes.iter().map(mask).collect();
        Self { bytes, masks }
    }

    /// Whether a text of any length is this one.
    pub(super) fn equals(&self, text: &[u8]) -> bool {
        text.len() == self.bytes.len() && self.is_here(text)
    }

    /// Whether a text begins with this one.
    pub(super) fn starts(&self, text: &[u8]) -> bool {
        text.get(..self.bytes.len())
            .is_some_and(|start| self.is_here(start))
    }

    /// Sets the bits of the texts that hold this one; the others stay.
    pub(super) fn find<E: End>(&self, span: Span<'_, E>, found: &mut [u64]) {
        if self.bytes.is_empty() {
            for text in 0..span.ends.len() {
                set(found, text);
            }
            return;
        }
        let mut walk = Walk { span, text: 0 };
        let mut skipped = 0;
        for block in (0..span.bytes.len()).step_by(64) {
            let mut hits = self.hits(span.bytes, block) & behind(skipped, block);
            while hits != 0 {
                let place = block + hits.trailing_zeros() as usize;
                let end = walk.end_of_text_at(place);
                let fits = place + self.bytes.len() <= end;
                if fits && self.is_here(&span.bytes[place..place + self.bytes.len()]) {
                    set(found, walk.text);
                    skipped = end;
                    hits &= behind(end, block);
                } else {
                    hits &= hits - 1;
                }
            }
        }
    }

    /// The places of a block where the first and the last byte are right.
    fn hits(&self, bytes: &[u8], block: usize) -> u64 {
        let last = self.bytes.len() - 1;
        let (first_byte, first_mask) = (self.bytes[0], self.masks[0]);
        let (last_byte, last_mask) = (self.bytes[last], self.masks[last]);
        let starts = sixty_four(bytes, block);
        let mut found = [0; 64];
        for (found, byte) in found.iter_mut().zip(&starts) {
            *found = u8::from(byte | first_mask == first_byte);
        }
        if last > 0 {
            let ends = sixty_four(bytes, block + last);
            for (found, byte) in found.iter_mut().zip(&ends) {
                *found &= u8::from(byte | last_mask == last_byte);
            }
        }
        pack(&found)
    }

    /// Whether it stands in bytes of its own length. The end is looked at first: where texts are numbered they begin
    /// alike.
    fn is_here(&self, bytes: &[u8]) -> bool {
        if let (Some((_, end)), Some((_, ours)), Some((_, masks))) = (
            bytes.split_last_chunk::<8>(),
            self.bytes.split_last_chunk::<8>(),
            self.masks.split_last_chunk::<8>(),
        ) && u64::from_ne_bytes(*end) | u64::from_ne_bytes(*masks) != u64::from_ne_bytes(*ours)
        {
            return false;
        }
        bytes
            .iter()
            .zip(&self.masks)
            .zip(&self.bytes)
            .all(|((byte, mask), ours)| byte | mask == *ours)
    }
}

/// The text in which a place lies; places may only rise.
struct Walk<'a, E> {
    span: Span<'a, E>,
    text: usize,
}

impl<E: End> Walk<'_, E> {
    fn end_of_text_at(&mut self, place: usize) -> usize {
        loop {
            let end = self.span.ends[self.text].place() - self.span.before;
            if end > place {
                return end;
            }
            self.text += 1;
        }
    }
}

/// The bits of a block from a place on.
fn behind(place: usize, block: usize) -> u64 {
    match place.saturating_sub(block) {
        gone @ 0..64 => u64::MAX << gone,
        _ => 0,
    }
}

/// The bytes from a place on; zeros behind the end.
fn sixty_four(bytes: &[u8], place: usize) -> [u8; 64] {
    let rest = bytes.get(place..).unwrap_or_default();
    rest.first_chunk().copied().unwrap_or_else(|| {
        let mut padded = [0; 64];
        padded[..rest.len()].copy_from_slice(rest);
        padded
    })
}
