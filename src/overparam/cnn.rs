use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay, Param},
    tensor::{
        Device, Tensor,
        module::{conv2d, max_pool2d},
        ops::{ConvOptions, MaxPoolOptions},
    },
};
use rand::Rng;

use super::{ClassifierNetwork, InputMap};
use crate::{
    SettingError,
    nn::{LeakyReluRescaled, LeakyReluRescaledConfig, RescaledInit, normal_tensor},
};

/// Number of rows and columns of a filter.
const FILTER: usize = 3;

/// Configuration of an [`OverparamCnn`].
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use fireweed::overparam::OverparamCnnConfig;
///
/// let device = Device::flex();
/// let network = OverparamCnnConfig::new(3, [32, 32], 8, 10).init(&device);
/// let images = Tensor::ones([2, 3, 32, 32], &device);
/// assert_eq!(network.forward(images).dims(), [2, 10]);
/// ```
#[derive(Config, Debug, PartialEq)]
pub struct OverparamCnnConfig {
    /// Channels of an image: 1 for gray tones, 3 for colors.
    pub channels: usize,
    /// Rows and columns of an image.
    pub image_size: [usize; 2],
    /// Width m: filters of every convolution, and coordinates of the hidden linear layer. The
    /// dissertation uses 512.
    pub width: usize,
    /// Number d of coordinates of an output.
    pub classes: usize,
    /// Number of convolutions, at least 1. Default 4.
    #[config(default = "4")]
    pub convolutions: usize,
    /// Slope α of the activation. Default −1.
    #[config(default = "-1.0")]
    pub alpha: f64,
    /// Seed of the weights that [`init`](Self::init) draws. Default 0.
    #[config(default = "0")]
    pub seed: u64,
}

crate::overparam::seeded_init!(OverparamCnnConfig => OverparamCnn);

impl OverparamCnnConfig {
    /// Creates the network with weights drawn from `rng`: the convolutions, the hidden linear
    /// layer, then B; the draws do not depend on α.
    ///
    /// Consumes one standard normal for each weight.
    ///
    /// # Errors
    /// Returns [`SettingError`] if α is not finite or not below 1.
    ///
    /// # Panics
    /// Panics if a size is 0.
    pub fn try_init_with(
        &self,
        device: &Device,
        rng: &mut impl Rng,
    ) -> Result<OverparamCnn, SettingError> {
        let activation = LeakyReluRescaledConfig::new()
            .with_alpha(self.alpha)
            .try_init()?;
        let [rows, columns] = self.image_size;
        let m = self.width;
        let sizes = [self.channels, rows, columns, m, self.classes];
        assert!(
            !sizes.contains(&0) && self.convolutions > 0,
            "an OverparamCnn needs channels, rows, columns, width, classes and convolutions of at \
             least 1: {self}"
        );
        let convolutions = (0..self.convolutions)
            .map(|layer| self.convolution(layer, device, rng))
            .collect();
        let [rows, columns] = (0..self.convolutions).fold(self.image_size, |size, _| pooled(size));
        let hidden = RescaledInit::Hidden.param(m * rows * columns, m, device, rng);
        let readout = RescaledInit::Output.param(m, self.classes, device, rng);
        Ok(OverparamCnn {
            convolutions,
            hidden,
            readout: readout.set_require_grad(false),
            activation,
            image_size: self.image_size,
        })
    }

    fn convolution(&self, layer: usize, device: &Device, rng: &mut impl Rng) -> Param<Tensor<4>> {
        let m = self.width;
        // The squared norm of a patch is about its number of pixels in an image of mean square 1,
        // and about its number of positions in a map of vectors with norm 1.
        let (inputs, patch_norm) = match layer {
            0 => (self.channels, self.channels * FILTER * FILTER),
            _ => (m, FILTER * FILTER),
        };
        let variance = 2.0 / (m * patch_norm) as f64;
        let weights = normal_tensor([m, inputs, FILTER, FILTER], variance, device, rng);
        Param::from_tensor(weights)
    }
}

/// Rows and columns after 2×2 pooling; a map of one row or column stays as it is.
fn pooled(size: [usize; 2]) -> [usize; 2] {
    if size.iter().all(|&size| size >= 2) {
        size.map(|size| size / 2)
    } else {
        size
    }
}

/// The convolutional network of the dissertation: "four convolutional layers of width 512 and two
/// linear layers", after VGG.
///
/// ```text
/// h_0 = x √p / ‖x‖,   h_l = pool(σ̃_α(F_l ∗ h_{l−1})) for l = 1 … 4
/// ŷ = B σ̃_α(W flat(h_4))
/// ```
///
/// Filters are 3×3 with padding 1, pooling takes the maximum of 2×2 positions and leaves out a
/// last odd row or column; maps with one row or column are not pooled. No biases. The F_l and W
/// are trained; B is frozen.
///
/// Scale: every image of p pixels enters with mean square 1, so its brightness does not matter
/// (a black one gives zeros). Then one position of a map has a vector of norm 1 in expectation
/// *before* pooling, for every α:
///
/// | weights | variance |
/// |---|---|
/// | F_1 | 2/(fan-in · m) = 2/(9 channels · m) |
/// | F_2 … F_4 | 2/fan-in = 2/(9 m) |
/// | W | 2/fan-in |
/// | B | 1/d |
///
/// Positions at the border have smaller vectors because of the padding; pooling makes the others
/// larger, by a factor that depends on how much neighbors differ. The dissertation does not specify
/// the scale of the input or the first variance; both are choices of this crate.
///
/// With α = −1 the network is an even function of the image. Pixels are not negative, so no
/// constant is appended.
///
/// Reference: Guo, Li, Lerman, arXiv 2402.11942; Algorithm 1 of the dissertation; K. Simonyan and
/// A. Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015.
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct OverparamCnn {
    /// F_1, F_2, …, trained: `[m, channels or m, 3, 3]`.
    pub convolutions: Vec<Param<Tensor<4>>>,
    /// W, trained: `[m · rows · columns, m]`, for the rows and columns of the last map.
    pub hidden: Param<Tensor<2>>,
    /// B, frozen: `[m, d]`.
    pub readout: Param<Tensor<2>>,
    /// σ̃_α.
    pub activation: LeakyReluRescaled,
    #[module(skip)]
    image_size: [usize; 2],
}

impl OverparamCnn {
    /// Computes ŷ.
    ///
    /// # Shapes
    /// - images: `[batch, channels, rows, columns]`
    /// - output: `[batch, classes]`
    ///
    /// # Panics
    /// Panics if the images do not have the configured size.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let [batch, sizes @ ..] = images.dims();
        let [rows, columns] = self.image_size;
        let expected = [self.channels(), rows, columns];
        assert!(
            sizes == expected,
            "the OverparamCnn expects images of {expected:?} channels, rows and columns, but \
             got {sizes:?}"
        );
        let pixels = images.reshape([batch, expected.iter().product()]);
        self.forward_rows(pixels)
    }

    /// Computes ŷ from images that are rows, channel after channel.
    ///
    /// # Shapes
    /// - pixels: `[batch, channels · rows · columns]`
    /// - output: `[batch, classes]`
    ///
    /// # Panics
    /// Panics if the rows do not have the configured number of pixels.
    pub fn forward_rows(&self, pixels: Tensor<2>) -> Tensor<2> {
        let [batch, count] = pixels.dims();
        let [rows, columns] = self.image_size;
        let (channels, m) = (self.channels(), self.width());
        let expected = channels * rows * columns;
        assert!(
            count == expected,
            "the OverparamCnn expects rows of {expected} pixels, but got {count}"
        );
        let images = scaled(pixels).reshape([batch, channels, rows, columns]);
        let map =
            (0..self.convolutions.len()).fold(images, |map, layer| pool(self.convolve(layer, map)));
        let [_, _, rows, columns] = map.dims();
        let hidden = map
            .reshape([batch, m * rows * columns])
            .matmul(self.hidden.val());
        self.activation.forward(hidden).matmul(self.readout.val())
    }

    /// σ̃_α(F ∗ map), before pooling.
    fn convolve(&self, layer: usize, map: Tensor<4>) -> Tensor<4> {
        let filters = self.convolutions[layer].val();
        let options = ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
        self.activation.forward(conv2d(map, filters, None, options))
    }

    fn channels(&self) -> usize {
        self.convolutions[0].dims()[1]
    }

    fn width(&self) -> usize {
        self.readout.dims()[0]
    }
}

/// Scales rows to mean square 1; a zero row stays zero.
fn scaled(pixels: Tensor<2>) -> Tensor<2> {
    let [_, count] = pixels.dims();
    InputMap::Unit.apply(pixels) * (count as f64).sqrt()
}

fn pool(map: Tensor<4>) -> Tensor<4> {
    let [_, _, rows, columns] = map.dims();
    if pooled([rows, columns]) == [rows, columns] {
        return map;
    }
    max_pool2d(map, MaxPoolOptions::new([2, 2]))
}

impl ClassifierNetwork for OverparamCnn {
    type Input = Tensor<2>;

    fn logits(&self, pixels: Tensor<2>) -> Tensor<2> {
        self.forward_rows(pixels)
    }
}

impl ModuleDisplay for OverparamCnn {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let [width, classes] = self.readout.shape().dims();
        let [_, channels, _, _] = self.convolutions[0].shape().dims();
        content
            .add("channels", &channels)
            .add("image_size", &format!("{:?}", self.image_size))
            .add("width", &width)
            .add("convolutions", &self.convolutions.len())
            .add("classes", &classes)
            .add("alpha", &self.activation.alpha())
            .optional()
    }
}

#[cfg(test)]
#[cfg(feature = "flex")]
#[path = "cnn_tests.rs"]
mod tests;
