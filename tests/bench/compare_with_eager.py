#!/usr/bin/env python3
"""Runs the same study with the eager PyTorch peer and with quantscope-cli and prints the ratio.

    python compare_with_eager.py --cli build/dev/bin/quantscope-cli --model DIR --text FILE.jsonl

The Python that runs this script runs the peer, so it needs torch, transformers and tokenizers.
Compare on an idle machine: both take wall-clock seconds of whole processes, one after the other.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

METHODS = [
    "rtn:bits=3,group=32",
    "nf4:block=64",
    "gptq:bits=3,group=32",
    "gptq:bits=3,group=32,act_order=true",
    "awq:bits=3,group=32",
]


def seconds(command):
    # Both choose their kernels themselves, whatever this shell says about it.
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("OPENBLAS_", "OMP_", "MKL_"))}
    start = time.perf_counter()
    subprocess.run(command, check=True, env=plain, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--examples", default="768")
    parser.add_argument("--share-reference", action="store_true", help="the stricter peer")
    arguments = parser.parse_args()
    peer = pathlib.Path(__file__).with_name("eager_study.py")
    with tempfile.TemporaryDirectory() as folder:
        program = [arguments.cli, "run", "--model", arguments.model, "--text", arguments.text]
        program += ["--windows", "all", "--tokens", "128", "--examples", arguments.examples]
        for method in METHODS:
            program += ["--method", method]
        program += ["--calibration", arguments.text, "--calibration-examples", "128"]
        program += ["--patch", "down,gate,up,attn", "--follow-up", "all", "--pair", "all"]
        program += ["--threads", "2", "-o", folder + "/study.qscope.h5"]
        ours = seconds(program)
        print(f"quantscope-cli: {ours:.1f} s", flush=True)
        command = [sys.executable, str(peer), "--model", arguments.model, "--text", arguments.text]
        if arguments.share_reference:
            command.append("--share-reference")
        theirs = seconds(command)
        print(f"eager PyTorch:  {theirs:.1f} s")
        print(f"ratio:          {ours / theirs:.3f}")


if __name__ == "__main__":
    main()
