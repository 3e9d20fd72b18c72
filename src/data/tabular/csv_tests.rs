use super::*;
use crate::data::testing::{gzip, write};

const HOUSES: &str = "area,town,rooms,price\n80,Ulm,3,250\n95.5,Bonn,4,310\n60,Ulm,2,199\n";

fn read(content: &[u8], options: &CsvOptions) -> Result<CsvRegression, DataError> {
    let dir = tempfile::tempdir().unwrap();
    read_regression_csv(&write(dir.path(), "own.csv", content), options)
}

fn data(content: &str, options: &CsvOptions) -> CsvRegression {
    read(content.as_bytes(), options).unwrap()
}

/// The message after the name of the folder, which is one line.
fn message(content: &[u8], options: &CsvOptions) -> String {
    let message = read(content, options).unwrap_err().to_string();
    assert_eq!(message.lines().count(), 1, "{message}");
    let (_, rest) = message.split_once("own.csv").unwrap();
    rest.to_owned()
}

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.into()).collect()
}

#[test]
fn numbers_are_features_and_the_last_is_the_target() {
    let read = data(HOUSES, &CsvOptions::default());
    assert_eq!(read.set.feature_names(), ["area", "rooms"]);
    assert_eq!(read.set.target_names(), ["price"]);
    assert_eq!(read.set.features(1), [95.5, 4.0]);
    assert_eq!(read.set.targets(2), [199.0]);
    assert_eq!(read.left_out, ["town"]);
    assert_eq!(read.notice.unwrap(), "left out the columns town");
    assert_eq!(read.provenance.title, "own.csv");
    assert_eq!(read.provenance.sha256[0].len(), 64);
}

#[test]
fn columns_can_be_named() {
    let options = CsvOptions {
        targets: named(&["rooms", "area"]),
        features: named(&["price"]),
        ..CsvOptions::default()
    };
    let read = data(HOUSES, &options);
    assert_eq!(read.set.targets(0), [3.0, 80.0]);
    assert_eq!(read.set.features(0), [250.0]);
    assert_eq!(read.notice, None);
}

#[test]
fn text_columns_become_indicators_when_asked() {
    let options = CsvOptions {
        one_hot: true,
        ..CsvOptions::default()
    };
    let read = data(HOUSES, &options);
    let names = ["area", "town=Bonn", "town=Ulm", "rooms"];
    assert_eq!(read.set.feature_names(), names);
    assert_eq!(read.set.features(0), [80.0, 0.0, 1.0, 3.0]);
    assert_eq!(read.set.features(1), [95.5, 1.0, 0.0, 4.0]);
    assert_eq!(read.notice, None);
    let many: String = (0..101).map(|i| format!("1,text{i},2\n")).collect();
    let many = format!("a,t,y\n{many}");
    let error = message(many.as_bytes(), &options);
    assert!(
        error.contains("column t has 101 different texts, at most 100"),
        "{error}"
    );
}

#[test]
fn separators_packing_quotation_marks_and_marks_of_byte_order_make_no_difference() {
    let plain = data(HOUSES, &CsvOptions::default()).set;
    for content in [
        HOUSES.replace(',', ";").into_bytes(),
        HOUSES.replace(',', "\t").into_bytes(),
        HOUSES.replace('\n', "\r\n").into_bytes(),
        HOUSES.replace("Ulm", "\"Ulm, Donau\"").into_bytes(),
        HOUSES.replace(',', " , ").into_bytes(),
        HOUSES.replace('\n', "\n\n").into_bytes(),
        format!("\u{feff}{HOUSES}").into_bytes(),
        HOUSES.trim_end().as_bytes().to_vec(),
        gzip(HOUSES.as_bytes()),
    ] {
        let read = read(&content, &CsvOptions::default()).unwrap();
        assert_eq!(read.set, plain, "{}", String::from_utf8_lossy(&content));
    }
    // A given separator wins over the detected one.
    let options = CsvOptions {
        separator: Some(';'),
        ..CsvOptions::default()
    };
    let error = message(HOUSES.as_bytes(), &options);
    assert!(error.contains("no column of numbers to predict"), "{error}");
}

#[test]
fn impossible_separators_are_refused() {
    for separator in ['ö', '→', '"', '\n'] {
        let options = CsvOptions {
            separator: Some(separator),
            ..CsvOptions::default()
        };
        let error = message(HOUSES.as_bytes(), &options);
        assert!(
            error.starts_with(" cannot be read with the separator"),
            "{error}"
        );
    }
}

#[test]
fn row_numbers_without_a_name_are_left_out() {
    let read = data(",a,y\n0,5,6\n1,7,8\n", &CsvOptions::default());
    assert_eq!(read.set.feature_names(), ["a"]);
    assert_eq!(read.left_out, ["(column 1)"]);
}

#[test]
fn missing_cells_are_counted_and_dropped_on_request() {
    let content = "a,b,t,y\n1,2,x,3\n,2,x,3\n1,NA,x,3\n4,5,,6\n";
    assert_eq!(
        message(content.as_bytes(), &CsvOptions::default()),
        ": 2 rows lack cells (the first: line 3, column a); fill them in, leave the column out, \
         or ask to drop such rows"
    );
    let mut options = CsvOptions {
        missing: Missing::Drop,
        ..CsvOptions::default()
    };
    let read = data(content, &options);
    assert_eq!((read.set.len(), read.dropped_rows), (2, 2));
    assert_eq!(
        read.notice.unwrap(),
        "left out the columns t; dropped 2 rows with missing cells"
    );
    // An encoded column counts as used.
    options.one_hot = true;
    assert_eq!(data(content, &options).dropped_rows, 3);
    let error = message(b"a,y\n,1\n2,\n", &options);
    assert!(error.starts_with(": all 2 rows lack cells"), "{error}");
}

#[test]
fn mistakes_are_named_with_line_and_column() {
    let options = CsvOptions::default();
    for (content, expected) in [
        ("", " is empty: the first line must name the columns"),
        ("\n \n", " is empty"),
        ("a,y\n", " has a header but no rows"),
        (
            "1,2\n3,4\n",
            ", line 1 is numbers: the first line must name",
        ),
        (
            "a,b,a\n1,2,3\n",
            ", line 1: two columns are called a; rename one",
        ),
        (
            "a,y\n1,2\n3\n",
            ", line 3 has 1 cells where the header has 2",
        ),
        (
            "a,y\n1,2\n3,4,5\n",
            ", line 3 has 3 cells where the header has 2",
        ),
        (
            "a,y\n1,2\n3,x\n5,6\n",
            ", line 3, column y: \"x\" is not a number; mend it",
        ),
        (
            "a;y\n1;2\n3;4\n1,5;6\n",
            "line 4, column a: \"1,5\" is not a number; write decimals",
        ),
        ("a,y\n1,2\nNaN,4\n", ", line 3, column a: NaN is not finite"),
        (
            "a,y\n1,2\n3,-inf\n",
            ", line 3, column y: -inf is not finite",
        ),
        ("a,y\n1,1e999\n", ", line 2, column y: 1e999 is not finite"),
        (
            "t,y\nx,1\nz,2\n",
            " has no column of numbers beside the target y",
        ),
        (
            "t,u\nx,v\n",
            " has no column of numbers to predict; its columns are t, u",
        ),
    ] {
        let error = message(content.as_bytes(), &options);
        assert!(error.contains(expected), "{content:?}: {error}");
    }
    // A cell with a line break in quotation marks does not shift the numbers of lines.
    let error = message(b"a,t,y\n1,\"p\nq\",2\n3,r,s\n5,u,6\n", &options);
    assert!(error.starts_with(", line 4, column y"), "{error}");
}

#[test]
fn unknown_columns_are_named_with_the_nearest_and_all() {
    let ask = |targets: &[&str], features: &[&str]| {
        let options = CsvOptions {
            targets: named(targets),
            features: named(features),
            ..CsvOptions::default()
        };
        message(HOUSES.as_bytes(), &options)
    };
    assert_eq!(
        ask(&["Prices"], &[]),
        " has no column Prices (did you mean price?); its columns are area, town, rooms, price"
    );
    assert_eq!(
        ask(&["price"], &["garden"]),
        " has no column garden; its columns are area, town, rooms, price"
    );
    for (targets, features) in [
        (&["price"][..], &["price"][..]),
        (&["price"], &["area", "area"]),
        (&["price", "price"], &[]),
    ] {
        let error = ask(targets, features);
        assert!(error.contains("is named twice"), "{error}");
    }
    // A text column that is asked for without encoding.
    let error = ask(&["price"], &["town"]);
    assert!(
        error.starts_with(", line 2, column town: \"Ulm\" is not a number"),
        "{error}"
    );
}

#[test]
fn foreign_files_are_refused() {
    let options = CsvOptions::default();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    assert!(message(png, &options).starts_with(" is not text"));
    let latin1 = b"name,y\n1,2\nM\xfcnchen,3\n";
    assert_eq!(
        message(latin1, &options),
        ", line 3 is not UTF-8: save the table as UTF-8"
    );
    let missing = read_regression_csv(Path::new("no/such.csv"), &options).unwrap_err();
    assert!(missing.to_string().starts_with("cannot use no/such.csv: "));
    let packed = gzip(HOUSES.as_bytes());
    for length in 3..packed.len() {
        let error = read(&packed[..length], &options).unwrap_err();
        assert!(
            matches!(error, DataError::Malformed { .. }),
            "{length}: {error}"
        );
    }
}

#[test]
fn every_truncation_is_an_error_or_a_table_of_fewer_or_shorter_cells() {
    for length in 0..HOUSES.len() {
        match read(&HOUSES.as_bytes()[..length], &CsvOptions::default()) {
            Ok(read) => assert!(read.set.len() <= 3),
            Err(DataError::Csv(_)) => {}
            Err(other) => panic!("{length}: {other}"),
        }
    }
}
