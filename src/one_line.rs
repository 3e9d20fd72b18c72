/// Folds white space and the final full stop, for messages that promise to be one line.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_become_one_line() {
        assert_eq!(
            one_line("No adapter.\n  tried:\n\tVulkan.\n"),
            "No adapter. tried: Vulkan"
        );
    }
}
