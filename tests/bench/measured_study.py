"""Runs one study in a process of its own, and says what it was estimated to need and what it took.

Memory is the resident set as the kernel counts it (VmRSS: the process's own pages, pages of mapped
files such as its libraries, and shared memory). Files that are read into the page cache are not part
of it. The peak is the kernel's own (VmHWM, by wait4), so that no moment between samples is missed;
samples say in which stage it was reached and what it consisted of.
"""

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time

MIB = 1 << 20
UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}


@dataclasses.dataclass
class Measured:
    estimate: int = 0        # bytes, as the program says before it begins
    items: dict = dataclasses.field(default_factory=dict)  # what the estimate consists of
    peak: int = 0            # bytes, largest resident set
    stages: dict = dataclasses.field(default_factory=dict)  # stage: its largest sampled resident set
    own: int = 0             # bytes of the process's own pages in the largest sample
    files: int = 0           # bytes of mapped files' pages, likewise
    processor_seconds: float = 0
    wall_seconds: float = 0
    exit_code: int = 0
    message: str = ""

    @property
    def ratio(self):
        return self.peak / self.estimate if self.estimate else float("nan")


def size_of(text):
    number, unit = text.split()
    return int(float(number) * UNITS[unit])


def estimate_of(command):
    """What the program expects: total, and by item."""
    done = subprocess.run([*command, "--estimate", "-o", "unused.qscope.h5"], capture_output=True,
                          text=True)
    items, total = {}, 0
    for line in done.stdout.splitlines():
        found = re.match(r"\s*([\d.]+ [KMGT]?i?B)  (.*)", line)
        if not found:
            continue
        if found[2].startswith("peak of"):
            total = size_of(found[1])
        elif found[2] != "disk":
            items[found[2]] = size_of(found[1])
    return total, items, done.returncode, done.stderr


def memory_of(process):
    """Resident bytes: all, own pages, pages of files."""
    found = {}
    try:
        for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in ("VmRSS", "RssAnon", "RssFile", "RssShmem"):
                found[name] = int(value.split()[0]) << 10
    except (OSError, ValueError, IndexError):
        return None  # it has just ended
    if "VmRSS" not in found:
        return None
    return found["VmRSS"], found["RssAnon"], found["RssFile"] + found["RssShmem"]


def short_stage(stage):
    return re.sub(r"layer \d+ of \d+: ", "", stage)


def follow(study, measured, stage):
    most = 0
    while study.returncode is None and not stage.get("ended"):
        sample = memory_of(study.pid)
        if sample:
            name = stage["name"]
            measured.stages[name] = max(measured.stages.get(name, 0), sample[0])
            if sample[0] > most:
                most, measured.own, measured.files = sample
        time.sleep(0.01)


def measure(command, environment=None):
    """@param command  quantscope-cli run ..., without its output"""
    measured = Measured()
    measured.estimate, measured.items, code, message = estimate_of(command)
    if code != 0:
        measured.exit_code, measured.message = code, message
        return measured
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        output = [*command, "--json", "-o", folder + "/study.qscope.h5"]
        started = time.perf_counter()
        with open(folder + "/messages", "w+") as messages:
            study = subprocess.Popen(output, stdout=subprocess.PIPE, stderr=messages, text=True,
                                     env={**os.environ, **(environment or {})})
            stage = {"name": "start"}
            sampler = threading.Thread(target=follow, args=(study, measured, stage))
            sampler.start()
            for line in study.stdout:
                try:
                    stage["name"] = short_stage(json.loads(line)["stage"])
                except (ValueError, KeyError):
                    pass
            _, status, usage = os.wait4(study.pid, 0)
            study.returncode = os.waitstatus_to_exitcode(status)
            stage["ended"] = True
            sampler.join()
            messages.seek(0)
            measured.message = messages.read()
        measured.wall_seconds = time.perf_counter() - started
    measured.peak = usage.ru_maxrss << 10
    measured.processor_seconds = usage.ru_utime + usage.ru_stime
    measured.exit_code = study.returncode
    return measured
