//! The size of a list of targets, kept while it is edited.

use super::{Frame, Share, json_text, same, shares};
use crate::domain::plan::Target;

/// The JSON length of each target of a list, and of all: after an edit the exact size of the call is known without
/// writing it.
///
/// Whoever edits the list tells every change, in the order in which they happen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TargetSizes {
    lengths: Vec<usize>,
    sum: usize,
}

impl TargetSizes {
    /// Measures a list.
    pub fn of(targets: &[Target]) -> Self {
        let lengths: Vec<usize> = targets.iter().map(target_length).collect();
        let sum = lengths.iter().sum();
        Self { lengths, sum }
    }

    /// How many targets the list has.
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// The target at `place` is another now; nothing where there is no such place.
    pub fn changed(&mut self, place: usize, target: &Target) {
        if let Some(length) = self.lengths.get_mut(place) {
            self.sum -= *length;
            *length = target_length(target);
            self.sum += *length;
        }
    }

    /// A target was put in at `place`, or at the end where that is behind it.
    pub fn inserted(&mut self, place: usize, target: &Target) {
        let length = target_length(target);
        self.lengths.insert(place.min(self.lengths.len()), length);
        self.sum += length;
    }

    /// The target at `place` was taken out; nothing where there is no such place.
    pub fn removed(&mut self, place: usize) {
        if place < self.lengths.len() {
            self.sum -= self.lengths.remove(place);
        }
    }

    /// Length in bytes of one body with all targets, whatever the limit.
    pub fn whole(&self, frame: &Frame) -> u64 {
        frame.length(self.lengths.len(), self.sum)
    }

    /// Whether all targets fit into one call.
    pub fn fits(&self, frame: &Frame) -> bool {
        self.whole(frame) <= frame.limit
    }

    /// The calls that `targets`, the list measured here, would be split into, with the exact size of each.
    ///
    /// At once where they [fit](Self::fits) into one; else the list is gone through for targets that may name one contact.
    pub fn shares(&self, targets: &[Target], frame: &Frame) -> Vec<Share> {
        shares(&self.lengths, || same::groups(targets), frame)
    }
}

/// Length of a target as JSON in bytes.
fn target_length(target: &Target) -> usize {
    // Braces, and for each member a colon and a comma, but for the last one.
    let texts: usize = target
        .iter()
        .map(|(name, value)| json_text::length(name) + json_text::length(value))
        .sum();
    texts + 2 + (2 * target.len()).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dialect::Dialect;
    use crate::domain::payload::calls;
    use crate::domain::plan::{Form, Plan};
    use proptest::prelude::*;

    /// An edit of a list; places are taken modulo its length.
    #[derive(Debug, Clone)]
    enum Edit {
        Change(usize, Target),
        Insert(usize, Target),
        Remove(usize),
    }

    fn target() -> impl Strategy<Value = Target> {
        let members = prop::collection::vec(("[a-c\"é]{0,3}", "[a-c\\\\\n\u{1}東]{0,6}"), 0..4);
        (members, 0u8..40).prop_map(|(members, id)| {
            members
                .into_iter()
                .chain([("user_id".to_owned(), id.to_string())])
                .collect()
        })
    }

    fn edit() -> impl Strategy<Value = Edit> {
        prop_oneof![
            (any::<usize>(), target()).prop_map(|(place, target)| Edit::Change(place, target)),
            (any::<usize>(), target()).prop_map(|(place, target)| Edit::Insert(place, target)),
            any::<usize>().prop_map(Edit::Remove),
        ]
    }

    fn apply(edit: Edit, targets: &mut Vec<Target>, sizes: &mut TargetSizes) {
        let length = targets.len();
        match edit {
            Edit::Insert(place, target) => {
                let place = place % (length + 1);
                sizes.inserted(place, &target);
                targets.insert(place, target);
            }
            _ if length == 0 => {}
            Edit::Change(place, target) => {
                sizes.changed(place % length, &target);
                targets[place % length] = target;
            }
            Edit::Remove(place) => {
                sizes.removed(place % length);
                targets.remove(place % length);
            }
        }
    }

    proptest! {
        #[test]
        fn after_any_edits_the_sizes_are_those_of_the_bodies(
            start in prop::collection::vec(target(), 0..20),
            edits in prop::collection::vec(edit(), 0..30),
            limit in 60u64..2_000,
            delay in prop::option::of(0u64..100),
        ) {
            let (mut targets, mut sizes) = (start.clone(), TargetSizes::of(&start));
            for edit in edits {
                apply(edit, &mut targets, &mut sizes);
            }
            let dialect = Dialect { limit_bytes: limit, ..Dialect::default() };
            let plan = Plan {
                form: Form::Targets { targets: targets.clone() },
                delay: delay.map(|minutes| minutes.to_string()),
                ..Plan::default()
            };
            let frame = Frame::of(&plan, &dialect);
            let shares = sizes.shares(&targets, &frame);
            let calls = calls(&plan, &dialect);
            let real: Vec<u64> = calls.iter().map(|call| call.body.as_ref().unwrap().len() as u64).collect();
            prop_assert_eq!(shares.iter().map(Share::bytes).collect::<Vec<_>>(), real);
            let unlimited = Dialect { limit_bytes: u64::MAX, ..Dialect::default() };
            prop_assert_eq!(sizes.whole(&frame), super::super::calls(&plan, &unlimited)[0].bytes());
            prop_assert_eq!(sizes, TargetSizes::of(&targets));
        }
    }
}
