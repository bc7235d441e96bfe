#!/usr/bin/env python3
"""Tokens a second of eager PyTorch through four blocks in TinyLlama's shape, random weights.

    python eager_blocks.py [--windows 4] [--repeat 3] [--threads 2]

Windows of 512 tokens, f32, scaled-dot-product attention. Needs torch and transformers.
"""

import argparse
import time

import torch
import transformers


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--windows", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=512)
    parser.add_argument("--blocks", type=int, default=4)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = transformers.LlamaModel(transformers.LlamaConfig(
        hidden_size=2048, intermediate_size=5632, num_hidden_layers=options.blocks,
        num_attention_heads=32, num_key_value_heads=4, vocab_size=64, attn_implementation="sdpa",
        max_position_embeddings=2048)).eval()
    hidden = torch.randn(options.windows, options.tokens, 2048)
    rates = []
    with torch.inference_mode():
        model(inputs_embeds=hidden[:1], use_cache=False)  # the first call sets things up
        for _ in range(options.repeat):
            started = time.perf_counter()
            model(inputs_embeds=hidden, use_cache=False)
            rates.append(options.windows * options.tokens / (time.perf_counter() - started))
    print(f"{options.blocks} blocks, {options.windows} windows of {options.tokens} tokens, "
          f"{options.threads} threads, torch {torch.__version__}: best {max(rates):.1f} tokens/s, "
          f"all {' '.join(f'{rate:.1f}' for rate in rates)}")


if __name__ == "__main__":
    main()
