#!/usr/bin/env python3
"""Writes tests/data/quant/*.safetensors: small matrices and what the quantization methods must make
of them, computed with numpy from the methods' definitions, a column or a group at a time.

    python3 -m venv venv && venv/bin/pip install numpy && venv/bin/python make_fixtures.py OUT

Nothing here is shared with the program: neither code nor order of computation.
"""

import json
import struct
import sys
from pathlib import Path
from statistics import NormalDist

import numpy as np

TYPES = {"float32": "F32", "uint8": "U8", "int32": "I32"}


def write_safetensors(path, tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, values in tensors.items():
        values = np.ascontiguousarray(values)
        raw = values.tobytes()
        header[name] = {
            "dtype": TYPES[str(values.dtype)],
            "shape": list(values.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    print(path, path.stat().st_size)


# Grids. `kind` as the program names them.


def grid(values, bits, kind):
    """Scale and zero point of one group."""
    last = 2**bits - 1
    low, high = values.min(), values.max()
    one = values.dtype.type
    if kind in ("symmetric", "symmetric-narrow"):
        largest = max(abs(low), abs(high)) or one(1)
        half = 2 ** (bits - 1)
        return (2 * largest / one(last) if kind == "symmetric" else largest / one(half - 1)), one(half)
    if kind == "asymmetric" or low == high:
        low, high = min(low, one(0)), max(high, one(0))
    if low == high:
        low, high = one(-1), one(1)
    scale = (high - low) / one(last)
    zero = np.round(-low / scale)
    if kind == "asymmetric-raw":
        zero = np.clip(zero, 0, last)
    if kind == "asymmetric-wide":
        zero = np.clip(zero, -1e4, 1e4)
    return scale, zero


def to_codes(values, scale, zero, bits):
    return np.clip(np.round(values / scale) + zero, 0, 2**bits - 1)


def searched_grid(values, bits, kind):
    """The range shrunk by up to 79 % for the least sum of |error|^2.4."""
    best, found = np.inf, None
    for step in range(80):
        shrunk = values.dtype.type(1 - step / 100)
        # A group that has just the shrunk ends of the range gives the grid of that range.
        ends = np.array([values.min(), values.max()], values.dtype)
        if kind == "asymmetric":
            ends = np.array([min(ends[0], 0), max(ends[1], 0)], values.dtype)
        scale, zero = grid(ends * shrunk, bits, kind)
        error = (np.abs(scale * (to_codes(values, scale, zero, bits) - zero) - values) ** 2.4).sum()
        if error < best:
            best, found = error, (scale, zero)
    return found


def spans(columns, group):
    width = columns if group < 1 else min(group, columns)
    return [(start, min(columns, start + width)) for start in range(0, columns, width)]


def round_to_nearest(weight, bits, group, kind, search=False):
    codes = np.zeros(weight.shape, weight.dtype)
    parts = spans(weight.shape[1], group)
    scales = np.zeros((weight.shape[0], len(parts)), weight.dtype)
    zeros = np.zeros_like(scales)
    for row in range(weight.shape[0]):
        for index, (start, end) in enumerate(parts):
            values = weight[row, start:end]
            scale, zero = (searched_grid if search else grid)(values, bits, kind)
            scales[row, index], zeros[row, index] = scale, zero
            codes[row, start:end] = to_codes(values, scale, zero, bits)
    return codes, scales, zeros


def rounded(weight, bits, group, kind):
    codes, scales, zeros = round_to_nearest(weight, bits, group, kind)
    index = np.zeros(weight.shape[1], int)
    for number, (start, end) in enumerate(spans(weight.shape[1], group)):
        index[start:end] = number
    return scales[:, index] * (codes - zeros[:, index])


# Levels


def normal_float(bits):
    quantile = NormalDist().inv_cdf
    half = 2 ** (bits - 1)
    positive = [quantile(p) for p in np.linspace(0.9677083, 0.5, half + 1)[:-1]]
    negative = [-quantile(p) for p in np.linspace(0.9677083, 0.5, half)[:-1]]
    levels = np.array(sorted(positive + [0.0] + negative))
    return levels / levels.max()


def float4():
    positive = [0, 0.0625 / 12, 2 / 12, 3 / 12, 4 / 12, 6 / 12, 8 / 12, 1]
    return np.array([-value for value in positive[::-1]] + positive)


def dynamic_map():
    """Signed, 8 bits: one sign bit, a unary exponent of up to 7 bits, the rest a linear fraction."""
    values = [0.0, 1.0]
    for exponent in range(7):
        edges = np.linspace(0.1, 1, 2**exponent + 1)
        for mean in (edges[:-1] + edges[1:]) / 2:
            values += [10.0 ** (exponent - 6) * mean, -(10.0 ** (exponent - 6)) * mean]
    assert len(values) == 256
    return np.array(sorted(values))


def nearest(value, levels):
    return int(np.abs(levels - value).argmin())


def quantize_levels(weight, levels, block, double):
    flat = weight.ravel().astype(np.float64)
    scales = np.array([np.abs(flat[i : i + block]).max() for i in range(0, flat.size, block)])
    codes = np.array([nearest(v / scales[i // block], levels) for i, v in enumerate(flat)], int)
    if double:
        table, offset = dynamic_map(), scales.mean()
        centred = scales - offset
        for start in range(0, scales.size, 256):
            part = centred[start : start + 256]
            largest = np.abs(part).max()
            part[:] = [table[nearest(v / largest, table)] * largest for v in part]
        scales = centred + offset
    values = levels[codes] * np.repeat(scales, block)[: flat.size]
    return codes.reshape(weight.shape), values.reshape(weight.shape)


# GPTQ, in float64, a column at a time: no lazy updates other than what `published` needs of them.


def gptq(weight, inputs, bits, group, kind, damping=0.01, order=False, static=False, published=False,
         full_inputs=None, alpha=0.25):
    """With `full_inputs`, the inputs of the full-precision model: GPTAQ."""
    w = weight.astype(np.float64).copy()
    x = inputs.astype(np.float64)
    hessian = 2 / x.shape[0] * x.T @ x
    dead = np.diag(hessian) == 0
    hessian[dead, dead] = 1
    w[:, dead] = 0
    columns = w.shape[1]
    parts = spans(columns, group)
    width = parts[0][1]
    fixed = [[grid(w[r, a:b], bits, kind) for r in range(w.shape[0])] for a, b in parts]
    permutation = np.argsort(-np.diag(hessian), kind="stable") if order else np.arange(columns)
    w = w[:, permutation]
    hessian = hessian[np.ix_(permutation, permutation)]
    hessian += damping * np.diag(hessian).mean() * np.eye(columns)
    upper = np.linalg.cholesky(np.linalg.inv(hessian)).T
    correction = np.zeros_like(upper)
    if full_inputs is not None:
        differences = 2 / x.shape[0] * (full_inputs.astype(np.float64) - x).T @ x
        differences = differences[np.ix_(permutation, permutation)]
        correction = alpha * np.triu(differences @ upper.T, 1) @ upper
    result = np.zeros_like(w)
    grids = None
    for i in range(columns):
        if i % 128 == 0:
            stale = w.copy()  # what the published code sees while it works on these 128 columns
        if static:
            grids = fixed[permutation[i] // width]
        elif i % width == 0:
            seen = stale if published else w
            grids = [grid(seen[r, i : i + width], bits, kind) for r in range(w.shape[0])]
        scale = np.array([g[0] for g in grids])
        zero = np.array([g[1] for g in grids])
        result[:, i] = scale * (to_codes(w[:, i], scale, zero, bits) - zero)
        column = w[:, i].copy()
        error = (column - result[:, i]) / upper[i, i]
        w[:, i:] -= np.outer(error, upper[i, i:]) - np.outer(column, correction[i, i:])
    return result[:, np.argsort(permutation)]


# AWQ on a block of a Llama, in float64.


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def norm(x, gain, epsilon):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon) * gain


def rotate(x, theta):
    """x [tokens, heads, dimension]; pairs (i, i + dimension/2)."""
    half = x.shape[2] // 2
    angle = np.arange(x.shape[0])[:, None, None] * theta ** (-np.arange(half) / half)
    a, b = x[..., :half], x[..., half:]
    return np.concatenate([a * np.cos(angle) - b * np.sin(angle), b * np.cos(angle) + a * np.sin(angle)], -1)


class Block:
    def __init__(self, weights, heads, key_value_heads, epsilon=1e-5, theta=10000.0):
        self.w = {name: value.astype(np.float64) for name, value in weights.items()}
        self.heads, self.key_value_heads, self.epsilon, self.theta = heads, key_value_heads, epsilon, theta

    def heads_of(self, x, w):
        """Input of the o projection, for one sequence x [tokens, hidden] after the first norm."""
        tokens = x.shape[0]
        q = rotate((x @ w["q"].T).reshape(tokens, self.heads, -1), self.theta)
        k = rotate((x @ w["k"].T).reshape(tokens, self.key_value_heads, -1), self.theta)
        v = (x @ w["v"].T).reshape(tokens, self.key_value_heads, -1)
        mask = np.triu(np.full((tokens, tokens), -np.inf), 1)
        out = []
        for head in range(self.heads):
            shared = head * self.key_value_heads // self.heads
            scores = q[:, head] @ k[:, shared].T / np.sqrt(q.shape[2]) + mask
            out.append(softmax(scores) @ v[:, shared])
        return np.concatenate(out, -1)

    def attention(self, x, w):
        return self.heads_of(x, w) @ w["o"].T

    def product(self, x, w):
        gate = x @ w["gate"].T
        return gate / (1 + np.exp(-gate)) * (x @ w["up"].T)

    def mlp(self, x, w):
        return self.product(x, w) @ w["down"].T

    def inputs(self, sequences):
        """Inputs of q,k,v; o; gate,up; down: lists of [tokens, width]."""
        ln1 = [norm(s, self.w["ln1"], self.epsilon) for s in sequences]
        o = [self.heads_of(x, self.w) for x in ln1]
        middle = [s + x @ self.w["o"].T for s, x in zip(sequences, o)]
        ln2 = [norm(m, self.w["ln2"], self.epsilon) for m in middle]
        return ln1, o, ln2, [self.product(x, self.w) for x in ln2]


def awq(block, sequences, bits, group):
    w = block.w
    ln1, o_in, ln2, down_in = block.inputs(sequences)

    def search(inputs, names, forward):
        mean = np.abs(np.concatenate(inputs)).mean(0)
        wanted = [forward(x, w) for x in inputs]
        best, found = np.inf, None
        for step in range(20):
            s = np.maximum(mean ** (step / 20), 1e-4)
            s = s / np.sqrt(s.max() * s.min())
            changed = dict(w)
            for name in names:
                changed[name] = rounded(w[name] * s, bits, group, "asymmetric-raw") / s
            error = np.concatenate([(forward(x, changed) - y).ravel() ** 2 for x, y in zip(inputs, wanted)]).mean()
            if error < best:
                best, found = error, (step, s)
        return found + (best,)

    result = {"qkv": search(ln1, ["q", "k", "v"], block.attention)}
    if w["v"].shape == w["o"].shape:
        result["o"] = search(o_in, ["o"], lambda x, c: x @ c["o"].T)
    result["gate_up"] = search(ln2, ["gate", "up"], block.mlp)
    result["down"] = search(down_in, ["down"], lambda x, c: x @ c["down"].T)

    one = lambda width: np.ones(width)
    s_qkv, s_gate = result["qkv"][1], result["gate_up"][1]
    s_o = result["o"][1] if "o" in result else one(w["o"].shape[1])
    s_v = s_o if "o" in result else one(w["v"].shape[0])
    s_down = result["down"][1]
    columns = {"q": s_qkv, "k": s_qkv, "v": s_qkv, "o": s_o, "gate": s_gate, "up": s_gate, "down": s_down}
    rows = {"v": s_v, "up": s_down}
    inputs = {"v": ln1, "o": o_in, "gate": ln2, "up": ln2, "down": down_in}
    final = {}
    for name in columns:
        lane = w[name] * columns[name]
        if name in rows:
            lane = lane / rows[name][:, None]
        if name in inputs:
            lane = clip(lane, np.concatenate(inputs[name]) / columns[name], bits, group)
        lane = rounded(lane, bits, group, "asymmetric-raw") / columns[name]
        final[name] = lane * rows[name][:, None] if name in rows else lane
    return result, final


def clip(weight, inputs, bits, group):
    out = weight.copy()
    for start, end in spans(weight.shape[1], group):
        x = inputs[:, start:end]
        for row in range(weight.shape[0]):
            values = weight[row, start:end]
            best = np.inf
            for step in range(10):
                largest = np.abs(values).max() * (1 - step / 20)
                cut = np.clip(values, -largest, largest)
                scale, zero = grid(cut, bits, "asymmetric-raw")
                error = ((x @ (scale * (to_codes(cut, scale, zero, bits) - zero) - values)) ** 2).mean()
                if error < best:
                    best, out[row, start:end] = error, cut
    return out


# Fixtures


def matrix_fixture(out):
    random = np.random.default_rng(7)
    rows, columns, tokens = 10, 172, 96  # 172 divides by neither 32 nor 64
    mixing = random.normal(size=(columns, columns)) / np.sqrt(columns) + np.eye(columns)
    inputs = (random.normal(size=(tokens, columns)) * np.exp(random.normal(size=columns))) @ mixing
    inputs = inputs.astype(np.float32)
    inputs[:, [5, 90]] = 0  # dead columns
    weight = (random.standard_t(5, size=(rows, columns)) * 0.05).astype(np.float32)
    weight[2] = np.abs(weight[2]) + 0.01  # a row whose range does not hold 0
    weight[3, :32] = 0  # a group of zeros
    weight[4, 32:64] = 0.25  # a group of equal weights
    tensors = {"weight": weight, "inputs": inputs}
    for bits, group, kind, search in [
        (3, 32, "asymmetric", False),
        (4, -1, "asymmetric", False),
        (3, 32, "asymmetric-raw", False),
        (3, 64, "asymmetric-wide", False),
        (3, 32, "symmetric", False),
        (2, 43, "symmetric-narrow", False),
        (3, 32, "asymmetric", True),
        (3, 32, "symmetric", True),
    ]:
        name = f"rtn/{bits}/{group}/{kind}/{'true' if search else 'false'}"
        codes, scales, zeros = round_to_nearest(weight, bits, group, kind, search)
        tensors[name + "/codes"] = codes.astype(np.uint8)
        tensors[name + "/scales"] = scales
        tensors[name + "/zeros"] = zeros
    for name, levels, double in [
        ("nf:bits=4", normal_float(4), False),
        ("nf:bits=4,double=true", normal_float(4), True),
        ("nf:bits=3", normal_float(3), False),
        ("fp4", float4(), False),
    ]:
        codes, values = quantize_levels(weight, levels, 64, double)
        tensors[name] = values.astype(np.float32)
    for name, options in {
        "gptq:bits=3,group=32": {},
        "gptq:bits=3,group=32,group_grid=published": {"published": True},
        "gptq:bits=3,group=32,act_order=true": {"order": True},
        "gptq:bits=3,group=32,act_order=true,group_grid=published": {"order": True, "published": True},
        "gptq:bits=3,group=32,act_order=true,static_groups=true": {"order": True, "static": True},
        "gptq:bits=3,group=32,grid=symmetric": {"kind": "symmetric"},
        "gptq:bits=3,group=-1": {"group": -1},
    }.items():
        values = gptq(weight, inputs, 3, options.pop("group", 32), options.pop("kind", "asymmetric"), **options)
        tensors[name] = values.astype(np.float32)
    write_safetensors(out / "matrix.safetensors", tensors, {"made_by": "make_fixtures.py"})
    write_safetensors(
        out / "tables.safetensors",
        {
            "nf4": normal_float(4).astype(np.float32),
            "nf3": normal_float(3).astype(np.float32),
            "fp4": float4().astype(np.float32),
            "dynamic": dynamic_map().astype(np.float32),
        },
        {"made_by": "make_fixtures.py"},
    )


def gptaq_fixture(out):
    random = np.random.default_rng(13)
    rows, columns, tokens = 8, 172, 256
    mixing = random.normal(size=(columns, columns)) / np.sqrt(columns) + np.eye(columns)
    full = (random.normal(size=(tokens, columns)) * np.exp(random.normal(size=columns))) @ mixing
    # What quantized blocks lose depends on what there was: a part of it, and noise.
    inputs = full * random.uniform(0.7, 1, size=columns) + 0.2 * random.normal(size=full.shape)
    full, inputs = full.astype(np.float32), inputs.astype(np.float32)
    inputs[:, [5, 90]] = 0  # dead columns
    weight = (random.standard_t(5, size=(rows, columns)) * 0.05).astype(np.float32)
    tensors = {"weight": weight, "inputs": inputs, "full_inputs": full}
    for name, options in {
        "gptq:bits=3,group=32,gptaq=true": {},
        "gptq:bits=3,group=32,gptaq=true,act_order=true": {"order": True},
        "gptq:bits=3,group=32,gptaq=true,act_order=true,static_groups=true": {"order": True, "static": True},
    }.items():
        values = gptq(weight, inputs, 3, 32, "asymmetric", full_inputs=full, **options)
        tensors[name] = values.astype(np.float32)
    write_safetensors(out / "gptaq.safetensors", tensors, {"made_by": "make_fixtures.py"})


def block_fixture(out, name, key_value_heads):
    random = np.random.default_rng(11)
    hidden, width, heads = 24, 36, 4
    narrow = hidden * key_value_heads // heads
    shapes = {
        "q": (hidden, hidden), "k": (narrow, hidden), "v": (narrow, hidden), "o": (hidden, hidden),
        "gate": (width, hidden), "up": (width, hidden), "down": (hidden, width),
    }
    weights = {key: (random.normal(size=shape) * 0.2).astype(np.float32) for key, shape in shapes.items()}
    weights["ln1"] = np.exp(random.normal(size=hidden)).astype(np.float32)
    weights["ln2"] = np.exp(random.normal(size=hidden)).astype(np.float32)
    sequences = random.normal(size=(3, 16, hidden)).astype(np.float32)
    block = Block(weights, heads, key_value_heads)
    found, final = awq(block, [s.astype(np.float64) for s in sequences], 3, 16)
    tensors = {"hidden": sequences} | {"weight/" + key: value for key, value in weights.items()}
    tensors |= {"awq/" + key: value.astype(np.float32) for key, value in final.items()}
    metadata = {"heads": str(heads), "key_value_heads": str(key_value_heads)}
    for key, (step, _, error) in found.items():
        metadata["alpha/" + key] = repr(step / 20)
        metadata["objective/" + key] = repr(float(error))
    print(metadata)
    write_safetensors(out / f"{name}.safetensors", tensors, metadata)


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    matrix_fixture(out)
    gptaq_fixture(out)
    block_fixture(out, "awq_block", 4)
    block_fixture(out, "awq_block_grouped", 2)


if __name__ == "__main__":
    main()
