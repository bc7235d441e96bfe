#!/usr/bin/env python3
"""Tokens a second of llama.cpp through four blocks in TinyLlama's shape, random weights in f32.

    python llama_blocks.py [--windows 4] [--repeat 3] [--threads 2]

Windows of 512 tokens in one batch each, logits of the last token alone. Needs llama-cpp-python,
gguf and numpy.
"""

import argparse
import os
import tempfile
import time

import gguf
import llama_cpp
import numpy

HIDDEN, MLP, HEADS, KEY_VALUE_HEADS, VOCABULARY = 2048, 5632, 32, 4, 512


def write_model(path, blocks):
    random = numpy.random.default_rng(0)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(2048)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(blocks)
    writer.add_feed_forward_length(MLP)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_VALUE_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(HIDDEN // HEADS)
    writer.add_vocab_size(VOCABULARY)
    writer.add_tokenizer_model("no_vocab")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)

    def matrix(name, rows, columns):
        writer.add_tensor(name, random.standard_normal((rows, columns), numpy.float32) * 0.02)

    def norm(name):
        writer.add_tensor(name, numpy.ones(HIDDEN, numpy.float32))

    matrix("token_embd.weight", VOCABULARY, HIDDEN)
    matrix("output.weight", VOCABULARY, HIDDEN)
    norm("output_norm.weight")
    narrow = HIDDEN // HEADS * KEY_VALUE_HEADS
    for block in range(blocks):
        for name, rows, columns in [("attn_q", HIDDEN, HIDDEN), ("attn_k", narrow, HIDDEN),
                                    ("attn_v", narrow, HIDDEN), ("attn_output", HIDDEN, HIDDEN),
                                    ("ffn_gate", MLP, HIDDEN), ("ffn_up", MLP, HIDDEN),
                                    ("ffn_down", HIDDEN, MLP)]:
            matrix(f"blk.{block}.{name}.weight", rows, columns)
        norm(f"blk.{block}.attn_norm.weight")
        norm(f"blk.{block}.ffn_norm.weight")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--windows", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=512)
    parser.add_argument("--blocks", type=int, default=4)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    rates = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "blocks.gguf")
        write_model(path, options.blocks)
        model = llama_cpp.Llama(path, n_ctx=options.tokens, n_batch=options.tokens,
                                n_ubatch=options.tokens, n_threads=options.threads,
                                n_threads_batch=options.threads, verbose=False)
        tokens = [index * 7919 % 500 for index in range(options.tokens)]
        model.eval(tokens)  # the first call reads the weights
        for _ in range(options.repeat):
            started = time.perf_counter()
            for _ in range(options.windows):
                model.reset()
                model.eval(tokens)
            rates.append(options.windows * options.tokens / (time.perf_counter() - started))
    print(f"{options.blocks} blocks, {options.windows} windows of {options.tokens} tokens, "
          f"{options.threads} threads, llama-cpp-python {llama_cpp.__version__}: "
          f"best {max(rates):.1f} tokens/s, all {' '.join(f'{rate:.1f}' for rate in rates)}")


if __name__ == "__main__":
    main()
