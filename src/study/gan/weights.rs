use std::path::Path;

use burn::{
    store::{ModuleSnapshot, SafetensorsStore},
    tensor::Device,
};

use crate::{
    data::Provenance,
    files::write_whole,
    generative::{
        BondCapacities, Generator, GeneratorConfig, GraphGenerator, GraphGeneratorConfig,
    },
    study::{
        StudyError,
        folder::io_error,
        output::{pretty, with_sorted_header},
    },
};
use serde::{Deserialize, Serialize};

/// Content of `generator.json`, next to the weights.
#[derive(Serialize, Deserialize)]
struct Description<C> {
    /// Name of the training data.
    data: String,
    /// Whether the data are synthetic.
    synthetic: bool,
    kinds: String,
    generator: C,
    capacities: Option<BondCapacities>,
}

const WEIGHTS: &str = "generator.safetensors";
const DESCRIPTION: &str = "generator.json";

/// Writes a generator for reuse: `generator.safetensors` with its weights and running statistics,
/// and `generator.json` with their settings. `kinds` describes its categories, as in
/// [`GraphTask::kinds`](crate::study::GraphTask::kinds).
///
/// # Errors
/// Returns [`StudyError`] if a file cannot be written.
pub fn save_generator<C: GraphGeneratorConfig>(
    directory: &Path,
    generator: &C::Generator,
    config: &C,
    capacities: Option<&BondCapacities>,
    kinds: &str,
    data: &Provenance,
) -> Result<(), StudyError> {
    let description = Description {
        data: data.title.clone(),
        synthetic: data.synthetic,
        kinds: kinds.to_owned(),
        generator: config.clone(),
        capacities: capacities.cloned(),
    };
    let path = directory.join(DESCRIPTION);
    write_whole(&path, &pretty(&description)).map_err(io_error(&path))?;
    let path = directory.join(WEIGHTS);
    let failed = |reason: String| StudyError::Weights {
        path: path.clone(),
        reason,
    };
    let mut store = SafetensorsStore::from_bytes(None);
    generator
        .save_into(&mut store)
        .map_err(|error| failed(error.to_string()))?;
    let bytes = store
        .get_bytes()
        .map_err(|error| failed(error.to_string()))?;
    let bytes = with_sorted_header(&bytes).ok_or_else(|| failed("malformed header".into()))?;
    write_whole(&path, &bytes).map_err(io_error(&path))
}

/// Loads a [`Generator`] of [`save_generator`] with these kinds of nodes and edges.
///
/// # Errors
/// Returns an error if a file is missing or damaged, or if its kinds differ.
pub fn load_generator(
    directory: &Path,
    kinds: &str,
    device: &Device,
) -> Result<Generator, StudyError> {
    load_generator_of::<GeneratorConfig>(directory, kinds, device)
}

/// Same as [`load_generator`], for any model with these settings.
///
/// # Errors
/// Same as [`load_generator`].
pub fn load_generator_of<C: GraphGeneratorConfig>(
    directory: &Path,
    kinds: &str,
    device: &Device,
) -> Result<C::Generator, StudyError> {
    let path = directory.join(DESCRIPTION);
    let bytes = std::fs::read(&path).map_err(io_error(&path))?;
    let description: Description<C> =
        serde_json::from_slice(&bytes).map_err(|error| StudyError::Weights {
            path: path.clone(),
            reason: error.to_string(),
        })?;
    if description.kinds != kinds {
        return Err(StudyError::OtherKinds {
            path: directory.to_path_buf(),
            begun: description.kinds,
            loaded: kinds.to_owned(),
        });
    }
    let path = directory.join(WEIGHTS);
    let failed = |reason: String| StudyError::Weights {
        path: path.clone(),
        reason: reason.lines().next().unwrap_or_default().to_owned(),
    };
    let bytes = std::fs::read(&path).map_err(io_error(&path))?;
    let mut store = SafetensorsStore::from_bytes(Some(bytes));
    let mut generator = description.generator.try_init(device)?;
    generator
        .load_from(&mut store)
        .map_err(|error| failed(error.to_string()))?;
    Ok(generator.with_legal_bonds(description.capacities)?)
}
