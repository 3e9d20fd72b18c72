use std::ops::RangeInclusive;

use crate::nn::unpooling::NodeSelection;

/// Number of nodes of the initial graph.
const INITIAL: usize = 3;

/// One round of growth: which nodes are unpooled, and the largest size afterward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Growth {
    /// Which nodes are unpooled.
    pub(crate) selection: NodeSelection,
    /// Number of nodes of the largest graph afterward.
    pub(crate) largest: usize,
}

/// Returns the rounds that lead from three nodes to graphs of these sizes. Each doubles the size,
/// except for nodes that are kept if the largest size is odd. If graphs of different sizes are
/// requested, nodes are random in as few of the last rounds as can generate the smallest.
///
/// Output graphs have at least 4 nodes, so that there is a round.
pub(crate) fn growth(sizes: RangeInclusive<usize>) -> Vec<Growth> {
    let largest = (*sizes.end()).max(INITIAL + 1);
    let mut maxima = vec![largest];
    let mut before = largest;
    while before > INITIAL {
        before = before.div_ceil(2).max(INITIAL);
        maxima.push(before);
    }
    let mut smallest = (*sizes.start()).clamp(INITIAL + 1, largest);
    let mut rounds = Vec::new();
    for pair in maxima.windows(2) {
        let [largest, before] = [pair[0], pair[1]];
        let kept = 2 * before - largest;
        // At least one node is unpooled, so one round generates at least `before + 1` nodes.
        let random = (largest - smallest).min(before - kept - 1);
        let least = largest - random;
        rounds.push(Growth {
            selection: NodeSelection::ByPosition { kept, random },
            largest,
        });
        // Larger sizes must come from smaller graphs of the previous round.
        smallest = match least > smallest {
            true => smallest.saturating_sub(1).clamp(INITIAL, before),
            false => before,
        };
    }
    rounds.reverse();
    rounds
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{graph::GraphTopology, nn::unpooling::NodeRole};

    /// All sizes that the rounds can generate.
    fn reachable(rounds: &[Growth]) -> BTreeSet<usize> {
        let mut sizes = BTreeSet::from([INITIAL]);
        for round in rounds {
            sizes = sizes
                .into_iter()
                .flat_map(|size| {
                    let topology = GraphTopology::new(&[size], vec![]).unwrap();
                    let roles = round.selection.roles(&topology);
                    let count = |role| roles.iter().filter(|&&r| r == role).count();
                    let certain = size + count(NodeRole::Unpooled);
                    certain..=certain + count(NodeRole::Random)
                })
                .collect();
            assert!(sizes.iter().all(|&size| size <= round.largest), "{round:?}");
        }
        sizes
    }

    #[test]
    fn exactly_the_requested_sizes_are_reached() {
        for largest in 4..=80 {
            for smallest in 1..=largest {
                let rounds = growth(smallest..=largest);
                let sizes = reachable(&rounds);
                assert_eq!(sizes.last(), Some(&largest), "{smallest} to {largest}");
                let possible = smallest.max(4 + rounds.len() - 1);
                assert!(
                    (possible..=largest).all(|size| sizes.contains(&size)),
                    "{smallest} to {largest}: {sizes:?}"
                );
                let below = sizes.first().is_some_and(|&least| least < smallest);
                assert!(
                    !below || smallest < 4 + rounds.len(),
                    "{smallest} to {largest}: {sizes:?}"
                );
            }
        }
    }

    #[test]
    fn the_published_growth_of_large_molecules() {
        let select = |kept, random| NodeSelection::ByPosition { kept, random };
        let rounds = growth(11..=36);
        let found: Vec<_> = rounds.iter().map(|r| (r.selection, r.largest)).collect();
        let published = [
            (select(1, 0), 5),
            (select(1, 0), 9),
            (select(0, 8), 18),
            (select(0, 17), 36),
        ];
        assert_eq!(found, published);
    }
}
