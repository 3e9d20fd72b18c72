//! QM9 and ZINC.

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use fireweed::{
    evaluate::{
        MoleculeReport, PUBLISHED_SCORES, PropertyReference, PropertyReport, PropertySample,
        PublishedData,
    },
    generative::StoredGraphs,
    molecule::MolecularGraph,
    study::{
        GraphTask, MoleculeResults,
        gan::{MoleculeTask, Preset},
        likelihood::{MoleculeLikelihood, draw_molecules},
        vae::VaePreset,
    },
    train::{StopHandle, final_sampling},
};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::{
    methods::{self, Data, Presets},
    scores::{table, worse},
};
use crate::{
    Options,
    common::{molecules::Selection, say},
};

/// Number of molecules that autoencoders reconstruct.
const HELD_OUT: usize = 500;
/// Number of steps of autoencoders trained by replay, per step of the published ones, since they
/// improve for longer.
const REPLAY_LENGTH: usize = 3;
/// Heavy atoms of the molecules of ZINC that the published layers generate well.
const ZINC_SIZES: std::ops::RangeInclusive<usize> = 14..=36;

pub(crate) fn qm9(options: &Options, stop: &StopHandle) -> Result<(), Box<dyn Error>> {
    let data = Loaded::qm9(options)?;
    run("qm9", &data, Some(PublishedData::Qm9), (options, stop))
}

pub(crate) fn zinc(options: &Options, stop: &StopHandle) -> Result<(), Box<dyn Error>> {
    let found = std::env::var_os("FIREWEED_DATA").map(PathBuf::from);
    let found = found.map(|data| data.join("zinc250k/250k_rndm_zinc_drugs_clean.smi.gz"));
    let path = options.zinc.clone().or(found.filter(|path| path.exists()));
    if path.is_none() && !options.synthetic {
        eprintln!("note: ZINC was not found and is left out; use --zinc to give its folder");
        return Ok(());
    }
    let data = Loaded::new(path, 36, options)?;
    run("zinc", &data, Some(PublishedData::Zinc), (options, stop))
}

/// Molecules for training, and held-out ones.
pub(crate) struct Loaded {
    pub(crate) task: MoleculeTask,
    molecules: Vec<MolecularGraph>,
    held_out: Arc<StoredGraphs>,
}

impl Loaded {
    pub(crate) fn qm9(options: &Options) -> Result<Self, Box<dyn Error>> {
        Self::new(None, 9, options)
    }

    fn new(
        path: Option<PathBuf>,
        heavy_atoms: usize,
        options: &Options,
    ) -> Result<Self, Box<dyn Error>> {
        let selection = Selection {
            path,
            smiles_column: None,
            heavy_atoms,
            largest_part: false,
            synthetic: options.synthetic,
        };
        let data = selection.load(!options.no_download, true)?;
        if let Some(notice) = &data.notice {
            eprintln!("note: {notice}");
        }
        let mut molecules = data.data.molecules;
        molecules.shuffle(&mut ChaCha8Rng::seed_from_u64(0));
        let held_out = molecules.split_off(molecules.len() - HELD_OUT.min(molecules.len() / 10));
        say(&format!("indexing {} molecules", molecules.len()));
        let task = MoleculeTask::new(&molecules, data.provenance)?;
        // Molecules with a kind that the others lack cannot be reconstructed.
        let known = held_out
            .iter()
            .filter(|one| task.encode(std::slice::from_ref(one)).is_ok());
        let known: Vec<MolecularGraph> = known.cloned().collect();
        Ok(Self {
            held_out: Arc::new(task.encode(&known)?),
            molecules,
            task,
        })
    }

    /// Returns models and training settings for these molecules.
    pub(crate) fn presets(&self, options: &Options) -> Presets {
        let budget = options.budget();
        let (features, sizes) = (self.task.features(), self.task.sizes());
        let largest = (*sizes.end()).max(4);
        let small = largest <= 9;
        let own = match small {
            true => Preset::qm9(features.clone()),
            false => Preset::molecules(features.clone(), ZINC_SIZES),
        };
        let gan = match (budget.paper, small) {
            (false, _) => own.clone(),
            (true, true) => Preset::qm9_published(features.clone()),
            (true, false) => Preset::zinc_published(features.clone()),
        };
        Presets {
            vae: match small {
                true => VaePreset::qm9_published(features, budget.vae_steps),
                false => VaePreset::molecules_published(&own.generator, budget.vae_steps),
            },
            vae_replay: VaePreset::replay(&own.generator, REPLAY_LENGTH * budget.vae_steps),
            gan,
            largest,
        }
    }

    pub(crate) fn data<'a>(&'a self, presets: &'a Presets) -> Data<'a, MoleculeTask> {
        Data {
            task: &self.task,
            training: self.task.graphs(),
            held_out: &self.held_out,
            presets,
            capacities: Some(self.task.capacities()),
        }
    }
}

const COLUMNS: [&str; 7] = [
    "valid",
    "unique",
    "novel",
    "G-mean",
    "KL score",
    "aromatic",
    "reconstructed",
];

fn run(
    name: &str,
    data: &Loaded,
    published: Option<PublishedData>,
    (options, stop): (&Options, &StopHandle),
) -> Result<(), Box<dyn Error>> {
    let title = data.task.provenance().title.clone();
    say(&format!("\n== {title}"));
    let presets = data.presets(options);
    let reference = data.task.reference().clone();
    let properties = PropertyReference::draw(
        &data.molecules,
        PropertyReference::MOLECULES,
        options.budget().samples,
        0,
    )?;
    let rows = methods::rows(
        name,
        &options.methods(),
        options,
        |method, seed, directory| {
            let trained = data
                .data(&presets)
                .train(method, seed, directory, (options, stop))?;
            let (molecules, reconstructed) = match trained {
                Some(trained) => {
                    let graphs = trained.graphs.iter();
                    let molecules = graphs.map(|graph| data.task.decode(graph)).collect();
                    (molecules, trained.reconstructed)
                }
                None => (likelihood(data, seed, directory, (options, stop))?, None),
            };
            let results = MoleculeResults::check(molecules, &reference);
            let mut scores = of_report(&results, &properties)?;
            scores.extend(reconstructed.map(|share| ("reconstructed".to_owned(), share)));
            results.write(directory)?;
            Ok(scores)
        },
    )?;
    let mut references: Vec<(String, BTreeMap<String, f64>)> = PUBLISHED_SCORES
        .iter()
        .filter(|row| Some(row.data) == published)
        .map(|row| {
            let scores = [
                ("valid", row.validity),
                ("unique", row.uniqueness),
                ("novel", row.novelty),
                ("G-mean", row.g_mean()),
            ];
            let scores = scores.map(|(name, value)| (name.to_owned(), value));
            (format!("{}, published", row.model), scores.into())
        })
        .collect();
    references.push(("floor: the data".into(), floor(&properties)?));
    let mut notes = vec![
        "Mean and standard deviation over the seeds. Validity without masks; uniqueness of valid \
         molecules and novelty with stereo marks; the published novelty is based on other texts. \
         Reconstructed: share of held-out molecules that the mean of their code decodes to."
            .to_owned(),
    ];
    notes.extend(worse(&rows, &references));
    let columns = COLUMNS.map(str::to_owned);
    let table = table(title, &columns, &rows, &references, notes);
    let directory = options.out.join(name);
    fs::create_dir_all(&directory)?;
    fs::write(directory.join("table.md"), table.to_markdown())?;
    say(&format!("\n{table}"));
    Ok(())
}

fn of_report(
    results: &MoleculeResults,
    properties: &PropertyReference,
) -> Result<BTreeMap<String, f64>, Box<dyn Error>> {
    let MoleculeReport { corrected, .. } = &results.report;
    let mut scores = BTreeMap::from([
        ("valid".to_owned(), corrected.validity),
        ("unique".to_owned(), corrected.uniqueness),
        ("novel".to_owned(), corrected.novelty),
        ("G-mean".to_owned(), corrected.g_mean),
    ]);
    let valid = results.valid();
    if !valid.is_empty() {
        let report = PropertyReport::compare(&PropertySample::of(&valid), properties)?;
        scores.insert("KL score".into(), report.kl_score.generated);
        if let Some(aromatic) = report.share("molecules with an aromatic atom") {
            scores.insert("aromatic".into(), aromatic.generated);
        }
    }
    Ok(scores)
}

/// Returns the scores of other molecules of the data.
fn floor(properties: &PropertyReference) -> Result<BTreeMap<String, f64>, Box<dyn Error>> {
    let report = PropertyReport::compare(properties.held_out(), properties)?;
    let mut scores = BTreeMap::from([("KL score".to_owned(), report.kl_score.floor)]);
    if let Some(aromatic) = report.share("molecules with an aromatic atom") {
        scores.insert("aromatic".into(), aromatic.held_out);
    }
    Ok(scores)
}

/// Trains the distribution by maximum likelihood, and draws from it.
fn likelihood(
    data: &Loaded,
    seed: u64,
    directory: &Path,
    (options, stop): (&Options, &StopHandle),
) -> Result<Vec<MolecularGraph>, Box<dyn Error>> {
    let plain: Vec<MolecularGraph> = data
        .molecules
        .iter()
        .map(|m| m.without_chirality())
        .collect();
    let provenance = data.task.provenance().clone();
    let task = MoleculeLikelihood::new(&plain, provenance, HELD_OUT, false)?;
    let steps = options.budget().likelihood_steps;
    let study = methods::likelihood(&task, task.model(), steps, seed, directory, (options, stop))?;
    let device = study.config().device.open()?;
    let model = study.model(&device)?;
    let sampling = &study.config().sampling;
    let mut rng = final_sampling(seed);
    let count = options.budget().samples;
    Ok(draw_molecules(
        &model,
        task.codec(),
        count,
        sampling,
        &device,
        &mut rng,
    ))
}
