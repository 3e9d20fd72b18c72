use std::{ops::Range, sync::Arc};

use burn::data::dataset::{Dataset, DatasetError};
use rand::{Rng, seq::index};

use super::DataError;

/// One image and its class.
#[derive(Clone, Debug, PartialEq)]
pub struct LabeledImage {
    /// Values in [0, 1], in the order `[channels, rows, columns]`.
    pub pixels: Vec<f32>,
    /// Class number.
    pub label: u8,
}

/// Images of one size with class labels, in memory, as a Burn [`Dataset`]; gray or with several
/// channels.
///
/// Cloning and taking subsets share the pixels.
#[derive(Clone, Debug)]
pub struct ImageSet {
    pixels: Arc<Vec<u8>>,
    labels: Arc<Vec<u8>>,
    channels: usize,
    rows: usize,
    columns: usize,
    classes: Arc<Vec<String>>,
    /// Positions in `labels`; fewer than all in a subset.
    members: Arc<Vec<usize>>,
}

impl ImageSet {
    /// Creates a set of gray images from raw bytes.
    ///
    /// # Panics
    /// Panics if `pixels` does not hold `rows · columns` bytes for each label, or a label is not
    /// below `classes`.
    pub fn new(
        pixels: Vec<u8>,
        labels: Vec<u8>,
        [rows, columns]: [usize; 2],
        classes: usize,
    ) -> Self {
        Self::with_channels(pixels, labels, [1, rows, columns], classes)
    }

    /// Creates a set from raw bytes, with the channels of an image one after the other.
    ///
    /// # Panics
    /// Panics if `pixels` does not hold `channels · rows · columns` bytes for each label, or a
    /// label is not below `classes`.
    pub fn with_channels(
        pixels: Vec<u8>,
        labels: Vec<u8>,
        [channels, rows, columns]: [usize; 3],
        classes: usize,
    ) -> Self {
        assert_eq!(
            pixels.len(),
            labels.len() * channels * rows * columns,
            "an ImageSet needs channels · rows · columns pixels for each label"
        );
        assert!(
            labels.iter().all(|&label| usize::from(label) < classes),
            "labels of an ImageSet must be below the number of classes, {classes}"
        );
        Self {
            members: Arc::new((0..labels.len()).collect()),
            pixels: Arc::new(pixels),
            labels: Arc::new(labels),
            channels,
            rows,
            columns,
            classes: Arc::new((0..classes).map(|class| class.to_string()).collect()),
        }
    }

    /// Sets the names of the classes. Default: their numbers.
    ///
    /// # Panics
    /// Panics if there is not one name for each class.
    pub fn with_class_names<S: ToString>(self, names: &[S]) -> Self {
        assert_eq!(
            names.len(),
            self.classes(),
            "an ImageSet needs one name for each class"
        );
        Self {
            classes: Arc::new(names.iter().map(S::to_string).collect()),
            ..self
        }
    }

    /// Draws a uniformly random subset of `size` images, without repetition, in random order.
    ///
    /// Consumes about `size` draws of `rng`.
    ///
    /// # Errors
    /// Returns [`DataError::TooFew`] if the set has fewer images.
    pub fn random_subset(&self, size: usize, rng: &mut impl Rng) -> Result<Self, DataError> {
        let available = self.members.len();
        if size > available {
            return Err(DataError::TooFew {
                dataset: "the image set".into(),
                requested: size,
                available,
            });
        }
        let members = index::sample(rng, available, size)
            .into_iter()
            .map(|i| self.members[i])
            .collect();
        Ok(Self {
            members: Arc::new(members),
            ..self.clone()
        })
    }

    /// Returns the images at a range of positions.
    ///
    /// # Panics
    /// Panics if the range ends beyond the last image.
    pub fn range(&self, range: Range<usize>) -> Self {
        Self {
            members: Arc::new(self.members[range].to_vec()),
            ..self.clone()
        }
    }

    /// Rows and columns of an image, in pixels.
    pub fn image_size(&self) -> [usize; 2] {
        [self.rows, self.columns]
    }

    /// Number of channels: 1 for gray, 3 for red, green and blue.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Number of values in an image: `channels · rows · columns`.
    pub fn pixels_per_image(&self) -> usize {
        self.channels * self.rows * self.columns
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes.len()
    }

    /// Names of the classes, in the order of their numbers.
    pub fn class_names(&self) -> &[String] {
        &self.classes
    }

    /// Returns the class number of each image.
    pub fn labels(&self) -> impl Iterator<Item = u8> + '_ {
        self.members.iter().map(|&i| self.labels[i])
    }
}

impl Dataset<LabeledImage> for ImageSet {
    fn get(&self, index: usize) -> Result<LabeledImage, DatasetError> {
        let member = self.members[index];
        let size = self.pixels_per_image();
        Ok(LabeledImage {
            pixels: self.pixels[member * size..][..size]
                .iter()
                .map(|&value| f32::from(value) / 255.0)
                .collect(),
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

    fn numbered(count: usize) -> ImageSet {
        // The single pixel of image i is i.
        ImageSet::new(
            (0..count).map(|i| i as u8).collect(),
            vec![0; count],
            [1, 1],
            1,
        )
    }

    fn grays(set: &ImageSet) -> Vec<u8> {
        set.iter()
            .map(|item| (item.unwrap().pixels[0] * 255.0).round() as u8)
            .collect()
    }

    #[test]
    fn a_subset_has_distinct_images_and_follows_its_seed() {
        let all = numbered(200);
        let subset = grays(&all.random_subset(50, &mut rng(3)).unwrap());
        assert_eq!(subset.iter().collect::<HashSet<_>>().len(), 50);
        assert_eq!(subset, grays(&all.random_subset(50, &mut rng(3)).unwrap()));
        assert_ne!(subset, grays(&all.random_subset(50, &mut rng(4)).unwrap()));
    }

    #[test]
    fn a_subset_is_stable() {
        let subset = grays(&numbered(200).random_subset(6, &mut rng(0)).unwrap());
        // Computed with rand 0.10.4; a change here changes every seeded run.
        assert_eq!(subset, [127, 138, 143, 92, 100, 139]);
    }

    #[test]
    fn every_image_is_equally_likely() {
        let all = numbered(10);
        let mut counts = [0; 10];
        for seed in 0..2000 {
            for gray in grays(&all.random_subset(3, &mut rng(seed)).unwrap()) {
                counts[usize::from(gray)] += 1;
            }
        }
        // Binomial(2000, 0.3): mean 600, standard deviation 20.5.
        assert!(
            counts.iter().all(|&c| (500..700).contains(&c)),
            "{counts:?}"
        );
    }

    #[test]
    fn a_subset_of_a_subset_stays_within_it() {
        let first = numbered(100).random_subset(20, &mut rng(1)).unwrap();
        let members: HashSet<_> = grays(&first).into_iter().collect();
        let second = grays(&first.random_subset(20, &mut rng(2)).unwrap());
        assert!(second.iter().all(|gray| members.contains(gray)));
    }

    #[test]
    fn channels_follow_each_other() {
        // Two images of 2 channels, 1 row, 3 columns.
        let set = ImageSet::with_channels((0..12).collect(), vec![0, 1], [2, 1, 3], 2);
        assert_eq!((set.channels(), set.image_size()), (2, [1, 3]));
        assert_eq!(set.pixels_per_image(), 6);
        let pixels = set.range(1..2).get(0).unwrap().pixels;
        assert_eq!(
            pixels[3],
            9.0 / 255.0,
            "channel 1 begins after the 3 pixels of channel 0"
        );
        assert_eq!(numbered(2).channels(), 1);
    }

    #[test]
    fn asking_for_too_many_is_an_error() {
        let error = numbered(3).random_subset(4, &mut rng(0)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "4 samples were requested, but the image set has 3"
        );
    }
}
