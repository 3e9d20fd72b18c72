//! Waxman graphs and protein fragments.

use std::{collections::BTreeMap, error::Error, fs, path::Path, sync::Arc};

use fireweed::{
    data::{DataPlaces, ProteinWindows, Provenance, Source},
    evaluate::graphs::{GraphReport, GraphStatistic, figure_of_samples, picture_of_graphs},
    generative::{SampledGraph, StoredGraphs, likelihood::TypedGraph},
    graph::{
        Rotation,
        attributed::AttributedGraphs,
        generate::{PlacedGraph, Waxman},
    },
    study::{
        GraphTask,
        gan::{PlacedTask, Preset, UL_GAN_ON_WAXMAN},
        likelihood::PlacedLikelihood,
        vae::VaePreset,
    },
    train::{StopHandle, final_sampling},
};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::{
    methods::{self, Data, Method, Presets, Trained, directory},
    scores::{Row, table, worse},
};
use crate::{Options, common::say};

/// Number of nodes of the smallest Waxman graph that is kept.
const LEAST: usize = 5;
/// One more Waxman graph is drawn for the noise floor per this many training graphs.
const FRESH: u64 = 5;
/// The published statistics.
const STATISTICS: [(&str, GraphStatistic); 4] = [
    ("density", GraphStatistic::EdgeDensity),
    ("clustering", GraphStatistic::Clustering),
    ("connectivity", GraphStatistic::NodeConnectivity),
    ("coordinates", GraphStatistic::NodeFeatures),
];
/// Statistics of distances, which the published ones do not cover.
const DISTANCES: [(&str, GraphStatistic); 3] = [
    ("edge length", GraphStatistic::EdgeLength),
    ("distance of others", GraphStatistic::UnlinkedDistance),
    ("chain step", GraphStatistic::ChainStep),
];
/// Number of graphs in the picture.
const SHOWN: usize = 24;
/// Number of held-out graphs, for −log probability and for the reconstruction by autoencoders.
const HELD_OUT: usize = 500;
/// Number of copies of each window of a protein, each with a new rotation.
const ROTATIONS: usize = 3;
/// Name of the file with the generated graphs of a training, one per line as JSON.
const GRAPHS: &str = "graphs.jsonl";

fn held_out<const D: usize>(graphs: &[PlacedGraph<D>]) -> &[PlacedGraph<D>] {
    &graphs[..graphs.len().min(HELD_OUT)]
}

pub(crate) fn waxman(options: &Options, stop: &StopHandle) -> Result<(), Box<dyn Error>> {
    let budget = options.budget();
    let draw = |attempts| Waxman::new().dataset(LEAST, attempts, 0);
    let graphs = draw(0..budget.waxman)?;
    let fresh = draw(budget.waxman..budget.waxman + budget.waxman / FRESH)?;
    let provenance = Provenance {
        title: format!(
            "Waxman graphs ({} of {} drawn)",
            graphs.len(),
            budget.waxman
        ),
        synthetic: false,
        sha256: Vec::new(),
    };
    let data = PlacedLikelihood::new(&graphs, held_out(&fresh), provenance)
        .with_published(UL_GAN_ON_WAXMAN);
    let gan = match budget.paper {
        true => Preset::waxman_published(),
        false => Preset::waxman(),
    };
    let presets = Presets {
        vae: VaePreset::waxman_published(budget.vae_steps),
        vae_replay: VaePreset::replay(&Preset::waxman().generator, budget.vae_steps),
        gan,
        largest: 12,
    };
    let published = ("UL GAN, published".to_owned(), published_on_waxman());
    run(
        "waxman",
        &data,
        &fresh,
        &presets,
        vec![published],
        (options, stop),
    )
}

pub(crate) fn protein(options: &Options, stop: &StopHandle) -> Result<(), Box<dyn Error>> {
    let budget = options.budget();
    let windows = ProteinWindows {
        threshold: options.contact,
    };
    let data = match options.synthetic {
        true => windows.stand_in()?,
        false => match windows.load(&DataPlaces::default(), &mut |_| {}) {
            Ok(data) => data,
            Err(error) => {
                eprintln!("note: {error}; synthetic data are used");
                windows.stand_in()?
            }
        },
    };
    if let Some(notice) = &data.notice {
        eprintln!("note: {notice}");
    }
    // The orientation is that of the files, so windows are rotated at random, several times each
    // for models trained on stored graphs. Windows of one chain are adjacent in the files.
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut turned = |graphs: &[PlacedGraph<3>], copies: usize| -> Vec<PlacedGraph<3>> {
        let copies = graphs.iter().flat_map(|graph| vec![graph; copies]);
        let mut turned: Vec<_> = copies
            .map(|graph| turned_in_nm(graph, Rotation::uniform(&mut rng)))
            .collect();
        turned.shuffle(&mut rng);
        turned
    };
    let graphs = turned(&data.data.train.graphs, ROTATIONS);
    let fresh = turned(&data.data.test.graphs, 1);
    let data = PlacedLikelihood::of_chains(&graphs, held_out(&fresh), data.provenance).rotated();
    let gan = match budget.paper {
        true => Preset::protein_published(),
        false => Preset::protein(),
    };
    let presets = Presets {
        vae: VaePreset::protein_published(budget.vae_steps),
        vae_replay: VaePreset::replay(&Preset::protein().generator, budget.vae_steps),
        gan,
        largest: 8,
    };
    run(
        "protein",
        &data,
        &fresh,
        &presets,
        Vec::new(),
        (options, stop),
    )
}

/// Returns a rotated window with coordinates in nm instead of Å, so that they are close to 1.
fn turned_in_nm(graph: &PlacedGraph<3>, rotation: Rotation) -> PlacedGraph<3> {
    let positions = graph.positions().iter();
    let positions = positions.map(|&place| rotation.apply(place.map(|x| x / 10.0)));
    let positions = positions.collect();
    PlacedGraph::new(graph.topology().clone(), positions)
        .unwrap_or_else(|error| unreachable!("the same nodes: {error}"))
}

fn published_on_waxman() -> BTreeMap<String, f64> {
    let mut row = BTreeMap::new();
    for (name, statistic) in STATISTICS {
        if let Some([kl, wasserstein]) = UL_GAN_ON_WAXMAN.of(statistic) {
            row.insert(format!("KL {name}"), kl);
            row.insert(format!("W1 {name}"), wasserstein);
        }
    }
    row
}

fn columns(chains: bool) -> Vec<String> {
    let kl = STATISTICS.iter().map(|(name, _)| format!("KL {name}"));
    // Steps along a chain exist for proteins only.
    let own = DISTANCES.iter().take(2 + usize::from(chains));
    let distances = STATISTICS.iter().chain(own);
    let w1 = distances.map(|(name, _)| format!("W1 {name}"));
    let shares = ["reconstructed", "chains"]
        .into_iter()
        .take(1 + usize::from(chains));
    kl.chain(w1).chain(shares.map(str::to_owned)).collect()
}

/// Returns the scores of a report, and the floor.
fn scores_of(report: &GraphReport) -> [BTreeMap<String, f64>; 2] {
    let mut rows = [BTreeMap::new(), BTreeMap::new()];
    for (name, statistic) in STATISTICS.iter().chain(&DISTANCES) {
        let Some(score) = report.score(*statistic) else {
            continue;
        };
        let found = [Some(score.divergences), score.floor];
        for (row, divergences) in rows.iter_mut().zip(found) {
            if let Some(divergences) = divergences {
                row.insert(format!("KL {name}"), divergences.kl_published);
                row.insert(format!("W1 {name}"), divergences.wasserstein);
            }
        }
    }
    rows
}

fn run<const D: usize>(
    name: &str,
    data: &PlacedLikelihood<D>,
    fresh: &[PlacedGraph<D>],
    presets: &Presets,
    mut references: Vec<(String, BTreeMap<String, f64>)>,
    (options, stop): (&Options, &StopHandle),
) -> Result<(), Box<dyn Error>> {
    let task = data.task();
    let title = task.provenance().title.clone();
    say(&format!("\n== {title}"));
    let held_out = Arc::new(StoredGraphs::of_placed(self::held_out(fresh)));
    let stored = Data {
        task,
        training: task.graphs(),
        held_out: &held_out,
        presets,
        capacities: None,
    };
    let mut methods = options.methods();
    methods.retain(|&method| method != Method::UlGanMasked);
    let rows = methods::rows(name, &methods, options, |method, seed, directory| {
        let context = (options, stop);
        let trained = match stored.train(method, seed, directory, context)? {
            Some(trained) => trained,
            None => likelihood(data, seed, directory, context)?,
        };
        let results = task.evaluate(&trained.graphs, Some(fresh))?;
        results.write(directory)?;
        write_graphs(&trained.graphs, &directory.join(GRAPHS))?;
        let shown: Vec<PlacedGraph<D>> = trained.graphs.iter().take(SHOWN).map(of).collect();
        let attributed = AttributedGraphs::of_placed(&shown);
        let subtitle = format!("{title}, seed {seed}");
        picture_of_graphs(&attributed, method.name(), subtitle).write(directory, "graphs")?;
        let [mut scores, _] = scores_of(&results.report);
        let shares = [
            ("reconstructed", trained.reconstructed),
            ("chains", trained.chains),
        ];
        for (name, share) in shares {
            scores.extend(share.map(|share| (name.to_owned(), share)));
        }
        Ok(scores)
    })?;
    // The floor: further graphs of the source, as many as are sampled.
    let count = options.budget().samples.min(fresh.len());
    let own: Vec<SampledGraph> = fresh[..count].iter().map(sampled).collect();
    let [scores, _] = scores_of(&task.evaluate(&own, None)?.report);
    references.push((format!("floor: {count} graphs of the source"), scores));
    let mut notes = vec![
        "Mean and standard deviation over the seeds. KL as published, W1 in the unit of the \
         statistic; edge length and the distance of unlinked nodes are not among the \
         published statistics."
            .to_owned(),
    ];
    notes.extend(worse(&rows, &references));
    let table = table(title.clone(), &columns(D == 3), &rows, &references, notes);
    let directory = options.out.join(name);
    fs::create_dir_all(&directory)?;
    fs::write(directory.join("table.md"), table.to_markdown())?;
    overlay(name, task, &rows, options)?;
    say(&format!("\n{table}"));
    Ok(())
}

/// Draws the distributions of all models of seed 0 and of the data.
fn overlay<const D: usize>(
    name: &str,
    task: &PlacedTask<D>,
    rows: &[Row],
    options: &Options,
) -> Result<(), Box<dyn Error>> {
    let mut samples = Vec::new();
    for (method, _) in rows {
        let path = directory(options, name, *method, 0).join(GRAPHS);
        samples.push((method.name(), task.statistics(&read_graphs(&path)?)));
    }
    let mut shown = vec![("data", task.source_statistics())];
    shown.extend(samples.iter().map(|(name, sample)| (*name, sample)));
    let title = task.provenance().title.clone();
    let figure = figure_of_samples(&shown, title, "Generated graphs of seed 0 over the data");
    figure.write(&options.out.join(name), "distributions")?;
    Ok(())
}

fn write_graphs(graphs: &[SampledGraph], path: &Path) -> Result<(), Box<dyn Error>> {
    let mut text = String::new();
    for graph in graphs {
        text += &serde_json::to_string(graph)?;
        text.push('\n');
    }
    fs::write(path, text)
        .map_err(|error| format!("cannot write {}: {error}", path.display()).into())
}

fn read_graphs(path: &Path) -> Result<Vec<SampledGraph>, Box<dyn Error>> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let graphs = text.lines().map(serde_json::from_str);
    graphs.collect::<Result<_, _>>().map_err(|error| {
        format!("{} is damaged, delete its folder: {error}", path.display()).into()
    })
}

/// Trains the likelihood model on graphs with coordinates.
fn likelihood<const D: usize>(
    data: &PlacedLikelihood<D>,
    seed: u64,
    directory: &Path,
    (options, stop): (&Options, &StopHandle),
) -> Result<Trained, Box<dyn Error>> {
    let steps = 2 * options.budget().likelihood_steps;
    let study = methods::likelihood(data, data.model(), steps, seed, directory, (options, stop))?;
    let device = study.config().device.open()?;
    let model = study.model(&device)?;
    let sampling = &study.config().sampling;
    let mut rng = final_sampling(seed);
    let paths = model.sample(options.budget().samples, sampling, &device, &mut rng);
    let graphs: Vec<TypedGraph> = paths.into_iter().map(|path| path.graph).collect();
    Ok(Trained {
        graphs: graphs.iter().map(|graph| data.decode(graph)).collect(),
        reconstructed: None,
        chains: (D == 3).then(|| data.share_of_chains(&graphs)),
    })
}

fn of<const D: usize>(graph: &SampledGraph) -> PlacedGraph<D> {
    let position = |row: &Vec<f32>| std::array::from_fn(|axis| f64::from(row[axis]));
    let positions = graph.values.iter().map(position).collect();
    PlacedGraph::new(graph.topology.clone(), positions)
        .unwrap_or_else(|error| unreachable!("one place for each node: {error}"))
}

fn sampled<const D: usize>(graph: &PlacedGraph<D>) -> SampledGraph {
    let positions = graph.positions().iter();
    SampledGraph {
        topology: graph.topology().clone(),
        categories: Vec::new(),
        values: positions
            .map(|p| p.iter().map(|&x| x as f32).collect())
            .collect(),
        kinds: vec![0; graph.topology().edge_count()],
    }
}
