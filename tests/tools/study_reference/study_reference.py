#!/usr/bin/env python3
"""An independent study in plain PyTorch, whose numbers the program's are compared with.

    python study_reference.py --model DIR --text FILE.jsonl [--stream FILE.txt] [-o GOLDEN.json]
                              [--dtype float64] [--check-transformers]

Shares no code with the program. Examples are the start token and the first 128 ids of every
document that has so many. README.md says what each field of the golden file means.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy
import scipy.stats
import tokenizers
import torch

import reference_statistics as statistics
from reference_model import Model
from reference_quantizers import data_free, gptq_model, nf4, rtn, weight_errors

TOKENS = 128
CALIBRATION = 32
DETAILED = 6  # examples whose site statistics are given in full
BATCH = 16
OUTPUT = ("nll", "kl", "kl_reverse", "js", "top1_agrees", "rank")
PATCHED_LANES = ("rtn", "nf4", "gptq", "gptq-act")
PATCHED_BATCHES = 4  # the first examples alone are patched: a hundred walks a lane and batch


def encode_documents(tokenizer, path, start):
    ids = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        document = tokenizer.encode(json.loads(line)["text"], add_special_tokens=False).ids
        ids.append([start] + document)
    return ids


def check_stream(model, tokenizer, path, start):
    """The whole text as one document, consecutive windows, each after a start token."""
    ids = tokenizer.encode(Path(path).read_text(encoding="utf-8"), add_special_tokens=False).ids
    count = len(ids) // TOKENS
    windows = torch.tensor([[start] + ids[i * TOKENS:(i + 1) * TOKENS] for i in range(count)])
    nll = torch.cat([model.nll(model.hidden(part), part).mean(1) 
                     for part in windows.split(BATCH)])
    first = " ".join(f"{value:.5f}" for value in nll[:3])
    print(f"stream: {len(ids)} ids, {count} windows, mean NLL {nll.mean():.5f}, first {first}")
    return {"ids": len(ids), "windows": count, "nll": nll.mean().item(),
            "first_windows": nll[:3].tolist()}


def check_against_transformers(folder, model, ids):
    import transformers
    other = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    logits = other(input_ids=ids).logits.double().log_softmax(-1)
    deviation = (logits - model.log_probabilities(model.hidden(ids)).double()).abs().max()
    print(f"transformers {transformers.__version__}: log probabilities differ by {deviation:.1e}")


def lanes_of(model, calibration):
    lanes = {"rtn": data_free(model, rtn), "nf4": data_free(model, nf4)}
    output_errors = {}
    for act_order in (False, True):
        for sequential in (False, True):
            name = "gptq" + ("-act" if act_order else "") + ("-seq" if sequential else "")
            lanes[name], output_errors[name] = gptq_model(model, calibration, act_order, sequential)
    return lanes, output_errors


def correlations(lanes):
    """Between the errors of every pair of methods, and between their D_large."""
    names = list(lanes)
    errors = numpy.array([lanes[name]["error"] for name in names])
    count = errors.shape[1] // 10
    large = [set(numpy.argsort(-row, kind="stable")[:count].tolist()) for row in errors]
    return {
        "lanes": names,
        "pearson": numpy.corrcoef(errors).tolist(),
        "spearman": scipy.stats.spearmanr(errors, axis=1).statistic.tolist(),
        "jaccard": [[len(a & b) / len(a | b) for b in large] for a in large],
        "d_large": {name: sorted(part) for name, part in zip(names, large)},
    }


def residual_correlation(reference_sites, error):
    """ρ(S(l), E) by layer for the sites the paper asks about."""
    return {site: [scipy.stats.pearsonr(layer, error).statistic
                   for layer in numpy.array(reference_sites[site]["norm"]).T]
            for site in ("resid_mid", "ln2", "resid_post")}


def compact(value):
    """Six significant digits, so that the file stays small and diffs stay readable."""
    if isinstance(value, dict):
        return {key: compact(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [compact(item) for item in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def summarise(table):
    """[example][layer] → mean by layer, and the first examples in full."""
    array = numpy.array(table)
    return {"mean": array.mean(0).tolist(), "first": array[:DETAILED].tolist()}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--text", required=True, type=Path, help="jsonl with a field text")
    parser.add_argument("--stream", type=Path, help="text to check as one document")
    parser.add_argument("--dtype", default="float64", choices=["float64", "float32"])
    parser.add_argument("--check-transformers", action="store_true")
    parser.add_argument("--weights", type=Path, help="also write the dequantized matrices here")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    torch.set_grad_enabled(False)

    model = Model(options.model, getattr(torch, options.dtype))
    tokenizer = tokenizers.Tokenizer.from_file(str(options.model / "tokenizer.json"))
    start = json.loads((options.model / "config.json").read_text())["bos_token_id"]
    documents = encode_documents(tokenizer, options.text, start)
    kept = [index for index, ids in enumerate(documents) if len(ids) > TOKENS]
    ids = torch.tensor([documents[index][:TOKENS + 1] for index in kept])
    print(f"{len(documents)} documents, {len(kept)} examples of {TOKENS} tokens")
    golden = {"meta": {
        "model_sha256": hashlib.sha256((options.model / "model.safetensors").read_bytes())
        .hexdigest(),
        "text_sha256": hashlib.sha256(options.text.read_bytes()).hexdigest(),
        "tokens": TOKENS, "examples": len(kept), "calibration_examples": CALIBRATION,
        "detailed_examples": DETAILED, "patched_examples": BATCH * PATCHED_BATCHES,
        "dtype": options.dtype, "torch": torch.__version__,
    }, "documents": kept, "first_ids": ids[0].tolist()}
    if options.stream:
        golden["stream"] = check_stream(model, tokenizer, options.stream, start)
    if options.check_transformers:
        check_against_transformers(options.model, model, ids[:32])

    replaced, output_errors = lanes_of(model, ids[:CALIBRATION])
    if options.weights:
        from safetensors.torch import save_file
        save_file({f"{lane}/{model.name(*key)}": matrix.float().contiguous()
                   for lane, matrices in replaced.items() for key, matrix in matrices.items()},
                  options.weights)
    batches = []
    for number, part in enumerate(ids.split(BATCH)):
        patched = PATCHED_LANES if number < PATCHED_BATCHES else ()
        batches.append(statistics.batch_tables(model, replaced, part, patched))
        print(f"batch {number + 1}: {len(part)} examples", flush=True)
    tables = statistics.join(batches)

    reference = tables["reference"]
    lanes = {name: tables[name] for name in replaced}
    golden["reference"] = {
        "nll": reference["nll"],
        "sites": {site: {name: summarise(table) for name, table in columns.items()}
                  for site, columns in reference["sites"].items()},
        "early_exit": {site: {name: summarise(table) for name, table in columns.items()}
                       for site, columns in reference["early_exit"].items()},
    }
    golden["correlations"] = correlations(lanes)
    golden["lanes"] = {}
    for name, lane in lanes.items():
        golden["lanes"][name] = {
            **{key: lane[key] for key in OUTPUT},
            "sites": {site: {key: summarise(table) for key, table in columns.items()}
                      for site, columns in lane["sites"].items()},
            "early_exit": {site: {key: summarise(table) for key, table in columns.items()}
                           for site, columns in lane["early_exit"].items()},
            "patches": {patch: {"mean": float(numpy.mean(nll)), "first": nll[:DETAILED]}
                        for patch, nll in lane["patches"].items()},
            "residual_correlation": residual_correlation(reference["sites"], lane["error"]),
            "weights": weight_errors(model, replaced[name]),
            "calibration_output_error": output_errors.get(name, []),
        }
        print(f"{name}: error {numpy.mean(lane['error']):.5f}, KL {numpy.mean(lane['kl']):.5f}, "
              f"top-1 {numpy.mean(lane['top1_agrees']):.4f}, rho(S, E) " +
              " ".join(f"{value:.3f}" for value in
                       golden["lanes"][name]["residual_correlation"]["resid_mid"]))
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(json.dumps(compact(golden), separators=(",", ":")) + "\n")
        print(f"{options.output}: {options.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
