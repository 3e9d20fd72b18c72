use burn::tensor::{Tensor, activation::log_sigmoid};

use super::{
    NodeRole,
    networks::{EndProbabilities, StructureProbabilities},
};
use crate::graph::{
    GraphBatch, Segments, indices, select_rows,
    unpooling::{Additional, Child, Inherit, Plan, UnpoolingChoices},
};

/// Log-probabilities of the draws, and the node or edge, hence the graph, of each draw.
#[derive(Default)]
pub(super) struct Score {
    terms: Vec<Tensor<1>>,
    graphs: Vec<usize>,
}

impl Score {
    /// Returns the sum over each graph, `[graphs]`; `None` if there were no draws.
    pub(super) fn per_graph(self, batch: &GraphBatch) -> Option<Tensor<1>> {
        if self.terms.is_empty() {
            return None;
        }
        let count = batch.topology().graph_count();
        let segments = Segments::new(&self.graphs, count, &batch.device());
        Some(segments.sum(Tensor::cat(self.terms, 0)))
    }

    /// Adds the entries of `probabilities` at the given positions.
    fn add(&mut self, probabilities: Tensor<1>, places: &[usize], graphs: &[usize]) {
        if !places.is_empty() {
            let at = indices(places, &probabilities.device());
            self.terms.push(select_rows(probabilities, &at).log());
            self.graphs.extend(graphs);
        }
    }

    /// Adds step 1, from `[random nodes, 2]`.
    pub(super) fn add_nodes(
        &mut self,
        probabilities: Tensor<2>,
        roles: &[NodeRole],
        unpooled: &[bool],
        graph_of: &[usize],
    ) {
        let random = (0..roles.len()).filter(|&node| roles[node] == NodeRole::Random);
        let (places, graphs): (Vec<_>, Vec<_>) = random
            .enumerate()
            .map(|(row, node)| (2 * row + usize::from(unpooled[node]), graph_of[node]))
            .unzip();
        self.add(probabilities.flatten(0, 1), &places, &graphs);
    }

    /// Adds steps 2a to 2d.
    pub(super) fn add_structure(
        &mut self,
        probabilities: &StructureProbabilities,
        plan: &Plan,
        choices: &UnpoolingChoices,
        graph_of: &[usize],
    ) {
        self.add_intra_links(probabilities.intra_link.clone(), plan, choices, graph_of);
        let graph_of_split: Vec<usize> = plan.nodes.iter().map(|&node| graph_of[node]).collect();
        let Some(ends) = &probabilities.ends else {
            return;
        };
        self.add_ends(ends, plan, choices, &graph_of_split);
        if let Some(logits) = &probabilities.additional {
            self.add_additional(logits, &ends.inherit, plan, choices, &graph_of_split);
        }
    }

    fn add_intra_links(
        &mut self,
        probabilities: Tensor<2>,
        plan: &Plan,
        choices: &UnpoolingChoices,
        graph_of: &[usize],
    ) {
        // The children of a node without edges are linked without a draw.
        let drawn = (0..plan.nodes.len()).filter(|&split| !plan.rows_at[split].is_empty());
        let (places, graphs): (Vec<_>, Vec<_>) = drawn
            .map(|split| {
                let node = plan.nodes[split];
                let place = 2 * split + usize::from(!choices.intra_link[node]);
                (place, graph_of[node])
            })
            .unzip();
        self.add(probabilities.flatten(0, 1), &places, &graphs);
    }

    fn add_ends(
        &mut self,
        probabilities: &EndProbabilities,
        plan: &Plan,
        choices: &UnpoolingChoices,
        graph_of_split: &[usize],
    ) {
        let (mut common, mut common_graphs) = (Vec::new(), Vec::new());
        let (mut heirs, mut heirs_graphs) = (Vec::new(), Vec::new());
        for (row, (end, &split)) in plan.ends.iter().zip(&plan.splits).enumerate() {
            let graph = graph_of_split[split];
            if choices.common_edge[plan.nodes[split]] == Some(end.edge) {
                common.push(row);
                common_graphs.push(graph);
            } else {
                let column = match choices.inherit[end.edge][end.side] {
                    Some(Inherit::First) => 0,
                    Some(Inherit::Second) => 1,
                    Some(Inherit::Both) | None => 2,
                };
                heirs.push(3 * row + column);
                heirs_graphs.push(graph);
            }
        }
        self.add(probabilities.common.clone(), &common, &common_graphs);
        let inherit = probabilities.inherit.clone().flatten(0, 1);
        self.add(inherit, &heirs, &heirs_graphs);
    }

    fn add_additional(
        &mut self,
        logits: &Tensor<1>,
        inherit: &Tensor<2>,
        plan: &Plan,
        choices: &UnpoolingChoices,
        graph_of_split: &[usize],
    ) {
        let graph_at = |double: usize| graph_of_split[plan.splits[plan.double_rows[double][0]]];
        let (mut added, mut absent) = (Vec::new(), Vec::new());
        // Which child an edge goes to: the position among the heirs, and the row of both.
        let (mut to, mut to_rows, mut to_graphs) = (Vec::new(), Vec::new(), Vec::new());
        for (double, &edge) in plan.doubles.iter().enumerate() {
            if choices.inherit[edge] == [Some(Inherit::Both); 2] {
                continue;
            }
            match choices.additional[edge] {
                Additional::Absent => absent.push(double),
                Additional::BetweenOthers => added.push(double),
                Additional::To(child) => {
                    added.push(double);
                    let shared = usize::from(choices.inherit[edge][1] == Some(Inherit::Both));
                    let row = plan.double_rows[double][shared];
                    to.push(3 * row + usize::from(child == Child::Second));
                    to_rows.push(row);
                    to_graphs.push(graph_at(double));
                }
            }
        }
        for (doubles, sign) in [(added, 1.0), (absent, -1.0)] {
            if !doubles.is_empty() {
                let at = indices(&doubles, &logits.device());
                let logits = select_rows(logits.clone(), &at) * sign;
                self.terms.push(log_sigmoid(logits));
                self.graphs
                    .extend(doubles.iter().map(|&double| graph_at(double)));
            }
        }
        if !to.is_empty() {
            let device = inherit.device();
            let rows = select_rows(inherit.clone(), &indices(&to_rows, &device));
            let single = rows
                .slice([0..to.len(), 0..2])
                .sum_dim(1)
                .reshape([to.len()]);
            let chosen = select_rows(inherit.clone().flatten(0, 1), &indices(&to, &device));
            self.terms.push((chosen / single).log());
            self.graphs.extend(to_graphs);
        }
    }
}
