//! Lengths of trainings and numbers of sampled graphs.

/// Lengths of trainings and sizes of samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Number of epochs of a GAN, of 100 iterations each.
    pub(crate) gan_epochs: usize,
    /// Number of steps of an autoencoder.
    pub(crate) vae_steps: usize,
    /// Number of steps of the likelihood model.
    pub(crate) likelihood_steps: usize,
    /// Number of epochs that the steps are divided into.
    pub(crate) epochs: usize,
    /// Number of graphs that are evaluated after every epoch.
    pub(crate) judged: usize,
    /// Number of graphs that are sampled at the end.
    pub(crate) samples: usize,
    /// Number of Waxman graphs that are drawn for training.
    pub(crate) waxman: u64,
    pub(crate) paper: bool,
}

/// Smallest share of the Waxman graphs that is drawn.
const LEAST_GRAPHS: f64 = 0.05;

impl Budget {
    pub(crate) fn new(paper: bool, length: f64, samples: Option<usize>) -> Self {
        let base = match paper {
            false => Self {
                gan_epochs: 8,
                vae_steps: 3000,
                likelihood_steps: 1500,
                epochs: 5,
                judged: 1000,
                samples: 3000,
                // With 20,000 the likelihood model overfits: held-out −log probability rises after
                // 3,600 steps.
                waxman: 100_000,
                paper,
            },
            true => Self {
                // 60 passes through QM9 in batches of 64.
                gan_epochs: 1250,
                vae_steps: 150 * 2079,
                likelihood_steps: 10_000,
                epochs: 50,
                judged: 1000,
                samples: 10_000,
                waxman: 100_000,
                paper,
            },
        };
        // Short trials use fewer graphs, since computing their statistics takes longer than
        // training.
        let graphs = base.waxman as f64 * length.clamp(LEAST_GRAPHS, 1.0);
        let scaled = |steps: usize| ((steps as f64 * length).round() as usize).max(1);
        Self {
            gan_epochs: scaled(base.gan_epochs),
            vae_steps: scaled(base.vae_steps),
            likelihood_steps: scaled(base.likelihood_steps),
            epochs: base.epochs.min(scaled(base.vae_steps)),
            samples: samples.unwrap_or(base.samples),
            waxman: graphs.round() as u64,
            judged: samples.map_or(base.judged, |samples| base.judged.min(samples)),
            ..base
        }
    }
}
