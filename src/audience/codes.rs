//! A code a row, and looking verdicts up by code.

use super::pieces::{PIECE_WORDS, pack};
use super::rows::staying;

/// So many codes of one verdict are found by comparing the rows with each of them, which is quicker than a look-up a
/// row.
const FEW: usize = 4;

/// A code a row, in as few bytes as the number of values allows: 0 is unset, `n` is the value `n - 1`.
#[derive(Debug)]
pub(super) enum Codes {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

impl Codes {
    /// Takes codes of so many values.
    pub(super) fn narrowed(codes: Vec<u32>, values: usize) -> Self {
        let low = |code: u32| code.to_le_bytes();
        if values < 256 {
            Self::One(codes.into_iter().map(|code| low(code)[0]).collect())
        } else if values < 65_536 {
            let two = |code| u16::from_le_bytes([low(code)[0], low(code)[1]]);
            Self::Two(codes.into_iter().map(two).collect())
        } else {
            Self::Four(codes)
        }
    }

    /// The code of a row; 0 behind the end.
    pub(super) fn get(&self, row: usize) -> usize {
        match self {
            Self::One(codes) => codes.get(row).map_or(0, |code| code.index()),
            Self::Two(codes) => codes.get(row).map_or(0, |code| code.index()),
            Self::Four(codes) => codes.get(row).map_or(0, |code| code.index()),
        }
    }

    /// The codes of a table from which these rows (rising) are gone and behind whose end others came, unset, with room
    /// for codes of so many values.
    pub(super) fn moved(&self, removed: &[u32], rows: u32, values: usize) -> Self {
        match self {
            Self::One(codes) if values < 256 => Self::One(moved(codes, removed, rows)),
            Self::One(codes) => Self::narrowed(widened(&moved(codes, removed, rows)), values),
            Self::Two(codes) if values < 65_536 => Self::Two(moved(codes, removed, rows)),
            Self::Two(codes) => Self::narrowed(widened(&moved(codes, removed, rows)), values),
            Self::Four(codes) => Self::Four(moved(codes, removed, rows)),
        }
    }

    /// Sets the code of a row; one that is too large for their width, or behind the end, is left out.
    pub(super) fn set(&mut self, row: usize, code: u32) {
        fn put<C: Code>(codes: &mut [C], row: usize, code: u32) {
            if let Some(place) = codes.get_mut(row) {
                *place = C::of(code as usize);
            }
        }
        match self {
            Self::One(codes) => put(codes, row, code),
            Self::Two(codes) => put(codes, row, code),
            Self::Four(codes) => put(codes, row, code),
        }
    }

    /// How many bytes of memory they take.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::One(codes) => codes.capacity(),
            Self::Two(codes) => codes.capacity() * 2,
            Self::Four(codes) => codes.capacity() * 4,
        }
    }
}

fn moved<C: Code>(codes: &[C], removed: &[u32], rows: u32) -> Vec<C> {
    let mut moved = Vec::with_capacity(rows as usize);
    let before = u32::try_from(codes.len()).unwrap_or(u32::MAX);
    for stay in staying(before, removed) {
        moved.extend_from_slice(&codes[stay.start as usize..stay.end as usize]);
    }
    moved.resize(rows as usize, C::default());
    moved
}

fn widened<C: Code>(codes: &[C]) -> Vec<u32> {
    let wide = |code: &C| u32::try_from(code.index()).unwrap_or_default();
    codes.iter().map(wide).collect()
}

/// A code of any width.
trait Code: Copy + Default + PartialEq {
    fn index(self) -> usize;
    /// The code of a number that some row of this width has.
    fn of(number: usize) -> Self;
}

impl Code for u8 {
    fn index(self) -> usize {
        usize::from(self)
    }
    fn of(number: usize) -> Self {
        Self::try_from(number).unwrap_or_default()
    }
}

impl Code for u16 {
    fn index(self) -> usize {
        usize::from(self)
    }
    fn of(number: usize) -> Self {
        Self::try_from(number).unwrap_or_default()
    }
}

impl Code for u32 {
    fn index(self) -> usize {
        self as usize
    }
    fn of(number: usize) -> Self {
        Self::try_from(number).unwrap_or_default()
    }
}

/// The verdicts on every code of a column.
#[derive(Debug)]
pub(super) struct Lookup {
    /// A byte a code, at least 65,536 where there are 256 or more: bit 0 is the first lane's verdict, bit 1 the
    /// second's.
    table: Vec<u8>,
    /// The codes to compare with instead, a lane each.
    few: Vec<Option<Few>>,
}

/// The codes with the rarer verdict.
#[derive(Debug)]
struct Few {
    codes: Vec<usize>,
    is_negated: bool,
}

impl Lookup {
    /// Takes a lane's verdict on unset, and its verdicts on so many values.
    pub(super) fn new<'a>(
        values: usize,
        lanes: impl Iterator<Item = (bool, &'a Vec<u64>)>,
    ) -> Self {
        let least = if values < 256 { 256 } else { 65_536 };
        let mut table = vec![0; (values + 1).max(least)];
        let mut few = Vec::new();
        for (lane, (unset, verdicts)) in lanes.enumerate() {
            let of = |value: usize| verdicts[value / 64] >> (value % 64) & 1 == 1;
            let all = std::iter::once(unset).chain((0..values).map(of));
            for (place, verdict) in table.iter_mut().zip(all) {
                *place |= u8::from(verdict) << lane;
            }
            few.push(Few::find(&table[..=values], lane));
        }
        Self { table, few }
    }

    /// Writes the verdicts on a piece of the rows; those behind the end are unset.
    pub(super) fn fill(&self, codes: &Codes, piece: usize, lanes: &mut [[u64; PIECE_WORDS]]) {
        match codes {
            Codes::One(codes) => {
                // A place for each code of this width: no look-up has to be checked.
                if let Some(table) = self.table.first_chunk::<256>() {
                    self.fill_with(codes, piece, lanes, |code| table[usize::from(code)]);
                }
            }
            Codes::Two(codes) => {
                if let Some(table) = self.table.first_chunk::<65_536>() {
                    self.fill_with(codes, piece, lanes, |code| table[usize::from(code)]);
                }
            }
            Codes::Four(codes) => {
                self.fill_with(codes, piece, lanes, |code| self.table[code as usize]);
            }
        }
    }

    fn fill_with<C: Code>(
        &self,
        codes: &[C],
        piece: usize,
        lanes: &mut [[u64; PIECE_WORDS]],
        verdicts: impl Fn(C) -> u8,
    ) {
        for (lane, few) in lanes.iter_mut().zip(&self.few) {
            if let Some(few) = few {
                few.fill(codes, piece, lane);
            }
        }
        let is_looked_up = |lane: usize| self.few.get(lane).is_some_and(Option::is_none);
        if !is_looked_up(0) && !is_looked_up(1) {
            return;
        }
        for word in 0..PIECE_WORDS {
            let found = row_codes(codes, piece, word).map(&verdicts);
            for (number, lane) in lanes.iter_mut().enumerate() {
                if is_looked_up(number) {
                    lane[word] = pack(&found.map(|verdicts| verdicts >> number & 1));
                }
            }
        }
    }
}

impl Few {
    fn find(table: &[u8], lane: usize) -> Option<Self> {
        let with = |wanted: bool| {
            let is_wanted = move |verdict: &u8| (verdict >> lane & 1 == 1) == wanted;
            let codes = table.iter().enumerate();
            let codes = codes.filter(move |(_, verdict)| is_wanted(verdict));
            let codes: Vec<usize> = codes.map(|(code, _)| code).take(FEW + 1).collect();
            (codes.len() <= FEW).then_some(Self {
                codes,
                is_negated: !wanted,
            })
        };
        with(true).or_else(|| with(false))
    }

    #[expect(
        clippy::needless_bitwise_bool,
        reason = "comparisons without branches become wide instructions"
    )]
    fn fill<C: Code>(&self, codes: &[C], piece: usize, lane: &mut [u64]) {
        let wanted: Vec<C> = self.codes.iter().map(|code| C::of(*code)).collect();
        for (word, place) in lane.iter_mut().enumerate() {
            let codes = row_codes(codes, piece, word);
            let found = match wanted[..] {
                [] => 0,
                [a] => compare(&codes, |code| code == a),
                [a, b] => compare(&codes, |code| (code == a) | (code == b)),
                [a, b, c] => compare(&codes, |code| (code == a) | (code == b) | (code == c)),
                [a, b, c, d, ..] => compare(&codes, |code| {
                    (code == a) | (code == b) | (code == c) | (code == d)
                }),
            };
            *place = if self.is_negated { !found } else { found };
        }
    }
}

/// The codes of 64 rows; unset behind the end.
fn row_codes<C: Code>(codes: &[C], piece: usize, word: usize) -> [C; 64] {
    let first = (piece * PIECE_WORDS + word) * 64;
    let rest = codes.get(first..).unwrap_or_default();
    rest.first_chunk().copied().unwrap_or_else(|| {
        let mut padded = [C::default(); 64];
        padded[..rest.len()].copy_from_slice(rest);
        padded
    })
}

fn compare<C: Code>(codes: &[C; 64], is_wanted: impl Fn(C) -> bool) -> u64 {
    let mut found = [0; 64];
    for (found, code) in found.iter_mut().zip(codes) {
        *found = u8::from(is_wanted(*code));
    }
    pack(&found)
}
