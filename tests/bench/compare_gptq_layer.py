#!/usr/bin/env python3
"""GPTQ of a 2048 x 5632 layer with 65,536 calibration rows: the published algorithm, written plainly
in PyTorch, and the program's, one after the other on an idle machine.

    cmake --preset release && cmake --build --preset release --target gptq-layer-benchmark
    environment/bin/python compare_gptq_layer.py --program build/release/bin/gptq-layer-benchmark

Both make their inputs alike and leave that out of the time; their relative output errors agree.
"""

import argparse
import json
import math
import subprocess
import time

import torch

from eager_methods import gptq

OUTPUTS, INPUTS, WINDOW = 2048, 5632, 2048


def published(windows):
    torch.manual_seed(0)
    weight = torch.randn(OUTPUTS, INPUTS) * 0.02
    channels, common = torch.randn(INPUTS).exp(), torch.randn(64, INPUTS)
    hessian, samples, seconds = torch.zeros(INPUTS, INPUTS), 0, 0.0
    for _ in range(windows):
        rows = (torch.randn(WINDOW, INPUTS) + torch.randn(WINDOW, 64) @ common) * channels
        start = time.perf_counter()
        # A running mean, a window at a time.
        hessian *= samples / (samples + WINDOW)
        samples += WINDOW
        rows = math.sqrt(2 / samples) * rows.T
        hessian += rows @ rows.T
        seconds += time.perf_counter() - start
    kept = hessian.clone()
    start = time.perf_counter()
    quantized = gptq(weight, hessian, bits=4, group=128)
    solve = time.perf_counter() - start
    lost = quantized - weight
    error = math.sqrt(((lost @ kept * lost).sum() / (weight @ kept * weight).sum()).item())
    return {"hessian": round(seconds, 2), "factor and solve": round(solve, 2),
            "seconds": round(seconds + solve, 2), "output_error": round(error, 5),
            "threads": torch.get_num_threads(), "torch": torch.__version__}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--windows", type=int, default=32, help="of 2048 rows")
    parser.add_argument("--threads", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    with torch.no_grad():
        peer = published(arguments.windows)
    print("published algorithm in PyTorch:", json.dumps(peer))
    command = [arguments.program, str(arguments.windows), str(peer["threads"])]
    own = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print("QuantScope:", json.dumps(own))
    print(f"{peer['seconds'] / own['seconds']:.2f} times as fast")


if __name__ == "__main__":
    main()
