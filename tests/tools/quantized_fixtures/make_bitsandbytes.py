#!/usr/bin/env python3
"""Fixtures of bitsandbytes 4 bit checkpoints, by the tool itself on the CPU.

    python make_bitsandbytes.py

Needs torch, safetensors and bitsandbytes (0.50.2 was used). The values expected are what its
dequantize_4bit returns, in the dtype that its quant_state names.
"""

import torch
from bitsandbytes.functional import dequantize_4bit, quantize_4bit

from tiny_model import Shape, config_of, matrices, unquantized, write_fixture

# 30 columns: blocks of 64 cross the ends of rows; 90 · 30 weights: the last block is short.
SHAPE = Shape(hidden=30, intermediate=90, heads=2, key_value_heads=1, head_dim=22)


def make(name, kind, dtype=torch.bfloat16, nested=False, block=64, storage=torch.uint8,
         shape=SHAPE):
    tensors, expected = unquantized(shape, dtype), {}
    for module, weight in matrices(shape).items():
        packed, state = quantize_4bit(weight.to(dtype), blocksize=block, compress_statistics=nested,
                                      quant_type=kind, quant_storage=storage)
        expected[module] = dequantize_4bit(packed, state)
        assert expected[module].dtype == dtype and expected[module].shape == weight.shape
        tensors[module + ".weight"] = packed
        for suffix, value in state.as_dict(packed=True).items():
            tensors[f"{module}.weight.{suffix}"] = value
    quantization = {
        "_load_in_4bit": True, "_load_in_8bit": False,
        "bnb_4bit_compute_dtype": str(dtype).removeprefix("torch."),
        "bnb_4bit_quant_storage": str(storage).removeprefix("torch."),
        "bnb_4bit_quant_type": kind, "bnb_4bit_use_double_quant": nested,
        "llm_int8_enable_fp32_cpu_offload": False, "llm_int8_has_fp16_weight": False,
        "llm_int8_skip_modules": None, "llm_int8_threshold": 6.0, "load_in_4bit": True,
        "load_in_8bit": False, "quant_method": "bitsandbytes",
    }
    write_fixture(name, config_of(shape, dtype, quantization), tensors, expected)


if __name__ == "__main__":
    make("bnb-nf4", "nf4")
    make("bnb-nf4-double", "nf4", torch.float16, nested=True)
    make("bnb-nf4-f32", "nf4", torch.float32, block=32)
    make("bnb-fp4", "fp4", block=128)
    make("bnb-fp4-double-f32", "fp4", torch.float32, nested=True)
    make("bnb-nf4-bf16-storage", "nf4", storage=torch.bfloat16)
    # 45 · 15 is odd: half of the last byte is not used
    make("bnb-nf4-odd", "nf4", torch.float32,
         shape=Shape(hidden=15, intermediate=45, heads=1, key_value_heads=1, head_dim=14))
