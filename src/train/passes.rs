use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

/// An endless sequence of passes through some items, each in an order of its own.
///
/// Everything depends on the seed and the position alone, so a training that continues sees what an
/// uninterrupted one sees there.
#[derive(Clone, Debug)]
pub(super) struct Passes {
    count: usize,
    seed: u64,
    /// The stream of the seed for the first pass; the others follow.
    first_stream: u64,
    /// The pass that was asked for last.
    present: Option<(usize, Vec<usize>)>,
}

impl Passes {
    /// # Panics
    /// Without items.
    pub(super) fn new(count: usize, seed: u64, first_stream: u64) -> Self {
        assert!(count > 0, "passes need at least one item");
        Self {
            count,
            seed,
            first_stream,
            present: None,
        }
    }

    /// The item at a position of the sequence.
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
