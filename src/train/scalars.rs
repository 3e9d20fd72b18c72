use std::sync::Arc;

use burn::{
    tensor::{ExecutionError, TensorReadError},
    train::{
        ItemLazy,
        metric::{
            Adaptor, Metric, MetricAttributes, MetricMetadata, MetricName, Numeric,
            NumericAttributes, NumericEntry, SerializedEntry,
            state::{FormatOptions, NumericMetricState},
        },
    },
};

/// Named numbers of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scalars(pub Vec<(String, f64)>);

impl Scalars {
    /// Returns the number with this name.
    pub fn get(&self, name: &str) -> Option<f64> {
        let found = self.0.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| *value)
    }
}

impl ItemLazy for Scalars {
    fn sync(self) -> Result<Self, ExecutionError> {
        Ok(self)
    }
}

impl Adaptor<Self> for Scalars {
    fn adapt(&self) -> Self {
        self.clone()
    }
}

/// The mean over the steps that report a number of this name; other steps do not change it.
#[derive(Clone)]
pub struct ScalarMetric {
    name: MetricName,
    higher_is_better: bool,
    state: NumericMetricState,
    updated: bool,
    shown: String,
}

impl ScalarMetric {
    /// Creates a metric with this name.
    pub fn new(name: impl Into<String>, higher_is_better: bool) -> Self {
        Self {
            name: Arc::new(name.into()),
            higher_is_better,
            state: NumericMetricState::default(),
            updated: false,
            shown: "epoch N/A - batch N/A".to_owned(),
        }
    }

    fn format(&self) -> FormatOptions {
        FormatOptions::new(self.name()).precision(4)
    }
}

impl Metric for ScalarMetric {
    type Input = Scalars;

    fn name(&self) -> MetricName {
        self.name.clone()
    }

    fn attributes(&self) -> MetricAttributes {
        NumericAttributes {
            unit: None,
            higher_is_better: self.higher_is_better,
        }
        .into()
    }

    fn update(
        &mut self,
        item: &Scalars,
        _metadata: &MetricMetadata,
    ) -> Result<SerializedEntry, TensorReadError> {
        let value = item.get(&self.name);
        self.updated = value.is_some();
        let Some(value) = value else {
            // Loggers skip this entry; a dashboard keeps showing the last value.
            let nothing = SerializedEntry::NOT_AVAILABLE.to_owned();
            return Ok(SerializedEntry::new(self.shown.clone(), nothing));
        };
        self.state.update(value, 1);
        let entry = self.state.compute_update(self.format());
        self.shown.clone_from(&entry.formatted);
        Ok(entry)
    }

    fn compute(&mut self) -> Result<SerializedEntry, TensorReadError> {
        Ok(self.state.compute_final(self.format()))
    }

    fn clear(&mut self) {
        self.updated = false;
        self.state.reset();
    }
}

impl Numeric for ScalarMetric {
    fn value(&self) -> Option<NumericEntry> {
        self.updated.then(|| self.state.current_value())
    }

    fn running_value(&self) -> Option<NumericEntry> {
        self.updated.then(|| self.state.running_value())
    }

    fn final_value(&self) -> NumericEntry {
        self.state.final_value()
    }
}
