#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# Installs what is missing, builds, and runs all plain tests (those that need no Python).
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/need.sh

need g++ cmake ninja-build ccache doctest-dev libfmt-dev zlib1g-dev pkg-config meson

cmake --preset dev -Wno-dev > /dev/null
cmake --build --preset dev
ctest --preset dev
