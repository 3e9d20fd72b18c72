use std::time::Duration;

use crate::study::{AlphaStudyConfig, Case, Problem};

/// Multiplications and additions of a training, roughly, for estimates of the time that is left.
pub(super) fn training_cost(config: &AlphaStudyConfig, problem: &dyn Problem, case: Case) -> f64 {
    // A forward pass per sample.
    let forward = problem.cost(case);
    let samples = (config.samples_per_step() * config.steps(config.epochs)) as f64;
    // Backward passes count twice.
    let evaluated = (config.samples + config.test_samples) as f64 * config.epochs as f64;
    (3.0 * samples + evaluated) * forward
}

/// What is left of trainings, from how long those took that are done.
#[derive(Debug)]
pub(super) struct Remaining {
    left: f64,
    /// Of trainings that this process has trained itself.
    done: f64,
    spent: Duration,
}

impl Remaining {
    pub(super) fn new(costs: impl IntoIterator<Item = f64>) -> Self {
        Self {
            left: costs.into_iter().sum(),
            done: 0.0,
            spent: Duration::ZERO,
        }
    }

    /// A training that was finished before takes no time.
    pub(super) fn skip(&mut self, cost: f64) {
        self.left = (self.left - cost).max(0.0);
    }

    pub(super) fn trained(&mut self, cost: f64, time: Duration) {
        self.skip(cost);
        self.done += cost;
        self.spent += time;
    }

    /// The time that is left, if anything is known of it.
    pub(super) fn estimate(&self) -> Option<Duration> {
        let seconds = self.spent.as_secs_f64() * self.left / self.done;
        Duration::try_from_secs_f64(seconds).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DataPlaces;

    #[test]
    fn the_rest_takes_as_long_as_what_is_done() {
        let mut remaining = Remaining::new([1.0, 2.0, 3.0, 4.0]);
        assert_eq!(remaining.estimate(), None);
        remaining.skip(1.0);
        remaining.trained(2.0, Duration::from_secs(4));
        assert_eq!(remaining.estimate(), Some(Duration::from_secs(14)));
        remaining.trained(3.0, Duration::from_secs(16));
        assert_eq!(remaining.estimate(), Some(Duration::from_secs(16)));
        remaining.trained(4.0, Duration::from_secs(16));
        assert_eq!(remaining.estimate(), Some(Duration::ZERO));
    }

    #[test]
    fn wider_networks_cost_more() {
        for experiment in crate::study::chapter::Experiment::ALL {
            for part in crate::study::chapter::parts(experiment, Default::default()) {
                let problem = part
                    .subject
                    .problem(true, &DataPlaces::default(), &mut |_| {});
                let problem = &*problem.unwrap();
                let case = part.config.cases()[0];
                let wider = Case {
                    width: 2 * case.width,
                    ..case
                };
                let cost = training_cost(&part.config, problem, case);
                assert!(training_cost(&part.config, problem, wider) > 1.5 * cost && cost > 0.0);
            }
        }
    }
}
