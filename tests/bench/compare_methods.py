#!/usr/bin/env python3
"""Mean rise of the NLL on held-out text, method by method, over several draws of the calibration
text: what tests/bench/README.md says of stories260K was printed by this.

    python3 compare_methods.py --cli build/dev/bin/quantscope-cli --model DATA/stories260K \\
        --text DATA/text/tinystories.jsonl --seeds 0 1 2 3 4
"""

import argparse
import csv
import io
import statistics
import subprocess
import tempfile
from pathlib import Path

METHODS = {
    "RTN": "rtn:{grid}",
    "HQQ": "hqq:{grid}",
    "GPTQ": "gptq:{grid}",
    "GPTQ, activation order": "gptq:{grid},act_order=true",
    "GPTAQ": "gptq:{grid},gptaq=true",
    "GPTAQ, activation order": "gptq:{grid},gptaq=true,act_order=true",
    "AWQ": "awq:{grid}",
    "OmniQuant": "omniquant:{grid}",
    "OmniQuant with LET": "omniquant:{grid},let=true",
    "EfficientQAT, Block-AP alone": "efficientqat:{grid},end_to_end=false",
    "EfficientQAT": "efficientqat:{grid},e2e_batch=4",
    "EfficientQAT, rates times 10": "efficientqat:{grid},quant_lr=0.001,weight_lr=0.0001,e2e_batch=4,e2e_lr=0.0001",
}


def run(arguments, bits, seed, folder):
    """Mean error by method."""
    grid = f"bits={bits},group={arguments.group}"
    lines = Path(arguments.text).read_text().splitlines()
    calibration, held_out = folder / "calibration.jsonl", folder / "held-out.jsonl"
    half = len(lines) // 2
    calibration.write_text("\n".join(lines[:half]))
    held_out.write_text("\n".join(lines[half:]))
    session = folder / f"{bits}-{seed}.qscope.h5"
    command = [arguments.cli, "run", "--model", arguments.model, "--text", held_out,
               "--calibration", calibration, "--calibration-examples", str(arguments.windows),
               "--tokens", "128", "--examples", "100", "--seed", str(seed), "-o", session]
    for name, method in METHODS.items():
        command += ["--method", method.format(grid=grid) + ",name=" + name.replace(",", ";")]
    subprocess.run(command, check=True, capture_output=True)
    table = subprocess.run([arguments.cli, "table", session, "methods"], check=True,
                           capture_output=True, text=True).stdout
    rows = csv.DictReader(io.StringIO(table))
    return {row["lane"].replace(";", ","): float(row["error"]) for row in rows if row["error"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2, 3, 4])
    parser.add_argument("--bits", nargs="+", type=int, default=[3, 2])
    parser.add_argument("--group", type=int, default=32)
    parser.add_argument("--windows", type=int, default=32, help="of calibration, 128 tokens each")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for bits in arguments.bits:
            runs = [run(arguments, bits, seed, Path(folder)) for seed in arguments.seeds]
            print(f"\n{bits} bits, groups of {arguments.group}, {arguments.windows} calibration windows, "
                  f"seeds {arguments.seeds}\n\n| method | rise of the NLL | each draw |\n|---|---|---|")
            for name in METHODS:
                errors = [each[name] for each in runs]
                spread = statistics.stdev(errors) if len(errors) > 1 else 0
                print(f"| {name} | {statistics.mean(errors):.4f} ± {spread:.4f} | "
                      + " ".join(f"{error:.4f}" for error in errors) + " |", flush=True)


if __name__ == "__main__":
    main()
