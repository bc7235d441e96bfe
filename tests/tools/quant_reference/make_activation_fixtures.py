#!/usr/bin/env python3
"""Writes tests/data/quant/activation_block*.safetensors: a small Llama block with outlier channels,
calibration inputs, other inputs, and what the block makes of those when weights and the inputs of
its matrices are rounded, computed in float64 with PyTorch from the papers' definitions.

    python3 -m venv venv && venv/bin/pip install numpy torch
    venv/bin/python make_activation_fixtures.py OUT

Nothing here is shared with the program.
"""

import sys
from pathlib import Path

import numpy as np
import torch

from make_fixtures import round_to_nearest, write_safetensors
from make_training_fixtures import norm, rotate

HIDDEN, WIDTH, HEADS, TOKENS, EXAMPLES = 32, 64, 4, 14, 4
SITE = {"q": "ln1", "k": "ln1", "v": "ln1", "o": "o", "gate": "ln2", "up": "ln2", "down": "down"}


def forward(w, hidden, shared_heads, read):
    """`read(name, x)` is the matrix `name` applied to its input as the method does it."""
    examples, tokens, _ = hidden.shape
    x = norm(hidden, w["ln1"])
    split = lambda y, count: y.view(examples, tokens, count, -1)
    share = HEADS // shared_heads
    q = rotate(split(read("q", x), HEADS))
    k = rotate(split(read("k", x), shared_heads)).repeat_interleave(share, 2)
    v = split(read("v", x), shared_heads).repeat_interleave(share, 2)
    scores = torch.einsum("ethd,eshd->ehts", q, k) / q.shape[3] ** 0.5
    scores = scores + torch.full((tokens, tokens), -torch.inf, dtype=hidden.dtype).triu(1)
    mixed = torch.einsum("ehts,eshd->ethd", scores.softmax(-1), v).reshape(examples, tokens, -1)
    middle = hidden + read("o", mixed)
    h = norm(middle, w["ln2"])
    product = torch.nn.functional.silu(read("gate", h)) * read("up", h)
    return middle + read("down", product)


def round_weight(weight, bits, group=None, per_tensor=False):
    """Symmetric: scale = absmax / (2^(b-1) - 1)."""
    if per_tensor:
        scale = weight.abs().max() / (2 ** (bits - 1) - 1)
        return (weight / scale).round() * scale
    parts = weight.view(weight.shape[0], -1, group or weight.shape[1])
    scale = parts.abs().amax(-1, keepdim=True) / (2 ** (bits - 1) - 1)
    return ((parts / scale).round() * scale).view(weight.shape)


class Rounding:
    """Rounding of inputs; `low` and `high` of a site are kept where scales are static."""

    def __init__(self, bits, scope="token", symmetric=True, group=8, clip=1.0, static=False):
        self.bits, self.scope, self.symmetric = bits, scope, symmetric
        self.group, self.clip, self.static = group, clip, static
        self.range = {}

    def learn(self, site, x):
        if not self.static:
            return
        low, high = self.range.get(site, (torch.tensor(torch.inf), torch.tensor(-torch.inf)))
        self.range[site] = (torch.minimum(low, x.min()), torch.maximum(high, x.max()))

    def __call__(self, site, x):
        if self.bits >= 16:
            return x
        shape = x.shape
        if self.scope == "group":
            x = x.view(*shape[:-1], -1, self.group)
        over = (1, 2) if self.scope == "tensor" else (-1,)
        low, high = x.amin(over, keepdim=True), x.amax(over, keepdim=True)
        if self.static:
            low, high = self.range[site]
        if self.symmetric:
            scale = torch.maximum(-low, high) * self.clip / (2 ** (self.bits - 1) - 1)
            codes = (x / scale).round().clamp(-(2 ** (self.bits - 1)), 2 ** (self.bits - 1) - 1)
            return (codes * scale).view(shape)
        low, high = low.clamp(max=0) * self.clip, high.clamp(min=0) * self.clip
        scale = (high - low) / (2**self.bits - 1)
        zero = (-low / scale).round()
        codes = ((x / scale).round() + zero).clamp(0, 2**self.bits - 1)
        return ((codes - zero) * scale).view(shape)


def integer(w, calibration, shared_heads, rounding, bits=8, group=None, per_tensor=False, alpha=None):
    """Naive W8A8, or SmoothQuant where alpha is given."""
    w = dict(w)
    if alpha is not None:
        largest = {}

        def look(name, x):
            largest[SITE[name]] = x.abs().amax((0, 1))
            return x @ w[name].T

        forward(w, calibration, shared_heads, look)
        for site, names in [("ln1", ["q", "k", "v"]), ("ln2", ["gate", "up"])]:
            weight = torch.stack([w[name].abs().amax(0) for name in names]).amax(0)
            scale = largest[site] ** alpha / weight ** (1 - alpha)
            w[site] = w[site] / scale
            for name in names:
                w[name] = w[name] * scale

    def learn(name, x):
        rounding.learn(SITE[name], x)
        return x @ w[name].T

    forward(w, calibration, shared_heads, learn)
    q = {name: round_weight(w[name], bits, group, per_tensor) for name in SITE}
    return lambda hidden: forward(w, hidden, shared_heads,
                                  lambda name, x: rounding(SITE[name], x) @ q[name].T)


def searched_weight(weight, bits, kind="symmetric-narrow", search=True):
    """By row, the range searched for the least sum of |error|^2.4."""
    codes, scales, zeros = round_to_nearest(weight.numpy(), bits, -1, kind, search)
    return torch.from_numpy(scales * (codes - zeros))


def split_mix(seed, count):
    """The 64-bit numbers of a SplitMix generator."""
    mask, golden, numbers = (1 << 64) - 1, 0x9E3779B97F4A7C15, []
    for i in range(count):
        z = (seed + (i + 1) * golden) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        numbers.append(z ^ (z >> 31))
    return numbers


def sylvester(n):
    h = torch.ones(1, 1, dtype=torch.float64)
    while h.shape[0] < n:
        h = torch.cat([torch.cat([h, h], 1), torch.cat([h, -h], 1)])
    return h / n**0.5


class Rotated:
    """QuaRot as published: the residual stream itself is turned, weights are fused with what stands
    before and behind them, values are turned by head, and the inputs of o (across heads) and down
    online."""

    def __init__(self, w, shared_heads, seed, across_heads=True):
        dim = HIDDEN // HEADS
        signs = torch.tensor([-1.0 if z >> 63 else 1.0 for z in split_mix(seed, HIDDEN)]).double()
        self.stream = torch.diag(signs) @ sylvester(HIDDEN)
        head, mlp = sylvester(dim), sylvester(WIDTH)
        self.online = {"down": mlp}
        if across_heads:
            self.online["o"] = torch.kron(sylvester(HEADS), torch.eye(dim).double())
        by_head = lambda count: torch.kron(torch.eye(count).double(), head)
        self.shared_heads, self.w = shared_heads, {"ln1": torch.ones(HIDDEN), "ln2": torch.ones(HIDDEN)}
        for name in ("q", "k", "v", "gate", "up"):
            self.w[name] = w[name] * w[SITE[name]] @ self.stream
        self.w["v"] = by_head(shared_heads).T @ self.w["v"]
        self.w["o"] = self.stream.T @ w["o"] @ by_head(HEADS) @ self.online.get("o", torch.eye(HIDDEN).double())
        self.w["down"] = self.stream.T @ w["down"] @ mlp

    def run(self, hidden, read, matrices=None):
        """`read(site, x)` sees what matrices are about to multiply and says what they do instead."""
        matrices = matrices or self.w

        def multiply(name, x):
            x = x @ self.online[name] if name in self.online else x
            return read(SITE[name], x) @ matrices[name].T

        return forward(self.w, hidden @ self.stream, self.shared_heads, multiply) @ self.stream.T


def quarot(w, calibration, shared_heads, rounding, bits=4, seed=0):
    model = Rotated(w, shared_heads, seed)

    def learn(site, x):
        rounding.learn(site, x)
        return x

    model.run(calibration, learn)
    matrices = {name: searched_weight(model.w[name], bits) for name in SITE}
    return lambda hidden: model.run(hidden, rounding, matrices)


def prefixquant(w, calibration, shared_heads, rounding, prefix, bits=4):
    """Rotations within heads, a grid of weights whose largest value is no tie, and a sequence that really begins with the prefix: its positions
    multiply the full-precision matrices, those of the text the rounded ones."""
    model, count = Rotated(w, shared_heads, 0, across_heads=False), prefix.shape[1]
    behind = lambda text: torch.cat([prefix.expand(text.shape[0], -1, -1), text], 1)

    def learn(site, x):
        rounding.learn(site, x[:, count:])
        return x

    model.run(behind(calibration), learn)
    if rounding.static:  # 2 absmax / (2^b - 1), without a zero point
        share = (2 ** (rounding.bits - 1) - 1) * 2 / (2**rounding.bits - 1)
        rounding.range = {site: (low * share, high * share) for site, (low, high) in rounding.range.items()}
    matrices = {name: searched_weight(model.w[name], bits, search=False) for name in SITE}

    def run(text):
        def multiply(name, x):
            x = x @ model.online[name] if name in model.online else x
            return torch.cat([x[:, :count] @ model.w[name].T,
                              rounding(SITE[name], x[:, count:]) @ matrices[name].T], 1)

        y = forward(model.w, behind(text) @ model.stream, shared_heads, multiply) @ model.stream.T
        return y[:, count:]

    return run


def normal_matrix(size, seed):
    numbers = split_mix(seed, size * size + 1)
    uniform = [((z >> 11) + 1) * 2.0**-53 for z in numbers]
    values = []
    for i in range(0, size * size, 2):
        radius, angle = np.sqrt(-2 * np.log(uniform[i])), 2 * np.pi * uniform[i + 1]
        values += [radius * np.cos(angle), radius * np.sin(angle)]
    return torch.tensor(values[: size * size], dtype=torch.float64).view(size, size)


def greedy_rotation(x, steps, seed):
    """The channel of the largest |x| to the front, spread, and back; the best prefix of steps."""
    size = x.shape[1]
    spread = torch.eye(size).double()
    for i in range(size - 1):
        plane = torch.eye(size).double()
        share = 1 / (size - i)
        plane[i, i] = plane[i + 1, i + 1] = share**0.5
        plane[i, i + 1], plane[i + 1, i] = (1 - share) ** 0.5, -((1 - share) ** 0.5)
        spread = spread @ plane
    rest = torch.eye(size).double()
    rest[1:, 1:] = torch.linalg.qr(normal_matrix(size - 1, seed))[0]
    ranges, wholes, whole = [], [], torch.eye(size).double()
    for _ in range(steps + 1):
        turned = x @ whole
        ranges.append(float(turned.max() - turned.min()))
        wholes.append(whole)
        swap = torch.eye(size).double()
        channel = int(turned.abs().max(0).values.argmax())
        swap[[0, channel]] = swap[[channel, 0]]
        whole = whole @ swap @ spread @ rest @ swap
    return wholes[int(np.argmin(ranges))]


def zigzag(peaks, size):
    blocks = [[] for _ in range(len(peaks) // size)]
    at, step = 0, 1
    for channel in torch.argsort(peaks, descending=True).tolist():
        blocks[at].append(channel)
        if not 0 <= at + step < len(blocks):
            step = -step
        else:
            at += step
    return torch.tensor([channel for block in blocks for channel in block])


def duquant(w, calibration, shared_heads, rounding, bits=4, block=128, steps=256, alpha=0.6, seed=0,
            own=False, permute=True):
    w = dict(w)
    largest = {}

    def look(name, x):
        largest[SITE[name]] = x.abs().amax((0, 1))
        return x @ w[name].T

    forward(w, calibration, shared_heads, look)
    for site, names in [("ln1", ["q", "k", "v"]), ("o", ["o"]), ("ln2", ["gate", "up"]), ("down", ["down"])]:
        if site == "o" and shared_heads != HEADS:
            continue
        weight = torch.stack([w[name].abs().amax(0) for name in names]).amax(0)
        scale = largest[site] ** alpha / weight ** (1 - alpha)
        for name in names:
            w[name] = w[name] * scale
        if site in ("ln1", "ln2"):
            w[site] = w[site] / scale
        before = {"o": "v", "down": "up"}.get(site)
        if before:
            w[before] = w[before] / scale[:, None]

    seen = {}

    def keep(name, x):
        seen[SITE[name]] = x[0]
        return x @ w[name].T

    forward(w, calibration.mean(0, keepdim=True), shared_heads, keep)
    whole = {}
    for site, x in seen.items():
        width = x.shape[1]
        size = max(d for d in range(1, min(block, width) + 1) if width % d == 0)

        def rotation(x):
            if not own:
                one = greedy_rotation(x.reshape(-1, size), steps, seed)
                return torch.block_diag(*[one] * (width // size))
            return torch.block_diag(*[greedy_rotation(part, steps, seed) for part in x.split(size, 1)])

        turn = rotation(x)
        if permute:
            turn = turn[:, zigzag((x @ turn).abs().amax(0), size)]
            turn = turn @ rotation(x @ turn)
        whole[site] = turn

    def round_clipped(weight):
        low, high = weight.amin(1, keepdim=True) * 0.8, weight.amax(1, keepdim=True) * 0.8
        scale = (high - low) / (2**bits - 1)
        zero = (-low / scale).round()
        return (((weight / scale).round() + zero).clamp(0, 2**bits - 1) - zero) * scale

    q = {name: round_clipped(w[name] @ whole[SITE[name]]) for name in SITE}
    return lambda hidden: forward(
        w, hidden, shared_heads,
        lambda name, x: rounding(SITE[name], x @ whole[SITE[name]]) @ q[name].T)


# Hidden states of a prefix of three tokens, one of which sticks out as start tokens do.
PREFIX = torch.from_numpy(np.random.default_rng(5).normal(size=(1, 3, HIDDEN)).astype(np.float32)).double()
PREFIX[0, 2, 4] = 40

METHODS = {
    "w8a8": lambda *a: integer(*a, Rounding(8)),
    "w8a8:activation_scope=tensor": lambda *a: integer(*a, Rounding(8, "tensor")),
    "w8a8:activation_scope=tensor,activation_scale=static":
        lambda *a: integer(*a, Rounding(8, "tensor", static=True)),
    "w8a8:activation_grid=asymmetric,activation_scale=static,activation_scope=tensor,per_tensor=true":
        lambda *a: integer(*a, Rounding(8, "tensor", False, static=True), per_tensor=True),
    "w8a8:activation_bits=4,activation_clip=0.9,activation_grid=asymmetric,activation_group=8,"
    "activation_scope=group,bits=4,group=16":
        lambda *a: integer(*a, Rounding(4, "group", False, 8, 0.9), 4, 16),
    "w8a8:activation_bits=16,bits=4": lambda *a: integer(*a, Rounding(16), 4),
    "smoothquant": lambda *a: integer(*a, Rounding(8), alpha=0.85),
    "smoothquant:activation_scale=static,activation_scope=tensor,alpha=0.5":
        lambda *a: integer(*a, Rounding(8, "tensor", static=True), alpha=0.5),
    "quarot:weights=rtn": lambda *a: quarot(*a, Rounding(4, clip=0.9)),
    "quarot:activation_bits=8,activation_clip=1,weights=rtn": lambda *a: quarot(*a, Rounding(8)),
    "quarot:activation_bits=16,bits=3,weights=rtn": lambda *a: quarot(*a, Rounding(16), 3),
    "quarot:activation_bits=8,activation_clip=1,activation_scale=static,activation_scope=tensor,"
    "bits=8,rotation_seed=7,weights=rtn":
        lambda *a: quarot(*a, Rounding(8, "tensor", static=True), 8, 7),
    "duquant:block=16,steps=24": lambda *a: duquant(*a, Rounding(4, symmetric=False, clip=0.9), 4, 16, 24),
    "duquant:activation_bits=8,activation_clip=1,alpha=0.5,block=16,blocks=own,rotation_seed=3,steps=12":
        lambda *a: duquant(*a, Rounding(8, symmetric=False), 4, 16, 12, 0.5, 3, True),
    "duquant:activation_bits=16,block=24,permute=false,steps=8":
        lambda *a: duquant(*a, Rounding(16), 4, 24, 8, permute=False),
    "prefixquant:grid=symmetric-narrow,search=false": lambda *a: prefixquant(*a, Rounding(4, "tensor", static=True), PREFIX),
    "prefixquant:activation_bits=8,bits=8,grid=symmetric-narrow,search=false":
        lambda *a: prefixquant(*a, Rounding(8, "tensor", static=True), PREFIX, 8),
    "prefixquant:activation_scale=dynamic,activation_scope=token,grid=symmetric-narrow,search=false":
        lambda *a: prefixquant(*a, Rounding(4), PREFIX),
    "smoothquant:activation_bits=4,alpha=0.5,bits=4": lambda *a: integer(*a, Rounding(4), 4, alpha=0.5),
}


def fixture(out, name, shared_heads):
    random = np.random.default_rng(29)
    narrow = HIDDEN * shared_heads // HEADS
    shapes = {"q": (HIDDEN, HIDDEN), "k": (narrow, HIDDEN), "v": (narrow, HIDDEN), "o": (HIDDEN, HIDDEN),
              "gate": (WIDTH, HIDDEN), "up": (WIDTH, HIDDEN), "down": (HIDDEN, WIDTH)}
    w = {key: (random.normal(size=shape) * 0.2).astype(np.float32) for key, shape in shapes.items()}
    for site in ("ln1", "ln2"):
        gain = np.exp(0.4 * random.normal(size=HIDDEN))
        gain[random.choice(HIDDEN, 2, replace=False)] *= 12  # channels that stick out, as in large models
        w[site] = gain.astype(np.float32)
    calibration, other = (random.normal(size=(2, EXAMPLES, TOKENS, HIDDEN))).astype(np.float32)
    exact = {key: torch.from_numpy(value).double() for key, value in w.items()}
    seen, unseen = (torch.from_numpy(x).double() for x in (calibration, other))
    multiply = lambda name, x: x @ exact[name].T
    plain = forward(exact, unseen, shared_heads, multiply)
    behind = torch.cat([PREFIX.expand(EXAMPLES, -1, -1), unseen], 1)
    plain_behind = forward(exact, behind, shared_heads, multiply)[:, PREFIX.shape[1]:]
    tensors = {"hidden": calibration, "other": other, "prefix_hidden": PREFIX.numpy().astype(np.float32)}
    tensors |= {"weight/" + key: value for key, value in w.items()}
    tensors["output_behind_prefix"] = plain_behind.numpy().astype(np.float32)
    for method, make in METHODS.items():
        output = make(exact, seen, shared_heads)(unseen)
        exact_output = plain_behind if method.startswith("prefixquant") else plain
        print(name, method, "error", float((output - exact_output).norm() / (plain - unseen).norm()))
        tensors["output/" + method] = output.numpy().astype(np.float32)
    write_safetensors(out / f"{name}.safetensors", tensors,
                      {"heads": str(HEADS), "key_value_heads": str(shared_heads)})


def main():
    out = Path(sys.argv[1])
    fixture(out, "activation_block", 4)
    fixture(out, "activation_block_grouped", 2)


if __name__ == "__main__":
    main()
