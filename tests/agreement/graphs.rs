//! Graph layers do the same on every device.

use burn::{
    module::{Module, ModuleVisitor, Param},
    store::ModuleRecord,
    tensor::{Device, Gradients, Tensor, TensorData, Tolerance},
};
use fireweed::{
    generative::{CriticConfig, CriticNorm},
    graph::{
        GraphBatch, GraphTopology, Segments,
        generate::{complete, path},
    },
    nn::{
        Aggregation, EdgeMlpConfig, EdgeUpdateLayerConfig, EdgeUpdateNetworkConfig,
        GatedReadoutConfig, GcnConvConfig, GraphConvConfig, LatentSkipConfig, MpnnLayerConfig,
        unpooling::{InitialGraphConfig, NodeSelection, UnpoolingLayerConfig},
    },
    testing::{
        Output, assorted_graphs, barren_graphs, check_batch_independence,
        check_permutation_equivariance, random_features, shuffled_nodes,
    },
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::common::{note, other_devices};

fn batch(topology: &GraphTopology, [nodes, edges]: [usize; 2], device: &Device) -> GraphBatch {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    random_features(topology, nodes, edges, device, &mut rng)
}

fn data<const D: usize>(tensor: Tensor<D>) -> TensorData {
    tensor.into_data().convert::<f32>()
}

/// The gradients of all parameters, in the order of the module.
fn gradients(module: &impl Module, gradients: Gradients) -> Vec<TensorData> {
    struct Collect {
        gradients: Gradients,
        found: Vec<TensorData>,
    }
    impl ModuleVisitor for Collect {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let gradient = param.val().grad(&self.gradients);
            self.found.extend(gradient.map(data));
        }
    }
    let mut collect = Collect {
        gradients,
        found: Vec::new(),
    };
    module.visit(&mut collect);
    assert!(!collect.found.is_empty());
    collect.found
}

/// Runs a module with the same weights on flex and on every other device, and compares all that
/// `run` returns, and the gradients of the sum of its squares.
fn compare<M: Module + Clone>(
    init: impl Fn(&Device) -> M,
    run: impl Fn(&M, &Device) -> Vec<Tensor<2>>,
) {
    let reference = init(&Device::flex().autodiff());
    let bytes = reference.clone().into_record().into_bytes().unwrap();
    let all = |module: &M, device: &Device| -> Vec<TensorData> {
        let outputs = run(module, device);
        let loss = outputs
            .iter()
            .filter(|output| output.shape().num_elements() > 0)
            .map(|output| output.clone().square().sum())
            .reduce(|a, b| a + b)
            .unwrap();
        let gradients = gradients(module, loss.backward());
        outputs.into_iter().map(data).chain(gradients).collect()
    };
    let expected = all(&reference, &Device::flex().autodiff());
    for (spec, device) in other_devices() {
        note(format!("{spec}: {}", std::any::type_name::<M>()));
        let device = device.autodiff();
        let record = ModuleRecord::from_bytes(bytes.clone()).unwrap();
        let module = init(&device).load_record(record);
        let found = all(&module, &device);
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            found.assert_approx_eq::<f32>(expected, Tolerance::rel_abs(1e-3, 1e-4));
        }
    }
}

/// Order of nodes, batches, and structures without edges or nodes, on every device.
fn check_everywhere<M: Module + Clone>(
    init: impl Fn(&Device) -> M,
    widths: [usize; 2],
    output: Output,
    run: impl Fn(&M, &GraphBatch) -> Tensor<2>,
) {
    compare(&init, |module, device| {
        vec![run(module, &batch(&assorted_graphs(), widths, device))]
    });
    for (_, device) in other_devices() {
        let module = init(&device);
        let graphs = batch(&assorted_graphs(), widths, &device);
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let layer = |graphs: &GraphBatch| run(&module, graphs);
        check_permutation_equivariance(&graphs, output, 1e-4, &mut rng, layer).unwrap();
        check_batch_independence(&graphs, 1e-4, layer).unwrap();
        for topology in barren_graphs() {
            let rows = match output {
                Output::Nodes => topology.node_count(),
                Output::Edges => topology.edge_count(),
                Output::Graphs => topology.graph_count(),
            };
            assert_eq!(layer(&batch(&topology, widths, &device)).dims()[0], rows);
        }
    }
}

#[cfg_attr(test, test)]
pub(crate) fn segment_reductions_agree_across_devices() {
    let ids = [2, 0, 2, 5, 0, 2, 4];
    let run = |device: &Device| -> Vec<TensorData> {
        let segments = Segments::new(&ids, 6, device);
        let values = [
            [0.5, -1.0],
            [2.0, 0.1],
            [-0.3, 4.0],
            [1.5, 1.5],
            [2.0, 0.2],
            [9.0, -9.0],
            [-7.0, 0.0],
        ];
        let values = Tensor::<2>::from_floats(values, &device.clone().autodiff()).require_grad();
        let weights = Tensor::<2>::from_floats([[1.0, 2.0]], device);
        let outputs = [
            segments.sum(values.clone()),
            segments.mean(values.clone()),
            segments.max(values.clone()),
            segments.softmax(values.clone()),
        ];
        let loss = outputs
            .iter()
            .map(|o| (o.clone() * weights.clone()).square().sum());
        let grads = loss.reduce(|a, b| a + b).unwrap().backward();
        let gradient = values.grad(&grads).unwrap();
        let none = Segments::new(&[], 3, device);
        let rows = Tensor::<2>::zeros([0, 2], device);
        let empty = [
            none.sum(rows.clone()),
            none.mean(rows.clone()),
            none.max(rows),
        ];
        let outputs = outputs.into_iter().chain(empty).chain([gradient]);
        outputs.map(data).collect()
    };
    let expected = run(&Device::flex());
    for (spec, device) in other_devices() {
        note(format!("{spec}"));
        for (found, expected) in run(&device).iter().zip(&expected) {
            found.assert_approx_eq::<f32>(expected, Tolerance::rel_abs(1e-4, 1e-5));
        }
    }
}

#[cfg_attr(test, test)]
pub(crate) fn message_passing_agrees_across_devices() {
    for (nodes, edges, outputs) in [(3, 2, 5), (5, 2, 3), (4, 0, 4)] {
        for aggregation in [Aggregation::Sum, Aggregation::Mean, Aggregation::Max] {
            let config = MpnnLayerConfig::new(nodes, edges, outputs).with_aggregation(aggregation);
            check_everywhere(
                |device| config.init(device),
                [nodes, edges],
                Output::Nodes,
                |layer, graphs| layer.forward(graphs),
            );
        }
    }
}

#[cfg_attr(test, test)]
pub(crate) fn convolutions_readout_and_edge_layers_agree_across_devices() {
    check_everywhere(
        |device| GraphConvConfig::new(3, 4).init(device),
        [3, 0],
        Output::Nodes,
        |layer, graphs| layer.forward(graphs),
    );
    check_everywhere(
        |device| GcnConvConfig::new(3, 4).init(device),
        [3, 0],
        Output::Nodes,
        |layer, graphs| layer.forward(graphs),
    );
    check_everywhere(
        |device| GatedReadoutConfig::new(3, 4).init(device),
        [3, 0],
        Output::Graphs,
        |layer, graphs| layer.forward(graphs),
    );
    check_everywhere(
        |device| EdgeMlpConfig::new(3, 4).init(device),
        [3, 0],
        Output::Edges,
        |layer, graphs| layer.forward(graphs),
    );
    check_everywhere(
        |device| EdgeUpdateLayerConfig::new(5, 4).init(device),
        [5, 4],
        Output::Edges,
        |layer, graphs| layer.forward(graphs.clone()).edges(),
    );
    check_everywhere(
        |device| EdgeUpdateNetworkConfig::new(3, 2).init(device),
        [3, 2],
        Output::Nodes,
        |network, graphs| network.forward(graphs.clone()).nodes(),
    );
}

/// The same choices have the same probability, features and gradients; what is drawn is connected;
/// graphs without draws of some kind, or any, go through.
#[cfg_attr(test, test)]
pub(crate) fn unpooling_agrees_across_devices() {
    for preference in [true, false] {
        let config = UnpoolingLayerConfig::new(8, 3)
            .with_selection(NodeSelection::AllRandom)
            .with_preference(preference);
        let reference = config.init(&Device::flex());
        let graphs = batch(&assorted_graphs(), [8, 3], &Device::flex());
        let choices = reference.sample(&graphs, &mut ChaCha8Rng::seed_from_u64(4));
        compare(
            |device| config.init(device),
            |layer, device| {
                let graphs = batch(&assorted_graphs(), [8, 3], device);
                let output = layer.replay(&graphs, &choices).unwrap();
                let log_prob = output.log_prob.unsqueeze();
                vec![log_prob, output.graphs.nodes(), output.graphs.edges()]
            },
        );
    }
    for (spec, device) in other_devices() {
        note(format!("{spec}"));
        let device = device.autodiff();
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        for (edges, batch_norm) in [(3, true), (0, false)] {
            let layer = UnpoolingLayerConfig::new(8, edges)
                .with_selection(NodeSelection::ByPosition { kept: 1, random: 2 })
                .with_batch_norm(batch_norm)
                .init(&device);
            for topology in [assorted_graphs()].into_iter().chain(barren_graphs()) {
                let graphs = batch(&topology, [8, edges], &device);
                let output = layer.forward(&graphs, &mut rng);
                let larger = output.graphs.topology();
                assert_eq!(larger.component_counts(), topology.component_counts());
                let again = layer.replay(&graphs, &output.choices).unwrap();
                let tolerance = Tolerance::rel_abs(1e-4, 1e-5);
                data(again.log_prob).assert_approx_eq::<f32>(&data(output.log_prob), tolerance);
            }
        }
        let layer = UnpoolingLayerConfig::new(8, 3).init(&device);
        let graphs = batch(&assorted_graphs(), [8, 3], &device);
        let output = layer.forward(&graphs, &mut rng);
        let order = shuffled_nodes(graphs.topology(), &mut rng);
        let choices = output.choices.reordered(graphs.topology(), &order);
        let shuffled = graphs.reordered(&order).unwrap();
        let score = layer.score(&shuffled, &choices).unwrap();
        let tolerance = Tolerance::rel_abs(1e-3, 1e-4);
        data(score).assert_approx_eq::<f32>(&data(output.log_prob.clone()), tolerance);
        for (index, alone) in graphs.unbatch().iter().enumerate() {
            let choices = output.choices.graph(graphs.topology(), index);
            let score = layer.score(alone, &choices).unwrap();
            let expected = output.log_prob.clone().slice(index..index + 1);
            let tolerance = Tolerance::rel_abs(1e-3, 1e-4);
            data(score).assert_approx_eq::<f32>(&data(expected), tolerance);
        }
    }
}

#[cfg_attr(test, test)]
pub(crate) fn initial_graphs_and_skip_connections_agree_across_devices() {
    let latent =
        |device: &Device| Tensor::<2>::from_floats([[0.1, -0.5], [0.7, 0.2], [-0.3, 0.9]], device);
    let config = InitialGraphConfig::new(2, 6, 3).with_hidden(Some(5));
    let drawn = config
        .init(&Device::flex())
        .forward(latent(&Device::flex()), &mut ChaCha8Rng::seed_from_u64(6));
    compare(
        |device| config.init(device),
        |layer, device| {
            let made = layer.replay(latent(device), &drawn.structures);
            vec![
                made.log_prob.unsqueeze(),
                made.graphs.nodes(),
                made.graphs.edges(),
            ]
        },
    );
    let topology = GraphTopology::disjoint_union([&path(3), &complete(4), &path(1)]);
    compare(
        |device| LatentSkipConfig::new(2, 3, 4).init(device),
        |layer, device| {
            vec![
                layer
                    .forward(latent(device), &batch(&topology, [2, 0], device))
                    .nodes(),
            ]
        },
    );
}

/// A critic's input gradient, and what a penalty on it gives the parameters.
///
/// With Burn's kernel fusion (feature `fusion`) this fails on wgpu with the software adapter, from two
/// message passing layers on: see the feature in Cargo.toml.
#[cfg_attr(test, test)]
pub(crate) fn input_gradients_of_critics_agree_across_devices() {
    let topology = assorted_graphs();
    for norm in [CriticNorm::None, CriticNorm::Layer, CriticNorm::Batch] {
        for edges in [0, 3] {
            let config = CriticConfig::new(4, edges)
                .with_widths(vec![8, 6])
                .with_readout(6)
                .with_hidden(vec![5])
                .with_norm(norm);
            compare(
                |device| {
                    let mut rng = ChaCha8Rng::seed_from_u64(3);
                    let critic = config.try_init(device).unwrap();
                    fireweed::generative::initialize_normal(critic, 0.2, &mut rng)
                },
                |critic, device| {
                    let graphs = batch(&topology, [4, edges], device);
                    let judged = critic.forward_with_gradient(&graphs, None);
                    vec![
                        judged.scores.unsqueeze_dim(1),
                        judged.node_gradient,
                        judged.edge_gradient,
                    ]
                },
            );
        }
    }
}
