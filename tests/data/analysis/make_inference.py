"""Makes inference.json: a small made-up study and what the statistics about its errors must give.

Independent of the program: numpy and scipy, following the definitions in the headers. Run again:
    python3 make_inference.py > inference.json
"""

import json
import math

import numpy as np
import scipy.stats

from draws import MASK, SplitMix, mix

SEED, EXAMPLES, LAYERS, POSITIONS, RESAMPLES, PERMUTATIONS = 5, 60, 4, 13, 300, 200
LANES = ["reference", "a", "b", "c"]
METHODS = [1, 2, 3]


def shuffled(count, seed):
    numbers, random = list(range(count)), SplitMix(seed)
    for place in range(count, 1, -1):
        other = random.below(place)
        numbers[place - 1], numbers[other] = numbers[other], numbers[place - 1]
    return numbers


def members_of(documents):
    units = list(dict.fromkeys(documents))
    return [[i for i, d in enumerate(documents) if d == unit] for unit in units]


def resample_lists(documents, seed=SEED, count=RESAMPLES):
    members, random = members_of(documents), SplitMix(seed)
    for _ in range(count):
        drawn = [members[random.below(len(members))] for _ in members]
        yield np.array([i for unit in drawn for i in unit])


def interval(statistic, documents, count=RESAMPLES):
    values = [statistic(chosen) for chosen in resample_lists(documents, count=count)]
    values = [v for v in values if not math.isnan(v)]
    return [float(statistic(np.arange(len(documents)))), *map(float, np.percentile(values, [2.5, 97.5]))]


def pearson(x, y):
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return math.nan
    return float(scipy.stats.pearsonr(x, y).statistic)


def brown(r):
    return 2 * r / (1 + r)


def residual(values, on):
    design = np.column_stack([np.ones(len(values)), *on])
    return values - design @ np.linalg.lstsq(design, values, rcond=None)[0]


def slopes(target, predictors):
    """Standardized slopes."""
    z = [(p - p.mean()) / p.std() for p in predictors]
    y = (target - target.mean()) / target.std()
    return np.linalg.lstsq(np.column_stack(z), y, rcond=None)[0]


random = np.random.default_rng(8)
documents = sorted(random.integers(0, 32, EXAMPLES).tolist())
lengths = random.integers(8, POSITIONS + 1, EXAMPLES)  # with the start token
labels = [["web", "code", "list"][k] for k in random.integers(0, 3, EXAMPLES)]
weak = random.normal(0, 1, EXAMPLES)  # what makes an example fragile
nll = np.full((4, EXAMPLES, POSITIONS), np.nan)
kl = np.full((4, EXAMPLES, POSITIONS), np.nan)
same = np.full((4, EXAMPLES, POSITIONS), 255)
for e in range(EXAMPLES):
    level = random.uniform(0.4, 5)
    for t in range(1, lengths[e]):
        nll[0, e, t] = random.exponential(level)
        common = random.normal(0, 0.3)
        for k in METHODS:
            nll[k, e, t] = max(0.01, nll[0, e, t] + (0.3 + 0.2 * weak[e]) * k / 2 + common + random.normal(0, 0.2))
            kl[k, e, t] = random.exponential(0.1 * k)
            same[k, e, t] = int(random.uniform() > 0.1 * k)
nll = np.round(nll, 3).astype(np.float32).astype(float)
kl = np.round(kl, 4).astype(np.float32).astype(float)
norm = np.round(30 - 3 * weak + random.normal(0, 4, (LAYERS, EXAMPLES)) * (LAYERS - np.arange(LAYERS))[:, None], 2)
after = np.round(10 + weak + random.normal(0, 1, (LAYERS, EXAMPLES)), 2)
kurtosis = np.round(random.exponential(20, (LAYERS, EXAMPLES)) + 5, 1)
drift = np.round(0.1 + 0.02 * weak + random.normal(0, 0.02, (LAYERS, EXAMPLES)), 4)
mse = np.round(0.01 * (after + drift * 20) + random.normal(0, 0.01, (LAYERS, EXAMPLES)), 4)
norm, after, kurtosis, drift, mse = (
    v.astype(np.float32).astype(float) for v in (norm, after, kurtosis, drift, mse)
)

mean = np.nanmean(nll, 2)
error = mean - mean[0]
tokens = lengths - 1
half = {}
for name in ("odd", "even", "first", "second"):
    picked = np.full(nll.shape, np.nan)
    for e in range(EXAMPLES):
        for t in range(1, lengths[e]):
            inside = {
                "odd": t % 2 == 1,
                "even": t % 2 == 0,
                "first": t <= tokens[e] // 2,
                "second": t > tokens[e] // 2,
            }[name]
            if inside:
                picked[:, e, t] = nll[:, e, t]
    means = np.nanmean(picked, 2)
    half[name] = means - means[0]


def grid_band():
    """Largest |rho| of the grid over permutations of documents laid end to end."""
    members, largest = members_of(documents), []
    target = [i for unit in members for i in unit]
    for permutation in range(PERMUTATIONS):
        seed = mix((mix(SEED) + permutation) & MASK)
        source = [i for unit in shuffled(len(members), seed) for i in members[unit]]
        moved = np.zeros((len(METHODS), EXAMPLES))
        moved[:, target] = error[METHODS][:, source]
        largest.append(max(abs(pearson(x, y)) for x in norm for y in moved))
    return float(np.percentile(largest, 95))


def picked_on_halves(k):
    members = members_of(documents)
    fold = {}
    for place, unit in enumerate(shuffled(len(members), SEED)):
        for i in members[unit]:
            fold[i] = place % 2
    result = []
    for own in (0, 1):
        mine = [i for i in range(EXAMPLES) if fold[i] == own]
        other = [i for i in range(EXAMPLES) if fold[i] != own]
        rho = [pearson(x[mine], error[k][mine]) for x in norm]
        layer = int(np.argmax(np.abs(rho)))
        result.append([
            layer,
            rho[layer],
            *interval(lambda i: pearson(norm[layer][other][i], error[k][other][i]), [documents[i] for i in other]),
        ])
    return result


def top(values, n):
    return sorted(range(len(values)), key=lambda i: (-values[i], i))[:n]


n = int(0.1 * EXAMPLES)


def honest(chosen_by, chosen_set, scored_by, chosen):
    """Means over sets that stay fixed, by resampled weights."""

    def means(i):
        w = np.bincount(i, minlength=EXAMPLES).astype(float)
        mean_of = lambda v, s: (w[s] * v[s]).sum() / w[s].sum() if w[s].sum() else math.nan
        everyone = list(range(EXAMPLES))
        promised = mean_of(chosen_by, chosen_set) - mean_of(chosen_by, everyone)
        kept = mean_of(scored_by, chosen) - mean_of(scored_by, everyone)
        return mean_of(chosen_by, chosen_set), mean_of(scored_by, chosen), kept / promised

    return {
        "set": chosen,
        "chosen": interval(lambda i: means(i)[0], documents),
        "scored": interval(lambda i: means(i)[1], documents),
        "shrinkage": interval(lambda i: means(i)[2], documents),
    }


def by_others(k):
    ranks = np.mean([scipy.stats.rankdata(error[m]) for m in METHODS if m != k], 0)
    return honest(error[k], top(error[k], n), error[k], top(ranks, n))


def on_odd(k):
    chosen = top(half["odd"][k], n)
    return honest(half["odd"][k], chosen, half["even"][k], chosen)


def corrected(a, b):
    def both(i):
        cor = lambda u, v: pearson(u[i], v[i])
        odd, even = half["odd"], half["even"]
        ra, rb = cor(odd[a], even[a]), cor(odd[b], even[b])
        if ra <= 0 or rb <= 0:
            return math.nan, math.nan
        across = (cor(odd[a], even[b]) + cor(even[a], odd[b])) / 2 / math.sqrt(ra * rb)
        return cor(error[a], error[b]) / math.sqrt(brown(ra) * brown(rb)), across

    return [interval(lambda i: both(i)[0], documents), interval(lambda i: both(i)[1], documents)]


def mediation(k):
    last = LAYERS - 1
    chain = [norm[last], after[last], mse[last], drift[last], error[k]]

    def all_of(i):
        own = [v[i] for v in chain]
        b = slopes(own[-1], own[:-1])
        a = [slopes(own[m], own[:1])[0] for m in (1, 2, 3)]
        serial = math.prod(slopes(own[m], own[:m])[m - 1] for m in (1, 2, 3, 4))
        return [pearson(own[0], own[-1]), b[0], serial, *(a[m] * b[m + 1] for m in range(3))]

    names = ["total", "direct", "chain", "indirect_h", "indirect_mse", "indirect_drift"]
    return {name: interval(lambda i, p=p: all_of(i)[p], documents) for p, name in enumerate(names)}


def contrasts(k, values):
    large, low = top(error[k], n), sorted(range(EXAMPLES), key=lambda i: (-error[k][i], i))[EXAMPLES - EXAMPLES // 2 :]
    offsets = [documents[:i].count(d) * 5 for i, d in enumerate(documents)]
    key = lambda i: (mix((mix((mix(SEED) + documents[i]) & MASK) + offsets[i]) & MASK), i)
    ctrl = sorted(low, key=key)[:n]

    def difference(i):
        w = np.bincount(i, minlength=EXAMPLES).astype(float)
        if not w[large].sum() or not w[ctrl].sum():
            return math.nan
        return (w[large] * values[large]).sum() / w[large].sum() - (w[ctrl] * values[ctrl]).sum() / w[ctrl].sum()

    return interval(difference, documents)


def output(k):
    flat = lambda v: np.concatenate([v[e, 1 : lengths[e]] for e in range(EXAMPLES)])
    of = np.concatenate([[e] * tokens[e] for e in range(EXAMPLES)])
    x, y, d, s = flat(nll[0]), flat(nll[k]), flat(kl[k]), flat(same[k])
    change = 100 * (np.exp(-y) - np.exp(-x))
    places = [np.flatnonzero(of == e) for e in range(EXAMPLES)]
    at = lambda i: np.concatenate([places[e] for e in i])
    token = lambda f: interval(lambda i: float(f(at(i))), documents)
    return {
        "mean KL": token(lambda t: d[t].mean()),
        "maximum KL": [d.max()],
        "KL 99.9 %": [np.percentile(d, 99.9)],
        "median KL": [np.percentile(d, 50)],
        "KL 0.1 %": [np.percentile(d, 0.1)],
        "mean Δp": token(lambda t: change[t].mean()),
        "RMS Δp": token(lambda t: math.sqrt((change[t] ** 2).mean())),
        "Δp 1 %": [np.percentile(change, 1)],
        "same most likely token": token(lambda t: 100 * s[t].mean()),
        "perplexity": token(lambda t: math.exp(y[t].mean())),
        "perplexity ratio": token(lambda t: math.exp(y[t].mean()) / math.exp(x[t].mean())),
        "ln perplexity ratio": token(lambda t: math.log(math.exp(y[t].mean()) / math.exp(x[t].mean()))),
        "perplexity less the reference's": token(lambda t: math.exp(y[t].mean()) - math.exp(x[t].mean())),
        "correlation of token NLL": token(lambda t: pearson(x[t], y[t])),
        "bucket": [
            float(((np.exp(-x) >= 0.1) & (np.exp(-x) < 0.3)).mean()),
            float(d[(np.exp(-x) >= 0.1) & (np.exp(-x) < 0.3)].mean()),
            float((y - x)[(np.exp(-x) >= 0.1) & (np.exp(-x) < 0.3)].mean()),
        ],
    }


def folds_of(order, count):
    return [order[f::count] for f in range(count)]


def ridge(x, y, train, test, penalty):
    mean_x, std_x = x[train].mean(0), x[train].std(0)
    z = (x - mean_x) / std_x
    gram = z[train].T @ z[train] + penalty * len(train) * np.eye(x.shape[1])
    return z[test] @ np.linalg.solve(gram, z[train].T @ (y[train] - y[train].mean())) + y[train].mean()


def predictors(k):
    x = np.column_stack([mean[0], *sum(([norm[l], after[l]] for l in range(LAYERS)), []), *kurtosis])
    y = error[k]
    members = members_of(documents)
    order = shuffled(len(members), SEED)
    examples = lambda units: [i for u in units for i in members[u]]
    penalties = [10 ** (h / 2) for h in range(-8, 7)]
    predicted, base, rank_predicted = np.zeros(EXAMPLES), np.zeros(EXAMPLES), np.zeros(EXAMPLES)
    chosen = []
    for fold in folds_of(order, 5):
        rest = [u for u in order if u not in fold]
        train, test = examples(rest), examples(fold)
        cost = []
        for penalty in penalties:
            cost.append(0)
            for inner in folds_of(rest, 4):
                own, left = examples([u for u in rest if u not in inner]), examples(inner)
                cost[-1] += ((ridge(x, y, own, left, penalty) - y[left]) ** 2).sum()
        chosen.append(penalties[int(np.argmin(cost))])
        predicted[test] = ridge(x, y, train, test, chosen[-1])
        base[test] = y[train].mean()
        rho = [abs(scipy.stats.spearmanr(column[train], y[train]).statistic) for column in x.T]
        best = x[:, int(np.argmax(rho))]
        rank = lambda i: (best[train] < best[i]).mean() + (best[train] == best[i]).mean() / 2
        slope, intercept = np.polyfit([rank(i) for i in train], y[train], 1)
        rank_predicted[test] = [intercept + slope * rank(i) for i in test]
    large = np.isin(np.arange(EXAMPLES), top(y, n))

    def auc(scores, i):
        inside, outside = scores[i][large[i]], scores[i][~large[i]]
        if not len(inside) or not len(outside):
            return math.nan
        return float(((inside[:, None] > outside).mean() + (inside[:, None] == outside).mean() / 2))

    return {
        "penalties": chosen,
        "predicted": predicted.tolist(),
        "rank_predicted": rank_predicted.tolist(),
        "r2": interval(lambda i: 1 - ((y - predicted)[i] ** 2).sum() / ((y - base)[i] ** 2).sum(), documents),
        "auc": interval(lambda i: auc(predicted, i), documents),
        "spearman": scipy.stats.spearmanr(predicted, y).statistic,
    }


def group(k, name):
    inside = np.array([label == name for label in labels])
    large = np.isin(np.arange(EXAMPLES), top(error[k], n))
    return {
        "error": interval(lambda i: error[k][i][inside[i]].mean() if inside[i].any() else math.nan, documents),
        "large": interval(lambda i: (large & inside)[i].sum() / large[i].sum() if large[i].any() else math.nan, documents),
    }


last = LAYERS - 1
expected = {
    "grid": [[interval(lambda i: pearson(x[i], error[k][i]), documents) for k in METHODS] for x in norm],
    "band": grid_band(),
    "picked": picked_on_halves(1),
    "odd_even": [interval(lambda i: brown(pearson(half["odd"][k][i], half["even"][k][i])), documents) for k in METHODS],
    "first_second": [
        interval(lambda i: brown(pearson(half["first"][k][i], half["second"][k][i])), documents) for k in METHODS
    ],
    "replicates_a": interval(lambda i: pearson(error[1][i], error[2][i]), documents),
    "corrected_ab": corrected(1, 2),
    "by_others": by_others(1),
    "on_odd": on_odd(2),
    "partial": interval(
        lambda i: pearson(residual(norm[last][i], [mean[0][i]]), residual(error[1][i], [mean[0][i]])), documents
    ),
    "mediation": mediation(1),
    "contrast_norm": contrasts(1, norm[last]),
    "output": output(2),
    "predictors": predictors(1),
    "group_code": group(1, "code"),
    "head": int((mean[0] <= 1).sum()),
    "tail": int((mean[0] >= 4).sum()),
}


def plain(values):
    return [[[None if math.isnan(v) else round(v, 4) for v in row] for row in lane] for lane in values]


if __name__ == "__main__":
    study = {
        "seed": SEED,
        "resamples": RESAMPLES,
        "permutations": PERMUTATIONS,
        "documents": documents,
        "lengths": lengths.tolist(),
        "labels": labels,
        "nll": plain(nll),
        "kl": plain(kl),
        "same": same.tolist(),
        "norm": np.round(norm, 4).tolist(),
        "after": np.round(after, 4).tolist(),
        "kurtosis": np.round(kurtosis, 4).tolist(),
        "drift": np.round(drift, 4).tolist(),
        "mse": np.round(mse, 4).tolist(),
        "expected": expected,
    }
    print(json.dumps(study, separators=(",", ":")))
