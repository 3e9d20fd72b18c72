/// A rectangle with sides along the axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) low: [f64; 2],
    pub(super) high: [f64; 2],
}

impl Area {
    pub(super) fn around([x, y]: [f64; 2], width: f64, height: f64) -> Self {
        Self {
            low: [x - width / 2.0, y - height / 2.0],
            high: [x + width / 2.0, y + height / 2.0],
        }
    }

    pub(super) fn grown(self, by: f64) -> Self {
        Self {
            low: self.low.map(|value| value - by),
            high: self.high.map(|value| value + by),
        }
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        (0..2).all(|axis| self.low[axis] < other.high[axis] && other.low[axis] < self.high[axis])
    }

    /// Returns the part of a line inside the area: where it enters and leaves, from 0 at its start
    /// to 1 at its end.
    pub(super) fn cuts(&self, from: [f64; 2], to: [f64; 2]) -> Option<(f64, f64)> {
        let (mut enters, mut leaves) = (0.0f64, 1.0f64);
        for axis in 0..2 {
            let way = to[axis] - from[axis];
            let [low, high] = [self.low[axis] - from[axis], self.high[axis] - from[axis]];
            if way.abs() < 1e-9 {
                if low > 0.0 || high < 0.0 {
                    return None;
                }
                continue;
            }
            let (first, last) = (low / way, high / way);
            enters = enters.max(first.min(last));
            leaves = leaves.min(first.max(last));
        }
        (enters < leaves).then_some((enters, leaves))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_at_the_sides() {
        let area = Area::around([0.0, 0.0], 2.0, 4.0);
        assert_eq!(area.cuts([0.0, 0.0], [4.0, 0.0]), Some((0.0, 0.25)));
        assert_eq!(area.cuts([-2.0, 0.0], [2.0, 0.0]), Some((0.25, 0.75)));
        assert_eq!(area.cuts([-2.0, 3.0], [2.0, 3.0]), None);
        assert_eq!(area.cuts([2.0, 0.0], [3.0, 0.0]), None);
        assert!(area.meets(&area.grown(-0.5)) && !area.meets(&Area::around([3.0, 0.0], 1.0, 1.0)));
    }
}
