//! Message passing and unpooling: how cost grows with the size of a graph and of a batch, and
//! graphs per second at the sizes of the molecule generators.

mod common;

use burn::tensor::{Device, Tensor};
use common::Timing;
use fireweed::{
    graph::{GraphBatch, GraphTopology, generate::random_connected},
    nn::{
        MpnnLayerConfig,
        unpooling::{NodeSelection, UnpoolingLayerConfig},
    },
    testing::random_features,
};
use rand::{SeedableRng, rngs::ChaCha8Rng};

fn main() {
    let options = common::options();
    let device = match options.device.open() {
        Ok(device) => device,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::exit(1);
        }
    };
    println!("device {}, threads {}", options.device, options.threads);
    growth(&device, options.steps);
    rates(&device, options.steps);
}

/// One graph, 16 node and 4 edge features, twice as many edges as nodes.
fn growth(device: &Device, steps: usize) {
    println!("\nOne random graph, 2 edges per node: median milliseconds (nanoseconds per node)");
    println!(
        "{:>9}  {:>26}  {:>26}  {:>26}  {:>26}",
        "nodes", "MpnnLayer forward", "and backward", "UnpoolingLayer forward", "and backward"
    );
    for exponent in 2..=6 {
        let nodes = 10usize.pow(exponent);
        // Fewer repetitions of what takes seconds.
        let steps = (steps * 1000 / nodes).max(3).min(steps.max(3));
        let graph = connected(nodes, nodes + 1);
        let [forward, both] = mpnn(&graph, [16, 4, 16], device, steps);
        // It draws on the host and keeps more rows for each edge: a million nodes take too long.
        let unpooling = (exponent < 6).then(|| unpooling(&graph, [16, 4], ALL, device, steps));
        let cell = |time: Timing| {
            let per_node = time.wall_median * 1e6 / nodes as f64;
            format!("{:>12.2} ({per_node:>9.0})", time.wall_median)
        };
        let mut line = format!("{nodes:>9}");
        for time in [forward, both]
            .into_iter()
            .chain(unpooling.into_iter().flatten())
        {
            line += &format!("  {:>26}", cell(time));
        }
        println!("{line}");
    }
}

const ALL: NodeSelection = NodeSelection::ByPosition { kept: 0, random: 0 };

/// Layers of the generators and critics for molecules.
fn rates(device: &Device, steps: usize) {
    println!("\nThousands of graphs per second, median (milliseconds per batch)");
    println!(
        "{:<34}  {:>5}  {:>22}  {:>22}",
        "layer", "batch", "forward", "and backward"
    );
    let row = |name: &str, batch: usize, [forward, both]: [Timing; 2]| {
        let cell = |time: Timing| {
            let rate = batch as f64 / time.wall_median;
            format!("{rate:>10.1} ({:>8.2})", time.wall_median)
        };
        println!(
            "{name:<34}  {batch:>5}  {:>22}  {:>22}",
            cell(forward),
            cell(both)
        );
    };
    for size in [1, 8, 64, 512, 4096] {
        let molecules = copies(9, 10, size);
        row(
            "QM9 critic, 10 → 128, 3 bonds",
            size,
            mpnn(&molecules, [10, 3, 128], device, steps),
        );
        row(
            "QM9 critic, 128 → 128, 3 bonds",
            size,
            mpnn(&molecules, [128, 3, 128], device, steps),
        );
        row(
            "QM9 generator, 128 → 128, 64 wide",
            size,
            mpnn(&molecules, [128, 64, 128], device, steps),
        );
        let selection = NodeSelection::ByPosition { kept: 1, random: 1 };
        let parents = copies(5, 5, size);
        let timings = unpooling(&parents, [128, 64], selection, device, steps);
        row("QM9 unpooling, 5 to 8 or 9 nodes", size, timings);
    }
    let molecules = copies(36, 39, 64);
    row(
        "ZINC generator, 128 → 128, 32 wide",
        64,
        mpnn(&molecules, [128, 32, 128], device, steps),
    );
    let parents = copies(18, 20, 64);
    let selection = NodeSelection::ByPosition {
        kept: 0,
        random: 17,
    };
    let timings = unpooling(&parents, [128, 32], selection, device, steps);
    row("ZINC unpooling, 18 to 19–36 nodes", 64, timings);
}

/// A random connected graph.
fn connected(nodes: usize, extra: usize) -> GraphTopology {
    let mut rng = ChaCha8Rng::seed_from_u64(nodes as u64);
    random_connected(nodes, extra, &mut rng).unwrap_or_else(|error| panic!("{error}"))
}

/// Different graphs of one size.
fn copies(nodes: usize, edges: usize, count: usize) -> GraphTopology {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut graph = || {
        random_connected(nodes, edges + 1 - nodes, &mut rng)
            .unwrap_or_else(|error| panic!("{error}"))
    };
    let graphs: Vec<_> = (0..count).map(|_| graph()).collect();
    GraphTopology::disjoint_union(&graphs)
}

fn features(topology: &GraphTopology, [nodes, edges]: [usize; 2], device: &Device) -> GraphBatch {
    random_features(
        topology,
        nodes,
        edges,
        device,
        &mut ChaCha8Rng::seed_from_u64(0),
    )
}

/// Forward without gradients; forward and backward, into the inputs too.
fn mpnn(
    topology: &GraphTopology,
    [nodes, edges, outputs]: [usize; 3],
    device: &Device,
    steps: usize,
) -> [Timing; 2] {
    let config = MpnnLayerConfig::new(nodes, edges, outputs);
    let (layer, graphs) = (
        config.init(device),
        features(topology, [nodes, edges], device),
    );
    let forward = common::time(steps, || {
        drop(layer.forward(&graphs));
        let _ = device.sync();
    });
    let tracked = device.clone().autodiff();
    let (layer, graphs) = (config.init(&tracked), with_gradients(&graphs));
    let both = common::time(steps, || {
        drop(layer.forward(&graphs).sum().backward());
        let _ = device.sync();
    });
    [forward, both]
}

fn unpooling(
    topology: &GraphTopology,
    widths: [usize; 2],
    selection: NodeSelection,
    device: &Device,
    steps: usize,
) -> [Timing; 2] {
    let config = UnpoolingLayerConfig::new(widths[0], widths[1]).with_selection(selection);
    let (layer, graphs) = (config.init(device), features(topology, widths, device));
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let forward = common::time(steps, || {
        drop(layer.forward(&graphs, &mut rng));
        let _ = device.sync();
    });
    let (layer, graphs) = (
        config.init(&device.clone().autodiff()),
        with_gradients(&graphs),
    );
    let both = common::time(steps, || {
        let output = layer.forward(&graphs, &mut rng);
        let loss =
            output.log_prob.sum() + output.graphs.nodes().sum() + output.graphs.edges().sum();
        drop(loss.backward());
        let _ = device.sync();
    });
    [forward, both]
}

fn with_gradients(graphs: &GraphBatch) -> GraphBatch {
    let leaf = |tensor: Tensor<2>| tensor.autodiff().require_grad();
    let (nodes, edges) = (leaf(graphs.nodes()), leaf(graphs.edges()));
    graphs.clone().with_nodes(nodes).with_edges(edges)
}
