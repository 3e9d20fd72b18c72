use std::{path::Path, sync::Arc};

use crate::{
    data::Provenance,
    evaluate::graphs::{GraphReport, GraphStatistic, GraphStatisticsSample, PublishedScores},
    files::write_whole,
    generative::{GraphFeatures, GraphSource, SampledGraph, StoredGraphs},
    graph::{
        generate::PlacedGraph,
        statistics::{
            DensityConvention, average_clustering, average_node_connectivity, edge_density,
        },
    },
    report::Table,
    study::{GraphTask, StudyError, folder::io_error, output::pretty},
    train::{BestEpoch, GraphJudge, SharedJudge, SharedReward, gan::HistogramReward},
};

/// Number of bins of the histograms of the reward.
const BINS: usize = 10;

/// Generation of graphs with coordinates, in the plane or in space. After every epoch, distances of
/// graph statistics are computed. The best epoch has the smallest `distance`: the mean over the
/// statistics of their Wasserstein distances, each divided by that of a sample of the data of the
/// same size. Graphs are rewarded for structures that are rarer than in the data, by number of
/// nodes, density, clustering and connectivity.
pub struct PlacedTask<const D: usize = 2> {
    provenance: Provenance,
    source: Arc<StoredGraphs>,
    statistics: Arc<GraphStatisticsSample>,
    reward: SharedReward,
    /// Whether node t + 1 follows node t, as in a chain of residues.
    chains: bool,
    published: Option<PublishedScores>,
}

/// Comparison of generated graphs with the data.
#[derive(Debug)]
pub struct PlacedResults {
    /// The scores.
    pub report: GraphReport,
    source: Arc<GraphStatisticsSample>,
    generated: GraphStatisticsSample,
    title: String,
}

/// The statistics by which graphs with coordinates are evaluated.
const JUDGED: [GraphStatistic; 4] = [
    GraphStatistic::EdgeDensity,
    GraphStatistic::Clustering,
    GraphStatistic::NodeConnectivity,
    GraphStatistic::NodeFeatures,
];

impl<const D: usize> PlacedTask<D> {
    /// Creates a task with graphs as training data.
    pub fn new(graphs: &[PlacedGraph<D>], provenance: Provenance) -> Self {
        Self::with_statistics(
            graphs,
            provenance,
            GraphStatisticsSample::of_placed(graphs),
            false,
        )
    }

    /// Creates a task with chains as training data: graphs in which node t + 1 follows node t, such
    /// as protein fragments. Distances along the chain are separated from other distances.
    pub fn of_chains(graphs: &[PlacedGraph<D>], provenance: Provenance) -> Self {
        let statistics = GraphStatisticsSample::of_chains(graphs);
        Self::with_statistics(graphs, provenance, statistics, true)
    }

    fn with_statistics(
        graphs: &[PlacedGraph<D>],
        provenance: Provenance,
        statistics: GraphStatisticsSample,
        chains: bool,
    ) -> Self {
        let structures: Vec<_> = graphs
            .iter()
            .map(|graph| graph.topology().clone())
            .collect();
        let reward = HistogramReward::new()
            .with(&structures, BINS, |graph| graph.node_count() as f64)
            .with(&structures, BINS, |graph| {
                edge_density(graph, DensityConvention::WithDiagonal)[0]
            })
            .with(&structures, BINS, |graph| average_clustering(graph)[0])
            .with(&structures, BINS, |graph| {
                average_node_connectivity(graph)[0]
            });
        Self {
            provenance,
            reward: SharedReward(Arc::new(reward)),
            source: Arc::new(StoredGraphs::of_placed(graphs)),
            statistics: Arc::new(statistics),
            chains,
            published: None,
        }
    }

    /// Adds published scores, of a model on the same data.
    #[must_use]
    pub fn with_published(mut self, published: PublishedScores) -> Self {
        self.published = Some(published);
        self
    }

    /// Returns the statistics of graphs, for comparison with those of the data.
    pub fn statistics(&self, graphs: &[SampledGraph]) -> GraphStatisticsSample {
        statistics(&placed::<D>(graphs), self.chains)
    }

    /// Returns the statistics of the data.
    pub fn source_statistics(&self) -> &GraphStatisticsSample {
        &self.statistics
    }

    /// Returns the kinds of features of nodes and edges.
    pub fn features(&self) -> GraphFeatures {
        GraphFeatures::continuous(D)
    }

    /// Returns the graphs.
    pub fn graphs(&self) -> &Arc<StoredGraphs> {
        &self.source
    }

    /// Compares generated graphs with the data; `fresh` is a second sample of the source, for the
    /// noise floor.
    ///
    /// # Errors
    /// Returns an error if there are no graphs or if features are not finite.
    pub fn evaluate(
        &self,
        graphs: &[SampledGraph],
        fresh: Option<&[PlacedGraph<D>]>,
    ) -> Result<PlacedResults, StudyError> {
        let generated = self.statistics(graphs);
        let fresh = fresh.map(|graphs| statistics(graphs, self.chains));
        let report = GraphReport::compare(&self.statistics, &generated, fresh.as_ref())?;
        Ok(PlacedResults {
            report: report.with_published(self.published),
            source: self.statistics.clone(),
            generated,
            title: self.provenance.title.clone(),
        })
    }
}

fn statistics<const D: usize>(graphs: &[PlacedGraph<D>], chains: bool) -> GraphStatisticsSample {
    match chains {
        true => GraphStatisticsSample::of_chains(graphs),
        false => GraphStatisticsSample::of_placed(graphs),
    }
}

/// Converts generated graphs to graphs with coordinates.
pub(crate) fn placed<const D: usize>(graphs: &[SampledGraph]) -> Vec<PlacedGraph<D>> {
    let one = |graph: &SampledGraph| {
        let positions = graph.values.iter();
        let position = |row: &Vec<f32>| std::array::from_fn(|axis| f64::from(row[axis]));
        PlacedGraph::new(graph.topology.clone(), positions.map(position).collect())
            .unwrap_or_else(|error| unreachable!("one position for each node: {error}"))
    };
    graphs.iter().map(one).collect()
}

impl<const D: usize> GraphTask for PlacedTask<D> {
    fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    fn kinds(&self) -> String {
        match D {
            2 => "two coordinates at nodes".into(),
            3 => "three coordinates at nodes".into(),
            _ => format!("{D} coordinates at nodes"),
        }
    }

    fn source(&self) -> Arc<dyn GraphSource> {
        self.source.clone()
    }

    fn judge(&self, sample_size: usize) -> SharedJudge {
        SharedJudge(Arc::new(Judge::<D>::new(
            self.statistics.clone(),
            sample_size,
        )))
    }

    fn goal(&self) -> Option<String> {
        Some("sizes, densities, clustering and connectivity as in the data".into())
    }

    fn reward(&self) -> Option<SharedReward> {
        Some(self.reward.clone())
    }

    fn best(&self) -> BestEpoch {
        BestEpoch::new("distance", false)
    }
}

struct Judge<const D: usize> {
    source: Arc<GraphStatisticsSample>,
    sample_size: usize,
    /// Scores of a part of the data of the sample's size, for each statistic.
    floor: Vec<f64>,
}

impl<const D: usize> Judge<D> {
    fn new(source: Arc<GraphStatisticsSample>, sample_size: usize) -> Self {
        // The order of the data is arbitrary. At most half of the graphs, so that the comparison is
        // meaningful.
        let size = sample_size.min(source.graph_count() / 2);
        let part = source.range(0..size);
        let floor = match size {
            0 => vec![f64::NAN; JUDGED.len()],
            _ => distances(&source, &part),
        };
        Self {
            source,
            sample_size,
            floor,
        }
    }
}

/// The Wasserstein distance of each statistic; NaN if samples cannot be compared.
fn distances(source: &GraphStatisticsSample, other: &GraphStatisticsSample) -> Vec<f64> {
    let report = GraphReport::compare(source, other, None).ok();
    let found = |statistic| Some(report.as_ref()?.score(statistic)?.divergences.wasserstein);
    let all = JUDGED.iter();
    all.map(|&statistic| found(statistic).unwrap_or(f64::NAN))
        .collect()
}

impl<const D: usize> GraphJudge for Judge<D> {
    fn sample_size(&self) -> usize {
        self.sample_size
    }

    fn metrics(&self) -> Vec<(String, bool)> {
        let shown = JUDGED.map(|statistic| format!("W1 {statistic}"));
        let shown = shown.into_iter().chain(["Distance".into()]);
        shown.map(|name| (name, false)).collect()
    }

    fn judge(&self, graphs: &[SampledGraph]) -> Vec<f64> {
        let generated = GraphStatisticsSample::of_placed(&placed::<D>(graphs));
        let found = distances(&self.source, &generated);
        // If the floor is 0, as for graphs of one size, the distance itself counts.
        let ratio = |(w, floor): (&f64, &f64)| match *floor > 0.0 {
            true => w / floor,
            false => *w,
        };
        let mean = found.iter().zip(&self.floor).map(ratio).sum::<f64>() / found.len() as f64;
        found.into_iter().chain([mean]).collect()
    }
}

impl PlacedResults {
    /// Returns the scores with noise floor and published scores.
    pub fn table(&self) -> Table {
        self.report.to_table()
    }

    /// Returns the scores of the lengths of edges and of other distances; `None` for graphs without
    /// coordinates.
    pub fn distance_table(&self) -> Option<Table> {
        self.report.to_distance_table()
    }

    /// Writes `metrics.json`, `table.md`, `distances.md`, and `distributions` and `distances` as
    /// `.svg` and `.png`.
    ///
    /// # Errors
    /// Returns [`StudyError`] if a file cannot be written.
    pub fn write(&self, directory: &Path) -> Result<(), StudyError> {
        let file = |name: &str, content: &[u8]| {
            let path = directory.join(name);
            write_whole(&path, content).map_err(io_error(&path))
        };
        file("metrics.json", &pretty(&self.report))?;
        file("table.md", self.table().to_markdown().as_bytes())?;
        self.report
            .to_figure(&self.source, &self.generated, self.title.clone())
            .write(directory, "distributions")?;
        if let Some(table) = self.distance_table() {
            file("distances.md", table.to_markdown().as_bytes())?;
        }
        if let Some(figure) =
            self.report
                .to_distance_figure(&self.source, &self.generated, self.title.clone())
        {
            figure.write(directory, "distances")?;
        }
        Ok(())
    }
}
