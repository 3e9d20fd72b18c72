use crate::{generative::SampledGraph, graph::GraphTopology, train::GraphReward};

/// Rewards graphs whose statistics are rarer among generated graphs than among real ones.
///
/// ```text
/// reward = Σ_s ln( (q_s + ε) / (p_s + ε) )
/// ```
///
/// Here q and p are the shares of real graphs, and of generated graphs of the same batch, in the
/// bin of the graph's statistic s. The policy gradient of this reward is that of `−Σ_s KL(p_s ‖
/// q_s)`. So it leads to the histograms of the data, including those of statistics, such as sizes,
/// that a critic's score captures poorly.
///
/// Bins have equal shares of the real graphs, up to ties, so batches of a few dozen suffice. Shares
/// among generated graphs depend on the whole batch, so a reward is not a property of its graph
/// alone.
///
/// ```
/// use fireweed::graph::GraphTopology;
/// use fireweed::train::gan::HistogramReward;
///
/// let data = [2, 3].map(|nodes| GraphTopology::single(nodes, vec![[0, 1]]).unwrap());
/// let reward = HistogramReward::new().with(&data, 4, |graph| graph.node_count() as f64);
/// ```
#[derive(Default)]
pub struct HistogramReward(Vec<Binned>);

/// A statistic of a graph.
type Statistic = Box<dyn Fn(&GraphTopology) -> f64 + Send + Sync>;

struct Binned {
    statistic: Statistic,
    /// The largest value of each bin but the last.
    bounds: Vec<f64>,
    shares: Vec<f64>,
}

impl Binned {
    fn bin(&self, value: f64) -> usize {
        self.bounds.partition_point(|&bound| bound < value)
    }

    /// Returns the share of each bin.
    fn count(&self, bins: &[usize]) -> Vec<f64> {
        let mut shares = vec![0.0; self.bounds.len() + 1];
        for &bin in bins {
            shares[bin] += 1.0 / bins.len() as f64;
        }
        shares
    }
}

impl HistogramReward {
    /// Creates a reward without statistics, which is 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a statistic and its histogram over real graphs, with at most `bins` bins.
    ///
    /// # Panics
    /// Panics if `bins` is 0.
    pub fn with(
        mut self,
        real: &[GraphTopology],
        bins: usize,
        statistic: impl Fn(&GraphTopology) -> f64 + Send + Sync + 'static,
    ) -> Self {
        assert!(bins > 0, "a histogram needs at least one bin");
        let values: Vec<f64> = real.iter().map(&statistic).collect();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let quantile = |bin: usize| sorted.get((sorted.len() * bin).div_ceil(bins).max(1) - 1);
        let mut bounds: Vec<f64> = (1..bins).filter_map(quantile).copied().collect();
        bounds.dedup();
        let mut binned = Binned {
            statistic: Box::new(statistic),
            bounds,
            shares: Vec::new(),
        };
        let all: Vec<usize> = values.iter().map(|&value| binned.bin(value)).collect();
        binned.shares = binned.count(&all);
        self.0.push(binned);
        self
    }
}

impl GraphReward for HistogramReward {
    fn reward(&self, graphs: &[SampledGraph]) -> Vec<f32> {
        let mut rewards = vec![0.0; graphs.len()];
        // Half a graph of the batch: an empty bin counts as rare, not impossible.
        let least = 0.5 / graphs.len().max(1) as f64;
        for binned in &self.0 {
            let values = graphs
                .iter()
                .map(|graph| (binned.statistic)(&graph.topology));
            let bins: Vec<usize> = values.map(|value| binned.bin(value)).collect();
            let shares = binned.count(&bins);
            for (reward, bin) in rewards.iter_mut().zip(bins) {
                let ratio = (binned.shares[bin] + least) / (shares[bin] + least);
                *reward += ratio.ln() as f32;
            }
        }
        rewards
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(nodes: usize) -> GraphTopology {
        GraphTopology::single(nodes, (1..nodes).map(|i| [i - 1, i]).collect()).unwrap()
    }

    fn sampled(nodes: &[usize]) -> Vec<SampledGraph> {
        let one = |&nodes: &usize| SampledGraph {
            topology: path(nodes),
            categories: Vec::new(),
            values: Vec::new(),
            kinds: Vec::new(),
        };
        nodes.iter().map(one).collect()
    }

    fn reward(bins: usize) -> HistogramReward {
        let real: Vec<_> = [2, 2, 2, 2, 3, 3, 4, 5].map(path).to_vec();
        HistogramReward::new().with(&real, bins, |graph| graph.node_count() as f64)
    }

    #[test]
    fn rarer_than_in_the_data_is_better() {
        let found = reward(8).reward(&sampled(&[2, 3, 3, 3]));
        // Half of the data against a quarter, a quarter against three quarters; ε = 1/8.
        let wanted = [(0.625f32 / 0.375).ln(), (0.375f32 / 0.875).ln()];
        assert!((found[0] - wanted[0]).abs() < 1e-6, "{found:?}");
        assert!((found[1] - wanted[1]).abs() < 1e-6, "{found:?}");
        assert_eq!(found[1], found[3]);
        // Same shares as in the data: the reward is 0.
        let found = reward(8).reward(&sampled(&[2, 2, 2, 2, 3, 3, 4, 5]));
        assert!(found.iter().all(|r| r.abs() < 1e-6), "{found:?}");
    }

    #[test]
    fn bins_have_equal_shares_as_far_as_ties_admit() {
        let halves = reward(2);
        assert_eq!(halves.0[0].bounds, [2.0]);
        assert_eq!(halves.0[0].shares, [0.5, 0.5]);
        let quarters = reward(4);
        assert_eq!(quarters.0[0].bounds, [2.0, 3.0]);
        assert_eq!(quarters.0[0].shares, [0.5, 0.25, 0.25]);
    }

    /// The gradient of the expected reward by the scores of a softmax is that of −KL(p ‖ q).
    #[test]
    fn following_the_reward_leads_to_the_shares_of_the_data() {
        let reward = reward(8);
        let mut scores = [0.0f64, 1.0, 0.0, -1.0];
        let softmax = |scores: &[f64; 4]| {
            let exp = scores.map(f64::exp);
            exp.map(|e| e / exp.iter().sum::<f64>())
        };
        for _ in 0..400 {
            let p = softmax(&scores);
            let counts = p.map(|p| (p * 4000.0).round() as usize);
            let sizes: Vec<usize> = (0..4).flat_map(|i| vec![i + 2; counts[i]]).collect();
            let rewards = reward.reward(&sampled(&sizes));
            let of = |i: usize| {
                let place = sizes.iter().position(|&size| size == i + 2);
                place.map_or(0.0, |place| f64::from(rewards[place]))
            };
            let mean: f64 = (0..4).map(|i| p[i] * of(i)).sum();
            for i in 0..4 {
                scores[i] += p[i] * (of(i) - mean);
            }
        }
        for (p, q) in softmax(&scores).into_iter().zip([0.5, 0.25, 0.125, 0.125]) {
            assert!((p - q).abs() < 0.01, "{p} {q}");
        }
    }

    #[test]
    fn empty_samples_give_no_reward() {
        assert_eq!(HistogramReward::new().reward(&sampled(&[2, 3])), [0.0, 0.0]);
        assert!(reward(3).reward(&[]).is_empty());
        let none = HistogramReward::new().with(&[], 3, |graph| graph.node_count() as f64);
        assert!(none.reward(&sampled(&[2]))[0].is_finite());
    }
}
