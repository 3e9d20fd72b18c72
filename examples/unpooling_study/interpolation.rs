//! Molecules along a path between two latent vectors.

use std::{error::Error, fs, path::Path};

use burn::tensor::Tensor;
use fireweed::{
    generative::{GeneratorConfig, SampledGraph},
    molecule::{MolecularGraph, Stereo, grid},
    report::svg_to_png,
    study::{ModelStudy, gan::GanStudyConfig, vae::VaeStudy},
    train::{StopHandle, final_sampling},
};

use super::{methods::Method, molecules::Loaded, scores::Scores};
use crate::{Options, common::say};

/// Number of paths of a picture, one per row.
const PATHS: usize = 5;
/// Number of molecules of a path.
const STEPS: usize = 8;

/// Draws paths of UL GAN and of both UL VAEs of seed 0 on QM9, training missing models.
pub(crate) fn run(options: &Options, stop: &StopHandle) -> Result<(), Box<dyn Error>> {
    let data = Loaded::qm9(options)?;
    let presets = data.presets(options);
    let out = options.out.join("interpolation");
    fs::create_dir_all(&out)?;
    for method in [Method::UlGan, Method::UlVae, Method::UlVaeReplay] {
        if !options.methods().contains(&method) {
            continue;
        }
        let directory = options
            .out
            .join("qm9")
            .join(format!("{}-0", method.folder()));
        if Scores::read(&directory)?.is_none() {
            data.data(&presets)
                .train(method, 0, &directory, (options, stop))?;
        }
        let device = options.device.open()?;
        let decode = |graph: &SampledGraph| data.task.decode(graph);
        let paths: Vec<Vec<MolecularGraph>> = match method {
            Method::UlGan => {
                let study = ModelStudy::<GanStudyConfig<GeneratorConfig>>::open(&directory)?;
                let generator = study.sampler(&data.task, &device)?;
                let ends = generator.latent(2 * PATHS, &device, &mut final_sampling(0));
                along(ends, |latent| {
                    // The same draws for each latent vector, so that only the vector changes.
                    let rows = latent.dims()[0];
                    (0..rows)
                        .flat_map(|row| {
                            let latent = latent.clone().narrow(0, row, 1);
                            generator.sample(latent, &mut final_sampling(1)).sampled()
                        })
                        .map(|graph| decode(&graph))
                        .collect()
                })
            }
            _ => {
                let study = VaeStudy::open(&directory)?;
                let training = study.config().examples(data.task.graphs().clone());
                let vae = study.sampler(&data.task, &training, &device)?;
                // Paths between codes of molecules of the data, with the most probable graph of
                // each code.
                let stride = training.len() / (2 * PATHS);
                let ends: Vec<usize> = (0..2 * PATHS).map(|k| k * stride).collect();
                let ends = vae.encode(&training.batch(&ends, &device)).mean;
                along(ends, |codes| {
                    let decoded = vae.decode_mode(codes).sampled();
                    decoded.iter().map(decode).collect()
                })
            }
        };
        let name = format!("{}-0", method.folder());
        write(&paths, &out, &name, method)?;
    }
    Ok(())
}

/// Returns the molecules of each path; the ends are rows 0 and 1, 2 and 3, and so on.
fn along(
    ends: Tensor<2>,
    decode: impl Fn(Tensor<2>) -> Vec<MolecularGraph>,
) -> Vec<Vec<MolecularGraph>> {
    let path = |k: usize| {
        let [a, b] = [0, 1].map(|end| ends.clone().narrow(0, 2 * k + end, 1));
        let points = (0..STEPS).map(|step| {
            let share = step as f64 / (STEPS - 1) as f64;
            a.clone() * (1.0 - share) + b.clone() * share
        });
        decode(Tensor::cat(points.collect(), 0))
    };
    (0..PATHS).map(path).collect()
}

fn write(
    paths: &[Vec<MolecularGraph>],
    out: &Path,
    name: &str,
    method: Method,
) -> Result<(), Box<dyn Error>> {
    let text = |molecule: &MolecularGraph| {
        let text = molecule.canonical_smiles(Stereo::Drop);
        text.unwrap_or_else(|_| "not a valid molecule".into())
    };
    let shown: Vec<(&MolecularGraph, String)> = paths
        .iter()
        .flatten()
        .map(|molecule| (molecule, text(molecule)))
        .collect();
    let svg = grid(&shown, STEPS);
    let file = |extension: &str, content: &[u8]| {
        let path = out.join(format!("{name}.{extension}"));
        fs::write(&path, content)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))
    };
    file("svg", svg.as_bytes())?;
    file("png", &svg_to_png(&svg, 2.0)?)?;
    let lines: Vec<String> = paths
        .iter()
        .map(|path| path.iter().map(text).collect::<Vec<_>>().join("\t"))
        .collect();
    let path = out.join(format!("{name}.tsv"));
    fs::write(&path, lines.join("\n") + "\n")
        .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    let molecules = shown.len();
    let valid = paths
        .iter()
        .flatten()
        .filter(|m| m.canonical_smiles(Stereo::Drop).is_ok())
        .count();
    say(&format!(
        "{}: {valid} of {molecules} molecules along {PATHS} paths are valid; see {}",
        method.name(),
        out.join(format!("{name}.png")).display()
    ));
    Ok(())
}
