//! A list of targets that is edited while its earlier versions stay: they share all pieces but those that changed.

use std::ops::Range;
use std::sync::Arc;

use super::chunk::{Chunk, Column, MOST};
use crate::domain::payload::{Frame, TargetSizes};
use crate::domain::plan::Target;

/// A list of targets. A copy costs nothing, an edit a few hundred targets, however long the list is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TargetList {
    chunks: Arc<Vec<Arc<Chunk>>>,
    length: usize,
}

impl FromIterator<Target> for TargetList {
    fn from_iter<T: IntoIterator<Item = Target>>(targets: T) -> Self {
        let mut list = Self::default();
        list.insert(0, targets.into_iter().collect());
        list
    }
}

impl TargetList {
    /// How many targets there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The target of a row.
    pub fn get(&self, row: usize) -> Option<&Target> {
        self.iter_from(row).next()
    }

    /// The targets from a row on.
    pub fn iter_from(&self, row: usize) -> impl Iterator<Item = &Target> {
        let (chunk, offset) = self.locate(row);
        let chunks = self.chunks.iter().skip(chunk);
        chunks.flat_map(|chunk| chunk.targets()).skip(offset)
    }

    /// All targets; they share their texts with this list.
    pub fn to_vec(&self) -> Vec<Target> {
        let mut targets = Vec::with_capacity(self.length);
        for chunk in self.chunks.iter() {
            targets.extend_from_slice(chunk.targets());
        }
        targets
    }

    /// The variables of all targets in order of their first appearance.
    pub fn columns(&self) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        for chunk in self.chunks.iter() {
            merge(&mut columns, chunk.columns());
        }
        columns
    }

    /// The variables of the targets around a row.
    pub fn columns_near(&self, row: usize) -> &[Column] {
        let chunk = self.chunks.get(self.locate(row).0);
        chunk.map_or(&[], |chunk| chunk.columns())
    }

    /// Replaces the target of a row; nothing where there is no such row.
    pub fn set(&mut self, row: usize, target: &Target) {
        self.change(row..row + 1, |_, _| Some(target.clone()));
    }

    /// Changes the targets of some rows: the function gives the new one, or `None` to leave it. Says how many differ now.
    pub fn change(
        &mut self,
        rows: Range<usize>,
        mut change: impl FnMut(usize, &Target) -> Option<Target>,
    ) -> usize {
        let mut changed = 0;
        let mut first = 0;
        for place in 0..self.chunks.len() {
            let length = self.chunks[place].targets().len();
            let (from, to) = (rows.start.max(first), rows.end.min(first + length));
            if from < to {
                let mut targets = self.chunks[place].targets().to_vec();
                let before = changed;
                for row in from..to {
                    let target = &mut targets[row - first];
                    if let Some(new) = change(row, target).filter(|new| new != target) {
                        *target = new;
                        changed += 1;
                    }
                }
                if changed > before {
                    Arc::make_mut(&mut self.chunks)[place] = Arc::new(Chunk::new(targets));
                }
            }
            first += length;
        }
        changed
    }

    /// Puts targets in before a row, or at the end.
    pub fn insert(&mut self, row: usize, targets: Vec<Target>) {
        self.splice(row.min(self.length)..row.min(self.length), targets);
    }

    /// Takes rows out.
    pub fn remove(&mut self, rows: Range<usize>) {
        self.splice(
            rows.start.min(self.length)..rows.end.min(self.length),
            Vec::new(),
        );
    }

    fn splice(&mut self, rows: Range<usize>, targets: Vec<Target>) {
        let (first, from) = self.locate(rows.start);
        let (last, to) = self.locate(rows.end);
        let head = self
            .chunks
            .get(first)
            .map_or(&[][..], |chunk| &chunk.targets()[..from]);
        let tail = self
            .chunks
            .get(last)
            .map_or(&[][..], |chunk| &chunk.targets()[to..]);
        self.length = self.length - rows.len() + targets.len();
        let middle: Vec<Target> = head
            .iter()
            .cloned()
            .chain(targets)
            .chain(tail.iter().cloned())
            .collect();
        let pieces = middle.len().div_ceil(MOST).max(1);
        let size = middle.len().div_ceil(pieces).max(1);
        let made = middle
            .chunks(size)
            .map(|piece| Arc::new(Chunk::new(piece.to_vec())));
        let made: Vec<Arc<Chunk>> = made.collect();
        let end = (last + 1).min(self.chunks.len());
        Arc::make_mut(&mut self.chunks).splice(first.min(end)..end, made);
    }

    /// The piece that a row is in and its place there; behind the last row the end of the last piece.
    fn locate(&self, row: usize) -> (usize, usize) {
        let mut rest = row;
        for (place, chunk) in self.chunks.iter().enumerate() {
            let length = chunk.targets().len();
            if rest < length || (rest == length && place + 1 == self.chunks.len()) {
                return (place, rest);
            }
            rest -= length;
        }
        (self.chunks.len(), 0)
    }

    /// Length in bytes of one body with all targets, whatever the limit.
    pub fn whole(&self, frame: &Frame) -> u64 {
        let around = TargetSizes::default().whole(frame);
        let all: u64 = self
            .chunks
            .iter()
            .map(|chunk| chunk.whole(frame) - around)
            .sum();
        // A comma between two pieces.
        let commas = self.chunks.len().saturating_sub(1) as u64;
        around + all + commas
    }

    /// Bytes of all bodies together where the targets are shared among so many calls.
    pub fn bytes_of(&self, calls: usize, frame: &Frame) -> u64 {
        let around = TargetSizes::default().whole(frame);
        let more = calls.saturating_sub(1) as u64;
        // Each call more has a frame of its own, and one comma less is needed.
        self.whole(frame) + more * around.saturating_sub(1)
    }
}

/// Adds columns that are not there yet, and widens those that are.
pub fn merge(columns: &mut Vec<Column>, more: &[Column]) {
    for column in more {
        match columns.iter_mut().find(|known| known.name == column.name) {
            Some(known) => known.width = known.width.max(column.width),
            None => columns.push(column.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dialect::Dialect;
    use crate::domain::plan::Plan;
    use proptest::prelude::*;

    fn target(id: usize) -> Target {
        [("user_id", id.to_string())].into_iter().collect()
    }

    #[derive(Debug, Clone)]
    enum Edit {
        Insert(usize, usize),
        Remove(usize, usize),
        Set(usize, usize),
    }

    fn edit() -> impl Strategy<Value = Edit> {
        prop_oneof![
            (any::<usize>(), 0usize..700).prop_map(|(row, count)| Edit::Insert(row, count)),
            (any::<usize>(), 0usize..700).prop_map(|(row, count)| Edit::Remove(row, count)),
            (any::<usize>(), any::<usize>()).prop_map(|(row, id)| Edit::Set(row, id)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn after_any_edits_it_is_the_list_that_a_vector_would_be(edits in prop::collection::vec(edit(), 1..12)) {
            let (mut list, mut vector) = (TargetList::default(), Vec::new());
            let mut versions = vec![(list.clone(), vector.clone())];
            for edit in edits {
                let length = vector.len();
                match edit {
                    Edit::Insert(row, count) => {
                        let row = row % (length + 1);
                        let more: Vec<Target> = (0..count).map(|id| target(id + length)).collect();
                        list.insert(row, more.clone());
                        vector.splice(row..row, more);
                    }
                    Edit::Remove(row, count) => {
                        let row = row % (length + 1);
                        let end = (row + count).min(length);
                        list.remove(row..end);
                        vector.drain(row..end);
                    }
                    Edit::Set(..) if length == 0 => {}
                    Edit::Set(row, id) => {
                        list.set(row % length, &target(id));
                        vector[row % length] = target(id);
                    }
                }
                versions.push((list.clone(), vector.clone()));
            }
            let frame = Frame::of(&Plan::default(), &Dialect::default());
            for (list, vector) in versions {
                prop_assert_eq!(list.to_vec(), vector.clone());
                prop_assert_eq!(list.len(), vector.len());
                prop_assert_eq!(list.whole(&frame), TargetSizes::of(&vector).whole(&frame));
                for row in [0, vector.len() / 2, vector.len().saturating_sub(1)] {
                    prop_assert_eq!(list.get(row), vector.get(row));
                }
                prop_assert_eq!(list.get(vector.len()), None);
            }
        }
    }

    #[test]
    fn columns_stand_in_the_order_of_their_first_appearance() {
        let mut list: TargetList = (0..1_000).map(target).collect();
        list.set(700, &target(700).with("city", "Milano"));
        list.set(3, &target(3).with("order", "A-12"));
        let names: Vec<String> = list
            .columns()
            .into_iter()
            .map(|column| column.name)
            .collect();
        assert_eq!(names, ["user_id", "order", "city"]);
    }

    #[test]
    fn the_bytes_of_several_calls_are_those_of_the_bodies() {
        let list: TargetList = (0..1_000).map(target).collect();
        let dialect = Dialect {
            limit_bytes: 5_000,
            ..Dialect::default()
        };
        let plan = Plan {
            form: crate::domain::plan::Form::Targets {
                targets: list.to_vec(),
            },
            ..Plan::default()
        };
        let calls = crate::domain::payload::calls(&plan, &dialect);
        assert!(calls.len() > 3);
        let sum: u64 = calls
            .iter()
            .map(crate::domain::payload::Payload::bytes)
            .sum();
        assert_eq!(list.bytes_of(calls.len(), &Frame::of(&plan, &dialect)), sum);
    }
}
