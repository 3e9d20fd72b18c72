use std::f64::consts::PI;

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Distribution, StandardNormal};

use super::{
    DataError, Loaded, ProteinSplit, Provenance, Sorted, Splits, no_threshold, windows::RESIDUES,
};
use crate::graph::generate::PlacedGraph;

/// Numbers of training and test chains, and the seed.
const SIZES: [usize; 2] = [8000, 2000];
const SEED: u64 = 0;
/// Distance of consecutive points in Å, and its standard deviation.
const STEP: (f64, f64) = (3.8, 0.03);
/// Angle at a point and torsion of a step in degrees, for coiled and for stretched pieces.
const COIL: [f64; 2] = [91.0, 50.0];
const STRETCH: [f64; 2] = [122.0, -170.0];
/// Standard deviations of angle and torsion.
const SPREAD: [f64; 2] = [5.0, 15.0];
/// Probability that a piece continues at the next point.
const PERSISTENCE: f64 = 0.85;

/// Draws the stand-in; see [`ProteinWindows`](super::ProteinWindows).
///
/// # Errors
/// Returns an error for a threshold that leaves no connected graph.
pub(super) fn draw(threshold: f64) -> Result<Loaded<Splits<ProteinSplit>>, DataError> {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut splits = Sorted::default();
    for number in 0..SIZES[0] + SIZES[1] {
        let graph = PlacedGraph::of_contacts(chain(&mut rng), threshold).centered();
        splits.push(number >= SIZES[0], graph, None);
    }
    if !splits.complete() {
        return Err(no_threshold(
            threshold,
            "choose one at which both splits have connected graphs, such as 8 Å",
        ));
    }
    let title = format!(
        "drawn chains of {RESIDUES} points, linked below {threshold} Å (stand-in for protein \
         windows, no protein data)"
    );
    Ok(splits.into_loaded(Provenance::drawn(title)))
}

fn chain(rng: &mut ChaCha8Rng) -> Vec<[f64; 3]> {
    let mut coiled = rng.random_bool(0.5);
    let mut places: Vec<[f64; 3]> = vec![[0.0; 3]];
    for at in 1..RESIDUES {
        if !rng.random_bool(PERSISTENCE) {
            coiled = !coiled;
        }
        let mut normal = |mean: f64, deviation: f64| -> f64 {
            let drawn: f64 = StandardNormal.sample(rng);
            mean + deviation * drawn
        };
        let mean = if coiled { COIL } else { STRETCH };
        let step = normal(STEP.0, STEP.1);
        let angle = normal(mean[0], SPREAD[0]) * PI / 180.0;
        let torsion = normal(mean[1], SPREAD[1]) * PI / 180.0;
        // The first two steps lie in a plane.
        let before = |back: usize| at.checked_sub(back).map(|place| places[place]);
        let c = places[at - 1];
        let b = before(2).unwrap_or([c[0] - 1.0, c[1], c[2]]);
        let a = before(3).unwrap_or([b[0], b[1] + 1.0, b[2]]);
        places.push(next([a, b, c], step, angle, torsion));
    }
    places
}

/// Returns the point at distance `step` from the third point, with the given angle and torsion.
fn next([a, b, c]: [[f64; 3]; 3], step: f64, angle: f64, torsion: f64) -> [f64; 3] {
    let along = unit(minus(c, b));
    let normal = unit(cross(minus(b, a), along));
    let aside = cross(normal, along);
    let parts = [
        -step * angle.cos(),
        step * angle.sin() * torsion.cos(),
        step * angle.sin() * torsion.sin(),
    ];
    std::array::from_fn(|axis| {
        c[axis] + parts[0] * along[axis] + parts[1] * aside[axis] + parts[2] * normal[axis]
    })
}

fn minus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|axis| a[axis] - b[axis])
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

fn unit(a: [f64; 3]) -> [f64; 3] {
    let length = a.iter().map(|x| x * x).sum::<f64>().sqrt();
    a.map(|x| x / length.max(f64::MIN_POSITIVE))
}
