"""Writes tangent_kernels.json: kernels of networks of Algorithm 1 by neural_tangents.

    python -m venv venv && venv/bin/pip install "jax[cpu]<0.5" neural-tangents
    venv/bin/python tangent_kernels.py > tangent_kernels.json

A network of neural_tangents trains all its layers. Those of Algorithm 1 have a fixed readout, so the
kernel is taken after the last activation; W_std**2 = 2 / (1 + alpha**2) stands for the rescaled slopes.
"""

import json
import os

os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)

import neural_tangents
from neural_tangents import stax


def activation(alpha):
    if alpha == -1:
        return stax.Abs()
    if alpha == 0:
        return stax.Relu()
    return stax.LeakyRelu(alpha)


rng = np.random.default_rng(7)
x = np.round(rng.normal(size=(6, 4)) * np.array([1, 1, 0.5, 2.0]), 3)
x[4] = x[1]
x[4, 0] += 0.1
x[5] = -2 * x[0]
pairs = np.tril_indices(len(x))
kernels = []
for alpha in (-2.0, -1.0, 0.0, 0.05):
    for depth in (1, 3, 5):
        scale = (2 / (1 + alpha * alpha)) ** 0.5
        layers = []
        for _ in range(depth):
            layers += [stax.Dense(512, W_std=scale, b_std=None), activation(alpha)]
        _, _, kernel = stax.serial(*layers)
        found = kernel(x, None, ("ntk", "nngp"))
        # neural_tangents divides inner products of inputs by their dimension.
        inputs = x.shape[1]
        kernels.append(
            {
                "alpha": alpha,
                "depth": depth,
                "tangent": (0.5 * inputs * np.array(found.ntk))[pairs].tolist(),
                "covariance": (inputs * np.array(found.nngp))[pairs].tolist(),
            }
        )
versions = {"neural_tangents": neural_tangents.__version__, "jax": jax.__version__}
print(
    json.dumps(
        {
            "made_by": "tangent_kernels.py",
            "versions": versions,
            "inputs": x.tolist(),
            "kernels": kernels,
        }
    )
)
