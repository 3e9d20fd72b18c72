use burn::tensor::{Bool, DType, Int, Tensor};

/// The padding id, which fills short rows.
pub(super) const PADDING: i64 = 0;

/// Positions of the tokens in a batch.
#[derive(Clone, Debug)]
pub(super) struct TokenMask {
    /// Whether a position is a token: `[batch, length]`.
    pub(super) present: Tensor<2, Bool>,
    /// 1 for a token and 0 for padding, in the element type of the network: `[batch, length]`.
    ones: Tensor<2>,
}

impl TokenMask {
    pub(super) fn new(tokens: Tensor<2, Int>, dtype: DType) -> Self {
        let present = tokens.not_equal_elem(PADDING);
        let ones = present.clone().float().cast(dtype);
        Self { present, ones }
    }

    /// Returns the number of tokens in each row, but at least 1, to allow division.
    ///
    /// # Shapes
    /// - output: `[batch, 1]`
    pub(super) fn counts(&self) -> Tensor<2> {
        self.ones.clone().sum_dim(1).clamp_min(1.0)
    }

    /// Returns the number of tokens up to each position, but at least 1.
    ///
    /// # Shapes
    /// - output: `[batch, length]`
    pub(super) fn running_counts(&self) -> Tensor<2> {
        self.ones.clone().cumsum(1).clamp_min(1.0)
    }

    /// Returns the sum of the vectors at the T tokens of a row over √T; zero for a row without
    /// tokens.
    ///
    /// # Shapes
    /// - states: `[batch, length, m]`
    /// - output: `[batch, m]`
    pub(super) fn sum_over_root(&self, states: Tensor<3>) -> Tensor<2> {
        let weights = self.ones.clone() / self.counts().sqrt();
        let weights = weights.unsqueeze_dim::<3>(1);
        weights.matmul(states).squeeze_dim(1)
    }
}
