use super::raw::Value;

/// Parses a Python dictionary as networkx writes it after an edge: `{'weight': 1.5}`.
///
/// Values are numbers, quoted texts, `True`, `False` and `None` (which is left out).
pub(super) fn edge_data(text: &str) -> Result<Vec<(String, Value)>, String> {
    let mut rest = text.trim().strip_prefix('{').unwrap_or(text).trim_start();
    let mut entries = Vec::new();
    let failed = |rest: &str| {
        let shown: String = rest.chars().take(20).collect();
        format!("the dictionary cannot be parsed from {shown:?} on")
    };
    loop {
        if let Some(after) = rest.strip_prefix('}') {
            return match after.trim().is_empty() {
                true => Ok(entries),
                false => Err(failed(after)),
            };
        }
        let (name, after) = quoted(rest).ok_or_else(|| failed(rest))?;
        let after = after.trim_start().strip_prefix(':');
        let after = after.ok_or_else(|| failed(rest))?.trim_start();
        let (value, after) = match quoted(after) {
            Some((text, after)) => (Some(Value::Text(text)), after),
            None => {
                let end = after.find([',', '}']).ok_or_else(|| failed(after))?;
                let (word, after) = after.split_at(end);
                (word_value(word.trim()).ok_or_else(|| failed(word))?, after)
            }
        };
        entries.extend(value.map(|value| (name, value)));
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(after) => after.trim_start(),
            None if after.starts_with('}') => after,
            None => return Err(failed(after)),
        };
    }
}

/// Splits off a text in single or double quotation marks.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mark = text
        .chars()
        .next()
        .filter(|mark| ['\'', '"'].contains(mark))?;
    let mut content = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => content.extend(letters.next().map(|(_, letter)| letter)),
            _ if letter == mark => return Some((content, &text[at + 1..])),
            _ => content.push(letter),
        }
    }
    None
}

/// Parses a value without quotation marks; the inner option is `None` for Python's `None`.
fn word_value(word: &str) -> Option<Option<Value>> {
    match word {
        "None" => Some(None),
        "True" | "False" => Some(Some(Value::Text(word.to_lowercase()))),
        _ => word.parse().ok().map(|number| Some(Value::Number(number))),
    }
}
