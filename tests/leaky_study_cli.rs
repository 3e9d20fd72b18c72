//! The command `leaky_study` as a user meets it.
#![cfg(all(feature = "train", feature = "flex"))]
#![allow(clippy::unwrap_used)]

mod common;

use std::{fs, path::Path, process::Command};

#[cfg(unix)]
use common::signal_at;
use common::{example, failure, texts};
use tempfile::TempDir;

/// Small enough for a test, large enough to be a training.
const SMALL: [&str; 6] = ["--samples", "24", "--test-samples", "16", "--repeats", "1"];

fn leaky(dir: &TempDir) -> Command {
    let mut command = example("leaky_study", &dir.path().join("cache"));
    command.current_dir(dir.path());
    command
}

fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    stdout
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(&path).unwrap_or_else(|_| panic!("{}", path.as_ref().display()))
}

#[test]
fn an_experiment_writes_a_report_and_is_reproducible() {
    let dir = tempfile::tempdir().unwrap();
    let run = |out: &str| {
        let options = [
            "synthetic",
            "--width",
            "16",
            "--depth",
            "2",
            "--steps",
            "25",
        ];
        let out = ["--alpha=-1,0", "--out", out];
        succeeds(leaky(&dir).args(options).args(SMALL).args(out))
    };
    let stdout = run("a");
    assert!(stdout.contains("Report: a/report.html"), "{stdout}");
    assert!(stdout.contains("· 4 of 4"), "{stdout}");
    run("b");
    for part in ["synthetic", "synthetic-no-constant"] {
        let folder = dir.path().join("a").join(part);
        for file in [
            "config.json",
            "results.json",
            "results.csv",
            "table.md",
            "curves.svg",
        ] {
            assert!(folder.join(file).is_file(), "{part}/{file}");
        }
        assert!(
            fs::read(folder.join("curves.png"))
                .unwrap()
                .starts_with(b"\x89PNG")
        );
        for file in ["curves.csv", "predicted.csv"] {
            let files = ["a", "b"].map(|run| read(dir.path().join(run).join(part).join(file)));
            assert_eq!(files[0], files[1], "one seed, one result: {part}/{file}");
        }
        // Ten steps are an epoch; the last one reaches beyond 25.
        let curves = read(folder.join("curves.csv"));
        assert!(
            curves.lines().nth(3).unwrap().contains(",1,3,30,"),
            "{curves}"
        );
    }
    let report = read(dir.path().join("a/report.md"));
    for text in [
        "Table 2.1 of the dissertation",
        "closed form",
        "synthetic-no-constant/curves.png",
        "even function",
    ] {
        assert!(report.contains(text), "{text} is missing:\n{report}");
    }
    let page = read(dir.path().join("a/report.html"));
    assert!(page.contains("<img src=\"synthetic/curves.png\""), "{page}");
}

/// Every experiment runs from end to end on data that are drawn, and says so.
#[test]
fn all_experiments_run_on_labeled_stand_ins() {
    let dir = tempfile::tempdir().unwrap();
    let cases: &[(&str, &[&str])] = &[
        ("fmnist", &["--width", "16", "--epochs", "2"]),
        ("mnist", &["--width", "16", "--epochs", "2"]),
        ("cifar10", &["--width", "4", "--epochs", "2"]),
        ("housing", &["--width", "16", "--steps", "20"]),
        (
            "imdb-rnn",
            &["--width", "8", "--epochs", "2", "--learning-rate", "0.001"],
        ),
        ("imdb-transformer", &["--width", "8", "--epochs", "2"]),
        ("rates", &["--width", "16", "--steps", "20"]),
        (
            "width-depth",
            &["--width", "8,16", "--depth", "1,2", "--steps", "20"],
        ),
        ("loss", &["--width", "16", "--steps", "20"]),
    ];
    for (experiment, options) in cases {
        let mut command = leaky(&dir);
        command.arg(experiment).args(*options).args(SMALL);
        command.args(["--synthetic-data", "--alpha=-1,0", "--out", experiment]);
        let stdout = succeeds(&mut command);
        let report = read(dir.path().join(experiment).join("report.md"));
        assert!(!report.contains("Not finished"), "{report}");
        assert!(
            !report.contains("NaN") && !report.contains("inf "),
            "{report}"
        );
        let function_only = ["width-depth", "loss"].contains(experiment);
        assert_eq!(
            report.contains("**Stand-ins:**"),
            !function_only,
            "{report}"
        );
        assert_eq!(stdout.contains("stand-in"), !function_only, "{stdout}");
        let pictures: Vec<_> = report
            .lines()
            .filter_map(|line| {
                line.strip_prefix("![")?
                    .rsplit_once('(')?
                    .1
                    .strip_suffix(')')
            })
            .collect();
        assert!(!pictures.is_empty());
        for picture in pictures {
            let path = dir.path().join(experiment).join(picture);
            assert!(path.is_file(), "{}", path.display());
        }
    }
    let rates = read(dir.path().join("rates/rates/rates.md"));
    assert!(rates.contains("theorem's shape"), "{rates}");
}

/// Images of three classes, 6×6 gray PNG files: bright rows at the top, in the middle, at the bottom.
fn write_photos(folder: &Path) {
    for (class, name) in ["bottom", "middle", "top"].iter().enumerate() {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).unwrap();
        for number in 0..10u8 {
            let file = fs::File::create(folder.join(format!("{number}.png"))).unwrap();
            let mut encoder = png::Encoder::new(file, 6, 6);
            encoder.set_color(png::ColorType::Grayscale);
            let bright = 2 - class;
            let pixels = (0..36).map(|at| match at / 12 == bright {
                true => 200 + number,
                false => 20 + number * (at % 5) as u8,
            });
            let pixels: Vec<u8> = pixels.collect();
            let mut writer = encoder.write_header().unwrap();
            writer.write_image_data(&pixels).unwrap();
        }
    }
}

#[test]
fn user_supplied_images_tables_and_texts_are_studied_at_best_steps() {
    let dir = tempfile::tempdir().unwrap();
    write_photos(&dir.path().join("photos"));
    let rows = (0..60).map(|i| format!("{},{},{}\n", i % 7, i % 11, (i % 7) * (i % 11)));
    fs::write(
        dir.path().join("table.csv"),
        format!("a,b,product\n{}", rows.collect::<String>()),
    )
    .unwrap();
    // The same rows, with a column of numbers and one row with a missing cell.
    let rows = (0..60).map(|i| format!("{i},{},{},{}\n", i % 7, i % 11, (i % 7) * (i % 11)));
    fs::write(
        dir.path().join("gaps.csv"),
        format!("id,a,b,product\n{}60,,5,3\n", rows.collect::<String>()),
    )
    .unwrap();
    let texts = (0..40).map(|i| match i % 2 {
        0 => format!("a fine day number {i},good\n"),
        _ => format!("a bad night number {i},bad\n"),
    });
    fs::write(
        dir.path().join("texts.csv"),
        format!("text,label\n{}", texts.collect::<String>()),
    )
    .unwrap();
    let cases: &[(&str, &[&str], &str)] = &[
        (
            "photos",
            &["--width", "16", "--epochs", "3"],
            "images in photos (30 of 3 classes)",
        ),
        (
            "photos",
            &["--network", "cnn", "--width", "4", "--epochs", "2"],
            "L = 4, m = 4",
        ),
        (
            "table.csv",
            &["--target", "product", "--width", "16", "--steps", "20"],
            "table.csv",
        ),
        (
            "gaps.csv",
            &[
                "--leave-out",
                "id",
                "--drop-missing",
                "--width",
                "16",
                "--steps",
                "20",
            ],
            "gaps.csv",
        ),
        (
            "texts.csv",
            &["--texts", "--width", "8", "--epochs", "2"],
            "texts in texts.csv (40 of 2 classes)",
        ),
    ];
    for (number, (data, options, title)) in cases.iter().enumerate() {
        let out = format!("own-{number}");
        let mut command = leaky(&dir);
        command.args(["own", "--data", data]).args(*options).args([
            "--repeats",
            "1",
            "--alpha=-1,0",
            "--out",
            &out,
        ]);
        let stdout = succeeds(&mut command);
        assert!(stdout.contains(title), "{stdout}");
        assert!(stdout.contains("α = -1, search, η = "), "{stdout}");
        let part = dir.path().join(&out).join("own");
        assert!(part.join("search.png").is_file());
        let table = read(part.join("table.md"));
        assert!(table.contains("best step η"), "{table}");
        // The step of the table is the one with the smallest loss of the search.
        let search = read(part.join("search.csv"));
        let mut tried: Vec<Vec<String>> = search
            .lines()
            .skip(1)
            .map(|line| line.rsplitn(3, ',').map(str::to_owned).collect())
            .filter(|cells: &Vec<String>| cells[2].contains(",-1,"))
            .collect();
        tried.retain(|cells| cells[0] != "diverged");
        let loss = |cells: &Vec<String>| cells[0].parse::<f64>().unwrap();
        tried.sort_by(|a, b| loss(a).total_cmp(&loss(b)));
        let best: f64 = tried[0][1].parse().unwrap();
        assert!(table.contains(&format!("{best:.2e}")), "{best:e}: {table}");
    }
}

#[test]
fn unusable_user_supplied_data_give_one_line_errors() {
    let dir = tempfile::tempdir().unwrap();
    write_photos(&dir.path().join("photos"));
    fs::create_dir(dir.path().join("empty")).unwrap();
    fs::write(dir.path().join("table.csv"), "a,b\n1,2\n3,5\n4,4\n").unwrap();
    let cases: &[(&[&str], &str)] = &[
        (&["--data", "empty"], "one subfolder for each class"),
        (&["--data", "nowhere"], "nowhere"),
        (
            &["--data", "photos", "--network", "rnn"],
            "--network rnn is not for images",
        ),
        (
            &["--data", "table.csv", "--network", "cnn"],
            "--network cnn is not for tables",
        ),
        (&["--data", "table.csv", "--target", "c"], "c"),
        (
            &["--data", "table.csv", "--texts"],
            "no class with two texts",
        ),
        (&[], "--data"),
    ];
    for (options, expected) in cases {
        let line = failure(leaky(&dir).arg("own").args(*options));
        assert!(line.contains(expected), "{options:?}: {line}");
    }
    assert!(!dir.path().join("runs").exists(), "nothing is left behind");
}

#[test]
fn missing_data_are_reported_by_name() {
    let dir = tempfile::tempdir().unwrap();
    for (experiment, name) in [
        ("cifar10", "CIFAR-10"),
        ("housing", "California housing"),
        ("imdb-rnn", "IMDb"),
    ] {
        let mut command = leaky(&dir);
        command
            .args([experiment, "--no-download", "--no-fallback"])
            .args(SMALL);
        let line = failure(command.args(["--out", experiment]));
        assert!(
            line.contains(name) && line.contains("FIREWEED_DATA"),
            "{line}"
        );
    }
}

#[test]
fn invalid_options_give_one_line_errors() {
    let dir = tempfile::tempdir().unwrap();
    let cases: &[(&[&str], &str)] = &[
        (
            &["synthetic", "--alpha", "1"],
            "alpha = 1 is out of range: a finite number below 1",
        ),
        (&["synthetic", "--width", "0"], "width = 0 is out of range"),
        (&["synthetic", "--width", "8,8"], "each width once"),
        (&["synthetic", "--steps", "0"], "epochs = 0 is out of range"),
        (&["synthetic", "--learning-rate=-1"], "learning rate = -1"),
        (&["imdb-transformer", "--width", "10"], "attention heads"),
        (&["cubism"], "unrecognized subcommand 'cubism'"),
        (&["resume", "nothing"], "cannot use nothing/config.json"),
        (
            &["synthetic", "--device", "abacus"],
            "\"abacus\" is not a device",
        ),
    ];
    for (options, expected) in cases {
        let line = failure(leaky(&dir).args(*options));
        assert!(line.contains(expected), "{options:?}: {line}");
    }
    assert!(!dir.path().join("runs").exists(), "nothing is left behind");
}

/// Divergence ends one training, names the step, and leaves the rest and the report.
#[test]
fn divergence_is_reported_with_its_step_size() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = leaky(&dir);
    command.args([
        "loss",
        "--width",
        "16",
        "--steps",
        "20",
        "--alpha=-1",
        "--out",
        "run",
    ]);
    let line = failure(command.args(SMALL).args(["--learning-rate", "1e3"]));
    for text in [
        "loss: the loss was not finite for α = -1 (epoch 1, steps 1 to 10, at η = 1.00e3)",
        "try a --learning-rate below 5.00e2",
    ] {
        assert!(line.contains(text), "{line}");
    }
    let report = read(dir.path().join("run/report.md"));
    assert!(
        report.contains("diverged") && report.contains("Warning"),
        "{report}"
    );
    // It is finished: there is nothing to go on with, and the same to say.
    assert_eq!(failure(leaky(&dir).args(["resume", "run"])), line);
}

/// Ctrl-C, a kill that cannot be caught, and no interruption at all end in the same results.
#[cfg(unix)]
#[test]
fn interrupted_and_killed_studies_resume_to_the_same_results() {
    let dir = tempfile::tempdir().unwrap();
    let settings = [
        "synthetic",
        "--width",
        "48",
        "--steps",
        "400",
        "--alpha=-1,0",
        "--verbose",
    ];
    succeeds(
        leaky(&dir)
            .args(settings)
            .args(SMALL)
            .args(["--out", "whole"]),
    );
    for (signal, code) in [("-INT", Some(130)), ("-KILL", None)] {
        let out = format!("stopped{signal}");
        let mut command = leaky(&dir);
        command.args(settings).args(SMALL).args(["--out", &out]);
        // In the middle of the second network.
        let ended = signal_at(&mut command, "α = 0 · epoch  4/40", signal);
        assert_eq!(ended, code);
        let stdout = succeeds(leaky(&dir).args(["resume", &out]));
        assert!(stdout.contains("α = -1: finished before"), "{stdout}");
        for file in [
            "config.json",
            "report.md",
            "synthetic/results.json",
            "synthetic/curves.csv",
            "synthetic-no-constant/curves.csv",
        ] {
            let files = ["whole", &out].map(|run| read(dir.path().join(run).join(file)));
            assert!(files[0] == files[1], "{file} of {out} differs");
        }
    }
}

/// A search that is stopped goes on where it was.
#[cfg(unix)]
#[test]
fn interrupted_searches_resume_to_the_same_results() {
    let dir = tempfile::tempdir().unwrap();
    let settings = [
        "synthetic",
        "--width",
        "48",
        "--steps",
        "300",
        "--alpha=-1,0",
    ];
    let run = |out: &str| {
        let mut command = leaky(&dir);
        command
            .args(settings)
            .args(SMALL)
            .args(["--compare", "best", "--verbose", "--out", out]);
        command
    };
    succeeds(&mut run("whole"));
    let ended = signal_at(&mut run("stopped"), "α = 0, search", "-INT");
    assert_eq!(ended, Some(130));
    succeeds(leaky(&dir).args(["resume", "stopped"]));
    for file in [
        "config.json",
        "synthetic-best-steps/results.json",
        "synthetic-best-steps/search.csv",
        "synthetic-best-steps/curves.csv",
    ] {
        let files = ["whole", "stopped"].map(|run| read(dir.path().join(run).join(file)));
        assert!(files[0] == files[1], "{file} differs");
    }
}

#[test]
fn help_describes_the_options_and_the_data() {
    let dir = tempfile::tempdir().unwrap();
    let help = succeeds(leaky(&dir).arg("--help"));
    for word in [
        "synthetic",
        "imdb-rnn",
        "rates",
        "resume",
        "report.html",
        "Ctrl-C",
    ] {
        assert!(help.contains(word), "{word}");
    }
    let help = succeeds(leaky(&dir).args(["all", "--help"]));
    for word in ["--paper", "--learning-rate", "--synthetic-data"] {
        assert!(help.contains(word), "{word}");
    }
}
