use std::sync::Arc;

use burn::{
    data::dataset::{Dataset, DatasetError},
    tensor::{Device, Int, Tensor, TensorData},
};
use rand::{Rng, seq::index};

use super::{LabeledTexts, TextVocabulary, Truncation};
use crate::data::DataError;

/// One encoded text and its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedText {
    /// Token ids, padded with [`TextVocabulary::PADDING`] at the end.
    pub tokens: Vec<u32>,
    /// Class number.
    pub label: u8,
}

/// Texts of one length with class labels, in memory, as a Burn [`Dataset`].
///
/// Cloning and taking subsets share the texts.
#[derive(Clone, Debug)]
pub struct TextSet {
    tokens: Arc<Vec<u32>>,
    labels: Arc<Vec<u8>>,
    length: usize,
    /// Positions in `labels`; fewer than all in a subset.
    members: Arc<Vec<usize>>,
}

impl TextSet {
    /// Encodes texts; see [`TextVocabulary::encode`].
    ///
    /// # Panics
    /// Panics if `length` is 0.
    pub fn new(
        texts: &LabeledTexts,
        vocabulary: &TextVocabulary,
        length: usize,
        keep: Truncation,
    ) -> Self {
        assert!(length > 0, "texts of a TextSet need at least one token");
        let encoded = |text| vocabulary.encode(text, length, keep);
        Self {
            tokens: Arc::new(texts.texts().flat_map(encoded).collect()),
            labels: Arc::new(texts.labels().to_vec()),
            length,
            members: Arc::new((0..texts.len()).collect()),
        }
    }

    /// Returns the number of tokens of each text, including padding.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Returns the class number of each text.
    pub fn labels(&self) -> impl Iterator<Item = u8> + '_ {
        self.members.iter().map(|&member| self.labels[member])
    }

    /// Draws a uniformly random subset of `size` texts, without repetition, in random order.
    ///
    /// Consumes about `size` draws of `rng`.
    ///
    /// # Errors
    /// Returns [`DataError::TooFew`] if the set has fewer texts.
    pub fn random_subset(&self, size: usize, rng: &mut impl Rng) -> Result<Self, DataError> {
        let members = draw(&self.members, size, "the text set", rng)?;
        Ok(self.with_members(members))
    }

    /// Draws a random subset with `per_class` texts of each class in the set, in random order.
    ///
    /// Consumes about twice as many draws of `rng` as the subset has texts.
    ///
    /// # Errors
    /// Returns [`DataError::TooFew`] if a class has fewer texts.
    pub fn balanced_subset(&self, per_class: usize, rng: &mut impl Rng) -> Result<Self, DataError> {
        let mut chosen = Vec::new();
        for class in 0..=u8::MAX {
            let of_class = |&&member: &&usize| self.labels[member] == class;
            let own: Vec<usize> = self.members.iter().filter(of_class).copied().collect();
            if !own.is_empty() {
                let name = format!("class {class} of the text set");
                chosen.extend(draw(&own, per_class, &name, rng)?);
            }
        }
        let order = index::sample(rng, chosen.len(), chosen.len());
        Ok(self.with_members(order.into_iter().map(|i| chosen[i]).collect()))
    }

    /// Returns the token ids of all texts on a device.
    ///
    /// # Shapes
    /// - output: `[texts, length]`
    pub fn token_tensor(&self, device: &Device) -> Tensor<2, Int> {
        let tokens: Vec<i64> = (self.members.iter())
            .flat_map(|&member| self.text(member))
            .map(|&token| i64::from(token))
            .collect();
        let shape = [self.members.len(), self.length];
        Tensor::from_data(TensorData::new(tokens, shape), device)
    }

    /// Returns the class numbers of all texts on a device.
    ///
    /// # Shapes
    /// - output: `[texts]`
    pub fn label_tensor(&self, device: &Device) -> Tensor<1, Int> {
        let labels: Vec<i64> = self.labels().map(i64::from).collect();
        Tensor::from_data(TensorData::new(labels, [self.members.len()]), device)
    }

    fn text(&self, member: usize) -> &[u32] {
        &self.tokens[member * self.length..][..self.length]
    }

    fn with_members(&self, members: Vec<usize>) -> Self {
        Self {
            members: Arc::new(members),
            ..self.clone()
        }
    }
}

fn draw(
    members: &[usize],
    size: usize,
    name: &str,
    rng: &mut impl Rng,
) -> Result<Vec<usize>, DataError> {
    let available = members.len();
    if size > available {
        return Err(DataError::TooFew {
            dataset: name.into(),
            requested: size,
            available,
        });
    }
    let chosen = index::sample(rng, available, size);
    Ok(chosen.into_iter().map(|i| members[i]).collect())
}

impl Dataset<EncodedText> for TextSet {
    fn get(&self, index: usize) -> Result<EncodedText, DatasetError> {
        let member = self.members[index];
        Ok(EncodedText {
            tokens: self.text(member).to_vec(),
            label: self.labels[member],
        })
    }

    fn len(&self) -> usize {
        self.members.len()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    fn rng(seed: u64) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(seed)
    }

    /// Text i is the single word "w<i>"; every third text is positive.
    fn numbered(count: usize) -> (TextSet, TextVocabulary) {
        let texts = (0..count).map(|i| (format!("w{i:03}"), u8::from(i % 3 == 0)));
        let classes = ["no", "yes"].map(str::to_owned).to_vec();
        let texts = LabeledTexts::new(texts, classes);
        let vocabulary = TextVocabulary::build(texts.texts(), 1, 10_000);
        (
            TextSet::new(&texts, &vocabulary, 2, Truncation::First),
            vocabulary,
        )
    }

    fn words(set: &TextSet) -> Vec<usize> {
        // Equally frequent words are numbered alphabetically, from 2.
        set.iter()
            .map(|item| item.unwrap().tokens[0] as usize - 2)
            .collect()
    }

    #[test]
    fn texts_are_encoded_with_their_labels() {
        let (set, vocabulary) = numbered(4);
        assert_eq!((set.len(), set.length()), (4, 2));
        let item = set.get(3).unwrap();
        assert_eq!(item.tokens, [vocabulary.id("w003"), 0]);
        assert_eq!(item.label, 1);
        assert_eq!(set.labels().collect::<Vec<_>>(), [1, 0, 0, 1]);
    }

    #[test]
    fn subsets_are_distinct_stable_and_keep_labels() {
        let (set, _) = numbered(200);
        let subset = set.random_subset(6, &mut rng(0)).unwrap();
        // The draws of `index::sample`, as for images.
        assert_eq!(words(&subset), [127, 138, 143, 92, 100, 139]);
        for (word, label) in words(&subset).into_iter().zip(subset.labels()) {
            assert_eq!(label, u8::from(word % 3 == 0));
        }
        let error = set.random_subset(201, &mut rng(0)).unwrap_err().to_string();
        assert_eq!(
            error,
            "201 samples were requested, but the text set has 200"
        );
    }

    #[test]
    fn balanced_subsets_have_as_many_of_each_class() {
        let (set, _) = numbered(90);
        let subset = set.balanced_subset(30, &mut rng(1)).unwrap();
        let positive = subset.labels().filter(|&label| label == 1).count();
        assert_eq!((subset.len(), positive), (60, 30));
        assert_eq!(words(&subset).into_iter().collect::<HashSet<_>>().len(), 60);
        // In random order: no class comes first.
        let first = subset.labels().take(30).filter(|&label| label == 1).count();
        assert!((5..=25).contains(&first), "{first}");
        let again = set.balanced_subset(30, &mut rng(1)).unwrap();
        assert_eq!(words(&again), words(&subset));
        let error = set
            .balanced_subset(31, &mut rng(1))
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "31 samples were requested, but class 1 of the text set has 30"
        );
    }

    #[cfg(feature = "flex")]
    #[test]
    fn tensors_hold_tokens_and_labels() {
        let device = Device::flex();
        let (set, _) = numbered(5);
        let subset = set.random_subset(3, &mut rng(2)).unwrap();
        let tokens = subset.token_tensor(&device);
        assert_eq!(tokens.dims(), [3, 2]);
        let expected: Vec<i64> = (words(&subset).into_iter())
            .flat_map(|word| [word as i64 + 2, 0])
            .collect();
        assert_eq!(
            tokens.into_data().try_into_vec_as::<i64>().unwrap(),
            expected
        );
        let labels: Vec<i64> = subset.label_tensor(&device).try_into_vec_as().unwrap();
        assert!(labels.into_iter().eq(subset.labels().map(i64::from)));
    }
}
