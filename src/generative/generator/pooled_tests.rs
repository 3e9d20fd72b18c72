use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;

fn select(kept: usize, random: usize) -> NodeSelection {
    NodeSelection::ByPosition { kept, random }
}

/// For graphs of all possible sizes there are choices that the generator replays.
#[test]
fn graphs_are_pooled_to_the_selections_of_a_generator() {
    use crate::graph::generate::random_connected;
    let all = NodeSelection::AllRandom;
    for (selections, sizes) in [
        (vec![select(1, 1), select(1, 1)], 6..=9),
        (vec![select(0, 2), select(0, 5)], 5..=12),
        (vec![select(2, 0), select(0, 0)], 8..=8),
        (vec![all, all], 3..=12),
        (
            vec![select(1, 0), select(1, 0), select(0, 8), select(0, 17)],
            11..=36,
        ),
    ] {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        for size in sizes.clone() {
            for stored in [false, true] {
                for _ in 0..10 {
                    let room = (size - 1) * (size - 2) / 2;
                    let graph = random_connected(size, room.min(3), &mut rng).unwrap();
                    let pooled = pool_to_selections(&graph, &selections, stored, &mut rng).unwrap();
                    let mut current = pooled.chain.start();
                    for (selection, choices) in selections.iter().zip(&pooled.chain.layers) {
                        let roles = selection.roles(&current);
                        for (role, &unpooled) in roles.iter().zip(&choices.unpooled) {
                            let forced = NodeRole::Random != *role;
                            assert!(!forced || unpooled == (*role == NodeRole::Unpooled));
                        }
                        let larger = choices.expand(&current).unwrap().topology;
                        current = std::sync::Arc::unwrap_or_clone(larger);
                    }
                    let mut found: Vec<[usize; 2]> = current
                        .edges()
                        .iter()
                        .map(|edge| {
                            let mut edge = edge.map(|node| pooled.origin[node]);
                            edge.sort_unstable();
                            edge
                        })
                        .collect();
                    found.sort_unstable();
                    let mut wanted = graph.edges().to_vec();
                    wanted.sort_unstable();
                    assert_eq!(found, wanted);
                }
            }
        }
        let small = random_connected(2, 0, &mut rng).unwrap();
        let error = pool_to_selections(&small, &selections, true, &mut rng).unwrap_err();
        assert!(matches!(
            error,
            GenerativeError::UnreachableSize { nodes: 2, .. }
        ));
    }
}
