use super::{
    Experiment, ImageNetworks, Learning, Part, Subject, TextNetworks, TextReading, Variant,
};
use crate::{
    data::{Cifar10, FashionMnist, Mnist},
    overparam::{InputMap, theory::Optimizer},
    study::{
        AlphaStudyConfig, MlpFamily, Problem, RegressionLossKind, StepRule, StepSearch,
        TransformerFamily,
    },
};

/// How large experiments are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// A few minutes each on two cores.
    #[default]
    Small,
    /// The published ones, as far as they are stated: for a GPU, or for days.
    Paper,
}

/// The slopes of Table 2.1.
const SLOPES: [f64; 4] = [-2.0, -1.0, 0.0, 0.05];
/// The slopes of figure 2.1.
const MORE_SLOPES: [f64; 5] = [-2.0, -1.0, 0.0, 0.01, 0.05];
/// The slopes of figure 2.2, from −10 to 0.5.
const GRID: [f64; 11] = [
    -10.0, -5.0, -3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.05, 0.25, 0.5,
];
/// Of the largest stable step at infinite width. A network of finite width has a larger eigenvalue
/// and less room.
const SHARE: f64 = 0.7;
/// Steps between two evaluations of gradient descent.
const EPOCH_OF_STEPS: usize = 10;

/// The studies of an experiment at their default settings, with the steps of `steps`.
///
/// The experiments on rates, and on width and depth, are about a common step and have no other.
pub fn parts_at(experiment: Experiment, size: Size, steps: Steps) -> Vec<Part> {
    let common = parts(experiment, size);
    if matches!(experiment, Experiment::Rates | Experiment::WidthDepth) {
        return common;
    }
    let best: Vec<Part> = common.iter().take(1).map(Part::at_best_steps).collect();
    match steps {
        Steps::Common => common,
        Steps::Best => best,
        Steps::Both => common.into_iter().chain(best).collect(),
    }
}

/// At which steps slopes are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Steps {
    /// All at the same step.
    #[default]
    Common,
    /// Each at its own best step, which is searched.
    Best,
    /// Both ways, next to each other.
    Both,
}

/// The study of your own data, of which at most some thousand samples are used.
pub fn own_part(subject: Subject, problem: &dyn Problem) -> Part {
    let available = problem.available();
    let config = match &subject {
        Subject::OwnImages {
            network: ImageNetworks::Cnn,
            ..
        } => cifar10(Size::Small),
        Subject::OwnTexts { reading, .. } => {
            let part = |subject, config| Part {
                experiment: Experiment::Own,
                variant: None,
                subject,
                config,
            };
            reviews(reading.network, Size::Small, part).config
        }
        Subject::OwnTable { .. } => regression(Size::Small),
        _ => AlphaStudyConfig {
            widths: vec![256],
            epochs: 30,
            ..images(Size::Small)
        },
    };
    let test = match subject {
        Subject::OwnTable { .. } => available.test / 5,
        _ => available.test,
    };
    let train = match subject {
        Subject::OwnTable { .. } => available.train - test,
        _ => available.train,
    };
    let config = AlphaStudyConfig {
        alphas: SLOPES.to_vec(),
        samples: config.samples.max(1000).min(train),
        test_samples: config.test_samples.min(test),
        repeats: 3,
        search: Some(StepSearch::default()),
        ..config
    };
    Part {
        experiment: Experiment::Own,
        variant: None,
        subject,
        config,
    }
}

/// The studies of an experiment at their default settings.
pub fn parts(experiment: Experiment, size: Size) -> Vec<Part> {
    let part = |variant, subject, config| Part {
        experiment,
        variant,
        subject,
        config,
    };
    let main = |subject, config| part(None, subject, config);
    match experiment {
        Experiment::Own => Vec::new(),
        Experiment::Synthetic => {
            let config = regression(size);
            let sphere = Subject::Function {
                unit_sphere: true,
                learning: Learning {
                    input_map: InputMap::Unit,
                    loss: RegressionLossKind::Squared,
                },
            };
            vec![
                main(function(RegressionLossKind::Squared), config.clone()),
                part(Some(Variant::NoConstant), sphere, config),
            ]
        }
        Experiment::Housing => vec![main(housing(), regression(size))],
        Experiment::Fmnist => {
            let config = images(size);
            let small = AlphaStudyConfig {
                alphas: SLOPES.to_vec(),
                samples: 1000,
                step: StepRule::PerSampleAndWidth { numerator: 100.0 },
                ..config.clone()
            };
            vec![
                main(pixels(FashionMnist::NAME), config),
                part(Some(Variant::SmallSteps), pixels(FashionMnist::NAME), small),
            ]
        }
        Experiment::Mnist => {
            let config = images(size);
            let config = match size {
                Size::Small => AlphaStudyConfig {
                    samples: 2000,
                    test_samples: 2000,
                    epochs: 30,
                    ..config
                },
                Size::Paper => config,
            };
            vec![main(pixels(Mnist::NAME), config)]
        }
        Experiment::Cifar10 => {
            let subject = Subject::Images {
                images: Cifar10::NAME.into(),
                network: ImageNetworks::Cnn,
            };
            vec![main(subject, cifar10(size))]
        }
        Experiment::ImdbRnn => vec![reviews(TextNetworks::Rnn, size, main)],
        Experiment::ImdbTransformer => {
            let network = TextNetworks::Transformer(TransformerFamily { heads: 4 });
            vec![reviews(network, size, main)]
        }
        Experiment::Rates => {
            let config = AlphaStudyConfig {
                alphas: GRID.to_vec(),
                repeats: repeats(size, 2),
                ..regression(size)
            };
            vec![
                main(function(RegressionLossKind::Squared), config.clone()),
                part(Some(Variant::Housing), housing(), config),
            ]
        }
        Experiment::WidthDepth => {
            let config = AlphaStudyConfig {
                alphas: vec![-1.0, 0.0],
                widths: match size {
                    Size::Small => vec![64, 128, 256, 512],
                    Size::Paper => vec![250, 500, 1000, 2000, 5000],
                },
                depths: match size {
                    Size::Small => vec![1, 3, 5],
                    Size::Paper => vec![1, 2, 3, 5, 8],
                },
                repeats: repeats(size, 1),
                ..regression(size)
            };
            vec![main(function(RegressionLossKind::Squared), config)]
        }
        Experiment::Loss => {
            let loss = RegressionLossKind::Reweighted { temperature: 50.0 };
            let config = AlphaStudyConfig {
                // Samples with large errors weigh up to four times more than fitted ones.
                step: StepRule::ShareOfStable { share: 0.1 },
                ..regression(size)
            };
            vec![main(function(loss), config)]
        }
    }
}

fn repeats(size: Size, small: usize) -> usize {
    match size {
        Size::Small => small,
        Size::Paper => 10,
    }
}

/// Normal inputs with a constant coordinate: of the published inputs, which are unknown, these fit
/// its test losses, its separation and its ranking.
fn function(loss: RegressionLossKind) -> Subject {
    let input_map = InputMap::RawWithConstant;
    Subject::Function {
        unit_sphere: false,
        learning: Learning { input_map, loss },
    }
}

fn housing() -> Subject {
    Subject::Housing(Learning {
        input_map: InputMap::RawWithConstant,
        loss: RegressionLossKind::Squared,
    })
}

/// A fully connected network on images. Pixels are not negative: no constant coordinate is needed.
fn pixels(images: &str) -> Subject {
    let input_map = InputMap::Unit;
    Subject::Images {
        images: images.into(),
        network: ImageNetworks::Mlp(MlpFamily { input_map }),
    }
}

/// Gradient descent on squared errors.
fn regression(size: Size) -> AlphaStudyConfig {
    let [samples, width, depth, steps] = match size {
        Size::Small => [200, 256, 3, 1000],
        Size::Paper => [1000, 5000, 5, 3000],
    };
    AlphaStudyConfig {
        alphas: MORE_SLOPES.to_vec(),
        widths: vec![width],
        depths: vec![depth],
        samples,
        test_samples: 1000,
        optimizer: Optimizer::Gd,
        steps_per_epoch: EPOCH_OF_STEPS,
        epochs: steps / EPOCH_OF_STEPS,
        step: StepRule::ShareOfStable { share: SHARE },
        repeats: repeats(size, 3),
        ..AlphaStudyConfig::images()
    }
}

fn images(size: Size) -> AlphaStudyConfig {
    let config = AlphaStudyConfig::images();
    match size {
        Size::Small => config,
        Size::Paper => AlphaStudyConfig {
            widths: vec![2000],
            repeats: repeats(size, 3),
            ..config
        },
    }
}

fn cifar10(size: Size) -> AlphaStudyConfig {
    let [samples, width, epochs] = match size {
        Size::Small => [500, 32, 15],
        Size::Paper => [3000, 512, 200],
    };
    AlphaStudyConfig {
        alphas: SLOPES.to_vec(),
        widths: vec![width],
        depths: vec![4],
        samples,
        test_samples: 500,
        epochs,
        optimizer: Optimizer::Sgd {
            batch: match size {
                Size::Small => 16,
                Size::Paper => 64,
            },
        },
        step: StepRule::PerSampleAndWidth { numerator: 0.5 },
        repeats: repeats(size, 5),
        ..AlphaStudyConfig::images()
    }
}

fn reviews(
    network: TextNetworks,
    size: Size,
    part: impl Fn(Subject, AlphaStudyConfig) -> Part,
) -> Part {
    let [samples, width, epochs] = match size {
        Size::Small => [1000, 256, 15],
        Size::Paper => [4000, 1024, 30],
    };
    // The recurrent network keeps its signal only as long as the square of the length does not
    // exceed the width.
    let [vocabulary, length] = match size {
        Size::Small => [2000, 16],
        Size::Paper => [10_000, 32],
    };
    let reading = TextReading {
        network,
        vocabulary,
        length,
    };
    let config = AlphaStudyConfig {
        alphas: SLOPES.to_vec(),
        widths: vec![width],
        depths: vec![1],
        samples,
        test_samples: 500,
        optimizer: Optimizer::Sgd { batch: 64 },
        epochs,
        // Near the largest at which all slopes train.
        step: StepRule::PerSampleAndWidth {
            numerator: match network {
                TextNetworks::Rnn => 6.4,
                TextNetworks::Transformer(_) => 1.6,
            },
        },
        repeats: repeats(size, 5),
        ..AlphaStudyConfig::images()
    };
    part(Subject::Reviews(reading), config)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_preset_is_valid_and_has_a_name_of_its_own() {
        for size in [Size::Small, Size::Paper] {
            let parts: Vec<_> = Experiment::ALL
                .into_iter()
                .flat_map(|experiment| parts(experiment, size))
                .collect();
            for part in &parts {
                part.config.validate().unwrap();
                assert!(part.config.repeats == 10 || size == Size::Small);
            }
            let names: HashSet<_> = parts.iter().map(Part::slug).collect();
            assert_eq!(names.len(), parts.len());
        }
    }
}
