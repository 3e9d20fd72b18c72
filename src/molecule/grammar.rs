//! Rules of the grammar of SMILES that the chemistry crate does not enforce.

/// Returns the problem of the text if it breaks one of these rules. A bond and a dot are before an
/// atom or the number of a ring bond. Branches are not empty. Marks of chirality, charge and atom
/// numbers are in brackets.
pub(super) fn problem(smiles: &str) -> Option<String> {
    let mut before = Token::Start;
    let mut in_bracket = false;
    let bytes = smiles.as_bytes();
    for (place, &byte) in bytes.iter().enumerate() {
        let at = |what: &str| Some(format!("{what} at position {}", place + 1));
        if in_bracket {
            in_bracket = byte != b']';
            if byte == b']' && bytes[place - 1] == b':' {
                return at("an atom number is missing");
            }
            before = Token::Atom;
            continue;
        }
        let token = match byte {
            b'[' => {
                in_bracket = true;
                Token::Atom
            }
            b'(' => Token::Open,
            b')' => Token::Close,
            b'.' => Token::Dot,
            // An arrow is one bond.
            b'>' if before == Token::Bond => continue,
            b'-' if before == Token::Arrow => continue,
            b'<' => Token::Arrow,
            b'-' | b'=' | b'#' | b'$' | b':' | b'/' | b'\\' | b'~' => Token::Bond,
            b'@' | b'+' => return at("a mark outside brackets"),
            _ => Token::Atom,
        };
        match (before, token) {
            (Token::Open, Token::Close) => return at("an empty branch"),
            (Token::Open, Token::Dot) => return at("a dot without an atom"),
            (Token::Bond | Token::Arrow, Token::Atom) => {}
            // Two directions at a ring bond, `/\`, are not written by any writer.
            (Token::Bond | Token::Arrow, _) => return at("a dangling bond"),
            (Token::Start | Token::Dot, Token::Dot) => return at("a dot without an atom"),
            (Token::Start, Token::Bond) => return at("a bond without an atom"),
            (Token::Dot, Token::Bond | Token::Close) => return at("a dot without an atom"),
            _ => {}
        }
        before = token;
    }
    match before {
        Token::Bond | Token::Arrow => Some("a dangling bond at the end".into()),
        Token::Dot => Some("a dot without an atom at the end".into()),
        _ => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Start,
    Atom,
    Bond,
    Arrow,
    Dot,
    Open,
    Close,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::molecule::{MolecularGraph, MoleculeError};

    /// RDKit 2026.09.1 rejects each of them.
    #[test]
    fn invalid_texts_are_not_smiles() {
        for smiles in [
            "C=(C)C",
            "C()C",
            "C(=)C",
            "C=",
            "C==C",
            "C.",
            ".C",
            "C..C",
            "C=.C",
            "C(=O)(=)C",
            "C(.)C",
            "C(.C)C",
            "=C",
            "CC[C@](=)(C)C",
            "C@C",
            "C+",
            "[C@:]",
            "[CH4:]",
        ] {
            let error = MolecularGraph::from_smiles(smiles).unwrap_err();
            assert!(matches!(error, MoleculeError::Syntax { .. }), "{error}");
        }
        let error = MolecularGraph::from_smiles("CC(=)C")
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "\"CC(=)C\" is not SMILES: a dangling bond at position 5"
        );
    }

    /// RDKit 2026.09.1 reads each of them.
    #[test]
    fn valid_texts_are_smiles() {
        for smiles in [
            "C(C)(C)C",
            "C=1CCC1",
            "C(=C)C",
            "C.C",
            "F/C=C/F",
            "C(/F)=C/F",
            "[CH4:1]",
            "C1CC=%10CC1.C%10",
            "[NH4+].[Cl-]",
            "C[C@@H](N)O",
            "c1ccc-2c(c1)Cc1c2cccc1",
            "C#N",
        ] {
            assert_eq!(problem(smiles), None, "{smiles}");
        }
    }
}
