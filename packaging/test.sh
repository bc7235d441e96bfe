#!/usr/bin/env bash
# Installs what is missing, builds everything, and runs all tests.
#
#   bash packaging/test.sh [--torch=debian|pip]
set -euo pipefail
# shellcheck source=packaging/install.sh
source "$(dirname "${BASH_SOURCE[0]}")/install.sh"

quantscope_install "$@"
cd "$quantscope_root"
# shellcheck disable=SC2119 # without targets: all of them
quantscope_build_targets

log=$quantscope_build/tests.log
status=0
ctest --test-dir "$quantscope_build" --output-on-failure -j "$(nproc)" 2>&1 | tee "$log" || status=$?
skipped=$({ grep -rh '^SKIP' "$quantscope_build/Testing/Temporary/LastTest.log" || true; } | sort -u)
if [[ -n $skipped ]]; then
    printf '\nSkipped on this machine:\n%s\n' "$skipped"
fi
printf '\n'
grep 'tests passed' "$log" || echo "ctest did not come to its end; see $log."
exit "$status"
