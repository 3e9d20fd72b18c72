use super::Review;

/// Texts with class labels, in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabeledTexts {
    texts: Vec<String>,
    labels: Vec<u8>,
    classes: Vec<String>,
}

impl LabeledTexts {
    /// Creates texts from pairs of text and class number, and the names of the classes.
    ///
    /// # Panics
    /// Panics if a class number is not below the number of classes.
    pub fn new(texts: impl IntoIterator<Item = (String, u8)>, classes: Vec<String>) -> Self {
        let (texts, labels): (Vec<_>, Vec<u8>) = texts.into_iter().unzip();
        assert!(
            labels
                .iter()
                .all(|&label| usize::from(label) < classes.len()),
            "labels must be below the number of classes, {}",
            classes.len()
        );
        Self {
            texts,
            labels,
            classes,
        }
    }

    /// Returns the number of texts.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Returns whether there are no texts.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Returns the texts, in order.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    /// Returns the class number of each text.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Returns the names of the classes, in the order of their numbers.
    pub fn class_names(&self) -> &[String] {
        &self.classes
    }

    /// Returns the texts at the given positions, in that order.
    ///
    /// # Panics
    /// Panics if a position is not below [`len`](Self::len).
    pub fn select(&self, positions: &[usize]) -> Self {
        Self {
            texts: positions.iter().map(|&at| self.texts[at].clone()).collect(),
            labels: positions.iter().map(|&at| self.labels[at]).collect(),
            classes: self.classes.clone(),
        }
    }
}

impl From<&[Review]> for LabeledTexts {
    /// Converts reviews to texts with the classes `negative` and `positive`.
    fn from(reviews: &[Review]) -> Self {
        Self::new(
            reviews
                .iter()
                .map(|review| (review.text.clone(), review.label)),
            ["negative", "positive"].map(str::to_owned).to_vec(),
        )
    }
}
