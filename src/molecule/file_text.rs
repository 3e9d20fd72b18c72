//! Conversion of the bytes of a file to the lines of a text.

use std::borrow::Cow;

/// Decodes the text of a file as UTF-8, or as Latin-1 in lines that are not UTF-8. All lines end
/// with `\n`.
///
/// Returns `None` if the bytes are not text.
pub(super) fn decode(bytes: Vec<u8>) -> Option<String> {
    if bytes.contains(&0) {
        return None;
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => mixed(&error.into_bytes()),
    };
    Some(match with_line_feeds(&text) {
        Cow::Borrowed(same) if same.len() == text.len() => text,
        changed => changed.into_owned(),
    })
}

/// A line of old files may contain a name in Latin-1, where every byte is a letter.
fn mixed(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for line in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => text.extend(line.iter().map(|&byte| char::from(byte))),
        }
    }
    text
}

/// Returns the text without byte-order mark, and with `\n` where `\r\n` or a lone `\r` ends a line.
pub(super) fn with_line_feeds(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns the known format of a file that is not a list of SMILES.
pub(super) fn foreign_bytes(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 9] = [
        (b"PK\x03\x04", "a ZIP archive or a spreadsheet"),
        (b"\xd0\xcf\x11\xe0", "a document of Microsoft Office"),
        (b"%PDF-", "a PDF document"),
        (b"PAR1", "a Parquet file"),
        (b"BZh", "packed by bzip2"),
        (b"\xfd7zXZ\x00", "packed by xz"),
        (b"\x28\xb5\x2f\xfd", "packed by zstd"),
        (b"\xff\xfe", "UTF-16 text"),
        (b"\xfe\xff", "UTF-16 text"),
    ];
    let kind = KINDS.iter().find(|(start, _)| bytes.starts_with(start));
    kind.map(|&(_, name)| name)
}

/// Same as [`foreign_bytes`], for decoded text.
pub(super) fn foreign_text(text: &str) -> Option<&'static str> {
    // A record of a molecule is short, so the marks of its format come early.
    const LOOKED_AT: usize = 2000;
    for line in text.lines().take(LOOKED_AT).map(str::trim_end) {
        if line == "$$$$" || line == "M  END" || line.ends_with("V2000") || line.ends_with("V3000")
        {
            return Some("an SD or MOL file");
        }
    }
    let first = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let start: String = first.chars().take(32).collect::<String>().to_lowercase();
    const KINDS: [(&str, &str); 13] = [
        ("<!doctype html", "a web page"),
        ("<html", "a web page"),
        ("<", "an XML document"),
        ("{", "a JSON document"),
        ("[{", "a JSON document"),
        ("[\"", "a JSON document"),
        ("inchi=", "a list of InChI"),
        ("@<tripos>", "a MOL2 file"),
        ("header  ", "a PDB file"),
        ("hetatm", "a PDB file"),
        ("atom  ", "a PDB file"),
        (">", "a FASTA file"),
        ("version https://git-lfs", "a pointer of Git LFS"),
    ];
    let kind = KINDS.iter().find(|(mark, _)| start.starts_with(mark));
    kind.map(|&(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_line_is_a_line_feed() {
        for text in [
            "a\nb\n",
            "a\r\nb\r\n",
            "a\rb\r",
            "\u{feff}a\rb\n",
            "\u{feff}a\nb\n",
        ] {
            assert_eq!(with_line_feeds(text), "a\nb\n", "{text:?}");
            assert_eq!(decode(text.into()).unwrap(), "a\nb\n", "{text:?}");
        }
    }

    #[test]
    fn only_lines_that_are_not_utf8_are_read_as_latin_1() {
        let text = decode(b"CO m\xc3\xa9thanol\rCC \xe9thane\nC".to_vec());
        assert_eq!(text.unwrap(), "CO méthanol\nCC éthane\nC");
        assert_eq!(decode(b"C\0".to_vec()), None);
    }

    #[test]
    fn other_formats_are_recognized() {
        let sdf = "title\n  program\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n";
        assert_eq!(foreign_text(sdf), Some("an SD or MOL file"));
        assert_eq!(foreign_text("C\nM  END\n"), Some("an SD or MOL file"));
        assert_eq!(foreign_text("\n <!DOCTYPE html>\n"), Some("a web page"));
        assert_eq!(foreign_text("InChI=1S/CH4/h1H4"), Some("a list of InChI"));
        assert_eq!(foreign_text("[NH4+]\n[C-]#[O+]\n"), None);
        assert_eq!(
            foreign_bytes(b"PK\x03\x04.."),
            Some("a ZIP archive or a spreadsheet")
        );
        assert_eq!(foreign_bytes(b"CC\n"), None);
    }
}
