"""Makes calibration.json: a made-up study of calibration sets and what its statistics must give.

Independent of the program: numpy, following the definitions in core/analysis/calibration_study.h.
Run again:
    python3 make_calibration.py > calibration.json
"""

import json
import math

import numpy as np

from draws import SplitMix

SEED, EXAMPLES, POSITIONS, RESAMPLES = 7, 40, 9, 200
SETS = {"web": 3, "wiki": 3, "noise": 2}
METHODS = ["gptq:bits=3", "rtn:bits=3"]
REFERENCE = "wiki"

random = np.random.default_rng(3)
documents = sorted(random.integers(0, 25, EXAMPLES).tolist())
lengths = random.integers(4, POSITIONS + 1, EXAMPLES)  # with the start token
tokens = (lengths - 1).astype(float)
base = np.round(random.exponential(2, EXAMPLES) + 1, 3)
lanes = []
for method in METHODS:
    for number, (name, draws) in enumerate(SETS.items()):
        for draw in range(draws):
            nll = base + 0.4 + 0.05 * random.normal(0, 1, EXAMPLES)
            if method.startswith("gptq"):
                nll = nll + 0.06 * number + 0.02 * random.normal()
            else:
                nll = base + 0.7
            lanes.append({"method": method, "set": name, "draw": draw, "nll": np.round(nll, 4)})


def weighted_means(weights):
    """ln perplexity of every lane."""
    return np.array([np.sum(weights * tokens * lane["nll"]) / np.sum(weights * tokens) for lane in lanes])


def resampled_weights():
    units = list(dict.fromkeys(documents))
    members = [[i for i, d in enumerate(documents) if d == unit] for unit in units]
    stream = SplitMix(SEED)
    for _ in range(RESAMPLES):
        weights = np.zeros(EXAMPLES)
        for _ in members:
            for example in members[stream.below(len(members))]:
                weights[example] += 1
        yield weights


def places(method, name=None):
    return [i for i, l in enumerate(lanes) if l["method"] == method and name in (None, l["set"])]


def interval(statistic):
    values = [statistic(weighted_means(w)) for w in resampled_weights()]
    low, high = np.percentile(values, [2.5, 97.5])
    return [float(statistic(weighted_means(np.ones(EXAMPLES)))), float(low), float(high)]


def relative(i):
    reference = places(lanes[i]["method"], REFERENCE)
    return lambda means: np.exp(means[i]) / np.mean(np.exp(means[reference]))


def set_relative(method, name):
    reference, own = places(method, REFERENCE), places(method, name)
    return lambda means: np.mean(np.exp(means[own])) / np.mean(np.exp(means[reference]))


def components(groups):
    squares = sum(np.sum((g - g.mean()) ** 2) for g in groups)
    within = squares / sum(len(g) - 1 for g in groups)
    means = np.array([g.mean() for g in groups])
    return within, max(0.0, np.var(means, ddof=1) - np.mean([within / len(g) for g in groups]))


def resampled_components(groups):
    squares = sum(np.sum((g - g.mean()) ** 2) * len(g) / (len(g) - 1) for g in groups)
    within = squares / sum(len(g) - 1 for g in groups)
    means = np.array([g.mean() for g in groups])
    brought = np.mean([within / len(g) * (1 + (len(g) - 1) / len(g)) for g in groups])
    return within, max(0.0, np.var(means, ddof=1) - brought)


def spread(method):
    own = [places(method, name) for name in SETS]
    point = components([weighted_means(np.ones(EXAMPLES))[p] for p in own])
    stream, found = SplitMix(SEED), []
    for weights in resampled_weights():
        means = weighted_means(weights)
        groups = [means[[p[stream.below(len(p))] for _ in p]] for p in own]
        found.append(resampled_components(groups))
    found = np.sqrt(np.array(found))
    result = {}
    for k, name in enumerate(("within", "between")):
        low, high = np.percentile(found[:, k], [2.5, 97.5])
        result[name] = [math.sqrt(point[k]), float(low), float(high)]
    perplexities = np.exp(weighted_means(np.ones(EXAMPLES))[places(method)])
    result["difference"] = float(np.ptp(perplexities))
    return result


print(
    json.dumps(
        {
            "seed": SEED,
            "resamples": RESAMPLES,
            "positions": POSITIONS,
            "reference": REFERENCE,
            "documents": documents,
            "lengths": lengths.tolist(),
            "lanes": [{**l, "nll": l["nll"].tolist()} for l in lanes],
            "perplexity": [interval(lambda m, i=i: math.exp(m[i])) for i in range(len(lanes))],
            "relative": [interval(relative(i)) for i in range(len(lanes))],
            "sets": [[interval(set_relative(m, s)) for s in SETS] for m in METHODS],
            "spread": {m: spread(m) for m in METHODS},
        },
        indent=1,
    )
)
