//! A synthetic stand-in for IMDb: reviews generated from lists of words.

use rand::{Rng, RngExt};

use super::Review;

const SUBJECTS: [&str; 12] = [
    "the film",
    "this movie",
    "the plot",
    "the acting",
    "the music",
    "the camera work",
    "the ending",
    "the dialogue",
    "the cast",
    "the director",
    "the first half",
    "the story",
];
const POSITIVE: [&str; 12] = [
    "good",
    "great",
    "wonderful",
    "moving",
    "funny",
    "brilliant",
    "charming",
    "superb",
    "gripping",
    "delightful",
    "clever",
    "beautiful",
];
const NEGATIVE: [&str; 12] = [
    "bad",
    "awful",
    "boring",
    "terrible",
    "dull",
    "stupid",
    "annoying",
    "weak",
    "predictable",
    "lifeless",
    "clumsy",
    "ugly",
];
const DEGREES: [&str; 6] = ["really", "quite", "rather", "simply", "truly", "very"];
const NEUTRAL: [&str; 12] = [
    "it was shown late on television",
    "two friends travel to the coast",
    "most of it takes place in a small town",
    "my brother had the tape",
    "there is a scene in a train",
    "it runs for about two hours",
    "a detective looks for his sister",
    "the book came out some years before",
    "it was made by a small studio",
    "the house stands at the end of the road",
    "we watched it on a Sunday",
    "a war begins and the family moves away",
];
/// Share of statements with the opposite verdict.
const DISSENT: f64 = 0.2;
/// Share of statements that negate a word of the opposite sense.
const NEGATION: f64 = 0.25;

/// Generates `count` reviews, alternately negative and positive.
///
/// A review has 6 to 30 sentences; about half are neutral, the others express a verdict. One
/// verdict in five contradicts the review's label, and one in four negates a word of the opposite
/// sense (`not bad`), so counting words is not enough.
///
/// Consumes about 100 draws of `rng` per review.
///
/// These are not real reviews: accuracies do not carry over to IMDb.
pub fn synthetic_reviews(count: usize, rng: &mut impl Rng) -> Vec<Review> {
    (0..count).map(|i| review((i % 2) as u8, rng)).collect()
}

fn review(label: u8, rng: &mut impl Rng) -> Review {
    let sentences: usize = rng.random_range(6..=30);
    let mut text = Vec::with_capacity(sentences);
    for number in 0..sentences {
        // Every review has at least one verdict.
        let sentence = match number == 0 || rng.random_bool(0.5) {
            true => verdict(label == 1, rng),
            false => pick(&NEUTRAL, rng).to_owned(),
        };
        text.push(capitalised(&sentence));
    }
    let separator = if rng.random_bool(0.3) {
        ".<br /><br />"
    } else {
        ". "
    };
    Review {
        label,
        stars: rng.random_range(1..=4) + 6 * label,
        text: text.join(separator) + ".",
    }
}

fn verdict(positive_review: bool, rng: &mut impl Rng) -> String {
    let positive = positive_review ^ rng.random_bool(DISSENT);
    let negated = rng.random_bool(NEGATION);
    let words = if positive ^ negated {
        &POSITIVE
    } else {
        &NEGATIVE
    };
    let subject = pick(&SUBJECTS, rng);
    let degree = pick(&DEGREES, rng);
    let word = pick(words, rng);
    match negated {
        true => format!("{subject} is not {word}"),
        false => format!("{subject} is {degree} {word}"),
    }
}

fn pick<'a>(words: &[&'a str], rng: &mut impl Rng) -> &'a str {
    words[rng.random_range(0..words.len())]
}

fn capitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;
    use crate::data::tokenize;

    fn reviews(count: usize, seed: u64) -> Vec<Review> {
        synthetic_reviews(count, &mut ChaCha8Rng::seed_from_u64(seed))
    }

    #[test]
    fn reviews_are_stable_and_follow_their_seed() {
        // Drawn once with rand 0.10.4.
        let start: String = reviews(1, 0)[0].text.chars().take(80).collect();
        assert_eq!(start, DRAWN);
        assert_ne!(reviews(1, 1), reviews(1, 0));
        assert_eq!(reviews(5, 0)[..3], reviews(3, 0));
    }

    const DRAWN: &str =
        "The cast is simply bad. A detective looks for his sister. The director is very a";

    #[test]
    fn reviews_are_balanced_and_pass_the_checks_of_real_ones() {
        let all = reviews(100, 2);
        for (number, review) in all.iter().enumerate() {
            assert_eq!(usize::from(review.label), number % 2);
            let (label, stars) = (review.label.to_string(), review.stars.to_string());
            assert_eq!(
                Review::checked(&label, &stars, &review.text).as_ref(),
                Ok(review)
            );
            assert!(tokenize(&review.text).len() >= 24, "{}", review.text);
        }
    }

    /// Words alone classify most reviews, and handling `not` classifies more.
    #[test]
    fn negation_carries_information() {
        let hits = |mind_negation: bool| {
            let right = |review: &&Review| {
                let words = tokenize(&review.text);
                let mut score = 0i32;
                for (position, word) in words.iter().enumerate() {
                    let sense = i32::from(POSITIVE.contains(&word.as_str()))
                        - i32::from(NEGATIVE.contains(&word.as_str()));
                    let negated = position > 0 && words[position - 1] == "not";
                    score += if negated && mind_negation {
                        -sense
                    } else {
                        sense
                    };
                }
                (score > 0) == (review.label == 1)
            };
            reviews(1000, 3).iter().filter(right).count()
        };
        let (words, negation) = (hits(false), hits(true));
        assert!((600..900).contains(&words), "{words}");
        assert!((words + 30..1000).contains(&negation), "{words} {negation}");
    }
}
