use crate::pricing::{PricingError, game::NormalFormGame};

/// Competitive price of the baseline, as rounded in the authors' program.
pub(super) const COMPETITION_PRICE: f64 = 1.47293;
/// Collusive price of the baseline, as rounded in the authors' program.
pub(super) const COLLUSION_PRICE: f64 = 1.92498;
/// Number of prices.
pub(super) const PRICES: usize = 15;
/// Periods of one "episode", the authors' unit of time.
pub(super) const EPISODE: u64 = 25_000;

/// Extension of the grid beyond both benchmarks, as a share of their distance.
const EXTENSION: f64 = 0.1;
const QUALITY: f64 = 2.0;
const COST: f64 = 1.0;
const OUTSIDE: f64 = 0.0;
const HETEROGENEITY: f64 = 0.25;

/// Returns the prices of the baseline, computed as in the authors' program: from the ends, by
/// adding steps.
pub(super) fn price_grid() -> [f64; PRICES] {
    let distance = COLLUSION_PRICE - COMPETITION_PRICE;
    let low = COMPETITION_PRICE - EXTENSION * distance;
    let high = COLLUSION_PRICE + EXTENSION * distance;
    let step = (high - low) / (PRICES - 1) as f64;
    let mut grid = [low; PRICES];
    for price in 1..PRICES - 1 {
        grid[price] = grid[price - 1] + step;
    }
    grid[PRICES - 1] = high;
    grid
}

/// Returns the profits of two firms at the given prices, under logit demand.
///
/// ```text
/// profit_i = (p_i - c) exp((a - p_i)/mu) / (sum_j exp((a - p_j)/mu) + exp(a0/mu))
/// ```
///
/// with a = 2, c = 1, a0 = 0, mu = 0.25.
fn profits(prices: [f64; 2]) -> [f64; 2] {
    let attraction = prices.map(|price| ((QUALITY - price) / HETEROGENEITY).exp());
    let total = attraction[0] + attraction[1] + (OUTSIDE / HETEROGENEITY).exp();
    std::array::from_fn(|firm| (prices[firm] - COST) * (attraction[firm] / total))
}

/// Returns the game of the baseline: two firms with 15 prices each.
///
/// # Errors
/// Returns an error if 450 numbers do not fit into memory.
pub fn baseline_game() -> Result<NormalFormGame, PricingError> {
    let grid = price_grid();
    NormalFormGame::from_fn(vec![PRICES; 2], |actions| {
        profits([grid[actions[0]], grid[actions[1]]]).to_vec()
    })
}

/// Returns the profit of each firm in competition and in collusion, at the rounded prices.
pub(super) fn benchmark_profits() -> (f64, f64) {
    let at = |price| profits([price; 2])[0];
    (at(COMPETITION_PRICE), at(COLLUSION_PRICE))
}
