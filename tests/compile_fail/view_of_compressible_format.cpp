// expect: format_can_be_viewed<[^>]*numpy::npz, false>
// SPDX-License-Identifier: BSL-1.0
#include <lade/lade.hpp>

void use(lade::mapped_file const& f) {
    (void)lade::try_view<lade::safetensors::file>(f);
#ifdef MUST_NOT_COMPILE
    (void)lade::try_view<lade::numpy::npz>(f);
#endif
}
