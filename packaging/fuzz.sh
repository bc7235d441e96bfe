#!/usr/bin/env bash
# Installs what is missing, builds libFuzzer's targets with both sanitizers, and runs each.
#
#   bash packaging/fuzz.sh [SECONDS]     # a minute each by default
set -euo pipefail
# shellcheck source=packaging/install.sh
source "$(dirname "${BASH_SOURCE[0]}")/install.sh"

seconds=${1:-60}
quantscope_arguments
quantscope_packages+=(clang libclang-rt-14-dev)
quantscope_install_packages
cd "$quantscope_root"
cmake --preset fuzz -DQUANTSCOPE_FUZZ_SECONDS="$seconds"
cmake --build --preset fuzz -j "$(nproc)"
ctest --preset fuzz -j "$(nproc)"
