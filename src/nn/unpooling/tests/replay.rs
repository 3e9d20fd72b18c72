use super::*;
use crate::{
    graph::{
        generate::{complete, cycle, path, random_connected},
        unpooling::{Additional, Child, Impossible, Inherit, UnpoolingChoices, UnpoolingError},
    },
    testing::check_gradients,
};

fn ragged() -> GraphTopology {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let graphs = [
        complete(4),
        path(1),
        random_connected(9, 5, &mut rng).unwrap(),
        path(2),
        cycle(5).unwrap(),
    ];
    GraphTopology::disjoint_union(&graphs)
}

fn configs() -> Vec<UnpoolingLayerConfig> {
    let base = UnpoolingLayerConfig::new(8, 3);
    vec![
        base.clone(),
        base.clone()
            .with_selection(NodeSelection::AllRandom)
            .with_deep_node_head(true),
        base.clone()
            .with_selection(NodeSelection::ByPosition { kept: 1, random: 2 })
            .with_preference(false),
        base.clone().with_additional_edge(false),
        base.with_batch_norm(true).with_scorer_batch_norm(true),
    ]
}

/// With batch normalization in training mode too, where probabilities depend on the batch.
#[test]
fn the_sampled_log_probability_is_the_scored_one() {
    let device = Device::flex().autodiff();
    for config in configs() {
        let layer = scaled(config.init(&device), 2.0);
        let graphs = features(&ragged(), [8, 3], 5, &device);
        let drawn = layer.forward(&graphs, &mut ChaCha8Rng::seed_from_u64(1));
        let choices = layer.sample(&graphs, &mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(choices, drawn.choices);
        let replayed = layer.replay(&graphs, &choices).unwrap();
        let scored = layer.score(&graphs, &choices).unwrap();
        let expected = read(drawn.log_prob);
        assert!(expected.iter().all(|p| p.is_finite() && *p <= 0.0));
        assert!(expected[0] < -1.0, "a graph with draws: {expected:?}");
        assert_eq!(read(replayed.log_prob), expected);
        assert_eq!(read(scored), expected);
        assert_eq!(replayed.graphs.topology(), drawn.graphs.topology());
        let data = |t: Tensor<2>| t.into_data().try_into_vec::<f32>().unwrap();
        assert_eq!(data(replayed.graphs.nodes()), data(drawn.graphs.nodes()));
        assert_eq!(data(replayed.graphs.edges()), data(drawn.graphs.edges()));
        assert_eq!(replayed.parents, drawn.parents);
    }
}

/// Of the score for each network, and of the features that were made.
#[test]
fn gradients_match_finite_differences() {
    let device = Device::flex().autodiff();
    let selection = NodeSelection::ByPosition { kept: 0, random: 3 };
    for (deep, preference) in [(false, true), (true, true), (false, false)] {
        let layer = UnpoolingLayerConfig::new(8, 3)
            .with_selection(selection)
            .with_deep_node_head(deep)
            .with_preference(preference)
            .init(&device);
        let layer = scaled(layer, 2.0);
        let graphs = features(&ragged(), [8, 3], 6, &device);
        // Choices in which every kind of decision occurs.
        let choices = (0..1000)
            .map(|seed| layer.sample(&graphs, &mut ChaCha8Rng::seed_from_u64(seed)))
            .find(|choices| {
                let added = |a: Additional| choices.additional.contains(&a);
                choices.common_edge.iter().flatten().count() > 1
                    && added(Additional::BetweenOthers)
                    && (added(Additional::To(Child::First)) || added(Additional::To(Child::Second)))
                    && choices.unpooled.contains(&false)
            })
            .expect("every kind of decision should occur in a thousand draws");
        let graphs = graphs.cast(burn::tensor::DType::F64);
        let loss = |layer: &UnpoolingLayer| {
            let output = layer.replay(&graphs, &choices).unwrap();
            let weights = Tensor::<1>::from_floats([1.0, 0.3, -0.7, 2.0, 0.5], &device);
            let score = (output.log_prob * weights.cast(DType::F64)).sum();
            score + output.graphs.edges().square().sum() + output.graphs.nodes().square().sum()
        };
        let report = check_gradients(&layer, 6, 2e-6, loss).unwrap();
        let names: Vec<_> = report
            .compared
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        for network in [
            "node_head",
            "features",
            "intra_link",
            "single",
            "both",
            "additional",
            "edge_mlp",
        ] {
            assert!(names.iter().any(|name| name.contains(network)), "{network}");
        }
        assert_eq!(
            preference,
            names.iter().any(|name| name.contains("preference"))
        );
        // Every network has a gradient of the score alone, too.
        let grads = layer
            .score(&features(&ragged(), [8, 3], 6, &device), &choices)
            .unwrap();
        let grads = grads.sum().backward();
        let nonzero = |linear: &burn::nn::Linear| {
            let grad = linear.weight.val().grad(&grads).unwrap();
            grad.abs().max().into_scalar::<f32>() > 0.0
        };
        let networks = &layer.networks;
        assert!(nonzero(&networks.node_head.output));
        assert!(networks.features.iter().all(|block| nonzero(&block.linear)));
        assert!(nonzero(&networks.intra_link.1));
        for scorer in [&networks.single, &networks.both, &networks.additional] {
            assert!(scorer.linears().into_iter().all(nonzero));
        }
    }
}

/// The gradient of the score reaches earlier layers.
#[test]
fn the_score_has_a_gradient_in_the_input() {
    let device = Device::flex().autodiff();
    let layer = UnpoolingLayerConfig::new(8, 3).init(&device);
    let graphs = features(&ragged(), [8, 3], 6, &device);
    let (x, w) = (graphs.nodes().require_grad(), graphs.edges().require_grad());
    let graphs = graphs.with_nodes(x.clone()).with_edges(w.clone());
    let drawn = layer.forward(&graphs, &mut ChaCha8Rng::seed_from_u64(0));
    let grads = drawn.log_prob.sum().backward();
    for input in [x, w] {
        let grad = input.grad(&grads).unwrap();
        assert!(grad.abs().max().into_scalar::<f32>() > 0.0);
    }
}

#[test]
fn impossible_replays_are_rejected() {
    let device = Device::flex();
    let selection = NodeSelection::ByPosition { kept: 1, random: 0 };
    let layer = UnpoolingLayerConfig::new(8, 0)
        .with_selection(selection)
        .init(&device);
    let graphs = features(&path(3), [8, 0], 7, &device);
    let good = UnpoolingChoices {
        unpooled: vec![false, true, true],
        intra_link: vec![false, true, false],
        common_edge: vec![None, None, Some(1)],
        inherit: vec![
            [None, Some(Inherit::First)],
            [Some(Inherit::First), Some(Inherit::Both)],
        ],
        additional: vec![Additional::Absent, Additional::To(Child::Second)],
    };
    assert!(layer.replay(&graphs, &good).is_ok());
    let changed = |change: &dyn Fn(&mut UnpoolingChoices)| {
        let mut choices = good.clone();
        change(&mut choices);
        let error = layer.replay(&graphs, &choices).unwrap_err();
        assert_eq!(layer.score(&graphs, &choices).unwrap_err(), error);
        assert_eq!(error.to_string().lines().count(), 1);
        error
    };
    let node = |node, reason| UnpoolingError::Node { node, reason };
    let edge = |edge, reason| UnpoolingError::Edge { edge, reason };
    assert_eq!(
        changed(&|c| c.unpooled.truncate(2)),
        UnpoolingError::Length {
            what: "unpooled",
            expected: 3,
            found: 2
        }
    );
    assert_eq!(
        changed(&|c| c.intra_link[0] = true),
        node(0, Impossible::ChildrenOfKept)
    );
    assert_eq!(
        changed(&|c| c.common_edge[1] = Some(0)),
        node(1, Impossible::LinkAndCommonEdge)
    );
    assert_eq!(
        changed(&|c| c.common_edge[2] = None),
        node(2, Impossible::NoCommonEdge)
    );
    assert_eq!(
        changed(&|c| c.common_edge[2] = Some(0)),
        node(2, Impossible::ForeignCommonEdge)
    );
    assert_eq!(
        changed(&|c| c.inherit[0][0] = Some(Inherit::Both)),
        edge(0, Impossible::Heirs)
    );
    assert_eq!(
        changed(&|c| c.inherit[1][1] = Some(Inherit::First)),
        edge(1, Impossible::CommonEdgeNotShared)
    );
    assert_eq!(
        changed(&|c| c.additional[1] = Additional::BetweenOthers),
        edge(1, Impossible::Additional)
    );
    assert_eq!(
        changed(&|c| c.additional[0] = Additional::To(Child::First)),
        edge(0, Impossible::Additional)
    );
    assert_eq!(
        changed(&|c| {
            c.unpooled[0] = true;
            c.intra_link[0] = true;
            c.inherit[0][0] = Some(Inherit::Both);
        }),
        node(0, Impossible::Kept)
    );
    assert_eq!(
        changed(&|c| {
            c.unpooled[1] = false;
            c.intra_link[1] = false;
            c.inherit = vec![[None, None], [None, Some(Inherit::Both)]];
            c.additional[1] = Additional::Absent;
        }),
        node(1, Impossible::Unpooled)
    );
    let without = UnpoolingLayerConfig::new(8, 0)
        .with_selection(selection)
        .with_additional_edge(false)
        .init(&device);
    assert_eq!(
        without.replay(&graphs, &good).unwrap_err(),
        edge(1, Impossible::AdditionalOff)
    );
    let isolated = features(&path(1), [8, 0], 7, &device);
    let split = UnpoolingLayerConfig::new(8, 0).init(&device);
    let apart = UnpoolingChoices {
        unpooled: vec![true],
        intra_link: vec![false],
        common_edge: vec![None],
        ..Default::default()
    };
    assert_eq!(
        split.replay(&isolated, &apart).unwrap_err(),
        node(0, Impossible::FallsApart)
    );
}
