//! The draws of an unpooling layer, on the host.

use burn::tensor::Tensor;
use rand::{Rng, RngExt};

use super::{NodeRole, networks::StructureProbabilities};
use crate::graph::{
    GraphTopology,
    unpooling::{Additional, Child, Inherit, Plan, UnpoolingChoices},
};

/// Chooses between alternatives, by a draw or otherwise.
pub(super) trait Chooser {
    /// Returns the index of one alternative, given their probabilities.
    fn choose(&mut self, probabilities: &[f64]) -> usize;
}

/// Chooses by one uniform number per draw.
pub(super) struct Draws<'a, R: ?Sized>(pub(super) &'a mut R);

impl<R: Rng + ?Sized> Chooser for Draws<'_, R> {
    fn choose(&mut self, probabilities: &[f64]) -> usize {
        let total: f64 = probabilities.iter().sum();
        let mut left = self.0.random::<f64>() * total;
        for (choice, probability) in probabilities.iter().enumerate() {
            left -= probability;
            if left < 0.0 {
                return choice;
            }
        }
        // Reached through rounding, or if probabilities are NaN.
        probabilities.len() - 1
    }
}

/// Chooses the most probable alternative, the first of several equal ones.
pub(super) struct MostProbable;

impl Chooser for MostProbable {
    fn choose(&mut self, probabilities: &[f64]) -> usize {
        let mut best = 0;
        for (choice, probability) in probabilities.iter().enumerate() {
            if *probability > probabilities[best] {
                best = choice;
            }
        }
        best
    }
}

/// The values of [`StructureProbabilities`] on the host.
#[derive(Clone, Debug, Default)]
pub(super) struct HostProbabilities {
    intra_link: Vec<f64>,
    common: Vec<f64>,
    inherit: Vec<f64>,
    additional: Vec<f64>,
}

impl HostProbabilities {
    /// Reads all probabilities in one transfer from the device.
    pub(super) fn read(probabilities: &StructureProbabilities) -> Self {
        let intra_link = probabilities.intra_link.clone();
        let mut parts = vec![intra_link.flatten::<1>(0, 1)];
        let mut lengths = [parts[0].dims()[0], 0, 0, 0];
        if let Some(ends) = &probabilities.ends {
            let rows = ends.common.dims()[0];
            parts.push(ends.common.clone());
            parts.push(ends.inherit.clone().reshape([3 * rows]));
            lengths[1] = rows;
            lengths[2] = 3 * rows;
        }
        if let Some(logits) = &probabilities.additional {
            parts.push(logits.clone());
            lengths[3] = logits.dims()[0];
        }
        let mut all = super::read(Tensor::cat(parts, 0)).into_iter();
        let [intra_link, common, inherit, logits] =
            lengths.map(|length| all.by_ref().take(length).collect::<Vec<f64>>());
        let additional = logits.iter().map(|logit| 1.0 / (1.0 + (-logit).exp()));
        Self {
            intra_link,
            common,
            inherit,
            additional: additional.collect(),
        }
    }
}

/// Step 1: draws which nodes are unpooled. For each random node, the probabilities are those to be
/// kept and to be unpooled.
pub(super) fn draw_nodes(
    roles: &[NodeRole],
    probabilities: &[f64],
    chooser: &mut impl Chooser,
) -> Vec<bool> {
    let mut random = probabilities.chunks_exact(2);
    roles
        .iter()
        .map(|role| match role {
            NodeRole::Kept => false,
            NodeRole::Unpooled => true,
            NodeRole::Random => random.next().is_some_and(|p| chooser.choose(p) == 1),
        })
        .collect()
}

/// Steps 2a to 2d, graph by graph: first for each unpooled node and its edge ends, then for the
/// edges between two unpooled nodes.
pub(super) fn draw_structure(
    topology: &GraphTopology,
    unpooled: Vec<bool>,
    plan: &Plan,
    probabilities: &HostProbabilities,
    chooser: &mut impl Chooser,
) -> UnpoolingChoices {
    let (nodes, edges) = (topology.node_count(), topology.edge_count());
    let mut choices = UnpoolingChoices {
        unpooled,
        intra_link: vec![false; nodes],
        common_edge: vec![None; nodes],
        inherit: vec![[None; 2]; edges],
        additional: vec![Additional::Absent; edges],
    };
    let (mut split, mut double) = (0, 0);
    for graph in 0..topology.graph_count() {
        let (nodes, edges) = (topology.nodes_of(graph), topology.edges_of(graph));
        while plan
            .nodes
            .get(split)
            .is_some_and(|node| nodes.contains(node))
        {
            draw_split(plan, split, probabilities, &mut choices, chooser);
            split += 1;
        }
        while plan
            .doubles
            .get(double)
            .is_some_and(|edge| edges.contains(edge))
        {
            // There are no probabilities if the layer adds no edges.
            if !probabilities.additional.is_empty() {
                draw_additional(plan, double, probabilities, &mut choices, chooser);
            }
            double += 1;
        }
    }
    choices
}

fn draw_split(
    plan: &Plan,
    split: usize,
    probabilities: &HostProbabilities,
    choices: &mut UnpoolingChoices,
    chooser: &mut impl Chooser,
) {
    let (node, rows) = (plan.nodes[split], plan.rows_at[split].clone());
    let link = &probabilities.intra_link[2 * split..2 * split + 2];
    // Without edges, only the link connects the children.
    let linked = rows.is_empty() || chooser.choose(link) == 0;
    choices.intra_link[node] = linked;
    if !linked {
        let row = rows.start + chooser.choose(&probabilities.common[rows.clone()]);
        choices.common_edge[node] = Some(plan.ends[row].edge);
    }
    for row in rows {
        let end = plan.ends[row];
        let inherit = if choices.common_edge[node] == Some(end.edge) {
            Inherit::Both
        } else {
            let heirs = [Inherit::First, Inherit::Second, Inherit::Both];
            heirs[chooser.choose(&probabilities.inherit[3 * row..3 * row + 3])]
        };
        choices.inherit[end.edge][end.side] = Some(inherit);
    }
}

fn draw_additional(
    plan: &Plan,
    double: usize,
    probabilities: &HostProbabilities,
    choices: &mut UnpoolingChoices,
    chooser: &mut impl Chooser,
) {
    let edge = plan.doubles[double];
    let heirs = choices.inherit[edge].map(|inherit| inherit.and_then(Inherit::only));
    if heirs == [None; 2] {
        return;
    }
    let p = probabilities.additional[double];
    if chooser.choose(&[1.0 - p, p]) == 0 {
        return;
    }
    let shared = match heirs {
        [Some(_), Some(_)] => {
            choices.additional[edge] = Additional::BetweenOthers;
            return;
        }
        [None, _] => 0,
        [_, None] => 1,
    };
    let row = plan.double_rows[double][shared];
    let first_or_second = &probabilities.inherit[3 * row..3 * row + 2];
    let total: f64 = first_or_second.iter().sum();
    let shares = [first_or_second[0] / total, first_or_second[1] / total];
    choices.additional[edge] = Additional::To(match chooser.choose(&shares) {
        0 => Child::First,
        _ => Child::Second,
    });
}
