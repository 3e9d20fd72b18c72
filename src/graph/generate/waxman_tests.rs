use super::*;

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

/// With two nodes, the only distance is the largest one.
#[test]
fn two_nodes_are_joined_with_the_probability_of_the_form() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let waxman = Waxman::new().with_nodes(2).with_q(0.9).with_s(2.0);
    // 0.9/√e; and 0.9 · E[exp(−2d)], d the distance of two points in the unit square, by
    // quadrature of its density.
    for (form, probability) in [
        (WaxmanForm::Normalized, 0.9 * (-0.5f64).exp()),
        (WaxmanForm::Literal, 0.9 * 0.396_485_649_026_389),
    ] {
        let draws = 40_000;
        let waxman = waxman.with_form(form);
        let edges = (0..draws).map(|_| waxman.sample(&mut rng).unwrap().topology().edge_count());
        let share = edges.sum::<usize>() as f64 / f64::from(draws);
        let error = (probability * (1.0 - probability) / f64::from(draws)).sqrt();
        assert!(
            (share - probability).abs() < 5.0 * error,
            "{form:?}: {share}"
        );
    }
}

/// Before the largest component is taken: the mean of 20,000 graphs of networkx 3.6.1, and 66 pairs
/// times 0.65 · E[exp(−0.3d)] by quadrature.
#[test]
fn twelve_nodes_have_the_expected_number_of_edges() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for (form, edges, deviation) in [
        (WaxmanForm::Normalized, 10.785, 3.1),
        (WaxmanForm::Literal, 36.789, 4.5),
    ] {
        let waxman = Waxman::new().with_form(form);
        let draws = 4000;
        let counts: Vec<f64> = (0..draws)
            .map(|_| waxman.sample(&mut rng).unwrap().topology().edge_count() as f64)
            .collect();
        let found = mean(counts.into_iter());
        // Five standard errors, and as many of networkx's mean.
        let allowed = 5.0 * deviation / f64::from(draws).sqrt() + 5.0 * 0.022;
        assert!((found - edges).abs() < allowed, "{form:?}: {found}");
    }
}

#[test]
fn positions_are_uniform_in_the_unit_square() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let graph = Waxman::new().with_nodes(300).sample(&mut rng).unwrap();
    for axis in 0..2 {
        let coordinate = || graph.positions().iter().map(|position| position[axis]);
        assert!(coordinate().all(|x| (0.0..1.0).contains(&x)));
        // Five standard errors of the first two moments, whose deviations are √(1/12) and √(4/45).
        assert!((mean(coordinate()) - 0.5).abs() < 5.0 * (1.0 / 12.0 / 300.0f64).sqrt());
        let second = mean(coordinate().map(|x| x * x));
        assert!((second - 1.0 / 3.0).abs() < 5.0 * (4.0 / 45.0 / 300.0f64).sqrt());
    }
}

#[test]
fn one_and_two_nodes() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for form in [WaxmanForm::Normalized, WaxmanForm::Literal] {
        let waxman = Waxman::new().with_form(form);
        let one = waxman.with_nodes(1).sample(&mut rng).unwrap();
        assert_eq!(
            (one.topology().node_count(), one.topology().edge_count()),
            (1, 0)
        );
        let two = waxman.with_nodes(2).with_q(1.0).with_s(1e-300);
        // The largest distance over a tiny s: never joined. The reverse: always joined.
        let edges = two.sample(&mut rng).unwrap().topology().edge_count();
        assert_eq!(edges, usize::from(form == WaxmanForm::Literal));
    }
}

#[test]
fn a_dataset_equals_its_attempts_one_by_one() {
    let waxman = Waxman::new();
    let graphs = waxman.dataset(5, 3..200, 11).unwrap();
    let mut one_by_one = Vec::new();
    for attempt in 3..200 {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        rng.set_stream(attempt);
        one_by_one.extend(waxman.sample_connected(5, &mut rng).unwrap());
    }
    assert_eq!(graphs, one_by_one);
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let same = pool.install(|| waxman.dataset(5, 3..200, 11).unwrap());
        assert_eq!(graphs, same);
    }
    assert!(graphs.iter().all(|graph| graph.topology().is_connected()));
    assert!(graphs.iter().all(|graph| graph.positions().len() >= 5));
    assert_eq!(waxman.dataset(0, 0..50, 1).unwrap().len(), 50);
    assert_eq!(waxman.dataset(13, 0..50, 1).unwrap().len(), 0);
}

#[test]
fn rejects_settings_out_of_range() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut message = |waxman: Waxman| {
        let error = waxman.sample(&mut rng).unwrap_err();
        assert_eq!(waxman.sample_connected(1, &mut rng), Err(error.clone()));
        assert_eq!(waxman.dataset(1, 0..1, 1), Err(error.clone()));
        error.to_string()
    };
    assert_eq!(
        message(Waxman::new().with_nodes(0)),
        "nodes = 0: a Waxman graph has at least 1"
    );
    for q in [0.0, -0.5, 1.01, f64::INFINITY] {
        let message = message(Waxman::new().with_q(q));
        assert!(
            message.starts_with(&format!("q = {q} is out of range:")),
            "{message}"
        );
    }
    for s in [0.0, -1.0, f64::INFINITY] {
        let message = message(Waxman::new().with_s(s));
        assert!(
            message.starts_with(&format!("s = {s} is out of range:")),
            "{message}"
        );
    }
    // NaN does not equal itself, and neither do errors that hold it.
    assert!(Waxman::new().with_q(f64::NAN).sample(&mut rng).is_err());
    assert!(Waxman::new().with_s(f64::NAN).sample(&mut rng).is_err());
}

#[test]
fn draws_are_stable() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let waxman = Waxman::new().with_nodes(5).with_q(0.9).with_s(1.0);
    let graph = waxman.sample(&mut rng).unwrap();
    assert_eq!(graph.positions()[..2], STABLE_POSITIONS);
    assert_eq!(graph.topology().edges(), STABLE_EDGES);
    // Ten coordinates and ten pairs.
    let mut other = ChaCha8Rng::seed_from_u64(7);
    for _ in 0..20 {
        let _: f64 = other.random();
    }
    assert_eq!(rng, other);

    let sizes = Waxman::new().dataset(5, 0..10, 7).unwrap();
    let sizes: Vec<[usize; 2]> = sizes
        .iter()
        .map(|graph| [graph.topology().node_count(), graph.topology().edge_count()])
        .collect();
    assert_eq!(sizes, STABLE_SIZES);
}

/// Drawn once with rand 0.10.4; a change here changes every seeded run.
const STABLE_POSITIONS: [[f64; 2]; 2] = [
    [0.15779609702061936, 0.1679893627721013],
    [0.7042761280364565, 0.726741296713265],
];
const STABLE_EDGES: [[usize; 2]; 8] = [
    [0, 1],
    [0, 2],
    [0, 4],
    [1, 2],
    [1, 4],
    [2, 3],
    [2, 4],
    [3, 4],
];
const STABLE_SIZES: [[usize; 2]; 8] = [
    [12, 12],
    [6, 5],
    [11, 11],
    [8, 7],
    [12, 14],
    [6, 5],
    [9, 11],
    [9, 12],
];
