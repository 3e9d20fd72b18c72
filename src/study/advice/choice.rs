use super::AdviceData;
use crate::{
    overparam::{
        InputMap, OverparamError,
        advisor::{Advice, Advisor, MapTrial},
    },
    study::StudyError,
};

/// The default map first: another must be clearly better.
const MAPS: [InputMap; 4] = [
    InputMap::UnitWithConstant,
    InputMap::RawWithConstant,
    InputMap::Unit,
    InputMap::Raw,
];

/// Input map chosen from the data.
#[derive(Clone, Debug)]
pub struct MapChoice {
    /// The data, with standardized or unscaled columns.
    pub data: AdviceData,
    /// The advisor, with the input map.
    pub advisor: Advisor,
    /// The compared trials; empty if there are too few rows to hold some out.
    pub trials: Vec<MapTrial>,
}

impl MapChoice {
    /// Compares the input maps by the predicted loss on held-out rows, on standardized and on
    /// unscaled columns if `data` has both. Takes some seconds.
    ///
    /// If there are too few rows, or no map works, the default is used, which is
    /// [`InputMap::RawWithConstant`] for a single feature.
    ///
    /// # Errors
    /// Returns [`StudyError::Advice`] if settings are invalid.
    pub fn new(data: &AdviceData, advisor: &Advisor) -> Result<Self, StudyError> {
        let mut trials = Vec::new();
        for set in [Some(data), data.as_they_are().as_ref()]
            .into_iter()
            .flatten()
        {
            for input_map in MAPS {
                let one = Advisor {
                    input_map,
                    ..advisor.clone()
                };
                match one.try_map(&set.rows(), &set.targets(), set.standardized()) {
                    Ok(trial) => trials.extend(trial),
                    // Another map may work.
                    Err(
                        OverparamError::OnlySigns
                        | OverparamError::OneInput { .. }
                        | OverparamError::Data { .. },
                    ) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        trials.retain(|trial| trial.held_out.is_finite());
        let usual = match data.set.feature_names().len() {
            1 => InputMap::RawWithConstant,
            _ => InputMap::UnitWithConstant,
        };
        let best = MapTrial::best(&trials);
        let (input_map, standardized) = match best {
            Some(best) => (best.map, best.standardized),
            None => (usual, data.standardized()),
        };
        let other = data
            .as_they_are()
            .filter(|_| standardized != data.standardized());
        Ok(Self {
            data: other.unwrap_or_else(|| data.clone()),
            advisor: Advisor {
                input_map,
                ..advisor.clone()
            },
            trials,
        })
    }

    /// Computes the advice with the chosen map, and the reason for the choice.
    ///
    /// # Errors
    /// Returns the errors of [`AdviceData::advise`].
    pub fn advise(&self) -> Result<Advice, StudyError> {
        let mut advice = self.data.advise(&self.advisor)?;
        advice.maps.clone_from(&self.trials);
        if self.trials.is_empty() {
            advice.notes.push(
                "there are too few rows to compare input maps on held-out rows; set one with \
                 --input-map"
                    .into(),
            );
        }
        Ok(advice)
    }
}
