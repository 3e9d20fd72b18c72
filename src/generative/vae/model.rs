use burn::{
    config::Config,
    module::{Content, DisplaySettings, Module, ModuleDisplay, Param},
    nn::{Initializer, Linear, LinearConfig},
    tensor::{Device, Tensor, TensorData},
};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use super::{Encoder, EncoderConfig, LatentPrior};
use crate::{
    generative::{
        Generated, GenerativeError, Generator, GeneratorConfig, GraphFeatures, SampledGraph,
    },
    graph::GraphBatch,
    nn::dense::linear_initializer,
};

/// Configuration of a [`Vae`].
#[derive(Config, Debug)]
pub struct VaeConfig {
    /// The encoder.
    pub encoder: EncoderConfig,
    /// The decoder; its latent width is the width of the code.
    pub decoder: GeneratorConfig,
    /// Whether the prior is fitted to the encoder's output, as published, rather than to codes.
    /// Default: `false`.
    #[config(default = false)]
    pub prior_of_encoder: bool,
    /// Initializer of the maps to mean and variance of the code. Default: that of Burn's linear
    /// layers.
    #[config(default = "linear_initializer()")]
    pub initializer: Initializer,
}

impl VaeConfig {
    /// Creates the model. Codes have a standard normal prior until one is
    /// [fitted](Vae::with_prior).
    ///
    /// # Errors
    /// Returns an error if a part cannot be built, or if encoder and decoder are for different
    /// features.
    pub fn try_init(&self, device: &Device) -> Result<Vae, GenerativeError> {
        let features = &self.decoder.features;
        for (what, generator, critic) in [
            ("node", features.nodes.width(), self.encoder.node_features),
            ("edge", features.edge_kinds, self.encoder.edge_features),
        ] {
            if generator != critic {
                return Err(GenerativeError::setting(
                    "encoder features",
                    format!("{critic} of each {what}"),
                    "those of the graphs that the decoder generates",
                ));
            }
        }
        let code = self.decoder.latent;
        let head = || {
            LinearConfig::new(self.encoder.output, code)
                .with_initializer(self.initializer.clone())
                .init(device)
        };
        let coordinates = match &features.nodes {
            crate::generative::NodeFeatures::Continuous(width) => *width,
            crate::generative::NodeFeatures::Categorical(_) => 0,
        };
        Ok(Vae {
            encoder: self.encoder.try_init(device)?,
            mean: head(),
            log_variance: head(),
            decoder: self.decoder.try_init(device)?,
            log_deviation: (coordinates > 0)
                .then(|| Param::from_tensor(Tensor::full([1, coordinates], -0.1, device))),
            prior: match self.prior_of_encoder {
                true => LatentPrior::standard(self.encoder.output, true, device),
                false => LatentPrior::standard(code, false, device),
            },
        })
    }

    /// Creates the model.
    ///
    /// # Panics
    /// Panics if the settings are invalid; [`try_init`](Self::try_init) returns the error instead.
    pub fn init(&self, device: &Device) -> Vae {
        match self.try_init(device) {
            Ok(model) => model,
            Err(error) => panic!("{error}"),
        }
    }
}

/// A variational autoencoder of graphs with an unpooling decoder: an [`Encoder`], a normal
/// distribution of codes for each graph, and a [`Generator`] as decoder.
///
/// ```text
/// h = Encoder(G),   z ~ N(μ(h), diag exp(s(h))),   G' ~ Generator(z)
/// ```
///
/// Samples are decoded from codes of a [`LatentPrior`] that is fitted to the codes of the training
/// graphs after training. Real node features are the decoder's output plus normal noise with a
/// learned standard deviation.
///
/// Reference: Guo, Zou and Lerman, "An Unpooling Layer for Graph Generation" (AISTATS 2023),
/// section on the UL VAE; Kingma and Welling, "Auto-Encoding Variational Bayes" (2014).
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct Vae {
    /// The encoder.
    pub encoder: Encoder,
    /// Map from the encoder's output to the mean of the code.
    pub mean: Linear,
    /// Map from the encoder's output to the log-variance of each entry of the code.
    pub log_variance: Linear,
    /// The decoder.
    pub decoder: Generator,
    /// A tenth of the logarithms of the standard deviations of the noise of real features, `[1,
    /// features]`; `None` for categories.
    log_deviation: Option<Param<Tensor<2>>>,
    /// The distribution that samples are decoded from.
    pub prior: LatentPrior,
}

/// Factor of the noise parameter. Steps of Adam have the size of the step size, which is small
/// compared to the range of the logarithm of a standard deviation.
const DEVIATION_SCALE: f64 = 10.0;

/// The distribution of the codes of a batch of graphs.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// The means, `[graphs, code]`.
    pub mean: Tensor<2>,
    /// The logarithms of the variances, `[graphs, code]`.
    pub log_variance: Tensor<2>,
}

impl Posterior {
    /// Draws a code for each graph, differentiable in the mean and the variance.
    ///
    /// Consumes one normal draw for each entry.
    ///
    /// # Shapes
    /// - output: `[graphs, code]`
    pub fn sample(&self, rng: &mut impl Rng) -> Tensor<2> {
        let noise = normal(self.mean.dims(), &self.mean.device().inner(), rng);
        self.mean.clone() + (self.log_variance.clone() * 0.5).exp() * noise
    }

    /// Returns the Kullback–Leibler divergence from the standard normal distribution, `[graphs]`,
    /// in nats:
    ///
    /// ```text
    /// ½ Σ (exp s + μ² − 1 − s)
    /// ```
    pub fn divergence(&self) -> Tensor<1> {
        let s = self.log_variance.clone();
        let terms = s.clone().exp() + self.mean.clone().square() - 1.0 - s;
        (terms.sum_dim(1) * 0.5).flatten(0, 1)
    }
}

/// Standard normal numbers, drawn on the host.
pub(crate) fn normal(shape: [usize; 2], device: &Device, rng: &mut impl Rng) -> Tensor<2> {
    let values: Vec<f32> = (0..shape[0] * shape[1])
        .map(|_| StandardNormal.sample(rng))
        .collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

impl Vae {
    /// Returns the distribution of the codes of graphs.
    ///
    /// # Panics
    /// Panics if the graphs have other features than the model.
    pub fn encode(&self, graphs: &GraphBatch) -> Posterior {
        self.posterior(self.encoder.forward(graphs))
    }

    /// Returns the distribution of codes, given the encoder's output, `[graphs, output]`.
    pub fn posterior(&self, encoded: Tensor<2>) -> Posterior {
        Posterior {
            mean: self.mean.forward(encoded.clone()),
            log_variance: self.log_variance.forward(encoded),
        }
    }

    /// Returns the logarithms of the standard deviations of the noise of real features, `[1,
    /// features]`; `None` for categories.
    pub fn log_deviation(&self) -> Option<Tensor<2>> {
        let scaled = self.log_deviation.as_ref();
        scaled.map(|scaled| scaled.val() * DEVIATION_SCALE)
    }

    /// Returns the most probable graph for each code, without noise.
    ///
    /// # Shapes
    /// - codes: `[graphs, code]`
    pub fn decode_mode(&self, codes: Tensor<2>) -> Generated {
        self.decoder.mode(codes)
    }

    /// Draws a graph for each code, with noise on real features.
    ///
    /// Consumes the draws of [`Generator::sample`], then one normal draw per real feature.
    ///
    /// # Shapes
    /// - codes: `[graphs, code]`
    pub fn decode(&self, codes: Tensor<2>, rng: &mut impl Rng) -> Generated {
        let made = self.decoder.sample(codes, rng);
        let Some(log_deviation) = self.log_deviation() else {
            return made;
        };
        let nodes = made.graphs.nodes();
        let noise = normal(nodes.dims(), &nodes.device().inner(), rng);
        let nodes = nodes + noise * log_deviation.exp();
        Generated {
            graphs: made.graphs.with_nodes(nodes),
            ..made
        }
    }

    /// Draws `count` graphs from the prior, in batches of at most `batch_size`.
    pub fn sample(&self, count: usize, batch_size: usize, rng: &mut impl Rng) -> Vec<SampledGraph> {
        let mut graphs = Vec::with_capacity(count);
        while graphs.len() < count {
            let size = (count - graphs.len()).min(batch_size.max(1));
            let codes = self.codes(size, rng);
            graphs.extend(self.decode(codes, rng).sampled());
        }
        graphs
    }

    /// Draws codes from the prior, `[count, code]`.
    pub fn codes(&self, count: usize, rng: &mut impl Rng) -> Tensor<2> {
        let drawn = self.prior.sample(count, rng);
        match self.prior.of_encoder() {
            false => drawn,
            true => self.posterior(drawn).sample(rng),
        }
    }

    /// Sets the prior.
    #[must_use]
    pub fn with_prior(mut self, prior: LatentPrior) -> Self {
        self.prior = prior;
        self
    }

    /// Returns the kinds of features of the graphs.
    pub fn features(&self) -> &GraphFeatures {
        self.decoder.features()
    }
}

impl ModuleDisplay for Vae {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new()
            .with_new_line_after_attribute(false)
            .optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        content
            .add("encoder", &self.encoder)
            .add("decoder", &self.decoder)
            .optional()
    }
}
