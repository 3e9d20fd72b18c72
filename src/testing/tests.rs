//! Tests that the helpers find the errors that they check for.

use burn::{
    module::{Module, Param},
    nn::{Linear, LinearConfig},
    tensor::{DType, Device, Tensor},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::graph::generate::path;

fn rng() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(3)
}

#[test]
fn a_missing_gradient_is_found() {
    let device = Device::flex().autodiff();
    let linear = randomize(LinearConfig::new(3, 2).init(&device), 1.0, &mut rng());
    let x = Tensor::<2>::ones([4, 3], (&device, DType::F64));
    let right = |linear: &Linear| linear.forward(x.clone()).square().sum();
    let report = check_gradients(&linear, 4, 1e-6, right).unwrap();
    assert_eq!(report.compared, [("weight".into(), 3), ("bias".into(), 2)]);

    // One factor of the square does not propagate its gradient.
    let halved = |linear: &Linear| {
        let y = linear.forward(x.clone());
        (y.clone() * y.detach()).sum()
    };
    let error = check_gradients(&linear, 4, 1e-6, halved).unwrap_err();
    assert_eq!((error.parameter.as_str(), error.element), ("weight", 0));
    let autodiff = error.autodiff.unwrap();
    assert!((2.0 * autodiff - error.difference).abs() < 1e-5, "{error}");

    // The weight has no gradient at all, but the loss depends on it.
    let none = |linear: &Linear| {
        let weight = linear.weight.val().detach().sum();
        weight + linear.bias.as_ref().unwrap().val().sum()
    };
    let error = check_gradients(&linear, 4, 1e-6, none).unwrap_err();
    assert_eq!(error.autodiff, None);
    assert_eq!(
        error.to_string().split(", ").next(),
        Some("weight[0]: autodiff gives no gradient")
    );
}

#[test]
fn frozen_parameters_are_left_out() {
    #[derive(Module, Debug)]
    struct Scale {
        frozen: Param<Tensor<1>>,
        free: Param<Tensor<1>>,
    }
    let device = Device::flex().autodiff();
    let scale = Scale {
        frozen: Param::from_tensor(Tensor::ones([2], &device)).set_require_grad(false),
        free: Param::from_tensor(Tensor::ones([2], &device)),
    };
    let report = check_gradients(&scale, 9, 1e-6, |scale| {
        (scale.frozen.val() * scale.free.val()).square().sum()
    });
    assert_eq!(report.unwrap().compared, [("free".into(), 2)]);
}

#[test]
fn layers_that_depend_on_the_order_are_found() {
    let device = Device::flex();
    let graphs = random_features(&assorted_graphs(), 3, 2, &device, &mut rng());
    let check = |output, layer: &dyn Fn(&crate::graph::GraphBatch) -> Tensor<2>| {
        check_permutation_equivariance(&graphs, output, 1e-6, &mut rng(), layer)
    };
    assert!(check(Output::Nodes, &|g| g.nodes()).is_ok());
    assert!(check(Output::Edges, &|g| g.edges()).is_ok());
    assert!(check(Output::Graphs, &|g| g.nodes_by_graph().sum(g.nodes())).is_ok());
    // Each row depends on the one before it.
    let shifted = |rows: Tensor<2>| rows.clone() + rows.roll_dim(1, 0);
    assert!(check(Output::Nodes, &|g| shifted(g.nodes())).is_err());
    assert!(check(Output::Edges, &|g| shifted(g.edges())).is_err());
    assert!(
        check(Output::Nodes, &|g| g.nodes() / 0.0).is_err(),
        "infinite"
    );
}

#[test]
fn graphs_that_influence_each_other_are_found() {
    let device = Device::flex();
    let graphs = random_features(&assorted_graphs(), 3, 2, &device, &mut rng());
    assert!(check_batch_independence(&graphs, 1e-6, |g| g.nodes()).is_ok());
    let centered = |g: &crate::graph::GraphBatch| g.nodes() - g.nodes().mean_dim(0);
    let error = check_batch_independence(&graphs, 1e-6, centered).unwrap_err();
    assert!(
        matches!(error, OutputMismatch::Value { row: 0, .. }),
        "{error}"
    );
    let cut = |g: &crate::graph::GraphBatch| g.nodes().slice(0..g.nodes().dims()[0].min(20));
    let error = check_batch_independence(&graphs, 1e-6, cut).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the output is [20, 3] and should be [34, 3]"
    );
}

#[test]
fn assorted_graphs_are_of_every_kind() {
    let graphs = assorted_graphs();
    assert_eq!(graphs.component_counts(), [1, 1, 0, 1, 3, 1, 1, 1]);
    assert!(
        barren_graphs()
            .iter()
            .all(|graphs| graphs.edge_count() == 0)
    );
}

/// Drawn once with rand 0.10.4; a change here changes every seeded test.
#[test]
fn draws_are_stable() {
    let device = Device::flex();
    let graphs = random_features(&path(2), 2, 1, &device, &mut rng());
    let values = |tensor: Tensor<2>| tensor.into_data().try_into_vec::<f32>().unwrap();
    let nodes = [-0.78329754, 0.24593472, 0.2778921, -0.8373966];
    assert_eq!(values(graphs.nodes()), nodes);
    assert_eq!(values(graphs.edges()), [0.8316729]);
    let linear = randomize(LinearConfig::new(2, 1).init(&device), 1.0, &mut rng());
    assert_eq!(values(linear.weight.val()), [-0.55387497, 0.17390211]);
    assert_eq!(shuffled_nodes(&path(6), &mut rng()), [2, 1, 0, 4, 3, 5]);
}
