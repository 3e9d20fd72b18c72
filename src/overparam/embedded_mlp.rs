use burn::{
    module::{Content, DisplaySettings, Module, ModuleDisplay},
    tensor::Tensor,
};

use super::{ClassifierNetwork, OverparamMlp};

/// An [`OverparamMlp`] whose inputs are rows `h_0 = A x` instead of x.
///
/// A never changes, so embedding a data set once, with [`OverparamMlp::embed`], saves a matrix
/// product in each step.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct EmbeddedMlp {
    /// The network.
    pub network: OverparamMlp,
}

impl From<OverparamMlp> for EmbeddedMlp {
    fn from(network: OverparamMlp) -> Self {
        Self { network }
    }
}

impl ClassifierNetwork for EmbeddedMlp {
    /// Rows `h_0`: `[batch, m]`.
    type Input = Tensor<2>;

    fn logits(&self, input: Tensor<2>) -> Tensor<2> {
        self.network.forward_embedded(input)
    }
}

impl ModuleDisplay for EmbeddedMlp {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        content.add("network", &self.network).optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use burn::tensor::{Device, Distribution};

    use super::*;
    use crate::overparam::OverparamMlpConfig;

    #[test]
    fn embedding_first_gives_the_same_outputs() {
        let device = Device::flex();
        let network = OverparamMlpConfig::new(5, 16, 3).init(&device);
        let x = Tensor::<2>::random([7, 5], Distribution::Default, &device);
        let expected = network.forward(x.clone()).into_data();
        let embedded = network.embed(x);
        let actual = EmbeddedMlp::from(network).logits(embedded).into_data();
        actual.assert_eq(&expected, true);
    }
}
