// SPDX-License-Identifier: BSL-1.0
// Every header in several units of one program, with and without exceptions. Each unit makes an
// error of its own configuration; the inline namespace keeps them apart, and one id of both is one
// text.
#include <lade_every.hpp>

#include <string_view>

#include "units.hpp"

int main() {
    bool const same = two_units::here() == two_units::in_second();
    bool const apart = !two_units::exceptions_in_third();
    return same && apart ? 0 : 1;
}
