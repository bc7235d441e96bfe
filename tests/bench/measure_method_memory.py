#!/usr/bin/env python3
"""Memory of studies with each method, and of what else a study holds, against what was foretold.

    python3 measure_method_memory.py --cli build/dev/bin/quantscope-cli \\
        --make build/dev/bin/make-random-checkpoint

Random checkpoints in which that dominates what the process takes by itself; prints for each study
the estimate, the peak of its resident memory, their ratio, and the item that was foretold largest.
"""

import argparse
import json
import math
import pathlib
import random
import struct
import subprocess
import tempfile

from measured_study import MIB, measure

HIDDEN, MLP, HEADS, LAYERS, VOCABULARY = 768, 2048, 12, 2, 4000
EXPERTS, EXPERT_MLP = 8, 768

RTN = ["--method", "rtn:bits=4,group=64"]
CASES = {
    "RTN": RTN,
    "HQQ": ["--method", "hqq:bits=3,group=64"],
    "GPTQ": ["--method", "gptq:bits=3,group=64"],
    "AWQ": ["--method", "awq:bits=3,group=64"],
    "SmoothQuant W8A8": ["--method", "smoothquant"],
    "QuaRot": ["--method", "quarot"],
    "DuQuant": ["--method", "duquant"],
    "PrefixQuant": ["--method", "prefixquant"],
    "OmniQuant": ["--method", "omniquant:bits=3,group=64,epochs=1"],
    "OmniQuant with LET": ["--method", "omniquant:bits=3,group=64,epochs=1,let=true"],
    "EfficientQAT, blocks": ["--method", "efficientqat:bits=3,group=64,epochs=1,end_to_end=false"],
    "EfficientQAT": ["--method", "efficientqat:bits=3,group=64,epochs=1"],
    "LSI": ["--method", "lsi:bits=3,group=64,epochs=1"],
    "five methods": [*RTN, "--method", "nf4", "--method", "gptq:bits=3,group=64", "--method",
                     "gptq:bits=3,group=64,act_order=true,name=gptq-order", "--method",
                     "awq:bits=3,group=64"],
    "experts, RTN": RTN,
    "experts, GPTQ": ["--method", "gptq:bits=3,group=64"],
    "imported lane": ["--lane", "other={other}"],
    "early exit": [*RTN, "--early-exit"],
    "token maps of all examples": [*RTN, "--token-maps", "--examples", "256"],
    "questions": [*RTN, "--questions", "{questions}", "--shots", "2", "--question-count", "64",
                  "--answer-tokens", "8"],
}


def random_matrix(numbers, elements):
    """Random bf16 of about .02, made by bytes."""
    table = [numbers.gauss(0, 0.02) for _ in range(256)]
    bits = [int.from_bytes(struct.pack(">f", value)[:2], "big") for value in table]
    drawn = numbers.randbytes(elements)
    both = bytearray(2 * elements)
    both[0::2] = drawn.translate(bytes(b & 255 for b in bits))
    both[1::2] = drawn.translate(bytes(b >> 8 for b in bits))
    return bytes(both)


def make_experts(maker, folder):
    """A checkpoint in the way of Mixtral; the tokenizer is the maker's."""
    subprocess.run([maker, "--shape", "tiny", "--vocabulary", str(VOCABULARY), "-o", folder],
                   check=True, stdout=subprocess.DEVNULL)
    config = {"architectures": ["MixtralForCausalLM"], "model_type": "mixtral",
              "hidden_size": HIDDEN, "intermediate_size": EXPERT_MLP, "num_hidden_layers": LAYERS,
              "num_attention_heads": HEADS, "num_key_value_heads": HEADS, "vocab_size": VOCABULARY,
              "max_position_embeddings": 2048, "rms_norm_eps": 1e-5, "rope_theta": 1e4,
              "hidden_act": "silu", "tie_word_embeddings": False, "num_local_experts": EXPERTS,
              "num_experts_per_tok": 2, "bos_token_id": 1, "eos_token_id": 2,
              "sliding_window": None, "torch_dtype": "bfloat16"}
    (folder / "config.json").write_text(json.dumps(config))
    shapes = {"model.embed_tokens.weight": (VOCABULARY, HIDDEN), "model.norm.weight": (HIDDEN,),
              "lm_head.weight": (VOCABULARY, HIDDEN)}
    for layer in range(LAYERS):
        block = f"model.layers.{layer}."
        shapes[block + "input_layernorm.weight"] = (HIDDEN,)
        shapes[block + "post_attention_layernorm.weight"] = (HIDDEN,)
        for name in "qkvo":
            shapes[block + f"self_attn.{name}_proj.weight"] = (HIDDEN, HIDDEN)
        shapes[block + "block_sparse_moe.gate.weight"] = (EXPERTS, HIDDEN)
        for expert in range(EXPERTS):
            inside = block + f"block_sparse_moe.experts.{expert}."
            shapes[inside + "w1.weight"] = shapes[inside + "w3.weight"] = (EXPERT_MLP, HIDDEN)
            shapes[inside + "w2.weight"] = (HIDDEN, EXPERT_MLP)
    header, at = {}, 0
    for name, shape in shapes.items():
        size = 2 * math.prod(shape)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    packed = json.dumps(header).encode()
    numbers = random.Random(1)
    with open(folder / "model.safetensors", "wb") as file:
        file.write(len(packed).to_bytes(8, "little") + packed)
        for name, shape in shapes.items():
            one = b"\x80\x3f" * math.prod(shape)
            file.write(one if "norm" in name else random_matrix(numbers, math.prod(shape)))


def make_model(maker, folder, seed):
    subprocess.run([maker, "--shape", "tiny", "--layers", str(LAYERS), "--hidden", str(HIDDEN),
                    "--intermediate", str(MLP), "--heads", str(HEADS), "--key-value-heads",
                    str(HEADS), "--vocabulary", str(VOCABULARY), "--seed", str(seed), "-o", folder],
                   check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--make", required=True, help="make-random-checkpoint")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cases", nargs="*", default=list(CASES), choices=list(CASES))
    parser.add_argument("--items", action="store_true", help="all items of the estimates, and what "
                        "was sampled in each stage")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        words = random.Random(0)
        (folder / "text.txt").write_text(
            " ".join(f"{words.getrandbits(20):x}" for _ in range(120000)))
        asked = [{"question": f"What is {words.getrandbits(30):x} and {words.getrandbits(30):x}?",
                  "answers": [f"{words.getrandbits(12):x}"]} for _ in range(80)]
        (folder / "questions.jsonl").write_text("".join(json.dumps(q) + "\n" for q in asked))
        make_model(arguments.make, folder / "dense", 0)
        make_model(arguments.make, folder / "other", 1)
        make_experts(arguments.make, folder / "experts")
        places = {"other": folder / "other", "questions": folder / "questions.jsonl"}
        for case in arguments.cases:
            model = folder / ("experts" if case.startswith("experts") else "dense")
            words_of_case = [word.format(**places) for word in CASES[case]]
            command = [arguments.cli, "run", "--model", model, "--text", folder / "text.txt",
                       "--windows", "all", "--threads", arguments.threads, "--tokens", 255,
                       "--calibration-examples", 16, "--memory", "16GiB", *words_of_case]
            if "--examples" not in command:
                command += ["--examples", 32]
            found = measure([str(word) for word in command])
            if found.exit_code:
                print(f"{case}: exit code {found.exit_code}: {found.message}", flush=True)
                continue
            largest = max(list(found.items)[1:], key=found.items.get)
            print(f"{case:27} estimate {found.estimate / MIB:6.0f} MiB, peak {found.peak / MIB:6.0f}"
                  f" MiB, ratio {found.ratio:.3f}; {largest} "
                  f"{found.items[largest] / MIB:.0f} MiB; {found.processor_seconds:.0f} s",
                  flush=True)
            if arguments.items:
                for what, size in found.items.items():
                    print(f"    {size / MIB:8.1f}  {what}")
                for stage, size in found.stages.items():
                    print(f"    {size / MIB:8.1f}  while {stage}")


if __name__ == "__main__":
    main()
