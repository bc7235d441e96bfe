#!/usr/bin/env python3
"""Checks the GGUF fixtures against llama.cpp itself, as PyPI's xllamacpp has it compiled.

    venv/bin/pip install xllamacpp==2026.10.11549     # beside what make_gguf_fixtures.py needs
    venv/bin/python tests/tools/gguf_fixtures/compare_with_llama_cpp.py

The library exports llama.cpp's C functions, which are called directly:

- numbers: the blocks of types.gguf through ggml's dequantize_row_*, equal to types.safetensors
- logits: models of tests/data/models written as GGUF, against what transformers computed. llama.cpp
  keeps keys and values in f16, hence the tolerance.
- ids: the fixtures' tokenizers in a model of zeros, against the fixtures' ids
"""

import ctypes
import json
import sys
import tempfile
from pathlib import Path

import gguf
import numpy as np
import xllamacpp
from safetensors.numpy import load_file

import convert_model

DATA = Path(__file__).resolve().parents[2] / "data"
LOGIT_TOLERANCE = 5e-3  # of the largest; f16 has eleven bits
# llama.cpp's "llama" has no sliding window, so mistral_sliding is not here.
MODELS = ["llama_plain", "llama_bias", "llama_tied", "llama_rope_linear", "llama_rope_llama3",
          "llama_rope_yarn", "qwen2", "qwen3"]
# Texts that llama.cpp cuts otherwise than the original: it leaves out qwen2's NFC, finds
# user-defined pieces before anything else, and begins a word again behind them.
KNOWN_DIFFERENCES = {"qwen2": 2, "sentencepiece_llama": 2}

library = ctypes.CDLL(xllamacpp.xllamacpp.__file__)


class Parameters(ctypes.Structure):
    """Structures that are passed through unread, and always last: larger than they are."""
    _fields_ = [("bytes", ctypes.c_char * 2048)]


class Batch(ctypes.Structure):
    _fields_ = [("count", ctypes.c_int32), ("tokens", ctypes.c_void_p), ("embd", ctypes.c_void_p),
                ("positions", ctypes.c_void_p), ("sequences", ctypes.c_void_p),
                ("sequence_ids", ctypes.c_void_p), ("wanted", ctypes.c_void_p),
                ("rest", ctypes.c_char * 128)]


def declare(name, result, *arguments):
    function = getattr(library, name)
    function.restype, function.argtypes = result, list(arguments)
    return function


POINTER, COUNT = ctypes.c_void_p, ctypes.c_int32
model_defaults = declare("llama_model_default_params", Parameters)
context_defaults = declare("llama_context_default_params", Parameters)
load_model = declare("llama_model_load_from_file", POINTER, ctypes.c_char_p, Parameters)
make_context = declare("llama_init_from_model", POINTER, POINTER, Parameters)
free_context = declare("llama_free", None, POINTER)
vocabulary_of = declare("llama_model_get_vocab", POINTER, POINTER)
tokenize = declare("llama_tokenize", COUNT, POINTER, ctypes.c_char_p, COUNT, POINTER, COUNT,
                   ctypes.c_bool, ctypes.c_bool)
make_batch = declare("llama_batch_get_one", Batch, POINTER, COUNT)
decode = declare("llama_decode", COUNT, POINTER, Batch)
logits_of = declare("llama_get_logits", POINTER, POINTER)
LOGGER = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
silent = LOGGER(lambda *ignored: None)


def open_model(path):
    model = load_model(str(path).encode(), model_defaults())
    if not model:
        sys.exit(f"llama.cpp does not load {path}")
    return model


def logits(model, ids, vocabulary):
    context = make_context(model, context_defaults())
    tokens = (ctypes.c_int32 * len(ids))(*ids)
    wanted = (ctypes.c_int8 * len(ids))(*[1] * len(ids))
    batch = make_batch(tokens, len(ids))
    batch.wanted = ctypes.addressof(wanted)
    if decode(context, batch) != 0:
        sys.exit("llama.cpp fails to decode")
    found = ctypes.cast(logits_of(context), ctypes.POINTER(ctypes.c_float))
    values = np.ctypeslib.as_array(found, (len(ids), vocabulary)).copy()
    free_context(context)
    return values


def check_numbers():
    expected = load_file(DATA / "gguf" / "types.safetensors")
    for tensor in gguf.GGUFReader(DATA / "gguf" / "types.gguf").tensors:
        name = tensor.name
        function = getattr(library, "dequantize_row_" + name.lower().replace("_k", "_K"), None)
        if function is None:
            continue  # F32, F16, BF16
        blocks = np.ascontiguousarray(tensor.data).view(np.uint8).reshape(-1)
        values = np.zeros(expected[name].size, np.float32)
        function.argtypes = [POINTER, POINTER, ctypes.c_int64]
        function(blocks.ctypes.data, values.ctypes.data, values.size)
        if not np.array_equal(values, expected[name].reshape(-1)):
            sys.exit(f"{name}: other numbers")
        print(f"{name}: equal")


def check_logits(folder):
    def add_no_vocabulary(writer):
        writer.add_tokenizer_model("no_vocab")
        if writer.arch.startswith("qwen"):
            writer.add_vocab_size(64)
        write_out(writer)

    write_out, convert_model.finish = convert_model.finish, add_no_vocabulary
    for name in MODELS:
        path = folder / f"{name}.gguf"
        convert_model.convert(DATA / "models" / name, path, "F32")
        expected = load_file(DATA / "models" / name / "expected.safetensors")
        model = open_model(path)
        largest = np.abs(expected["logits"]).max()
        deviation = max(
            np.abs(logits(model, ids.tolist(), golden.shape[-1]) - golden).max() / largest
            for ids, golden in zip(expected["ids"], expected["logits"]))
        print(f"{name}: logits differ by {deviation:.1e} of the largest")
        if deviation > LOGIT_TOLERANCE:
            sys.exit("that is too much")
    convert_model.finish = write_out


def write_model_of_zeros(source, path):
    """A model just large enough to be loaded, with the key-value pairs of a tokenizer."""
    writer = gguf.GGUFWriter(str(path), "llama")
    for key, field in gguf.GGUFReader(source).fields.items():
        if not key.startswith("tokenizer."):
            continue
        value = field.contents()
        kinds = field.types
        writer.add_key_value(key, value, kinds[0], sub_type=kinds[1] if len(kinds) > 1 else None)
        if key == "tokenizer.ggml.tokens":
            vocabulary = len(value)
    for add, value in ((writer.add_block_count, 1), (writer.add_context_length, 8),
                       (writer.add_embedding_length, 8), (writer.add_feed_forward_length, 8),
                       (writer.add_head_count, 2), (writer.add_head_count_kv, 2),
                       (writer.add_rope_dimension_count, 4), (writer.add_layer_norm_rms_eps, 1e-5)):
        add(value)
    shapes = {"token_embd": (vocabulary, 8), "output_norm": (8,), "blk.0.attn_norm": (8,),
              "blk.0.ffn_norm": (8,)}
    shapes |= {f"blk.0.{name}": (8, 8) for name in ("attn_q", "attn_k", "attn_v", "attn_output",
                                                    "ffn_gate", "ffn_up", "ffn_down")}
    for name, shape in shapes.items():
        writer.add_tensor(f"{name}.weight", np.zeros(shape, np.float32))
    convert_model.finish(writer)


def check_ids(folder):
    tokenizers = DATA / "tokenizers"
    for source in sorted((DATA / "gguf" / "tokenizers").glob("*.gguf")):
        own = source.with_suffix(".json")
        if own.exists():
            expected = json.loads(own.read_text())
        else:
            expected = json.loads((tokenizers / source.stem / "expected.json").read_text())
            expected["texts"] = json.loads((tokenizers / "texts.json").read_text())
        path = folder / source.name
        write_model_of_zeros(source, path)
        vocabulary = vocabulary_of(open_model(path))
        finds_specials = not source.stem.startswith("sentencepiece")
        differing = 0
        for text, ids in zip(expected["texts"], expected["ids"]):
            raw = text.encode()
            found = (ctypes.c_int32 * (len(raw) + 16))()
            count = tokenize(vocabulary, raw, len(raw), found, len(found), False, finds_specials)
            differing += list(found[:count]) != ids
        print(f"{source.stem}: {differing} of {len(expected['texts'])} texts have other ids")
        if differing != KNOWN_DIFFERENCES.get(source.stem, 0):
            sys.exit("expected another number of them")


def main():
    library.llama_log_set(silent, None)
    library.llama_backend_init()
    check_numbers()
    with tempfile.TemporaryDirectory() as folder:
        check_logits(Path(folder))
        check_ids(Path(folder))


if __name__ == "__main__":
    main()
