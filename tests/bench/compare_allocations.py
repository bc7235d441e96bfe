#!/usr/bin/env python3
"""What held-out text says of allocated bits, for several objectives and seeds: what
tests/bench/README.md says of it was printed by this.

    python3 compare_allocations.py --cli build/dev/bin/quantscope-cli --model resources/demo/model \\
        --text resources/demo/text.jsonl --label-field register --seeds 0 1 2 \\
        --objectives mean-kl worst-decile group:code

Each seed draws the documents that are held out and those that single matrices are measured on anew.
"""

import argparse
import csv
import io
import statistics
import subprocess
import tempfile
from pathlib import Path


def table(arguments, session, name):
    text = subprocess.run([arguments.cli, "table", session, name], check=True, capture_output=True,
                          text=True).stdout
    return list(csv.DictReader(io.StringIO(text)))


def allocate(arguments, objective, seed, folder):
    """The rows of all draws together, and the points of the curve."""
    session = folder / f"{objective.replace(':', '-')}-{seed}.qscope.h5"
    command = [arguments.cli, "allocate", "--model", arguments.model, "--text", arguments.text,
               "--candidates", arguments.candidates, "--budget", arguments.budget,
               "--objective", objective, "--seed", str(seed), "--draws", str(arguments.draws),
               "--tokens", str(arguments.tokens), "--examples", str(arguments.examples),
               "--sensitivity-examples", str(arguments.sensitivity_examples),
               "--calibration-examples", str(arguments.calibration_examples),
               "--randoms", str(arguments.randoms), "-o", session]
    for name, values in (("--label-field", arguments.label_field), ("--sweep", arguments.sweep),
                         ("--protect", arguments.protect), ("--threads", arguments.threads)):
        if values:
            command += [name, values]
    for lane in arguments.lane:
        command += ["--lane", lane]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return table(arguments, session, "allocation"), table(arguments, session, "pareto")


def shown(row, name):
    if not row[name + '_low']:
        return f"{float(row[name]):.4f}"
    return f"{float(row[name]):.4f} [{float(row[name + '_low']):.4f}, {float(row[name + '_high']):.4f}]"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--label-field", default="")
    parser.add_argument("--objectives", nargs="+", default=["mean-kl", "worst-decile"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--candidates",
                        default="rtn:bits=2,group=32,rtn:bits=3,group=32,gptq:bits=3,group=32,gptq:bits=4,group=32")
    parser.add_argument("--budget", default="4")
    parser.add_argument("--sweep", default="")
    parser.add_argument("--protect", default="")
    parser.add_argument("--lane", action="append", default=[])
    parser.add_argument("--draws", type=int, default=2)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--examples", type=int, default=96)
    parser.add_argument("--sensitivity-examples", type=int, default=32)
    parser.add_argument("--calibration-examples", type=int, default=32)
    parser.add_argument("--randoms", type=int, default=3)
    parser.add_argument("--threads", default="")
    parser.add_argument("--folder", help="where sessions are kept; none: they are not")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(arguments.folder or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for objective in arguments.objectives:
            print(f"\n{objective}\n\n| seed | assignment | bits | objective on calibration text | KL, held out "
                  "| worst tenth | allocated less this |\n|---|---|---|---|---|---|---|")
            gains, worse = [], 0
            for seed in arguments.seeds:
                rows, points = allocate(arguments, objective, seed, folder)
                shown_draw = "all" if arguments.draws > 1 else "0"
                for row in rows:
                    if row["draw"] == shown_draw:
                        against = shown(row, "allocated_less_this") if row["assignment"] != "allocated" else ""
                        print(f"| {seed} | {row['assignment']} | {float(row['bits_per_weight']):.3f} | "
                              f"{float(row['calibration_objective'] or 'nan'):.4f} | {shown(row, 'kl')} | "
                              f"{shown(row, 'worst_decile_kl')} | {against} |", flush=True)
                by_draw = {(row["assignment"], row["draw"]): row for row in rows}
                for (assignment, draw), row in by_draw.items():
                    other = by_draw.get(("uniform", draw))
                    if assignment != "allocated" or draw == "all" or not other:
                        continue
                    worse += float(row["calibration_objective"]) > float(other["calibration_objective"])
                    gains.append(float(row["kl"]) / float(other["kl"]))
                if arguments.sweep or arguments.lane:
                    print("\npareto, seed", seed)
                    for point in points:
                        if point["set"] == "all":
                            print(f"{point['lane']:<28} {point['kind']:<11} "
                                  f"{float(point['bits_per_weight']):.3f} bits, KL {shown(point, 'kl')}"
                                  f"{', dominated' if float(point['dominated']) else ''}")
                    print()
            if gains:
                print(f"\n{len(gains)} draws: allocated worse than uniform on calibration text in {worse}; held-out KL "
                      f"of allocated over uniform: mean {statistics.mean(gains):.3f}, "
                      f"{min(gains):.3f} to {max(gains):.3f}", flush=True)


if __name__ == "__main__":
    main()
