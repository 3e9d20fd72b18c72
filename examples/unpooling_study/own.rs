//! User-supplied graphs: read, learned by maximum likelihood, generated, compared.

use std::{error::Error, fs, path::Path, sync::Arc};

use fireweed::{
    data::{Disconnected, GraphReadOptions, Provenance, load_graphs, write_graphs},
    evaluate::graphs::{GraphReport, GraphStatistic, GraphStatisticsSample, picture_of_graphs},
    generative::{
        SampledGraph,
        likelihood::{GraphKinds, TypedGraph, UnpoolingModelConfig, ValueBounds, sizes_of},
    },
    graph::{
        GraphTopology,
        attributed::{AttributeNames, AttributedGraph, AttributedGraphs, Attributes},
    },
    study::likelihood::LikelihoodTask,
    train::{GraphJudge, SharedJudge, StopHandle, final_sampling},
};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::methods::likelihood;
use crate::{Options, common::say};

/// One of this many graphs is held out.
const HELD_OUT: usize = 10;
/// Number of graphs in the picture.
const SHOWN: usize = 24;

pub(crate) fn run(options: &Options, stop: &StopHandle) -> Result<(), Box<dyn Error>> {
    let Some(path) = &options.edges else {
        return Err("own needs graphs: give a file or folder with --edges".into());
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
    let graphs = data.data.with_joined_kinds();
    let of_edges = graphs.edge_names().numbers.join(", ");
    if !of_edges.is_empty() {
        eprintln!("note: numbers at edges are not learned: {of_edges}");
    }
    let task = Own::new(&graphs, data.provenance);
    if !task.constant.is_empty() {
        eprintln!(
            "note: numbers at nodes that are all equal are not learned: {}",
            task.constant.join(", ")
        );
    }
    say(&format!(
        "\n== {}: {} graphs, {} of them held out; {} kinds of nodes, {} of edges; {} numbers at nodes",
        task.provenance.title,
        task.training.len() + task.held_out.len(),
        task.held_out.len(),
        task.kinds.nodes,
        task.kinds.edges,
        task.numbers.len()
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
    say(&format!("likelihood, seed {seed}: {}", directory.display()));
    let mut model = UnpoolingModelConfig::new(task.kinds.clone(), sizes_of(&task.training, 0));
    if !task.numbers.is_empty() {
        model = model.with_values(ValueBounds::of(task.training.iter().chain(&*task.held_out)));
    }
    let steps = options.budget().likelihood_steps;
    // Refuses a folder with other graphs; does nothing if the training is complete.
    let study = likelihood(task, model, steps, seed, directory, (options, stop))?;
    let trained = study.config().training.steps;
    if trained != steps {
        return Err(format!(
            "{} was trained for {trained} steps instead of {steps}; use the same --length, or \
             another --out",
            directory.display()
        )
        .into());
    }
    if directory.join("table.md").exists() {
        say(&format!("{} is complete", directory.display()));
        return Ok(());
    }
    let device = study.config().device.open()?;
    let model = study.model(&device)?;
    let sampling = &study.config().sampling;
    let paths = model.sample(
        options.budget().samples,
        sampling,
        &device,
        &mut final_sampling(seed),
    );
    let generated: Vec<TypedGraph> = paths.into_iter().map(|path| path.graph).collect();

    let named = named(task, graphs, &generated)?;
    write_graphs(&named, &directory.join("graphs.graphml"))?;
    write_graphs(&named, &directory.join("graphs.json"))?;
    let shown = self::named(task, graphs, &generated[..generated.len().min(SHOWN)])?;
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

/// Returns generated graphs with the names of the kinds and numbers of the data.
fn named(
    task: &Own,
    graphs: &AttributedGraphs,
    generated: &[TypedGraph],
) -> Result<AttributedGraphs, Box<dyn Error>> {
    let with_numbers = |names: &AttributeNames, numbers: &[String]| AttributeNames {
        numbers: numbers.to_vec(),
        kinds: names.kinds.clone(),
    };
    let nodes = with_numbers(graphs.node_names(), &task.numbers);
    let edges = with_numbers(graphs.edge_names(), &[]);
    let kinds = |names: &AttributeNames, kinds: &[usize]| -> Vec<Vec<usize>> {
        names.kinds.iter().map(|_| kinds.to_vec()).collect()
    };
    let all = generated.iter().map(|graph| AttributedGraph {
        topology: graph.topology.clone(),
        nodes: Attributes {
            numbers: (0..task.numbers.len())
                .map(|k| graph.values.iter().map(|row| row[k].into()).collect())
                .collect(),
            kinds: kinds(&nodes, &graph.nodes),
        },
        edges: Attributes {
            numbers: Vec::new(),
            kinds: kinds(&edges, &graph.edges),
        },
    });
    let all = all.collect();
    Ok(AttributedGraphs::new(nodes, edges, all)?)
}

fn statistics<'a>(graphs: impl Iterator<Item = &'a GraphTopology>) -> GraphStatisticsSample {
    GraphStatisticsSample::of_topology(&GraphTopology::disjoint_union(graphs))
}

/// Graphs of a file, split into training and held-out graphs.
struct Own {
    provenance: Provenance,
    kinds: GraphKinds,
    /// Names of the learned numbers at nodes, and of those that are not learned since all are
    /// equal.
    numbers: Vec<String>,
    constant: Vec<String>,
    training: Arc<Vec<TypedGraph>>,
    held_out: Arc<Vec<TypedGraph>>,
    statistics: Arc<GraphStatisticsSample>,
}

impl Own {
    fn new(graphs: &AttributedGraphs, provenance: Provenance) -> Self {
        let names = &graphs.node_names().numbers;
        let varies = |number: &usize| {
            let mut all = graphs
                .graphs()
                .iter()
                .flat_map(|graph| &graph.nodes.numbers[*number]);
            // In single precision, as in training.
            let first = all.next().map(|&x| x as f32);
            all.any(|&x| Some(x as f32) != first)
        };
        let (learned, constant): (Vec<usize>, Vec<usize>) = (0..names.len()).partition(varies);
        let named = |numbers: Vec<usize>| -> Vec<String> {
            numbers.into_iter().map(|k| names[k].clone()).collect()
        };
        let values = |graph: &AttributedGraph| -> Vec<Vec<f32>> {
            let nodes = 0..graph.topology.node_count();
            let numbers = &graph.nodes.numbers;
            let row = |node: usize| learned.iter().map(move |&k| numbers[k][node] as f32);
            match learned.is_empty() {
                true => Vec::new(),
                false => nodes.map(|node| row(node).collect()).collect(),
            }
        };
        let mut all: Vec<TypedGraph> = graphs
            .graphs()
            .iter()
            .map(|graph| TypedGraph {
                nodes: graph.node_kinds(),
                edges: graph.edge_kinds(),
                values: values(graph),
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
            numbers: named(learned),
            constant: named(constant),
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
            let values = graphs
                .iter()
                .flat_map(|graph| graph.values.iter().flatten());
            format!(
                "{} {} {} {}",
                graphs.len(),
                nodes.sum::<usize>(),
                edges.sum::<usize>(),
                values.map(|&x| f64::from(x)).sum::<f64>()
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
