#!/usr/bin/env python3
"""Loads exported checkpoints with the formats' own tools and compares every matrix.

    quantscope-cli quantize --model DIR --method METHOD --format f32 -o PLAIN
    quantscope-cli quantize --model DIR --method METHOD --format FORMAT -o EXPORTED
    python check_export.py PLAIN EXPORTED

PLAIN holds the dequantized weights exactly, in f32. compressed-tensors is loaded through
transformers; gptq by AutoGPTQ's own linear layer (run on the unit matrix). gptq_v2, which AutoGPTQ
does not know, is unpacked here by its definition. See README.md for what to install.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "quantized_fixtures"))

# Scales in f16 (2^-11), and the tools' products rounded to f16 once more.
F16_TOLERANCE = 2.0**-10


def by_auto_gptq(tensors, module, config):
    from make_gptq import QuantLinear

    codes, scales = tensors[module + ".qweight"], tensors[module + ".scales"]
    columns, out = tensors[module + ".g_idx"].numel(), codes.shape[1]
    group = columns if config["group_size"] == -1 else config["group_size"]
    layer = QuantLinear(config["bits"], group, columns, out, bias=False)
    state = {name: tensors[f"{module}.{name}"] for name in ("qweight", "qzeros", "g_idx", "scales")}
    layer.load_state_dict(state, strict=True)
    layer.scales = scales.half()
    return layer(torch.eye(columns, dtype=torch.float16)).T.float()


def unpacked(words, bits, count):
    """Values along the first axis of [words, streams]."""
    stream = np.unpackbits(np.ascontiguousarray(words.T).view(np.uint8), axis=1, bitorder="little")
    values = stream[:, : count * bits].reshape(-1, count, bits)
    return (values * (1 << np.arange(bits))).sum(-1).T


def by_definition(tensors, module, config):
    bits = config["bits"]
    index = tensors[module + ".g_idx"].numpy()
    scales = tensors[module + ".scales"].float().numpy()  # [groups, out]
    codes = unpacked(tensors[module + ".qweight"].numpy(), bits, len(index))  # [in, out]
    zeros = unpacked(tensors[module + ".qzeros"].numpy().T, bits, scales.shape[1]).T
    return torch.from_numpy((scales[index] * (codes - zeros[index])).T).float()


def by_transformers(folder):
    from transformers import AutoModelForCausalLM
    from transformers.utils.quantization_config import CompressedTensorsConfig

    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, quantization_config=CompressedTensorsConfig(run_compressed=False)
    )
    return {name: value.float() for name, value in model.state_dict().items()}


def main(plain, exported):
    wanted = load_file(plain + "/model.safetensors")
    config = json.loads(Path(exported, "config.json").read_text())["quantization_config"]
    tensors = load_file(exported + "/model.safetensors")
    method = config["quant_method"]
    loaded = by_transformers(exported) if method == "compressed-tensors" else None
    exact = not any(v.dtype == torch.float16 for k, v in tensors.items() if "scale" in k)
    worst, matrices = 0.0, 0
    for name, weight in wanted.items():
        if "proj.weight" not in name:
            continue
        module = name.removesuffix(".weight")
        if loaded is not None:
            found = loaded[name]
        elif config["checkpoint_format"] == "gptq":
            found = by_auto_gptq(tensors, module, config)
        else:
            found = by_definition(tensors, module, config)
        difference = (found - weight).abs()
        worst = max(worst, float((difference / weight.abs().clamp(min=1e-30)).max()))
        matrices += 1
    limit = 0.0 if exact else F16_TOLERANCE
    print(f"{exported}: {method}, {matrices} matrices, largest relative difference {worst:.3g}")
    if matrices == 0 or worst > limit:
        sys.exit(f"FAILED: more than {limit:.3g}")


if __name__ == "__main__":
    with torch.no_grad():
        main(*sys.argv[1:])
