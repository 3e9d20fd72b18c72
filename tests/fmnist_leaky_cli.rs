//! The command `fmnist_leaky` as a user meets it.
#![cfg(all(feature = "train", feature = "flex"))]
#![allow(clippy::unwrap_used)]

mod common;

use std::{fs, process::Command};

#[cfg(unix)]
use common::signal_at;
use common::{FILES, example, failure, texts, write_idx_data};
use tempfile::TempDir;

/// Small enough for a test, large enough to be a training.
const SMALL: [&str; 10] = [
    "--width",
    "24",
    "--samples",
    "120",
    "--test-samples",
    "60",
    "--epochs",
    "3",
    "--repeats",
    "1",
];

fn fmnist(dir: &TempDir) -> Command {
    let mut command = example("fmnist_leaky", &dir.path().join("cache"));
    command.current_dir(dir.path());
    command
}

#[test]
fn without_data_and_network_the_stand_in_is_used_and_reported() {
    let dir = tempfile::tempdir().unwrap();
    let output = fmnist(&dir)
        .args(SMALL)
        .args(["--alpha", "-1,0"])
        .output()
        .unwrap();
    let (stdout, stderr) = texts(&output);
    assert!(output.status.success(), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(
        stderr.starts_with("note: Fashion-MNIST was not found ("),
        "{stderr}"
    );
    assert!(stderr.contains("cannot download"), "{stderr}");
    let label = "synthetic garments (stand-in for Fashion-MNIST)";
    assert!(
        stdout.lines().next().unwrap().starts_with(label),
        "{stdout}"
    );
    let run = dir.path().join("runs/fmnist_leaky-001");
    for file in [
        "config.json",
        "results.json",
        "results.csv",
        "curves.csv",
        "table.md",
        "curves.svg",
    ] {
        let content = fs::read_to_string(run.join(file)).unwrap();
        assert!(content.contains(label), "{file} is not labeled");
    }
    assert!(
        fs::read(run.join("curves.png"))
            .unwrap()
            .starts_with(b"\x89PNG")
    );
    let epochs = stdout
        .lines()
        .filter(|line| line.contains("epoch "))
        .count();
    assert!(epochs >= 6, "one line per epoch and network:\n{stdout}");

    // The next run does not touch this one.
    let again = fmnist(&dir)
        .args(SMALL)
        .args(["--alpha", "-1,0"])
        .output()
        .unwrap();
    assert!(again.status.success());
    let curves = |number: &str| {
        fs::read_to_string(
            dir.path()
                .join(format!("runs/fmnist_leaky-{number}/curves.csv")),
        )
        .unwrap()
    };
    assert_eq!(curves("001"), curves("002"), "one seed, one result");
}

/// A study that was started offline continues with the stand-in, even if real images are found
/// later.
#[test]
fn a_study_of_the_stand_in_resumes_with_the_stand_in() {
    let dir = tempfile::tempdir().unwrap();
    let settings = ["--synthetic", "--alpha", "-1", "--out", "run"];
    let output = fmnist(&dir).args(SMALL).args(settings).output().unwrap();
    let (_, stderr) = texts(&output);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    fs::remove_file(dir.path().join("run/runs/alpha_-1/repeat_01/end.json")).unwrap();
    let again = fmnist(&dir).args(["--resume", "run"]).output().unwrap();
    let (stdout, stderr) = texts(&again);
    assert!(again.status.success(), "{stderr}");
    assert!(stdout.starts_with("synthetic garments"), "{stdout}");
}

/// `fmnist_leaky | head` is no reason to lose a training.
#[cfg(unix)]
#[test]
fn a_closed_pipe_does_not_end_the_training() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = fmnist(&dir)
        .args(SMALL)
        .args(["--synthetic", "--alpha", "-1", "--out", "run"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    assert!(dir.path().join("run/curves.png").is_file());
}

#[test]
fn the_stand_in_can_be_forbidden() {
    let dir = tempfile::tempdir().unwrap();
    let line = failure(fmnist(&dir).args(SMALL).arg("--no-fallback"));
    assert!(
        line.contains("Fashion-MNIST was not found: FIREWEED_DATA is not set"),
        "{line}"
    );
    assert!(line.contains("--data DIR"), "{line}");
    assert!(!dir.path().join("runs").exists());
}

#[test]
fn a_named_folder_is_never_replaced_by_another_source() {
    let dir = tempfile::tempdir().unwrap();
    let line = failure(fmnist(&dir).args(SMALL).args(["--data", "nowhere"]));
    assert!(line.contains("not in nowhere"), "{line}");
}

#[test]
fn damaged_files_are_reported_with_file_and_position() {
    let whole = tempfile::tempdir().unwrap();
    write_idx_data(whole.path(), 150, 80);
    let read = |name: &str| fs::read(whole.path().join(name)).unwrap();
    let damage = |name: &str, bytes: &[u8], expected: &str| {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        fs::create_dir(&data).unwrap();
        for file in FILES {
            fs::write(data.join(file), read(file)).unwrap();
        }
        fs::write(data.join(name), bytes).unwrap();
        let line = failure(fmnist(&dir).args(SMALL).args(["--data", "data"]));
        assert!(line.contains(name) && line.contains(expected), "{line}");
        assert!(!dir.path().join("runs").exists(), "nothing is left behind");
    };
    let [train_images, train_labels, test_images, test_labels] = FILES;
    let images = read(train_images);
    damage(
        train_images,
        &images[..5000],
        "at byte 5000 (unpacked): the file ends",
    );
    damage(
        train_images,
        &[images.as_slice(), b"x"].concat(),
        "the file is longer than its header specifies",
    );
    damage(train_images, b"<html></html>", "magic number");
    damage(train_images, b"\x1f\x8b\x08garbage", "gzip");
    damage(train_images, b"", "the file ends 4 bytes early");
    let mut labels = read(train_labels);
    labels[8] = 10;
    damage(
        train_labels,
        &labels,
        "label 10 at byte 8 (unpacked), but the data set has 10 classes",
    );
    damage(train_labels, &read(test_labels), "80 labels");
    let mut small = read(test_images);
    (small[11], small[15]) = (14, 56);
    damage(test_images, &small, "14×56");
}

#[test]
fn invalid_options_give_one_line_errors() {
    let dir = tempfile::tempdir().unwrap();
    write_idx_data(dir.path(), 150, 80);
    fs::write(dir.path().join("file"), "").unwrap();
    let cases: &[(&[&str], &str)] = &[
        (
            &["--alpha", "1"],
            "alpha = 1 is out of range: a finite number below 1",
        ),
        (
            &["--alpha", "-1,nan"],
            "alpha = NaN is out of range: a finite number below 1",
        ),
        (&["--alpha", "-1,-1"], "each slope once"),
        (&["--alpha", "steep"], "steep"),
        (&["--slope", "3"], "'--slope'"),
        (&["--device", "abacus"], "\"abacus\" is not a device"),
        (&["--samples", "151"], "151 samples were requested"),
        (&["--test-samples", "81"], "81 samples were requested"),
        (&["--epochs", "0"], "epochs = 0 is out of range"),
        (
            &["--learning-rate=-1"],
            "learning rate = -1 is out of range",
        ),
        (&["--out", "file"], "cannot use file"),
        (&["--out", "file/below"], "cannot use file/below"),
        (&["--resume", "nothing"], "cannot use nothing/config.json"),
        (&["--resume", "x", "--epochs", "9", "--seed", "1"], "--seed"),
    ];
    for (options, expected) in cases {
        let mut command = fmnist(&dir);
        command.args(["--data", "."]);
        if !options.contains(&"--resume") {
            // The case's own options come last and win.
            let kept = SMALL.chunks(2).filter(|pair| !options.contains(&pair[0]));
            command.args(kept.flatten());
        }
        let line = failure(command.args(*options));
        assert!(line.contains(expected), "{options:?}: {line}");
    }
    assert!(!dir.path().join("runs").exists(), "nothing is left behind");
}

#[test]
fn a_missing_device_is_reported_with_its_feature() {
    let dir = tempfile::tempdir().unwrap();
    write_idx_data(dir.path(), 150, 80);
    for name in ["ndarray", "wgpu", "vulkan", "metal", "cuda"] {
        let device: fireweed::device::DeviceName = fireweed::device::DeviceName::ALL
            .into_iter()
            .find(|device| device.as_str() == name)
            .unwrap();
        if !device.is_compiled_in() {
            let line = failure(
                fmnist(&dir)
                    .args(SMALL)
                    .args(["--data", ".", "--device", name]),
            );
            assert!(
                line.contains(&format!("build with `--features {name}`")),
                "{line}"
            );
        }
    }
}

#[test]
fn an_occupied_folder_is_not_overwritten_and_another_folder_not_resumed() {
    let dir = tempfile::tempdir().unwrap();
    write_idx_data(dir.path(), 150, 80);
    let small = |out: &str| {
        let mut command = fmnist(&dir);
        command
            .args(SMALL)
            .args(["--data", ".", "--alpha", "-1", "--out", out]);
        command
    };
    assert!(small("run").output().unwrap().status.success());
    assert!(failure(&mut small("run")).contains("continue it with --resume"));
    let resume = |dir: &TempDir, data: &[&str]| {
        let mut command = fmnist(dir);
        command.args(data).args(["--resume", "run"]);
        command
    };
    let output = resume(&dir, &["--data", "."]).output().unwrap();
    assert!(texts(&output).0.contains("finished before"), "{output:?}");
    // One folder has one writer.
    let lock = fs::File::create(dir.path().join("run/lock")).unwrap();
    lock.lock().unwrap();
    let line = failure(&mut resume(&dir, &["--data", "."]));
    assert!(line.contains("another process is working in run"), "{line}");
    drop(lock);
    // Other data than at the beginning.
    let line = failure(&mut resume(&dir, &["--no-download", "--no-fallback"]));
    assert!(line.contains("was not found"), "{line}");
    let other = dir.path().join("other");
    fs::create_dir(&other).unwrap();
    write_idx_data(&other, 151, 80);
    let line = failure(&mut resume(&dir, &["--data", "other"]));
    assert!(
        line.contains("was started on images in the format of Fashion-MNIST"),
        "{line}"
    );
    fs::write(dir.path().join("run/config.json"), "{}").unwrap();
    assert!(
        failure(&mut resume(&dir, &["--data", "."]))
            .contains("does not contain the settings of a study")
    );
}

#[test]
fn help_describes_the_options_and_the_data() {
    let dir = tempfile::tempdir().unwrap();
    let output = fmnist(&dir).arg("--help").output().unwrap();
    let (stdout, _) = texts(&output);
    assert!(output.status.success());
    for word in [
        "--alpha", "--paper", "--resume", "--device", "Ctrl-C", "absolute",
    ] {
        assert!(stdout.contains(word), "{word}");
    }
}

#[test]
fn a_step_that_is_too_large_is_reported_after_the_results() {
    let dir = tempfile::tempdir().unwrap();
    write_idx_data(dir.path(), 150, 80);
    let line = failure(fmnist(&dir).args(SMALL).args([
        "--data",
        ".",
        "--alpha",
        "-1",
        "--learning-rate",
        "1e20",
    ]));
    assert!(line.contains("not finite for α = -1 (epoch 1, "), "{line}");
    let table = fs::read_to_string(dir.path().join("runs/fmnist_leaky-001/table.md")).unwrap();
    assert!(table.contains("diverged"), "{table}");
}

/// Ctrl-C, a kill that cannot be caught, and no interruption at all end in the same results.
#[cfg(unix)]
#[test]
fn interrupted_and_killed_studies_resume_to_the_same_results() {
    let dir = tempfile::tempdir().unwrap();
    write_idx_data(dir.path(), 600, 80);
    let settings = [
        "--data",
        ".",
        "--alpha",
        "-1,0",
        "--width",
        "64",
        "--samples",
        "600",
        "--test-samples",
        "80",
        "--epochs",
        "40",
        "--repeats",
        "1",
        "--learning-rate",
        "0.01",
    ];
    let whole = fmnist(&dir)
        .args(settings)
        .args(["--out", "whole"])
        .output()
        .unwrap();
    assert!(whole.status.success(), "{whole:?}");
    for (signal, code) in [("-INT", Some(130)), ("-KILL", None)] {
        let out = format!("stopped{signal}");
        let mut command = fmnist(&dir);
        command.args(settings).args(["--out", &out]);
        // In the middle of the second network.
        let ended = signal_at(&mut command, "α = 0 · epoch  5/40", signal);
        assert_eq!(ended, code);
        let epochs = fs::read_to_string(
            dir.path()
                .join(&out)
                .join("runs/alpha_0/repeat_01/history.csv"),
        );
        assert!(
            epochs.unwrap().lines().count() < 41,
            "the signal came too late to test anything"
        );

        let resumed = fmnist(&dir)
            .args(["--data", ".", "--resume", &out])
            .output()
            .unwrap();
        let (stdout, stderr) = texts(&resumed);
        assert!(resumed.status.success(), "{stderr}");
        assert!(stdout.contains("α = -1: finished before"), "{stdout}");
        assert_same_results(dir.path(), "whole", &out);
    }
}

#[cfg(unix)]
fn assert_same_results(dir: &std::path::Path, a: &str, b: &str) {
    for file in [
        "config.json",
        "results.json",
        "curves.csv",
        "runs/alpha_0/repeat_01/history.csv",
    ] {
        let read = |run: &str| fs::read(dir.join(run).join(file)).unwrap();
        assert!(read(a) == read(b), "{file} of {a} and {b} differ");
    }
    assert!(
        final_weights(dir, a) == final_weights(dir, b),
        "weights of {a} and {b} differ"
    );
}

/// The bits of the second network's trained weights. Files cannot be compared: Burn gives
/// parameters random identities.
#[cfg(unix)]
fn final_weights(dir: &std::path::Path, run: &str) -> Vec<u32> {
    use burn::{module::Module, store::ModuleRecord, tensor::Device};
    use fireweed::{
        overparam::{EmbeddedMlp, InputMap, OverparamMlpConfig},
        train::Classifier,
    };

    let file = dir
        .join(run)
        .join("runs/alpha_0/repeat_01/checkpoint/model-40.bpk");
    let network = OverparamMlpConfig::new(784, 64, 10)
        .with_alpha(0.0)
        .with_input_map(InputMap::Unit)
        .init(&Device::flex());
    let record = ModuleRecord::load(file).unwrap();
    let model = Classifier::new(EmbeddedMlp::from(network)).load_record(record);
    let weights = model.network.network.hidden.iter();
    let values = weights.flat_map(|w| w.val().into_data().try_into_vec::<f32>().unwrap());
    values.map(f32::to_bits).collect()
}
