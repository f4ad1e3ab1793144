// SPDX-License-Identifier: BSL-1.0
// What a program costs that does nothing but name its flash.
#include "board.hpp"

int main() { return board::flash().empty() ? 1 : 0; }
