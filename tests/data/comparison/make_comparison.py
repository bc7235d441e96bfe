"""Makes comparison.json: two made-up sessions that share examples, and how they differ.

Independent of the program: plain Python and numpy, following the definitions, with resamples as
lists of repeated examples. Run it again with
    python3 make_comparison.py > comparison.json
"""

import json
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "analysis"))
from draws import SplitMix  # noqa: E402

POSITIONS, RESAMPLES, SEED = 7, 200, 5
LABELS = ["code", "prose", "two words"]


def make_session(random, examples, documents, texts, labels):
    """Lanes reference and q: NLL, KL and agreement by token; NaN (null) at 0 and beyond the end."""
    lengths = [sum(token >= 0 for token in texts[e]) for e in examples]
    shape = (2, len(examples), POSITIONS)
    nll = random.gamma(2.0, 1.0, shape)
    nll[1] = nll[0] + random.normal(0.05, 0.2, shape[1:])
    kl, reverse, js = (random.gamma(0.5, 0.1, shape) for _ in range(3))
    agrees = (random.random(shape) < 0.8).astype(float)
    for values in (nll, kl, reverse, js, agrees):
        values[:, :, 0] = np.nan
        for place, length in enumerate(lengths):
            values[:, place, length:] = np.nan
    for values in (kl, reverse, js, agrees):
        values[0] = np.nan
    return {
        "examples": examples,
        "documents": [documents[e] for e in examples],
        "labels": [labels[e] for e in examples],
        "lengths": lengths,
        "token_ids": [texts[e] for e in examples],
        "nll": nll,
        "kl": kl,
        "kl_reverse": reverse,
        "js": js,
        "top1_agrees": agrees,
    }


def f4(values):
    return np.asarray(values, dtype=np.float32).astype(np.float64)


def means(values):
    with np.errstate(invalid="ignore"):
        return np.array([[np.nanmean(row) if not np.isnan(row).all() else np.nan for row in lane] for lane in values])


def tokens(values, examples):
    """All measured tokens of examples, with repetitions."""
    return np.concatenate([row[~np.isnan(row)] for row in values[examples]]) if len(examples) else np.array([])


def worst_tenth(values):
    wanted = max(1, len(values) // 10)
    return np.sort(values)[::-1][:wanted].mean()


def metric(session, name, examples, byte_lengths):
    """A metric of lane q over a list of examples (indices into the session)."""
    if len(examples) == 0:
        return np.nan
    counts = np.array(session["lengths"]) - 1.0
    nll_sums = np.nansum(session["nll"][1], axis=1)
    if name == "nll":
        return nll_sums[examples].sum() / counts[examples].sum()
    if name == "perplexity":
        return np.exp(nll_sums[examples].sum() / counts[examples].sum())
    if name == "bits_per_byte":
        sizes = np.array([sum(byte_lengths[t] for t in row[1:] if t >= 0) for row in session["token_ids"]], float)
        return nll_sums[examples].sum() / np.log(2) / sizes[examples].sum()
    if name == "error":
        return session["error"][examples].mean()
    if name == "worst_decile_error":
        return worst_tenth(session["error"][examples])
    if name == "worst_decile_kl":
        return worst_tenth(session["mean_kl"][examples])
    if name == "rms_dp":
        change = np.exp(-session["nll"][1]) - np.exp(-session["nll"][0])
        return np.sqrt((tokens(change, examples) ** 2).mean())
    of = {"kl": "kl", "reverse_kl": "kl_reverse", "js": "js", "top1_agreement": "top1_agrees"}
    if name in of:
        return tokens(session[of[name]][1], examples).mean()
    kl = tokens(session["kl"][1], examples)
    return kl.max() if name == "kl_max" else np.percentile(kl, float(name.removeprefix("kl_p")))


def main():
    random = np.random.default_rng(20)
    texts = [
        [0] + [int(t) for t in random.integers(1, 9, random.integers(3, POSITIONS))]
        for _ in range(34)
    ]
    texts[7] = list(texts[3])  # the same content twice
    texts = [row + [-1] * (POSITIONS - len(row)) for row in texts]
    documents_a = [e // 2 for e in range(34)]
    documents_b = [100 + e // 4 for e in range(34)]
    labels = [LABELS[int(i)] for i in random.integers(0, 3, 34)]
    in_a = list(range(30))
    in_b = [int(e) for e in random.permutation([e for e in range(34) if e not in (0, 11, 12)])]
    a = make_session(random, in_a, documents_a, texts, labels)
    b = make_session(random, in_b, documents_b, texts, labels)
    byte_lengths = {0: 3, **{t: t for t in range(1, 9)}}  # pieces: "<s>", "a", "bb", "ccc", …
    for session in (a, b):
        for name in ("nll", "kl", "kl_reverse", "js"):
            session[name] = f4(session[name])
        session["mean_nll"] = means(session["nll"])
        session["error"] = session["mean_nll"][1] - session["mean_nll"][0]
        session["mean_kl"] = means(session["kl"])[1]

    # Equal contents in order of appearance.
    free = {}
    for place, row in enumerate(b["token_ids"]):
        free.setdefault(tuple(row), []).append(place)
    pairs = []
    for place, row in enumerate(a["token_ids"]):
        if free.get(tuple(row)):
            pairs.append((place, free[tuple(row)].pop(0)))

    # Units: what hangs together by documents of either session.
    unit = list(range(len(pairs)))
    changed = True
    while changed:
        changed = False
        for i, (ai, bi) in enumerate(pairs):
            for j, (aj, bj) in enumerate(pairs):
                same = a["documents"][ai] == a["documents"][aj] or b["documents"][bi] == b["documents"][bj]
                if same and unit[i] != unit[j]:
                    unit[i] = unit[j] = min(unit[i], unit[j])
                    changed = True
    units = list(dict.fromkeys(unit))
    members = {u: [i for i, own in enumerate(unit) if own == u] for u in units}
    draw = SplitMix(SEED)
    lists = []
    for _ in range(RESAMPLES):
        drawn = [units[draw.below(len(units))] for _ in units]
        lists.append([i for u in drawn for i in members[u]])

    def three(name, group):
        def both(chosen):
            kept = [i for i in chosen if group is None or a["labels"][pairs[i][0]] == group]
            one = metric(a, name, np.array([pairs[i][0] for i in kept], int), byte_lengths)
            other = metric(b, name, np.array([pairs[i][1] for i in kept], int), byte_lengths)
            return one, other, other - one

        values = both(range(len(pairs)))
        drawn = np.array([both(chosen) for chosen in lists])
        return [
            [float(values[k]), *map(float, np.nanpercentile(drawn[:, k], [2.5, 97.5]))]
            for k in range(3)
        ]

    names = ["nll", "perplexity", "bits_per_byte", "error", "worst_decile_error", "kl", "worst_decile_kl",
             "kl_p50", "kl_p90", "kl_p99", "kl_p99.9", "kl_p12.5", "kl_max", "reverse_kl", "js",
             "top1_agreement", "rms_dp"]
    expected = {name: three(name, None) for name in names}
    for group in LABELS:
        selector = group if group != "two words" else '"two words"'
        for name in ("error", "kl", "kl_p90", "worst_decile_error"):
            expected[f"group:{selector}:{name}"] = three(name, group)

    def listed(values):
        return json.loads(json.dumps(values.tolist()).replace("NaN", "null"))

    def written(session):
        return {
            key: listed(value) if isinstance(value, np.ndarray) else value
            for key, value in session.items()
            if key != "examples"
        }

    out = {"seed": SEED, "resamples": RESAMPLES, "a": written(a), "b": written(b), "pairs": pairs,
           "units": len(units), "expected": expected}
    json.dump(out, sys.stdout, separators=(",", ":"))
    print()


main()
