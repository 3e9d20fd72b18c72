use burn::config::Config;

use crate::{SettingError, generative::vae::Covariance};

/// Training objective of a variational autoencoder, in addition to the divergence of its codes.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum VaeObjective {
    /// Log-probability that the decoder generates the encoded graph by the choices that
    /// [pooling](crate::generative::pool_to_selections) finds for it. No graph is drawn, so there
    /// is neither matching nor a policy gradient.
    Replay,
    /// The published objective for molecules. The decoder draws a graph, and the nodes of the
    /// encoded graph are matched with its nodes by max-pooling matching. Categories are compared by
    /// binary cross-entropy, and the adjacency by a squared error that is minimized by policy
    /// gradient.
    ///
    /// Reference: Simonovsky and Komodakis, "GraphVAE" (2018); Cho et al., "Finding Matches in a
    /// Haystack: A Max-Pooling Strategy for Graph Matching" (2014).
    Matching,
    /// The published objective for graphs with coordinates. Same as [`Matching`](Self::Matching),
    /// but node t of the drawn graph is compared with node t of the encoded one, and numbers of
    /// nodes, edges and degrees are compared too.
    StoredOrder,
}

/// Configuration of the training of a variational autoencoder.
#[derive(Config, Debug, PartialEq)]
pub struct VaeTrainingConfig {
    /// Total number of steps; the step size decreases linearly over them.
    pub steps: usize,
    /// Training objective. Default: replay.
    #[config(default = "VaeObjective::Replay")]
    pub objective: VaeObjective,
    /// β: weight of the divergence of the codes, per nat. Default: 0.1.
    #[config(default = 0.1)]
    pub kl_weight: f64,
    /// Mean divergence of a code in a batch, in nats, below which it is not penalized. Default: 0.
    #[config(default = 0.0)]
    pub free_nats: f64,
    /// λ: weight of the policy gradient of the published objectives. Default: 1.
    #[config(default = 1.0)]
    pub structure_weight: f64,
    /// Weight of the squared error of coordinates, in stored order. Default: 1.
    #[config(default = 1.0)]
    pub node_weight: f64,
    /// Weight of the error of edges, in stored order. Default: 1.
    #[config(default = 1.0)]
    pub edge_weight: f64,
    /// Number of graphs in a step. Default: 64.
    #[config(default = 64)]
    pub batch_size: usize,
    /// Step size of Adam. Default: 1e-3.
    #[config(default = 1e-3)]
    pub learning_rate: f64,
    /// Final step size as a share of the initial one. Default: 0.02; published: 1.
    #[config(default = 0.02)]
    pub final_rate: f64,
    /// Adam's β₁. Default: 0.9.
    #[config(default = 0.9)]
    pub beta_1: f32,
    /// Adam's β₂. Default: 0.999.
    #[config(default = 0.999)]
    pub beta_2: f32,
    /// Decay per step of the moving average of the weights that samples are drawn from. Default:
    /// 0.99; published: `None`.
    #[config(default = "Some(0.99)")]
    pub average_decay: Option<f64>,
    /// Covariance of the fitted prior. Default: that of the codes.
    #[config(default = "Covariance::Full")]
    pub prior: Covariance,
    /// Number of training graphs that the prior is fitted to. Default: 6,400.
    #[config(default = 6400)]
    pub prior_graphs: usize,
}

impl VaeTrainingConfig {
    /// Checks the settings.
    ///
    /// # Errors
    /// Returns [`SettingError`] for the first setting that is out of range.
    pub fn validate(&self) -> Result<(), SettingError> {
        let from_zero = "a finite number from 0";
        let is_from_zero = |value: f64| value >= 0.0 && value.is_finite();
        let share = "a number from 0 to below 1";
        let [beta_1, beta_2] = [self.beta_1, self.beta_2].map(f64::from);
        let decay = self.average_decay.unwrap_or(0.0);
        let rate = self.learning_rate;
        let numbers = [
            (
                "kl_weight",
                self.kl_weight,
                is_from_zero(self.kl_weight),
                from_zero,
            ),
            (
                "free_nats",
                self.free_nats,
                is_from_zero(self.free_nats),
                from_zero,
            ),
            (
                "structure_weight",
                self.structure_weight,
                is_from_zero(self.structure_weight),
                from_zero,
            ),
            (
                "node_weight",
                self.node_weight,
                is_from_zero(self.node_weight),
                from_zero,
            ),
            (
                "edge_weight",
                self.edge_weight,
                is_from_zero(self.edge_weight),
                from_zero,
            ),
            (
                "learning_rate",
                rate,
                rate > 0.0 && rate <= 1.0,
                "a number above 0, at most 1",
            ),
            (
                "final_rate",
                self.final_rate,
                (0.0..=1.0).contains(&self.final_rate),
                "a number from 0 to 1",
            ),
            ("beta_1", beta_1, (0.0..1.0).contains(&beta_1), share),
            ("beta_2", beta_2, (0.0..1.0).contains(&beta_2), share),
            ("average_decay", decay, (0.0..1.0).contains(&decay), share),
        ];
        let counts = [
            ("steps", self.steps, 1, "at least 1"),
            ("batch_size", self.batch_size, 2, "at least 2"),
            ("prior_graphs", self.prior_graphs, 2, "at least 2"),
        ];
        for (name, value, valid, expected) in numbers {
            if !valid {
                return Err(SettingError::new(name, value, expected));
            }
        }
        for (name, value, least, expected) in counts {
            if value < least {
                return Err(SettingError::new(name, value, expected));
            }
        }
        Ok(())
    }
}
