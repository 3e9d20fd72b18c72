use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::tokenize;
use crate::data::DataError;

/// Maps words to token ids: 0 is padding, 1 is any unknown word, known words start at 2.
///
/// Words are sorted by frequency, the most frequent first, and ties alphabetically (by Unicode code
/// points). The same texts give the same ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Words", into = "Words")]
pub struct TextVocabulary {
    words: Vec<String>,
    ids: HashMap<String, u32>,
}

/// The serialized form.
#[derive(Serialize, Deserialize)]
struct Words {
    words: Vec<String>,
}

/// Which end of a long text to keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Truncation {
    /// The first words.
    #[default]
    First,
    /// The last words, which often contain the verdict.
    Last,
}

impl TextVocabulary {
    /// Id that pads short texts.
    pub const PADDING: u32 = 0;
    /// Id of every word that is not in the vocabulary.
    pub const UNKNOWN: u32 = 1;

    /// Builds the vocabulary of texts, which should be only the training texts.
    ///
    /// Keeps words that occur at least `minimum_count` times, and at most `maximum_size` ids,
    /// including padding and unknown. O(w log w) for w different words.
    ///
    /// # Panics
    /// Panics if `maximum_size` is below 2.
    pub fn build<'a>(
        texts: impl IntoIterator<Item = &'a str>,
        minimum_count: usize,
        maximum_size: usize,
    ) -> Self {
        assert!(
            maximum_size >= 2,
            "a vocabulary needs room for padding and unknown words, not {maximum_size}"
        );
        let mut counts: HashMap<String, usize> = HashMap::new();
        for word in texts.into_iter().flat_map(tokenize) {
            *counts.entry(word).or_default() += 1;
        }
        let mut counted: Vec<(String, usize)> = (counts.into_iter())
            .filter(|(_, count)| *count >= minimum_count)
            .collect();
        counted.sort_unstable_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        counted.truncate(maximum_size - 2);
        Self::from_words(counted.into_iter().map(|(word, _)| word).collect())
    }

    fn from_words(words: Vec<String>) -> Self {
        let ids = (2..).zip(&words).map(|(id, word)| (word.clone(), id));
        Self {
            ids: ids.collect(),
            words,
        }
    }

    /// Returns the number of ids, including padding and unknown: the number of rows of an
    /// embedding.
    pub fn size(&self) -> usize {
        self.words.len() + 2
    }

    /// Returns the id of a word in lower case; [`UNKNOWN`](Self::UNKNOWN) if it has none.
    pub fn id(&self, word: &str) -> u32 {
        self.ids.get(word).copied().unwrap_or(Self::UNKNOWN)
    }

    /// Returns the word of an id; `None` if it has none.
    pub fn word(&self, id: u32) -> Option<&str> {
        let position = usize::try_from(id).ok()?.checked_sub(2)?;
        self.words.get(position).map(String::as_str)
    }

    /// Returns the ids of a text's words, padded at the end to `length`, or cut to the first or
    /// last `length`.
    pub fn encode(&self, text: &str, length: usize, keep: Truncation) -> Vec<u32> {
        let words = tokenize(text);
        let start = match keep {
            Truncation::First => 0,
            Truncation::Last => words.len().saturating_sub(length),
        };
        let kept = words[start..].iter().take(length);
        let mut ids: Vec<u32> = kept.map(|word| self.id(word)).collect();
        ids.resize(length, Self::PADDING);
        ids
    }
}

impl From<TextVocabulary> for Words {
    fn from(vocabulary: TextVocabulary) -> Self {
        Self {
            words: vocabulary.words,
        }
    }
}

impl TryFrom<Words> for TextVocabulary {
    type Error = DataError;

    fn try_from(Words { words }: Words) -> Result<Self, DataError> {
        let vocabulary = Self::from_words(words);
        // A repeated word has the id of its last occurrence.
        let first = (2..).zip(&vocabulary.words);
        match first
            .into_iter()
            .find(|(id, word)| vocabulary.id(word) != *id)
        {
            None => Ok(vocabulary),
            Some((_, word)) => Err(DataError::DuplicateWord { word: word.clone() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 2] = ["The cat, the dog and the bird.", "A dog? And a cat!"];

    fn vocabulary(minimum_count: usize, maximum_size: usize) -> TextVocabulary {
        TextVocabulary::build(TEXTS, minimum_count, maximum_size)
    }

    #[test]
    fn words_are_numbered_by_count_and_then_alphabetically() {
        // the 3; a, and, cat, dog 2; bird 1.
        let words = ["the", "a", "and", "cat", "dog", "bird"];
        let all = vocabulary(1, 100);
        assert_eq!(all.size(), 8);
        for (id, word) in (2..).zip(words) {
            assert_eq!((all.id(word), all.word(id)), (id, Some(word)));
        }
        assert_eq!(
            (all.id("fish"), all.word(0), all.word(1), all.word(8)),
            (1, None, None, None)
        );
        // The order of the texts has no influence.
        assert_eq!(TextVocabulary::build([TEXTS[1], TEXTS[0]], 1, 100), all);
    }

    #[test]
    fn rare_words_and_those_beyond_the_size_are_unknown() {
        assert_eq!(vocabulary(2, 100).size(), 7);
        assert_eq!(vocabulary(2, 100).id("bird"), 1);
        let small = vocabulary(1, 4);
        assert_eq!((small.size(), small.id("a"), small.id("and")), (4, 3, 1));
        assert_eq!(vocabulary(1, 2).size(), 2);
        assert_eq!(vocabulary(4, 100).size(), 2);
    }

    #[test]
    fn texts_are_padded_at_the_end_and_cut_at_either() {
        let vocabulary = vocabulary(1, 100);
        let encode = |length, keep| vocabulary.encode("The cat saw a dog", length, keep);
        assert_eq!(encode(7, Truncation::First), [2, 5, 1, 3, 6, 0, 0]);
        assert_eq!(encode(7, Truncation::Last), [2, 5, 1, 3, 6, 0, 0]);
        assert_eq!(encode(5, Truncation::Last), [2, 5, 1, 3, 6]);
        assert_eq!(encode(2, Truncation::First), [2, 5]);
        assert_eq!(encode(2, Truncation::Last), [3, 6]);
        assert_eq!(encode(0, Truncation::Last), [0u32; 0]);
        assert_eq!(vocabulary.encode("", 2, Truncation::First), [0, 0]);
    }

    #[test]
    fn a_record_gives_the_same_numbers_and_is_checked() {
        let vocabulary = vocabulary(1, 100);
        let text = serde_json::to_string(&vocabulary).unwrap();
        assert_eq!(
            serde_json::from_str::<TextVocabulary>(&text).unwrap(),
            vocabulary
        );
        let twice = r#"{"words":["a","b","a"]}"#;
        let error = serde_json::from_str::<TextVocabulary>(twice).unwrap_err();
        assert!(
            error.to_string().contains("the word \"a\" twice"),
            "{error}"
        );
    }

    #[test]
    #[should_panic(expected = "not 1")]
    fn a_vocabulary_has_room_for_padding_and_unknown() {
        let _ = vocabulary(1, 1);
    }
}
