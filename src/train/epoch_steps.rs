use std::{
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
};

/// The numbers of the steps of each epoch of a training, for a loader whose every iteration is the
/// next epoch.
pub(super) struct EpochSteps {
    /// Number of steps of an epoch.
    steps: usize,
    /// The steps of an epoch that are used: all, or those of a slice.
    part: Range<usize>,
    /// Number of steps of the whole training; later ones are skipped.
    total: usize,
    next_epoch: AtomicUsize,
}

impl EpochSteps {
    /// Creates epochs of `steps` steps, `total` steps in all. The first has number `first_epoch`,
    /// counted from 1.
    ///
    /// # Panics
    /// Panics if an epoch has no steps.
    pub(super) fn new([steps, total]: [usize; 2], first_epoch: usize) -> Self {
        assert!(steps > 0, "an epoch needs at least one step");
        Self {
            steps,
            part: 0..steps,
            total,
            next_epoch: AtomicUsize::new(first_epoch),
        }
    }

    /// Returns the steps of the next epoch.
    pub(super) fn next(&self) -> Range<usize> {
        let epoch = self.next_epoch.fetch_add(1, Ordering::Relaxed);
        let first = epoch.saturating_sub(1) * self.steps;
        let last = (first + self.part.end).min(self.total);
        (first + self.part.start).min(last)..last
    }

    /// Returns the number of steps of an epoch.
    pub(super) fn len(&self) -> usize {
        self.part.len()
    }

    /// Returns the same steps, or only those from `start` to below `end` of each epoch.
    pub(super) fn slice(&self, part: Option<Range<usize>>) -> Self {
        let at = |step: usize| (self.part.start + step).min(self.part.end);
        Self {
            steps: self.steps,
            part: part.map_or(self.part.clone(), |part| at(part.start)..at(part.end)),
            total: self.total,
            next_epoch: AtomicUsize::new(self.next_epoch.load(Ordering::Relaxed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_follow_each_other_and_end_with_the_training() {
        let steps = EpochSteps::new([4, 10], 1);
        let epochs: Vec<Range<usize>> = (0..4).map(|_| steps.next()).collect();
        assert_eq!(epochs, [0..4, 4..8, 8..10, 10..10]);
        assert_eq!(EpochSteps::new([4, 10], 3).next(), 8..10);
    }

    #[test]
    fn slices_take_the_same_part_of_each_epoch() {
        let steps = EpochSteps::new([4, 10], 2);
        let slice = steps.slice(Some(1..3));
        assert_eq!((slice.len(), slice.next(), slice.next()), (2, 5..7, 9..10));
        let inner = steps.slice(Some(1..4)).slice(Some(1..9));
        assert_eq!((inner.len(), inner.next()), (2, 6..8));
        assert_eq!(steps.slice(None).next(), 4..8);
    }
}
