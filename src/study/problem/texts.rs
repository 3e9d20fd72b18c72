use burn::tensor::Device;
use rand::{Rng, seq::index};

use super::{
    DrawnProblem, NetworkFamily, Problem, ProblemDescription, SampleRngs, TextInputs,
    classification::DrawnClassification, enough, settings,
};
use crate::{
    data::{
        LabeledTexts, Loaded, Provenance, Splits, TextSet, TextVocabulary, TokenBatch, Truncation,
    },
    study::{AlphaStudyConfig, Case, StudyError},
};

/// Texts with classes, learned by networks of a [`NetworkFamily`].
///
/// The vocabulary is that of the training texts; of longer texts the last words are read, since
/// verdicts often stand at the end.
#[derive(Clone, Debug)]
pub struct TextProblem<F> {
    texts: Loaded<Splits<LabeledTexts>>,
    vocabulary: usize,
    length: usize,
    family: F,
}

impl<F: NetworkFamily<Inputs = TextInputs>> TextProblem<F> {
    /// Creates a problem from loaded texts and networks, which distinguish the `vocabulary` most
    /// frequent words (padding and unknown words count) and read `length` words of a text.
    pub fn new(
        texts: Loaded<Splits<LabeledTexts>>,
        vocabulary: usize,
        length: usize,
        family: F,
    ) -> Self {
        Self {
            texts,
            vocabulary,
            length,
            family,
        }
    }

    fn inputs(&self, vocabulary: usize) -> TextInputs {
        TextInputs {
            vocabulary,
            length: self.length,
            classes: self.texts.data.train.class_names().len(),
        }
    }
}

impl<F: NetworkFamily<Inputs = TextInputs>> Problem for TextProblem<F> {
    fn provenance(&self) -> &Provenance {
        &self.texts.provenance
    }

    fn notice(&self) -> Option<&str> {
        self.texts.notice.as_deref()
    }

    fn description(&self) -> ProblemDescription {
        ProblemDescription {
            settings: settings(&(self.family.settings(), self.vocabulary, self.length)),
            samples: "texts".into(),
            loss: "mean cross-entropy (nats)".into(),
            classification: true,
            stable_step: false,
        }
    }

    fn available(&self) -> Splits<usize> {
        self.texts.data.map(LabeledTexts::len)
    }

    fn check(&self, config: &AlphaStudyConfig) -> Result<(), StudyError> {
        if self.vocabulary < 3 {
            let expected = "at least 3: padding, unknown words and one more";
            return Err(StudyError::setting("vocabulary", self.vocabulary, expected));
        }
        if self.length == 0 {
            return Err(StudyError::setting(
                "length",
                self.length,
                "at least 1 word",
            ));
        }
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
        let Splits { train, test } = &self.texts.data;
        let train = subset(train, config.samples, &mut rngs.train);
        let test = subset(test, config.test_samples, &mut rngs.test);
        let words = TextVocabulary::build(train.texts(), 1, self.vocabulary);
        let tokens = |texts: &LabeledTexts| {
            let set = TextSet::new(texts, &words, self.length, Truncation::Last);
            TokenBatch {
                features: set.token_tensor(device),
                targets: set.label_tensor(device),
            }
        };
        let splits = Splits { train, test }.map(tokens);
        let inputs = self.inputs(words.size());
        let drawn = DrawnClassification::new(&self.family, inputs, splits);
        Ok(Box::new(drawn))
    }

    fn cost(&self, case: Case) -> f64 {
        self.family.cost(&self.inputs(self.vocabulary), case)
    }
}

/// Random texts without repetition, in random order; there are as many as asked for, which
/// [`Problem::check`] has checked.
fn subset(texts: &LabeledTexts, size: usize, rng: &mut impl Rng) -> LabeledTexts {
    let rows = index::sample(rng, texts.len(), size.min(texts.len()));
    texts.select(&rows.into_vec())
}
