#!/usr/bin/env python3
"""Writes tests/data/quant/hqq.safetensors: a small matrix and what the package hqq itself makes of
it on the CPU, in float32.

    python3 -m venv venv && DISABLE_CUDA=1 venv/bin/pip install torch numpy hqq
    venv/bin/python make_hqq_fixture.py OUT
"""

import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch
from hqq.core import optimize
from hqq.core.quantize import Quantizer

from make_fixtures import write_safetensors

CASES = {
    "hqq:bits=4,group=64": (4, 64, None),
    "hqq:bits=3,group=32": (3, 32, None),
    "hqq:bits=2,group=16": (2, 16, None),
    "hqq:bits=3,group=32,early_stop=false,iterations=30": (3, 32, 30),
}


def quantize(weight, bits, group, iterations):
    """`iterations`: of the solver that does not stop early; None: the package's default solver."""
    default = Quantizer.optimize_weights
    if iterations is not None:
        settings = dict(optimize.optimize_weights_proximal_slow.keywords["opt_params"], iters=iterations)
        Quantizer.optimize_weights = partial(
            optimize.optimize_weights_proximal_v2, dtype=torch.float32, opt_params=settings)
    codes, meta = Quantizer.quantize(
        torch.from_numpy(weight), nbits=bits, group_size=group, axis=1, optimize=True,
        bitpack=False, compute_dtype=torch.float32, device="cpu")
    Quantizer.optimize_weights = default
    shape = (weight.shape[0], -1)
    return {
        "codes": codes.numpy().astype(np.uint8).reshape(weight.shape),
        "scales": meta["scale"].float().numpy().reshape(shape),
        "zeros": meta["zero"].float().numpy().reshape(shape),
    }


def main():
    out = Path(sys.argv[1])
    random = np.random.default_rng(5)
    weight = (random.standard_t(4, size=(12, 192)) * 0.05).astype(np.float32)
    weight[2] = np.abs(weight[2]) + 0.01  # a row whose range does not hold 0
    weight[3, :64] = 0.25  # equal weights
    tensors = {"weight": weight}
    for name, case in CASES.items():
        tensors |= {f"{name}/{part}": values for part, values in quantize(weight, *case).items()}
    write_safetensors(out / "hqq.safetensors", tensors, {"made_by": "make_hqq_fixture.py"})


if __name__ == "__main__":
    main()
