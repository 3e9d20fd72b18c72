use crate::pricing::market::{BySide, Market};

/// Returns the first platform of each position; a position is the quality, cost and prices.
pub(super) fn positions(market: &Market, prices: &BySide) -> Vec<usize> {
    let platforms = 0..market.platforms();
    platforms
        .filter(|&j| position(market, prices, j) == j)
        .collect()
}

/// Returns the first platform with the same quality, cost and prices as `platform`.
pub(super) fn position(market: &Market, prices: &BySide, platform: usize) -> usize {
    let same = |&i: &usize| {
        (0..market.sides()).all(|k| {
            market.quality(i, k) == market.quality(platform, k)
                && market.cost(i, k) == market.cost(platform, k)
                && prices[(i, k)] == prices[(platform, k)]
        })
    };
    (0..platform).find(same).unwrap_or(platform)
}
