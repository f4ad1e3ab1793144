// SPDX-License-Identifier: BSL-1.0
// Compiled with -fno-exceptions -fno-rtti.
#include <lade_every.hpp>

namespace two_units {

bool exceptions_in_third();
bool exceptions_in_third() { return LADE_EXCEPTIONS != 0; }

}  // namespace two_units
