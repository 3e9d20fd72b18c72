//! What the benches share: options, timing, and the allocator of the examples.
#![allow(dead_code)]

use std::time::Instant;

use clap::Parser;
use cpu_time::ProcessTime;
use fireweed::device::DeviceSpec;

/// As in the examples: it keeps the pages of large buffers.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Options of a bench: `cargo bench --bench NAME -- --threads 1`.
#[derive(Parser)]
pub(crate) struct Options {
    /// The device.
    #[arg(long, default_value = "flex")]
    pub(crate) device: DeviceSpec,
    /// Threads of the CPU backends; 0 for one per core.
    #[arg(long, default_value_t = 0)]
    pub(crate) threads: usize,
    /// Timed steps.
    #[arg(long, default_value_t = 25)]
    pub(crate) steps: usize,
    /// Width of the network.
    #[arg(long, default_value_t = 2000)]
    pub(crate) width: usize,
    /// Rows of a batch.
    #[arg(long, default_value_t = 64)]
    pub(crate) batch: usize,
    /// What Cargo adds.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Parses the options and sets the number of threads.
pub(crate) fn options() -> Options {
    let options = Options::parse();
    set_threads(options.threads);
    options
}

/// Sets the number of threads of the CPU backends, 0 for one per core.
pub(crate) fn set_threads(threads: usize) {
    if let Err(error) = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
    {
        eprintln!("error: {error}");
        std::process::exit(1);
    }
}

/// Milliseconds of wall and processor time of one call.
#[derive(Clone, Copy)]
pub(crate) struct Timing {
    pub(crate) wall_min: f64,
    pub(crate) wall_median: f64,
    pub(crate) cpu_median: f64,
}

/// Times `steps` calls after three that are not counted.
pub(crate) fn time(steps: usize, mut call: impl FnMut()) -> Timing {
    let mut wall = Vec::with_capacity(steps);
    let mut cpu = Vec::with_capacity(steps);
    for step in 0..steps + 3 {
        let (start, cpu_start) = (Instant::now(), ProcessTime::now());
        call();
        if step >= 3 {
            wall.push(start.elapsed().as_secs_f64() * 1e3);
            cpu.push(cpu_start.elapsed().as_secs_f64() * 1e3);
        }
    }
    wall.sort_by(f64::total_cmp);
    cpu.sort_by(f64::total_cmp);
    Timing {
        wall_min: wall[0],
        wall_median: wall[steps / 2],
        cpu_median: cpu[steps / 2],
    }
}
