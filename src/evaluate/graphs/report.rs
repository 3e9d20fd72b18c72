use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{GraphStatistic, GraphStatisticsSample, PublishedScores};
use crate::{
    evaluate::{
        EvaluateError,
        divergence::{FEATURE_EDGES, STATISTIC_EDGES, kl_published, kl_smoothed, wasserstein},
    },
    report::Table,
};

/// Comparison of generated graphs with a source: a score for each statistic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GraphReport {
    /// Number of graphs of the source.
    pub source_graphs: usize,
    /// Number of generated graphs.
    pub generated_graphs: usize,
    /// Number of further samples of the source that the noise floor averages over.
    pub floor_samples: usize,
    /// Number of graphs of each of these samples.
    pub floor_graphs: usize,
    /// Scores in the order of [`GraphStatistic::ALL`], without node features if there are none, and
    /// without distances that one of the samples lacks.
    pub scores: Vec<GraphScore>,
    /// Published scores that tables and figures show next to the scores.
    #[serde(skip)]
    pub published: Option<PublishedScores>,
}

/// Score of one statistic: the distance of its generated distribution from that of the source.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GraphScore {
    /// The statistic.
    pub statistic: GraphStatistic,
    /// Mean in the source.
    pub source_mean: f64,
    /// Mean in the generated graphs.
    pub generated_mean: f64,
    /// Standard deviation in the source; `None` for fewer than two values.
    #[serde(default)]
    pub source_std: Option<f64>,
    /// Standard deviation in the generated graphs; `None` for fewer than two values.
    #[serde(default)]
    pub generated_std: Option<f64>,
    /// The distances.
    pub divergences: Divergences,
    /// The noise floor: the mean distances of further samples of the source.
    pub floor: Option<Divergences>,
}

/// Distances of two distributions; for node features the mean over features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Divergences {
    /// See [`kl_published`].
    pub kl_published: f64,
    /// See [`kl_smoothed`].
    pub kl_smoothed: f64,
    /// See [`wasserstein`].
    pub wasserstein: f64,
}

impl GraphReport {
    /// Compares generated graphs with a source.
    ///
    /// `fresh` is a further sample of the source that is independent of it: new draws, or held-out
    /// graphs. The noise floor is the mean score of its graphs in portions of the size of the
    /// generated sample. One portion is enough, but a single score may be off by a factor of two.
    /// With fewer graphs than one portion, the floor is too high, and the table notes it.
    ///
    /// Bins have 20 edges, as in published tables. Those of node features and distances, with many
    /// values per graph, have 50.
    ///
    /// # Errors
    /// Returns [`EvaluateError`] for samples without graphs or nodes, values that are not
    /// finite, or different numbers of node features.
    pub fn compare(
        source: &GraphStatisticsSample,
        generated: &GraphStatisticsSample,
        fresh: Option<&GraphStatisticsSample>,
    ) -> Result<Self, EvaluateError> {
        let features = source.feature_count();
        for sample in std::iter::once(generated).chain(fresh) {
            let found = sample.feature_count();
            if found != features {
                let expected = features;
                return Err(EvaluateError::Features { expected, found });
            }
        }
        let portions =
            fresh.map_or_else(Vec::new, |fresh| portions(fresh, generated.graph_count()));
        let statistics = GraphStatistic::ALL.into_par_iter();
        let scores = statistics
            .filter(|&statistic| statistic != GraphStatistic::NodeFeatures || features > 0)
            .filter(|&statistic| compared(source, statistic) && compared(generated, statistic))
            .map(|statistic| {
                let floor = portions.iter();
                let floor = floor.filter(|portion| compared(portion, statistic));
                let floor = floor.map(|portion| Divergences::between(source, portion, statistic));
                let std = |sample: &GraphStatisticsSample| sample.moments(statistic)?.std;
                Ok(GraphScore {
                    statistic,
                    source_mean: source.mean(statistic),
                    generated_mean: generated.mean(statistic),
                    source_std: std(source),
                    generated_std: std(generated),
                    divergences: Divergences::between(source, generated, statistic)?,
                    floor: Divergences::mean(&floor.collect::<Result<Vec<_>, _>>()?),
                })
            });
        Ok(Self {
            source_graphs: source.graph_count(),
            generated_graphs: generated.graph_count(),
            floor_samples: portions.len(),
            floor_graphs: portions
                .first()
                .map_or(0, GraphStatisticsSample::graph_count),
            scores: scores.collect::<Result<_, EvaluateError>>()?,
            published: None,
        })
    }

    /// Adds published scores, of a model on the same data.
    #[must_use]
    pub fn with_published(mut self, published: Option<PublishedScores>) -> Self {
        self.published = published;
        self
    }

    /// Returns the score of a statistic; `None` for node features or distances if there are none.
    pub fn score(&self, statistic: GraphStatistic) -> Option<&GraphScore> {
        let mut scores = self.scores.iter();
        scores.find(|score| score.statistic == statistic)
    }

    /// Returns a table of the scores of statistics without distances, with the noise floor and
    /// published scores.
    pub fn to_table(&self) -> Table {
        let published = self.published.as_ref().map(|row| row.model);
        let mut head = vec!["", "source", "generated", "KL", "floor"];
        head.extend(published);
        head.extend(["KL smoothed", "floor", "W1", "floor"]);
        head.extend(published);
        let mut note = format!(
            "{} generated graphs compared with {} of the source. KL: published recipe; KL smoothed: \
             includes values outside the source's range.",
            self.generated_graphs, self.source_graphs,
        );
        if let Some(row) = &self.published {
            note += &format!(" {}: {}, on {}.", row.model, row.source, row.data);
        }
        let mut notes = vec![note];
        notes.extend(self.floor_note());
        let shown = self.scores.iter();
        let shown = shown.filter(|score| !GraphStatistic::DISTANCES.contains(&score.statistic));
        Table {
            title: "Generated graphs compared with the source".into(),
            head: head.into_iter().map(str::to_owned).collect(),
            rows: shown
                .map(|score| score.cells(self.published.as_ref()))
                .collect(),
            notes,
        }
    }

    /// Returns a table of the scores of distances with the noise floor; `None` for graphs without
    /// coordinates. No published table has them.
    ///
    /// Means and standard deviations are over all pairs of nodes of one graph, in the unit of the
    /// coordinates.
    pub fn to_distance_table(&self) -> Option<Table> {
        let head = [
            "",
            "source",
            "generated",
            "KL",
            "floor",
            "KL smoothed",
            "floor",
            "W1",
            "floor",
        ];
        let distances = self.scores.iter();
        let distances =
            distances.filter(|score| GraphStatistic::DISTANCES.contains(&score.statistic));
        let rows: Vec<_> = distances.map(GraphScore::distance_cells).collect();
        let mut notes = vec![
            "Distances of nodes in the unit of the coordinates, mean ± standard deviation over pairs. \
             KL: recipe of the published tables, which contain no distances."
                .to_owned(),
        ];
        notes.extend(self.floor_note());
        (!rows.is_empty()).then(|| Table {
            title: "Distances of linked and unlinked nodes compared with the source".into(),
            head: head.map(str::to_owned).to_vec(),
            rows,
            notes,
        })
    }

    fn floor_note(&self) -> Option<String> {
        let (samples, graphs) = (self.floor_samples, self.floor_graphs);
        let mut note = format!(
            "Floor: the source itself, mean of {samples} further samples of {graphs} graphs."
        );
        if graphs < self.generated_graphs {
            note += " They have fewer graphs than were generated, so the floor is too high.";
        }
        (samples > 0).then_some(note)
    }
}

/// A number of a table, if there is one.
fn number(value: Option<f64>) -> String {
    value.map_or("–".into(), |value| format!("{value:.4}"))
}

impl GraphScore {
    fn distance_cells(&self) -> Vec<String> {
        let (found, floor) = (self.divergences, self.floor);
        let moments = |mean: f64, std: Option<f64>| match std {
            Some(std) => format!("{mean:.3} ± {std:.3}"),
            None => format!("{mean:.3}"),
        };
        vec![
            self.statistic.to_string(),
            moments(self.source_mean, self.source_std),
            moments(self.generated_mean, self.generated_std),
            number(Some(found.kl_published)),
            number(floor.map(|floor| floor.kl_published)),
            number(Some(found.kl_smoothed)),
            number(floor.map(|floor| floor.kl_smoothed)),
            number(Some(found.wasserstein)),
            number(floor.map(|floor| floor.wasserstein)),
        ]
    }

    fn cells(&self, published: Option<&PublishedScores>) -> Vec<String> {
        // Published with three decimals.
        let reference = |at: usize| {
            published.map(|row| {
                let found = row.of(self.statistic);
                found.map_or("–".into(), |row| format!("{:.3}", row[at]))
            })
        };
        let (found, floor) = (self.divergences, self.floor);
        let mut cells = vec![
            self.statistic.to_string(),
            format!("{:.3}", self.source_mean),
            format!("{:.3}", self.generated_mean),
            number(Some(found.kl_published)),
            number(floor.map(|floor| floor.kl_published)),
        ];
        cells.extend(reference(0));
        cells.extend([
            number(Some(found.kl_smoothed)),
            number(floor.map(|floor| floor.kl_smoothed)),
            number(Some(found.wasserstein)),
            number(floor.map(|floor| floor.wasserstein)),
        ]);
        cells.extend(reference(1));
        cells
    }
}

impl Divergences {
    fn between(
        source: &GraphStatisticsSample,
        other: &GraphStatisticsSample,
        statistic: GraphStatistic,
    ) -> Result<Self, EvaluateError> {
        let many = statistic == GraphStatistic::NodeFeatures
            || GraphStatistic::DISTANCES.contains(&statistic);
        let edges = if many { FEATURE_EDGES } else { STATISTIC_EDGES };
        let (source, other) = (
            source.distributions(statistic),
            other.distributions(statistic),
        );
        let failed = EvaluateError::of(statistic);
        let pairs = source.iter().zip(other);
        let all = pairs.map(|(source, other)| {
            Ok(Self {
                kl_published: kl_published(source, other, edges)?,
                kl_smoothed: kl_smoothed(source, other, edges)?,
                wasserstein: wasserstein(source, other)?,
            })
        });
        let all = all.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        // At least one distribution: statistics without any are left out.
        Ok(Self::mean(&all).unwrap_or_default())
    }

    /// The mean of each distance; `None` if there are none.
    fn mean(all: &[Self]) -> Option<Self> {
        let mean = |of: fn(&Self) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
        (!all.is_empty()).then(|| Self {
            kl_published: mean(|one| one.kl_published),
            kl_smoothed: mean(|one| one.kl_smoothed),
            wasserstein: mean(|one| one.wasserstein),
        })
    }
}

/// Returns whether a sample has values to compare; complete graphs, for example, have no unlinked
/// nodes.
fn compared(sample: &GraphStatisticsSample, statistic: GraphStatistic) -> bool {
    let mut values = sample.distributions(statistic).iter().flatten();
    !GraphStatistic::DISTANCES.contains(&statistic) || values.next().is_some()
}

/// Returns samples of `size` graphs each, without the rest, or the whole sample if it is smaller.
fn portions(sample: &GraphStatisticsSample, size: usize) -> Vec<GraphStatisticsSample> {
    let graphs = sample.graph_count();
    let size = size.clamp(1, graphs.max(1));
    let starts = (0..graphs / size).map(|portion| portion * size);
    starts
        .map(|start| sample.range(start..start + size))
        .collect()
}
