//! Images with classes.

mod batch;
mod cifar10;
mod cifar100;
mod colored_garments;
mod folder;
mod garments;
mod idx;
mod idx_sets;
mod image_set;

use super::{DataError, RowBatch, Source, Splits};

pub use batch::{ClassificationBatch, ImageBatcher, LabeledBatch, RegressionBatch, TokenBatch};
pub use cifar10::Cifar10;
pub use cifar100::Cifar100;
pub use colored_garments::synthetic_colored_garments;
pub use folder::ImageFolder;
pub use garments::synthetic_garments;
pub use idx_sets::{FashionMnist, IdxFolder, Mnist};
pub use image_set::{ImageSet, LabeledImage};

/// A source of images with classes, as a trait object.
pub type ImageSource = dyn Source<Data = Splits<ImageSet>>;

/// Returns the image data set of this name: `fashion-mnist`, `mnist`, `cifar10` or `cifar100`;
/// `None` for any other.
pub fn image_source(name: &str) -> Option<Box<ImageSource>> {
    Some(match name {
        FashionMnist::NAME => Box::new(FashionMnist),
        Mnist::NAME => Box::new(Mnist),
        Cifar10::NAME => Box::new(Cifar10),
        Cifar100::NAME => Box::new(Cifar100),
        _ => return None,
    })
}

/// Draws the synthetic stand-in of an image data set: the first images are for training, the others
/// for testing.
fn stand_in(
    title: &str,
    drawing: &str,
    draw: fn(usize, &mut rand::rngs::ChaCha8Rng) -> ImageSet,
) -> super::Loaded<Splits<ImageSet>> {
    use burn::data::dataset::Dataset;
    use rand::SeedableRng;

    /// Training and test images.
    const SIZES: [usize; 2] = [10_000, 5_000];
    // The seed is fixed, so that the data set is always the same.
    const SEED: u64 = 0;
    let [train, test] = SIZES;
    let mut rng = rand::rngs::ChaCha8Rng::seed_from_u64(SEED);
    let all = draw(train + test, &mut rng);
    let splits = Splits {
        train: all.range(0..train),
        test: all.range(train..all.len()),
    };
    let title = format!("{drawing} (stand-in for {title})");
    super::Loaded::new(splits, super::Provenance::drawn(title))
}
