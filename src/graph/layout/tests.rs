use proptest::prelude::*;
use rand::{SeedableRng, rngs::ChaCha8Rng};

use super::*;
use crate::graph::{
    GraphTopology, Rotation,
    generate::{complete, cycle, grid, path, random_connected, star},
};

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[test]
fn paths_are_straight_and_cycles_round() {
    let places = stress_layout(&path(7));
    for pair in places.windows(2) {
        assert!(
            (distance(pair[0], pair[1]) - 1.0).abs() < 1e-3,
            "{places:?}"
        );
    }
    assert!(
        (distance(places[0], places[6]) - 6.0).abs() < 1e-3,
        "{places:?}"
    );
    let places = stress_layout(&cycle(8).unwrap());
    let radii: Vec<f64> = places
        .iter()
        .map(|place| place[0].hypot(place[1]))
        .collect();
    for radius in &radii {
        assert!((radius - radii[0]).abs() < 0.02, "{places:?}");
    }
}

#[test]
fn no_two_nodes_lie_on_each_other() {
    let graphs = [
        star(9),
        complete(8),
        grid(4, 5),
        complete(2),
        path(1),
        path(0),
    ];
    let lonely = GraphTopology::single(5, vec![[0, 1], [2, 3]]).unwrap();
    for graph in graphs.into_iter().chain([lonely]) {
        let places = stress_layout(&graph);
        assert_eq!(places.len(), graph.node_count());
        for (at, &place) in places.iter().enumerate() {
            for &other in &places[..at] {
                assert!(distance(place, other) > 0.2, "{places:?}");
            }
        }
        assert_eq!(stress_layout(&graph), places);
    }
}

#[test]
fn large_graphs_are_laid_out() {
    let graph = random_connected(310, 30, &mut ChaCha8Rng::seed_from_u64(1)).unwrap();
    assert!(
        stress_layout(&graph)
            .iter()
            .flatten()
            .all(|x| x.is_finite())
    );
}

#[test]
fn projection_is_onto_the_plane_of_largest_variance() {
    let points = [
        [5.0, 0.0, 0.1],
        [-5.0, 0.0, 0.1],
        [0.0, 2.0, -0.1],
        [0.0, -2.0, -0.1],
    ];
    let projected = principal_plane(&points);
    let expected = [[-5.0, 0.0], [5.0, 0.0], [0.0, 2.0], [0.0, -2.0]];
    for (found, expected) in projected.places.iter().zip(expected) {
        assert!((found[0] - expected[0]).abs() < 1e-9, "{projected:?}");
        assert!(
            (found[1].abs() - f64::abs(expected[1])).abs() < 1e-9,
            "{projected:?}"
        );
    }
    assert!(
        projected
            .heights
            .iter()
            .all(|height| (height.abs() - 0.1).abs() < 1e-9)
    );
    assert_eq!(principal_plane(&[[0.0, 1.0]]).heights, [0.0]);
    assert!(principal_plane::<3>(&[]).places.is_empty());
}

proptest! {
    /// The projection does not depend on the orientation of the points.
    #[test]
    fn projection_is_invariant_under_rotation(
        seed: u64,
        points in prop::collection::vec(prop::array::uniform3(-9.0..9.0), 4..12),
    ) {
        let rotation = Rotation::uniform(&mut ChaCha8Rng::seed_from_u64(seed));
        let turned: Vec<[f64; 3]> = points.iter().map(|&point| rotation.apply(point)).collect();
        let [a, b] = [points, turned].map(|points| principal_plane(&points).places);
        // Lengths along the axes are kept, up to sign.
        for axis in 0..2 {
            let spread = |places: &[[f64; 2]]| places.iter().map(|p| p[axis] * p[axis]).sum::<f64>();
            prop_assert!((spread(&a) - spread(&b)).abs() < 1e-6 * (1.0 + spread(&a)));
        }
    }
}
