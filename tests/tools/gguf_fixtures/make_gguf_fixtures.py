#!/usr/bin/env python3
"""Makes tests/data/gguf: small GGUF files written by PyPI's gguf, and what they must read as.

    python3 -m venv venv
    venv/bin/pip install gguf==0.19.0 safetensors torch tokenizers==0.23.3 sentencepiece protobuf
    venv/bin/python tests/tools/gguf_fixtures/make_gguf_fixtures.py

types.gguf            a tensor of every type, types.safetensors what gguf.quants makes of it
models/NAME.gguf      tests/data/models/NAME written as GGUF
tokenizers/NAME.gguf  tokenizers without tensors: of tests/data/tokenizers where a folder there has
                      the name, else tokenizers/NAME.json has the ids that the library `tokenizers`
                      gives for the texts in tests/data/tokenizers/texts.json
"""

import json
import pathlib
import sys

import gguf
import numpy as np
from gguf import quants
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex
from tokenizers import normalizers, pre_tokenizers

import convert_model

HERE = pathlib.Path(__file__).resolve()
DATA = HERE.parents[2] / "data"
sys.path.append(str(HERE.parents[1] / "tokenizers"))
import make_fixtures as tokenizer_fixtures  # noqa: E402  (tests/tools/tokenizers)

QUANTIZABLE = ["F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"]
# Where the scales (f16) of a block are, for the types that the package can only dequantize.
SCALES = {"Q2_K": (80, 82), "Q3_K": (108,), "Q4_K": (0, 2), "Q5_K": (0, 2), "Q6_K": (208,),
          "IQ4_NL": (0,), "IQ4_XS": (0,)}
ROWS, COLUMNS = 2, 512

MODELS = {
    "llama_plain": "F32", "llama_f16": "F16", "llama_bf16": "BF16", "llama_bias": "F32",
    "llama_tied": "Q8_0", "llama_rope_linear": "F16", "llama_rope_yarn": "F32",
    "llama_rope_llama3": "F32", "mistral_sliding": "F32", "qwen2": "F32", "qwen3": "F32",
}

LLAMA3 = tokenizer_fixtures.WORDS
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
TEKKEN = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
          r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
          r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def random_blocks(type_name, source):
    """Any bytes are valid codes; scales must be finite."""
    kind = gguf.GGMLQuantizationType[type_name]
    block, size = gguf.GGML_QUANT_SIZES[kind]
    bytes_ = source.integers(0, 256, (ROWS * COLUMNS // block, size), dtype=np.uint8)
    for offset in SCALES[type_name]:
        scales = source.normal(0, 0.02, len(bytes_)).astype(np.float16)
        bytes_[:, offset:offset + 2] = scales.view(np.uint8).reshape(-1, 2)
    return bytes_.reshape(ROWS, -1)


def make_types(folder):
    source = np.random.default_rng(7)
    writer = gguf.GGUFWriter(str(folder / "types.gguf"), "llama")
    expected = {}
    for name in QUANTIZABLE + list(SCALES):
        kind = gguf.GGMLQuantizationType[name]
        if name in SCALES:
            stored = random_blocks(name, source)
        else:
            stored = gguf.quantize(source.normal(0, 0.5, (ROWS, COLUMNS)).astype(np.float32), kind)
        writer.add_tensor(name, stored, raw_dtype=kind)
        expected[name] = np.ascontiguousarray(quants.dequantize(stored, kind), dtype=np.float32)
    convert_model.finish(writer)
    save_file(expected, str(folder / "types.safetensors"))


def byte_level(*steps, normalizer=None, ignore=False):
    """A byte-level tokenizer whose texts are cut by these regular expressions, one after another."""
    cuts = [pre_tokenizers.Split(Regex(step), "isolated") for step in steps]
    tokenizer = tokenizer_fixtures.byte_level(
        pre_tokenizers.Sequence(
            cuts + [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]),
        normalizer=normalizer, ignore=ignore)
    # Most models keep some tokens for later: ids without a meaning.
    tokenizer.add_special_tokens([AddedToken("<|end|>", special=True, normalized=False)])
    tokenizer.add_tokens([AddedToken("<tool>", special=False, normalized=False)])
    return tokenizer


def own_tokenizers():
    gpt2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    yield "qwen2", byte_level(QWEN2, normalizer=normalizers.NFC())
    yield "smollm", byte_level(r"\p{N}", gpt2)
    yield "tekken", byte_level(TEKKEN, ignore=True)
    yield "default", byte_level(r"[\p{P}\$\+<=>\^~\|]+", gpt2, r"\p{N}+", r"[0-9][0-9][0-9]")


def make_tokenizers(folder):
    folder.mkdir(exist_ok=True)
    existing = DATA / "tokenizers"

    def writer_of(name):
        return gguf.GGUFWriter(str(folder / f"{name}.gguf"), "llama")

    for name, pre in (("byte_level", "gpt-2"), ("byte_level_words", "llama-bpe")):
        writer = writer_of(name)
        convert_model.add_byte_level(writer, existing / name / "tokenizer.json", pre)
        convert_model.finish(writer)
    writer = writer_of("sentencepiece_llama")
    convert_model.add_sentencepiece(writer, existing / "sentencepiece_llama" / "tokenizer.model")
    convert_model.finish(writer)
    texts = json.loads((existing / "texts.json").read_text()) + [
        "<|end|>river<tool>mill", "1234567 ab12", "CamelCaseWORDSand IOmix", "don't // x\n/y"]
    for name, tokenizer in own_tokenizers():
        json_path = folder / "tokenizer.json"
        json_path.write_text(tokenizer.to_str())
        writer = writer_of(name)
        convert_model.add_byte_level(writer, json_path, name, start=1, end=2)
        convert_model.finish(writer)
        json_path.unlink()
        (folder / f"{name}.json").write_text(json.dumps({
            "texts": texts,
            "ids": [tokenizer.encode(text, add_special_tokens=False).ids for text in texts],
            "decoded": [tokenizer.decode(tokenizer.encode(text).ids) for text in texts],
        }, separators=(",", ":")) + "\n")


def main():
    folder = DATA / "gguf"
    (folder / "models").mkdir(parents=True, exist_ok=True)
    make_types(folder)
    for name, type_name in MODELS.items():
        convert_model.convert(DATA / "models" / name, folder / "models" / f"{name}.gguf", type_name)
    make_tokenizers(folder / "tokenizers")


if __name__ == "__main__":
    main()
