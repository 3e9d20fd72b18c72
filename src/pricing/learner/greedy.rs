/// Rows of values are padded with minus infinity to a multiple of this, so that scans have no
/// remainder and compile to vector instructions.
pub(crate) const LANES: usize = 4;

/// The greedy action of one row of values, updated while the row changes.
///
/// An action becomes greedy when its value is strictly above that of the current greedy one. When
/// the value of the greedy action falls below another, the row is scanned for the first maximum.
/// Ties do not change the greedy action.
///
/// `rest` is an upper bound on the values of the other actions. It is exact after a scan and then
/// only increases, so most decreases of the greedy value need no scan. The result equals that of
/// scanning after every update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Greedy {
    pub(crate) value: f64,
    rest: f64,
    pub(crate) action: u32,
}

impl Greedy {
    /// Returns the first maximum of a padded row.
    pub(crate) fn of(row: &[f64]) -> Self {
        Self::scan(row, 0)
    }

    /// Moves the value of an action toward a target, `Q += alpha (target - Q)`. Returns whether the
    /// greedy action changed.
    #[inline(always)]
    pub(crate) fn update(
        &mut self,
        row: &mut [f64],
        action: usize,
        target: f64,
        alpha: f64,
    ) -> bool {
        let Some(cell) = row.get_mut(action) else {
            return false;
        };
        let value = *cell + alpha * (target - *cell);
        *cell = value;
        let best = self.action as usize;
        if action == best {
            self.value = value;
            if value < self.rest {
                *self = Self::scan(row, best);
                return self.action as usize != best;
            }
        } else if value > self.rest {
            if value > self.value {
                *self = Self {
                    value,
                    rest: self.value,
                    action: action as u32,
                };
                return true;
            }
            self.rest = value;
        }
        false
    }

    /// Scans the row for the greedy action: `keep` if no other is better, otherwise the first
    /// maximum. It has no branch per entry, since the position of the maximum is unpredictable.
    #[inline(never)]
    fn scan(row: &[f64], keep: usize) -> Self {
        let (chunks, _) = row.as_chunks::<LANES>();
        let mut first = [f64::NEG_INFINITY; LANES];
        let mut second = first;
        for chunk in chunks {
            for lane in 0..LANES {
                second[lane] = larger(second[lane], smaller(first[lane], chunk[lane]));
                first[lane] = larger(first[lane], chunk[lane]);
            }
        }
        let (mut value, mut rest) = (first[0], second[0]);
        for lane in 1..LANES {
            rest = larger(larger(rest, second[lane]), smaller(value, first[lane]));
            value = larger(value, first[lane]);
        }
        if row.get(keep) == Some(&value) {
            return Self {
                value,
                rest,
                action: keep as u32,
            };
        }
        // Positions are floating-point numbers too, because their minimum is one instruction.
        let mut places: [f64; LANES] = std::array::from_fn(|lane| lane as f64);
        let mut found = [f64::INFINITY; LANES];
        for chunk in chunks {
            for lane in 0..LANES {
                let place = if chunk[lane] == value {
                    places[lane]
                } else {
                    f64::INFINITY
                };
                found[lane] = smaller(found[lane], place);
                places[lane] += LANES as f64;
            }
        }
        let place = found.into_iter().fold(f64::INFINITY, smaller);
        Self {
            value,
            rest,
            // Infinite only in rows with NaN, whose greedy action is then the last.
            action: if place < row.len() as f64 {
                place as u32
            } else {
                keep as u32
            },
        }
    }
}

#[inline(always)]
fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[inline(always)]
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn padded(values: &[f64]) -> Vec<f64> {
        let mut row = values.to_vec();
        row.resize(values.len().next_multiple_of(LANES), f64::NEG_INFINITY);
        row
    }

    /// Returns the greedy action by definition: a scan after every update.
    fn plainly(row: &[f64], best: usize) -> usize {
        let value = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if row[best] == value {
            return best;
        }
        row.iter().position(|&other| other == value).unwrap()
    }

    proptest! {
        /// Values on a coarse lattice, so that ties are common.
        #[test]
        fn the_greedy_action_equals_a_scan_after_every_update(
            start in prop::collection::vec(-3_i32..3, 1..20),
            steps in prop::collection::vec((0_usize..20, -4_i32..4, any::<bool>()), 0..60),
        ) {
            let start: Vec<f64> = start.into_iter().map(f64::from).collect();
            let mut row = padded(&start);
            let mut greedy = Greedy::of(&row);
            let mut best = plainly(&row, 0);
            prop_assert_eq!(greedy.action as usize, best);
            for (action, target, whole) in steps {
                let action = action % start.len();
                let alpha = if whole { 1.0 } else { 0.5 };
                let changed = greedy.update(&mut row, action, f64::from(target), alpha);
                let before = best;
                best = plainly(&row, before);
                prop_assert_eq!(greedy.action as usize, best);
                prop_assert_eq!(greedy.value, row[best]);
                prop_assert_eq!(changed, before != best);
            }
        }
    }

    #[test]
    fn padding_is_never_chosen() {
        let mut row = padded(&[0.0, 0.0, 0.0, 0.0, -5.0]);
        let mut greedy = Greedy::of(&row);
        for action in [0, 1, 2, 3, 4] {
            greedy.update(&mut row, action, -1e300, 1.0);
        }
        assert!((greedy.action as usize) < 5);
    }
}
