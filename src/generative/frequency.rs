use burn::tensor::Tensor;

use super::Generated;
use crate::graph::GraphBatch;

/// Returns the distance between the expected category frequencies of generated graphs and those of
/// real ones, `[1]`. It is the sum of the Kullback–Leibler divergences of all node blocks and of
/// the kinds of edges, in nats.
///
/// ```text
/// Σ_blocks Σ_k q_k ln(q_k / p_k),   q: shares among real graphs,   p: means of probabilities
/// ```
///
/// A straight-through gradient scales with the probability of a category, so a category of
/// probability near 0 does not recover. The gradient of this divergence in the score of such a
/// category is `−q_k (1 − p_k)`, which does not vanish. 0 for graphs without categories.
///
/// # Shapes
/// - real: graphs with the same blocks of one-hot features
///
/// # Panics
/// Panics if the features of the real graphs have fewer columns.
pub fn frequency_divergence(real: &GraphBatch, generated: &Generated) -> Tensor<1> {
    let device = generated.structure_log_prob.device();
    let options = (&device, generated.structure_log_prob.dtype());
    let mut sum = Tensor::<1>::zeros([1], options);
    let mut start = 0;
    for block in &generated.node_log_probs {
        let end = start + block.dims()[1];
        let real = real
            .nodes()
            .slice([0..real.topology().node_count(), start..end]);
        sum = sum + divergence(real, block.clone());
        start = end;
    }
    match &generated.edge_log_probs {
        Some(kinds) => sum + divergence(real.edges(), kinds.clone()),
        None => sum,
    }
}

/// The divergence of one block; 0 if either side has no rows.
fn divergence(one_hot: Tensor<2>, log_probs: Tensor<2>) -> Tensor<1> {
    if one_hot.dims()[0] == 0 || log_probs.dims()[0] == 0 {
        return Tensor::zeros([1], (&log_probs.device(), log_probs.dtype()));
    }
    let wanted: Tensor<1> = one_hot.mean_dim(0).flatten(0, 1);
    let made: Tensor<1> = log_probs.exp().mean_dim(0).flatten(0, 1);
    // 0 ln 0 = 0.
    let entropy = wanted.clone() * wanted.clone().clamp_min(f32::MIN_POSITIVE).log();
    (entropy - wanted * made.log()).sum()
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use burn::tensor::{Device, Tensor};
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;
    use crate::{
        generative::{GeneratorConfig, GraphFeatures, StageConfig, initialize_normal},
        graph::GraphTopology,
        nn::unpooling::NodeSelection,
    };

    fn generator(features: GraphFeatures, device: &Device) -> crate::generative::Generator {
        let all = NodeSelection::ByPosition { kept: 0, random: 0 };
        let stage = StageConfig::new(all, 6, vec![8]);
        let config = GeneratorConfig::new(features, 4, 8, vec![8], 4, vec![stage]);
        initialize_normal(config.init(device), 0.3, &mut ChaCha8Rng::seed_from_u64(1))
    }

    fn real(nodes: [[f32; 3]; 2], edge: [f32; 2], device: &Device) -> GraphBatch {
        let topology = GraphTopology::single(2, vec![[0, 1]]).unwrap();
        let nodes = Tensor::from_floats(nodes, device);
        GraphBatch::new(topology, nodes, Tensor::from_floats([edge], device)).unwrap()
    }

    #[test]
    fn the_penalty_is_the_divergence_of_the_means() {
        let device = Device::flex();
        let generator = generator(GraphFeatures::categorical(vec![3], 2), &device);
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let latent = generator.latent(5, &device, &mut rng);
        let made = generator.sample(latent, &mut rng);
        let real = real([[1., 0., 0.], [0., 1., 0.]], [0., 1.], &device);
        let mean = |log_probs: &Tensor<2>| -> Vec<f64> {
            let [rows, width] = log_probs.dims();
            let data = log_probs.clone().into_data().convert::<f64>();
            let all: Vec<f64> = data.iter::<f64>().collect();
            let column = |k: usize| (0..rows).map(|row| all[row * width + k].exp()).sum::<f64>();
            (0..width).map(|k| column(k) / rows as f64).collect()
        };
        let nodes = mean(&made.node_log_probs[0]);
        let edges = mean(made.edge_log_probs.as_ref().unwrap());
        let wanted = 0.5 * (0.5 / nodes[0]).ln() + 0.5 * (0.5 / nodes[1]).ln() - edges[1].ln();
        let found: f32 = frequency_divergence(&real, &made).into_scalar();
        assert!((f64::from(found) - wanted).abs() < 1e-5, "{found} {wanted}");
        assert!(found > 0.0);
    }

    #[test]
    fn a_category_with_zero_share_has_a_gradient() {
        let device = Device::flex().autodiff();
        let scores = Tensor::<2>::from_floats([[12.0, 0.0], [12.0, 0.0]], &device).require_grad();
        let log_probs = burn::tensor::activation::log_softmax(scores.clone(), 1);
        let real = Tensor::<2>::from_floats([[1.0, 0.0], [0.0, 1.0]], &device);
        let grads = divergence(real, log_probs).backward();
        let gradient = scores.grad(&grads).unwrap().into_data();
        for (value, wanted) in gradient.iter::<f32>().zip([0.25, -0.25, 0.25, -0.25]) {
            assert!((value - wanted).abs() < 1e-3, "{gradient}");
        }
    }

    #[test]
    fn graphs_without_categories_have_no_penalty() {
        let device = Device::flex();
        let generator = generator(GraphFeatures::continuous(3), &device);
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let latent = generator.latent(5, &device, &mut rng);
        let made = generator.sample(latent, &mut rng);
        let real = real([[0.3, 0.1, 0.], [0., 1., 5.]], [0., 1.], &device);
        let found: f32 = frequency_divergence(&real, &made).into_scalar();
        assert_eq!(found, 0.0);
    }
}
