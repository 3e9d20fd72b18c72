//! Labeled texts: reviews, words and token ids.

mod imdb;
mod labeled_texts;
mod review;
mod review_files;
mod synthetic_reviews;
mod text_file;
mod text_set;
mod tokenize;
mod vocabulary;

pub use imdb::Imdb;
pub use labeled_texts::LabeledTexts;
pub use review::Review;
pub use synthetic_reviews::synthetic_reviews;
pub use text_file::TextFile;
pub use text_set::{EncodedText, TextSet};
pub use tokenize::tokenize;
pub use vocabulary::{TextVocabulary, Truncation};
