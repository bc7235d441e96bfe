#!/usr/bin/env python3
"""Memory and processor time of studies against examples, tokens, layers, methods and patches.

    python3 measure_memory.py --cli build/dev/bin/quantscope-cli \\
        --make build/dev/bin/make-random-checkpoint --plot memory.svg

Prints for each study what was estimated, the peak of its resident memory and their ratio, and for
each axis a straight line through the points with its R² (attention is quadratic in tokens).
"""

import argparse
import pathlib
import random
import subprocess
import tempfile

from measured_study import MIB, measure

AXES = {
    "examples": [32, 64, 128, 256],
    "tokens": [63, 127, 255, 511],
    "layers": [2, 4, 8, 12],
    "methods": [1, 2, 3, 4],
    "patches": [0, 1, 2, 3],
}
USUAL = {"examples": 64, "tokens": 127, "layers": 4, "methods": 1, "patches": 0}
METHODS = [f"rtn:bits={bits},group=64,name=rtn-{bits}" for bits in (2, 3, 4, 8)]
PATCHES = ["down", "attn", "gate"]


def make_model(maker, folder, layers):
    model = folder / f"model-{layers}"
    if not model.exists():
        subprocess.run([maker, "--shape", "tiny", "--layers", str(layers), "--hidden", "256",
                        "--intermediate", "704", "--heads", "4", "--key-value-heads", "4",
                        "-o", model], check=True, stdout=subprocess.DEVNULL)
    return model


def command_of(arguments, folder, sizes):
    command = [arguments.cli, "run", "--model", make_model(arguments.make, folder, sizes["layers"]),
               "--text", folder / "text.txt", "--windows", "all", "--threads", str(arguments.threads),
               "--examples", sizes["examples"], "--tokens", sizes["tokens"]]
    for method in METHODS[:sizes["methods"]]:
        command += ["--method", method]
    if sizes["patches"]:
        command += ["--patch", ",".join(PATCHES[:sizes["patches"]]), "--follow-up", "all"]
    if arguments.memory:
        command += ["--memory", arguments.memory]
    return [str(word) for word in command]


def line_through(xs, ys):
    """Slope, height at 0 and R² of the line of least squares."""
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = (sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys)) /
             sum((x - mean_x) ** 2 for x in xs))
    start = mean_y - slope * mean_x
    rest = sum((y - start - slope * x) ** 2 for x, y in zip(xs, ys))
    spread = sum((y - mean_y) ** 2 for y in ys)
    return slope, start, 1 - rest / spread if spread else 1


def panel(left, top, title, xs, ys, unit):
    width, height = 190, 120
    most_x, most_y = max(xs), max(ys) * 1.3
    slope, start, r2 = line_through(xs, ys)
    place = lambda x, y: (left + width * x / most_x, top + height * (1 - y / most_y))
    (x1, y1), (x2, y2) = place(0, max(start, 0)), place(most_x, start + slope * most_x)
    parts = [f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none" stroke="#999"/>',
             f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#1f77b4"/>',
             f'<text x="{left}" y="{top - 6}">{title}, R² {r2:.3f}</text>',
             f'<text x="{left}" y="{top + height + 14}">0</text>',
             f'<text x="{left + width}" y="{top + height + 14}" text-anchor="end">{most_x}</text>',
             f'<text x="{left + 4}" y="{top + 13}">{most_y:.0f} {unit}</text>']
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#d62728"/>'
              for x, y in (place(*point) for point in zip(xs, ys))]
    return parts


def plot(rows, path):
    parts = []
    for column, axis in enumerate(rows):
        xs = [x for x, _ in rows[axis]]
        for row, (what, unit, value) in enumerate((
                ("memory", "MiB", lambda m: m.peak / MIB),
                ("time", "s", lambda m: m.processor_seconds))):
            parts += panel(20 + 220 * column, 30 + 180 * row, f"{what} by {axis}", xs,
                           [value(m) for _, m in rows[axis]], unit)
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="{20 + 220 * len(rows)}" '
                    'height="370" font-family="sans-serif" font-size="12">'
                    '<rect width="100%" height="100%" fill="white"/>' + "\n".join(parts) + "</svg>\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--make", required=True, help="make-random-checkpoint")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", help="--memory of the studies")
    parser.add_argument("--axes", nargs="*", default=list(AXES), choices=list(AXES))
    parser.add_argument("--plot", type=pathlib.Path, help="SVG to write")
    arguments = parser.parse_args()
    rows = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        words = random.Random(0)
        (folder / "text.txt").write_text(
            " ".join(f"{words.getrandbits(20):x}" for _ in range(120000)))
        for axis in arguments.axes:
            rows[axis] = []
            for value in AXES[axis]:
                found = measure(command_of(arguments, folder, {**USUAL, axis: value}))
                if found.exit_code:
                    raise SystemExit(found.message)
                rows[axis].append((value, found))
                print(f"{axis:9} {value:4}: estimate {found.estimate / MIB:6.0f} MiB, peak "
                      f"{found.peak / MIB:6.0f} MiB, ratio {found.ratio:.3f}; "
                      f"{found.processor_seconds:6.1f} s of processor", flush=True)
            xs = [x for x, _ in rows[axis]]
            for what, value in (("MiB", lambda m: m.peak / MIB), ("s", lambda m: m.processor_seconds)):
                slope, start, r2 = line_through(xs, [value(m) for _, m in rows[axis]])
                print(f"{axis:9} {start:.1f} + {slope:.4g} each {what}, R² {r2:.4f}")
    if arguments.plot:
        plot(rows, arguments.plot)


if __name__ == "__main__":
    main()
