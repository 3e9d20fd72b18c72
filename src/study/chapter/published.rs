use super::Experiment;

/// A row of Table 2.1 of the dissertation: mean and standard deviation over ten runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedRow {
    /// What it shows.
    pub name: &'static str,
    /// α, mean, standard deviation.
    pub values: [(f64, f64, f64); 4],
}

/// What Table 2.1 says of an experiment: the training loss at the end and the test loss early in
/// training. Units of the image rows are not stated, so rankings compare and values do not.
pub fn published(experiment: Experiment) -> Option<[PublishedRow; 2]> {
    let row = |name, means: [f64; 4], deviations: [f64; 4]| PublishedRow {
        name,
        values: std::array::from_fn(|at| (ALPHAS[at], means[at], deviations[at])),
    };
    match experiment {
        Experiment::Synthetic => Some([
            row(
                "training loss, end",
                [0.039, 0.022, 0.197, 0.245],
                [0.002, 0.002, 0.013, 0.022],
            ),
            row(
                "test loss, step 30",
                [1.914, 1.775, 2.086, 2.313],
                [0.067, 0.065, 0.173, 0.218],
            ),
        ]),
        Experiment::Fmnist => Some([
            row(
                "training loss, end",
                [0.096, 0.076, 0.211, 0.229],
                [0.009, 0.008, 0.018, 0.032],
            ),
            row(
                "test loss, epoch 20",
                [2.371, 2.362, 2.442, 2.470],
                [0.103, 0.053, 0.067, 0.092],
            ),
        ]),
        Experiment::Cifar10 => Some([
            row(
                "training loss, end",
                [0.019, 0.018, 0.024, 0.027],
                [0.001; 4],
            ),
            row(
                "test loss, epoch 200",
                [0.146, 0.143, 0.169, 0.173],
                [0.004, 0.005, 0.012, 0.007],
            ),
        ]),
        _ => None,
    }
}

const ALPHAS: [f64; 4] = [-2.0, -1.0, 0.0, 0.05];

/// C₀ of figure 2.2, by which the theorem's rate is fitted to the measured one at α = 0.
pub(super) fn published_shrink(housing: bool) -> f64 {
    match housing {
        true => 0.5,
        false => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published ranking, which every row of the table has.
    #[test]
    fn every_row_ranks_minus_one_first() {
        let rows = Experiment::ALL.into_iter().filter_map(published).flatten();
        let mut count = 0;
        for row in rows {
            let means = row.values.map(|(_, mean, _)| mean);
            let [minus_two, minus_one, zero, leaky] = means;
            assert!(
                minus_one < minus_two && minus_two < zero && zero < leaky,
                "{row:?}"
            );
            count += 1;
        }
        assert_eq!(count, 6);
    }
}
