use nalgebra::DVector;

/// Number of rounds over which progress is measured.
const WINDOW: usize = 64;
/// Relative decrease of the residual that counts as progress in a window.
const PROGRESS: f64 = 0.01;

/// Detects an iteration that cycles: its steps reverse direction, and its residual does not
/// decrease.
///
/// An iteration that slowly leaves an unstable point makes no progress either, but its steps keep
/// their direction.
#[derive(Debug)]
pub(super) struct CycleWatch {
    rounds: usize,
    last: Option<DVector<f64>>,
    /// Sum of the cosines between consecutive steps of this window.
    turns: f64,
    /// Smallest residual of this window, and of the previous one.
    least: [f64; 2],
}

impl Default for CycleWatch {
    fn default() -> Self {
        Self {
            rounds: 0,
            last: None,
            turns: 0.0,
            least: [f64::INFINITY; 2],
        }
    }
}

impl CycleWatch {
    /// Records the next step; returns whether it completes a window that shows a cycle.
    pub(super) fn is_caught(&mut self, step: &DVector<f64>, residual: f64) -> bool {
        if let Some(last) = &self.last {
            self.turns += last.dot(step) / (last.norm() * step.norm());
        }
        self.last = Some(step.clone());
        self.least[0] = self.least[0].min(residual);
        self.rounds += 1;
        if !self.rounds.is_multiple_of(WINDOW) {
            return false;
        }
        let is_stuck = self.least[0] > (1.0 - PROGRESS) * self.least[1];
        let is_turning = self.turns < 0.0;
        self.least = [f64::INFINITY, self.least[0]];
        self.turns = 0.0;
        is_stuck && is_turning
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the round at which the iteration `x <- factor x` is stopped, if within `rounds`.
    fn caught(factor: f64, rounds: usize) -> Option<usize> {
        let mut watch = CycleWatch::default();
        let mut x = 1e-3;
        (1..=rounds).find(|_| {
            let step = (factor - 1.0) * x;
            x *= factor;
            watch.is_caught(&DVector::from_element(1, step), step.abs())
        })
    }

    #[test]
    fn reversing_steps_without_progress_are_a_cycle() {
        assert_eq!(caught(-1.0, 1000), Some(2 * WINDOW));
        assert_eq!(caught(-0.99, 1000), None);
        assert_eq!(caught(1.01, 1000), None);
        assert_eq!(caught(0.99, 1000), None);
    }
}
