// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <span>

/// All that a bare Cortex-M gives a test: a model in flash, and semihosting to speak through.
namespace board {

/// The model that the program was built with.
std::span<std::byte const> flash();

/// Writes to the host's console. `text` ends with a NUL.
void print(char const* text);

}  // namespace board
