//! Does a device compute what the CPU computes, and how fast?

// The checks are tests too, and tests may unwrap.
#[path = "../tests/agreement/mod.rs"]
#[allow(clippy::unwrap_used)]
mod agreement;
#[path = "device_check/bench.rs"]
mod bench;
#[path = "common/cli.rs"]
mod cli;
#[path = "../tests/common/mod.rs"]
mod common;

use std::{
    error::Error,
    panic,
    process::ExitCode,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use clap::{Parser, ValueEnum};
use cli::say;
use fireweed::device::{DeviceName, DeviceSpec, compiled_in};

/// As in the other examples: it keeps the pages of large buffers.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Checks devices against the CPU and measures them: the activation, the networks, the graph
/// layers with their gradients, and the first losses of every training are compared with the flex
/// backend; then training steps and sampling are timed. No data are needed, and files are temporary.
///
/// Ends with one table, and with exit code 1 if a check fails. scripts/gpu_check.sh packs this
/// program for a machine with a GPU and without a Rust toolchain.
#[derive(Parser)]
#[command(name = "device_check", version)]
struct Command {
    /// What to do.
    #[arg(value_enum, default_value_t = Part::All)]
    part: Part,
    /// Devices, separated by commas [default: all in this build but flex].
    #[arg(long, value_delimiter = ',', value_name = "DEVICE")]
    device: Vec<DeviceSpec>,
    /// Numbers of graphs or rows in a timed training step, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "N", default_values_t = [64, 512, 4096])]
    sizes: Vec<usize>,
    /// Number of timed calls of each measurement; fewer for those that take long.
    #[arg(long, value_name = "N", default_value_t = 15)]
    steps: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The comparisons and the measurements.
    All,
    /// The comparisons with flex.
    Agree,
    /// The measurements.
    Bench,
    /// Prints the first losses on flex as JSON, for tests/agreement/first_losses.json.
    Record,
}

/// The comparisons, in the order in which they run.
const CHECKS: [(&str, fn()); 11] = [
    (
        "activation, forward and backward",
        agreement::networks::leaky_relu_values_and_gradients_agree_across_devices,
    ),
    (
        "networks, forward and backward",
        agreement::networks::network_values_and_gradients_agree_across_devices,
    ),
    (
        "training of a fully connected network",
        agreement::networks::training_losses_agree_across_devices,
    ),
    (
        "sums over segments",
        agreement::graphs::segment_reductions_agree_across_devices,
    ),
    (
        "message passing",
        agreement::graphs::message_passing_agrees_across_devices,
    ),
    (
        "convolutions, readout, edge updates",
        agreement::graphs::convolutions_readout_and_edge_layers_agree_across_devices,
    ),
    (
        "unpooling",
        agreement::graphs::unpooling_agrees_across_devices,
    ),
    (
        "initial graphs, skip connections",
        agreement::graphs::initial_graphs_and_skip_connections_agree_across_devices,
    ),
    (
        "input gradients of critics",
        agreement::graphs::input_gradients_of_critics_agree_across_devices,
    ),
    (
        "first losses on flex, as recorded",
        agreement::losses::first_losses_are_the_recorded_ones,
    ),
    (
        "first losses of all trainings",
        agreement::losses::first_losses_agree,
    ),
];

fn main() -> ExitCode {
    cli::run(check)
}

fn check(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    if command.part == Part::Record {
        return record();
    }
    if command.steps == 0 || command.sizes.is_empty() || command.sizes.contains(&0) {
        return Err("--steps and --sizes must be at least 1".into());
    }
    let devices = match command.device.as_slice() {
        [] => {
            let names = compiled_in().into_iter();
            names
                .filter(|&name| name != DeviceName::Flex)
                .map(|name| DeviceSpec { name, index: None })
                .collect()
        }
        devices => devices.to_vec(),
    };
    if devices.is_empty() {
        return Err(
            "this build has no device but flex: name it with --device flex, or build with \
                    --features wgpu or cuda"
                .into(),
        );
    }
    for device in &devices {
        device.open()?;
    }
    let names: Vec<String> = devices.iter().map(ToString::to_string).collect();
    say(&format!("devices: {}", names.join(", ")));
    let mut rows = Vec::new();
    let mut failed = 0;
    if command.part != Part::Bench {
        common::choose_devices(devices.clone());
        for (name, run) in CHECKS {
            let start = Instant::now();
            let outcome = guarded(run);
            let seconds = start.elapsed().as_secs_f64();
            failed += usize::from(outcome.is_err());
            let text = match outcome {
                Ok(()) => "agrees".to_owned(),
                Err(reason) => format!("FAILS: {reason}"),
            };
            let row = [
                name.to_owned(),
                names.join(", "),
                format!("{text} ({seconds:.1} s)"),
            ];
            say(&line(&row));
            rows.push(row);
        }
    }
    if command.part != Part::Agree {
        for device in &devices {
            let opened = device.open()?;
            let mut report = |name: String, text: String| {
                let row = [name, device.to_string(), text];
                say(&line(&row));
                rows.push(row);
            };
            bench::run(&opened, &command.sizes, command.steps, &mut report)?;
        }
    }
    say("\nSummary");
    for row in &rows {
        say(&line(row));
    }
    if failed > 0 {
        return Err(format!("{failed} of {} comparisons fail", CHECKS.len()).into());
    }
    Ok(ExitCode::SUCCESS)
}

fn line([name, device, text]: &[String; 3]) -> String {
    format!("{name:<40} {device:<12} {text}")
}

/// Runs a comparison and returns the first line of the message that it panicked with.
fn guarded(run: fn()) -> Result<(), String> {
    static MESSAGE: Mutex<Option<String>> = Mutex::new(None);
    let message = || MESSAGE.lock().unwrap_or_else(PoisonError::into_inner);
    *message() = None;
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|info| {
        let mut first = MESSAGE.lock().unwrap_or_else(PoisonError::into_inner);
        let text = info.payload_as_str().unwrap_or("a panic without a message");
        first.get_or_insert_with(|| text.lines().next().unwrap_or_default().to_owned());
    }));
    let outcome = panic::catch_unwind(run);
    panic::set_hook(hook);
    outcome.map_err(|_| message().take().unwrap_or_default())
}

fn record() -> Result<ExitCode, Box<dyn Error>> {
    let device = "flex".parse::<DeviceSpec>()?.open()?.autodiff();
    let losses: Vec<(&str, Vec<f64>)> = agreement::losses::TRAININGS
        .iter()
        .map(|(name, training)| (*name, training(&device)))
        .collect();
    say(&serde_json::to_string_pretty(&losses)?);
    Ok(ExitCode::SUCCESS)
}
