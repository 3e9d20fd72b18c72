use std::fmt::Debug;

use burn::{
    module::Module,
    tensor::{Device, Int, Tensor},
};
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::settings;
use crate::{
    data::{LabeledBatch, RowBatch, Splits},
    overparam::{
        ClassifierNetwork, EmbeddedMlp, InputMap, OverparamCnn, OverparamCnnConfig,
        OverparamMlpConfig, OverparamRnn, OverparamRnnConfig, OverparamTransformer,
        OverparamTransformerConfig,
    },
    study::{Case, StudyError},
};

/// What a network is told of its inputs.
pub trait Inputs: Clone + Debug {
    /// A batch of inputs.
    type Batch: RowBatch + Clone + Debug + Send + Sync + 'static;
}

/// Images: `[batch, channels · rows · columns]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageInputs {
    /// Number of channels.
    pub channels: usize,
    /// Pixels per column.
    pub rows: usize,
    /// Pixels per row.
    pub columns: usize,
    /// Number of classes.
    pub classes: usize,
}

impl Inputs for ImageInputs {
    type Batch = Tensor<2>;
}

/// Token numbers, 0 for padding: `[batch, length]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextInputs {
    /// Number of different tokens, padding and unknown words included.
    pub vocabulary: usize,
    /// Tokens of a text.
    pub length: usize,
    /// Number of classes.
    pub classes: usize,
}

impl Inputs for TextInputs {
    type Batch = Tensor<2, Int>;
}

/// Inputs with class numbers.
pub type ClassBatch<X> = LabeledBatch<X, Tensor<1, Int>>;

/// Training and test samples with what networks are told of them.
pub type PreparedInputs<I> = (Splits<ClassBatch<<I as Inputs>::Batch>>, I);

/// Networks that differ in slope, width and depth, of which a study trains one for each [`Case`].
///
/// ```
/// use burn::{module::Module, tensor::{Device, Tensor}};
/// use fireweed::{
///     overparam::{EmbeddedMlp, InputMap, OverparamMlpConfig},
///     study::{Case, ImageInputs, NetworkFamily, StudyError},
/// };
/// use rand::rngs::ChaCha8Rng;
///
/// /// Fully connected networks on the first 100 pixels.
/// struct FirstPixels;
///
/// impl NetworkFamily for FirstPixels {
///     type Inputs = ImageInputs;
///     type Network = EmbeddedMlp;
///
///     fn settings(&self) -> serde_json::Value {
///         "first pixels".into()
///     }
///
///     fn init(
///         &self,
///         inputs: &ImageInputs,
///         case: Case,
///         device: &Device,
///         weights: &mut ChaCha8Rng,
///     ) -> Result<EmbeddedMlp, StudyError> {
///         let network = OverparamMlpConfig::new(100, case.width, inputs.classes)
///             .with_depth(case.depth)
///             .with_alpha(case.alpha)
///             .with_input_map(InputMap::UnitWithConstant)
///             .try_init_with(device, weights)?;
///         Ok(network.into())
///     }
///
///     fn embed(&self, network: &EmbeddedMlp, images: Tensor<2>) -> Tensor<2> {
///         let rows = images.dims()[0];
///         network.network.valid().embed(images.slice([0..rows, 0..100]))
///     }
/// }
/// ```
pub trait NetworkFamily {
    /// What the networks are told of their inputs.
    type Inputs: Inputs;
    /// The networks.
    type Network: ClassifierNetwork<Input = <Self::Inputs as Inputs>::Batch>;

    /// Everything that distinguishes this family from others; recorded with a study, which
    /// continues with the same only.
    fn settings(&self) -> serde_json::Value;

    /// Checks a width.
    ///
    /// # Errors
    /// Returns [`StudyError::Setting`] if there is no network of this width.
    fn check_width(&self, width: usize) -> Result<(), StudyError> {
        let _ = width;
        Ok(())
    }

    /// Changes all samples once, before any training, such as centering them.
    fn prepare(
        &self,
        splits: Splits<ClassBatch<<Self::Inputs as Inputs>::Batch>>,
        inputs: Self::Inputs,
    ) -> PreparedInputs<Self::Inputs> {
        (splits, inputs)
    }

    /// Creates the network of a case.
    ///
    /// `weights` is in the same state for every slope.
    ///
    /// # Errors
    /// Returns [`StudyError`] if the settings are out of range.
    fn init(
        &self,
        inputs: &Self::Inputs,
        case: Case,
        device: &Device,
        weights: &mut ChaCha8Rng,
    ) -> Result<Self::Network, StudyError>;

    /// Computes once what of the network is not trained, so that trainings are shorter.
    fn embed(
        &self,
        network: &Self::Network,
        features: <Self::Inputs as Inputs>::Batch,
    ) -> <Self::Inputs as Inputs>::Batch {
        let _ = network;
        features
    }

    /// Samples per batch of an evaluation; bounds memory only.
    fn evaluation_batch(&self) -> usize {
        250
    }

    /// Multiplications and additions of a forward pass of one sample, roughly.
    fn cost(&self, inputs: &Self::Inputs, case: Case) -> f64 {
        let _ = inputs;
        let [width, depth] = [case.width as f64, case.depth as f64];
        width * width * depth
    }
}

/// Fully connected networks on rows of pixels, [`OverparamMlp`](crate::overparam::OverparamMlp).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MlpFamily {
    /// How rows enter the networks.
    pub input_map: InputMap,
}

impl NetworkFamily for MlpFamily {
    type Inputs = ImageInputs;
    type Network = EmbeddedMlp;

    fn settings(&self) -> serde_json::Value {
        settings(&("mlp", self))
    }

    fn init(
        &self,
        inputs: &ImageInputs,
        case: Case,
        device: &Device,
        weights: &mut ChaCha8Rng,
    ) -> Result<EmbeddedMlp, StudyError> {
        let pixels = inputs.channels * inputs.rows * inputs.columns;
        let network = OverparamMlpConfig::new(pixels, case.width, inputs.classes)
            .with_depth(case.depth)
            .with_alpha(case.alpha)
            .with_input_map(self.input_map)
            .try_init_with(device, weights)?;
        Ok(network.into())
    }

    fn embed(&self, network: &EmbeddedMlp, images: Tensor<2>) -> Tensor<2> {
        network.network.valid().embed(images)
    }

    fn evaluation_batch(&self) -> usize {
        1000
    }

    fn cost(&self, _: &ImageInputs, case: Case) -> f64 {
        mlp_cost(case)
    }
}

/// The cost of a fully connected network; small operations count by how long they take beside
/// products.
pub(super) fn mlp_cost(case: Case) -> f64 {
    let [width, depth] = [case.width as f64, case.depth as f64];
    width * width * depth + 500.0 * width
}

/// Convolutional networks, [`OverparamCnn`]; depth counts convolutions.
///
/// Each channel's mean over the training images is subtracted, as is usual before convolutions, and
/// a constant channel is appended: without it a network with α = −1 could not distinguish an image
/// from its negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CnnFamily;

impl NetworkFamily for CnnFamily {
    type Inputs = ImageInputs;
    type Network = OverparamCnn;

    fn settings(&self) -> serde_json::Value {
        "cnn".into()
    }

    fn prepare(
        &self,
        splits: Splits<ClassBatch<Tensor<2>>>,
        inputs: ImageInputs,
    ) -> PreparedInputs<ImageInputs> {
        let splits = centered(splits, inputs.channels);
        let channels = inputs.channels + 1;
        (splits, ImageInputs { channels, ..inputs })
    }

    fn init(
        &self,
        inputs: &ImageInputs,
        case: Case,
        device: &Device,
        weights: &mut ChaCha8Rng,
    ) -> Result<OverparamCnn, StudyError> {
        let size = [inputs.rows, inputs.columns];
        let config = OverparamCnnConfig::new(inputs.channels, size, case.width, inputs.classes);
        Ok(config
            .with_convolutions(case.depth)
            .with_alpha(case.alpha)
            .try_init_with(device, weights)?)
    }

    fn cost(&self, inputs: &ImageInputs, case: Case) -> f64 {
        let width = case.width as f64;
        let pixels = (inputs.rows * inputs.columns) as f64;
        5.0 * (9.0 * width * width * pixels / 3.0 + 27.0 * width * pixels)
    }
}

fn centered(
    splits: Splits<ClassBatch<Tensor<2>>>,
    channels: usize,
) -> Splits<ClassBatch<Tensor<2>>> {
    let planes = |batch: &ClassBatch<Tensor<2>>| {
        let [images, pixels] = batch.features.dims();
        let shape = [images, channels, pixels / channels];
        batch.features.clone().reshape(shape)
    };
    let train = planes(&splits.train);
    let means = train.clone().mean_dim(2).mean_dim(0);
    // As large as pixels are on average.
    let constant = (train - means.clone()).square().mean().sqrt();
    splits.map(|batch| {
        let planes = planes(batch) - means.clone();
        let [images, _, pixels] = planes.dims();
        let plane = constant
            .clone()
            .reshape([1, 1, 1])
            .expand([images, 1, pixels]);
        let planes = Tensor::cat(vec![planes, plane], 1);
        LabeledBatch {
            features: planes.reshape([images, (channels + 1) * pixels]),
            targets: batch.targets.clone(),
        }
    })
}

/// Recurrent networks, [`OverparamRnn`]; depth counts recurrent layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RnnFamily;

impl NetworkFamily for RnnFamily {
    type Inputs = TextInputs;
    type Network = OverparamRnn;

    fn settings(&self) -> serde_json::Value {
        "rnn".into()
    }

    fn init(
        &self,
        inputs: &TextInputs,
        case: Case,
        device: &Device,
        weights: &mut ChaCha8Rng,
    ) -> Result<OverparamRnn, StudyError> {
        let config = OverparamRnnConfig::new(inputs.vocabulary, case.width, inputs.classes);
        Ok(config
            .with_layers(case.depth)
            .with_alpha(case.alpha)
            .try_init_with(device, weights)?)
    }

    fn cost(&self, inputs: &TextInputs, case: Case) -> f64 {
        text_cost(inputs, case, 2.0)
    }
}

/// Transformer encoders, [`OverparamTransformer`]; depth counts blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransformerFamily {
    /// Number of attention heads, a divisor of every width.
    pub heads: usize,
}

impl NetworkFamily for TransformerFamily {
    type Inputs = TextInputs;
    type Network = OverparamTransformer;

    fn settings(&self) -> serde_json::Value {
        settings(&("transformer", self))
    }

    fn check_width(&self, width: usize) -> Result<(), StudyError> {
        if self.heads > 0 && width.is_multiple_of(self.heads) && width.is_multiple_of(2) {
            return Ok(());
        }
        Err(StudyError::setting(
            "width",
            width,
            "even, and a multiple of the number of attention heads",
        ))
    }

    fn init(
        &self,
        inputs: &TextInputs,
        case: Case,
        device: &Device,
        weights: &mut ChaCha8Rng,
    ) -> Result<OverparamTransformer, StudyError> {
        let config = OverparamTransformerConfig::new(inputs.vocabulary, case.width, inputs.classes);
        Ok(config
            .with_depth(case.depth)
            .with_heads(self.heads)
            .with_max_length(inputs.length)
            .with_alpha(case.alpha)
            .try_init_with(device, weights)?)
    }

    fn cost(&self, inputs: &TextInputs, case: Case) -> f64 {
        text_cost(inputs, case, 12.0)
    }
}

fn text_cost(inputs: &TextInputs, case: Case, products: f64) -> f64 {
    let [width, depth] = [case.width as f64, case.depth as f64];
    2.0 * inputs.length as f64 * depth * (products * width * width + 300.0 * width)
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use super::*;

    #[test]
    fn images_are_centered_by_the_training_means_and_get_a_constant_channel() {
        let device = Device::flex();
        let batch = |pixels: [[f32; 4]; 2]| LabeledBatch {
            features: Tensor::from_floats(pixels, &device),
            targets: Tensor::<1, Int>::from_ints([0, 1], &device),
        };
        // Two channels of two pixels; the channels' means are 2 and 5.
        let train = batch([[1.0, 3.0, 5.0, 5.0], [2.0, 2.0, 4.0, 6.0]]);
        let test = batch([[2.0; 4], [0.0; 4]]);
        let split = centered(Splits { train, test }, 2);
        let values = |batch: &ClassBatch<Tensor<2>>| -> Vec<f32> {
            batch.features.clone().into_data().try_into_vec().unwrap()
        };
        let c = (4.0f32 / 8.0).sqrt();
        let expected = [-1.0, 1.0, 0.0, 0.0, c, c, 0.0, 0.0, -1.0, 1.0, c, c];
        assert_eq!(values(&split.train), expected);
        let expected = [0.0, 0.0, -3.0, -3.0, c, c, -2.0, -2.0, -5.0, -5.0, c, c];
        assert_eq!(values(&split.test), expected);
    }
}
