use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{data::Provenance, study::StudyError};

/// What a training was begun on. It continues with the same only.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::study) struct Identity {
    /// Where the data come from.
    pub(in crate::study) provenance: Provenance,
    /// Identifies the graphs.
    pub(in crate::study) digest: String,
    /// How the data were selected, to find them again.
    #[serde(default)]
    pub(in crate::study) selection: serde_json::Value,
    /// The kinds of nodes and edges, for people.
    #[serde(default)]
    pub(in crate::study) kinds: String,
    /// What is rewarded, for people.
    #[serde(default)]
    pub(in crate::study) goal: Option<String>,
}

impl Identity {
    /// Checks that a training that was begun on this is continued with the same.
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
