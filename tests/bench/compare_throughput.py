#!/usr/bin/env python3
"""The walk of four blocks in TinyLlama's shape beside eager PyTorch and llama.cpp, in one run.

    python compare_throughput.py --walk build/dev/bin/bench-walk [--rounds 2]

Each is run in turn, round after round, so that what else the machine does meets all of them; the
best of each is compared. Needs what eager_blocks.py and llama_blocks.py need.
"""

import argparse
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def rate(command, pattern):
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print(text, end="", flush=True)
    return max(float(value) for value in re.findall(pattern, text))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--walk", required=True, help="bench-walk")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    peers = {
        "quantscope, reference lane": ([options.walk], r"reference lane (\S+) tokens/s"),
        "eager PyTorch": ([sys.executable, HERE / "eager_blocks.py"], r"best (\S+) tokens/s"),
        "llama.cpp": ([sys.executable, HERE / "llama_blocks.py"], r"best (\S+) tokens/s"),
    }
    best = {}
    for _ in range(options.rounds):
        for name, (command, pattern) in peers.items():
            best[name] = max(best.get(name, 0), rate(command, pattern))
    own = best["quantscope, reference lane"]
    for name, value in best.items():
        print(f"{name}: {value:.0f} tokens/s, quantscope over it {own / value:.2f}")


if __name__ == "__main__":
    main()
