/// A review with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Label: 0 negative, 1 positive.
    pub label: u8,
    /// Stars out of ten: 1 to 4 for a negative review, 7 to 10 for a positive one.
    pub stars: u8,
    /// The text, with white space collapsed to single blanks; it contains HTML line breaks.
    pub text: String,
}

impl Review {
    /// Checks the parts of a review, and collapses white space in the text.
    ///
    /// # Errors
    /// Returns a description of the problem.
    pub(super) fn checked(label: &str, stars: &str, text: &str) -> Result<Self, String> {
        let label = match label {
            "0" => 0,
            "1" => 1,
            other => return Err(format!("label {} is neither 0 nor 1", excerpt(other))),
        };
        let allowed = if label == 0 { 1..=4 } else { 7..=10 };
        let stars = match stars.parse() {
            Ok(number) if allowed.contains(&number) => number,
            _ => {
                let (least, most) = (allowed.start(), allowed.end());
                let stars = excerpt(stars);
                return Err(format!(
                    "label {label} has {least} to {most} stars, not {stars}"
                ));
            }
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.is_empty() {
            true => Err("the text is empty".into()),
            false => Ok(Self {
                label,
                stars,
                text: words.join(" "),
            }),
        }
    }
}

fn excerpt(text: &str) -> String {
    format!("{:?}", text.chars().take(20).collect::<String>())
}
