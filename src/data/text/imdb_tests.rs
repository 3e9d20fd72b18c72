use std::fs;

use super::*;
use crate::data::testing::{gzip, tar, write};

const LINES: &str = "0\t2\tDull.<br /><br />Really dull.\n1\t10\tI laughed  a lot\n";

fn load(dir: &Path) -> Result<Loaded<Reviews>, DataError> {
    let places = DataPlaces {
        dir: Some(dir.into()),
        ..DataPlaces::default()
    };
    Imdb.load(&places, &mut |_| {})
}

const TREE: [(&str, &str); 6] = [
    ("aclImdb/train/neg/10_2.txt", "Dull."),
    ("aclImdb/train/neg/9_4.txt", "Not  for\nme."),
    ("aclImdb/train/pos/0_9.txt", "Fine"),
    ("aclImdb/test/pos/1_7.txt", "Good"),
    ("aclImdb/test/neg/0_1.txt", "Bad"),
    ("aclImdb/train/unsup/0_0.txt", "No verdict"),
];

fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let members: Vec<(&str, &[u8])> = (members.iter())
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    gzip(&tar(&members))
}

fn texts(reviews: &[Review]) -> Vec<(u8, u8, &str)> {
    (reviews.iter())
        .map(|review| (review.label, review.stars, review.text.as_str()))
        .collect()
}

#[test]
fn lines_are_reviews() {
    let dir = tempfile::tempdir().unwrap();
    let packed = gzip(LINES.as_bytes());
    write(dir.path(), "train.tsv.gz", &packed);
    assert!(load(dir.path()).is_err(), "the test file is missing");
    write(
        dir.path(),
        "test_1000.tsv",
        LINES.replace('\n', "\r\n").as_bytes(),
    );
    let data = load(dir.path()).unwrap();
    let expected = [
        (0, 2, "Dull.<br /><br />Really dull."),
        (1, 10, "I laughed a lot"),
    ];
    assert_eq!(texts(&data.data.train), expected);
    assert_eq!(data.data.test, data.data.train);
    assert_eq!(
        data.provenance.title,
        "reviews in the format of IMDb (part: 2 training reviews, 2 test reviews)"
    );
    for length in 3..packed.len() {
        write(dir.path(), "train.tsv.gz", &packed[..length]);
        let error = load(dir.path()).unwrap_err();
        assert!(
            matches!(error, DataError::Malformed { .. }),
            "{length}: {error}"
        );
    }
}

#[test]
fn invalid_review_lines_are_errors() {
    for (lines, expected) in [
        (
            "0\t1\tx\n2\t1\tx\n",
            "line 2: label \"2\" is neither 0 nor 1",
        ),
        ("0\t5\tx\n", "line 1: label 0 has 1 to 4 stars, not \"5\""),
        ("1\t4\tx\n", "line 1: label 1 has 7 to 10 stars, not \"4\""),
        ("1\tten\tx\n", "not \"ten\""),
        ("1\t10\t \n", "line 1: the text is empty"),
        (
            "1\t10\n",
            "line 1: 2 cells, but label, stars and text are expected",
        ),
        ("1\t10\ta\tb\n", "line 1: 4 cells"),
        ("0\t1\tx\n\n0\t1\tx\n", "line 2: 1 cells"),
        ("", "line 1: there are no reviews"),
    ] {
        let error = parse_lines(Path::new("r.tsv"), lines.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("r.tsv, line ") && error.contains(expected),
            "{error}"
        );
        assert!(
            error.lines().count() == 1 && error.ends_with("download the file again"),
            "{error}"
        );
    }
    let error = parse_lines(Path::new("r.tsv"), b"0\t1\tx\n0\t1\t\xff\n").unwrap_err();
    assert!(error.to_string().contains("line 2: not UTF-8"), "{error}");
}

#[test]
fn every_truncation_of_lines_gives_fewer_or_shorter_reviews_or_an_error() {
    let whole = parse_lines(Path::new("r"), LINES.as_bytes()).unwrap();
    for length in 0..LINES.len() {
        match parse_lines(Path::new("r"), &LINES.as_bytes()[..length]) {
            Err(DataError::Line { .. }) => {}
            Err(other) => panic!("{length}: {other}"),
            Ok(reviews) => {
                let (last, before) = reviews.split_last().unwrap();
                assert_eq!(before, &whole[..before.len()]);
                assert!(whole[before.len()].text.starts_with(&last.text));
            }
        }
    }
}

#[test]
fn tree_and_archive_have_the_same_reviews() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in TREE {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    // Unpacked archives have lists next to the reviews.
    fs::write(dir.path().join("aclImdb/train/urls_neg.txt"), "x").unwrap();
    let data = load(dir.path()).unwrap();
    // By label, then by number and not by name.
    let train = [(0, 4, "Not for me."), (0, 2, "Dull."), (1, 9, "Fine")];
    assert_eq!(texts(&data.data.train), train);
    assert_eq!(texts(&data.data.test), [(0, 1, "Bad"), (1, 7, "Good")]);
    assert_eq!(
        load(&dir.path().join("aclImdb")).unwrap().data.train,
        data.data.train
    );

    let packed = tempfile::tempdir().unwrap();
    let path = write(packed.path(), ARCHIVE, &archive(&TREE));
    for place in [packed.path(), &path] {
        let again = load(place).unwrap();
        assert_eq!(
            (again.data.train, again.data.test),
            (data.data.train.clone(), data.data.test.clone())
        );
        let title = "reviews in the format of IMDb (part: 3 training reviews, 2 test reviews)";
        assert_eq!(again.provenance.title, title);
    }
}

#[test]
fn archives_with_wrong_members_are_rejected() {
    let dir = tempfile::tempdir().unwrap();
    let message = |members: &[(&str, &str)]| {
        write(dir.path(), ARCHIVE, &archive(members));
        load(dir.path()).unwrap_err().to_string()
    };
    let error = message(&TREE[..4]);
    assert!(error.contains("no reviews in test/neg"), "{error}");
    let error = message(&[("aclImdb/train/neg/first.txt", "x")]);
    assert!(
        error.contains("first.txt, line 1: the file's name is not <number>_<stars>.txt"),
        "{error}"
    );
    let error = message(&[("aclImdb/train/neg/0_9.txt", "x")]);
    assert!(
        error.contains("0_9.txt, line 1: label 0 has 1 to 4 stars"),
        "{error}"
    );
    let whole = archive(&TREE);
    for length in 0..whole.len() {
        write(dir.path(), ARCHIVE, &whole[..length]);
        let error = load(dir.path()).unwrap_err();
        assert!(
            matches!(error, DataError::Malformed { .. }),
            "{length}: {error}"
        );
    }
}

#[test]
fn the_stand_in_is_labeled() {
    let data = Imdb.stand_in().unwrap();
    assert_eq!((data.data.train.len(), data.data.test.len()), (4000, 1000));
    assert!(data.provenance.synthetic && data.provenance.title.contains("synthetic"));
}
