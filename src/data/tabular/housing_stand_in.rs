use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use rand_distr::{Distribution, StandardNormal};

/// Number of rows, and the seed.
const ROWS: usize = 20_000;
const SEED: u64 = 0;

/// Draws rows with the columns of the real file; see [`CaliforniaHousing`](super::CaliforniaHousing)
/// for the formula.
pub(super) fn stand_in_rows() -> Vec<[f64; 9]> {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    (0..ROWS).map(|_| row(&mut rng)).collect()
}

fn row(rng: &mut ChaCha8Rng) -> [f64; 9] {
    let north: f64 = rng.random_range(0.0..1.0);
    let latitude = 32.54 + 9.41 * north;
    let coast = -117.1 - 7.2 * north;
    let inland = rng.random_range(0.0f64..1.0).powi(3) * 2.7;
    let age = f64::from(rng.random_range(1u8..=52));
    let income = log_normal(1.25, 0.45, rng).clamp(0.4999, 15.0001);
    let households = log_normal(6.0, 0.7, rng).clamp(1.0, 6082.0).round();
    let rooms = (households * log_normal(1.62, 0.25, rng)).round().max(2.0);
    let bedrooms = (households * log_normal(0.06, 0.08, rng)).round().max(1.0);
    let population = (households * log_normal(1.05, 0.25, rng)).round().max(3.0);
    let value = 100_000.0
        * (0.4 + 0.42 * income - 0.008 * income * income)
        * (-0.35 * inland).exp()
        * (0.004 * (age - 28.0)).exp()
        * log_normal(0.0, 0.15, rng);
    [
        coast + inland,
        latitude,
        age,
        rooms,
        bedrooms,
        population,
        households,
        income,
        value.clamp(14_999.0, 500_001.0).round(),
    ]
}

fn log_normal(mean: f64, deviation: f64, rng: &mut ChaCha8Rng) -> f64 {
    let normal: f64 = StandardNormal.sample(rng);
    (mean + deviation * normal).exp()
}
