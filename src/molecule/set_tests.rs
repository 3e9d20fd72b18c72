use std::io::Write;

use super::*;

fn file(content: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("molecules.smi");
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

fn read(content: &[u8]) -> MoleculeSet {
    let (_folder, path) = file(content);
    MoleculeSet::read(&path).unwrap()
}

fn sizes(set: &MoleculeSet) -> Vec<usize> {
    let molecules = set.molecules().iter();
    molecules.map(|one| one.atoms().len()).collect()
}

#[test]
fn lines_are_read_in_order_and_rejected_ones_reported() {
    let text = "# a comment\nCCO ethanol\n\nC#N\nC(C\t4\r\nF(C)C\n  \nc1ccoc1\tfuran\n";
    let (folder, path) = file(text.as_bytes());
    let set = MoleculeSet::read(&path).unwrap();
    assert_eq!(sizes(&set), [3, 2, 5]);
    assert_eq!(set.names(), ["ethanol", "", "furan"]);
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

    let small = set.with_sizes(3..=4);
    assert_eq!((small.len(), small.names()), (1, &["ethanol".into()][..]));
    let left_out = small.left_out();
    assert_eq!((left_out.too_small, left_out.too_large), (1, 1));
    assert_eq!(left_out.total(), 2);
}

#[test]
fn packed_files_are_unpacked() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(b"CC\nCO\n").unwrap();
    assert_eq!(read(&packer.finish().unwrap()).len(), 2);
}

#[test]
fn lines_may_end_as_on_any_system() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["\u{feff}CC a", "CCC", "CX", ""].join(end);
        for set in [read(text.as_bytes()), MoleculeSet::parse(&text)] {
            assert_eq!(sizes(&set), [2, 3], "{end:?}");
            assert_eq!((set.names()[0].as_str(), set.rejects()[0].line), ("a", 3));
        }
    }
}

#[test]
fn names_may_be_latin_1() {
    let set = read(b"CO m\xe9thanol\nCC \xc3\xa9thane\n");
    assert_eq!(set.names(), ["méthanol", "éthane"]);
}

#[test]
fn tables_are_read_by_their_column_of_smiles() {
    let table = b"smiles,logP\nCCO,-0.31\nC(C,1\n,2\n";
    let set = read(table);
    assert_eq!((sizes(&set), set.rejects().len()), (vec![3], 2));
    assert_eq!((set.rejects()[0].line, set.rejects()[1].line), (3, 4));
    assert_eq!(set.rejects()[1].reason, "there is no SMILES");
    let set = read(b"ChEMBL ID;Name;Smiles\r\n\"CHEMBL545\";\"ETHANOL; PURE\";\"CCO\"\r\n");
    assert_eq!(
        (sizes(&set), set.names()),
        (vec![3], &["ETHANOL; PURE".into()][..])
    );

    let (_folder, path) = file(b"drug\ttarget\nCCO\tCC\n");
    let options = |column: &str| ReadOptions {
        smiles_column: Some(column.into()),
        ..Default::default()
    };
    let set = MoleculeSet::read_with(&path, &options("target")).unwrap();
    assert_eq!(sizes(&set), [2]);
    let error = MoleculeSet::read_with(&path, &options("smiles")).unwrap_err();
    let message = error.to_string();
    let end = " has no column \"smiles\": its first line is \"drug\\ttarget\"";
    assert!(message.ends_with(end), "{message}");
}

#[test]
fn unusable_files_are_rejected() {
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
    assert!(message(b"").contains("contains no molecules"));
    assert!(message(b"# nothing\n\n").contains("contains no molecules"));
    assert!(message(b"smiles\n").contains("contains no molecules"));
    assert!(message(b"\x89PNG\r\n\x1a\n\0\0").contains("is not text"));
    assert!(message(b"title,name\nname;x\n").contains("none of the 2 lines"));
    assert!(message(b"hello\n").contains("the only line of "));
    assert!(message(b"PK\x03\x04\0\0").contains("is a ZIP archive"));
    assert!(message(b"<html><body>404</body></html>").contains("is a web page"));
    let record = MolecularGraph::from_smiles("CCO").unwrap().to_sdf("CCO");
    let sdf = record.unwrap().repeat(3);
    assert!(message(sdf.as_bytes()).contains("is an SD or MOL file"));

    let (_folder, path) = file(b"CC\n");
    let error = MoleculeSet::read_sizes(&path, 6..=9).unwrap_err();
    assert!(error.to_string().contains("6 to 9 heavy atoms"), "{error}");
    let missing = MoleculeSet::read(std::path::Path::new("no.smi")).unwrap_err();
    assert!(missing.to_string().starts_with("cannot use no.smi: "));
}

#[test]
fn mostly_invalid_files_are_rejected() {
    let lines = |good: usize, bad: usize| "C\n".repeat(good) + &"x x\n".repeat(bad);
    assert_eq!(read(lines(5, 5).as_bytes()).len(), 5);
    assert_eq!(read(lines(1, 8).as_bytes()).len(), 1);
    let (_folder, path) = file(lines(5, 6).as_bytes());
    let error = MoleculeSet::read(&path).unwrap_err().to_string();
    assert!(error.starts_with("6 of the 11 lines of ") && error.contains("(line 6: not SMILES"));
    let options = ReadOptions {
        any_rejects: true,
        ..Default::default()
    };
    let all = MoleculeSet::read_with(&path, &options).unwrap();
    assert_eq!((all.len(), all.rejects().len()), (5, 6));
}

#[test]
fn molecules_of_several_parts_are_left_out_or_reduced() {
    let text = "C methane\n[Na+].CC(=O)[O-] salt\nO.O water\nCC ethane\n";
    let connected = MoleculeSet::parse(text).connected_only();
    assert_eq!(connected.names(), ["methane", "ethane"]);
    assert_eq!(
        (
            connected.left_out().several_parts,
            connected.left_out().total()
        ),
        (2, 2)
    );

    let largest = MoleculeSet::parse(text).with_parts(Parts::Largest);
    assert_eq!(
        (sizes(&largest), largest.left_out().reduced),
        (vec![1, 4, 1, 2], 2)
    );
    assert_eq!(largest.left_out().total(), 0);
    let acetate = largest.molecules()[1].canonical_smiles(Stereo::Keep);
    assert_eq!(acetate.unwrap(), "CC(=O)[O-]");

    let (_folder, path) = file(b"O.O\nO.N\n");
    let options = ReadOptions::default();
    let error = MoleculeSet::read_chosen(&path, &options, Parts::LeaveOut, 1..=9).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("and 2 have several parts"), "{message}");
}
