use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

/// An endless sequence of passes through some items, each in its own order.
///
/// The sequence depends only on the seed and the position, so a resumed training gets the same
/// items as an uninterrupted one.
#[derive(Clone, Debug)]
pub(super) struct Passes {
    count: usize,
    seed: u64,
    /// The stream of the seed for the first pass; the others follow.
    first_stream: u64,
    /// The last requested pass.
    present: Option<(usize, Vec<usize>)>,
}

impl Passes {
    /// # Panics
    /// Panics if `count` is 0.
    pub(super) fn new(count: usize, seed: u64, first_stream: u64) -> Self {
        assert!(count > 0, "passes need at least one item");
        Self {
            count,
            seed,
            first_stream,
            present: None,
        }
    }

    /// Returns the item at a position of the sequence.
    pub(super) fn at(&mut self, position: usize) -> usize {
        let number = position / self.count;
        let order = match self.present.take() {
            Some((found, order)) if found == number => order,
            _ => {
                let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
                rng.set_stream(self.first_stream + number as u64);
                let mut order: Vec<usize> = (0..self.count).collect();
                order.shuffle(&mut rng);
                order
            }
        };
        let item = order[position % self.count];
        self.present = Some((number, order));
        item
    }
}
