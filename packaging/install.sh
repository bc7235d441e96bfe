#!/usr/bin/env bash
# Installs what building and testing QuantScope needs on Debian 12, and nothing that is there
# already. Sourced by demo.sh and test.sh; run by itself it installs and ends.
#
#   bash packaging/install.sh [--torch=debian|pip]
#
#   --torch=debian   Debian's libtorch 1.13, for the CPU (default)
#   --torch=pip      PyTorch 2.x from PyPI into .venv, with CUDA where the machine has it
set -euo pipefail

quantscope_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Compiler, libraries, Qt, then what the tests use: a virtual display, fonts, readers of sessions.
quantscope_packages=(
    g++ cmake ninja-build ccache pkg-config git
    libopenblas0-pthread libopenblas-dev libhdf5-dev
    libcli11-dev libtomlplusplus-dev nlohmann-json3-dev libspdlog-dev libfmt-dev
    libpcre2-dev libicu-dev libzstd-dev zlib1g-dev libxxhash-dev libeigen3-dev libglpk-dev libbenchmark-dev
    libopenmpi-dev openmpi-bin libboost-context-dev
    qt6-base-dev qt6-svg-dev libqcustomplot-dev
    qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools linguist-qt6
    libgl1-mesa-dev libxkbcommon-dev
    xvfb xauth fonts-dejavu-core fonts-noto-cjk poppler-utils
    desktop-file-utils appstream shared-mime-info dpkg-dev
    python3-numpy python3-h5py python3-h5netcdf python3-xarray
)

# Reads --torch=… from the arguments; every other argument is refused.
# Sets quantscope_torch, quantscope_build (the build folder) and quantscope_configure (arguments).
quantscope_arguments() {
    quantscope_torch=debian
    local argument
    for argument in "$@"; do
        case $argument in
            --torch=debian | --torch=pip) quantscope_torch=${argument#--torch=} ;;
            *)
                echo "Unknown argument $argument; known are --torch=debian and --torch=pip." >&2
                exit 2
                ;;
        esac
    done
    quantscope_build=$quantscope_root/build/dev
    quantscope_configure=()
    if [[ $quantscope_torch == pip ]]; then
        quantscope_build=$quantscope_root/build/pip-torch
        quantscope_packages+=(python3-venv)
    else
        quantscope_packages+=(libtorch-dev libdnnl-dev)
    fi
}

quantscope_install_packages() {
    local package missing=() as_root=()
    if ! command -v dpkg-query >/dev/null; then
        echo "This is no Debian system; install the packages named in $0 by hand." >&2
        exit 1
    fi
    for package in "${quantscope_packages[@]}"; do
        if [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
            missing+=("$package")
        fi
    done
    if [[ ${#missing[@]} -eq 0 ]]; then
        return
    fi
    if [[ $EUID -ne 0 ]]; then
        if ! command -v sudo >/dev/null; then
            echo "These packages are missing, and there is no sudo to install them:" \
                "${missing[*]}" >&2
            exit 1
        fi
        as_root=(sudo)
    fi
    echo "Installing ${missing[*]}"
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# PyPI's wheel carries libtorch whole, with headers and a CMake package.
quantscope_install_torch() {
    if [[ $quantscope_torch != pip ]]; then
        return
    fi
    local python=$quantscope_root/.venv/bin/python
    if [[ ! -x $python ]]; then
        python3 -m venv "$quantscope_root/.venv"
    fi
    if ! "$python" -c 'import torch' 2>/dev/null; then
        "$python" -m pip install --quiet torch
    fi
    local prefix
    prefix=$("$python" -c 'import torch; print(torch.utils.cmake_prefix_path)')
    # The folder with its libraries too: else it takes Debian's libc10 where both are installed.
    quantscope_configure=("-DCMAKE_PREFIX_PATH=$prefix;${prefix%/share/cmake}")
}

quantscope_install() {
    quantscope_arguments "$@"
    quantscope_install_packages
    quantscope_install_torch
}

# Configures the preset dev (optimised) in quantscope_build and builds the given targets, or all.
quantscope_build_targets() {
    local target targets=()
    for target in "$@"; do
        targets+=(--target "$target")
    done
    cmake --preset dev -S "$quantscope_root" -B "$quantscope_build" "${quantscope_configure[@]}"
    cmake --build "$quantscope_build" -j "$(nproc)" "${targets[@]}"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    quantscope_install "$@"
    echo "Everything that QuantScope needs is installed."
fi
