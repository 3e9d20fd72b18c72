use std::sync::Arc;

use super::model::Identity;
use crate::{
    data::Provenance,
    generative::GraphSource,
    train::{BestEpoch, SharedJudge, SharedReward},
};

/// The training data of a generator, and the evaluation of its samples.
pub trait GraphTask {
    /// Returns the origin of the data.
    fn provenance(&self) -> &Provenance;

    /// Describes the kinds of nodes and edges. They must be the same when a training continues or a
    /// generator is used.
    fn kinds(&self) -> String;

    /// Identifies the graphs: a training can only continue with the same graphs.
    fn digest(&self) -> String {
        let provenance = self.provenance();
        format!("{} {}", provenance.title, provenance.sha256.join(" "))
    }

    /// Returns the selection of the data, to find them again when a training continues.
    fn selection(&self) -> serde_json::Value {
        serde_json::Value::Null
    }

    /// Describes the reward in addition to the critic's score. It must be the same when a training
    /// continues.
    fn goal(&self) -> Option<String> {
        None
    }

    /// Returns the real graphs.
    fn source(&self) -> Arc<dyn GraphSource>;

    /// Returns the evaluation of samples of this size at the end of every epoch.
    fn judge(&self, sample_size: usize) -> SharedJudge;

    /// Returns the criterion for the best epoch.
    fn best(&self) -> BestEpoch;

    /// Returns the reward in addition to the critic's score.
    fn reward(&self) -> Option<SharedReward> {
        None
    }
}

/// Returns the identity of a task, recorded when a training starts.
pub(super) fn identity(task: &impl GraphTask) -> Identity {
    Identity {
        provenance: task.provenance().clone(),
        digest: task.digest(),
        selection: task.selection(),
        kinds: task.kinds(),
        goal: task.goal(),
    }
}
