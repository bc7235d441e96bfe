"""Reads the finished parts of a running study with h5py, again and again, until the study is over.

    python3 follow_parts.py NAME.qscope.d

Fails when a part that has its name cannot be read whole. Prints how many parts it read. Exit code
77: h5py is not installed.
"""

import pathlib
import sys
import time

try:
    import h5py
except ImportError as error:
    print(f"python3-h5py is missing: {error}", file=sys.stderr)
    sys.exit(77)

folder = pathlib.Path(sys.argv[1])
parts = folder / "parts"
deadline = time.monotonic() + 300
read = 0
while not parts.is_dir() and time.monotonic() < deadline:
    time.sleep(0.01)
while parts.is_dir() and time.monotonic() < deadline:
    try:
        files = sorted(parts.glob("*.h5"))
    except FileNotFoundError:
        break  # the study ended meanwhile and put its parts together
    for file in files:
        try:
            opened = h5py.File(file, "r")
        except OSError:
            # The library also asks for the state of a file that it has opened, by its name, and calls
            # what vanished in between no more than an OSError.
            if file.exists():
                raise
            continue
        with opened:
            assert opened.attrs["format"] == "quantscope-session", file

            def load(_, node):
                if isinstance(node, h5py.Dataset):
                    node[()]

            opened.visititems(load)
        read += 1
    time.sleep(0.02)
print(f"{read} parts read")
sys.exit(0 if read > 0 else 1)
