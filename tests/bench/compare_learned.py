#!/usr/bin/env python3
"""LSI and SDE against their base in matched runs: the same calibration windows, base training and
seeds; on text of the calibration's source and on other text, over several draws, with intervals.
What tests/bench/README.md says of learned singular values was printed by this.

    python3 compare_learned.py --cli build/dev/bin/quantscope-cli --model DATA/stories260K \\
        --text DATA/text/tinystories.jsonl --other DATA/text/wikitext-2-test.txt

A row is one method less its base: mean over the draws of the difference of mean NLL on the same
windows, with the 95 % interval of Student's t over the draws.
"""

import argparse
import csv
import io
import json
import math
import statistics
import subprocess
import tempfile
from pathlib import Path

# Two-sided 95 % points of Student's t by degrees of freedom.
T95 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}

VARIANTS = {
    "base, as many epochs more": None,
    "LSI": "lsi",
    "LSI, square of 32": "lsi:square=32",
    "SDE, band 1": "sde:mask=band,band=1",
    "SDE, band 2": "sde:mask=band,band=2",
    "SDE, square of 32": "sde:mask=square,square=32",
    "SDE, band 1 and square of 32": "sde:mask=both,band=1,square=32",
    "LSI, horizon 2": "lsi:horizon=2",
    "SDE, band 1, horizon 1": "sde:mask=band,band=1,horizon=1",
    "SDE, band 1, horizon 2": "sde:mask=band,band=1,horizon=2",
    "SDE, band 1, horizon 2, later quantized": "sde:mask=band,band=1,horizon=2,later=quantized",
}
SOURCES = ["calibration source", "same corpus, held out", "other corpus"]


def documents(path):
    """Texts of a .jsonl, or paragraphs of a .txt."""
    content = Path(path).read_text()
    if path.endswith(".jsonl"):
        return [json.loads(line)["text"] for line in content.splitlines() if line.strip()]
    return [part.strip() for part in content.split("\n") if len(part.strip()) > 400]


def methods(arguments, bits):
    grid = f"bits={bits},group={arguments.group}"
    # The base's own number of epochs, so that "as many more" can be said.
    epochs = arguments.base_epochs or (20 if bits > 2 else 40)
    base = arguments.base
    trains = base == "omniquant"
    further = arguments.base_options.split("/") if arguments.base_options else []
    own = further + ([f"epochs={epochs}"] if trains else [])
    lanes = {"base": ",".join([f"{base}:{grid}"] + own)}
    for name, variant in VARIANTS.items():
        if arguments.variants and name not in arguments.variants:
            continue
        if variant is None:
            if trains:
                lanes[name] = ",".join([f"{base}:{grid}"] + further +
                                       [f"epochs={epochs + arguments.epochs}"])
            continue
        lanes[name] = (variant + ("," if ":" in variant else ":") +
                       f"{grid},base={base},epochs={arguments.epochs},lr={arguments.rate}" +
                       (",base_options=" + "/".join(own) if own else ""))
    return lanes


def run(arguments, bits, seed, folder):
    """By lane and source the mean NLL, and by lane the entropy of the layers' errors."""
    stories, other = documents(arguments.text), documents(arguments.other)
    half = len(stories) // 2
    calibration, text = folder / f"calibration-{seed}.jsonl", folder / f"text-{seed}.jsonl"
    calibration.write_text("".join(json.dumps({"text": story}) + "\n" for story in stories[:half]))
    sources = dict(zip(SOURCES, (stories[:half], stories[half:], other)))
    text.write_text("".join(
        json.dumps({"text": each, "source": source}) + "\n"
        for source, texts in sources.items()
        for each in texts[seed * arguments.documents:(seed + 1) * arguments.documents]))
    session = folder / f"{bits}-{seed}.qscope.h5"
    command = [arguments.cli, "run", "--model", arguments.model, "--text", text, "--label-field", "source",
               "--calibration", calibration, "--calibration-examples", str(arguments.windows),
               "--tokens", "128", "--examples", "all", "--seed", str(seed), "--instruments", "local",
               "--threads", str(arguments.threads), "-o", session]
    lanes = methods(arguments, bits)
    for name, method in lanes.items():
        command += ["--method", method + ",name=" + name.replace(",", ";")]
    if not session.exists():
        subprocess.run(command, check=True, capture_output=True)

    def table(name):
        output = subprocess.run([arguments.cli, "table", session, name], check=True, capture_output=True,
                                text=True).stdout
        return list(csv.DictReader(io.StringIO(output)))

    examples = table("examples")
    means = {}
    for name in lanes:
        for source in SOURCES:
            values = [float(row[f"nll[{name.replace(',', ';')}]"]) for row in examples
                      if row["source"] == source]
            means[name, source] = statistics.mean(values)
    spread = {(row["trained"].replace(";", ","), row["quantity"]): float(row["value"])
              for row in table("learned") if row["base"] == "base"}
    return means, spread


def interval(values):
    half = T95[len(values) - 1] * statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return f"{statistics.mean(values):+.4f} ± {half:.4f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--text", required=True, help="calibrated on its first half")
    parser.add_argument("--other", required=True, help="a text of another kind")
    parser.add_argument("--base", default="omniquant")
    parser.add_argument("--base-options", default="", help="activation_bits=8/..., of the base and beneath it")
    parser.add_argument("--variants", nargs="+", help="rows of the table, all by default")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2, 3, 4])
    parser.add_argument("--bits", nargs="+", type=int, default=[3, 2])
    parser.add_argument("--group", type=int, default=32)
    parser.add_argument("--windows", type=int, default=32, help="of calibration, 128 tokens each")
    parser.add_argument("--documents", type=int, default=30, help="of each source, for each seed")
    parser.add_argument("--base-epochs", type=int, default=0, help="0: the base's own default")
    parser.add_argument("--epochs", type=int, default=20, help="of the increments")
    parser.add_argument("--rate", type=float, default=2e-4, help="of the increments")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep", help="a folder for the sessions; those that are there are not run again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments.keep or temporary)
        folder.mkdir(exist_ok=True)
        for bits in arguments.bits:
            runs = [run(arguments, bits, seed, folder) for seed in arguments.seeds]
            base = ", ".join(f"{source} {statistics.mean(means['base', source] for means, _ in runs):.4f}"
                             for source in SOURCES)
            print(f"\n{bits} bits, groups of {arguments.group}, {arguments.windows} calibration windows, learning "
                  f"rate {arguments.rate:g}, seeds {arguments.seeds}; mean NLL of the base {arguments.base} {arguments.base_options}: {base}\n")
            print("| method | " + " | ".join(SOURCES) + " | entropy, accumulated | entropy, local |")
            print("|---|" + "---|" * (len(SOURCES) + 2))
            for name in methods(arguments, bits):
                if name == "base":
                    continue
                cells = [interval([means[name, source] - means["base", source] for means, _ in runs])
                         for source in SOURCES]
                for quantity in ("accumulated_entropy_difference", "local_entropy_difference"):
                    values = [spread[name, quantity] for _, spread in runs if (name, quantity) in spread]
                    cells.append(interval(values) if len(values) == len(runs) else "")
                print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
