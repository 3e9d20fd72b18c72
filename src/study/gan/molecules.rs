use std::{ops::RangeInclusive, sync::Arc};

use rayon::prelude::*;

use crate::{
    data::Provenance,
    evaluate::{MoleculeReference, MoleculeReport},
    generative::{BondCapacities, GraphFeatures, GraphSource, SampledGraph, StoredGraphs},
    molecule::{MolecularGraph, MoleculeError, Vocabulary, max_valence},
    study::{GraphTask, MoleculeResults, molecule_results::molecule_digest},
    train::{BestEpoch, GraphJudge, GraphReward, SharedJudge, SharedReward},
};

/// Generation of molecules. After every epoch, validity, uniqueness, novelty and their geometric
/// mean are computed, by canonical texts with stereo marks. The best epoch has the largest mean; an
/// epoch with mean 0 is never the best.
pub struct MoleculeTask {
    provenance: Provenance,
    vocabulary: Vocabulary,
    source: Arc<StoredGraphs>,
    reference: Arc<MoleculeReference>,
    reward: Option<(String, SharedReward)>,
    digest: String,
    selection: serde_json::Value,
}

impl MoleculeTask {
    /// Creates a task with molecules as training data, and their vocabulary.
    ///
    /// # Errors
    /// Returns [`MoleculeError`] if a molecule cannot be encoded.
    pub fn new(
        molecules: &[MolecularGraph],
        provenance: Provenance,
    ) -> Result<Self, MoleculeError> {
        let vocabulary = Vocabulary::collect(molecules);
        Ok(Self {
            provenance,
            source: Arc::new(stored(molecules, &vocabulary)?),
            reference: Arc::new(MoleculeReference::new(molecules)),
            vocabulary,
            reward: None,
            digest: molecule_digest(molecules, true),
            selection: serde_json::Value::Null,
        })
    }

    /// Stores with the training how the molecules were selected, see [`GraphTask::selection`].
    #[must_use]
    pub fn with_selection(mut self, selection: serde_json::Value) -> Self {
        self.selection = selection;
        self
    }

    /// Adds a reward to the critic's score. Molecules without a reward, such as invalid ones, get
    /// `invalid`. A training can only be resumed with a reward of the same name.
    pub fn with_reward(
        mut self,
        name: &str,
        invalid: f32,
        reward: impl Fn(&MolecularGraph) -> Option<f32> + Send + Sync + 'static,
    ) -> Self {
        let vocabulary = self.vocabulary.clone();
        let rewards = move |graphs: &[SampledGraph]| -> Vec<f32> {
            let molecules = graphs.par_iter().map(|graph| decode(&vocabulary, graph));
            let one = |molecule: MolecularGraph| reward(&molecule).unwrap_or(invalid);
            molecules.map(one).collect()
        };
        let rewards = SharedReward(Arc::new(rewards) as Arc<dyn GraphReward>);
        self.reward = Some((name.to_owned(), rewards));
        self
    }

    /// Returns the range of heavy atoms, without the smallest and the largest 0.1 % of the
    /// molecules.
    pub fn sizes(&self) -> RangeInclusive<usize> {
        let mut sizes = self.source.node_counts();
        sizes.sort_unstable();
        let tail = sizes.len() / 1000;
        match (sizes.get(tail), sizes.iter().nth_back(tail)) {
            (Some(&least), Some(&most)) => least..=most,
            _ => 0..=0,
        }
    }

    /// Returns the molecules as graphs.
    pub fn graphs(&self) -> &Arc<StoredGraphs> {
        &self.source
    }

    /// Converts other molecules, such as held-out ones, to graphs.
    ///
    /// # Errors
    /// Returns an error if a molecule has a kind of atom or bond that is not in the training data.
    pub fn encode(&self, molecules: &[MolecularGraph]) -> Result<StoredGraphs, MoleculeError> {
        stored(molecules, &self.vocabulary)
    }

    /// Returns the molecule of a generated graph.
    pub fn decode(&self, graph: &SampledGraph) -> MolecularGraph {
        decode(&self.vocabulary, graph)
    }

    /// Returns the kinds of atoms and bonds.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Returns the kinds of features of nodes and edges.
    pub fn features(&self) -> GraphFeatures {
        features(&self.vocabulary)
    }

    /// Returns the training data, for comparison.
    pub fn reference(&self) -> &Arc<MoleculeReference> {
        &self.reference
    }

    /// Returns the maximum number of bonds of each kind of atom, to keep valences legal.
    pub fn capacities(&self) -> BondCapacities {
        let (elements, charges) = (self.vocabulary.elements(), self.vocabulary.charges());
        let orders = self.vocabulary.bond_orders().iter();
        let bonds: Vec<usize> = orders.map(|order| order.pairs().into()).collect();
        BondCapacities::new(&[elements.len(), charges.len()], &bonds, |categories| {
            let [element, charge] = [categories[0], categories[1]];
            max_valence(elements[element], charges[charge])
                .unwrap_or(0)
                .into()
        })
    }

    /// Returns the molecules of generated graphs, checked and compared with the data.
    pub fn evaluate(&self, graphs: &[SampledGraph]) -> MoleculeResults {
        let molecules: Vec<_> = graphs
            .par_iter()
            .map(|graph| decode(&self.vocabulary, graph))
            .collect();
        MoleculeResults::check(molecules, &self.reference)
    }
}

fn stored(
    molecules: &[MolecularGraph],
    vocabulary: &Vocabulary,
) -> Result<StoredGraphs, MoleculeError> {
    let encoded: Result<Vec<_>, _> = molecules
        .par_iter()
        .map(|molecule| vocabulary.encode(molecule))
        .collect();
    let mut stored = StoredGraphs::new(features(vocabulary));
    for molecule in encoded? {
        stored.push_categorical(&molecule.atoms, &molecule.bonds);
    }
    Ok(stored)
}

fn features(vocabulary: &Vocabulary) -> GraphFeatures {
    let blocks = vec![
        vocabulary.elements().len(),
        vocabulary.charges().len(),
        vocabulary.chiralities().len(),
    ];
    GraphFeatures::categorical(blocks, vocabulary.bond_orders().len())
}

fn decode(vocabulary: &Vocabulary, graph: &SampledGraph) -> MolecularGraph {
    let atoms = graph.categories.iter();
    let atoms: Vec<[usize; 3]> = atoms.map(|node| [node[0], node[1], node[2]]).collect();
    let edges = graph.topology.edges().iter().copied();
    let bonds: Vec<_> = edges.zip(graph.kinds.iter().copied()).collect();
    vocabulary
        .decode(&atoms, &bonds)
        .unwrap_or_else(|error| unreachable!("the generator has this vocabulary: {error}"))
}

impl GraphTask for MoleculeTask {
    fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    fn kinds(&self) -> String {
        self.vocabulary.to_string()
    }

    fn digest(&self) -> String {
        self.digest.clone()
    }

    fn selection(&self) -> serde_json::Value {
        self.selection.clone()
    }

    fn goal(&self) -> Option<String> {
        self.reward.as_ref().map(|(name, _)| name.clone())
    }

    fn source(&self) -> Arc<dyn GraphSource> {
        self.source.clone()
    }

    fn judge(&self, sample_size: usize) -> SharedJudge {
        SharedJudge(Arc::new(Judge {
            vocabulary: self.vocabulary.clone(),
            reference: self.reference.clone(),
            sample_size,
        }))
    }

    fn best(&self) -> BestEpoch {
        BestEpoch::new("g-mean", true).better_than(0.0)
    }

    fn reward(&self) -> Option<SharedReward> {
        self.reward.as_ref().map(|(_, reward)| reward.clone())
    }
}

struct Judge {
    vocabulary: Vocabulary,
    reference: Arc<MoleculeReference>,
    sample_size: usize,
}

impl GraphJudge for Judge {
    fn sample_size(&self) -> usize {
        self.sample_size
    }

    fn metrics(&self) -> Vec<(String, bool)> {
        [
            "Validity",
            "Uniqueness",
            "Novelty",
            "G-mean",
            "Stereo-free novelty",
        ]
        .map(|name| (name.to_owned(), true))
        .to_vec()
    }

    fn judge(&self, graphs: &[SampledGraph]) -> Vec<f64> {
        let molecules: Vec<_> = graphs
            .par_iter()
            .map(|graph| decode(&self.vocabulary, graph))
            .collect();
        let report = MoleculeReport::new(&molecules, &self.reference);
        let scores = &report.corrected;
        vec![
            scores.validity,
            scores.uniqueness,
            scores.novelty,
            scores.g_mean,
            report.stereo_free.novelty,
        ]
    }
}
