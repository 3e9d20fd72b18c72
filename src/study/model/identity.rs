use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{data::Provenance, study::StudyError};

/// Data and goal of a training, which can only be resumed with the same ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::study) struct Identity {
    /// Source of the data.
    pub(in crate::study) provenance: Provenance,
    /// Digest of the graphs.
    pub(in crate::study) digest: String,
    /// How the data were selected, to find them again.
    #[serde(default)]
    pub(in crate::study) selection: serde_json::Value,
    /// The kinds of nodes and edges, for display.
    #[serde(default)]
    pub(in crate::study) kinds: String,
    /// The reward, for display.
    #[serde(default)]
    pub(in crate::study) goal: Option<String>,
}

impl Identity {
    /// Checks that a training is resumed with the same data and goal.
    pub(super) fn check(&self, directory: &Path, now: &Self) -> Result<(), StudyError> {
        let path = directory.to_path_buf();
        if self.digest != now.digest {
            let (begun, loaded) = (&self.provenance.title, &now.provenance.title);
            return Err(StudyError::OtherData {
                path,
                begun: begun.clone(),
                loaded: match begun == loaded {
                    true => format!("{loaded} with other graphs"),
                    false => loaded.clone(),
                },
            });
        }
        if self.kinds != now.kinds {
            return Err(StudyError::OtherKinds {
                path,
                begun: self.kinds.clone(),
                loaded: now.kinds.clone(),
            });
        }
        if self.goal != now.goal {
            let name = |goal: &Option<String>| goal.clone().unwrap_or_else(|| "no reward".into());
            return Err(StudyError::OtherGoal {
                path,
                begun: name(&self.goal),
                now: name(&now.goal),
            });
        }
        Ok(())
    }
}
