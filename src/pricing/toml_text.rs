//! Errors of TOML files on one line.

/// Why a text is not what it should be, with the line if it is known.
pub(super) fn reason(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map_or(String::new(), |span| {
        let before = text.get(..span.start).unwrap_or_default();
        format!("line {}: ", before.matches('\n').count() + 1)
    });
    line + &error.message().replace('\n', " ")
}
