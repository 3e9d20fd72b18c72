//! What the integration tests share.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use burn::{data::dataset::Dataset, tensor::Device};
use fireweed::{
    data::{ImageSet, synthetic_garments},
    device::{DeviceError, DeviceName, DeviceSpec, compiled_in},
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

/// The four files of the MNIST family.
pub const FILES: [&str; 4] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
];

/// Writes garments as IDX files, as if they were Fashion-MNIST.
pub fn write_idx_data(dir: &Path, train: usize, test: usize) {
    let all = synthetic_garments(train + test, &mut ChaCha8Rng::seed_from_u64(1));
    let splits = [all.range(0..train), all.range(train..train + test)];
    for (split, names) in splits.iter().zip(FILES.chunks(2)) {
        fs::write(dir.join(names[0]), idx_images(split)).unwrap();
        fs::write(dir.join(names[1]), idx_labels(split)).unwrap();
    }
}

fn idx_images(set: &ImageSet) -> Vec<u8> {
    let mut bytes = header(0x803, &[set.len(), 28, 28]);
    for item in set.iter() {
        let pixels = item.unwrap().pixels;
        bytes.extend(pixels.iter().map(|tone| (tone * 255.0).round() as u8));
    }
    bytes
}

fn idx_labels(set: &ImageSet) -> Vec<u8> {
    let mut bytes = header(0x801, &[set.len()]);
    bytes.extend(set.labels());
    bytes
}

fn header(magic: u32, sizes: &[usize]) -> Vec<u8> {
    let sizes = sizes.iter().flat_map(|&size| (size as u32).to_be_bytes());
    magic.to_be_bytes().into_iter().chain(sizes).collect()
}

/// An example's program as `cargo test` has built it, without network, data or cache of the user.
pub fn example(name: &str, cache: &Path) -> Command {
    let tests = std::env::current_exe().unwrap();
    let profile: PathBuf = tests.ancestors().nth(2).unwrap().into();
    let program = profile.join("examples").join(name);
    assert!(
        program.is_file(),
        "{} is missing: run `cargo test` without --test, or `cargo build --examples` first",
        program.display()
    );
    let mut command = Command::new(program);
    command
        .env_remove("FIREWEED_DATA")
        .env("XDG_CACHE_HOME", cache)
        .env("HOME", cache)
        .env("RUST_BACKTRACE", "1");
    // Nobody listens on the discard port of loopback: every download fails at once.
    for proxy in [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ] {
        command.env(proxy, "http://127.0.0.1:9");
    }
    for exception in ["NO_PROXY", "no_proxy"] {
        command.env_remove(exception);
    }
    command
}

/// The texts of standard output and standard error.
pub fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

/// Runs a command that must fail with one clear line, and returns the line.
pub fn failure(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let (_, stderr) = texts(&output);
    assert!(
        matches!(output.status.code(), Some(1 | 2)),
        "{:?}\n{stderr}",
        output.status
    );
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.starts_with("error: "), "{stderr}");
    assert!(
        !stderr.contains("panicked") && !stderr.contains("stack backtrace"),
        "{stderr}"
    );
    stderr.trim_end().to_owned()
}

/// Runs a command until its output has a line with `marker`, sends it a signal, and waits for its end;
/// returns its exit code.
#[cfg(unix)]
pub fn signal_at(command: &mut Command, marker: &str, signal: &str) -> Option<i32> {
    use std::{
        io::{BufRead, BufReader},
        process::Stdio,
    };

    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines
        .find(|line| line.as_ref().unwrap().contains(marker))
        .unwrap()
        .unwrap();
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    // The pipe must not fill up, or the command would wait.
    lines.map_while(Result::ok).for_each(drop);
    child.wait().unwrap().code()
}

/// Prints what a test is at; outside tests, nothing.
pub fn note(text: String) {
    if cfg!(test) {
        eprintln!("{text}");
    }
}

static CHOSEN: OnceLock<Vec<DeviceSpec>> = OnceLock::new();

/// Sets the devices of [`other_devices`], once.
pub fn choose_devices(devices: Vec<DeviceSpec>) {
    CHOSEN.set(devices).unwrap();
}

/// The devices to compare with flex: the chosen ones, or every device of this build but flex. A
/// device without an adapter is left out, unless it was chosen.
pub fn other_devices() -> Vec<(DeviceSpec, Device)> {
    if let Some(chosen) = CHOSEN.get() {
        let open =
            |spec: &DeviceSpec| (*spec, spec.open().unwrap_or_else(|error| panic!("{error}")));
        return chosen.iter().map(open).collect();
    }
    let others: Vec<_> = compiled_in()
        .into_iter()
        .filter(|&name| name != DeviceName::Flex)
        .filter_map(|name| {
            let spec = DeviceSpec { name, index: None };
            match spec.open() {
                Ok(device) => Some((spec, device)),
                Err(error @ DeviceError::NoAdapter { .. }) => {
                    eprintln!("left out: {error}");
                    None
                }
                Err(error) => panic!("{error}"),
            }
        })
        .collect();
    if others.is_empty() {
        eprintln!(
            "nothing is compared: this build has no backend beside flex, or none with an adapter"
        );
    }
    others
}
