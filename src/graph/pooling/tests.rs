use petgraph::algo::is_isomorphic;
use proptest::prelude::*;

use super::*;
use crate::{
    graph::{GraphError, unpooling::Impossible},
    testing::connected_graphs,
};

/// The regenerated graph is the given one, node by node.
fn assert_regenerates(graph: &GraphTopology, pooling: &Pooling) {
    assert!(pooling.parent.is_connected());
    let again = pooling.choices.expand(&pooling.parent).unwrap().topology;
    assert_same(graph, &again, &pooling.origin);
}

fn assert_same(graph: &GraphTopology, again: &GraphTopology, origin: &[usize]) {
    let renamed = |edge: &[usize; 2]| {
        let mut edge = edge.map(|node| origin[node]);
        edge.sort_unstable();
        edge
    };
    let mut found: Vec<_> = again.edges().iter().map(renamed).collect();
    let mut expected = graph.edges().to_vec();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    let mut nodes = origin.to_vec();
    nodes.sort_unstable();
    assert!(nodes.into_iter().eq(0..graph.node_count()));
}

#[test]
fn every_small_connected_graph_and_every_size() {
    let mut cases = 0;
    for nodes in 2..=7usize {
        for graph in connected_graphs(nodes) {
            for size in nodes.div_ceil(2)..nodes {
                let pooling = pool(&graph, size).unwrap();
                assert_eq!(pooling.parent.node_count(), size);
                assert_regenerates(&graph, &pooling);
                cases += 1;
            }
        }
    }
    assert_eq!(cases, 1 + 2 + 6 * 2 + 21 * 2 + 112 * 3 + 853 * 3);
}

/// Random connected graphs: a random tree and further edges.
fn connected(nodes: std::ops::Range<usize>) -> impl Strategy<Value = GraphTopology> {
    nodes.prop_flat_map(|nodes| {
        let tree = (1..nodes).map(|node| (0..node).boxed()).collect::<Vec<_>>();
        let more = prop::collection::vec((0..nodes, 0..nodes), 0..2 * nodes);
        (tree, more).prop_map(move |(tree, more)| {
            let tree = tree
                .into_iter()
                .enumerate()
                .map(|(k, parent)| [parent, k + 1]);
            let more = more.into_iter().filter(|(i, j)| i != j);
            let mut edges: Vec<_> = tree
                .chain(more.map(|(i, j)| [i.min(j), i.max(j)]))
                .collect();
            edges.sort_unstable();
            edges.dedup();
            GraphTopology::single(nodes, edges).unwrap()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn random_connected_graphs(graph in connected(8..39), share in 0.0..1.0f64) {
        let nodes = graph.node_count();
        let (least, most) = (nodes.div_ceil(2), nodes - 1);
        let size = least + ((most - least) as f64 * share).round() as usize;
        assert_regenerates(&graph, &pool(&graph, size).unwrap());
        assert_regenerates(&graph, &pool(&graph, least).unwrap());
    }

    #[test]
    fn chains_down_to_three(graph in connected(3..60)) {
        let nodes = graph.node_count();
        let chain = pool_chain(&graph, 3).unwrap();
        prop_assert_eq!(chain.start.node_count(), 3);
        let layers = (nodes as f64 / 3.0).log2().ceil() as usize;
        prop_assert_eq!(chain.layers.len(), layers);
        let graphs = chain.expand().unwrap();
        let grown = graphs.last().unwrap();
        assert_same(&graph, grown, &chain.origin);
    }

    /// Every pairing either regenerates the graph or is rejected; that of `pool` is never rejected.
    #[test]
    fn families_of_any_kind(graph in connected(2..9), seed in any::<u64>()) {
        use rand::{SeedableRng, seq::SliceRandom};
        let mut order: Vec<usize> = (0..graph.node_count()).collect();
        order.shuffle(&mut rand::rngs::ChaCha8Rng::seed_from_u64(seed));
        let families: Vec<_> = order.chunks(2).map(<[usize]>::to_vec).collect();
        match pool_by_families(&graph, &families) {
            Ok(pooling) => assert_regenerates(&graph, &pooling),
            Err(error) => prop_assert!(matches!(error, UnpoolingError::Unreachable { .. }), "{}", error),
        }
        let pooling = pool(&graph, graph.node_count().div_ceil(2)).unwrap();
        let seconds = &pooling.origin[pooling.parent.node_count()..];
        let mut families: Vec<_> = pooling.origin[..pooling.parent.node_count()]
            .iter()
            .map(|&node| vec![node])
            .collect();
        let pairs = pooling.choices.unpooled.iter().enumerate().filter(|(_, unpooled)| **unpooled);
        for ((family, _), &second) in pairs.zip(seconds) {
            families[family].push(second);
        }
        assert_regenerates(&graph, &pool_by_families(&graph, &families).unwrap());
    }
}

/// By brute force over all choices of one layer: `pool_by_families` rejects exactly the families
/// without such choices.
#[test]
fn families_are_rejected_only_if_no_choices_exist() {
    let mut refused = 0;
    for graph in (2..=6).flat_map(connected_graphs) {
        let nodes = graph.node_count();
        if nodes % 2 == 1 {
            continue;
        }
        for families in pairings(&(0..nodes).collect::<Vec<_>>()) {
            let families: Vec<_> = families.iter().map(|pair| pair.to_vec()).collect();
            let found = pool_by_families(&graph, &families);
            if let Err(error) = &found {
                assert!(
                    matches!(error, UnpoolingError::Unreachable { .. }),
                    "{error}"
                );
                refused += 1;
            }
            assert_eq!(
                found.is_ok(),
                possible(&graph, &families),
                "{graph:?} {families:?}"
            );
        }
    }
    assert!(refused > 100, "{refused} refusals");
}

fn pairings(nodes: &[usize]) -> Vec<Vec<[usize; 2]>> {
    let Some((&first, rest)) = nodes.split_first() else {
        return vec![Vec::new()];
    };
    let mut all = Vec::new();
    for (k, &partner) in rest.iter().enumerate() {
        let left: Vec<_> = [&rest[..k], &rest[k + 1..]].concat();
        all.extend(pairings(&left).into_iter().map(|mut pairing| {
            pairing.push([first, partner]);
            pairing
        }));
    }
    all
}

/// Whether some assignment of common edges to non-adjacent pairs works, written without the
/// choices: sets of links between two pairs that the steps 2b to 2d can draw.
fn possible(graph: &GraphTopology, families: &[Vec<usize>]) -> bool {
    let adjacent = |a: usize, b: usize| graph.neighbors(a).any(|node| node == b);
    let links = |f: usize, g: usize| -> u8 {
        let mut set = 0;
        for (k, (i, j)) in [(0, 0), (0, 1), (1, 0), (1, 1)].into_iter().enumerate() {
            set |= u8::from(adjacent(families[f][i], families[g][j])) << k;
        }
        set
    };
    let apart: Vec<usize> = (0..families.len())
        .filter(|&f| !adjacent(families[f][0], families[f][1]))
        .collect();
    // Bits: (0,0), (0,1), (1,0), (1,1). Forced at the first family: both its members take part.
    let forced_first =
        |set: u8| [0b0101, 0b1010, 0b1111, 0b1101, 0b0111, 0b1011, 0b1110].contains(&set);
    let forced_second =
        |set: u8| [0b0011, 0b1100, 0b1111, 0b1011, 0b0111, 0b1101, 0b1110].contains(&set);
    let count = families.len();
    let assignments = (0..count.pow(apart.len() as u32)).map(|code| {
        let digits = (0..apart.len()).map(|k| code / count.pow(k as u32) % count);
        apart.iter().copied().zip(digits).collect::<Vec<_>>()
    });
    assignments.into_iter().any(|assignment| {
        assignment.iter().all(|&(f, g)| {
            if f == g || links(f, g) == 0 {
                return false;
            }
            let mutual = assignment.contains(&(g, f));
            if mutual {
                return links(f, g) == 0b1111;
            }
            if f < g {
                forced_first(links(f, g))
            } else {
                forced_second(links(g, f))
            }
        })
    })
}

/// Two families without inner edges and three edges between them: both would have to share the one
/// edge of the parent graph, which forces the fourth.
#[test]
fn the_counter_example_is_reported() {
    let graph = GraphTopology::single(4, vec![[0, 2], [1, 2], [0, 3]]).unwrap();
    let error = pool_by_families(&graph, &[vec![0, 1], vec![2, 3]]).unwrap_err();
    assert!(
        matches!(error, UnpoolingError::Unreachable { .. }),
        "{error}"
    );
    assert_regenerates(&graph, &pool(&graph, 2).unwrap());
    // With the fourth edge it is possible.
    let graph = GraphTopology::single(4, vec![[0, 2], [1, 2], [0, 3], [1, 3]]).unwrap();
    let pooling = pool_by_families(&graph, &[vec![0, 1], vec![2, 3]]).unwrap();
    assert_regenerates(&graph, &pooling);
}

#[test]
fn pooling_rejects_invalid_input() {
    let path = GraphTopology::single(5, vec![[0, 1], [1, 2], [2, 3], [3, 4]]).unwrap();
    for size in [0, 2, 5, 6] {
        assert_eq!(
            pool(&path, size),
            Err(UnpoolingError::LayerSize {
                nodes: 5,
                parent_nodes: size
            })
        );
    }
    assert_eq!(
        pool(&path, 2).unwrap_err().to_string(),
        "5 nodes cannot be pooled to 2: one layer at most doubles a graph and adds at least one \
         node; choose 3 to 4, or use `pool_chain` for several layers"
    );
    let apart = GraphTopology::single(3, vec![[0, 1]]).unwrap();
    assert!(matches!(
        pool(&apart, 2),
        Err(UnpoolingError::Graph(GraphError::Disconnected {
            graph: 0,
            components: 2
        }))
    ));
    let two = GraphTopology::new(&[2, 1], vec![[0, 1]]).unwrap();
    assert!(matches!(
        pool_chain(&two, 1),
        Err(UnpoolingError::Graph(GraphError::NotOneGraph { found: 2 }))
    ));
    let one = GraphTopology::single(1, vec![]).unwrap();
    assert!(matches!(pool(&one, 1), Err(UnpoolingError::SingleNode)));
    assert_eq!(pool_chain(&one, 1).unwrap().origin, [0]);
    assert!(matches!(
        pool_chain(&path, 6),
        Err(UnpoolingError::ChainSize { .. })
    ));
    for families in [
        vec![vec![0, 1], vec![1, 2], vec![3, 4]],
        vec![vec![0, 1, 2], vec![3, 4]],
        vec![vec![0, 1], vec![2, 3]],
        vec![vec![0, 0], vec![1], vec![2], vec![3], vec![4]],
        vec![vec![0, 9], vec![1], vec![2], vec![3], vec![4]],
    ] {
        assert!(matches!(
            pool_by_families(&path, &families),
            Err(UnpoolingError::Families { .. })
        ));
    }
}

#[test]
fn a_hundred_thousand_nodes() {
    // A long path, a star, and a random recursive tree with shortcuts.
    let nodes = 100_000;
    let path = (1..nodes).map(|k| [k - 1, k]).collect::<Vec<_>>();
    let star = (1..nodes).map(|k| [0, k]).collect::<Vec<_>>();
    let mut tree: Vec<_> = (1..nodes).map(|k| [k / 3, k]).collect();
    tree.extend(
        (5..nodes)
            .step_by(2)
            .map(|k| [k - 4, k])
            .filter(|&[i, k]| i != k / 3),
    );
    for edges in [path, star, tree] {
        let graph = GraphTopology::single(nodes, edges).unwrap();
        let chain = pool_chain(&graph, 3).unwrap();
        assert_eq!(chain.layers.len(), 16, "⌈log₂(100000 / 3)⌉");
        let graphs = chain.expand().unwrap();
        let grown = graphs.last().unwrap();
        assert_same(&graph, grown, &chain.origin);
    }
}

/// Pairs in a long ring, each with three of the four links to the next. Either all take the edge
/// ahead or all take the one behind.
#[test]
fn a_hundred_thousand_nodes_in_given_families() {
    let pairs = 50_000;
    let families: Vec<_> = (0..pairs).map(|k| vec![2 * k, 2 * k + 1]).collect();
    let links = |count: usize| {
        let edges = (0..count).flat_map(|k| {
            let (a, b) = (2 * k, 2 * ((k + 1) % pairs));
            [[a, b], [a, b + 1], [a + 1, b]]
        });
        GraphTopology::single(2 * pairs, edges.collect()).unwrap()
    };
    let ring = links(pairs);
    assert_regenerates(&ring, &pool_by_families(&ring, &families).unwrap());
    // Opening the ring leaves one edge too few.
    let chain = links(pairs - 1);
    let error = pool_by_families(&chain, &families).unwrap_err();
    assert!(
        matches!(error, UnpoolingError::Unreachable { .. }),
        "{error}"
    );
}

#[test]
fn isomorphic_by_another_program() {
    for graph in connected_graphs(5) {
        let pooling = pool(&graph, 3).unwrap();
        let again = pooling.choices.expand(&pooling.parent).unwrap().topology;
        assert!(is_isomorphic(&graph.to_petgraph(), &again.to_petgraph()));
    }
}

#[test]
fn choices_of_a_smaller_layer_are_impossible() {
    // Triangle with a tail: needs an additional edge for some pairing.
    let mut needed = 0;
    for graph in connected_graphs(6) {
        let pooling = pool(&graph, 3).unwrap();
        if let Err(error) = pooling.choices.check(&pooling.parent, false) {
            assert!(
                error
                    .to_string()
                    .contains(&Impossible::AdditionalOff.to_string())
            );
            needed += 1;
        }
    }
    assert!(needed > 0, "some graphs need additional edges");
}

/// Trees, grids, cliques and random graphs, with random chains.
#[test]
fn random_chains_regenerate_their_graph() {
    use crate::graph::generate::{complete, random_connected, random_tree};
    use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

    let mut rng = ChaCha8Rng::seed_from_u64(12);
    let grid = |rows: usize, columns: usize| {
        let at = |i, j| i * columns + j;
        let across = (0..rows).flat_map(|i| (1..columns).map(move |j| [at(i, j - 1), at(i, j)]));
        let down = (1..rows).flat_map(|i| (0..columns).map(move |j| [at(i - 1, j), at(i, j)]));
        GraphTopology::single(rows * columns, across.chain(down).collect()).unwrap()
    };
    let mut first_layers = std::collections::HashSet::new();
    for case in 0..2000 {
        let nodes = rng.random_range(5..=60usize);
        let graph = match case % 4 {
            0 => random_tree(nodes, &mut rng).unwrap(),
            1 => grid(rng.random_range(2..7), rng.random_range(3..9)),
            2 => complete(nodes.min(20)),
            _ => random_connected(nodes, nodes / 3, &mut rng).unwrap(),
        };
        let chain = random_pool_chain(&graph, 3, &mut rng).unwrap();
        let graphs = chain.expand().unwrap();
        assert_same(&graph, graphs.last().unwrap(), &chain.origin);
        assert_eq!(graphs[0].node_count(), 3);
    }
    let cycle = crate::graph::generate::cycle(9).unwrap();
    for _ in 0..50 {
        let chain = random_pool_chain(&cycle, 3, &mut rng).unwrap();
        first_layers.insert(format!("{:?}", chain.layers));
    }
    assert!(first_layers.len() > 20, "chains of one graph differ");
}
