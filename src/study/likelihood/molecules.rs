use std::{collections::HashSet, sync::Arc};

use burn::tensor::Device;
use rand::{Rng, SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};
use rayon::prelude::*;

use super::{LikelihoodTask, MoleculeCodec};
use crate::{
    data::Provenance,
    generative::{
        SampledGraph,
        likelihood::{SamplingOptions, TypedGraph, UnpoolingModel, UnpoolingModelConfig, sizes_of},
    },
    molecule::{MolecularGraph, Stereo},
    study::{StudyError, molecule_results::molecule_digest},
    train::{GraphJudge, SharedJudge},
};

/// Seed of the split into training and held-out molecules, and of the counted start graphs. It is
/// the same for all trainings, so that their scores are comparable.
const SPLIT_SEED: u64 = 0;
/// At most one of this many molecules is held out.
const HELD_OUT_SHARE: usize = 10;

/// Training data for a distribution over molecules.
pub struct MoleculeLikelihood {
    provenance: Provenance,
    digest: String,
    codec: MoleculeCodec,
    training: Arc<Vec<TypedGraph>>,
    held_out: Arc<Vec<TypedGraph>>,
}

impl MoleculeLikelihood {
    /// Creates training data from connected molecules, and holds out `held_out` of them, at most
    /// every tenth.
    ///
    /// With `stereo`, the chirality of atoms is learned as the last choice: which atoms have one,
    /// but not how those of one molecule are related. Otherwise it is dropped.
    ///
    /// # Errors
    /// Returns [`StudyError::Setting`] if there is no molecule, or if one has several parts.
    pub fn new(
        molecules: &[MolecularGraph],
        provenance: Provenance,
        held_out: usize,
        stereo: bool,
    ) -> Result<Self, StudyError> {
        let refused =
            |value: String, expected| StudyError::setting("training data", value, expected);
        if molecules.is_empty() {
            return Err(refused(provenance.title.clone(), "at least one molecule"));
        }
        if let Some(parts) = molecules.iter().find(|molecule| !molecule.is_connected()) {
            return Err(refused(parts.to_smiles(), "molecules of one part each"));
        }
        let codec = MoleculeCodec::collect(molecules, stereo);
        let mut order: Vec<usize> = (0..molecules.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(SPLIT_SEED));
        let encode = |&index: &usize| {
            codec
                .encode(&molecules[index])
                .unwrap_or_else(|error| unreachable!("the codec was made from these: {error}"))
        };
        let (held, trained) = order.split_at(held_out.min(molecules.len() / HELD_OUT_SHARE));
        Ok(Self {
            digest: molecule_digest(molecules, stereo),
            training: Arc::new(trained.par_iter().map(encode).collect()),
            held_out: Arc::new(held.par_iter().map(encode).collect()),
            codec,
            provenance,
        })
    }

    /// Returns the kinds of atoms and bonds.
    pub fn codec(&self) -> &MoleculeCodec {
        &self.codec
    }

    /// Returns a model configuration for these molecules, with networks of the default sizes.
    pub fn model(&self) -> UnpoolingModelConfig {
        let sizes = sizes_of(&self.training, SPLIT_SEED);
        UnpoolingModelConfig::new(self.codec.kinds(), sizes)
    }
}

impl LikelihoodTask for MoleculeLikelihood {
    fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    fn digest(&self) -> String {
        self.digest.clone()
    }

    fn training(&self) -> Arc<Vec<TypedGraph>> {
        self.training.clone()
    }

    fn held_out(&self) -> Arc<Vec<TypedGraph>> {
        self.held_out.clone()
    }

    fn judge(&self, sample_size: usize) -> Option<SharedJudge> {
        Some(SharedJudge(Arc::new(Judge {
            codec: self.codec.clone(),
            sample_size,
        })))
    }
}

/// Validity, and uniqueness of the valid ones, both without stereo marks.
struct Judge {
    codec: MoleculeCodec,
    sample_size: usize,
}

impl GraphJudge for Judge {
    fn sample_size(&self) -> usize {
        self.sample_size
    }

    fn metrics(&self) -> Vec<(String, bool)> {
        ["Validity", "Uniqueness"]
            .map(|name| (name.to_owned(), true))
            .to_vec()
    }

    fn judge(&self, graphs: &[SampledGraph]) -> Vec<f64> {
        let texts: Vec<String> = graphs
            .par_iter()
            .filter_map(|graph| {
                let molecule = self.codec.decode(&graph.into());
                molecule.canonical_smiles(Stereo::Drop).ok()
            })
            .collect();
        let valid = texts.len();
        let distinct = texts.into_iter().collect::<HashSet<_>>().len();
        vec![
            valid as f64 / graphs.len().max(1) as f64,
            distinct as f64 / valid.max(1) as f64,
        ]
    }
}

/// Draws molecules from a model. Not all of them are valid.
///
/// Consumes one draw.
pub fn draw_molecules(
    model: &UnpoolingModel,
    codec: &MoleculeCodec,
    count: usize,
    options: &SamplingOptions,
    device: &Device,
    rng: &mut impl Rng,
) -> Vec<MolecularGraph> {
    let paths = model.sample(count, options, device, rng);
    paths
        .par_iter()
        .map(|path| codec.decode(&path.graph))
        .collect()
}
