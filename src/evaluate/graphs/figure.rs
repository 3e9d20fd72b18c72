use super::{GraphReport, GraphStatistic, GraphStatisticsSample, PublishedScores};
use crate::report::{Distribution, Histogram, HistogramFigure};

const BINS: usize = 40;
/// The published statistics.
const PUBLISHED: [GraphStatistic; 4] = [
    GraphStatistic::EdgeDensity,
    GraphStatistic::Clustering,
    GraphStatistic::NodeConnectivity,
    GraphStatistic::NodeFeatures,
];

/// Returns a figure of the distributions of the published statistics and of distances of several
/// samples, for example of several models and, as the first, of the data. Distances are left out
/// for graphs without coordinates.
pub fn figure_of_samples(
    samples: &[(&str, &GraphStatisticsSample)],
    title: impl Into<String>,
    subtitle: impl Into<String>,
) -> HistogramFigure {
    let statistics = PUBLISHED.into_iter().chain(GraphStatistic::DISTANCES);
    let panels = statistics.filter_map(|statistic| {
        let distributions = samples.iter().enumerate();
        let distributions = distributions.map(|(color, (label, sample))| Distribution {
            label: (*label).to_owned(),
            color,
            values: sample.distributions(statistic).concat(),
        });
        let distributions: Vec<Distribution> = distributions
            .filter(|distribution| !distribution.values.is_empty())
            .collect();
        (!distributions.is_empty()).then(|| Histogram {
            title: statistic.to_string(),
            note: String::new(),
            x_label: axis(statistic).into(),
            bins: BINS,
            distributions,
        })
    });
    HistogramFigure {
        title: title.into(),
        subtitle: subtitle.into(),
        columns: 2,
        panels: panels.collect(),
    }
}

impl GraphReport {
    /// Returns a figure of the distributions of the published statistics, with their scores: the
    /// four panels of a square.
    ///
    /// The samples must be those of the comparison. Node features are pooled.
    pub fn to_figure(
        &self,
        source: &GraphStatisticsSample,
        generated: &GraphStatisticsSample,
        title: impl Into<String>,
    ) -> HistogramFigure {
        let panels = self.panels(&PUBLISHED, [source, generated]);
        let published = self.published.as_ref().map_or(String::new(), |row| {
            format!(" {}: published, on {}.", row.model, row.data)
        });
        HistogramFigure {
            title: title.into(),
            subtitle: format!(
                "{} generated graphs compared with {}. Floor: the source compared with itself.{published}",
                self.generated_graphs, self.source_graphs
            ),
            columns: 2,
            panels,
        }
    }

    /// Returns a figure of the distributions of distances, with their scores; `None` for graphs
    /// without coordinates.
    ///
    /// The samples must be those of the comparison.
    pub fn to_distance_figure(
        &self,
        source: &GraphStatisticsSample,
        generated: &GraphStatisticsSample,
        title: impl Into<String>,
    ) -> Option<HistogramFigure> {
        let panels = self.panels(&GraphStatistic::DISTANCES, [source, generated]);
        let subtitle = format!(
            "{} generated graphs compared with {}. Floor: the source compared with itself.",
            self.generated_graphs, self.source_graphs
        );
        (!panels.is_empty()).then(|| HistogramFigure {
            title: title.into(),
            subtitle,
            columns: panels.len(),
            panels,
        })
    }

    fn panels(
        &self,
        shown: &[GraphStatistic],
        [source, generated]: [&GraphStatisticsSample; 2],
    ) -> Vec<Histogram> {
        let scores = self.scores.iter();
        let panels = scores.filter(|score| shown.contains(&score.statistic));
        let panels = panels.map(|score| {
            let statistic = score.statistic;
            let of = |label: &str, color, sample: &GraphStatisticsSample| Distribution {
                label: label.into(),
                color,
                values: sample.distributions(statistic).concat(),
            };
            Histogram {
                title: statistic.to_string(),
                note: score.note(self.published.as_ref()),
                x_label: axis(statistic).into(),
                bins: BINS,
                distributions: vec![of("source", 0, source), of("generated", 1, generated)],
            }
        });
        panels.collect()
    }
}

impl super::GraphScore {
    fn note(&self, row: Option<&PublishedScores>) -> String {
        let published = row.and_then(|row| Some((row.model, row.of(self.statistic)?)));
        let (found, floor) = (self.divergences, self.floor);
        let one = |name: &str, value: f64, floor: Option<f64>, at: usize| {
            let mut beside = Vec::new();
            beside.extend(floor.map(|floor| format!("floor {floor:.4}")));
            beside.extend(published.map(|(model, row)| format!("{model} {:.3}", row[at])));
            if beside.is_empty() {
                format!("{name} {value:.4}")
            } else {
                format!("{name} {value:.4} ({})", beside.join(", "))
            }
        };
        let kl = one("KL", found.kl_published, floor.map(|f| f.kl_published), 0);
        let w1 = one("W1", found.wasserstein, floor.map(|f| f.wasserstein), 1);
        format!("{kl} · {w1}")
    }
}

fn axis(statistic: GraphStatistic) -> &'static str {
    match statistic {
        GraphStatistic::EdgeDensity => "2m / n²",
        GraphStatistic::Clustering => "average clustering coefficient",
        GraphStatistic::NodeConnectivity => "average node connectivity",
        GraphStatistic::NodeFeatures => "value of a feature",
        GraphStatistic::AverageDegree => "2m / n",
        GraphStatistic::Nodes | GraphStatistic::Edges => "number",
        GraphStatistic::EdgeLength
        | GraphStatistic::UnlinkedDistance
        | GraphStatistic::ChainStep => "distance",
    }
}
