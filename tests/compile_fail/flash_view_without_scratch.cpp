// expect: format_can_be_viewed_without_scratch<[^>]*torch::zip, false>
// SPDX-License-Identifier: BSL-1.0
#include <lade/core.hpp>

void use(lade::bytes::view flash, std::span<lade::tensor_entry> slots) {
    (void)lade::try_view<lade::safetensors::file>(flash, slots);
#ifdef MUST_NOT_COMPILE
    (void)lade::try_view<lade::torch::zip>(flash, slots);
#endif
}
