#!/usr/bin/env python3
"""Interrupts a study at many moments and prints how long each took to stop.

    python measure_cancel.py --cli build/dev/bin/quantscope-cli --model DIR --text FILE.jsonl

A model in TinyLlama's shape is the interesting one (make-random-checkpoint --layers 2 is enough):
one batch of it keeps a core busy for many seconds. Every study begins anew.
"""

import argparse
import json
import pathlib
import signal
import subprocess
import tempfile
import time


def start(arguments, output):
    command = [arguments.cli, "run", "--model", arguments.model, "--text", arguments.text]
    command += ["--windows", "all", "--tokens", "511", "--examples", "8"]
    for method in ["rtn:bits=3,group=64", "gptq:bits=3,group=64", "awq:bits=3,group=64"]:
        command += ["--method", method]
    command += ["--calibration", arguments.text, "--calibration-examples", "4"]
    command += ["--early-exit", "--patch", "down,attn", "--json", "-o", output]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--delays", default="1,2,4,6,9,13,18,25,35,50",
                        help="seconds after the first block began")
    arguments = parser.parse_args()
    worst = 0
    for delay in [float(d) for d in arguments.delays.split(",")]:
        with tempfile.TemporaryDirectory() as folder:
            study = start(arguments, str(pathlib.Path(folder) / "study.qscope.h5"))
            for line in study.stdout:
                if line.startswith("{") and "layer" in json.loads(line).get("stage", ""):
                    break
            try:
                time.sleep(delay)
                stopped = time.perf_counter()
                study.send_signal(signal.SIGINT)
                rest = study.communicate(timeout=120)[0]
            finally:
                study.kill()
            seconds = time.perf_counter() - stopped
            stages = [json.loads(l).get("stage") for l in rest.splitlines() if l.startswith("{")]
            last = [s for s in stages if s]
            worst = max(worst, seconds)
            print(f"{delay:6.1f} s: stopped after {seconds:.2f} s, exit code {study.returncode}, "
                  f"stage: {last[-1] if last else '-'}", flush=True)
    print(f"slowest: {worst:.2f} s")


if __name__ == "__main__":
    main()
