/// Splits a text into words, in lower case.
///
/// A word is a run of letters and digits of any script, with combining accents, and with
/// apostrophes inside (`don't`; typographic ones become plain). Line breaks of HTML (`<br />`,
/// `<br/>`, `<br>`) separate words, and so does every other character. Words are not stemmed or
/// filtered.
///
/// ```
/// use fireweed::data::tokenize;
///
/// let words = tokenize("Don't \"miss\" it!<br /><br />10/10, it's GROSSARTIG.");
/// assert_eq!(words, ["don't", "miss", "it", "10", "10", "it's", "grossartig"]);
/// ```
pub fn tokenize(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let text = text.to_lowercase();
    let mut rest = text.as_str();
    while let Some(character) = rest.chars().next() {
        if let Some(after) = line_break(rest) {
            finish(&mut word, &mut words);
            rest = after;
            continue;
        }
        match character {
            '\'' | '\u{2019}' => word.push('\''),
            _ if is_word(character) => word.push(character),
            _ => finish(&mut word, &mut words),
        }
        rest = &rest[character.len_utf8()..];
    }
    finish(&mut word, &mut words);
    words
}

fn line_break(text: &str) -> Option<&str> {
    let tags = ["<br />", "<br/>", "<br>"];
    tags.iter().find_map(|tag| text.strip_prefix(tag))
}

fn is_word(character: char) -> bool {
    // Combining accents.
    character.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&character)
}

/// Apostrophes at the start or end are quotation marks.
fn finish(word: &mut String, words: &mut Vec<String>) {
    let inner = word.trim_matches('\'');
    if !inner.is_empty() {
        words.push(inner.to_owned());
    }
    word.clear();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_follow_the_rule() {
        for (text, words) in [
            ("", &[][..]),
            (" \t\n'' -- !?", &[]),
            ("'quoted' rock'n'roll", &["quoted", "rock'n'roll"]),
            ("It\u{2019}s", &["it's"]),
            (
                "end.<br /><br />Start<BR>x<br/>y",
                &["end", "start", "x", "y"],
            ),
            ("a<b br", &["a", "b", "br"]),
            (
                "ÄRGER στην Ελλάδα 映画",
                &["ärger", "στην", "ελλάδα", "映画"],
            ),
            ("cafe\u{301} 3.5", &["cafe\u{301}", "3", "5"]),
            ("snake_case re-use", &["snake", "case", "re", "use"]),
        ] {
            assert_eq!(tokenize(text), words, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn tokenization_is_idempotent(text in ".{0,80}") {
            let words = tokenize(&text);
            prop_assert_eq!(tokenize(&words.join(" ")), words);
        }
    }
}
