use std::{ops::RangeInclusive, path::Path, sync::Arc};

use rayon::prelude::*;
use serde::Serialize;

use super::{GanTask, StoredGraphs};
use crate::{
    data::Provenance,
    evaluate::{MoleculeReference, MoleculeReport},
    files::write_whole,
    generative::{BondCapacities, GraphFeatures, SampledGraph},
    molecule::{Checked, MolecularGraph, Validity, Vocabulary, VocabularyError, grid, max_valence},
    report::write_picture,
    study::{StudyError, folder::io_error, output::pretty},
    train::{
        BestEpoch,
        gan::{GraphJudge, GraphReward, GraphSource, SharedJudge, SharedReward},
    },
};

/// Generating molecules: validity, uniqueness, novelty and their geometric mean after every epoch,
/// in the publication's definitions; the best epoch is that with the largest mean.
pub struct MoleculeTask {
    provenance: Provenance,
    vocabulary: Vocabulary,
    source: Arc<StoredGraphs>,
    reference: Arc<MoleculeReference>,
    reward: Option<(String, SharedReward)>,
}

/// What was generated, and how good it is.
#[derive(Debug)]
pub struct MoleculeResults {
    /// The graphs, valid or not.
    pub molecules: Vec<MolecularGraph>,
    /// What is known of each.
    pub checked: Vec<Checked>,
    /// The scores.
    pub report: MoleculeReport,
}

impl MoleculeTask {
    /// Takes molecules as training data, with the vocabulary that they have.
    ///
    /// # Errors
    /// [`VocabularyError`] where a molecule cannot be encoded.
    pub fn new(
        molecules: &[MolecularGraph],
        provenance: Provenance,
    ) -> Result<Self, VocabularyError> {
        let vocabulary = Vocabulary::collect(molecules);
        let encoded: Result<Vec<_>, _> = molecules
            .par_iter()
            .map(|molecule| vocabulary.encode(molecule))
            .collect();
        let mut source = StoredGraphs::new(features(&vocabulary));
        for molecule in encoded? {
            source.push_categorical(&molecule.atoms, &molecule.bonds);
        }
        Ok(Self {
            provenance,
            source: Arc::new(source),
            reference: Arc::new(MoleculeReference::new(molecules)),
            vocabulary,
            reward: None,
        })
    }

    /// Rewards molecules beside the critic's score; where there is no reward, as for what is not
    /// valid, `invalid`. A training continues with a reward of the same name only.
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

    /// Heavy atoms of the molecules, but for the smallest and the largest 0.1 %.
    pub fn sizes(&self) -> RangeInclusive<usize> {
        let mut sizes = self.source.node_counts();
        sizes.sort_unstable();
        let tail = sizes.len() / 1000;
        match (sizes.get(tail), sizes.iter().nth_back(tail)) {
            (Some(&least), Some(&most)) => least..=most,
            _ => 0..=0,
        }
    }

    /// The kinds of atoms and bonds.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// What the features of nodes and edges are.
    pub fn features(&self) -> GraphFeatures {
        features(&self.vocabulary)
    }

    /// The training data, for comparison.
    pub fn reference(&self) -> &Arc<MoleculeReference> {
        &self.reference
    }

    /// How many bonds each kind of atom can have, for generation that keeps valences legal.
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

    /// The molecules of generated graphs, checked and compared with the data.
    pub fn evaluate(&self, graphs: &[SampledGraph]) -> MoleculeResults {
        let molecules: Vec<_> = graphs
            .par_iter()
            .map(|graph| decode(&self.vocabulary, graph))
            .collect();
        let checked: Vec<_> = molecules.par_iter().map(MolecularGraph::check).collect();
        let report = MoleculeReport::from_checked(&molecules, &checked, &self.reference);
        MoleculeResults {
            molecules,
            checked,
            report,
        }
    }
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
    let blocks = [
        vocabulary.elements().len(),
        vocabulary.charges().len(),
        vocabulary.chiralities().len(),
    ];
    let atoms: Vec<[usize; 3]> = graph
        .node_categories(&blocks)
        .into_iter()
        .map(|categories| [categories[0], categories[1], categories[2]])
        .collect();
    let kinds = graph.edge_kinds();
    let bonds: Vec<_> = graph.topology.edges().iter().copied().zip(kinds).collect();
    vocabulary
        .decode(&atoms, &bonds)
        .unwrap_or_else(|error| unreachable!("the generator has this vocabulary: {error}"))
}

impl GanTask for MoleculeTask {
    fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    fn kinds(&self) -> String {
        self.vocabulary.to_string()
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
        BestEpoch::new("g-mean", true)
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
        let scores = &report.published;
        vec![
            scores.validity,
            scores.uniqueness,
            scores.novelty,
            scores.g_mean,
            report.stereo_free.novelty,
        ]
    }
}

/// One generated graph, for other programs to check.
#[derive(Serialize)]
struct Line<'a> {
    valid: bool,
    smiles: &'a str,
    molecule: &'a MolecularGraph,
}

/// How many molecules the picture shows.
const SHOWN: usize = 40;
/// How many of them may be graphs that are not valid.
const SHOWN_INVALID: usize = 8;

impl MoleculeResults {
    /// Writes `samples.smi` (the canonical texts of the valid ones), `samples.sdf`,
    /// `graphs.jsonl` (all graphs), `metrics.json`, `metrics.csv`, `report.txt` and
    /// `grid.svg` and `.png`, which show the first valid molecules and after them a few graphs that
    /// are not valid, on red ground.
    ///
    /// # Errors
    /// [`StudyError`] where a file cannot be written.
    pub fn write(&self, directory: &Path) -> Result<(), StudyError> {
        let file = |name: &str, content: &[u8]| {
            let path = directory.join(name);
            write_whole(&path, content).map_err(io_error(&path))
        };
        let valid: Vec<(&MolecularGraph, &str)> = self
            .molecules
            .iter()
            .zip(&self.checked)
            .filter(|(_, checked)| checked.is(Validity::Sanitized))
            .filter_map(|(molecule, checked)| {
                Some((molecule, checked.texts.as_ref().ok()?.isomeric.as_str()))
            })
            .collect();
        let mut smiles: String = valid.iter().map(|(_, text)| format!("{text}\n")).collect();
        if smiles.is_empty() {
            smiles.push('\n');
        }
        file("samples.smi", smiles.as_bytes())?;
        let sdf: String = valid
            .iter()
            .filter_map(|(molecule, text)| molecule.to_sdf(text).ok())
            .collect();
        file("samples.sdf", sdf.as_bytes())?;
        let mut lines = Vec::new();
        for (molecule, checked) in self.molecules.iter().zip(&self.checked) {
            let text = checked.texts.as_ref().map(|texts| texts.isomeric.as_str());
            let line = Line {
                valid: checked.is(Validity::Sanitized),
                smiles: text.unwrap_or_default(),
                molecule,
            };
            // Numbers and texts always serialise.
            lines.extend(serde_json::to_vec(&line).unwrap_or_default());
            lines.push(b'\n');
        }
        file("graphs.jsonl", &lines)?;
        file("metrics.json", &pretty(&self.report))?;
        file("metrics.csv", self.csv().as_bytes())?;
        file("report.txt", self.report.to_string().as_bytes())?;
        let shown = self.shown();
        write_picture(&grid(&shown, 8), directory, "grid")?;
        Ok(())
    }

    /// What the picture shows: the first valid molecules, then a few graphs that are not valid.
    fn shown(&self) -> Vec<(&MolecularGraph, String)> {
        let all = || self.molecules.iter().zip(&self.checked);
        let invalid = all()
            .filter(|(_, checked)| checked.texts.is_err())
            .map(|(molecule, _)| (molecule, String::from("not valid")))
            .take(SHOWN_INVALID);
        let invalid: Vec<_> = invalid.collect();
        all()
            .filter_map(|(molecule, checked)| {
                let texts = checked.texts.as_ref().ok()?;
                Some((molecule, texts.isomeric.clone()))
            })
            .take(SHOWN - invalid.len())
            .chain(invalid.clone())
            .collect()
    }

    fn csv(&self) -> String {
        let mut text =
            String::from("definition,validity,uniqueness,novelty,g_mean,valid,distinct,novel\n");
        let report = &self.report;
        for (name, scores) in [
            ("published", &report.published),
            ("corrected", &report.corrected),
            ("stereo-free", &report.stereo_free),
        ] {
            text += &format!(
                "{name},{},{},{},{},{},{},{}\n",
                scores.validity,
                scores.uniqueness,
                scores.novelty,
                scores.g_mean,
                scores.valid,
                scores.distinct,
                scores.novel
            );
        }
        text
    }
}
