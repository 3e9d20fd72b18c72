//! A synthetic stand-in for CIFAR-10: the garments in color.

use rand::{Rng, RngExt};

use super::{
    ImageSet,
    garments::{CLASSES, SIDE as GRAY_SIDE, draw},
};

const CHANNELS: usize = 3;
const SIDE: usize = 32;
/// Minimum distance of the colors of garment and background, in the unit cube.
const LEAST_CONTRAST: f32 = 0.5;

type Color = [f32; CHANNELS];

/// Draws `count` color images, 32×32 in ten classes: the garments of
/// [`synthetic_garments`](super::synthetic_garments), at random positions.
///
/// Image i has class `i mod 10`. The colors of the garment and of the background, which changes
/// from top to bottom, are drawn independently of the class, so only the shape depends on the
/// class.
///
/// Consumes about 800 draws of `rng` per image.
///
/// These are not photographs: accuracies do not carry over to CIFAR-10.
pub fn synthetic_colored_garments(count: usize, rng: &mut impl Rng) -> ImageSet {
    let labels: Vec<u8> = (0..count).map(|i| (i % CLASSES) as u8).collect();
    let mut pixels = Vec::with_capacity(count * CHANNELS * SIDE * SIDE);
    let mut gray = Vec::with_capacity(GRAY_SIDE * GRAY_SIDE);
    for &label in &labels {
        gray.clear();
        draw(label, rng, &mut gray);
        paint(&gray, rng, &mut pixels);
    }
    ImageSet::with_channels(pixels, labels, [CHANNELS, SIDE, SIDE], CLASSES)
}

/// Paints a gray garment on a background, with its brightness as opacity.
fn paint(gray: &[u8], rng: &mut impl Rng, pixels: &mut Vec<u8>) {
    let free = SIDE - GRAY_SIDE;
    let [top, left] = [(); 2].map(|()| rng.random_range(0..=free));
    let (garment, sky) = contrasting(rng);
    let ground: Color = std::array::from_fn(|c| sky[c] + rng.random_range(-0.2f32..0.2));
    for channel in 0..CHANNELS {
        for row in 0..SIDE {
            let down = row as f32 / (SIDE - 1) as f32;
            let background = sky[channel] * (1.0 - down) + ground[channel] * down;
            for column in 0..SIDE {
                let opacity = match (row.checked_sub(top), column.checked_sub(left)) {
                    (Some(y), Some(x)) if y < GRAY_SIDE && x < GRAY_SIDE => {
                        f32::from(gray[y * GRAY_SIDE + x]) / 255.0
                    }
                    _ => 0.0,
                };
                let tone = background + opacity * (garment[channel] - background);
                pixels.push((255.0 * tone).clamp(0.0, 255.0) as u8);
            }
        }
    }
}

/// Draws the colors of garment and background.
fn contrasting(rng: &mut impl Rng) -> (Color, Color) {
    loop {
        let [a, b]: [Color; 2] = [(); 2].map(|()| [(); CHANNELS].map(|()| rng.random()));
        let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
        if squares.sum::<f32>() >= LEAST_CONTRAST * LEAST_CONTRAST {
            return (a, b);
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::data::dataset::Dataset;
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    const PLANE: usize = SIDE * SIDE;

    fn images(count: usize, seed: u64) -> ImageSet {
        synthetic_colored_garments(count, &mut ChaCha8Rng::seed_from_u64(seed))
    }

    #[test]
    fn images_are_stable_and_follow_their_seed() {
        let sum = |seed, index| -> u64 {
            let pixels = images(3, seed).get(index).unwrap().pixels;
            pixels
                .iter()
                .map(|tone| (tone * 255.0).round() as u64)
                .sum()
        };
        // Drawn once with rand 0.10.4; another platform's sine may round a few tones differently.
        let sums = [0, 1, 2].map(|index| sum(0, index));
        for (found, drawn) in sums.into_iter().zip(DRAWN) {
            assert!(found.abs_diff(drawn) < 60, "{sums:?}");
        }
        assert_ne!(sum(1, 0), sum(0, 0));
    }

    const DRAWN: [u64; 3] = [361_505, 495_822, 285_434];

    #[test]
    fn colors_are_independent_of_the_class() {
        let set = images(3000, 1);
        let mut means = [[0.0f32; CHANNELS]; CLASSES];
        for item in set.iter() {
            let item = item.unwrap();
            for (channel, plane) in item.pixels.chunks_exact(PLANE).enumerate() {
                let mean: f32 = plane.iter().sum::<f32>() / PLANE as f32;
                means[usize::from(item.label)][channel] += mean / 300.0;
            }
        }
        // The mean of 300 images has a standard error of about 0.013.
        for mean in means.iter().flatten() {
            assert!((mean - 0.5).abs() < 0.07, "{means:?}");
        }
    }

    /// The classes of the stand-in must be distinguishable.
    #[test]
    fn nearest_class_mean_of_contrasts_recognizes_many_garments() {
        let contrast = |pixels: &[f32]| -> Vec<f32> {
            // The rows differ a little, so compare with the pixel at the row's end.
            let difference = |i: usize, channel: usize| {
                let row = channel * PLANE + i / SIDE * SIDE;
                (pixels[channel * PLANE + i] - pixels[row + SIDE - 1]).abs()
            };
            (0..PLANE)
                .map(|i| (0..CHANNELS).map(|channel| difference(i, channel)).sum())
                .collect()
        };
        let items: Vec<(u8, Vec<f32>)> = images(1500, 2)
            .iter()
            .map(Result::unwrap)
            .map(|item| (item.label, contrast(&item.pixels)))
            .collect();
        let mut means = vec![vec![0.0f32; PLANE]; CLASSES];
        for (label, contrast) in &items[..1000] {
            for (mean, value) in means[usize::from(*label)].iter_mut().zip(contrast) {
                *mean += value / 100.0;
            }
        }
        let distance = |mean: &[f32], image: &[f32]| -> f32 {
            mean.iter().zip(image).map(|(m, p)| (m - p).powi(2)).sum()
        };
        let hits = items[1000..].iter().filter(|(label, image)| {
            let nearest = (0..CLASSES)
                .min_by(|&a, &b| distance(&means[a], image).total_cmp(&distance(&means[b], image)));
            nearest == Some(usize::from(*label))
        });
        let hits = hits.count();
        assert!((150..=480).contains(&hits), "{hits} of 500");
    }
}
