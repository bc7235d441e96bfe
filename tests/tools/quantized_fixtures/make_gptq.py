#!/usr/bin/env python3
"""Fixtures of GPTQ checkpoints, packed and dequantized by AutoGPTQ's own linear layer on the CPU.

    python make_gptq.py

Needs torch, transformers, safetensors, and the auto-gptq 0.7.1 wheel installed without its
dependencies (its package cannot be imported beside a current transformers, the one file used can).
The values expected are those of its layer in f16: its output for the unit matrix.
Version 2 differs in nothing but the zeros, which are stored as they are.
"""

import importlib.util
import sys
from pathlib import Path

import torch

from tiny_model import Shape, config_of, matrices, unquantized, write_fixture

SHAPE = Shape()


def auto_gptq_linear():
    for folder in sys.path:
        path = Path(folder) / "auto_gptq/nn_modules/qlinear/qlinear_cuda.py"
        if path.exists():
            spec = importlib.util.spec_from_file_location("qlinear_cuda", path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module.QuantLinear
    sys.exit("auto-gptq is not installed: pip install --no-deps auto-gptq==0.7.1")


QuantLinear = auto_gptq_linear()


def quantize(weight, bits, group_size, group_index, symmetric, largest_zero):
    """Scales and zeros [out, groups], and the weight snapped to them."""
    groups = int(group_index.max()) + 1
    largest = 2**bits - 1
    scales = torch.empty(weight.shape[0], groups)
    zeros = torch.empty(weight.shape[0], groups)
    for group in range(groups):
        part = weight[:, group_index == group]
        low, high = part.amin(1).clamp(max=0), part.amax(1).clamp(min=0)
        if symmetric:
            high = torch.maximum(-low, high)
            low = -high
        scales[:, group] = ((high - low) / largest).clamp(min=1e-4).half().float()
        zero = torch.round(-low / scales[:, group])
        zeros[:, group] = 2 ** (bits - 1) if symmetric else zero.clamp(1, largest_zero)
    scale, zero = scales[:, group_index], zeros[:, group_index]
    codes = torch.clamp(torch.round(weight / scale) + zero, 0, largest)
    return scales, zeros, scale * (codes - zero)


def layer_of(weight, bits, group_size, group_index, scales, zeros):
    out, columns = weight.shape
    layer = QuantLinear(bits, group_size, columns, out, bias=False)
    linear = torch.nn.Linear(columns, out, bias=False)
    # f32 here and scales in f16 there: rounding finds the codes again without a doubt.
    linear.weight.data = weight.clone()
    layer.pack(linear, scales.clone(), zeros.clone(), group_index.int())
    layer.scales = layer.scales.half()
    return layer


def make(name, bits, group_size, act_order=False, symmetric=False, version=1, extra=None,
         special=None):
    """`special`: bits of matrices that differ from the rest, by a part of their name."""
    tensors, expected = unquantized(SHAPE, torch.float16), {}
    for seed, (module, weight) in enumerate(matrices(SHAPE).items()):
        own_bits = next((b for part, b in (special or {}).items() if part in module), bits)
        columns = weight.shape[1]
        size = columns if group_size == -1 else group_size
        group_index = torch.arange(columns) // size
        if act_order:
            generator = torch.Generator().manual_seed(seed)
            group_index = group_index[torch.randperm(columns, generator=generator)]
        largest_zero = 2**own_bits if version == 1 else 2**own_bits - 1
        scales, zeros, snapped = quantize(weight, own_bits, size, group_index, symmetric,
                                          largest_zero)
        layer = layer_of(snapped, own_bits, size, group_index, scales, zeros)
        expected[module] = layer(torch.eye(columns).half()).T
        tensors[module + ".qweight"] = layer.qweight
        tensors[module + ".scales"] = layer.scales
        tensors[module + ".qzeros"] = layer.qzeros
        if version == 2:  # zeros as they are: what the layer stores for zeros + 1
            tensors[module + ".qzeros"] = layer_of(snapped, own_bits, size, group_index, scales,
                                                   zeros + 1).qzeros
        tensors[module + ".g_idx"] = layer.g_idx
        exact = scales[:, group_index] * torch.round(snapped / scales[:, group_index])
        assert torch.equal(exact.half(), expected[module]), (name, module)
    quantization = {
        "bits": bits, "group_size": group_size, "damp_percent": 0.01, "desc_act": act_order,
        "static_groups": False, "sym": symmetric, "true_sequential": True, "quant_method": "gptq",
    } | (extra or {})
    write_fixture(name, config_of(SHAPE, torch.float16, quantization), tensors, expected)


if __name__ == "__main__":
    torch.manual_seed(0)
    for bits in (2, 3, 4, 8):
        make(f"gptq-{bits}bit", bits, 40)  # 32, 64 and 96 columns: the last group is short
    make("gptq-4bit-act-order", 4, 40, act_order=True)
    make("gptq-3bit-act-order", 3, 16, act_order=True, extra={"checkpoint_format": "gptq"})
    make("gptq-4bit-symmetric-per-row", 4, -1, symmetric=True,
         extra={"model_name_or_path": None, "model_file_base_name": "model"})
    make("gptq-v2-3bit", 3, 32, version=2, extra={"checkpoint_format": "gptq_v2", "lm_head": False})
    make("gptq-v2-8bit", 8, 32, version=2,
         extra={"checkpoint_format": "gptq_v2", "pack_dtype": "int32",
                "meta": {"quantizer": ["gptqmodel:5.0.0"], "damp_auto_increment": 0.0025}})
    make("gptq-dynamic", 4, 32, special={"down_proj": 8, "o_proj": 3},
         extra={"checkpoint_format": "gptq", "format": "gptq",
                "dynamic": {"-:.*lm_head": {}, "+:.*down_proj": {"bits": 8},
                            "+:.*o_proj": {"bits": 3, "group_size": 32}}})
