use burn::{
    module::{Module, ModuleMapper, Param},
    tensor::{Device, Tensor, TensorData},
};
use rand::{Rng, RngExt};

use crate::graph::{GraphBatch, GraphTopology};

/// Creates graphs with features drawn uniformly between −1 and 1.
///
/// Consumes one uniform `f32` per feature, nodes first.
///
/// # Shapes
/// - output: nodes `[|V|, node_features]`, edges `[|E|, edge_features]`
pub fn random_features(
    topology: &GraphTopology,
    node_features: usize,
    edge_features: usize,
    device: &Device,
    rng: &mut impl Rng,
) -> GraphBatch {
    let mut draw = |rows: usize, width: usize| -> Tensor<2> {
        let values = (0..rows * width).map(|_| rng.random_range(-1.0..1.0f32));
        Tensor::from_data(TensorData::new(values.collect(), [rows, width]), device)
    };
    let nodes = draw(topology.node_count(), node_features);
    let edges = draw(topology.edge_count(), edge_features);
    GraphBatch::new(topology.clone(), nodes, edges)
        .unwrap_or_else(|error| unreachable!("one row for each node and edge: {error}"))
}

/// Returns the module with weights and biases drawn from a generator, so that a test does not
/// depend on the device's generator, which all threads share.
///
/// Biases are uniform on ±½, and other parameters of one dimension are kept. The entries of
/// matrices and larger tensors are uniform on ±`scale`/√inputs, where the inputs are all dimensions
/// but the last. Consumes one uniform `f32` per drawn element, in the order of the module.
pub fn randomize<M: Module>(module: M, scale: f32, rng: &mut impl Rng) -> M {
    module.map(&mut Randomize {
        scale,
        rng,
        name: String::new(),
    })
}

struct Randomize<'a, R> {
    scale: f32,
    rng: &'a mut R,
    name: String,
}

impl<R: Rng> ModuleMapper for Randomize<'_, R> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let bound = match D {
            1 if self.name == "bias" => 0.5,
            1 => return param,
            _ => {
                let shape = param.val().dims();
                let inputs: usize = shape[..D - 1].iter().product();
                self.scale / (inputs.max(1) as f32).sqrt()
            }
        };
        let (id, tensor, mapper) = param.consume();
        let tracked = tensor.is_require_grad();
        let (device, dtype) = (tensor.device(), tensor.dtype());
        let shape = tensor.shape();
        let draws = (0..shape.num_elements()).map(|_| bound * self.rng.random_range(-1.0..1.0f32));
        let data = TensorData::new(draws.collect::<Vec<_>>(), shape);
        let tensor = Tensor::from_data(data, (&device, dtype)).set_require_grad(tracked);
        Param::from_mapped_value(id, tensor, mapper)
    }

    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.name = name.to_owned();
    }
}

/// Returns a fixed batch of graphs of many kinds: without nodes, with one node, with isolated
/// nodes, sparse and dense.
pub fn assorted_graphs() -> GraphTopology {
    let counts = [7, 1, 0, 5, 4, 9, 6, 2];
    let edges: Vec<Vec<[usize; 2]>> = vec![
        (1..7).map(|leaf| [0, leaf]).collect(),
        vec![],
        vec![],
        (1..5).flat_map(|j| (0..j).map(move |i| [i, j])).collect(),
        vec![[1, 3]],
        vec![
            [0, 4],
            [4, 8],
            [2, 8],
            [1, 2],
            [3, 4],
            [5, 8],
            [5, 6],
            [6, 7],
            [0, 7],
            [2, 5],
        ],
        (0..6).map(|node| [node, (node + 1) % 6]).collect(),
        vec![[0, 1]],
    ];
    let mut start = 0;
    let mut shifted = Vec::new();
    for (count, edges) in counts.iter().zip(edges) {
        shifted.extend(edges.iter().map(|edge| edge.map(|node| node + start)));
        start += count;
    }
    GraphTopology::new(&counts, shifted)
        .unwrap_or_else(|error| unreachable!("the graphs are simple: {error}"))
}

/// Returns batches without edges: of nodes only, of graphs without nodes, of no graphs.
pub fn barren_graphs() -> [GraphTopology; 3] {
    [vec![3, 0, 1], vec![0, 0], vec![]].map(|counts| {
        GraphTopology::new(&counts, vec![])
            .unwrap_or_else(|error| unreachable!("there are no edges: {error}"))
    })
}
