use burn::{
    module::Module,
    nn::{Linear, LinearConfig},
    tensor::{Device, Tensor},
};

use super::{
    config::NetworkConfig,
    mixture::{PARAMETERS, log_density},
    rows::{Inputs, floats},
    value_rows::{ENCODED, ValueRows, encode},
};
use crate::{
    graph::{indices, select_rows},
    nn::message_passing::gated::silu,
    nn::{EdgeUpdateNetwork, EdgeUpdateNetworkConfig},
};

/// Hidden width of the heads.
const HIDDEN: usize = 128;

/// The conditional density of the values of a node, given the graph and the values of others.
#[derive(Module, Debug)]
pub(super) struct ValueNetwork {
    trunk: EdgeUpdateNetwork,
    heads: Vec<ValueHead>,
    #[module(skip)]
    inputs: [usize; 2],
}

/// The mixture of one axis, given the earlier ones.
#[derive(Module, Debug)]
struct ValueHead {
    of_node: Linear,
    of_known: Option<Linear>,
    hidden: Linear,
    output: Linear,
}

impl ValueHead {
    fn new(nodes: usize, axis: usize, device: &Device) -> Self {
        let known = LinearConfig::new(axis * ENCODED, HIDDEN).with_bias(false);
        Self {
            of_node: LinearConfig::new(nodes, HIDDEN).init(device),
            of_known: (axis > 0).then(|| known.init(device)),
            hidden: LinearConfig::new(HIDDEN, HIDDEN).init(device),
            output: LinearConfig::new(HIDDEN, PARAMETERS).init(device),
        }
    }

    fn forward(&self, nodes: Tensor<2>, known: &[f32], device: &Device) -> Tensor<2> {
        let count = nodes.dims()[0];
        let mut hidden = self.of_node.forward(nodes);
        if let Some(layer) = &self.of_known {
            let mut encoded = Vec::with_capacity(known.len() * ENCODED);
            known.iter().for_each(|&value| encode(value, &mut encoded));
            let width = encoded.len() / count;
            hidden = hidden + layer.forward(floats(encoded, [count, width], device));
        }
        self.output.forward(silu(self.hidden.forward(silu(hidden))))
    }
}

impl ValueNetwork {
    pub(super) fn new(
        config: &NetworkConfig,
        axes: usize,
        inputs: [usize; 2],
        device: &Device,
    ) -> Self {
        let nodes = config.node_features;
        Self {
            trunk: EdgeUpdateNetworkConfig::new(inputs[0], inputs[1])
                .with_node_features(nodes)
                .with_edge_features(config.edge_features)
                .with_layers(config.layers)
                .init(device),
            heads: (0..axes)
                .map(|axis| ValueHead::new(nodes, axis, device))
                .collect(),
            inputs,
        }
    }

    /// Returns the features of the requested nodes.
    pub(super) fn nodes(&self, inputs: Inputs, rows: &[usize], device: &Device) -> Tensor<2> {
        let graphs = self.trunk.forward(inputs.into_graphs(self.inputs, device));
        select_rows(graphs.nodes(), &indices(rows, device))
    }

    /// Returns the parameters of the mixtures of one axis, on the host; `known` are the earlier
    /// axes, row by row.
    pub(super) fn mixtures(
        &self,
        nodes: Tensor<2>,
        axis: usize,
        known: &[f32],
        device: &Device,
    ) -> Vec<f32> {
        let parameters = self.heads[axis].forward(nodes, known, device);
        parameters.into_data().convert::<f32>().iter().collect()
    }

    /// Returns −log density of the scaled values of each row. `inputs` are those of the batch.
    ///
    /// # Shapes
    /// - output: `[rows, 1]`
    fn losses(&self, inputs: Inputs, batch: &ValueRows, device: &Device) -> Tensor<2> {
        let nodes = self.nodes(inputs, &batch.rows, device);
        let count = batch.count();
        let axes = self.heads.len();
        let losses = self.heads.iter().enumerate().map(|(axis, head)| {
            let rows = batch.truth.chunks_exact(axes);
            let known: Vec<f32> = rows.clone().flat_map(|row| &row[..axis]).copied().collect();
            let parameters = head.forward(nodes.clone(), &known, device);
            let values = floats(rows.map(|row| row[axis]).collect(), [count, 1], device);
            let anchors = batch.anchors.chunks_exact(axes).map(|row| row[axis]);
            let anchors: Vec<f32> = anchors.collect();
            log_density(parameters, &anchors, values, device).neg()
        });
        Tensor::cat(losses.collect(), 1).sum_dim(1)
    }

    /// Returns the sum over all rows of weight times −log density of scaled values; `None` if there
    /// are no rows.
    pub(super) fn loss(&self, batch: &ValueRows, device: &Device) -> Option<Tensor<1>> {
        if batch.rows.is_empty() {
            return None;
        }
        let losses = self.losses(batch.inputs.clone(), batch, device);
        let weights = floats(batch.weights.clone(), [batch.count(), 1], device);
        Some((losses * weights).sum())
    }

    /// Returns, for each row, weight times −log density of its scaled values.
    pub(super) fn weighted(&self, batch: &ValueRows, device: &Device) -> Vec<f64> {
        if batch.rows.is_empty() {
            return Vec::new();
        }
        let losses = self.losses(batch.inputs.clone(), batch, device);
        let losses = losses.into_data().convert::<f32>();
        let rows = losses.iter::<f32>().zip(&batch.weights);
        rows.map(|(loss, &weight)| f64::from(loss) * f64::from(weight))
            .collect()
    }
}
