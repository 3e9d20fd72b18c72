use super::*;
use crate::{
    graph::{generate::path, unpooling::UnpoolingChoices},
    testing::{assorted_graphs, shuffled_nodes},
};

fn layers(device: &Device) -> Vec<UnpoolingLayer> {
    let base = UnpoolingLayerConfig::new(9, 3).with_output_edge_features(Some(2));
    [
        base.clone().with_selection(NodeSelection::AllRandom),
        base.clone(),
        base.with_preference(false)
            .with_selection(NodeSelection::AllRandom),
    ]
    .map(|config| scaled(config.init(device), 3.0))
    .to_vec()
}

fn rows(tensor: Tensor<2>) -> Vec<Vec<f64>> {
    let [_, width] = tensor.dims();
    let values = tensor.into_data().convert::<f64>();
    let values: Vec<f64> = values.iter::<f64>().collect();
    values.chunks(width.max(1)).map(<[f64]>::to_vec).collect()
}

fn assert_close(a: &[f64], b: &[f64], tolerance: f64) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{a} and {b}");
    }
}

/// The same choices, in the batch and graph by graph.
#[test]
fn graphs_of_a_batch_do_not_influence_each_other() {
    let device = Device::flex();
    let batch = features(&assorted_graphs(), [9, 3], 1, &device);
    for layer in layers(&device) {
        let together = layer.forward(&batch, &mut ChaCha8Rng::seed_from_u64(2));
        let log_probs = read(together.log_prob.clone());
        let outputs = together.graphs.unbatch();
        for (graph, alone) in batch.unbatch().iter().enumerate() {
            let choices = together.choices.graph(batch.topology(), graph);
            let alone = layer.replay(alone, &choices).unwrap();
            assert_close(&read(alone.log_prob), &log_probs[graph..=graph], 1e-5);
            assert_eq!(alone.graphs.topology(), outputs[graph].topology());
            for (a, b) in [
                (alone.graphs.nodes(), outputs[graph].nodes()),
                (alone.graphs.edges(), outputs[graph].edges()),
            ] {
                assert_close(&rows(a).concat(), &rows(b).concat(), 1e-5);
            }
        }
        let parts: Vec<_> = batch.topology().graphs().collect();
        let choices: Vec<_> = (0..parts.len())
            .map(|graph| together.choices.graph(batch.topology(), graph))
            .collect();
        let joined = UnpoolingChoices::concat(parts.iter().zip(&choices)).unwrap();
        assert_eq!(joined, together.choices);
    }
}

/// The same choices for renumbered nodes: same probabilities, same output graph and features, up to
/// where the children of each node are.
#[test]
fn the_order_of_nodes_has_no_effect() {
    let device = Device::flex();
    let batch = features(&assorted_graphs(), [9, 3], 3, &device);
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    for layer in layers(&device) {
        let original = layer.forward(&batch, &mut rng);
        let order = shuffled_nodes(batch.topology(), &mut rng);
        let shuffled = batch.reordered(&order).unwrap();
        let choices = original.choices.reordered(batch.topology(), &order);
        let renumbered = layer.replay(&shuffled, &choices).unwrap();
        assert_close(
            &read(renumbered.log_prob.clone()),
            &read(original.log_prob.clone()),
            1e-5,
        );

        // Children are named by their parent in the original numbering and by which they are.
        let name = |output: &Unpooled, node: usize, renumbered: bool| {
            let parent = output.parents[node];
            let parent = if renumbered { order[parent] } else { parent };
            (parent, output.is_second[node])
        };
        let described = |output: &Unpooled, renumbered: bool| {
            let topology = output.graphs.topology();
            let nodes = rows(output.graphs.nodes());
            let edges = rows(output.graphs.edges());
            let mut nodes: Vec<_> = (0..topology.node_count())
                .map(|node| (name(output, node, renumbered), nodes[node].clone()))
                .collect();
            let mut edges: Vec<_> = topology
                .edges()
                .iter()
                .zip(&edges)
                .map(|(edge, row)| {
                    let mut ends = edge.map(|node| name(output, node, renumbered));
                    ends.sort_unstable();
                    (ends, row.clone())
                })
                .collect();
            nodes.sort_by_key(|(name, _)| *name);
            edges.sort_by_key(|(ends, _)| *ends);
            (nodes, edges)
        };
        let (nodes, edges) = described(&original, false);
        let (other_nodes, other_edges) = described(&renumbered, true);
        assert_eq!(nodes.len(), other_nodes.len());
        for (a, b) in nodes.iter().zip(&other_nodes) {
            assert_eq!(a.0, b.0);
            assert_close(&b.1, &a.1, 1e-5);
        }
        assert_eq!(edges.len(), other_edges.len());
        for (a, b) in edges.iter().zip(&other_edges) {
            assert_eq!(a.0, b.0);
            assert_close(&b.1, &a.1, 1e-5);
        }
    }
}

/// Batches in which some kind of draw does not occur, or none at all.
#[test]
fn graphs_without_draws_of_some_kind() {
    let device = Device::flex().autodiff();
    let none = GraphTopology::new(&[], vec![]).unwrap();
    let nodes_only = GraphTopology::new(&[1, 0, 2], vec![]).unwrap();
    let one_edge = path(2);
    for topology in [none, nodes_only, one_edge] {
        let graphs = features(&topology, [9, 3], 5, &device);
        for kept in [0, 1, 5] {
            for random in [0, 1] {
                let selection = NodeSelection::ByPosition { kept, random };
                let layer = UnpoolingLayerConfig::new(9, 3)
                    .with_selection(selection)
                    .with_batch_norm(true)
                    .init(&device);
                let output = layer.forward(&graphs, &mut ChaCha8Rng::seed_from_u64(6));
                assert_eq!(output.log_prob.dims(), [topology.graph_count()]);
                assert!(read(output.log_prob.clone()).iter().all(|p| p.is_finite()));
                if topology.graph_count() > 0 {
                    // Also where nothing was drawn: a training step must not fail.
                    let _ = output.log_prob.sum().backward();
                }
                assert_eq!(output.graphs.node_width(), 6);
                if kept == 5 {
                    assert_eq!(output.graphs.topology().as_ref(), &topology);
                }
            }
        }
    }
}
