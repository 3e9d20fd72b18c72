//! Waxman graphs and pieces of proteins.

use std::{collections::BTreeMap, error::Error, fs, sync::Arc};

use cpu_time::ProcessTime;
use fireweed::{
    data::{DataPlaces, ProteinRequest, Provenance, load_proteins, stand_in_proteins},
    evaluate::graphs::{GraphReport, GraphStatistic, UL_GAN_ON_WAXMAN, picture_of_graphs},
    generative::{SampledGraph, StoredGraphs},
    graph::{
        attributed::AttributedGraphs,
        generate::{PlacedGraph, Waxman},
    },
    study::{
        GraphTask,
        gan::{PlacedTask, Preset},
        vae::VaePreset,
    },
    train::StopHandle,
};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::{
    methods::{Data, Method, Presets},
    scores::{Scores, table},
};
use crate::{Options, common::say};

/// Nodes of the smallest Waxman graph that is kept.
const LEAST: usize = 5;
/// Draws of Waxman graphs for the noise floor.
const FRESH: u64 = 20_000;
/// The published statistics.
const STATISTICS: [(&str, GraphStatistic); 4] = [
    ("density", GraphStatistic::EdgeDensity),
    ("clustering", GraphStatistic::Clustering),
    ("connectivity", GraphStatistic::NodeConnectivity),
    ("coordinates", GraphStatistic::NodeFeatures),
];
/// Statistics that the published ones do not see.
const DISTANCES: [(&str, GraphStatistic); 2] = [
    ("edge length", GraphStatistic::EdgeLength),
    ("distance of others", GraphStatistic::UnlinkedDistance),
];
/// Graphs of the picture.
const SHOWN: usize = 24;

pub(crate) fn waxman(options: &Options, stop: &StopHandle) -> Result<(), Box<dyn Error>> {
    let budget = options.budget();
    let draw = |attempts| Waxman::new().dataset(LEAST, attempts, 0);
    let graphs = draw(0..budget.waxman)?;
    let fresh = draw(budget.waxman..budget.waxman + FRESH)?;
    let provenance = Provenance {
        title: format!(
            "Waxman graphs ({} of {} drawn)",
            graphs.len(),
            budget.waxman
        ),
        synthetic: false,
        sha256: Vec::new(),
    };
    let task = PlacedTask::new(&graphs, provenance);
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
        &task,
        &fresh,
        &presets,
        vec![published],
        (options, stop),
    )
}

pub(crate) fn protein(options: &Options, stop: &StopHandle) -> Result<(), Box<dyn Error>> {
    let budget = options.budget();
    let data = match options.synthetic {
        true => stand_in_proteins(options.contact)?,
        false => {
            let request = ProteinRequest {
                places: DataPlaces::default(),
                threshold: options.contact,
            };
            match load_proteins(&request) {
                Ok(data) => data,
                Err(error) => {
                    eprintln!("note: {error}; a stand-in is used");
                    stand_in_proteins(options.contact)?
                }
            }
        }
    };
    if let Some(notice) = &data.notice {
        eprintln!("note: {notice}");
    }
    // Windows of one chain follow each other in the files. In nm, so that coordinates are near 1.
    let mut graphs: Vec<PlacedGraph<3>> = data.train.graphs.iter().map(in_nm).collect();
    graphs.shuffle(&mut ChaCha8Rng::seed_from_u64(0));
    let fresh: Vec<PlacedGraph<3>> = data.test.graphs.iter().map(in_nm).collect();
    let task = PlacedTask::of_chains(&graphs, data.provenance);
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
        &task,
        &fresh,
        &presets,
        Vec::new(),
        (options, stop),
    )
}

/// Coordinates in nm instead of Å.
fn in_nm(graph: &PlacedGraph<3>) -> PlacedGraph<3> {
    let positions = graph.positions().iter();
    let positions = positions.map(|place| place.map(|x| x / 10.0)).collect();
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

fn columns() -> Vec<String> {
    let kl = STATISTICS.iter().map(|(name, _)| format!("KL {name}"));
    let distances = STATISTICS.iter().chain(&DISTANCES);
    let w1 = distances.map(|(name, _)| format!("W1 {name}"));
    kl.chain(w1).chain(["reconstructed".into()]).collect()
}

/// The scores of a report, and the floor beside them.
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
    task: &PlacedTask<D>,
    fresh: &[PlacedGraph<D>],
    presets: &Presets,
    mut references: Vec<(String, BTreeMap<String, f64>)>,
    (options, stop): (&Options, &StopHandle),
) -> Result<(), Box<dyn Error>> {
    let title = task.provenance().title.clone();
    say(&format!("\n== {title}"));
    let held_out = &fresh[..fresh.len().min(500)];
    let held_out = Arc::new(StoredGraphs::of_placed(held_out));
    let data = Data {
        task,
        training: task.graphs(),
        held_out: &held_out,
        presets,
    };
    let mut rows = Vec::new();
    let mut floor = BTreeMap::new();
    for method in options.methods() {
        let mut seeds = Vec::new();
        for seed in 0..options.seeds as u64 {
            let directory = options
                .out
                .join(name)
                .join(format!("{}-{seed}", method.folder()));
            if let Some(scores) = Scores::read(&directory)? {
                seeds.push(scores);
                continue;
            }
            let start = ProcessTime::now();
            if method != Method::Likelihood {
                say(&format!(
                    "{}, seed {seed}: {}",
                    method.name(),
                    directory.display()
                ));
            }
            let Some(trained) = data.train(method, seed, &directory, (options, stop))? else {
                continue;
            };
            let results = task.evaluate(&trained.graphs, Some(fresh))?;
            results.write(&directory)?;
            let shown: Vec<PlacedGraph<D>> = trained.graphs.iter().take(SHOWN).map(of).collect();
            let attributed = AttributedGraphs::of_placed(&shown);
            let subtitle = format!("{title}, seed {seed}");
            picture_of_graphs(&attributed, method.name(), subtitle).write(&directory, "graphs")?;
            let [mut scores, _] = scores_of(&results.report);
            scores.extend(
                trained
                    .reconstructed
                    .map(|share| ("reconstructed".into(), share)),
            );
            let scores = Scores {
                scores,
                cpu_minutes: start.elapsed().as_secs_f64() / 60.0,
            };
            scores.write(&directory)?;
            seeds.push(scores);
        }
        if !seeds.is_empty() {
            rows.push((method, seeds));
        }
    }
    // The floor: further graphs of the source, as many as are sampled.
    let count = options.budget().samples.min(fresh.len());
    let own: Vec<SampledGraph> = fresh[..count].iter().map(sampled).collect();
    let [scores, _] = scores_of(&task.evaluate(&own, None)?.report);
    floor.extend(scores);
    references.push((format!("floor: {count} graphs of the source"), floor));
    let notes = vec![
        "Mean and standard deviation over the seeds. KL as published, W1 in the unit of the \
         statistic; edge length and the distance of nodes that are not linked are not among the \
         published statistics."
            .into(),
    ];
    let table = table(title, &columns(), &rows, &references, notes);
    let directory = options.out.join(name);
    fs::create_dir_all(&directory)?;
    fs::write(directory.join("table.md"), table.to_markdown())?;
    say(&format!("\n{table}"));
    Ok(())
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
