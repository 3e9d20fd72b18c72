use std::sync::{Arc, OnceLock};

use burn::tensor::{Device, IndexingUpdateOp, Int, Tensor, TensorData};

use super::topology::offsets;

/// A partition of rows into segments, and reductions over the rows of one segment.
///
/// Row `k` belongs to segment `ids[k]`. Segments may be empty, and rows may come in any order. The
/// index tensors are built once and shared by clones. All operations act on dimension 0 of tensors
/// of any rank, are differentiable, run on every backend, and are linear in the rows.
///
/// Sums use [`select_assign`](Tensor::select_assign). On CPUs it processes the rows in order, so a
/// seed gives the same bits again; on GPUs Burn 0.22 guarantees no order.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use fireweed::graph::Segments;
///
/// let device = Device::flex();
/// let segments = Segments::new(&[0, 2, 0], 3, &device);
/// let sums = segments.sum(Tensor::<1>::from_floats([1.0, 5.0, 2.0], &device));
/// assert_eq!(sums.into_data().try_into_vec::<f32>().unwrap(), [3.0, 0.0, 5.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Segments {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    ids: Vec<usize>,
    lengths: Vec<usize>,
    device: Device,
    index: Tensor<1, Int>,
    tournament: OnceLock<Tournament>,
}

impl Segments {
    /// Creates a partition of rows into `count` segments.
    ///
    /// # Panics
    /// Panics if a row belongs to a segment `≥ count`.
    pub fn new(ids: &[usize], count: usize, device: &Device) -> Self {
        let mut lengths = vec![0; count];
        for (row, &id) in ids.iter().enumerate() {
            assert!(id < count, "row {row} belongs to segment {id} of {count}");
            lengths[id] += 1;
        }
        let device = device.clone().inner();
        Self {
            shared: Arc::new(Shared {
                index: indices(ids, &device),
                ids: ids.to_vec(),
                lengths,
                device,
                tournament: OnceLock::new(),
            }),
        }
    }

    /// Returns the number of rows.
    pub fn row_count(&self) -> usize {
        self.shared.ids.len()
    }

    /// Returns the number of segments, empty ones included.
    pub fn count(&self) -> usize {
        self.shared.lengths.len()
    }

    /// Returns the segment of each row.
    pub fn ids(&self) -> &[usize] {
        &self.shared.ids
    }

    /// Returns the number of rows of each segment.
    pub fn lengths(&self) -> &[usize] {
        &self.shared.lengths
    }

    /// Returns the value of each row's segment.
    ///
    /// # Shapes
    /// - input: `[segments, ...]`
    /// - output: `[rows, ...]`
    ///
    /// # Panics
    /// Panics if the input does not have one row per segment.
    pub fn spread<const D: usize>(&self, per_segment: Tensor<D>) -> Tensor<D> {
        let found = per_segment.dims()[0];
        assert_eq!(found, self.count(), "one row for each segment is needed");
        select_rows(per_segment, &self.shared.index)
    }

    /// Returns the sum of each segment; 0 if it is empty.
    ///
    /// # Shapes
    /// - input: `[rows, ...]`
    /// - output: `[segments, ...]`
    ///
    /// # Panics
    /// Panics if the input has another number of rows.
    pub fn sum<const D: usize>(&self, values: Tensor<D>) -> Tensor<D> {
        self.check(&values);
        let zeros = self.zeros_for(&values, self.count());
        if self.row_count() == 0 {
            return zeros;
        }
        zeros.select_assign(0, self.shared.index.clone(), values, IndexingUpdateOp::Add)
    }

    /// Returns the mean of each segment; 0 if it is empty.
    ///
    /// # Shapes
    /// Same as [`sum`](Self::sum).
    ///
    /// # Panics
    /// Same as [`sum`](Self::sum).
    pub fn mean<const D: usize>(&self, values: Tensor<D>) -> Tensor<D> {
        self.divide_by_lengths(self.sum(values))
    }

    /// Divides sums over segments by the lengths of the segments.
    pub(crate) fn divide_by_lengths<const D: usize>(&self, sums: Tensor<D>) -> Tensor<D> {
        if self.count() == 0 {
            return sums;
        }
        let lengths = self.shared.lengths.iter();
        let inverse: Vec<f64> = lengths.map(|&n| 1.0 / n.max(1) as f64).collect();
        let mut shape = [1; D];
        shape[0] = inverse.len();
        let (device, dtype) = (sums.device().inner(), sums.dtype());
        sums * Tensor::from_data(TensorData::new(inverse, shape), (&device, dtype))
    }

    /// Returns the largest value of each segment, per feature; 0 if it is empty.
    ///
    /// The gradient goes to the first row that attains the maximum.
    ///
    /// Cost: fewer than two selections and comparisons per value, in ⌈log₂(longest segment)⌉
    /// rounds.
    ///
    /// # Shapes
    /// Same as [`sum`](Self::sum).
    ///
    /// # Panics
    /// Same as [`sum`](Self::sum).
    pub fn max<const D: usize>(&self, values: Tensor<D>) -> Tensor<D> {
        self.check(&values);
        let tournament = self.tournament();
        let zeros = self.zeros_for(&values, self.count());
        let Some(winners) = tournament.winners(values.clone().detach()) else {
            return zeros;
        };
        let maxima = values.gather(0, winners);
        match &tournament.non_empty {
            None => maxima,
            Some(segments) => {
                zeros.select_assign(0, segments.clone(), maxima, IndexingUpdateOp::Add)
            }
        }
    }

    /// Returns the softmax over the rows of each segment, per feature.
    ///
    /// The maximum of each segment is subtracted first, which prevents overflow.
    ///
    /// # Shapes
    /// - input: `[rows, ...]`
    /// - output: `[rows, ...]`; sums to 1 over the rows of one segment
    ///
    /// # Panics
    /// Panics if the input has another number of rows.
    pub fn softmax<const D: usize>(&self, scores: Tensor<D>) -> Tensor<D> {
        self.check(&scores);
        if self.row_count() == 0 {
            return scores;
        }
        let shift = self.spread(self.max(scores.clone().detach()));
        let weights = (scores - shift).exp();
        let totals = self.spread(self.sum(weights.clone()));
        weights / totals
    }

    fn tournament(&self) -> &Tournament {
        let shared = &self.shared;
        shared
            .tournament
            .get_or_init(|| Tournament::new(&shared.ids, &shared.lengths, &shared.device))
    }

    fn zeros_for<const D: usize>(&self, values: &Tensor<D>, rows: usize) -> Tensor<D> {
        let mut shape = values.dims();
        shape[0] = rows;
        Tensor::zeros(shape, (&values.device(), values.dtype()))
    }

    fn check<const D: usize>(&self, values: &Tensor<D>) {
        let found = values.dims()[0];
        assert_eq!(
            found,
            self.row_count(),
            "the segments were made for another number of rows"
        );
    }
}

/// Selects rows of `values`; `rows` may be empty.
pub(crate) fn select_rows<const D: usize>(values: Tensor<D>, rows: &Tensor<1, Int>) -> Tensor<D> {
    if rows.dims()[0] == 0 {
        let mut shape = values.dims();
        shape[0] = 0;
        return Tensor::zeros(shape, (&values.device(), values.dtype()));
    }
    values.select(0, rows.clone())
}

/// Host indices as a tensor on a device.
pub(crate) fn indices(values: &[usize], device: &Device) -> Tensor<1, Int> {
    let values: Vec<i64> = values.iter().map(|&value| value as i64).collect();
    let shape = [values.len()];
    // Indices have no gradient; plain tensors combine with both modes of a device.
    Tensor::from_data(TensorData::new(values, shape), &device.clone().inner())
}

/// A pairwise reduction inside each segment: in each round, neighbors are compared and the larger
/// one is kept, until one row of each segment is left.
#[derive(Debug)]
struct Tournament {
    /// Rows sorted by segment; `None` if they are sorted already.
    entrants: Option<Tensor<1, Int>>,
    /// Compared pairs, as positions in the previous round; a row without a partner is compared with
    /// itself.
    rounds: Vec<[Tensor<1, Int>; 2]>,
    /// The segments with rows, if some have none.
    non_empty: Option<Tensor<1, Int>>,
    rows: usize,
    device: Device,
}

impl Tournament {
    fn new(ids: &[usize], lengths: &[usize], device: &Device) -> Self {
        let mut entrants: Vec<usize> = (0..ids.len()).collect();
        let sorted = ids.is_sorted();
        if !sorted {
            entrants.sort_by_key(|&row| ids[row]);
        }
        let mut left: Vec<usize> = lengths.iter().copied().filter(|&n| n > 0).collect();
        let mut rounds = Vec::new();
        while left.iter().any(|&n| n > 1) {
            let (mut first, mut second) = (Vec::new(), Vec::new());
            for (start, &n) in offsets(left.iter().copied()).iter().zip(&left) {
                for position in (0..n).step_by(2) {
                    first.push(start + position);
                    second.push(start + (position + 1).min(n - 1));
                }
            }
            rounds.push([indices(&first, device), indices(&second, device)]);
            left.iter_mut().for_each(|n| *n = n.div_ceil(2));
        }
        let non_empty: Vec<usize> = (0..lengths.len()).filter(|&s| lengths[s] > 0).collect();
        Self {
            entrants: (!sorted).then(|| indices(&entrants, device)),
            rounds,
            non_empty: (non_empty.len() < lengths.len()).then(|| indices(&non_empty, device)),
            rows: ids.len(),
            device: device.clone(),
        }
    }

    /// For each non-empty segment and feature, the row of the maximum; `None` without rows or
    /// features.
    fn winners<const D: usize>(&self, values: Tensor<D>) -> Option<Tensor<D, Int>> {
        let shape = values.dims();
        if shape.contains(&0) {
            return None;
        }
        let mut column = [1; D];
        column[0] = self.rows;
        let mut rows = Tensor::<1, Int>::arange(0..self.rows as i64, &self.device)
            .reshape(column)
            .expand(shape);
        let mut values = values.inner();
        if let Some(entrants) = &self.entrants {
            rows = rows.select(0, entrants.clone());
            values = values.select(0, entrants.clone());
        }
        for [first, second] in &self.rounds {
            let opponent = values.clone().select(0, second.clone());
            values = values.select(0, first.clone());
            let lost = opponent.clone().greater(values.clone());
            let opponent_rows = rows.clone().select(0, second.clone());
            rows = rows
                .select(0, first.clone())
                .mask_where(lost.clone(), opponent_rows);
            values = values.mask_where(lost, opponent);
        }
        Some(rows)
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "segments_tests.rs"]
mod tests;
