use std::sync::Arc;

use super::model::Identity;
use crate::{
    data::Provenance,
    generative::GraphSource,
    train::{BestEpoch, SharedJudge, SharedReward},
};

/// What a generator is trained on, and how what it makes is judged.
pub trait GraphTask {
    /// Where the data comes from.
    fn provenance(&self) -> &Provenance;

    /// The kinds of nodes and edges, for people. They must be the same where a training continues or
    /// a generator is used.
    fn kinds(&self) -> String;

    /// Identifies the graphs: a training continues with the same ones only.
    fn digest(&self) -> String {
        let provenance = self.provenance();
        format!("{} {}", provenance.title, provenance.sha256.join(" "))
    }

    /// How the data were selected, to find them again when a training continues.
    fn selection(&self) -> serde_json::Value {
        serde_json::Value::Null
    }

    /// What is rewarded beside the critic's score, for people. It must be the same where a training
    /// continues.
    fn goal(&self) -> Option<String> {
        None
    }

    /// The real graphs.
    fn source(&self) -> Arc<dyn GraphSource>;

    /// Judges samples of this size at the end of every epoch.
    fn judge(&self, sample_size: usize) -> SharedJudge;

    /// Which epoch is the best.
    fn best(&self) -> BestEpoch;

    /// Rewards graphs beside the critic's score.
    fn reward(&self) -> Option<SharedReward> {
        None
    }
}

/// What a training on this task is begun on.
pub(super) fn identity(task: &impl GraphTask) -> Identity {
    Identity {
        provenance: task.provenance().clone(),
        digest: task.digest(),
        selection: task.selection(),
        kinds: task.kinds(),
        goal: task.goal(),
    }
}
