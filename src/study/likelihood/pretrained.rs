use std::path::Path;

use burn::tensor::Device;

use super::{ModelDescription, MoleculeCodec, weights::model_from_bytes};
use crate::{generative::likelihood::UnpoolingModel, study::StudyError};

const DESCRIPTION: &[u8] = include_bytes!("../../../assets/qm9_model/model.json");
const WEIGHTS: &[u8] = include_bytes!("../../../assets/qm9_model/model.safetensors");

/// Returns the bundled model of the molecules of QM9; `assets/qm9_model/README.md` describes its
/// training and quality.
///
/// ```no_run
/// use burn::tensor::Device;
/// use fireweed::{generative::likelihood::SamplingOptions, study::likelihood};
/// use rand::{SeedableRng, rngs::ChaCha8Rng};
///
/// let device = Device::flex();
/// let (model, description) = likelihood::pretrained_qm9(&device)?;
/// let mut rng = ChaCha8Rng::seed_from_u64(0);
/// let options = SamplingOptions::default();
/// let molecules =
///     likelihood::draw_molecules(&model, &description.codec, 100, &options, &device, &mut rng);
/// # Ok::<(), fireweed::study::StudyError>(())
/// ```
///
/// # Errors
/// Returns [`StudyError`] if the device cannot load the model.
pub fn pretrained_qm9(
    device: &Device,
) -> Result<(UnpoolingModel, ModelDescription<MoleculeCodec>), StudyError> {
    model_from_bytes(
        DESCRIPTION,
        WEIGHTS.to_vec(),
        Path::new("assets/qm9_model"),
        device,
    )
}
