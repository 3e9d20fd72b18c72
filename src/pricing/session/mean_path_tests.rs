use super::*;

/// Quantities of three joint actions, exact in floating point.
fn values() -> Vec<Vec<f64>> {
    vec![vec![1.0, 8.0], vec![2.0, 0.5], vec![-4.0, 0.0]]
}

fn joint(period: u64) -> usize {
    (period * period / 7 % 3) as usize
}

fn recorded(values: &[Vec<f64>], periods: u64, bins: usize) -> MeanPath {
    let mut recorder = PathRecorder::new(values, bins);
    (0..periods).for_each(|period| recorder.played(joint(period)));
    recorder.finish()
}

/// Returns the means by definition; after the end, the quantities are those of joint action 0.
fn plainly(values: &[Vec<f64>], played: u64, range: std::ops::Range<u64>) -> Vec<f64> {
    let count = (range.end - range.start) as f64;
    let at = |period| if period < played { joint(period) } else { 0 };
    let sum = |column: usize| {
        range
            .clone()
            .map(|period| values[at(period)][column])
            .sum::<f64>()
    };
    vec![sum(0) / count, sum(1) / count]
}

#[test]
fn bins_are_means_for_every_length() {
    let values = values();
    for periods in [1, 99, 100, 101, 799, 800, 801, 12_345, 40_000] {
        let path = recorded(&values, periods, 4);
        assert_eq!(path.periods(), periods);
        let full = periods / path.width();
        assert!(full < 8 && (periods < 400 || full >= 4), "{periods}");
        let mut first = 0;
        for (count, means) in path.bins() {
            assert_eq!(means, plainly(&values, periods, first..first + count));
            first += count;
        }
        assert_eq!(first, periods);
    }
}

#[test]
fn a_path_is_continued_after_its_end() {
    let values = values();
    let path = recorded(&values, 1_250, 4);
    assert_eq!(path.width(), 200);
    for width in [200, 400, 1_600] {
        let means = path.continued(width, 8, &values[0]).unwrap();
        for (bin, means) in (0..).zip(means) {
            let range = bin * width..(bin + 1) * width;
            assert_eq!(means, plainly(&values, 1_250, range));
        }
    }
    assert_eq!(path.continued(300, 8, &values[0]), None);
    assert_eq!(path.continued(200, 6, &values[0]), None);
    assert_eq!(path.continued(0, 8, &values[0]), None);
}
