/// Formats a number and its noun, in the plural unless the number is 1: `1 line`, `2 lines`.
#[cfg(any(feature = "molecules", feature = "train", feature = "pricing-core"))]
pub(crate) fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// Collapses white space and removes the final full stop, for one-line messages.
#[cfg(feature = "nn")]
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(any(feature = "molecules", feature = "pricing-core"))]
    fn nouns_are_counted() {
        let lines = [0, 1, 2].map(|number| counted(number, "line"));
        assert_eq!(lines, ["0 lines", "1 line", "2 lines"]);
    }

    #[test]
    #[cfg(feature = "nn")]
    fn reasons_become_one_line() {
        assert_eq!(
            one_line("No adapter.\n  tried:\n\tVulkan.\n"),
            "No adapter. tried: Vulkan"
        );
    }
}
