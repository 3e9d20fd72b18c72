"""Frechet ChemNet distance (FCD) of generated molecules from data, beside its floor.

    pip install fcd_torch torch rdkit numpy
    python scripts/fcd.py GENERATED DATA [--molecules N] [--reference N] [--seed S]

GENERATED: one SMILES per line, also as .gz, or graphs.jsonl of a run folder. DATA: one SMILES per
line, also as .gz. Lines that RDKit does not parse, and molecules of several parts, are left out. All
molecules are written without stereo marks, on both sides.

The distance is between the activations of ChemNet, a network that was trained to predict bioactivity,
of the generated molecules and of a reference drawn from the data. The floor is the same distance for
as many other molecules of the data. The distance falls as the number of molecules grows, so compare
only distances of equal numbers, and each with its floor.

Prints one JSON object: fcd, floor, generated and reference (numbers of molecules), seed.

This script is apart from the crate, since the network needs PyTorch. Its weights are in the package
fcd_torch. On 2 CPU cores, 10,000 molecules take some minutes.

Reference: K. Preuer, P. Renz, T. Unterthiner, S. Hochreiter, G. Klambauer, Frechet ChemNet Distance,
J. Chem. Inf. Model. 58, 2018.
"""

import argparse
import gzip
import json
import sys

import numpy as np
from rdkit import Chem, RDLogger

BATCH = 500


def flat(text):
    """The canonical text without stereo marks; None for what is no molecule of one part."""
    mol = Chem.MolFromSmiles(text)
    if mol is None:
        return None
    Chem.RemoveStereochemistry(mol)
    text = Chem.MolToSmiles(mol)
    return text if text and "." not in text else None


def read(path):
    """The texts of the molecules of a file."""
    opened = gzip.open if path.endswith(".gz") else open
    try:
        with opened(path, "rt") as file:
            lines = [line for line in file.read().splitlines() if line.strip()]
        if path.endswith(".jsonl"):
            lines = [json.loads(line) for line in lines]
            lines = [line["smiles"] for line in lines if line["valid"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(f"error: cannot use {path}: {error}")
    texts = [flat(line.split()[0]) for line in lines if line]
    return [text for text in texts if text]


def frechet(a, b):
    """The Frechet distance of two samples of activations as if both were normal."""
    a_covariance, b_covariance = (np.cov(sample, rowvar=False) for sample in (a, b))
    values, vectors = np.linalg.eigh(a_covariance)
    root = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    mixed = np.linalg.eigvalsh(root @ b_covariance @ root)
    traces = np.trace(a_covariance) + np.trace(b_covariance)
    means = a.mean(axis=0) - b.mean(axis=0)
    return float(means @ means + traces - 2 * np.sqrt(np.clip(mixed, 0, None)).sum())


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("generated")
    parser.add_argument("data")
    parser.add_argument("--molecules", type=int, default=10_000, help="at most so many generated ones")
    parser.add_argument("--reference", type=int, default=10_000, help="at most so many of the data")
    parser.add_argument("--seed", type=int, default=0, help="of the draw from the data")
    parser.add_argument("--device", default="cpu", help="cpu, or cuda:0")
    options = parser.parse_args()
    RDLogger.DisableLog("rdApp.*")
    generated, data = read(options.generated), read(options.data)
    order = np.random.default_rng(options.seed).permutation(len(data))
    # Half of the data at most is held out for the floor.
    count = min(options.molecules, len(generated), len(data) // 2)
    reference = [data[place] for place in order[count:][: options.reference]]
    held_out = [data[place] for place in order[:count]]
    if count < 2 or len(reference) < 2:
        sys.exit(
            f"error: {len(generated)} valid generated molecules and {len(data)} of the data are too few: "
            "give at least 2 and 4"
        )
    from fcd_torch import FCD

    network = FCD(device=options.device, n_jobs=1, batch_size=256)

    def activations(what, texts):
        print(f"computing activations of {len(texts)} molecules, {what}", file=sys.stderr)
        parts = range(0, len(texts), BATCH)
        return np.concatenate([network.get_predictions(texts[at : at + BATCH]) for at in parts])

    base = activations("reference", reference)
    found = frechet(base, activations("generated", generated[:count]))
    floor = frechet(base, activations("held out", held_out))
    result = {
        "fcd": round(found, 4),
        "floor": round(floor, 4),
        "generated": count,
        "reference": len(reference),
        "seed": options.seed,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
