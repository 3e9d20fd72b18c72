use super::{
    PathChoice,
    mode::Mode,
    placing::{Placement, Placing},
};
use crate::{
    generative::likelihood::{
        decorations::{PartialTypes, Structure},
        graph::TypedGraph,
        model::{UnpoolingModel, value_inputs},
        value_rows::PairGraph,
    },
    graph::GraphTopology,
};

/// A graph whose kinds are being drawn.
pub(super) struct Typing {
    pub(super) mode: Mode,
    pub(super) start: GraphTopology,
    pub(super) structure: Structure,
    pub(super) types: PartialTypes,
    pub(super) path: Vec<PathChoice>,
    pub(super) log_prob: f64,
}

impl Typing {
    pub(super) fn finish(self, model: &UnpoolingModel) -> Placing {
        let known = |list: Vec<Option<usize>>| list.into_iter().map(|kind| kind.unwrap_or(0));
        let graph = TypedGraph {
            nodes: known(self.types.nodes).collect(),
            edges: known(self.types.edges).collect(),
            marks: known(self.types.marks).collect(),
            values: Vec::new(),
            topology: self.structure.topology,
        };
        Placing {
            placement: value_inputs(model.config()).map(|inputs| Placement {
                pairs: PairGraph::new(&graph.topology, &graph.nodes, &graph.edges, &graph.marks),
                scaled: vec![None; graph.topology.node_count()],
                values: vec![Vec::new(); graph.topology.node_count()],
                bounds: inputs.bounds,
            }),
            mode: self.mode,
            start: self.start,
            graph,
            path: self.path,
            log_prob: self.log_prob,
        }
    }
}
