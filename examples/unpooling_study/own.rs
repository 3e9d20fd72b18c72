//! Graphs of one's own: read, learned by maximum likelihood, generated, compared.

use std::{error::Error, fs, path::Path, sync::Arc};

use fireweed::{
    data::{Disconnected, GraphReadOptions, Provenance, load_graphs, write_graphs},
    evaluate::graphs::{GraphReport, GraphStatistic, GraphStatisticsSample, picture_of_graphs},
    generative::{
        SampledGraph,
        likelihood::{GraphKinds, TypedGraph, UnpoolingModelConfig, sizes_of},
    },
    graph::{
        GraphTopology,
        attributed::{AttributeNames, AttributedGraph, AttributedGraphs, Attributes},
    },
    study::likelihood::{LikelihoodStudy, LikelihoodStudyConfig, LikelihoodTask},
    train::{
        EpochDisplay, GraphJudge, SharedJudge, StopHandle, final_sampling,
        likelihood::LikelihoodConfig,
    },
};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::methods::finished;
use crate::{Options, common::say};

/// Of so many graphs, one is held out.
const HELD_OUT: usize = 10;
/// Graphs of the picture.
const SHOWN: usize = 24;

pub(crate) fn run(options: &Options, stop: &StopHandle) -> Result<(), Box<dyn Error>> {
    let Some(path) = &options.edges else {
        return Err("own needs graphs: name a file or folder with --edges".into());
    };
    let read = GraphReadOptions {
        disconnected: match options.refuse_disconnected {
            true => Disconnected::Refuse,
            false => Disconnected::LargestComponent,
        },
        sizes: 3..=options.most_nodes,
        ..GraphReadOptions::default()
    };
    let data = load_graphs(path, &read)?;
    if let Some(notice) = &data.notice {
        eprintln!("note: {notice}");
    }
    let graphs = data.graphs.with_joined_kinds();
    let numbers = [graphs.node_names(), graphs.edge_names()].map(|names| names.numbers.join(", "));
    if numbers.iter().any(|numbers| !numbers.is_empty()) {
        eprintln!(
            "note: attributes that are numbers are not learned: {}",
            numbers.join(" ")
        );
    }
    let task = Own::new(&graphs, data.provenance);
    say(&format!(
        "\n== {}: {} graphs, {} of them held out; {} kinds of nodes, {} of edges",
        task.provenance.title,
        task.training.len() + task.held_out.len(),
        task.held_out.len(),
        task.kinds.nodes,
        task.kinds.edges
    ));
    for seed in 0..options.seeds as u64 {
        let directory = options.out.join("own").join(format!("likelihood-{seed}"));
        one(&task, &graphs, seed, &directory, (options, stop))?;
    }
    Ok(())
}

fn one(
    task: &Own,
    graphs: &AttributedGraphs,
    seed: u64,
    directory: &Path,
    (options, stop): (&Options, &StopHandle),
) -> Result<(), Box<dyn Error>> {
    if directory.join("table.md").exists() {
        say(&format!("{} is complete", directory.display()));
        return Ok(());
    }
    let budget = options.budget();
    let study = match directory.join("config.json").exists() {
        true => LikelihoodStudy::open(directory)?,
        false => {
            let steps = budget.likelihood_steps;
            let batch = task.training.len().clamp(1, 256);
            let config = LikelihoodStudyConfig {
                model: UnpoolingModelConfig::new(task.kinds.clone(), sizes_of(&task.training, 0)),
                training: LikelihoodConfig::new(steps).with_batch_size(batch),
                epochs: budget.epochs.min(steps),
                judged: budget.judged.min(500),
                sampling: Default::default(),
                seed,
                device: options.device,
            };
            LikelihoodStudy::create(directory, config, &(), task)?
        }
    };
    say(&format!("likelihood, seed {seed}: {}", directory.display()));
    finished(study.run(task, stop, EpochDisplay::Lines)?)?;
    let device = study.config().device.open()?;
    let model = study.model(&device)?;
    let sampling = &study.config().sampling;
    let paths = model.sample(budget.samples, sampling, &device, &mut final_sampling(seed));
    let generated: Vec<TypedGraph> = paths.into_iter().map(|path| path.graph).collect();

    let named = named(graphs, &generated)?;
    write_graphs(&named, &directory.join("graphs.graphml"))?;
    write_graphs(&named, &directory.join("graphs.json"))?;
    let shown = self::named(graphs, &generated[..generated.len().min(SHOWN)])?;
    let subtitle = format!("{}, seed {seed}", task.provenance.title);
    picture_of_graphs(&shown, "Generated graphs", subtitle).write(directory, "graphs")?;
    let sample = statistics(generated.iter().map(|graph| &graph.topology));
    let fresh = statistics(task.held_out.iter().map(|graph| &graph.topology));
    let fresh = Some(&fresh).filter(|fresh| fresh.graph_count() > 0);
    let report = GraphReport::compare(&task.statistics, &sample, fresh)?;
    let title = task.provenance.title.clone();
    let figure = report.to_figure(&task.statistics, &sample, title);
    figure.write(directory, "distributions")?;
    let table = report.to_table();
    fs::write(directory.join("table.md"), table.to_markdown())?;
    say(&format!("\n{table}"));
    say(&format!(
        "graphs: {}",
        directory.join("graphs.graphml").display()
    ));
    Ok(())
}

/// Generated graphs with the names of the kinds of the data.
fn named(
    graphs: &AttributedGraphs,
    generated: &[TypedGraph],
) -> Result<AttributedGraphs, Box<dyn Error>> {
    let kinds_only = |names: &AttributeNames| AttributeNames {
        numbers: Vec::new(),
        kinds: names.kinds.clone(),
    };
    let [nodes, edges] = [graphs.node_names(), graphs.edge_names()].map(kinds_only);
    let attributes = |names: &AttributeNames, kinds: &[usize]| Attributes {
        numbers: Vec::new(),
        kinds: names.kinds.iter().map(|_| kinds.to_vec()).collect(),
    };
    let all = generated.iter().map(|graph| AttributedGraph {
        topology: graph.topology.clone(),
        nodes: attributes(&nodes, &graph.nodes),
        edges: attributes(&edges, &graph.edges),
    });
    let all = all.collect();
    Ok(AttributedGraphs::new(nodes, edges, all)?)
}

fn statistics<'a>(graphs: impl Iterator<Item = &'a GraphTopology>) -> GraphStatisticsSample {
    GraphStatisticsSample::of_topology(&GraphTopology::disjoint_union(graphs))
}

/// Graphs of a file, divided.
struct Own {
    provenance: Provenance,
    kinds: GraphKinds,
    training: Arc<Vec<TypedGraph>>,
    held_out: Arc<Vec<TypedGraph>>,
    statistics: Arc<GraphStatisticsSample>,
}

impl Own {
    fn new(graphs: &AttributedGraphs, provenance: Provenance) -> Self {
        let mut all: Vec<TypedGraph> = graphs
            .graphs()
            .iter()
            .map(|graph| TypedGraph {
                nodes: graph.node_kinds(),
                edges: graph.edge_kinds(),
                ..TypedGraph::untyped(graph.topology.clone())
            })
            .collect();
        all.shuffle(&mut ChaCha8Rng::seed_from_u64(0));
        let held_out = all.split_off(all.len() - all.len() / HELD_OUT);
        let count = |names: &AttributeNames| {
            let kinds = names.kinds.first();
            kinds.map_or(1, |kind| kind.values.len().max(1))
        };
        Self {
            provenance,
            kinds: GraphKinds {
                nodes: count(graphs.node_names()),
                edges: count(graphs.edge_names()),
                ..GraphKinds::none()
            },
            statistics: Arc::new(statistics(all.iter().map(|graph| &graph.topology))),
            training: Arc::new(all),
            held_out: Arc::new(held_out),
        }
    }
}

impl LikelihoodTask for Own {
    fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    fn digest(&self) -> String {
        let counts = [&self.training, &self.held_out].map(|graphs| {
            let nodes = graphs.iter().map(|graph| graph.topology.node_count());
            let edges = graphs.iter().map(|graph| graph.topology.edge_count());
            format!(
                "{} {} {}",
                graphs.len(),
                nodes.sum::<usize>(),
                edges.sum::<usize>()
            )
        });
        format!("{} {}", counts.join(" "), self.provenance.sha256.join(" "))
    }

    fn training(&self) -> Arc<Vec<TypedGraph>> {
        self.training.clone()
    }

    fn held_out(&self) -> Arc<Vec<TypedGraph>> {
        self.held_out.clone()
    }

    fn judge(&self, sample_size: usize) -> Option<SharedJudge> {
        Some(SharedJudge(Arc::new(Judge {
            source: self.statistics.clone(),
            sample_size,
        })))
    }
}

const JUDGED: [(&str, GraphStatistic); 2] = [
    ("W1 edge density", GraphStatistic::EdgeDensity),
    ("W1 clustering", GraphStatistic::Clustering),
];

struct Judge {
    source: Arc<GraphStatisticsSample>,
    sample_size: usize,
}

impl GraphJudge for Judge {
    fn sample_size(&self) -> usize {
        self.sample_size
    }

    fn metrics(&self) -> Vec<(String, bool)> {
        JUDGED.map(|(name, _)| (name.to_owned(), false)).to_vec()
    }

    fn judge(&self, graphs: &[SampledGraph]) -> Vec<f64> {
        let sample = statistics(graphs.iter().map(|graph| &graph.topology));
        let report = GraphReport::compare(&self.source, &sample, None).ok();
        let of = |statistic| Some(report.as_ref()?.score(statistic)?.divergences.wasserstein);
        let found = JUDGED.map(|(_, statistic)| of(statistic).unwrap_or(f64::NAN));
        found.to_vec()
    }
}
