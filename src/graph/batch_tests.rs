use burn::tensor::TensorData;
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::testing::{assorted_graphs, barren_graphs, random_features};

fn values(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

fn rows(values: &[f32], width: usize) -> Tensor<2> {
    let shape = [values.len() / width, width];
    Tensor::from_data(TensorData::new(values.to_vec(), shape), &Device::flex())
}

#[test]
fn unbatch_and_union_are_inverse() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for topology in [assorted_graphs()].into_iter().chain(barren_graphs()) {
        for edge_width in [0, 3] {
            let device = Device::flex();
            let graphs = random_features(&topology, 2, edge_width, &device, &mut rng);
            let parts = graphs.unbatch();
            assert_eq!(parts.len(), topology.graph_count());
            if parts.is_empty() {
                continue;
            }
            let union = GraphBatch::disjoint_union(&parts);
            assert_eq!(union.topology(), graphs.topology());
            assert_eq!(values(union.nodes()), values(graphs.nodes()));
            assert_eq!(values(union.edges()), values(graphs.edges()));
            assert_eq!(union.edge_width(), edge_width);
        }
    }
}

#[test]
#[should_panic(expected = "features of one width")]
fn a_union_of_different_widths_is_rejected() {
    let graphs = |width| {
        let topology = GraphTopology::single(2, vec![[0, 1]]).unwrap();
        GraphBatch::new(
            topology,
            rows(&[1.0, 2.0], 1),
            Tensor::zeros([1, width], &Device::flex()),
        )
    };
    GraphBatch::disjoint_union(&[graphs(3).unwrap(), graphs(0).unwrap()]);
}

#[test]
fn rows_are_checked() {
    let topology = GraphTopology::single(2, vec![[0, 1]]).unwrap();
    let error = GraphBatch::new(topology, rows(&[1.0; 3], 1), rows(&[1.0], 1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "node features: 3 rows, but the graphs need 2"
    );
}

/// Edge features come with the direction that is listed first, in the order of the graphs.
#[test]
fn coordinate_form_keeps_features_with_their_edges() {
    let (sources, targets) = ([3, 0, 1, 4, 2], [4, 1, 0, 3, 1]);
    let graphs = GraphBatch::from_edge_index(
        [&sources, &targets],
        &[0, 0, 0, 1, 1],
        rows(&[0.0, 1.0, 2.0, 3.0, 4.0], 1),
        rows(&[34.0, 1.0, 10.0, 43.0, 21.0], 1),
    )
    .unwrap();
    assert_eq!(graphs.topology().edges(), [[0, 1], [1, 2], [3, 4]]);
    assert_eq!(values(graphs.edges()), [1.0, 21.0, 34.0]);
    let few = rows(&[1.0], 1);
    let error = GraphBatch::from_edge_index([&sources, &targets], &[0; 5], rows(&[0.0; 5], 1), few);
    assert_eq!(
        error.unwrap_err().to_string(),
        "edge_attr: 1 rows, but the graphs need 5"
    );
}

#[test]
fn reordering_takes_features_along() {
    let topology = GraphTopology::new(&[3, 1], vec![[0, 2]]).unwrap();
    let graphs =
        GraphBatch::new(topology, rows(&[0.0, 1.0, 2.0, 3.0], 1), rows(&[5.0], 1)).unwrap();
    let reordered = graphs.reordered(&[2, 1, 0, 3]).unwrap();
    assert_eq!(values(reordered.nodes()), [2.0, 1.0, 0.0, 3.0]);
    assert_eq!(values(reordered.edges()), [5.0]);
    assert!(graphs.reordered(&[3, 1, 0, 2]).is_err());
}

/// Index tensors are built once per structure.
#[test]
fn indices_are_shared() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let graphs = random_features(&assorted_graphs(), 2, 1, &Device::flex(), &mut rng);
    let other = graphs.clone().with_nodes(graphs.nodes() * 2.0).autodiff();
    assert!(std::ptr::eq(graphs.messages(), other.messages()));
    assert!(std::ptr::eq(graphs.edge_nodes(), other.edge_nodes()));
    assert!(other.device().is_autodiff() && !other.inner().device().is_autodiff());
    assert_eq!(graphs.cast(DType::F64).nodes().dtype(), DType::F64);
}
