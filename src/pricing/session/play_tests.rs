use super::*;
use crate::pricing::{
    PricingError,
    environment::{Environment, InitialState, RepeatedGame, Step},
    game::NormalFormGame,
    learner::{Exploration, QLearner, QTable, Sarsa},
};

fn dilemma() -> NormalFormGame {
    NormalFormGame::new(vec![2, 2], vec![2.0, 2.0, 5.0, 0.0, 0.0, 5.0, 4.0, 4.0]).unwrap()
}

const GREEDY: Exploration = Exploration::Constant { epsilon: 0.0 };

#[test]
fn learners_of_different_kinds_play_together() {
    let exploration = Exploration::Exponential { beta: 1e-2 };
    let start = QTable::of_equal_states(4, &[50.0, 50.0]).unwrap();
    let mut learners: Vec<Box<dyn Learner>> = vec![
        Box::new(QLearner::new(0.2, 0.9, exploration, &start).unwrap()),
        Box::new(Sarsa::new(0.2, 0.9, exploration, &start).unwrap()),
    ];
    let mut game = RepeatedGame::new(dilemma(), 1, InitialState::Random).unwrap();
    let convergence = Convergence {
        window: 3_000,
        cap: 200_000,
    };
    let mut run = |learners: &mut [Box<dyn Learner>]| {
        let mut generators = SessionGenerators::new(1, 1, 2);
        play(&mut game, learners, &mut generators, convergence, &|| false)
    };
    assert!(run(&mut learners).unwrap().converged);
    let wrong = QTable::of_equal_states(3, &[0.0, 0.0]).unwrap();
    learners[1] = Box::new(QLearner::new(0.2, 0.9, exploration, &wrong).unwrap());
    assert_eq!(
        run(&mut learners).unwrap_err().to_string(),
        "learner of agent 1: the table has 3 states and 2 actions, but 4 states and 2 actions are \
         required"
    );
    assert!(run(&mut learners[..1]).is_err());
}

/// With a horizon of one period, each period is an episode from the fixed state.
#[test]
fn episodes_follow_each_other() {
    let mut game = RepeatedGame::new(dilemma(), 1, InitialState::Fixed(2))
        .unwrap()
        .with_horizon(1)
        .unwrap();
    let start = QTable::of_equal_states(4, &[0.0, 1.0]).unwrap();
    let learner = QLearner::new(1.0, 0.5, GREEDY, &start).unwrap();
    let mut learners = [learner.clone(), learner];
    let convergence = Convergence { window: 9, cap: 9 };
    let mut generators = SessionGenerators::new(1, 1, 2);
    let learned = play(
        &mut game,
        &mut learners,
        &mut generators,
        convergence,
        &|| false,
    )
    .unwrap();
    assert_eq!((learned.last_state, learned.periods), (2, 9));
    // A truncated episode keeps the value of the next state: 4 + 0.5 * 1. State 3 is never left.
    let values = learned.values.unwrap();
    assert_eq!(values[0].row(2), [0.0, 4.5]);
    assert_eq!(values[0].row(3), [0.0, 1.0]);
}

/// An environment that violates one rule.
struct Broken {
    observation: usize,
    rewards: Vec<f64>,
}

impl Environment for Broken {
    fn agents(&self) -> usize {
        2
    }

    fn actions(&self, _: usize) -> usize {
        2
    }

    fn states(&self) -> usize {
        4
    }

    fn reset(&mut self, _: u64) -> Result<usize, PricingError> {
        Ok(0)
    }

    fn step(&mut self, _: &[usize]) -> Result<Step<'_>, PricingError> {
        Ok(Step {
            observation: self.observation,
            rewards: &self.rewards,
            terminated: false,
            truncated: false,
        })
    }
}

#[test]
fn environments_that_violate_the_rules_are_rejected() {
    let start = QTable::of_equal_states(4, &[0.0, 1.0]).unwrap();
    let learner = QLearner::new(1.0, 0.5, GREEDY, &start).unwrap();
    let convergence = Convergence {
        window: 10,
        cap: 100,
    };
    let message = |observation, rewards: &[f64]| {
        let rewards = rewards.to_vec();
        let mut broken = Broken {
            observation,
            rewards,
        };
        let mut learners = [learner.clone(), learner.clone()];
        let mut generators = SessionGenerators::new(1, 1, 2);
        let played = play(
            &mut broken,
            &mut learners,
            &mut generators,
            convergence,
            &|| false,
        );
        played.unwrap_err().to_string()
    };
    assert!(message(4, &[1.0, 1.0]).contains("state 4, but has only 4"));
    assert!(message(1, &[1.0]).contains("1 rewards to 2 agents"));
    assert!(message(1, &[1.0, f64::NAN]).contains("agent 1 the reward NaN in period 1"));
}
