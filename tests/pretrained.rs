//! The trained model of QM9 that comes with the crate.
#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use burn::tensor::Device;
use fireweed::{
    generative::likelihood::SamplingOptions,
    molecule::{BondOrder, Composition, Stereo},
    study::likelihood::{draw_molecules, pretrained_qm9},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

#[test]
fn the_pretrained_model_generates_valid_molecules() {
    let device = Device::flex();
    let (model, description) = pretrained_qm9(&device).unwrap();
    assert_eq!(description.data, "QM9");
    let draw = |masked| {
        let options = SamplingOptions {
            masked,
            ..SamplingOptions::default()
        };
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        draw_molecules(
            &model,
            &description.codec,
            1000,
            &options,
            &device,
            &mut rng,
        )
    };
    let molecules = draw(false);
    assert!(molecules.iter().all(|molecule| molecule.is_connected()));
    let texts: Vec<String> = molecules
        .iter()
        .filter_map(|molecule| molecule.canonical_smiles(Stereo::Drop).ok())
        .collect();
    let valid = texts.len();
    let distinct = texts.into_iter().collect::<HashSet<_>>().len();
    assert!(valid >= 980, "{valid} of 1,000 are valid");
    assert!(
        distinct as f64 > 0.98 * valid as f64,
        "{distinct} of {valid} differ"
    );
    // QM9 has 10.1 % double bonds.
    let orders = Composition::of(&molecules).bond_orders;
    let [double, all] = [
        orders.get(&BondOrder::Double).copied().unwrap_or(0),
        orders.values().sum::<usize>(),
    ];
    let share = double as f64 / all as f64;
    assert!(
        (0.085..0.115).contains(&share),
        "{share} of the bonds are double"
    );
    let masked = draw(true);
    let valid = masked
        .iter()
        .filter(|molecule| molecule.canonical_smiles(Stereo::Drop).is_ok());
    assert_eq!(valid.count(), 1000);
}
