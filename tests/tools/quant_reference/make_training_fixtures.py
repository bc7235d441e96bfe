#!/usr/bin/env python3
"""Writes tests/data/quant/training_*.safetensors: a small Llama block, inputs of the quantized and
of the full-precision chain, and the losses of OmniQuant and of EfficientQAT's Block-AP on it,
epoch by epoch, computed in float64 with PyTorch's own autograd and AdamW from the papers'
definitions; and singular_values.safetensors, the same of LSI and SDE with two blocks that follow.

    python3 -m venv venv && venv/bin/pip install numpy torch
    venv/bin/python make_training_fixtures.py OUT

Nothing here is shared with the program.
"""

import math
import sys
from pathlib import Path

import numpy as np
import torch

from make_fixtures import write_safetensors

HIDDEN, WIDTH, HEADS, TOKENS, EXAMPLES = 24, 36, 4, 12, 6
READS = {"ln1": ["q", "k", "v"], "o": ["o"], "ln2": ["gate", "up"]}


def norm(x, gain):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-5) * gain


def rotate(x):
    """x [examples, tokens, heads, dimension]; pairs (i, i + dimension/2)."""
    half = x.shape[3] // 2
    frequency = 10000.0 ** (-torch.arange(half, dtype=x.dtype) / half)
    angle = torch.arange(x.shape[1], dtype=x.dtype)[:, None, None] * frequency
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()], -1)


def forward(w, hidden, shared_heads, seen=None):
    seen = {} if seen is None else seen
    examples, tokens, _ = hidden.shape
    seen["ln1"] = norm(hidden, w["ln1"])
    heads = lambda name, count: (seen["ln1"] @ w[name].T).view(examples, tokens, count, -1)
    share = HEADS // shared_heads
    q, k = rotate(heads("q", HEADS)), rotate(heads("k", shared_heads)).repeat_interleave(share, 2)
    v = heads("v", shared_heads).repeat_interleave(share, 2)
    scores = torch.einsum("ethd,eshd->ehts", q, k) / math.sqrt(q.shape[3])
    scores = scores + torch.full((tokens, tokens), -math.inf, dtype=hidden.dtype).triu(1)
    seen["o"] = torch.einsum("ehts,eshd->ethd", scores.softmax(-1), v).reshape(examples, tokens, -1)
    middle = hidden + seen["o"] @ w["o"].T
    seen["ln2"] = norm(middle, w["ln2"])
    product = torch.nn.functional.silu(seen["ln2"] @ w["gate"].T) * (seen["ln2"] @ w["up"].T)
    return middle + product @ w["down"].T


def straight(x, changed):
    return x + (changed - x).detach()


def groups(matrix, group):
    return matrix.view(matrix.shape[0], -1, group)


def clamp(x, low, high):
    """With the gradient of x at the bounds as well, as PyTorch had it when the papers appeared;
    2.15 has none there, and rounded codes are often at a bound."""
    inside = ((x.round() >= low) & (x.round() <= high)).to(x.dtype)
    return straight(x * inside, x.clamp(low, high))


def snap(parts, scale, zero, bits):
    codes = clamp(straight(parts / scale, (parts / scale).round()) + zero, 0, 2**bits - 1)
    return (codes - zero) * scale


class OmniQuant:
    def __init__(self, w, options, full, shared_heads):
        self.w, self.options, self.shared_heads = w, options, shared_heads
        shape = lambda name: (w[name].shape[0], w[name].shape[1] // options["group"], 1)
        names = [name for name in w if not name.startswith("ln")]
        start = lambda name: torch.full(shape(name), 4.0, dtype=torch.float64, requires_grad=True)
        self.upper, self.lower = {n: start(n) for n in names}, {n: start(n) for n in names}
        self.parameters = [{"params": [*self.upper.values(), *self.lower.values()], "lr": 1e-2}]
        self.scales = {}
        if options["let"]:
            seen = {}
            forward(w, full, shared_heads, seen)
            for site in READS:
                if site == "o" and shared_heads != HEADS:
                    continue
                act = seen[site].abs().amax((0, 1)).clamp(min=1e-5)
                weight = torch.stack([w[name].abs().amax(0) for name in READS[site]]).amax(0).clamp(min=1e-5)
                self.scales[site] = (act.sqrt() / weight.sqrt()).clone().requires_grad_()
            half = HIDDEN // HEADS // 2
            self.scales["qk"] = torch.ones(shared_heads, half, dtype=torch.float64, requires_grad=True)
            self.parameters.append({"params": list(self.scales.values()), "lr": 5e-3})

    def folded(self):
        w = dict(self.w)
        if not self.scales:
            return w
        for site, scale in self.scales.items():
            if site in ("ln1", "ln2"):
                w[site] = w[site] / scale
            for name in READS.get(site, []):
                w[name] = w[name] * scale
        if "o" in self.scales:
            w["v"] = w["v"] / self.scales["o"][:, None]
        pair = torch.cat([self.scales["qk"], self.scales["qk"]], 1)
        w["q"] = w["q"] / pair.repeat_interleave(HEADS // self.shared_heads, 0).reshape(-1, 1)
        w["k"] = w["k"] * pair.reshape(-1, 1)
        return w

    def weights(self):
        w, bits = self.folded(), self.options["bits"]
        for name in self.upper:
            parts = groups(w[name], self.options["group"])
            low = torch.sigmoid(self.lower[name]) * parts.amin(-1, keepdim=True)
            high = torch.sigmoid(self.upper[name]) * parts.amax(-1, keepdim=True)
            scale = ((high - low) / (2**bits - 1)).clamp(1e-5, 1e4)
            zero = (-low / scale).detach().clamp(-1e4, 1e4).round()
            w[name] = snap(parts, scale, zero, bits).reshape(w[name].shape)
        return w

    def rate(self, progress):
        return 1


class BlockAp:
    def __init__(self, w, options, full, shared_heads):
        self.w, self.options = w, options
        self.trained = {}
        bits = options["bits"]
        for name in w:
            if name.startswith("ln"):
                continue
            parts = groups(w[name], options["group"])
            low, high = parts.amin(-1, keepdim=True), parts.amax(-1, keepdim=True)
            scale = ((high - low) / (2**bits - 1)).clamp(1e-4, 1e4)
            zero = (-low / scale).round().clamp(0, 2**bits - 1)
            self.trained[name] = [t.clone().requires_grad_() for t in (w[name], scale, zero)]
        self.parameters = [
            {"params": [t for values in self.trained.values() for t in values[1:]], "lr": options["quant_lr"]},
            {"params": [values[0] for values in self.trained.values()], "lr": options["weight_lr"]},
        ]

    def weights(self):
        w, last = dict(self.w), 2 ** self.options["bits"] - 1
        for name, (weight, scale, zero) in self.trained.items():
            scale = straight(scale, scale.clamp(1e-4, 1e4))
            zero = straight(zero, zero.round().clamp(0, last))
            parts = groups(weight, self.options["group"])
            w[name] = snap(parts, scale, zero, self.options["bits"]).reshape(weight.shape)
        return w

    def rate(self, progress):
        return 1 / 20 + (1 - 1 / 20) * (1 + math.cos(math.pi * progress)) / 2


def train(method, w, options, quantized, full, shared_heads):
    targets = forward(w, full, shared_heads).detach()
    local = forward(w, quantized, shared_heads).detach()
    trained = method(w, options, full, shared_heads)
    adam = torch.optim.AdamW(trained.parameters, weight_decay=0)
    base = [group["lr"] for group in adam.param_groups]

    def loss(rows):
        output = forward(trained.weights(), quantized[rows], shared_heads)
        value = ((output - targets[rows]) ** 2).mean()
        return value + ((output - local[rows]) ** 2).mean() if options["augmented"] else value

    losses = [loss(slice(None)).item()]
    for epoch in range(options["epochs"]):
        for first in range(0, EXAMPLES, options["batch"]):
            value = loss(slice(first, first + options["batch"]))
            adam.zero_grad()
            value.backward()
            progress = (epoch * EXAMPLES + first) / (options["epochs"] * EXAMPLES)
            for group, rate in zip(adam.param_groups, base):
                group["lr"] = rate * trained.rate(progress)
            adam.step()
        losses.append(loss(slice(None)).item())
    return losses


class SingularValues:
    """W' = U (diag(S) + Δ ∘ mask) Vᵀ beneath OmniQuant's clipping, both as dense matrices."""

    def __init__(self, base, w, options):
        self.base, self.w = base, w
        self.factors, self.trained = {}, {}
        for name in base.upper:
            u, s, v = torch.linalg.svd(w[name], full_matrices=False)
            i, j = torch.meshgrid(torch.arange(len(s)), torch.arange(len(s)), indexing="ij")
            mask = ((i - j).abs() <= options["band"]) | (torch.maximum(i, j) < options["square"])
            self.factors[name] = u, s, v, mask.to(s.dtype)
            self.trained[name] = torch.zeros(len(s), len(s), dtype=s.dtype, requires_grad=True)
        self.parameters = [{"params": list(self.trained.values()), "lr": options["lr"]}]
        if options["train_base"]:
            self.parameters += base.parameters

    def changed(self):
        w = dict(self.w)
        for name, (u, s, v, mask) in self.factors.items():
            w[name] = u @ (torch.diag(s) + self.trained[name] * mask) @ v
        return w

    def weights(self):
        whole, self.base.w = self.base.w, self.changed()
        rounded = self.base.weights()
        self.base.w = whole
        return rounded


def optimize(trained, loss, epochs):
    """Losses before training and after each epoch of single windows; ends at the best of them."""
    adam = torch.optim.AdamW(trained.parameters, weight_decay=0)
    leaves = [t for group in trained.parameters for t in group["params"]]
    losses, kept = [loss(slice(None)).item()], [t.detach().clone() for t in leaves]
    for _ in range(epochs):
        for first in range(EXAMPLES):
            value = loss(slice(first, first + 1))
            adam.zero_grad()
            value.backward()
            adam.step()
        losses.append(loss(slice(None)).item())
        if losses[-1] == min(losses):
            kept = [t.detach().clone() for t in leaves]
    with torch.no_grad():
        for leaf, value in zip(leaves, kept):
            leaf.copy_(value)
    return losses


def learn_singular_values(blocks, options, quantized, full):
    """blocks: the one that is quantized, then those that follow."""
    w, following = blocks[0], blocks[1:1 + options["horizon"]]
    omni = dict(bits=options["bits"], group=12, let=False)
    base = OmniQuant(w, omni, full, HEADS)
    carried = following
    if options["later"] == "quantized":
        carried = [{key: value.detach() for key, value in OmniQuant(block, omni, full, HEADS).weights().items()}
                   for block in following]

    def carry(through, hidden):
        for block in through:
            hidden = forward(block, hidden, HEADS)
        return hidden

    near = forward(w, full, HEADS).detach()
    local = forward(w, quantized, HEADS).detach()
    far = carry(following, near).detach()

    def own(trained, rows):
        output = forward(trained.weights(), quantized[rows], HEADS)
        value = ((output - near[rows]) ** 2).mean()
        return output, value + ((output - local[rows]) ** 2).mean() if options["bits"] == 2 else value

    optimize(base, lambda rows: own(base, rows)[1], options["base_epochs"])
    trained = SingularValues(base, w, options)

    def loss(rows):
        output, value = own(trained, rows)
        if not following:
            return value
        return options["lambda"] * value + ((carry(carried, output) - far[rows]) ** 2).mean()

    return optimize(trained, loss, options["epochs"])


def singular(method, band, square, **changes):
    options = dict(bits=3, base_epochs=2, epochs=3, lr=2e-3, horizon=0, later="full", train_base=False)
    options["lambda"] = 1
    options |= changes
    name = f"{method},bits={options['bits']},group=12,base_options=epochs={options['base_epochs']}"
    for key in ("epochs", "lr", "horizon", "later", "lambda"):
        name += f",{key}={options[key]}"
    name += ",train_base=true" if options["train_base"] else ""
    return name, options | dict(band=band, square=square)


def random_block(random, shared_heads):
    narrow = HIDDEN * shared_heads // HEADS
    shapes = {"q": (HIDDEN, HIDDEN), "k": (narrow, HIDDEN), "v": (narrow, HIDDEN), "o": (HIDDEN, HIDDEN),
              "gate": (WIDTH, HIDDEN), "up": (WIDTH, HIDDEN), "down": (HIDDEN, WIDTH)}
    w = {key: (random.normal(size=shape) * 0.2).astype(np.float32) for key, shape in shapes.items()}
    w["ln1"] = np.exp(0.5 * random.normal(size=HIDDEN)).astype(np.float32)
    w["ln2"] = np.exp(0.5 * random.normal(size=HIDDEN)).astype(np.float32)
    return w


def singular_fixture(out):
    random = np.random.default_rng(29)
    blocks = [random_block(random, HEADS) for _ in range(3)]
    full = random.normal(size=(EXAMPLES, TOKENS, HIDDEN)).astype(np.float32)
    quantized = (full + 0.1 * random.normal(size=full.shape)).astype(np.float32)
    exact = [{key: torch.from_numpy(value).double() for key, value in w.items()} for w in blocks]
    metadata = {"heads": str(HEADS), "key_value_heads": str(HEADS)}
    for method, options in [
            singular("lsi:square=0", 0, 0),
            singular("lsi:square=5", 0, 5),
            singular("sde:mask=band,band=2", 2, 0),
            singular("sde:mask=square,square=7", -1, 7),
            singular("sde:mask=both,band=1,square=6", 1, 6, train_base=True),
            singular("sde:mask=band,band=1", 1, 0, bits=2, horizon=1),
            singular("sde:mask=band,band=1", 1, 0, horizon=2, later="quantized", **{"lambda": 0.5})]:
        losses = learn_singular_values(exact, options, torch.from_numpy(quantized).double(),
                                       torch.from_numpy(full).double())
        metadata["loss/" + method] = " ".join(repr(value) for value in losses)
        print(method, losses)
    tensors = {"hidden": quantized, "full_hidden": full}
    tensors |= {"weight/" + key: value for key, value in blocks[0].items()}
    for number, block in enumerate(blocks[1:], 1):
        tensors |= {f"ahead{number}/weight/" + key: value for key, value in block.items()}
    write_safetensors(out / "singular_values.safetensors", tensors, metadata)


def omni(bits, let=False, epochs=4, augmented=False):
    name = f"omniquant:bits={bits},group=12,epochs={epochs}" + (",let=true" if let else "")
    return name, OmniQuant, dict(bits=bits, group=12, let=let, epochs=epochs, batch=1, augmented=augmented)


def block_ap(bits, rate):
    name = f"efficientqat:bits={bits},group=12,epochs=3,quant_lr={rate},weight_lr={rate},end_to_end=false"
    return name, BlockAp, dict(bits=bits, group=12, epochs=3, batch=2, augmented=False,
                               quant_lr=rate, weight_lr=rate)


def fixture(out, name, shared_heads):
    random = np.random.default_rng(17)
    w = random_block(random, shared_heads)
    full = random.normal(size=(EXAMPLES, TOKENS, HIDDEN)).astype(np.float32)
    quantized = (full + 0.1 * random.normal(size=full.shape)).astype(np.float32)
    exact = {key: torch.from_numpy(value).double() for key, value in w.items()}
    metadata = {"heads": str(HEADS), "key_value_heads": str(shared_heads)}
    for method, kind, options in [omni(3), omni(3, let=True), omni(2, epochs=3, augmented=True),
                                  block_ap(3, 1e-4), block_ap(2, 1e-3)]:
        losses = train(kind, exact, options, torch.from_numpy(quantized).double(),
                       torch.from_numpy(full).double(), shared_heads)
        metadata["loss/" + method] = " ".join(repr(value) for value in losses)
        print(method, losses)
    tensors = {"hidden": quantized, "full_hidden": full}
    tensors |= {"weight/" + key: value for key, value in w.items()}
    write_safetensors(out / f"{name}.safetensors", tensors, metadata)


def main():
    out = Path(sys.argv[1])
    fixture(out, "training_block", 4)
    fixture(out, "training_block_grouped", 2)
    singular_fixture(out)


if __name__ == "__main__":
    main()
