use serde::{Deserialize, Serialize};

use crate::{SettingError, pricing::PricingError};

/// The convergence criterion of sessions.
///
/// A session has converged if, for `window` consecutive periods, no learner changed its greedy
/// action in the visited state. The counter is 1 after the first period and after every change, as
/// in the authors' program. Without convergence, a session ends after `cap` periods.
///
/// Reference: Calvano, Calzolari, Denicolò and Pastorello (2020), section II, and their program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Listed")]
pub struct Convergence {
    /// Number of periods without change.
    pub window: u64,
    /// Largest number of periods.
    pub cap: u64,
}

impl Default for Convergence {
    /// 100,000 periods without change, at most 10^9.
    fn default() -> Self {
        Self {
            window: 100_000,
            cap: 1_000_000_000,
        }
    }
}

impl Convergence {
    /// Checks that both numbers are positive.
    ///
    /// # Errors
    /// Returns [`PricingError::Setting`] if a number of periods is 0.
    pub fn validate(&self) -> Result<(), PricingError> {
        let checks = [
            ("convergence: window", self.window),
            ("convergence: cap", self.cap),
        ];
        for (name, periods) in checks {
            if periods == 0 {
                return Err(SettingError::new(name, "0 periods", "give at least one").into());
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Listed {
    window: u64,
    cap: u64,
}

impl Default for Listed {
    fn default() -> Self {
        let Convergence { window, cap } = Convergence::default();
        Self { window, cap }
    }
}

impl TryFrom<Listed> for Convergence {
    type Error = PricingError;

    fn try_from(Listed { window, cap }: Listed) -> Result<Self, PricingError> {
        let convergence = Self { window, cap };
        convergence.validate()?;
        Ok(convergence)
    }
}

/// The counter of periods without change. Periods are counted from 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stability {
    convergence: Convergence,
    /// The period after which the counter was 1.
    last_change: u64,
}

impl Stability {
    pub(crate) fn new(convergence: Convergence) -> Self {
        Self {
            convergence,
            last_change: 1,
        }
    }

    pub(crate) fn changed(&mut self, period: u64) {
        self.last_change = period;
    }

    /// Returns the first period at whose end the session can be over.
    pub(crate) fn earliest_end(&self) -> u64 {
        let Convergence { window, cap } = self.convergence;
        cap.min(self.last_change.saturating_add(window - 1))
    }

    /// Returns whether the session is over after `periods` periods.
    pub(crate) fn is_over(&self, periods: u64) -> bool {
        periods >= self.earliest_end()
    }

    pub(crate) fn converged(&self, periods: u64) -> bool {
        periods - self.last_change + 1 >= self.convergence.window
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the end by the authors' counter, period by period.
    fn counted(changes: &[bool], window: u64, cap: u64) -> Option<(u64, bool)> {
        let mut counter = 0;
        for (period, &changed) in (1..).zip(changes) {
            counter = if changed { 1 } else { counter + 1 };
            if counter == window {
                return Some((period, true));
            }
            if period == cap {
                return Some((period, false));
            }
        }
        None
    }

    #[test]
    fn sessions_end_when_no_action_changed_for_the_window_or_at_the_cap() {
        for pattern in 0_u32..512 {
            let changes: Vec<bool> = (0..9).map(|bit| pattern >> bit & 1 == 1).collect();
            for (window, cap) in [(1, 9), (2, 9), (3, 7), (4, 9), (12, 8)] {
                let mut stability = Stability::new(Convergence { window, cap });
                let found = (1..).zip(&changes).find_map(|(period, &changed)| {
                    if changed {
                        stability.changed(period);
                    }
                    let over = stability.is_over(period);
                    over.then(|| (period, stability.converged(period)))
                });
                assert_eq!(found, counted(&changes, window, cap));
            }
        }
    }

    #[test]
    fn zeros_and_unknown_names_are_rejected() {
        let read = |text: &str| toml::from_str::<Convergence>(text);
        assert_eq!(
            read("cap = 5").unwrap(),
            Convergence {
                window: 100_000,
                cap: 5
            }
        );
        assert!(
            read("window = 0")
                .unwrap_err()
                .to_string()
                .contains("window is 0")
        );
        assert!(read("periods = 5").is_err());
    }
}
