use burn::{
    module::Module,
    nn::Linear,
    tensor::{Int, Tensor},
};

use crate::{
    graph::select_rows,
    nn::dense::{Dense, DenseStyle},
};

/// Rows of a tensor, each repeated as often as its index occurs.
#[derive(Clone, Debug)]
pub(super) struct Rows<'a> {
    pub(super) of: &'a Tensor<2>,
    pub(super) at: &'a Tensor<1, Int>,
}

/// Scores triples of a node, an edge and another node.
///
/// Each of the three is mapped to the hidden width. The results are concatenated and passed through
/// two blocks and a linear map to one number. The first maps are applied before rows are repeated.
#[derive(Module, Debug)]
pub(super) struct EdgeScorer {
    first: Linear,
    edge: Option<Linear>,
    second: Linear,
    hidden: [Dense; 2],
    output: Linear,
}

impl EdgeScorer {
    pub(super) fn new(
        [first, edge, second]: [usize; 3],
        hidden: usize,
        style: &DenseStyle<'_>,
    ) -> Self {
        let joined = if edge > 0 { 3 * hidden } else { 2 * hidden };
        Self {
            first: style.linear(first, hidden),
            edge: (edge > 0).then(|| style.linear(edge, hidden)),
            second: style.linear(second, hidden),
            hidden: [(); 2].map(|()| style.dense(joined, joined)),
            output: style.linear(joined, 1),
        }
    }

    /// Returns the number of edge features.
    pub(super) fn edge_width(&self) -> usize {
        self.edge.as_ref().map_or(0, |edge| edge.weight.dims()[0])
    }

    /// Computes one score per triple.
    ///
    /// # Shapes
    /// - each `of`: `[any, width]`, each `at`: `[triples]`, at least one
    /// - output: `[triples]`
    pub(super) fn forward(&self, first: Rows<'_>, edge: Rows<'_>, second: Rows<'_>) -> Tensor<1> {
        let map = |linear: &Linear, rows: &Rows<'_>| {
            select_rows(linear.forward(rows.of.clone()), rows.at)
        };
        let mut parts = vec![map(&self.first, &first)];
        parts.extend(self.edge.as_ref().map(|linear| map(linear, &edge)));
        parts.push(map(&self.second, &second));
        let hidden = self
            .hidden
            .iter()
            .fold(Tensor::cat(parts, 1), |h, block| block.forward(h));
        self.output.forward(hidden).squeeze_dim(1)
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
impl EdgeScorer {
    pub(super) fn linears(&self) -> Vec<&Linear> {
        let mut linears = vec![&self.first, &self.second, &self.output];
        linears.extend(&self.edge);
        linears.extend(self.hidden.iter().map(|block| &block.linear));
        linears
    }
}
