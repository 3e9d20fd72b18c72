//! The activation alone: the fused kernel against Burn's own `leaky_relu` with a scale, forward
//! and forward plus backward, for the activations of a batch and of a full data set.

mod common;

use burn::tensor::{Device, Distribution, Tensor, activation::leaky_relu};
use fireweed::nn::LeakyReluRescaledConfig;

fn main() {
    let options = common::options();
    let device = match options.device.open() {
        Ok(device) => device,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::exit(1);
        }
    };
    let layer = LeakyReluRescaledConfig::new().init();
    let scale = layer.positive_slope();
    println!(
        "device {}, threads {}: median microseconds",
        options.device, options.threads
    );
    for shape in [[64, 2000], [1000, 1000], [4000, 2000]] {
        report(shape, "rescaled", &device, options.steps, |x| {
            layer.forward(x)
        });
        report(shape, "Burn's, then scaled", &device, options.steps, |x| {
            leaky_relu(x, layer.alpha()) * scale
        });
    }
}

fn report(
    shape: [usize; 2],
    name: &str,
    device: &Device,
    steps: usize,
    f: impl Fn(Tensor<2>) -> Tensor<2>,
) {
    let [rows, columns] = shape;
    let x = Tensor::<2>::random(shape, Distribution::Normal(0.0, 1.0), device);
    // What a network does: the activation's input is a fresh product, its output a factor.
    let fresh = |x: &Tensor<2>| x.clone() * 1.0;
    let inference = |with: bool| {
        common::time(steps, || {
            let y = fresh(&x);
            let y = if with { f(y) } else { y };
            drop(y);
            let _ = device.sync();
        })
    };
    let ad = device.clone().autodiff();
    let leaf = Tensor::<2>::from_inner(x.clone())
        .to_device(&ad)
        .require_grad();
    let training = |with: bool| {
        common::time(steps, || {
            let y = fresh(&leaf);
            let y = if with { f(y) } else { y };
            drop(y.sum().backward());
            let _ = device.sync();
        })
    };
    let forward = inference(true).wall_median - inference(false).wall_median;
    let both = training(true).wall_median - training(false).wall_median;
    println!(
        "{rows}×{columns} {name:<20} forward {:8.0}  forward and backward {:8.0}",
        1e3 * forward,
        1e3 * both
    );
}
