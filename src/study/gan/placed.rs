use std::{path::Path, sync::Arc};

use crate::{
    data::Provenance,
    evaluate::graphs::{GraphReport, GraphStatistic, GraphStatisticsSample, UL_GAN_ON_WAXMAN},
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

/// Bins of the histograms that graphs are rewarded by.
const BINS: usize = 10;

/// Generating graphs in the plane: divergences of graph statistics after every epoch; the best epoch
/// is that with the smallest `distance`, the mean ratio of a Wasserstein distance to the published
/// one. Graphs are rewarded for structures that are rarer than in the data: by number of nodes, density,
/// clustering and connectivity.
pub struct PlacedTask {
    provenance: Provenance,
    source: Arc<StoredGraphs>,
    statistics: Arc<GraphStatisticsSample>,
    reward: SharedReward,
}

/// How close generated graphs are to the data.
#[derive(Debug)]
pub struct PlacedResults {
    /// The scores.
    pub report: GraphReport,
    source: Arc<GraphStatisticsSample>,
    generated: GraphStatisticsSample,
    title: String,
}

impl PlacedTask {
    /// Takes graphs as training data.
    pub fn new(graphs: &[PlacedGraph], provenance: Provenance) -> Self {
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
            statistics: Arc::new(GraphStatisticsSample::of_placed(graphs)),
        }
    }

    /// What the features of nodes and edges are.
    pub fn features(&self) -> GraphFeatures {
        GraphFeatures::continuous(2)
    }

    /// Compares generated graphs with the data; `fresh` is a second sample of the source, for the
    /// noise floor.
    ///
    /// # Errors
    /// [`StudyError`] where graphs cannot be compared, because there are none or features are not
    /// finite.
    pub fn evaluate(
        &self,
        graphs: &[SampledGraph],
        fresh: Option<&[PlacedGraph]>,
    ) -> Result<PlacedResults, StudyError> {
        let generated = GraphStatisticsSample::of_placed(&placed(graphs));
        let fresh = fresh.map(GraphStatisticsSample::of_placed);
        Ok(PlacedResults {
            report: GraphReport::compare(&self.statistics, &generated, fresh.as_ref())?,
            source: self.statistics.clone(),
            generated,
            title: self.provenance.title.clone(),
        })
    }
}

fn placed(graphs: &[SampledGraph]) -> Vec<PlacedGraph> {
    let one = |graph: &SampledGraph| {
        let positions = graph.values.iter();
        let positions = positions.map(|row| [f64::from(row[0]), f64::from(row[1])]);
        PlacedGraph::new(graph.topology.clone(), positions.collect())
            .unwrap_or_else(|error| unreachable!("one position for each node: {error}"))
    };
    graphs.iter().map(one).collect()
}

impl GraphTask for PlacedTask {
    fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    fn kinds(&self) -> String {
        "two coordinates at nodes".into()
    }

    fn source(&self) -> Arc<dyn GraphSource> {
        self.source.clone()
    }

    fn judge(&self, sample_size: usize) -> SharedJudge {
        SharedJudge(Arc::new(Judge {
            source: self.statistics.clone(),
            sample_size,
        }))
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

struct Judge {
    source: Arc<GraphStatisticsSample>,
    sample_size: usize,
}

impl GraphJudge for Judge {
    fn sample_size(&self) -> usize {
        self.sample_size
    }

    fn metrics(&self) -> Vec<(String, bool)> {
        let shown = UL_GAN_ON_WAXMAN
            .scores
            .map(|(statistic, ..)| format!("W1 {statistic}"));
        let shown = shown.into_iter().chain(["Distance".into()]);
        shown.map(|name| (name, false)).collect()
    }

    fn judge(&self, graphs: &[SampledGraph]) -> Vec<f64> {
        let generated = GraphStatisticsSample::of_placed(&placed(graphs));
        let published = UL_GAN_ON_WAXMAN.scores;
        let Ok(report) = GraphReport::compare(&self.source, &generated, None) else {
            return vec![f64::NAN; published.len() + 1];
        };
        let found = |statistic: GraphStatistic| {
            let score = report
                .scores
                .iter()
                .find(|score| score.statistic == statistic);
            score.map_or(f64::NAN, |score| score.divergences.wasserstein)
        };
        let distances = published.map(|(statistic, ..)| found(statistic));
        let ratios = distances
            .iter()
            .zip(published)
            .map(|(w, (.., row))| w / row);
        let mean = ratios.sum::<f64>() / published.len() as f64;
        distances.into_iter().chain([mean]).collect()
    }
}

impl PlacedResults {
    /// The scores with noise floor and published row.
    pub fn table(&self) -> Table {
        self.report.to_table()
    }

    /// Writes `metrics.json`, `table.md`, and `distributions.svg` and `.png`.
    ///
    /// # Errors
    /// [`StudyError`] where a file cannot be written.
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
        Ok(())
    }
}
