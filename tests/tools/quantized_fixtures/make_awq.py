#!/usr/bin/env python3
"""Fixtures of AWQ checkpoints (GEMM), packed and dequantized by AutoAWQ's own code on the CPU.

    python make_awq.py FOLDER

FOLDER is the unpacked source of autoawq 0.2.9 (pip download --no-deps autoawq): its package cannot
be imported beside a current transformers, its packing can. The values expected are those of its
dequantize_gemm, in f16.
"""

import sys
import types
from pathlib import Path

import torch

from tiny_model import Shape, config_of, matrices, unquantized, write_fixture

SOURCE = Path(sys.argv[1])
for package in ("awq", "awq.modules", "awq.modules.linear", "awq.modules.triton", "awq.utils"):
    module = types.ModuleType(package)  # stands in for __init__.py, which imports everything
    module.__path__ = [str(SOURCE / package.replace(".", "/"))]
    sys.modules[package] = module

from awq.modules.linear.gemm import WQLinear_GEMM  # noqa: E402
from awq.utils.packing_utils import dequantize_gemm  # noqa: E402

SHAPE = Shape()  # its packing wants multiples of 32 outputs


def make(name, group_size, quantization):
    tensors, expected = unquantized(SHAPE, torch.float16), {}
    for module, weight in matrices(SHAPE).items():
        out, columns = weight.shape
        size = columns if group_size == -1 else group_size
        grouped = weight.reshape(out, -1, size)
        low, high = grouped.amin(2), grouped.amax(2)
        scales = ((high - low) / 15).half().float()  # [out, groups]
        zeros = torch.round(-low / scales).clamp(0, 15)
        scale, zero = (value.repeat_interleave(size, 1) for value in (scales, zeros))
        codes = torch.clamp(torch.round(weight / scale) + zero, 0, 15)
        linear = torch.nn.Linear(columns, out, bias=False)
        linear.weight.data = scale * (codes - zero)
        layer = WQLinear_GEMM.from_linear(linear, 4, size, scales=scales.T.contiguous(),
                                          zeros=zeros.T.contiguous())
        expected[module] = dequantize_gemm(layer.qweight, layer.qzeros, layer.scales, 4, size).T
        assert torch.equal(linear.weight.data.half(), expected[module]), (name, module)
        for suffix in ("qweight", "qzeros", "scales"):
            tensors[f"{module}.{suffix}"] = getattr(layer, suffix)
    write_fixture(name, config_of(SHAPE, torch.float16, quantization), tensors, expected)


if __name__ == "__main__":
    make("awq-gemm", 8, {
        "bits": 4, "group_size": 8, "modules_to_not_convert": None, "quant_method": "awq",
        "version": "gemm", "zero_point": True})
    make("awq-gemm-per-row", -1, {
        "bits": 4, "group_size": -1, "modules_to_not_convert": ["lm_head"], "quant_method": "awq",
        "version": "GEMM", "zero_point": True, "do_fuse": False, "exllama_config": {"version": 2}})
