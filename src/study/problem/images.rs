use burn::{
    data::{dataloader::batcher::Batcher, dataset::Dataset},
    tensor::Device,
};

use super::{
    DrawnProblem, ImageInputs, NetworkFamily, Problem, ProblemDescription, SampleRngs,
    classification::DrawnClassification, enough,
};
use crate::{
    data::{ClassificationBatch, ImageBatcher, ImageSet, Loaded, Provenance, Splits},
    study::{AlphaStudyConfig, Case, StudyError},
};

/// Images with classes, learned by networks of a [`NetworkFamily`].
///
/// ```no_run
/// use fireweed::{
///     data::{DataPlaces, ImageFolder, Source},
///     device::DeviceSpec,
///     overparam::InputMap,
///     study::{AlphaStudy, AlphaStudyConfig, ImageProblem, MlpFamily, write_results},
///     train::{EpochDisplay, StopHandle},
/// };
///
/// let images = ImageFolder { path: "photos".into() };
/// let images = images.load(&DataPlaces::default(), &mut |_| {})?;
/// let problem = ImageProblem::new(images, MlpFamily { input_map: InputMap::Unit });
/// let config = AlphaStudyConfig { samples: 200, test_samples: 50, ..AlphaStudyConfig::images() };
/// let study = AlphaStudy::create("runs/photos".as_ref(), config, &problem)?;
/// let results = study.run(&problem, &StopHandle::new(), EpochDisplay::Lines, &mut |_| {})?;
/// println!("{}", write_results(&study, &results)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ImageProblem<F> {
    images: Loaded<Splits<ImageSet>>,
    family: F,
}

impl<F: NetworkFamily<Inputs = ImageInputs>> ImageProblem<F> {
    /// Creates a problem from loaded images and networks.
    pub fn new(images: Loaded<Splits<ImageSet>>, family: F) -> Self {
        Self { images, family }
    }

    fn inputs(&self) -> ImageInputs {
        let train = &self.images.data.train;
        let [rows, columns] = train.image_size();
        ImageInputs {
            channels: train.channels(),
            rows,
            columns,
            classes: train.classes(),
        }
    }
}

impl<F: NetworkFamily<Inputs = ImageInputs>> Problem for ImageProblem<F> {
    fn provenance(&self) -> &Provenance {
        &self.images.provenance
    }

    fn notice(&self) -> Option<&str> {
        self.images.notice.as_deref()
    }

    fn description(&self) -> ProblemDescription {
        ProblemDescription {
            settings: self.family.settings(),
            samples: "images".into(),
            loss: "mean cross-entropy (nats)".into(),
            classification: true,
            stable_step: false,
        }
    }

    fn available(&self) -> Splits<usize> {
        self.images.data.map(Dataset::len)
    }

    fn check(&self, config: &AlphaStudyConfig) -> Result<(), StudyError> {
        for &width in &config.widths {
            self.family.check_width(width)?;
        }
        enough(self.provenance(), self.available(), config)
    }

    fn draw(
        &self,
        config: &AlphaStudyConfig,
        rngs: &mut SampleRngs,
        device: &Device,
    ) -> Result<Box<dyn DrawnProblem + '_>, StudyError> {
        let Splits { train, test } = &self.images.data;
        let train = train.random_subset(config.samples, &mut rngs.train)?;
        let test = test.random_subset(config.test_samples, &mut rngs.test)?;
        let splits = Splits {
            train: all(&train, device)?,
            test: all(&test, device)?,
        };
        let drawn = DrawnClassification::new(&self.family, self.inputs(), splits);
        Ok(Box::new(drawn))
    }

    fn cost(&self, case: Case) -> f64 {
        self.family.cost(&self.inputs(), case)
    }
}

fn all(images: &ImageSet, device: &Device) -> Result<ClassificationBatch, StudyError> {
    let items = images
        .get_many((0..images.len()).collect())
        .map_err(|error| StudyError::setting("images", error, "images in memory"))?;
    Ok(ImageBatcher.batch(items, device))
}
