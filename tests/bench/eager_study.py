#!/usr/bin/env python3
"""The peer: the same study as an eager PyTorch script with hooks, the way a researcher writes it.

    python eager_study.py --model DIR --text FILE.jsonl

Five methods (RTN 3 bit, NF4, GPTQ 3 bit with and without activation order, AWQ 3 bit; groups of
32), each followed by a reference run whose sites are captured by hooks, a quantized run with all
site statistics, and four patched runs (down, gate, up, attention; upper half of the layers), on
windows of 128 tokens. Prints the seconds of each stage. Needs torch, transformers, tokenizers.
"""

import argparse
import copy
import json
import time
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer

from eager_methods import METHODS

PATCHES = {"down": "down", "gate": "gate", "up": "up", "attn": "attn_out"}


def read_windows(folder, text, tokens, limit):
    """All full windows of every document, each after the start token."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    start = json.loads((folder / "config.json").read_text())["bos_token_id"]
    windows = []
    for line in text.read_text(encoding="utf-8").splitlines():
        ids = tokenizer.encode(json.loads(line)["text"], add_special_tokens=False).ids
        windows += [[start] + ids[at:at + tokens]
                    for at in range(0, len(ids) - tokens + 1, tokens)]
    return torch.tensor(windows[:limit])


class Hooks:
    """Forward hooks on every site of a model. What they do is switched by `mode`."""

    def __init__(self, model):
        self.mode = "off"  # "capture", "compare" or "patch"
        self.captured = {}
        self.donor = {}
        self.statistics = {}
        self.patched = None
        self.layers = len(model.model.layers)
        for index, layer in enumerate(model.model.layers):
            attention, mlp = layer.self_attn, layer.mlp
            for site, module in (("ln1", layer.input_layernorm), ("q", attention.q_proj),
                                 ("k", attention.k_proj), ("v", attention.v_proj),
                                 ("attn_out", attention), ("gate", mlp.act_fn),
                                 ("ln2", layer.post_attention_layernorm), ("up", mlp.up_proj),
                                 ("down", mlp), ("resid_post", layer)):
                module.register_forward_hook(self.output_hook(site, index))
            for site, module in (("resid_pre", layer.input_layernorm),
                                 ("resid_mid", layer.post_attention_layernorm)):
                module.register_forward_pre_hook(self.input_hook(site, index))

    def output_hook(self, site, layer):
        def hook(module, inputs, output):
            if self.mode == "patch":
                if site != self.patched or layer < self.layers // 2:
                    return None
                value = self.donor[site, layer]
                return (value, *output[1:]) if isinstance(output, tuple) else value
            if self.mode != "off":
                self.see(site, layer, output[0] if isinstance(output, tuple) else output)
            return None
        return hook

    def input_hook(self, site, layer):
        def hook(module, inputs):
            if self.mode in ("capture", "compare"):
                self.see(site, layer, inputs[0])
        return hook

    def see(self, site, layer, value):
        if self.mode == "capture":
            self.captured[site, layer] = value
        self.add(self.mode, site, layer, value)

    def add(self, mode, site, layer, value):
        x = value[:, 1:]
        norm = torch.linalg.vector_norm(x, dim=-1)
        centred = x - x.mean(-1, keepdim=True)
        squared = centred.square()
        kurtosis = squared.square().mean(-1) / squared.mean(-1).square()
        columns = {"norm": norm, "kurtosis": kurtosis, "maximum": x.abs().amax(-1)}
        if mode == "compare":
            y = self.donor[site, layer][:, 1:]
            length = torch.linalg.vector_norm(y, dim=-1)
            error = torch.linalg.vector_norm(x - y, dim=-1)
            columns |= {"error_norm": error, "relative_error": error / length,
                        "cosine": (x * y).sum(-1) / (norm * length),
                        "mse": error.square() / x.shape[-1]}
        for name, column in columns.items():
            self.statistics.setdefault((mode, site, layer, name), []).append(column.mean(1))


def log_probabilities(model, ids):
    return model(input_ids=ids, use_cache=False).logits[:, :-1].log_softmax(-1)


def token_nll(logp, ids):
    return -logp.gather(-1, ids[:, 1:, None]).squeeze(-1).mean(1)


def study_lane(quantized, hooks, donor, p, ids, results):
    """The quantized and the four patched runs of one batch; p is the reference's."""
    def add(name, values):
        results.setdefault(name, []).append(values)

    hooks.donor, hooks.mode = donor, "compare"
    q = log_probabilities(quantized, ids)
    add("nll_reference", token_nll(p, ids))
    add("nll", token_nll(q, ids))
    difference = p - q
    add("kl", (p.exp() * difference).sum(-1).mean(1))
    add("kl_reverse", -(q.exp() * difference).sum(-1).mean(1))
    add("top1_agrees", (p.argmax(-1) == q.argmax(-1)).float().mean(1))
    hooks.mode = "patch"
    for name, site in PATCHES.items():
        hooks.patched = site
        add(name, token_nll(log_probabilities(quantized, ids), ids))


def walk(reference, models, windows, batch):
    """Batch after batch: the reference with its sites captured, then every quantized model."""
    reference_hooks = Hooks(reference)
    hooks = {name: Hooks(model) for name, model in models.items()}
    results = {name: {} for name in models}
    for ids in windows.split(batch):
        reference_hooks.mode = "capture"
        p = log_probabilities(reference, ids)
        for name, model in models.items():
            study_lane(model, hooks[name], reference_hooks.captured, p, ids, results[name])
    return {name: {key: torch.cat(parts).mean().item() for key, parts in lane.items()}
            for name, lane in results.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--windows", type=int, default=768)
    parser.add_argument("--calibration", type=int, default=128, help="windows, the first ones")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--share-reference", action="store_true",
                        help="one reference run for all methods: all models held at once")
    parser.add_argument("--methods", default=",".join(METHODS))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    transformers.logging.set_verbosity_error()
    begin = time.perf_counter()
    windows = read_windows(options.model, options.text, options.tokens, options.windows)
    reference = transformers.AutoModelForCausalLM.from_pretrained(
        options.model, dtype=torch.float32, attn_implementation="sdpa").eval()
    seconds = {"load": time.perf_counter() - begin, "quantize": 0.0, "walk": 0.0}
    print(f"{len(windows)} windows of {options.tokens} tokens, batches of {options.batch}, "
          f"{torch.get_num_threads()} threads, torch {torch.__version__}")
    with torch.inference_mode():
        names = options.methods.split(",")
        groups = [names] if options.share_reference else [[name] for name in names]
        for group in groups:
            models = {}
            for name in group:
                started = time.perf_counter()
                models[name] = copy.deepcopy(reference)
                METHODS[name](models[name], windows[:options.calibration])
                seconds["quantize"] += time.perf_counter() - started
                print(f"{name}: quantized in {time.perf_counter() - started:.2f} s", flush=True)
            started = time.perf_counter()
            results = walk(copy.deepcopy(reference), models, windows, options.batch)
            seconds["walk"] += time.perf_counter() - started
            print(f"walked in {time.perf_counter() - started:.2f} s", flush=True)
            for name, lane in results.items():
                print(f"{name}: " + " ".join(f"{key} {value:.5f}" for key, value in lane.items()))
    total = time.perf_counter() - begin
    print(" ".join(f"{stage} {value:.2f} s," for stage, value in seconds.items()),
          f"whole study {total:.2f} s, processor time {time.process_time():.2f} s")


if __name__ == "__main__":
    main()
