// SPDX-License-Identifier: BSL-1.0
#pragma once

/// The version of the library, said once. CMake and meson read it from here.
#define LADE_VERSION_MAJOR 0
#define LADE_VERSION_MINOR 1
#define LADE_VERSION_PATCH 0
