use std::fmt;

use serde::{Deserialize, Serialize};

/// What distinguishes the networks of one repeat of a study.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Slope α.
    pub alpha: f64,
    /// Width m.
    pub width: usize,
    /// Depth L; what it counts depends on the network.
    pub depth: usize,
}

/// Which of width and depth vary in a study, and so belong into the names of its cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Naming {
    pub(super) width: bool,
    pub(super) depth: bool,
}

impl Naming {
    /// The parts of the folder of a case, from the outside.
    pub(super) fn folders(self, case: Case) -> Vec<String> {
        let mut parts = Vec::new();
        if self.width {
            parts.push(format!("width_{}", case.width));
        }
        if self.depth {
            parts.push(format!("depth_{}", case.depth));
        }
        parts.push(format!("alpha_{}", short(case.alpha)));
        parts
    }

    /// The name for people: `α = -1`, or `m = 64, L = 3, α = -1` where these vary.
    pub(super) fn label(self, case: Case) -> String {
        let mut label = String::new();
        if self.width {
            label += &format!("m = {}, ", case.width);
        }
        if self.depth {
            label += &format!("L = {}, ", case.depth);
        }
        label + &format!("α = {}", case.alpha)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let naming = Naming {
            width: true,
            depth: true,
        };
        f.write_str(&naming.label(*self))
    }
}

/// A number as part of a file name: extreme ones would be hundreds of digits long.
fn short(number: f64) -> String {
    let plain = number.to_string();
    if plain.len() > 24 {
        format!("{number:e}")
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_what_varies() {
        let case = Case {
            alpha: -1.0,
            width: 64,
            depth: 3,
        };
        let [width, depth] = [true, false];
        let naming = Naming { width, depth };
        assert_eq!(naming.label(case), "m = 64, α = -1");
        assert_eq!(naming.folders(case), ["width_64", "alpha_-1"]);
        assert_eq!(case.to_string(), "m = 64, L = 3, α = -1");
        let extreme = Case {
            alpha: -1e300,
            ..case
        };
        assert!(naming.folders(extreme)[1].len() < 24);
    }
}
