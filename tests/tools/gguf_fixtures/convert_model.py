#!/usr/bin/env python3
"""Writes a Hugging Face model directory as a GGUF file, with PyPI's writer and quantizers.

    python3 -m venv venv && venv/bin/pip install gguf==0.19.0 safetensors torch sentencepiece protobuf
    venv/bin/python tests/tools/gguf_fixtures/convert_model.py MODEL-DIRECTORY OUT.gguf --type Q8_0

Types: F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 (the package cannot quantize to the others).
Vectors stay in F32, and so do matrices whose rows are no multiple of a block. Llama, Mistral, Qwen2
and Qwen3 in the Hugging Face layout are understood. The tokenizer is tokenizer.model where there is
one, else a byte-level tokenizer.json, for which --pre names how texts are cut (gpt-2, llama-bpe,
qwen2, smollm, tekken).
"""

import argparse
import json
import math
import pathlib

import gguf
import numpy as np
from safetensors import safe_open

ARCHITECTURES = {"llama": "llama", "mistral": "llama", "qwen2": "qwen2", "qwen3": "qwen3"}
TOP = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
BLOCK = {
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def gguf_name(name):
    stem, suffix = name.rsplit(".", 1)
    if stem in TOP:
        return f"{TOP[stem]}.{suffix}"
    _, _, layer, module = stem.split(".", 3)
    return f"blk.{layer}.{BLOCK[module]}.{suffix}"


def interleave(values, heads):
    """Rows of each head in pairs: the first of the first half, the first of the second half, …"""
    shape = values.shape
    return values.reshape(heads, 2, shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(shape)


def load(directory):
    """Every tensor in f32; torch is only needed where the file is in bf16."""
    tensors = {}
    for path in sorted(directory.glob("*.safetensors")):
        if path.name == "expected.safetensors":
            continue
        with safe_open(path, "pt") as file:
            for name in file.keys():
                tensors[name] = file.get_tensor(name).float().numpy()
    return tensors


def rope_parameters(config):
    found = config.get("rope_scaling") or config.get("rope_parameters") or {}
    return found | {"rope_theta": found.get("rope_theta", config.get("rope_theta", 10000.0))}


def llama3_factors(rope, dimension):
    """What each frequency is divided by, as llama.cpp keeps it (in f32)."""
    factors = []
    for i in range(0, dimension, 2):
        wavelength = 2 * math.pi * rope["rope_theta"] ** (i / dimension)
        original = rope["original_max_position_embeddings"]
        low, high = rope["low_freq_factor"], rope["high_freq_factor"]
        if wavelength < original / high:
            factors.append(1.0)
        elif wavelength > original / low:
            factors.append(rope["factor"])
        else:
            smooth = (original / wavelength - low) / (high - low)
            factors.append(1 / ((1 - smooth) / rope["factor"] + smooth))
    return np.array(factors, np.float32)


def add_configuration(writer, config, dimension):
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    if dimension * config["num_attention_heads"] != config["hidden_size"]:
        writer.add_key_length(dimension)
        writer.add_value_length(dimension)
    if config["model_type"] in ("llama", "mistral"):
        writer.add_vocab_size(config["vocab_size"])
        writer.add_rope_dimension_count(dimension)
    if config["model_type"] == "mistral" and config.get("sliding_window"):
        writer.add_sliding_window(config["sliding_window"])
    rope = rope_parameters(config)
    writer.add_rope_freq_base(rope["rope_theta"])
    kind = rope.get("rope_type", "default")
    if kind == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    elif kind == "yarn":
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(rope["factor"])
        writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
    elif kind == "llama3":
        writer.add_tensor("rope_freqs.weight", llama3_factors(rope, dimension))
    elif kind != "default":
        raise SystemExit(f"rope scaling {kind} has no place in GGUF")


def add_tensors(writer, config, tensors, type_name):
    wanted = gguf.GGMLQuantizationType[type_name]
    is_llama = config["model_type"] in ("llama", "mistral")
    for name, values in tensors.items():
        if config.get("tie_word_embeddings") and name == "lm_head.weight":
            continue
        if is_llama and ".q_proj." in name:
            values = interleave(values, config["num_attention_heads"])
        if is_llama and ".k_proj." in name:
            values = interleave(values, config["num_key_value_heads"])
        block, _ = gguf.GGML_QUANT_SIZES[wanted]
        kind = wanted
        if values.ndim == 1 or values.shape[-1] % block:
            kind = gguf.GGMLQuantizationType.F32
        writer.add_tensor(gguf_name(name), gguf.quantize(values, kind), raw_dtype=kind)


def add_sentencepiece(writer, path):
    from sentencepiece import sentencepiece_model_pb2
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(pathlib.Path(path).read_bytes())
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([piece.piece for piece in model.pieces])
    writer.add_token_scores([piece.score for piece in model.pieces])
    writer.add_token_types([piece.type for piece in model.pieces])  # numbered alike
    for piece_id, add in ((model.trainer_spec.bos_id, writer.add_bos_token_id),
                          (model.trainer_spec.eos_id, writer.add_eos_token_id),
                          (model.trainer_spec.unk_id, writer.add_unk_token_id)):
        if piece_id >= 0:
            add(piece_id)


def add_byte_level(writer, path, pre, start=None, end=None):
    content = json.loads(pathlib.Path(path).read_text())
    vocabulary = dict(content["model"]["vocab"])
    added = {token["content"]: token for token in content["added_tokens"]}
    vocabulary |= {text: token["id"] for text, token in added.items()}
    by_id = {i: text for text, i in vocabulary.items()}
    tokens, types = [], []
    for i in range(max(by_id) + 1):
        text = by_id.get(i, f"[PAD{i}]")
        tokens.append(text)
        types.append(
            gguf.TokenType.UNUSED if i not in by_id
            else gguf.TokenType.NORMAL if text not in added
            else gguf.TokenType.CONTROL if added[text]["special"]
            else gguf.TokenType.USER_DEFINED)
    merges = content["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in merges])
    if start is not None:
        writer.add_bos_token_id(start)
    if end is not None:
        writer.add_eos_token_id(end)
    writer.add_add_bos_token(start is not None)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def convert(directory, out, type_name, pre=None):
    directory = pathlib.Path(directory)
    config = json.loads((directory / "config.json").read_text())
    tensors = load(directory)
    dimension = (config.get("head_dim")
                 or config["hidden_size"] // config["num_attention_heads"])
    writer = gguf.GGUFWriter(str(out), ARCHITECTURES[config["model_type"]])
    writer.add_type("model")
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_configuration(writer, config, dimension)
    if (directory / "tokenizer.model").exists():
        add_sentencepiece(writer, directory / "tokenizer.model")
    elif pre:
        add_byte_level(writer, directory / "tokenizer.json", pre, config.get("bos_token_id"),
                       config.get("eos_token_id"))
    add_tensors(writer, config, tensors, type_name)
    finish(writer)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("out")
    parser.add_argument("--type", default="F32")
    parser.add_argument("--pre")
    options = parser.parse_args()
    convert(options.directory, options.out, options.type, options.pre)


if __name__ == "__main__":
    main()
