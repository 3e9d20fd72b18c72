//! A synthetic stand-in for Fashion-MNIST: procedurally drawn garments.

use rand::{Rng, RngExt};

use super::ImageSet;

pub(super) const SIDE: usize = 28;
pub(super) const CLASSES: usize = 10;
/// Samples per pixel and direction, for antialiasing.
const SUPERSAMPLING: usize = 2;

/// Draws `count` images of garments, 28×28 gray values in ten classes, in the order of
/// Fashion-MNIST's class names.
///
/// Image i has class `i mod 10`. Shape, position, size, slant, brightness and texture vary from
/// image to image; shirts, pullovers and coats are deliberately similar.
///
/// Consumes about 800 draws of `rng` per image.
///
/// These are not photographs: accuracies do not carry over to Fashion-MNIST.
pub fn synthetic_garments(count: usize, rng: &mut impl Rng) -> ImageSet {
    let mut pixels = Vec::with_capacity(count * SIDE * SIDE);
    let labels: Vec<u8> = (0..count).map(|i| (i % CLASSES) as u8).collect();
    for &label in &labels {
        draw(label, rng, &mut pixels);
    }
    ImageSet::new(pixels, labels, [SIDE, SIDE], CLASSES)
}

/// Appends one garment.
pub(super) fn draw(label: u8, rng: &mut impl Rng, pixels: &mut Vec<u8>) {
    let garment = Garment::random(label, rng);
    let view = View::random(rng);
    let shade: f32 = rng.random_range(0.45..1.0);
    let gradient: f32 = rng.random_range(-0.25..0.25);
    let stripes = Stripes::random(rng);
    let noise: f32 = rng.random_range(0.0..0.12);
    let step = 2.0 / (SIDE * SUPERSAMPLING) as f32;
    for row in 0..SIDE {
        for column in 0..SIDE {
            let mut sum = 0.0;
            for i in 0..SUPERSAMPLING {
                for j in 0..SUPERSAMPLING {
                    let center = |pixel: usize, sub: usize| {
                        ((pixel * SUPERSAMPLING + sub) as f32 + 0.5) * step - 1.0
                    };
                    let (x, y) = view.apply(center(column, j), center(row, i));
                    sum += garment.tone(x, y) * (1.0 + gradient * x) * stripes.tone(x, y);
                }
            }
            let tone = shade * sum / (SUPERSAMPLING * SUPERSAMPLING) as f32;
            let grain = 1.0 + noise * rng.random_range(-1.0f32..1.0);
            pixels.push((255.0 * tone * grain).clamp(0.0, 255.0) as u8);
        }
    }
}

/// The inverse of a small random affine map, from the picture to the garment.
struct View {
    center: (f32, f32),
    scale: (f32, f32),
    slant: f32,
}

impl View {
    fn random(rng: &mut impl Rng) -> Self {
        Self {
            center: (rng.random_range(-0.1..0.1), rng.random_range(-0.1..0.1)),
            scale: (rng.random_range(0.9..1.25), rng.random_range(0.95..1.2)),
            slant: rng.random_range(-0.12..0.12),
        }
    }

    fn apply(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = (x - self.center.0, y - self.center.1);
        ((x + self.slant * y) * self.scale.0, y * self.scale.1)
    }
}

/// Woven bands across the cloth; most garments have none.
struct Stripes {
    strength: f32,
    frequency: f32,
    phase: f32,
    vertical: bool,
}

impl Stripes {
    fn random(rng: &mut impl Rng) -> Self {
        Self {
            strength: if rng.random_bool(0.3) {
                rng.random_range(0.1..0.5)
            } else {
                0.0
            },
            frequency: rng.random_range(6.0..16.0),
            phase: rng.random_range(0.0..std::f32::consts::TAU),
            vertical: rng.random_bool(0.5),
        }
    }

    fn tone(&self, x: f32, y: f32) -> f32 {
        let along = if self.vertical { x } else { y };
        1.0 - self.strength * (0.5 + 0.5 * (self.frequency * along + self.phase).sin())
    }
}

/// The proportions of one garment, in coordinates −1 to 1, y downwards.
struct Garment {
    label: u8,
    /// Half width of the body.
    width: f32,
    /// Lower edge.
    hem: f32,
    /// Length of sleeves, straps, heels or handles.
    limb: f32,
    /// Openings: neck, gap between legs, shaft.
    gap: f32,
}

impl Garment {
    fn random(label: u8, rng: &mut impl Rng) -> Self {
        let mut within = |low: f32, high: f32| rng.random_range(low..high);
        let (width, hem, limb, gap) = match label {
            0 => (
                within(0.38, 0.52),
                within(0.6, 0.85),
                within(0.2, 0.45),
                within(0.12, 0.25),
            ),
            1 => (
                within(0.28, 0.42),
                within(0.75, 0.95),
                within(0.0, 0.3),
                within(0.02, 0.12),
            ),
            2 => (
                within(0.38, 0.5),
                within(0.55, 0.8),
                within(0.95, 1.3),
                within(0.1, 0.2),
            ),
            3 => (
                within(0.18, 0.3),
                within(0.8, 0.95),
                within(0.1, 0.35),
                within(0.1, 0.2),
            ),
            4 => (
                within(0.36, 0.5),
                within(0.75, 0.95),
                within(0.95, 1.3),
                within(0.02, 0.07),
            ),
            5 => (
                within(0.7, 0.9),
                within(0.35, 0.5),
                within(0.15, 0.4),
                within(0.08, 0.16),
            ),
            6 => (
                within(0.38, 0.52),
                within(0.6, 0.88),
                within(0.35, 1.2),
                within(0.03, 0.1),
            ),
            7 => (
                within(0.75, 0.92),
                within(0.3, 0.5),
                within(0.3, 0.5),
                within(0.1, 0.25),
            ),
            8 => (
                within(0.5, 0.8),
                within(0.5, 0.8),
                within(0.25, 0.5),
                within(0.06, 0.12),
            ),
            _ => (
                within(0.6, 0.8),
                within(0.6, 0.85),
                within(0.9, 1.3),
                within(0.25, 0.4),
            ),
        };
        Self {
            label,
            width,
            hem,
            limb,
            gap,
        }
    }

    /// Brightness of the cloth at a point, 0 outside.
    fn tone(&self, x: f32, y: f32) -> f32 {
        match self.label {
            0 => self.top(x, y),
            1 => self.trouser(x, y),
            2 => self.top(x, y) * if y > self.hem - 0.1 { 0.75 } else { 1.0 },
            3 => self.dress(x, y),
            4 => self.top(x, y) * if x.abs() < self.gap { 0.25 } else { 1.0 },
            5 => self.sandal(x, y),
            6 => self.top(x, y) * self.buttons(x, y),
            7 => self.shoe(x, y),
            8 => self.bag(x, y),
            _ => self.boot(x, y),
        }
    }

    /// Body, neck line and two sleeves that hang from the shoulders.
    fn top(&self, x: f32, y: f32) -> f32 {
        let x = x.abs();
        let shoulder = -0.75;
        let neck = self.gap.max(0.1);
        if x < neck && y < shoulder + neck - x {
            return 0.0;
        }
        let body = x < self.width && y > shoulder && y < self.hem;
        // Along a sleeve, one unit down is 0.45 units out.
        let along = y - shoulder;
        let axis = self.width + 0.02 + 0.45 * along * (1.2 - 0.3 * self.limb);
        let sleeve = along > 0.0 && along < self.limb && (x - axis).abs() < 0.16;
        if body {
            1.0
        } else if sleeve {
            0.9
        } else {
            0.0
        }
    }

    fn buttons(&self, x: f32, y: f32) -> f32 {
        let placket = (x - 0.02).abs() < 0.05;
        let button = placket && (y * 8.0).rem_euclid(2.0) < 0.9;
        match (button, placket) {
            (true, _) => 0.35,
            (_, true) => 0.8,
            _ => 1.0,
        }
    }

    fn trouser(&self, x: f32, y: f32) -> f32 {
        let spread = 1.0 + self.limb * (y + 0.9) * 0.5;
        let inside = x.abs() < self.width * spread && y > -0.9 && y < self.hem;
        let between = y > -0.35 && x.abs() < self.gap * (y + 0.6);
        f32::from(u8::from(inside && !between)) * if y < -0.78 { 0.7 } else { 1.0 }
    }

    fn dress(&self, x: f32, y: f32) -> f32 {
        let x = x.abs();
        let waist = -0.2;
        let half = if y < waist {
            self.width + 0.06 * (waist - y)
        } else {
            self.width + self.limb * (y - waist)
        };
        let neck = y < -0.9 + self.gap && x < self.gap;
        f32::from(u8::from(x < half && y > -0.9 && y < self.hem && !neck))
    }

    fn sandal(&self, x: f32, y: f32) -> f32 {
        let sole = x.abs() < self.width && y > self.hem - 0.15 - 0.25 * x.max(0.0) && y < self.hem;
        let on_foot = x.abs() < self.width && y < self.hem && y > -self.limb - 0.4 * x;
        let strap = on_foot && ((x * 1.3 + y) * 4.0).rem_euclid(1.6) < self.gap * 5.0;
        if sole {
            0.9
        } else if strap {
            0.7
        } else {
            0.0
        }
    }

    fn shoe(&self, x: f32, y: f32) -> f32 {
        // Toes to the left, heel to the right.
        let along = ((x + self.width) / (2.0 * self.width)).clamp(0.0, 1.0);
        let upper = self.hem - 0.2 - (self.limb + 0.25) * along.powf(0.7);
        if x.abs() > self.width || y > self.hem || y < upper {
            0.0
        } else if y > self.hem - self.gap * 0.6 {
            0.55
        } else {
            1.0
        }
    }

    fn boot(&self, x: f32, y: f32) -> f32 {
        let heel = self.width - self.gap;
        let foot =
            x.abs() < self.width && y < self.hem && y > self.hem - 0.45 + 0.15 * (-x).max(0.0);
        let shaft = x > heel - 0.35 && x < self.width && y < self.hem && y > self.hem - self.limb;
        let notch = y > self.hem - 0.12 && x > -0.1 && x < heel - 0.1;
        if (foot || shaft) && !notch {
            if y > self.hem - 0.1 { 0.5 } else { 1.0 }
        } else {
            0.0
        }
    }

    fn bag(&self, x: f32, y: f32) -> f32 {
        let top = -0.15;
        let body = x.abs() < self.width && y > top && y < self.hem;
        let radius = (x.powi(2) + (y - top).powi(2)).sqrt();
        let handle = y <= top && (radius - self.limb - 0.1).abs() < self.gap;
        if body {
            if (y - top) < 0.2 { 0.75 } else { 1.0 }
        } else if handle {
            0.8
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::data::dataset::Dataset;
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    fn garments(count: usize, seed: u64) -> ImageSet {
        synthetic_garments(count, &mut ChaCha8Rng::seed_from_u64(seed))
    }

    #[test]
    fn images_follow_their_seed() {
        let [a, b, c] = [5, 5, 6].map(|seed| garments(20, seed));
        assert_eq!(a.get(13).unwrap(), b.get(13).unwrap());
        assert_ne!(a.get(13).unwrap(), c.get(13).unwrap());
    }

    #[test]
    fn images_are_stable() {
        // Brightness of the first ten images, drawn once with rand 0.10.4.
        let sums: Vec<u64> = garments(10, 0)
            .iter()
            .map(|item| {
                item.unwrap()
                    .pixels
                    .iter()
                    .map(|tone| (tone * 255.0).round() as u64)
                    .sum()
            })
            .collect();
        let drawn = [
            70351, 57403, 61021, 57231, 49604, 12585, 55823, 34263, 31385, 25816,
        ];
        for (sum, expected) in sums.iter().zip(drawn) {
            // Another platform's sine may round a few tones differently.
            assert!(sum.abs_diff(expected) < 20, "{sums:?}");
        }
    }

    #[test]
    fn classes_are_balanced_and_images_are_28_by_28() {
        let set = garments(50, 1);
        assert_eq!(set.image_size(), [28, 28]);
        let mut counts = [0; CLASSES];
        set.labels()
            .for_each(|label| counts[usize::from(label)] += 1);
        assert_eq!(counts, [5; CLASSES]);
    }

    #[test]
    fn every_image_shows_a_garment_on_a_dark_background() {
        for item in garments(500, 2).iter() {
            let item = item.unwrap();
            let lit = item.pixels.iter().filter(|&&tone| tone > 0.1).count();
            assert!(
                (60..600).contains(&lit),
                "class {}: {lit} lit pixels",
                item.label
            );
        }
    }

    /// The classes of the stand-in must be distinguishable.
    #[test]
    fn nearest_class_mean_recognizes_most_garments() {
        let set = garments(1500, 3);
        let mut means = vec![vec![0.0; SIDE * SIDE]; CLASSES];
        let items: Vec<_> = set.iter().map(Result::unwrap).collect();
        for item in &items[..1000] {
            for (mean, tone) in means[usize::from(item.label)].iter_mut().zip(&item.pixels) {
                *mean += tone / 100.0;
            }
        }
        let distance = |mean: &[f32], image: &[f32]| -> f32 {
            mean.iter().zip(image).map(|(m, p)| (m - p).powi(2)).sum()
        };
        let hits = items[1000..]
            .iter()
            .filter(|item| {
                let nearest = (0..CLASSES).min_by(|&a, &b| {
                    distance(&means[a], &item.pixels).total_cmp(&distance(&means[b], &item.pixels))
                });
                nearest == Some(usize::from(item.label))
            })
            .count();
        assert!((250..=490).contains(&hits), "{hits} of 500");
    }
}
