#!/usr/bin/env python3
"""Compares a session of the program with the golden file, quantity by quantity.

    python compare_session.py SESSION.qscope.h5 GOLDEN.json

The study must be made on the golden file's model and text, all examples, 128 tokens, its lanes
named as there (`name=rtn`, ...); lanes, sites and patches that it lacks are listed, not compared.
Prints the largest deviation of each quantity: relative to the golden value's magnitude, where that
is above 1e-3, absolute below. Needs numpy and h5py.
"""

import argparse
import json

import h5py
import numpy

FLOOR = 1e-3


def names(file, path):
    return [item.decode() if isinstance(item, bytes) else item for item in file[path][:]]


class Report:
    def __init__(self):
        self.worst = {}

    def add(self, lane, quantity, measured, golden):
        measured, golden = numpy.asarray(measured, float), numpy.asarray(golden, float)
        if measured.shape != golden.shape:
            print(f"{lane} {quantity}: shape {measured.shape} against {golden.shape}")
            return
        deviation = numpy.abs(measured - golden) / numpy.maximum(numpy.abs(golden), FLOOR)
        deviation = numpy.where(numpy.isnan(deviation), numpy.inf, deviation)
        at = numpy.unravel_index(deviation.argmax(), deviation.shape)
        key = (lane, quantity)
        if deviation[at] >= self.worst.get(key, (-1,))[0]:
            self.worst[key] = (deviation[at], measured[at], golden[at])

    def show(self):
        for (lane, quantity), (deviation, measured, golden) in self.worst.items():
            print(f"{lane:14} {quantity:32} {deviation:9.2e}  {measured:.6g} against {golden:.6g}")


def compare_layers(report, file, group, lane, index, golden):
    for site, statistics in golden.items():
        for statistic, values in statistics.items():
            path = f"{group}/{site}/{statistic}"
            if path not in file:
                continue
            measured = file[path][index].T  # [example, layer]
            report.add(lane, f"{group[1:]} {statistic}", measured.mean(0), values["mean"])
            first = values["first"]
            report.add(lane, f"{group[1:]} {statistic}", measured[:len(first)], first)


def layer_set(text, layers):
    """The golden file's name of a set of layers that a session writes as "2-4" or "3"."""
    named = {f"{layers // 2}-{layers - 1}": "upper-half", f"0-{layers - 1}": "all"}
    return named.get(text, text)


def compare_patches(report, file, golden):
    if "/patches/nll" not in file:
        print("no patches in this session")
        return
    columns = [names(file, f"/patches/{name}")
               for name in ("base_lane", "donor_lane", "kind", "layers", "control")]
    count = golden["meta"]["patched_examples"]
    count_layers = len(golden["reference"]["sites"]["down"]["norm"]["mean"])
    for row, (base, donor, kind, layers, control) in enumerate(zip(*columns)):
        reverse = base == "reference"
        lane = donor if reverse else base
        name = ("reverse:" if reverse else "") + f"{kind}@{layer_set(layers, count_layers)}"
        expected = golden["lanes"].get(lane, {}).get("patches", {}).get(name)
        if control or expected is None:
            continue
        measured = file["/patches/nll"][row]
        first = expected["first"]
        report.add(lane, f"patch {name}", measured[:len(first)], first)
        report.add(lane, f"patch {name}", measured[:count].mean(), expected["mean"])


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("session")
    parser.add_argument("golden")
    options = parser.parse_args()
    with open(options.golden, encoding="utf-8") as stream:
        golden = json.load(stream)
    report = Report()
    with h5py.File(options.session) as file:
        lanes = names(file, "/lane")
        if file["/text/document"][:].tolist() != golden["documents"]:
            print("other examples: the per-example numbers below mean nothing")
        print("lanes:", ", ".join(lanes), "; golden:", ", ".join(golden["lanes"]))
        for index, lane in enumerate(lanes):
            if lane == "reference":
                expected = golden["reference"]
            elif lane in golden["lanes"]:
                expected = golden["lanes"][lane]
            else:
                continue
            for quantity in ("nll", "kl", "kl_reverse", "js", "top1_agrees", "rank"):
                if quantity in expected:
                    measured = file[f"/output/{quantity}"][index][:, 1:].astype(float).mean(1)
                    report.add(lane, quantity, measured, expected[quantity])
            compare_layers(report, file, "/sites", lane, index, expected["sites"])
            compare_layers(report, file, "/early_exit", lane, index, expected["early_exit"])
            if lane != "reference" and "/weights/relative_error" in file:
                method = names(file, "/method").index(lane)
                for statistic, values in expected["weights"].items():
                    report.add(lane, f"weights {statistic}",
                               file[f"/weights/{statistic}"][method], values)
        compare_patches(report, file, golden)
    report.show()


if __name__ == "__main__":
    main()
