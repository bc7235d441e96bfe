#!/usr/bin/env bash
# Installs what is missing, builds the program, runs the demo study, and shows it: in the window
# where there is a display, else as figures.
#
#   bash packaging/demo.sh [--torch=debian|pip]
set -euo pipefail
# shellcheck source=packaging/install.sh
source "$(dirname "${BASH_SOURCE[0]}")/install.sh"

quantscope_install "$@"
cd "$quantscope_root"
quantscope_build_targets quantscope quantscope-cli

output=$quantscope_root/build/demo
session=$output/demo.qscope.h5
mkdir -p "$output"
rm -rf "$session" "$output/demo.qscope.d"
"$quantscope_build/bin/quantscope-cli" run --config resources/demo/study.toml -o "$session"

if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
    exec "$quantscope_build/bin/quantscope" "$session"
fi
QT_QPA_PLATFORM=offscreen "$quantscope_build/bin/quantscope" figures "$session" -o "$output/figures"
echo "There is no display, so the figures were drawn to $output/figures; the study is $session."
