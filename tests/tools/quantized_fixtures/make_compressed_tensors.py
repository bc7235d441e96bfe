#!/usr/bin/env python3
"""Fixtures of compressed-tensors checkpoints ("pack-quantized"), by the tool itself.

    python make_compressed_tensors.py

Needs torch, safetensors and compressed-tensors. Its releases pack in two ways, so this is run
twice: with 0.17.1, the last whose words hold whole codes, which also knows weight_g_idx, and with
0.20.0, which packs densely. The values expected are what decompress() returns, in the scale's
dtype.
"""

import compressed_tensors
import torch
from compressed_tensors.compressors.pack_quantized.base import PackedQuantizationCompressor
from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme
from compressed_tensors.quantization.utils import calculate_qparams

from tiny_model import Shape, config_of, matrices, unquantized, write_fixture

VERSION = compressed_tensors.__version__
DENSE = tuple(int(part) for part in VERSION.split(".")[:2]) >= (0, 18)
# Nothing a multiple of 32; 3 bit codes of 40 and 88 columns take as many words either way.
SHAPE = Shape(hidden=40, intermediate=88, heads=2, key_value_heads=1, head_dim=20)


def ranges(weight, arguments, group_index):
    if arguments.strategy == "tensor":
        return weight.amin().reshape(1), weight.amax().reshape(1)
    if arguments.strategy == "channel":
        return weight.amin(1, keepdim=True), weight.amax(1, keepdim=True)
    parts = [weight[:, group_index == group] for group in range(int(group_index.max()) + 1)]
    return (torch.stack([part.amin(1) for part in parts], 1),
            torch.stack([part.amax(1) for part in parts], 1))


def make(name, bits, strategy, symmetric, dtype=torch.bfloat16, group_size=None, act_order=False,
         others=None):
    """`others`: arguments of matrices that differ from the rest, by a part of their name."""
    tensors, expected, groups = unquantized(SHAPE, dtype), {}, {}
    for seed, (module, weight) in enumerate(matrices(SHAPE).items()):
        own = next((value for part, value in (others or {}).items() if part in module), {})
        arguments = QuantizationArgs(**(dict(
            num_bits=bits, type="int", strategy=strategy, symmetric=symmetric,
            group_size=group_size, actorder="group" if act_order else None) | own))
        scheme = QuantizationScheme(targets=[f"re:.*{module.split('.')[-1]}" if own else "Linear"],
                                    weights=arguments)
        groups[scheme.targets[0]] = scheme
        weight = weight.to(dtype)
        columns = weight.shape[1]
        group_index = torch.arange(columns, dtype=torch.int32) // (arguments.group_size or columns)
        state = {"weight": weight}
        if act_order:
            generator = torch.Generator().manual_seed(seed)
            group_index = group_index[torch.randperm(columns, generator=generator)]
            state["weight_g_idx"] = group_index
        low, high = ranges(weight, arguments, group_index)
        state["weight_scale"], zero_point = calculate_qparams(low, high, arguments)
        state["weight_scale"] = state["weight_scale"].to(dtype)
        state["weight_zero_point"] = zero_point.to(torch.int8)
        stored = PackedQuantizationCompressor.compress(state, scheme)
        expected[module] = PackedQuantizationCompressor.decompress(stored, scheme)["weight"]
        assert expected[module].dtype == dtype
        for suffix, value in stored.items():
            tensors[f"{module}.{suffix}"] = value
    quantization = {
        "config_groups": {f"group_{i}": scheme.model_dump(mode="json")
                          for i, scheme in enumerate(groups.values())},
        "format": "pack-quantized", "global_compression_ratio": None, "ignore": ["lm_head"],
        "kv_cache_scheme": None, "quant_method": "compressed-tensors",
        "quantization_status": "compressed", "sparsity_config": {}, "transform_config": {},
        "version": VERSION,
    }
    write_fixture(name, config_of(SHAPE, dtype, quantization), tensors, expected)


if __name__ == "__main__":
    if DENSE:
        make("ct-dense-3bit-asymmetric", 3, "group", False, group_size=8)
        make("ct-dense-5bit-channel", 5, "channel", False, torch.float16)
        make("ct-dense-6bit", 6, "group", True, group_size=20,
             others={"down_proj": {"group_size": 44}})
        make("ct-dense-7bit-tensor", 7, "tensor", True)
    else:
        make("ct-2bit-channel", 2, "channel", False)
        make("ct-3bit-asymmetric", 3, "group", False, group_size=8)
        make("ct-4bit", 4, "group", True, group_size=8)
        make("ct-4bit-act-order", 4, "group", False, torch.float16, group_size=8, act_order=True)
        make("ct-5bit-tensor", 5, "tensor", False)
        make("ct-6bit", 6, "channel", True, torch.float32)
        make("ct-7bit", 7, "group", True, group_size=4)
        make("ct-8bit", 8, "group", False, group_size=8)
        make("ct-mixed", 4, "group", True, group_size=8,
             others={"down_proj": {"num_bits": 8, "strategy": "channel", "group_size": None}})
