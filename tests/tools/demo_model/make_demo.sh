#!/usr/bin/env bash
# Makes resources/demo anew: texts, tokenizer, and the model trained on such text.
# Usage: bash tests/tools/demo_model/make_demo.sh [BUILD_FOLDER [STAGE]]
set -euo pipefail
root="$(cd "$(dirname "$0")/../../.." && pwd)"
build="${1:-$root/build/dev}"
if [ $# -eq 0 ]; then
    cmake -S "$root" --preset dev
fi
cmake --build "$build" --target demo_text demo_model -j2
# The trainer has its own two threads; those of libtorch and BLAS would only get in their way.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 OMP_WAIT_POLICY=passive
"$build/bin/demo_text" "$root/resources/demo"
nice -n 10 "$build/bin/demo_model" "$root/resources/demo" ${2:+"$2"}
