use rand::{
    Rng, SeedableRng,
    rngs::{ChaCha8Rng, Xoshiro256PlusPlus},
};

/// The generator of one learner: fast, portable, and with a period far beyond the draws of a
/// session.
pub type AgentRng = Xoshiro256PlusPlus;

/// The generators of one session: one for each learner, and one that seeds the episodes.
///
/// Session k uses stream k of the ChaCha8 generator with the study's seed. Its first numbers are
/// 256 bits of state for the generator of each agent, in order; the following ones seed the
/// episodes. Sessions and agents are therefore independent of each other, and results depend
/// neither on the order of sessions nor on threads.
#[derive(Debug)]
pub struct SessionGenerators {
    /// One generator for each agent.
    pub agents: Vec<AgentRng>,
    episodes: ChaCha8Rng,
}

impl SessionGenerators {
    /// Creates the generators of a session of a study.
    pub fn new(seed: u64, session: u64, agents: usize) -> Self {
        let mut episodes = ChaCha8Rng::seed_from_u64(seed);
        episodes.set_stream(session);
        let agents = (0..agents)
            .map(|_| AgentRng::from_rng(&mut episodes))
            .collect();
        Self { agents, episodes }
    }

    /// Returns the seed of the next episode.
    pub fn episode_seed(&mut self) -> u64 {
        self.episodes.next_u64()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn values_are_stable() {
        let mut generators = SessionGenerators::new(1, 2, 2);
        let drawn = [
            generators.agents[0].next_u64(),
            generators.agents[1].next_u64(),
            generators.episode_seed(),
        ];
        assert_eq!(
            drawn,
            [
                10102982006152635856,
                6345998420321620119,
                17935458966836932246
            ]
        );
    }

    #[test]
    fn sessions_agents_and_seeds_have_different_generators() {
        let mut seen = HashSet::new();
        for seed in 0..4 {
            for session in 0..50 {
                let mut generators = SessionGenerators::new(seed, session, 3);
                assert!(seen.insert(generators.episode_seed()));
                for agent in &mut generators.agents {
                    assert!(seen.insert(agent.next_u64()));
                }
            }
        }
    }
}
