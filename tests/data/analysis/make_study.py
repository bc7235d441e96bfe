"""Makes study.json: a small made-up study and what its analysis must give.

Independent of the program: plain Python and numpy, following the definitions. Run it again with
    python3 make_study.py > study.json
"""

import json
import math

import numpy as np

from draws import mix, SplitMix

MASK = (1 << 64) - 1
EXAMPLES, LAYERS, POSITIONS, RESAMPLES, SEED = 40, 3, 6, 1000, 11
LANES = ["reference", "a", "b"]


def resample_lists(documents):
    """Examples of each resample, documents drawn with replacement."""
    units = list(dict.fromkeys(documents))
    of = {unit: [i for i, d in enumerate(documents) if d == unit] for unit in units}
    if len(units) == 1:
        units, of = list(range(len(documents))), {i: [i] for i in range(len(documents))}
    random = SplitMix(SEED)
    lists = []
    for _ in range(RESAMPLES):
        drawn = [units[random.below(len(units))] for _ in units]
        lists.append([i for unit in drawn for i in of[unit]])
    return lists


def interval(statistic, documents):
    values = [statistic(np.array(chosen)) for chosen in resample_lists(documents)]
    values = [v for v in values if not math.isnan(v)]
    everyone = np.arange(len(documents))
    return [float(statistic(everyone)), *map(float, np.percentile(values, [2.5, 97.5]))]


def pearson(x, y):
    if len(set(x)) < 2 or len(set(y)) < 2:
        return math.nan
    return float(np.corrcoef(x, y)[0, 1])


def ranks(x):
    x = np.asarray(x)
    return np.array([(x < v).sum() + ((x == v).sum() + 1) / 2 for v in x])


def spearman(x, y):
    return pearson(ranks(x), ranks(y))


def top(errors, n):
    return sorted(range(len(errors)), key=lambda i: (-errors[i], i))[:n]


def bottom_half(errors):
    order = sorted(range(len(errors)), key=lambda i: (-errors[i], i))
    return order[len(order) - len(order) // 2 :]


def control(errors, documents, offsets, n):
    def key(i):
        return (mix((mix((mix(SEED) + documents[i]) & MASK) + offsets[i]) & MASK), i)

    return sorted(bottom_half(errors), key=key)[:n]


def matched(errors, large, nll, labels):
    left = [i for i in bottom_half(errors) if i not in large]
    result = []
    for i in large:
        own = [j for j in left if labels[j] == labels[i]]
        if not own:
            continue
        best = min(own, key=lambda j: (abs(nll[j] - nll[i]), nll[j], j))
        left.remove(best)
        result.append(best)
    return result


def density(values, points):
    values = np.asarray(values)
    quartiles = np.percentile(values, [25, 75])
    h = 0.9 * min(values.std(ddof=1), (quartiles[1] - quartiles[0]) / 1.34) * len(values) ** -0.2
    x = np.linspace(values.min() - 3 * h, values.max() + 3 * h, points)
    kernel = np.exp(-0.5 * ((x[:, None] - values[None]) / h) ** 2) / math.sqrt(2 * math.pi)
    return h, x, kernel.sum(1) / (len(values) * h)


random = np.random.default_rng(3)
documents = sorted(random.integers(0, 17, EXAMPLES).tolist())
offsets = [documents[:i].count(d) * 5 for i, d in enumerate(documents)]
lengths = random.integers(3, POSITIONS + 1, EXAMPLES)  # with the start token
labels = [["story", "code", "list"][k] for k in random.integers(0, 3, EXAMPLES)]
token_nll = np.full((3, EXAMPLES, POSITIONS), np.nan)
for e in range(EXAMPLES):
    level = random.uniform(1, 4)
    for t in range(1, lengths[e]):
        token_nll[0, e, t] = random.exponential(level)
        token_nll[1, e, t] = token_nll[0, e, t] + random.normal(0.3, 0.5)
        token_nll[2, e, t] = token_nll[0, e, t] + random.normal(0.1, 0.4)
token_nll = token_nll.astype(np.float32).astype(float)
nll = np.nanmean(token_nll, 2)
error = np.round(nll - nll[0], 2)  # rounded, so that there are ties
norm = np.round(random.uniform(5, 50, (LAYERS, EXAMPLES)) - 8 * error[1], 1)
norm = norm.astype(np.float32).astype(float)
exits = random.uniform(1, 6, (3, LAYERS, EXAMPLES)).astype(np.float32).astype(float)
patched = nll[1] - random.uniform(-0.2, 1.1, EXAMPLES) * (nll[1] - nll[0])
tokens = lengths - 1

n = int(0.1 * EXAMPLES)
large = {lane: top(error[k], n) for k, lane in enumerate(LANES) if k}
ctrl = {lane: control(error[k], documents, offsets, n) for k, lane in enumerate(LANES) if k}
match = {
    lane: matched(error[k], large[lane], nll[0], labels) for k, lane in enumerate(LANES) if k
}


def perplexity(k):
    def statistic(i):
        return (nll[k][i] * tokens[i]).sum() / tokens[i].sum()

    return [math.exp(v) for v in interval(statistic, documents)]


def recovered(examples):
    e = np.array(sorted(examples))
    return interval(
        lambda i: float((nll[1] - patched)[e][i].sum() / (nll[1] - nll[0])[e][i].sum()),
        [documents[j] for j in sorted(examples)],
    )


def mean_of(values, examples):
    e = np.array(sorted(examples))
    return interval(lambda i: float(values[e][i].mean()), [documents[j] for j in sorted(examples)])


h, grid, curve = density(norm[2], 256)
expected = {
    "large": large,
    "control": ctrl,
    "matched": match,
    "perplexity": [perplexity(k) for k in range(3)],
    "mean_error": [
        None,
        interval(lambda i: error[1][i].mean(), documents),
        interval(lambda i: error[2][i].mean(), documents),
    ],
    "pearson_ab": interval(lambda i: pearson(error[1][i], error[2][i]), documents),
    "spearman_ab": interval(lambda i: spearman(error[1][i], error[2][i]), documents),
    "rho_last": [None] + [
        interval(lambda i, k=k: pearson(norm[2][i], error[k][i]), documents) for k in (1, 2)
    ],
    "rho": [[pearson(norm[layer], error[k]) for layer in range(LAYERS)] for k in (1, 2)],
    "jaccard_ab": len(set(large["a"]) & set(large["b"])) / len(set(large["a"]) | set(large["b"])),
    "fit": np.polyfit(error[1], error[2], 1).tolist(),
    "norm_large": [mean_of(norm[layer], large["a"]) for layer in range(LAYERS)],
    "norm_control": [mean_of(norm[layer], ctrl["a"]) for layer in range(LAYERS)],
    "exit_large_a": [mean_of(exits[1][layer], large["a"]) for layer in range(LAYERS)],
    "recovered_large": recovered(large["a"]),
    "recovered_all": recovered(list(range(EXAMPLES))),
    "perplexity_patched_large": math.exp(
        (patched * tokens)[large["a"]].sum() / tokens[large["a"]].sum()
    ),
    "bandwidth": float(h),
    "density_x": grid[::16].tolist(),
    "density_y": curve[::16].tolist(),
}
study = {
    "seed": SEED,
    "documents": documents,
    "offsets": offsets,
    "lengths": lengths.tolist(),
    "labels": labels,
    "nll": nll.tolist(),
    "error": error.tolist(),
    "token_nll": [[[None if math.isnan(v) else v for v in r] for r in lane] for lane in token_nll],
    "norm": norm.tolist(),
    "exits": exits.tolist(),
    "patched": patched.tolist(),
    "expected": expected,
}
print(json.dumps(study))
