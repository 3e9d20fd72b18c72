//! The losses of the steps of adversarial training.

use burn::{
    module::Module,
    tensor::{Tensor, TensorData},
};
use rand::rngs::ChaCha8Rng;

use super::{Gan, GanMetric, GanPhase, report::Report};
use crate::{
    generative::{
        Generated, GeneratorChain, GradientPenalty, GraphGenerator, frequency_divergence,
    },
    graph::GraphBatch,
};

impl<G: GraphGenerator> Gan<G> {
    fn generate(&self, generator: &G, rng: &mut ChaCha8Rng) -> Generated {
        // Latent vectors are constants; plain tensors combine with both modes of a device.
        let latent = generator.latent(self.config.batch_size, &self.device(), rng);
        generator.generate(latent, rng)
    }

    /// Returns the critic's loss and its metrics.
    pub(super) fn critic_step(
        &self,
        real: &GraphBatch,
        rng: &mut ChaCha8Rng,
    ) -> (Tensor<1>, Report) {
        let fake = self.generate(&self.generator.clone().no_grad(), rng);
        let fake = fake.graphs.detach();
        let real = real.autodiff();
        let batches = match self.config.shared_batch {
            true => vec![GraphBatch::disjoint_union(&[real, fake])],
            false => vec![real, fake],
        };
        let mut scores = Vec::new();
        let mut penalties = Vec::new();
        let mut norms = Vec::new();
        for graphs in &batches {
            let Some(penalty) = &self.config.penalty else {
                scores.push(self.critic.forward(graphs, Some(rng)));
                continue;
            };
            let judged = self.critic.forward_with_gradient(graphs, Some(rng));
            penalties.push(penalty.forward(graphs, &judged));
            norms.push(GradientPenalty::norms(graphs, &judged).detach());
            scores.push(judged.scores);
        }
        let (real, fake) = match &scores[..] {
            [both] => {
                let [count] = both.dims();
                let half = count - self.config.batch_size;
                (both.clone().slice(0..half), both.clone().slice(half..count))
            }
            scores => (scores[0].clone(), scores[1].clone()),
        };
        let mut loss = self.config.loss.critic(real.clone(), fake.clone());
        let mut report = Report::default();
        let (real, fake) = (real.detach(), fake.detach());
        report.add(GanMetric::RealScore, real.clone().mean());
        report.add(GanMetric::FakeScore, fake.clone().mean());
        report.add(GanMetric::Lead, self.config.loss.lead(real, fake));
        if let Some(penalty) = &self.config.penalty {
            let sum = Tensor::cat(penalties, 0).sum() * (2.0 / batches.len() as f64);
            report.add(GanMetric::Penalty, sum.clone().detach());
            report.add(GanMetric::GradientNorm, Tensor::cat(norms, 0).mean());
            loss = loss + sum * penalty.weight;
        }
        report.add(GanMetric::CriticLoss, loss.clone().detach());
        (loss, report)
    }

    /// Returns the generator's loss: by features, by structure, or both.
    pub(super) fn generator_step(
        &self,
        phase: GanPhase,
        (real, chain): (Option<&GraphBatch>, Option<&GeneratorChain>),
        rng: &mut ChaCha8Rng,
    ) -> (Tensor<1>, Report) {
        let made = self.generate(&self.generator, rng);
        let critic = self.critic.clone().no_grad();
        let mut report = Report::default();
        let graphs = match phase {
            GanPhase::Structure => made.graphs.detach(),
            _ => made.graphs.clone(),
        };
        let scores = critic.forward(&graphs, Some(rng));
        let compared = real.filter(|_| self.config.loss.compares());
        let judged = compared.map(|real| critic.forward(&real.autodiff(), Some(rng)));
        let mut losses = Vec::new();
        if phase != GanPhase::Structure {
            let value = self.config.loss.value(scores.clone(), judged.clone());
            let loss = value.mean().neg();
            report.add(GanMetric::GeneratorLoss, loss.clone().detach());
            losses.push(loss);
            let weight = self.config.frequency_weight;
            if let (Some(real), true) = (real, weight != 0.0) {
                let divergence = frequency_divergence(real, &made);
                report.add(GanMetric::FrequencyDivergence, divergence.clone().detach());
                losses.push(divergence * weight);
            }
        }
        if phase != GanPhase::Features && self.config.structure_weight != 0.0 {
            let mut reward = self.config.loss.value(scores.detach(), judged);
            let own = self.reward.as_ref();
            if let Some(own) = own.filter(|_| self.config.reward_weight != 0.0) {
                let found = own.0.reward(&made.sampled());
                let options = (&reward.device(), reward.dtype());
                let count = found.len();
                assert_eq!(
                    count, self.config.batch_size,
                    "a reward must return one number per graph"
                );
                let own = Tensor::<1>::from_data(TensorData::new(found, [count]), options);
                report.add(GanMetric::Reward, own.clone().mean());
                reward = reward + own * self.config.reward_weight;
            }
            let log_prob = match self.config.reinforce_features {
                true => made.log_prob(),
                false => made.structure_log_prob.clone(),
            };
            report.add(GanMetric::LogProbability, log_prob.clone().detach().mean());
            let loss = self.reinforce.forward(log_prob, reward);
            let loss = loss * self.config.structure_weight;
            report.add(GanMetric::StructureLoss, loss.clone().detach());
            losses.push(loss);
        }
        if let Some(chain) = chain.filter(|_| phase != GanPhase::Features) {
            let count = chain.initial.len();
            let latent = self.generator.latent(count, &self.device(), rng);
            let log_prob = self.generator.score_chain(latent, chain);
            let log_prob = log_prob.unwrap_or_else(|error| {
                panic!("the loader's chains must fit the generator: {error}")
            });
            let loss = log_prob.mean().neg();
            report.add(GanMetric::ReplayLoss, loss.clone().detach());
            losses.push(loss * self.config.replay_weight);
        }
        let loss = Tensor::cat(losses, 0).sum();
        (loss, report)
    }
}
