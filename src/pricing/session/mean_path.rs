use super::Watch;

/// Number of periods of the shortest bin of a path.
const SHORTEST: u64 = 100;

/// Means of several quantities over bins of equal numbers of periods, from the first period on.
///
/// The number of periods in a bin is 100 times a power of two, so that paths of sessions of
/// different lengths can be converted to common bins; only the last bin may be shorter.
#[derive(Clone, Debug, PartialEq)]
pub struct MeanPath {
    width: u64,
    periods: u64,
    sums: Vec<Vec<f64>>,
}

impl MeanPath {
    /// Returns the number of periods of each bin except the last.
    pub fn width(&self) -> u64 {
        self.width
    }

    /// Returns the number of periods of the session.
    pub fn periods(&self) -> u64 {
        self.periods
    }

    /// Returns the number of periods of each bin, and the means over them.
    pub fn bins(&self) -> impl ExactSizeIterator<Item = (u64, Vec<f64>)> + '_ {
        self.sums.iter().enumerate().map(|(bin, sums)| {
            let periods = self.width.min(self.periods - bin as u64 * self.width);
            let means = sums.iter().map(|sum| sum / periods as f64);
            (periods, means.collect())
        })
    }

    /// Returns the means over `bins` bins of this width, with the quantities `after` following the
    /// last period of the session. Returns `None` if the width is not a multiple of the path's, or
    /// if there are too few bins.
    pub fn continued(&self, width: u64, bins: usize, after: &[f64]) -> Option<Vec<Vec<f64>>> {
        if width == 0
            || !width.is_multiple_of(self.width)
            || (bins as u64) < self.periods.div_ceil(width)
        {
            return None;
        }
        let together = usize::try_from(width / self.width).ok()?;
        let mut wide = self.sums.chunks(together);
        let means = (0..bins as u64).map(|bin| {
            let played = width.min(self.periods.saturating_sub(bin * width));
            let parts = wide.next().unwrap_or_default();
            let rest = (width - played) as f64;
            let of = |(column, after): (usize, &f64)| {
                let sum: f64 = parts.iter().map(|sums| sums[column]).sum();
                (sum + rest * after) / width as f64
            };
            after.iter().enumerate().map(of).collect()
        });
        Some(means.collect())
    }
}

/// Records the [`MeanPath`] of quantities that depend on the joint action, such as prices.
///
/// Memory: one counter for each joint action, and less than twice the requested number of bins.
#[derive(Clone, Debug)]
pub struct PathRecorder<'a> {
    values: &'a [Vec<f64>],
    counts: Vec<u64>,
    inside: u64,
    most: usize,
    path: MeanPath,
}

impl<'a> PathRecorder<'a> {
    /// Creates a recorder for the quantities of each joint action. There are at least `bins` bins
    /// if the session is long enough, and fewer than twice as many.
    ///
    /// # Panics
    /// Panics if the number of bins is 0.
    pub fn new(values: &'a [Vec<f64>], bins: usize) -> Self {
        assert!(bins > 0, "a path needs at least one bin");
        Self {
            values,
            counts: vec![0; values.len()],
            inside: 0,
            most: 2 * bins,
            path: MeanPath {
                width: SHORTEST,
                periods: 0,
                sums: Vec::new(),
            },
        }
    }

    /// Returns the recorded path.
    pub fn finish(mut self) -> MeanPath {
        if self.inside > 0 {
            self.close();
        }
        self.path
    }

    fn close(&mut self) {
        let columns = self.values.first().map_or(0, Vec::len);
        let mut sums = vec![0.0; columns];
        for (count, values) in self.counts.iter_mut().zip(self.values) {
            if *count > 0 {
                let both = sums.iter_mut().zip(values);
                both.for_each(|(sum, value)| *sum += *count as f64 * value);
                *count = 0;
            }
        }
        let path = &mut self.path;
        path.periods += self.inside;
        path.sums.push(sums);
        if self.inside == path.width && path.sums.len() == self.most {
            let pairs = path.sums.chunks(2);
            let add =
                |pair: &[Vec<f64>]| pair[0].iter().zip(&pair[1]).map(|(a, b)| a + b).collect();
            path.sums = pairs.map(add).collect();
            path.width *= 2;
        }
        self.inside = 0;
    }
}

impl Watch for PathRecorder<'_> {
    #[inline]
    fn played(&mut self, joint: usize) {
        self.counts[joint] += 1;
        self.inside += 1;
        if self.inside == self.path.width {
            self.close();
        }
    }
}

#[cfg(test)]
#[path = "mean_path_tests.rs"]
mod tests;
