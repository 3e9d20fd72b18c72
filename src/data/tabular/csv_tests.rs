use super::*;
use crate::data::testing::{gzip, write};

const HOUSES: &str = "area,town,rooms,price\n80,Ulm,3,250\n95.5,Bonn,4,310\n60,Ulm,2,199\n";

fn read(content: &[u8], options: &CsvOptions) -> Result<Loaded<CsvRegression>, DataError> {
    let dir = tempfile::tempdir().unwrap();
    read_regression_csv(&write(dir.path(), "own.csv", content), options)
}

fn data(content: &str, options: &CsvOptions) -> Loaded<CsvRegression> {
    read(content.as_bytes(), options).unwrap()
}

/// Returns the message without the folder name, and checks that it is one line.
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
    assert_eq!(read.data.set.feature_names(), ["area", "rooms"]);
    assert_eq!(read.data.set.target_names(), ["price"]);
    assert_eq!(read.data.set.features(1), [95.5, 4.0]);
    assert_eq!(read.data.set.targets(2), [199.0]);
    assert_eq!(read.data.left_out, ["town"]);
    assert_eq!(
        read.notice.unwrap(),
        "left out the columns town (2 different texts, such as \"Bonn\")"
    );
    assert_eq!(read.data.lines, [2, 3, 4]);
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
    assert_eq!(read.data.set.targets(0), [3.0, 80.0]);
    assert_eq!(read.data.set.features(0), [250.0]);
    assert_eq!(read.notice, None);
}

#[test]
fn text_columns_become_indicators_on_request() {
    let options = CsvOptions {
        texts: TextColumns::Encode,
        ..CsvOptions::default()
    };
    let read = data(HOUSES, &options);
    let names = ["area", "town=Bonn", "town=Ulm", "rooms"];
    assert_eq!(read.data.set.feature_names(), names);
    assert_eq!(read.data.set.features(0), [80.0, 0.0, 1.0, 3.0]);
    assert_eq!(read.data.set.features(1), [95.5, 1.0, 0.0, 4.0]);
    assert_eq!(
        read.notice.unwrap(),
        "texts became indicators, one for each different text, in town (2)"
    );
    let many: String = (0..101).map(|i| format!("1,text{i},2\n")).collect();
    let many = format!("a,t,y\n{many}");
    let error = message(many.as_bytes(), &options);
    assert!(
        error.contains("column t has 101 different texts, but at most 100"),
        "{error}"
    );
}

#[test]
fn separators_compression_quotes_and_byte_order_marks_do_not_matter() {
    let plain = data(HOUSES, &CsvOptions::default()).data.set;
    for content in [
        HOUSES.replace(',', ";").into_bytes(),
        HOUSES.replace(',', "\t").into_bytes(),
        HOUSES.replace(',', "|").into_bytes(),
        HOUSES.replace(',', "~").into_bytes(),
        HOUSES.replace(',', "   ").into_bytes(),
        format!("# from a survey\n\n{HOUSES}").into_bytes(),
        format!("sep=;\n{}", HOUSES.replace(',', ";")).into_bytes(),
        format!("Houses\nin three towns\n{HOUSES}").into_bytes(),
        format!("Houses,,,\n{HOUSES}").into_bytes(),
        HOUSES.replace("price", "price,").into_bytes(),
        HOUSES.replace("80,", "  80,").into_bytes(),
        HOUSES.replace('\n', "\r\n").into_bytes(),
        HOUSES.replace("Ulm", "\"Ulm, Donau\"").into_bytes(),
        HOUSES.replace(',', " , ").into_bytes(),
        HOUSES.replace('\n', "\n\n").into_bytes(),
        format!("\u{feff}{HOUSES}").into_bytes(),
        HOUSES.trim_end().as_bytes().to_vec(),
        gzip(HOUSES.as_bytes()),
    ] {
        let read = read(&content, &CsvOptions::default()).unwrap();
        assert_eq!(
            read.data.set,
            plain,
            "{}",
            String::from_utf8_lossy(&content)
        );
    }
    // A given separator takes precedence over the detected one.
    let options = CsvOptions {
        separator: Some(';'),
        ..CsvOptions::default()
    };
    let error = message(HOUSES.as_bytes(), &options);
    assert!(
        error.starts_with(" has a single column, area,town,rooms,price, with the separator ';'"),
        "{error}"
    );
}

#[test]
fn invalid_separators_are_rejected() {
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
    assert_eq!(read.data.set.feature_names(), ["a"]);
    assert_eq!(read.data.left_out, ["(column 1)"]);
}

#[test]
fn missing_cells_are_counted_and_dropped_on_request() {
    let content = "a,b,t,y\n1,2,x,3\n,2,x,3\n1,NA,x,3\n4,5,,6\n";
    assert_eq!(
        message(content.as_bytes(), &CsvOptions::default()),
        ": cells are missing in 2 rows, the first in line 3, column a (a lacks 1, b lacks 1); fill them in, \
         leave columns out (--leave-out, `CsvOptions::leave_out`), or drop such rows (--drop-missing, \
         `Missing::Drop`), which leaves 2"
    );
    let mut options = CsvOptions {
        missing: Missing::Drop,
        ..CsvOptions::default()
    };
    let read = data(content, &options);
    assert_eq!((read.data.set.len(), read.data.dropped_rows), (2, 2));
    assert_eq!(
        read.notice.unwrap(),
        "left out the columns t (one text, such as \"x\"); dropped 2 rows with missing cells"
    );
    // An encoded column counts as used.
    options.texts = TextColumns::Encode;
    assert_eq!(data(content, &options).data.dropped_rows, 3);
    let error = message(b"a,y\n,1\n2,\n", &options);
    assert!(
        error.starts_with(": all 2 rows have missing cells"),
        "{error}"
    );
    let refused = message(b"a,b,y\n,2,1\n,,2\n,5,\n3,,4\n", &CsvOptions::default());
    assert!(
        refused.contains("the emptiest column, a, which lacks 3"),
        "{refused}"
    );
}

/// The marks of pandas, among them the text of numpy's own missing number.
#[test]
fn missing_cells_have_many_spellings() {
    for mark in [
        "nan", "NaN", "-nan", "NA", "<NA>", "N/A", "n/a", "#N/A", "NULL", "null", "None", "1.#IND",
        "?",
    ] {
        let content = format!("a,y\n1,2\n{mark},3\n2,5\n");
        let options = CsvOptions {
            missing: Missing::Drop,
            ..CsvOptions::default()
        };
        let read = data(&content, &options);
        assert_eq!(
            (read.data.set.len(), read.data.dropped_rows),
            (2, 1),
            "{mark}"
        );
        assert_eq!(read.data.lines, [2, 4], "{mark}");
        let error = message(content.as_bytes(), &CsvOptions::default());
        assert!(error.contains("line 3, column a") && error.contains("--drop-missing"));
    }
}

#[test]
fn number_formats_are_detected_per_column() {
    let same = data(
        "a,b,y\n1.5,1000,2\n-3,2500.5,4\n2,12,7\n",
        &CsvOptions::default(),
    );
    for (content, note) in [
        (
            "a;b;y\n1,5;1.000;2\n-3;2.500,5;4\n2;12;7\n",
            "numbers of a are written with a decimal comma",
        ),
        (
            "a,b,y\n1.5,\"1,000\",2\n-3,\"2,500.5\",4\n2,12,7\n",
            "numbers of b are written with commas between thousands",
        ),
        (
            "a,b,y\n1.5,\"$1,000\",2\n-3,\"$2,500.5\",4\n2,$12,7\n",
            "the sign $",
        ),
        ("a,b,y\n1.5%,1000,2\n-3%,2500.5,4\n2%,12,7\n", "the sign %"),
        (
            "a,b,y\n1.5D+00,1000,2\n-3.0D0,2500.5,4\n2,1.2d1,7\n",
            "unusual signs or exponents",
        ),
        (
            "a,b,y\n1.5,1\u{202f}000,2\n\u{2212}3,2\u{a0}500.5,4\n2,12,7\n",
            "blanks",
        ),
    ] {
        let read = data(content, &CsvOptions::default());
        assert_eq!(read.data.set, same.data.set, "{content}");
        assert!(
            read.notice.as_ref().unwrap().contains(note),
            "{:?}",
            read.notice
        );
    }
    // If a column is inconsistent, the error names the cell.
    let error = message(b"p,y\n$5,1\n$7,2\nfree,3\n", &CsvOptions::default());
    assert!(
        error.starts_with(", line 4, column p: \"free\" is not a number"),
        "{error}"
    );
    // Columns that remain text are named with an example.
    let read = data(
        "w,x,y\n5 kg,1,1\n7 kg,2,2\n9 kg,3,4\n",
        &CsvOptions::default(),
    );
    assert!(
        read.notice
            .unwrap()
            .contains("w (3 different texts, such as \"5 kg\")")
    );
}

#[test]
fn tables_of_other_programs_are_read() {
    for (content, note) in [
        // numpy's savetxt, gnuplot
        ("# made today\n# a b y\n1 2 3\n4 5 7\n", None),
        ("'a' 'b' 'y'\n1 2 3\n4 5 7\n", None),
        (
            "a,b,y\n1,2,3\n4,5,7\nSource: a survey\n",
            Some("1 line below the table"),
        ),
        // R's write.table
        (
            "\"a\" \"b\" \"y\"\n\"one\" 1 2 3\n\"two\" 4 5 7\n",
            Some("(column 1) (no name)"),
        ),
        (
            "# a remark, with a comma\na,b,y\n1,2,3\n4,5,7\n",
            Some("1 line of comment"),
        ),
        (
            "Report of 2020\n\na,b,y\n1,2,3\n# checked\n4,5,7\n",
            Some("1 line above the header"),
        ),
    ] {
        let read = data(content, &CsvOptions::default());
        let names = read.data.set.feature_names();
        assert_eq!(names, ["a", "b"], "{content}");
        assert_eq!(read.data.set.features(1), [4.0, 5.0], "{content}");
        match note {
            None => {}
            Some(note) => assert!(
                read.notice.as_ref().unwrap().contains(note),
                "{:?}",
                read.notice
            ),
        }
    }
}

#[test]
fn few_texts_become_indicators_and_many_are_named() {
    let rows: String = (0..30)
        .map(|i| format!("{},{},id{i},{i}\n", i % 7, ["red", "blue"][i % 2]))
        .collect();
    let content = format!("a,color,id,y\n{rows}");
    let read = data(&content, &CsvOptions::default());
    assert_eq!(
        read.data.set.feature_names(),
        ["a", "color=blue", "color=red"]
    );
    assert_eq!(read.data.left_out, ["id"]);
    let notice = read.notice.unwrap();
    assert!(
        notice.contains("in color (2)") && notice.contains("id (30 different texts"),
        "{notice}"
    );
    let leave_out = CsvOptions {
        texts: TextColumns::LeaveOut,
        ..CsvOptions::default()
    };
    let read = data(&content, &leave_out);
    assert_eq!(read.data.set.feature_names(), ["a"]);
    assert!(
        read.notice
            .unwrap()
            .contains("color (text, such as \"blue\")")
    );
    // A target of text has classes.
    let classes = CsvOptions {
        targets: named(&["color"]),
        ..CsvOptions::default()
    };
    let read = data(&content, &classes);
    assert_eq!(read.data.set.target_names(), ["color=blue", "color=red"]);
    assert_eq!(read.data.set.feature_names(), ["a", "y"]);
    assert_eq!(read.data.set.targets(0), [0.0, 1.0]);
    assert!(read.notice.unwrap().contains("under squared loss"));
    // So is one of numbers with the option `classes`.
    let rows: String = (0..60).map(|i| format!("{},{}\n", i % 7, i % 3)).collect();
    let content_of_numbers = format!("a,kind\n{rows}");
    let read = data(&content_of_numbers, &CsvOptions::default());
    assert_eq!(read.data.set.target_names(), ["kind"]);
    let notice = read.notice.unwrap();
    assert!(notice.contains("3 different whole numbers"), "{notice}");
    let classes = CsvOptions {
        classes: true,
        ..CsvOptions::default()
    };
    let read = data(&content_of_numbers, &classes);
    assert_eq!(read.data.set.target_names(), ["kind=0", "kind=1", "kind=2"]);
    let names = CsvOptions {
        targets: named(&["id"]),
        ..CsvOptions::default()
    };
    let error = message(content.as_bytes(), &names);
    assert!(
        error.contains("the target id has 30 different values"),
        "{error}"
    );
}

#[test]
fn names_can_hold_commas_and_list_several() {
    let content = "\"dist, km\",a,b,y\n1,2,3,4\n5,6,7,8\n2,3,3,1\n";
    let of = |targets: &[&str], features: &[&str]| {
        let options = CsvOptions {
            targets: named(targets),
            features: named(features),
            ..CsvOptions::default()
        };
        let set = data(content, &options).data.set;
        (set.target_names().to_vec(), set.feature_names().to_vec())
    };
    assert_eq!(
        of(&["dist, km"], &["a"]),
        (named(&["dist, km"]), named(&["a"]))
    );
    assert_eq!(of(&["a,b"], &["y"]), (named(&["a", "b"]), named(&["y"])));
    assert_eq!(
        of(&["\"dist, km\",y"], &["a", "b"]),
        (named(&["dist, km", "y"]), named(&["a", "b"]))
    );
    let options = CsvOptions {
        leave_out: named(&["a", "y"]),
        ..CsvOptions::default()
    };
    let read = data(content, &options);
    assert_eq!(read.data.set.target_names(), ["b"]);
    assert_eq!(read.data.set.feature_names(), ["dist, km"]);
    assert_eq!(read.data.left_out, ["a", "y"]);
}

#[test]
fn errors_name_line_and_column() {
    let options = CsvOptions::default();
    for (content, expected) in [
        ("", " is empty: the first line must name the columns"),
        ("\n \n", " is empty"),
        ("a,y\n", " has a header but no rows"),
        (
            "1,2\n3,4\n",
            ", line 1 contains numbers: the first line must name",
        ),
        (
            "a,b,a\n1,2,3\n",
            ", line 1: two columns are named a; rename one",
        ),
        (
            "a,y\n1,2\n3\n",
            ", line 3 has 1 cells, but the header has 2",
        ),
        (
            "a,y\n1,2\n3,4,5\n",
            ", line 3 has 3 cells, but the header has 2",
        ),
        (
            "a,y\n1,2\n3,x\n5,6\n",
            ", line 3, column y: \"x\" is not a number; fix it",
        ),
        (
            "a,y\n1.5,2\n3,4\n\"1,5\",6\n",
            "line 4, column a: \"1,5\" is not a number; use the same decimal",
        ),
        (
            "a,y\n1,2\n1e300,4\n3,3\n",
            ", line 3, column a: 1e300 is too large",
        ),
        (
            "a,y\n1,2\n3,-inf\n",
            ", line 3, column y: -inf is not finite",
        ),
        ("a,y\n1,1e999\n", ", line 2, column y: 1e999 is not finite"),
        (
            "t,y\nx,1\nz,2\n",
            " has no column of numbers besides the target y",
        ),
        (
            "t,u\nx,v\n",
            " has no column of numbers to predict; name a column of classes",
        ),
    ] {
        let error = message(content.as_bytes(), &options);
        assert!(error.contains(expected), "{content:?}: {error}");
    }
    // A quoted line break in a cell does not shift the line numbers.
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
    // A text column is requested without encoding.
    let options = CsvOptions {
        targets: named(&["price"]),
        features: named(&["town"]),
        texts: TextColumns::LeaveOut,
        ..CsvOptions::default()
    };
    let error = message(HOUSES.as_bytes(), &options);
    assert!(
        error.starts_with(", line 2, column town: \"Ulm\" is not a number"),
        "{error}"
    );
}

#[test]
fn invalid_files_are_rejected() {
    let options = CsvOptions::default();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    assert!(message(png, &options).starts_with(" is not text"));
    let latin1 = b"name,y\n1,2\nM\xfcnchen,3\n";
    assert_eq!(
        message(latin1, &options),
        ", line 3 is not UTF-8: save the table as UTF-8"
    );
    assert_eq!(
        message(b"\xff\xfea\0,\0y\0", &options),
        ", line 1 is not UTF-8: save the table as UTF-8"
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
            Ok(read) => assert!(read.data.set.len() <= 3),
            Err(error) => assert!(
                !matches!(error, DataError::Malformed { .. }),
                "{length}: {error}"
            ),
        }
    }
}
