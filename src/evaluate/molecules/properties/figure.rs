use super::{PropertyReference, PropertyReport, PropertySample, text::molecules};
use crate::report::{Distribution, Histogram, HistogramFigure};

const BINS: usize = 50;
const COLUMNS: usize = 3;

impl PropertyReport {
    /// Returns histograms of the properties of the data and of the generated molecules, with their
    /// distances: one panel per property.
    ///
    /// `generated` and `reference` must be those of the comparison.
    pub fn to_figure(
        &self,
        generated: &PropertySample,
        reference: &PropertyReference,
        title: impl Into<String>,
    ) -> HistogramFigure {
        let panels = self.properties.iter().map(|score| {
            let property = score.property;
            let of = |label: &str, color, sample: &PropertySample| Distribution {
                label: label.into(),
                color,
                values: sample.values(property),
            };
            let note = score.divergences.zip(score.floor).map(|(found, floor)| {
                format!(
                    "KL {:.4} (floor {:.4}), W1 {:.4} (floor {:.4})",
                    found.kl, floor.kl, found.wasserstein, floor.wasserstein
                )
            });
            let x_label = match property.unit() {
                "" => property.name().to_owned(),
                unit => format!("{} ({unit})", property.name()),
            };
            Histogram {
                title: property.name().to_owned(),
                note: note.unwrap_or_default(),
                x_label,
                bins: BINS,
                distributions: vec![
                    of("data", 0, &reference.reference),
                    of("generated", 1, generated),
                ],
            }
        });
        HistogramFigure {
            title: title.into(),
            subtitle: format!(
                "{} generated, compared with {} of the data. KL score {:.3}, floor {:.3}. Floor: {} \
                 other molecules of the data in place of the generated ones.",
                molecules(self.generated_molecules),
                self.reference_molecules,
                self.kl_score.generated,
                self.kl_score.floor,
                self.floor_molecules
            ),
            columns: COLUMNS,
            panels: panels.collect(),
        }
    }
}
