//! One-line error messages for TOML files.

/// Returns why a text is invalid, preceded by the line if it is known.
///
/// Settings of policies and learners are parsed as tables before their kind is known. An error in a
/// key then has the span of the whole table, so the line of the key is searched for within the
/// table.
pub(super) fn reason(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map_or(String::new(), |span| {
        let before = text.get(..span.start).unwrap_or_default();
        let first = before.matches('\n').count();
        let within = key_within(text, first, error.message()).unwrap_or(0);
        format!("line {}: ", first + within + 1)
    });
    line + &error.message().replace('\n', " ")
}

/// Returns how many lines below the first line of a table the key named by a message is.
fn key_within(text: &str, first: usize, message: &str) -> Option<usize> {
    let mut lines = text.lines().skip(first);
    // An inline table has all keys on its own line.
    if !lines.next()?.trim_start().starts_with('[') {
        return None;
    }
    let quoted = message.split('`').skip(1).step_by(2);
    // As in "alpha is 7: ...".
    let subject = message.split_once(" is ").map(|(before, _)| before);
    let subject = subject
        .and_then(|before| before.rsplit(' ').next())
        .into_iter();
    let within: Vec<&str> = lines
        .take_while(|line| !line.trim_start().starts_with('['))
        .map(|line| line.split('=').next().unwrap_or_default().trim())
        .collect();
    // The wrong key precedes the expected ones in the message.
    let place = |name: &str| {
        within
            .iter()
            .position(|key| !key.is_empty() && *key == name)
    };
    quoted.chain(subject).find_map(place).map(|place| place + 1)
}

#[cfg(test)]
mod tests {
    use crate::pricing::scenario::Scenario;

    /// The line of an invalid key, in a table and in an inline table.
    #[test]
    fn errors_name_the_line_of_their_key() {
        let right = "seed = 1\n\
                     market = { platforms = 2, sides = 1 }\n\
                     grids = { rules = [{ rule = \"rescaled\", points = 3 }] }\n\
                     [policy]\n\
                     policy = \"penalty\"\n\
                     form = \"excess_profit\"\n\
                     lambda = 0.5\n\
                     [[learners]]\n\
                     alpha = 0.15\n\
                     delta = 0.95\n\
                     exploration = { exponential = { beta = 1e-3 } }\n";
        Scenario::from_toml_str(right).unwrap();
        for (from, to, line, part) in [
            ("seed = 1", "seed = \"one\"", 1, "expected u64"),
            ("sides = 1", "sides = 0", 2, "0 sides"),
            ("lambda", "lamda", 7, "lamda"),
            ("lambda = 0.5", "lambda = -1.0", 7, "lambda is -1"),
            ("\"excess_profit\"", "\"excess\"", 6, "excess"),
            ("alpha = 0.15", "alpha = 7.0", 9, "alpha is 7"),
            ("delta = 0.95", "delta = \"much\"", 10, "delta"),
            ("exponential", "exponental", 11, "exponental"),
        ] {
            let wrong = right.replace(from, to);
            let error = Scenario::from_toml_str(&wrong).unwrap_err().to_string();
            let place = format!("line {line}: ");
            assert!(error.contains(&place) && error.contains(part), "{error}");
        }
        let inline = right.replace("[[learners]]\n", "").replace(
            "alpha = 0.15\ndelta = 0.95\nexploration = { exponential = { beta = 1e-3 } }\n",
            "",
        );
        let inline = "learners = [{ alpha = 7.0, delta = 0.9, exploration = { constant = { epsilon = 0.1 } } }]\n"
            .to_owned()
            + &inline;
        let error = Scenario::from_toml_str(&inline).unwrap_err().to_string();
        assert!(error.contains("line 1: alpha is 7"), "{error}");
    }
}
