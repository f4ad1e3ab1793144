// expect: deleted
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

void use(lade::mapped_file const& f) {
    (void)lade::view<lade::safetensors::file>(f);
#ifdef MUST_NOT_COMPILE
    (void)lade::view<lade::safetensors::file>(lade::mapped_file("a"));
#endif
}
