use std::ops::RangeInclusive;

use crate::one_line::counted;

/// Counts of what was changed or left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    pub(super) directed: usize,
    pub(super) loops: usize,
    pub(super) repeated: usize,
    /// Number of graphs reduced to their largest component, and the nodes that they lost.
    pub(super) cut: usize,
    pub(super) lost_nodes: usize,
    /// Number of graphs left out because they are not connected.
    pub(super) disconnected: usize,
    pub(super) too_small: usize,
    pub(super) too_large: usize,
    /// Nodes of the largest graph that was left out.
    pub(super) largest: usize,
    /// Names of attributes.
    pub(super) passed_over: Vec<String>,
}

impl Notes {
    /// Returns the reasons why graphs were left out.
    pub(super) fn left_out(&self, sizes: &RangeInclusive<usize>) -> Vec<String> {
        let graphs = |count| counted(count, "graph");
        let mut parts = Vec::new();
        if self.disconnected > 0 {
            parts.push(format!("{} not connected", graphs(self.disconnected)));
        }
        if self.too_small > 0 {
            let (count, least) = (graphs(self.too_small), sizes.start());
            parts.push(format!("{count} with fewer than {least} nodes"));
        }
        if self.too_large > 0 {
            let (count, most) = (graphs(self.too_large), sizes.end());
            let largest = self.largest;
            parts.push(format!(
                "{count} with more than {most} nodes, up to {largest}"
            ));
        }
        parts
    }

    /// Returns a one-line notice; `None` if nothing was changed.
    pub(super) fn text(&self, sizes: &RangeInclusive<usize>) -> Option<String> {
        let mut parts = Vec::new();
        let left_out = self.left_out(sizes);
        if !left_out.is_empty() {
            parts.push(format!("left out {}", left_out.join(", ")));
        }
        if self.cut > 0 {
            parts.push(format!(
                "took the largest component of {} not connected ({} lost)",
                counted(self.cut, "graph"),
                counted(self.lost_nodes, "node")
            ));
        }
        if self.directed > 0 {
            let count = counted(self.directed, "directed graph");
            parts.push(format!("dropped the directions of {count}"));
        }
        if self.loops > 0 {
            parts.push(format!("dropped {}", counted(self.loops, "loop")));
        }
        if self.repeated > 0 {
            let count = counted(self.repeated, "repeated edge");
            parts.push(format!("dropped {count}"));
        }
        if !self.passed_over.is_empty() {
            parts.push(format!("ignored {}", self.passed_over.join(", ")));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}
