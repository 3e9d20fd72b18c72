use std::io::Write;

use super::*;

fn file(content: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("molecules.smi");
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

#[test]
fn lines_are_read_in_order_and_bad_ones_kept_aside() {
    let text = "# a comment\nCCO ethanol\n\nC#N\nC(C\t4\r\nF(C)C\n  \nc1ccoc1\tfuran\n";
    let (folder, path) = file(text.as_bytes());
    let set = MoleculeSet::read(&path).unwrap();
    let sizes: Vec<usize> = set
        .molecules()
        .iter()
        .map(|one| one.atoms().len())
        .collect();
    assert_eq!(sizes, [3, 2, 5]);
    let lines: Vec<usize> = set.rejects().iter().map(|reject| reject.line).collect();
    assert_eq!(lines, [5, 6]);

    let rejects = folder.path().join("rejects.tsv");
    set.write_rejects(&rejects).unwrap();
    let written = std::fs::read_to_string(rejects).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines[0], "line\treason\ttext");
    assert!(lines[1].starts_with("5\tnot SMILES: ") && lines[1].ends_with("\tC(C 4"));
    assert!(lines[2].starts_with("6\tnot a possible molecule: "));
    let error = set.write_rejects(&folder.path().join("none/rejects.tsv"));
    assert!(error.unwrap_err().to_string().starts_with("cannot use "));

    let small = set.with_sizes(2..=3);
    assert_eq!((small.len(), small.left_out()), (2, 1));
}

#[test]
fn packed_files_are_unpacked() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(b"CC\nCO\n").unwrap();
    let (_folder, path) = file(&packer.finish().unwrap());
    assert_eq!(MoleculeSet::read(&path).unwrap().len(), 2);
}

#[test]
fn unusable_files_are_named() {
    let message = |content: &[u8]| {
        let (_folder, path) = file(content);
        let error = MoleculeSet::read(&path).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains("molecules.smi") && !message.contains('\n'),
            "{message}"
        );
        message
    };
    assert!(message(b"").contains("holds no molecules"));
    assert!(message(b"# nothing\n\n").contains("holds no molecules"));
    assert!(message(b"\x89PNG\r\n\x1a\n\0\0").contains("is not text"));
    assert!(message(b"smiles,name\nname;x\n").contains("none of the 2 lines"));

    let (_folder, path) = file(b"CC\n");
    let error = MoleculeSet::read_sizes(&path, 6..=9).unwrap_err();
    assert!(error.to_string().contains("6 to 9 heavy atoms"), "{error}");
    let missing = MoleculeSet::read(std::path::Path::new("no.smi")).unwrap_err();
    assert!(missing.to_string().starts_with("cannot use no.smi: "));
}
