#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Installs what is missing, builds the program `lade`, and shows it at work on a real PyTorch model.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/need.sh

need g++ cmake ninja-build libfmt-dev

cmake --preset release -DLADE_BUILD_TESTS=OFF -Wno-dev > /dev/null
cmake --build --preset release

lade=build/release/tools/lade
model=tests/data/torch/y_checkpoint_adam.pth
show() {
    echo
    echo "\$ $*"
    "$@"
}
show $lade inspect "$model"
show $lade convert "$model" build/quickstart.safetensors
show $lade inspect build/quickstart.safetensors
