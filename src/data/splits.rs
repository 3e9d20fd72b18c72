use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::Splits;

/// In each class, one sample in this many is for testing if the data define no split.
const TEST_SHARE: usize = 5;

/// Returns the positions of training and test samples, given the class of each. One sample in five
/// of each class is for testing, and at least one if there are two. The choice is random with a
/// fixed seed.
pub(super) fn hold_out(classes: &[usize]) -> Splits<Vec<usize>> {
    let count = classes.iter().max().map_or(0, |largest| largest + 1);
    let mut of_class = vec![Vec::new(); count];
    for (position, &class) in classes.iter().enumerate() {
        of_class[class].push(position);
    }
    let mut splits = Splits::<Vec<usize>>::default();
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    for mut own in of_class {
        own.shuffle(&mut rng);
        let held_out = match own.len() {
            0 | 1 => 0,
            count => (count / TEST_SHARE).max(1),
        };
        splits.test.extend(own.drain(..held_out));
        splits.train.extend(own);
    }
    splits.train.sort_unstable();
    splits.test.sort_unstable();
    splits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_five_of_each_class_is_held_out() {
        let classes: Vec<usize> = (0..37).map(|i| [0, 0, 2, 0, 0, 2, 3][i % 7]).collect();
        let splits = hold_out(&classes);
        let mut all = [splits.train.clone(), splits.test.clone()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..37).collect::<Vec<_>>());
        for class in [0, 2, 3] {
            let count =
                |positions: &[usize]| positions.iter().filter(|&&p| classes[p] == class).count();
            let total = count(&all);
            assert_eq!(count(&splits.test), (total / 5).max(1), "class {class}");
        }
        assert!(hold_out(&[0]).test.is_empty());
        assert_eq!(hold_out(&classes), splits);
    }
}
