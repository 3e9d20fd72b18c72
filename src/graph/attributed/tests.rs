use super::*;
use crate::graph::generate::{PlacedGraph, Waxman, cycle, path};

fn kinds(name: &str, values: &[&str]) -> KindNames {
    KindNames {
        name: name.into(),
        values: values.iter().map(|&value| value.to_owned()).collect(),
    }
}

/// A path of three nodes with a number and two kinds at nodes and a kind at edges.
fn sample() -> (AttributeNames, AttributeNames, AttributedGraph) {
    let nodes = AttributeNames {
        numbers: vec!["mass".into()],
        kinds: vec![kinds("element", &["C", "N"]), kinds("charge", &["0", "+"])],
    };
    let edges = AttributeNames {
        numbers: Vec::new(),
        kinds: vec![kinds("order", &["single", "double"])],
    };
    let graph = AttributedGraph {
        topology: path(3),
        nodes: Attributes {
            numbers: vec![vec![12.0, 14.0, 12.0]],
            kinds: vec![vec![0, 1, 0], vec![0, 1, 0]],
        },
        edges: Attributes {
            numbers: Vec::new(),
            kinds: vec![vec![1, 0]],
        },
    };
    (nodes, edges, graph)
}

#[test]
fn places_round_trip() {
    let graphs = Waxman::new().dataset(5, 0..20, 1).unwrap();
    let set = AttributedGraphs::of_placed(&graphs);
    assert_eq!(set.node_names().numbers, ["x", "y"]);
    assert_eq!(set.to_placed::<2>().unwrap(), graphs);
    let error = set.to_placed::<3>().unwrap_err().to_string();
    assert!(
        error.contains("x, y, z") && error.ends_with("there are x, y"),
        "{error}"
    );
    let space = PlacedGraph::new(path(2), vec![[1.0; 4], [2.0; 4]]).unwrap();
    let set = AttributedGraphs::of_placed(std::slice::from_ref(&space));
    assert_eq!(set.node_names().numbers, ["x", "y", "z", "x3"]);
    assert_eq!(set.to_placed::<4>().unwrap(), [space]);
    // Three of the four are coordinates by name.
    assert_eq!(set.to_placed::<3>().unwrap()[0].positions()[1], [2.0; 3]);
}

#[test]
fn kinds_are_joined_to_the_combinations_that_occur() {
    let (nodes, edges, graph) = sample();
    let set = AttributedGraphs::new(nodes, edges.clone(), vec![graph]).unwrap();
    let joined = set.with_joined_kinds();
    assert_eq!(
        joined.node_names().kinds,
        [kinds("element+charge", &["C+0", "N++"])]
    );
    assert_eq!(joined.graphs()[0].nodes.kinds, [[0, 1, 0]]);
    assert_eq!(joined.edge_names(), &edges);
    assert_eq!(joined.clone().with_joined_kinds(), joined);
}

#[test]
fn attributes_that_do_not_fit_are_rejected() {
    let error = |change: fn(&mut AttributeNames, &mut AttributedGraph)| {
        let (mut nodes, edges, mut graph) = sample();
        change(&mut nodes, &mut graph);
        let error = AttributedGraphs::new(nodes, edges, vec![graph]).unwrap_err();
        error.to_string()
    };
    assert_eq!(
        error(|_, graph| graph.nodes.numbers[0][1] = f64::NAN),
        "graph 0, attribute mass: NaN is not a finite number"
    );
    assert_eq!(
        error(|_, graph| graph.nodes.kinds[1][2] = 2),
        "graph 0, attribute charge: 2 is not one of the 2 kinds, from 0"
    );
    assert_eq!(
        error(|_, graph| graph.edges.kinds[0].push(0)),
        "graph 0, attribute order: 3 values for 2 edges"
    );
    assert_eq!(
        error(|_, graph| graph.nodes.kinds.truncate(1)),
        "graph 0, nodes: 1 attributes, but the set has 2"
    );
    assert_eq!(
        error(|nodes, _| nodes.kinds[0].name = "mass".into()),
        "two attributes of nodes are named mass: rename one"
    );
    let two = crate::graph::GraphTopology::disjoint_union([&path(2), &cycle(3).unwrap()]);
    let error = AttributedGraphs::plain([path(1), two]).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("graph 1: one graph is required")
    );
}

#[test]
fn links_along_a_chain_are_distinguished_from_contacts() {
    let places = vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [9.0, 1.0]];
    let chain = PlacedGraph::of_contacts(places, 2.0);
    let set = AttributedGraphs::of_chains(std::slice::from_ref(&chain));
    assert_eq!(chain.topology().edges(), [[0, 1], [0, 2], [1, 2]]);
    assert_eq!(set.graphs()[0].edge_kinds(), [1, 0, 1]);
    assert_eq!(set.graphs()[0].node_kinds(), [0; 4]);
    assert_eq!(set.to_placed::<2>().unwrap(), [chain]);
}
