"""A tiny random llama whose matrices some tool quantizes, and how a fixture is written.

A fixture is a folder of tests/data/quantized:
    config.json        the model's configuration with the tool's quantization_config
    model.safetensors  as the tool stores it
    expected.json      for each quantized matrix what the tool dequantizes it to: the dtype it
                       computes in, the SHA-256 of the values' bytes, row after row, and the first
                       eight values for a person who looks for a difference
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file

OUTPUT = Path(__file__).resolve().parents[2] / "data" / "quantized"


@dataclass
class Shape:
    hidden: int = 32
    intermediate: int = 96
    heads: int = 2
    key_value_heads: int = 1
    head_dim: int = 32
    vocabulary: int = 16


def config_of(shape, dtype, quantization):
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama",
        "hidden_size": shape.hidden, "intermediate_size": shape.intermediate,
        "num_hidden_layers": 1, "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.key_value_heads, "head_dim": shape.head_dim,
        "vocab_size": shape.vocabulary, "max_position_embeddings": 64, "rms_norm_eps": 1e-5,
        "hidden_act": "silu", "rope_theta": 10000.0, "tie_word_embeddings": False,
        "torch_dtype": str(dtype).removeprefix("torch."), "quantization_config": quantization,
    }


def matrices(shape, seed=0):
    """Names without ".weight", and random f32 matrices [out, in] with a few large values."""
    generator = torch.Generator().manual_seed(seed)
    queries, keys = shape.heads * shape.head_dim, shape.key_value_heads * shape.head_dim
    sizes = {
        "self_attn.q_proj": (queries, shape.hidden), "self_attn.k_proj": (keys, shape.hidden),
        "self_attn.v_proj": (keys, shape.hidden), "self_attn.o_proj": (shape.hidden, queries),
        "mlp.gate_proj": (shape.intermediate, shape.hidden),
        "mlp.up_proj": (shape.intermediate, shape.hidden),
        "mlp.down_proj": (shape.hidden, shape.intermediate),
    }
    values = {}
    for name, size in sizes.items():
        matrix = torch.randn(size, generator=generator) * 0.05
        matrix[torch.rand(size, generator=generator) < 0.01] *= 8
        values["model.layers.0." + name] = matrix
    return values


def unquantized(shape, dtype, seed=1):
    """The tensors that no tool quantizes: embedding, norms, output matrix."""
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for name, size in {
        "model.embed_tokens.weight": (shape.vocabulary, shape.hidden),
        "model.layers.0.input_layernorm.weight": (shape.hidden,),
        "model.layers.0.post_attention_layernorm.weight": (shape.hidden,),
        "model.norm.weight": (shape.hidden,),
        "lm_head.weight": (shape.vocabulary, shape.hidden),
    }.items():
        tensors[name] = torch.randn(size, generator=generator).to(dtype)
    return tensors


def write_fixture(name, config, tensors, expected):
    """`expected`: matrix name -> the values the tool dequantizes to, in the dtype it computes in."""
    folder = OUTPUT / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    save_file({key: value.contiguous() for key, value in tensors.items()},
              folder / "model.safetensors", metadata={"format": "pt"})
    described = {}
    for key, values in expected.items():
        values = (values.detach() + 0).contiguous()  # bitsandbytes' FP4 has a -0; as a number it is 0
        described[key] = {
            "dtype": str(values.dtype).removeprefix("torch."),
            "shape": list(values.shape),
            "sha256": hashlib.sha256(values.view(torch.uint8).numpy().tobytes()).hexdigest(),
            "first": [float(value) for value in values.flatten()[:8]],
        }
    (folder / "expected.json").write_text(json.dumps(described, indent=1) + "\n")
    print(name, sum(path.stat().st_size for path in folder.iterdir()), "bytes")
