"""Writes divergence.json: distances of samples by scipy and numpy.

    python -m venv venv && venv/bin/pip install numpy scipy
    venv/bin/python divergence.py > divergence.json
"""

import json
import platform

import numpy as np
import scipy
from scipy.stats import entropy, gaussian_kde, wasserstein_distance

EDGES = [2, 20, 50]


def kl_published(source, generated, edges):
    bins = np.linspace(source.min() - 1e-5, source.max() + 1e-5, edges)
    p = np.histogram(source, bins)[0] / len(source) + 1e-7
    q = np.histogram(generated, bins)[0] / len(generated) + 1e-7
    return float(np.sum(p * np.log(p / q)))


def kl_smoothed(source, generated, edges):
    bins = np.linspace(source.min() - 1e-5, source.max() + 1e-5, edges)

    def shares(values):
        inner = np.histogram(values, bins)[0]
        outer = [np.sum(values < bins[0]), np.sum(values > bins[-1])]
        counts = np.concatenate([inner, outer]) + 0.5
        return counts / counts.sum()

    p, q = shares(source), shares(generated)
    return float(np.sum(p * np.log(p / q)))


def kl_density(source, generated):
    """By the recipe of GuacaMol; None where a sample has one value only, which has no kernel density."""
    if len(set(source)) == 1 or len(set(generated)) == 1:
        return None
    points = np.linspace(min(source.min(), generated.min()), max(source.max(), generated.max()), 1000)
    p, q = gaussian_kde(source)(points) + 1e-10, gaussian_kde(generated)(points) + 1e-10
    return float(entropy(p, q))


def kl_counts(source, generated):
    """By the recipe of GuacaMol, of the whole parts."""
    source, generated = np.floor(source), np.floor(generated)
    edges = np.arange(min(source.min(), generated.min()), max(source.max(), generated.max()) + 2)
    p, q = (np.histogram(x, edges, density=True)[0] + 1e-10 for x in (source, generated))
    return float(entropy(p, q))


def samples():
    rng = np.random.default_rng(5)
    # Rounded, so that the file is short; of the decimals numpy and Rust read the same numbers.
    normal = lambda mean, deviation, size: np.round(rng.normal(mean, deviation, size), 4)
    yield "shifted, unequal sizes", normal(0, 1, 60), normal(0.5, 1, 37)
    yield "wider, outside the range", normal(0, 0.5, 50), normal(0, 3, 50)
    yield "apart", normal(-10, 1, 12), normal(10, 1, 9)
    yield "ties", np.round(normal(0, 1, 80), 1), np.round(normal(0, 1, 45), 1)
    yield "whole numbers", rng.integers(0, 9, 70).astype(float), rng.integers(2, 12, 33).astype(float)
    yield "one value", np.array([0.25]), normal(0, 1, 20)
    yield "large numbers", normal(1e6, 10, 40), normal(1e6, 12, 40)


def main():
    cases = []
    for name, source, generated in samples():
        cases.append({
            "name": name,
            "source": source.tolist(),
            "generated": generated.tolist(),
            "wasserstein": float(wasserstein_distance(source, generated)),
            "kl_published": [[e, kl_published(source, generated, e)] for e in EDGES],
            "kl_density": kl_density(source, generated),
            "kl_counts": kl_counts(source, generated),
            "kl_smoothed": [[e, kl_smoothed(source, generated, e)] for e in EDGES],
        })
    versions = {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__}
    print(json.dumps({"made_by": "divergence.py", "versions": versions, "cases": cases}))


main()
