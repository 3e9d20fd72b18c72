use std::path::Path;

use burn::{
    store::{HalfPrecisionAdapter, ModuleSnapshot, SafetensorsStore},
    tensor::Device,
};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    files::write_whole,
    generative::likelihood::{UnpoolingModel, UnpoolingModelConfig},
    study::{
        StudyError,
        folder::io_error,
        output::{pretty, with_sorted_header},
    },
};

/// Name of the file with the weights of a model.
pub const MODEL_WEIGHTS: &str = "model.safetensors";
/// Name of the file with the settings of a model and its categories.
pub const MODEL_DESCRIPTION: &str = "model.json";

/// Content of `model.json`, next to the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelDescription<C> {
    /// Version of this crate that wrote the model.
    pub version: String,
    /// Name of the training data.
    pub data: String,
    /// Whether the data are synthetic.
    pub synthetic: bool,
    /// Seed of the training.
    pub seed: u64,
    /// The categories.
    pub codec: C,
    /// The settings of the model.
    pub model: UnpoolingModelConfig,
}

/// Writes a model for reuse: `model.safetensors` with its weights, as `f16` if `half` is set, and
/// `model.json`. The same model gives the same bytes.
///
/// # Errors
/// Returns [`StudyError`] if a file cannot be written.
pub fn save_model<C: Serialize>(
    directory: &Path,
    model: &UnpoolingModel,
    description: &ModelDescription<C>,
    half: bool,
) -> Result<(), StudyError> {
    let path = directory.join(MODEL_DESCRIPTION);
    write_whole(&path, &pretty(description)).map_err(io_error(&path))?;
    let path = directory.join(MODEL_WEIGHTS);
    let failed = |reason: String| StudyError::Weights {
        path: path.clone(),
        reason,
    };
    let mut store = SafetensorsStore::from_bytes(None);
    if half {
        store = store.with_to_adapter(HalfPrecisionAdapter::new());
    }
    model
        .save_into(&mut store)
        .map_err(|error| failed(error.to_string()))?;
    let bytes = store
        .get_bytes()
        .map_err(|error| failed(error.to_string()))?;
    let bytes = with_sorted_header(&bytes).ok_or_else(|| failed("malformed header".into()))?;
    write_whole(&path, &bytes).map_err(io_error(&path))
}

/// Loads a model of [`save_model`].
///
/// # Errors
/// Returns [`StudyError`] if a file is missing or damaged.
pub fn load_model<C: DeserializeOwned>(
    directory: &Path,
    device: &Device,
) -> Result<(UnpoolingModel, ModelDescription<C>), StudyError> {
    let read = |name: &str| {
        let path = directory.join(name);
        std::fs::read(&path).map_err(io_error(&path))
    };
    let (description, weights) = (read(MODEL_DESCRIPTION)?, read(MODEL_WEIGHTS)?);
    model_from_bytes(&description, weights, directory, device)
}

/// Same as [`load_model`], from the contents of the files; `directory` is for messages.
pub(super) fn model_from_bytes<C: DeserializeOwned>(
    description: &[u8],
    weights: Vec<u8>,
    directory: &Path,
    device: &Device,
) -> Result<(UnpoolingModel, ModelDescription<C>), StudyError> {
    let failed = |name: &str, reason: String| StudyError::Weights {
        path: directory.join(name),
        reason: reason.lines().next().unwrap_or_default().to_owned(),
    };
    let description: ModelDescription<C> = serde_json::from_slice(description)
        .map_err(|error| failed(MODEL_DESCRIPTION, error.to_string()))?;
    let half = is_half(&weights);
    let mut store = SafetensorsStore::from_bytes(Some(weights));
    if half {
        store = store.with_from_adapter(HalfPrecisionAdapter::new());
    }
    // Every weight is replaced, so the seed has no influence.
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut model = UnpoolingModel::try_init(&description.model, device, &mut rng)?;
    model
        .load_from(&mut store)
        .map_err(|error| failed(MODEL_WEIGHTS, error.to_string()))?;
    Ok((model, description))
}

/// Returns whether a safetensors file has weights in `f16`. The adapter converts in both
/// directions, so it must be omitted for `f32`.
fn is_half(bytes: &[u8]) -> bool {
    let header = bytes.split_first_chunk::<8>().and_then(|(length, rest)| {
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        std::str::from_utf8(rest.get(..length)?).ok()
    });
    header.is_some_and(|header| header.contains("\"F16\""))
}
