#!/usr/bin/env python3
"""Fixtures of HQQ checkpoints, by the tool's own linear layer on the CPU.

    python make_hqq.py

Needs torch, safetensors and hqq 0.2.8.post1 (with termcolor). The layers' state dictionaries are
what transformers and hqq's save_to_safetensors write. The values expected are those of its
dequantize() with scales and zeros widened to f32; expected-f16.json has those in f16, the dtype it
computes in as a rule, where difference and product are rounded.
"""

import copy
import shutil

import torch
from hqq.core.quantize import BaseQuantizeConfig, HQQLinear, Quantizer

from tiny_model import OUTPUT, Shape, config_of, matrices, unquantized, write_fixture

# 80 to 440 groups of 8: 1 bit wants multiples of eight of them, and 3 bit packs parts of ten.
SHAPE = Shape(hidden=40, intermediate=88, heads=2, key_value_heads=1, head_dim=16)


def in_f32(layer):
    meta = copy.deepcopy(layer.meta) | {"compute_dtype": torch.float32}
    meta["scale"], meta["zero"] = meta["scale"].float(), meta["zero"].float()
    return Quantizer.dequantize(layer.W_q, meta)


def make(name, bits, group_size, axis=1, view_as_float=False, dtype=torch.float16, shape=SHAPE):
    settings = BaseQuantizeConfig(nbits=bits, group_size=group_size, axis=axis,
                                  view_as_float=view_as_float)
    tensors, exact, rounded = unquantized(shape, dtype), {}, {}
    for module, weight in matrices(shape).items():
        linear = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False)
        linear.weight.data = weight.to(dtype)
        layer = HQQLinear(linear, copy.deepcopy(settings), compute_dtype=dtype, device="cpu")
        exact[module], rounded[module] = in_f32(layer), layer.dequantize()
        for suffix, value in layer.state_dict().items():
            if value is not None:
                tensors[f"{module}.{suffix}"] = value
    quantization = {"quant_config": settings, "quant_method": "hqq", "skip_modules": ["lm_head"]}
    config = config_of(shape, dtype, quantization)
    write_fixture(name, config, tensors, rounded)
    shutil.move(OUTPUT / name / "expected.json", OUTPUT / name / "expected-f16.json")
    write_fixture(name, config, tensors, exact)


if __name__ == "__main__":
    torch.manual_seed(0)
    make("hqq-8bit", 8, 8)
    make("hqq-6bit", 6, 40)
    make("hqq-5bit", 5, 8)
    make("hqq-4bit", 4, 8)
    make("hqq-3bit", 3, 8)
    make("hqq-2bit", 2, 8)
    make("hqq-1bit", 1, 8)
    make("hqq-4bit-per-row", 4, None)
    make("hqq-4bit-axis-0", 4, 8, axis=0)
    make("hqq-3bit-axis-0", 3, 8, axis=0)
    make("hqq-4bit-as-float", 4, 8, view_as_float=True)
    make("hqq-4bit-bf16", 4, 16, dtype=torch.bfloat16)  # 40 columns: groups cross the ends of rows
