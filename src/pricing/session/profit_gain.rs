/// Returns the normalized profit gain Δ: 0 at the profit of competition, 1 at that of collusion.
///
/// ```text
/// Delta = (profit - competition) / (collusion - competition)
/// ```
///
/// NaN if both benchmarks are equal up to rounding, within 10^-9 of the larger.
///
/// Reference: Calvano, Calzolari, Denicolò and Pastorello (2020).
pub fn profit_gain(profit: f64, competition: f64, collusion: f64) -> f64 {
    let unit = collusion - competition;
    match unit.abs() <= 1e-9 * collusion.abs().max(competition.abs()) {
        true => f64::NAN,
        false => (profit - competition) / unit,
    }
}

#[cfg(test)]
mod tests {
    use super::profit_gain;

    #[test]
    fn the_profit_gain_is_0_in_competition_and_1_in_collusion() {
        assert_eq!(profit_gain(0.25, 0.25, 0.75), 0.0);
        assert_eq!(profit_gain(0.75, 0.25, 0.75), 1.0);
        assert_eq!(profit_gain(0.125, 0.25, 0.75), -0.25);
        assert!(profit_gain(1.0, 1.0, 1.0).is_nan());
        assert!(profit_gain(0.5, 1.0, 1.0 + 1e-14).is_nan());
        assert!(profit_gain(0.5, 0.0, 0.0).is_nan());
    }
}
