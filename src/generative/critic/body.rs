use burn::{
    module::Module,
    nn::Linear,
    tensor::{Tensor, activation::sigmoid},
};
use rand::Rng;

use super::pullback::{Norm, Pullback, activation, dropout, linear, squash};
use crate::{
    graph::GraphBatch,
    nn::{GatedReadout, MpnnLayer},
};

/// Message passing, gated readout, hidden layers, one score per graph.
#[derive(Module, Debug)]
pub(super) struct Body {
    pub(super) convolutions: Vec<(MpnnLayer, Option<Norm>)>,
    pub(super) readout: GatedReadout,
    pub(super) hidden: Vec<(Linear, Option<Norm>)>,
    pub(super) output: Linear,
    pub(super) dropout: f64,
    pub(super) hidden_dropout: bool,
    pub(super) negative_slope: f64,
    pub(super) squash: Option<f64>,
}

/// A cotangent of node and edge features.
pub(super) type GraphPullback<'a> = Box<dyn FnOnce(Tensor<2>) -> (Tensor<2>, Tensor<2>) + 'a>;

impl Body {
    /// Returns scores, `[graphs, 1]`, and the map from their cotangent to that of the features.
    pub(super) fn forward(
        &self,
        graphs: &GraphBatch,
        mut rng: Option<&mut impl Rng>,
    ) -> (Tensor<2>, GraphPullback<'_>) {
        let mut drop_some = |x: Tensor<2>| -> (Tensor<2>, Pullback<'static>) {
            match &mut rng {
                Some(rng) if self.dropout > 0.0 => dropout(x, self.dropout, rng),
                _ => (x, Box::new(|cotangent| cotangent)),
            }
        };
        let inputs = graphs.nodes();
        let width = inputs.dims()[1];
        let mut batch = graphs.clone();
        let mut layers = Vec::new();
        for (convolution, norm) in &self.convolutions {
            let before = batch.clone();
            let h = convolution.forward(&batch);
            let (h, normed) = normalize(norm, h);
            let (h, activated) = activation(h, self.negative_slope);
            batch = batch.with_nodes(h);
            layers.push((convolution, before, normed, activated));
        }
        let (h, dropped) = drop_some(batch.nodes());
        let h = Tensor::cat(vec![h, inputs], 1);
        let (gate, gate_back) = linear(&self.readout.gate, h.clone());
        let (value, value_back) = linear(&self.readout.value, h);
        let (gate, value) = (sigmoid(gate), value.tanh());
        let (gated, gated_dropped) = drop_some(gate.clone() * value.clone());
        let segments = graphs.nodes_by_graph().clone();
        let mut pooled = segments.sum(gated);

        let mut backs: Vec<Pullback<'_>> = Vec::new();
        for (layer, norm) in &self.hidden {
            if self.hidden_dropout {
                let (h, dropped) = drop_some(pooled);
                backs.push(dropped);
                pooled = h;
            }
            let (h, mapped) = linear(layer, pooled);
            let (h, normed) = normalize(norm, h);
            let (h, activated) = activation(h, self.negative_slope);
            backs.extend([mapped, normed, activated]);
            pooled = h;
        }
        let (mut score, mapped) = linear(&self.output, pooled);
        backs.push(mapped);
        if let Some(scale) = self.squash {
            let (squashed, back) = squash(score, scale);
            backs.push(back);
            score = squashed;
        }

        let edges = graphs.edges();
        let pullback = move |cotangent: Tensor<2>| {
            let pooled = backs.into_iter().rev().fold(cotangent, |g, back| back(g));
            let gated = gated_dropped(segments.spread(pooled));
            let to_gate = gated.clone() * value.clone() * gate.clone() * (-gate.clone() + 1.0);
            let to_value = gated * gate * (-value.square() + 1.0);
            let h = gate_back(to_gate) + value_back(to_value);
            let [rows, columns] = h.dims();
            let direct = h.clone().slice([0..rows, columns - width..columns]);
            let mut g = dropped(h.slice([0..rows, 0..columns - width]));
            let mut to_edges = edges.zeros_like();
            for (convolution, before, normed, activated) in layers.into_iter().rev() {
                let (to_nodes, more) = convolution.pull_back(&before, normed(activated(g)));
                g = to_nodes;
                to_edges = to_edges + more;
            }
            (direct + g, to_edges)
        };
        (score, Box::new(pullback))
    }
}

fn normalize(norm: &Option<Norm>, x: Tensor<2>) -> (Tensor<2>, Pullback<'_>) {
    match norm {
        Some(norm) => norm.forward(x),
        None => (x, Box::new(|cotangent| cotangent)),
    }
}
