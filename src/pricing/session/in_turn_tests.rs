use super::*;
use crate::pricing::{
    environment::{ActionHistory, GameStates, Moves},
    learner::{
        AnyLearner, Bandit, BanditRule, Exploration, FixedAction, QLearning, SarsaLearning,
        SynchronousQLearning,
    },
    market::Market,
    scenario::{Scenario, ScenarioGrids},
    session::{Convergence, LimitCycle},
};

fn never() -> bool {
    false
}

/// Returns a plan with the market of the anchor and six prices.
fn plan(platforms: usize, delta: f64, beta: f64) -> SessionPlan {
    let learner = QLearning::new(0.15, delta, Exploration::Exponential { beta }).unwrap();
    let market = Market::symmetric(platforms, 1).unwrap();
    let scenario = Scenario::new(market, ScenarioGrids::rescaled(6), learner)
        .with_convergence(Convergence {
            window: 10_000,
            cap: 400_000,
        })
        .with_seed(4)
        .with_moves(Moves::InTurn);
    scenario.prepare().unwrap().plan().clone()
}

/// Returns an agent's action for each held joint action.
fn replies<'a>(greedy: &'a [Vec<u32>], agent: usize, game: &NormalFormGame) -> &'a [u32] {
    let held = game.joint_count();
    &greedy[agent][agent * held..][..held]
}

#[test]
fn with_discount_factor_0_learners_play_static_best_replies() {
    for platforms in [2, 3] {
        let beta = if platforms == 2 { 4e-4 } else { 4e-5 };
        let plan = plan(platforms, 0.0, beta);
        let game = plan.game();
        for result in plan.run_many(0..4, &never).unwrap() {
            assert!(result.learned.converged);
            for agent in 0..platforms {
                let replies = replies(&result.learned.greedy, agent, game);
                for (held, &reply) in replies.iter().enumerate() {
                    let profit =
                        |action| game.payoffs(game.with_action(held, agent, action))[agent];
                    let best = (0..6).map(profit).fold(f64::NEG_INFINITY, f64::max);
                    let lost = best - profit(reply as usize);
                    assert!(lost < 1e-9, "agent {agent}, held {held}: {lost}");
                }
            }
            // Best replies in turn stop only in an equilibrium of the stage game.
            assert_eq!(result.cycle.repeats_after(), 1);
            let focal = result.cycle.joint_actions[0];
            assert!(game.pure_nash().contains(&focal), "{focal}");
            let pairs = result.mean_payoffs.iter().zip(game.payoffs(focal));
            assert!(
                pairs
                    .clone()
                    .all(|(mean, payoff)| (mean - payoff).abs() < 1e-15)
            );
        }
    }
}

struct All(Vec<usize>);

impl Watch for All {
    fn played(&mut self, joint: usize) {
        self.0.push(joint);
    }
}

/// Klein's update, computed separately from the prices that were played.
#[test]
fn values_match_the_published_update() {
    let (alpha, delta) = (0.15, 0.9_f64);
    let plan = plan(2, delta, 2e-3);
    let mut all = All(Vec::new());
    let result = plan.run_watched(1, &mut all, &never).unwrap();
    assert_eq!(all.0.len() as u64, result.learned.periods);
    let (game, prices) = (plan.game(), &all.0);
    let joint = |agent: usize, own: usize, rival: usize| match agent {
        0 => 6 * own + rival,
        _ => 6 * rival + own,
    };
    for agent in 0..2 {
        let profit = |played: usize| game.payoffs(played)[agent];
        // Indexed by the rival's price and the own price, with initial values against uniform
        // rivals.
        let mean = |own| {
            (0..6)
                .map(|rival| profit(joint(agent, own, rival)))
                .sum::<f64>()
                / 6.0
        };
        let row: Vec<f64> = (0..6).map(|own| mean(own) / (1.0 - delta)).collect();
        let mut q = vec![row; 6];
        let mut period = agent;
        while period + 2 < prices.len() {
            let (now, next) = (prices[period], prices[period + 1]);
            let (own, rival) = (game.action_of(now, agent), game.action_of(now, 1 - agent));
            let answer = game.action_of(next, 1 - agent);
            let future = q[answer].iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let target = profit(now) + delta * profit(next) + delta * delta * future;
            q[rival][own] += alpha * (target - q[rival][own]);
            period += 2;
        }
        for (rival, row) in q.iter().enumerate() {
            let best = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let replies = replies(&result.learned.greedy, agent, game);
            let reply = replies[joint(agent, 0, rival)] as usize;
            assert!(
                best - row[reply] < 1e-9,
                "agent {agent}, rival {rival}: {row:?}, {reply}"
            );
        }
    }
}

#[test]
fn edgeworth_cycles_and_focal_prices_are_distinguished() {
    let flat = NormalFormGame::from_fn(vec![4, 4], |played| {
        played.iter().map(|&price| price as f64).collect()
    });
    let game = flat.unwrap();
    let history = ActionHistory::new(&game, 1).unwrap();
    let states = GameStates::new(history, Moves::InTurn, 2);
    let cycle = |strategies: &[Vec<u32>], held: usize, mover: usize| {
        LimitCycle::new(&game, states, strategies, states.of_turn(mover, held))
    };
    let of = |reply: &dyn Fn(usize) -> usize| {
        let agent = |agent: usize| {
            let all = (0..2).flat_map(|mover| (0..16).map(move |held| (mover, held)));
            let action = |(mover, held)| match mover == agent {
                true => reply(game.action_of(held, 1 - agent)) as u32,
                false => game.action_of(held, agent) as u32,
            };
            all.map(action).collect()
        };
        [agent(0), agent(1)]
    };
    // Both undercut by one step; at the lowest price, the mover returns to the highest.
    let undercut = of(&|rival| if rival == 0 { 3 } else { rival - 1 });
    for mover in [0, 1] {
        let found = cycle(&undercut, 15, mover);
        assert_eq!((found.len(), found.repeats_after()), (4, 4));
        for at in 0..4 {
            assert_eq!(found.joint_actions[at], found.states[(at + 1) % 4] % 16);
        }
        // Each price is set once, so each agent holds two of the four for two periods each.
        let mean: f64 = found.mean_payoffs(&game).iter().sum();
        assert_eq!(mean, 3.0);
    }
    let from_zero = cycle(&undercut, 15, 0);
    // Agent 0 sets 2, agent 1 sets 1, agent 0 sets 0, agent 1 sets 3.
    let mut sorted = from_zero.joint_actions.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [1, 3, 9, 11]);

    let follow = of(&|rival| rival.min(2));
    let found = cycle(&follow, 15, 1);
    assert_eq!(
        (found.repeats_after(), &found.joint_actions[..]),
        (1, &[10, 10][..])
    );
}

#[test]
fn sessions_are_repeatable_and_have_an_end() {
    let plan = plan(2, 0.95, 1e-3);
    let many = plan.run_many(0..3, &never).unwrap();
    assert_eq!(many[2], plan.run(2, &never).unwrap());
    assert_ne!(many[0].learned.greedy, many[1].learned.greedy);
    let window = plan.convergence().window;
    let short = plan.with_convergence(Convergence { window, cap: 7 });
    let cut = short.run(0, &never).unwrap();
    assert_eq!((cut.learned.periods, cut.learned.converged), (7, false));
}

#[test]
fn learners_without_support_for_turns_are_rejected() {
    let plan = plan(2, 0.95, 1e-3);
    let exploration = Exploration::Exponential { beta: 1e-3 };
    let synchronous = SynchronousQLearning::new(0.15, 0.95, exploration).unwrap();
    let both = [plan.learners()[0].clone(), synchronous.into()];
    let mixed = SessionPlan::new(plan.game().clone(), both).unwrap();
    let error = mixed.with_moves(Moves::InTurn).unwrap_err().to_string();
    assert!(
        error.contains("agent 1") && error.contains("synchronous"),
        "{error}"
    );
    for memory in [0, 2] {
        let other = plan.clone().with_memory(memory).unwrap();
        let error = other.run(0, &never).unwrap_err().to_string();
        assert!(error.contains("give a memory of 1"), "{error}");
    }
}

#[test]
fn learners_of_other_kinds_support_turns() {
    let exploration = Exploration::Exponential { beta: 1e-3 };
    let sarsa = SarsaLearning::new(0.15, 0.9, exploration).unwrap();
    let bandit = Bandit::new(BanditRule::Ucb { width: 1.0 }, 0.9).unwrap();
    let fixed = FixedAction {
        action: 3,
        delta: 0.9,
    };
    let plan = plan(2, 0.9, 1e-3);
    for other in [AnyLearner::from(sarsa), bandit.into(), fixed.into()] {
        let both = [plan.learners()[0].clone(), other];
        let mixed = SessionPlan::new(plan.game().clone(), both).unwrap();
        let mixed = mixed
            .with_convergence(plan.convergence())
            .with_moves(Moves::InTurn)
            .unwrap();
        let result = mixed.run(0, &never).unwrap();
        if mixed.learners()[1].kind() == "fixed" {
            let game = plan.game();
            let rival = |joint: &usize| game.action_of(*joint, 1);
            assert!(result.cycle.joint_actions.iter().map(rival).all(|a| a == 3));
            // Against a fixed price, the static best reply is optimal.
            let focal = result.cycle.joint_actions[0];
            let profit = |action| game.payoffs(game.with_action(focal, 0, action))[0];
            let best = (0..6).map(profit).fold(f64::NEG_INFINITY, f64::max);
            assert_eq!(game.payoffs(focal)[0], best);
        }
        assert_eq!(result, mixed.run(0, &never).unwrap());
    }
}
