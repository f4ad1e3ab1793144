// expect: format_can_be_viewed_without_heap<[^>]*keras::h5, false>
// SPDX-License-Identifier: BSL-1.0
#include <lade/core.hpp>
#include <lade/keras/tags.hpp>

void use(lade::bytes::view flash, std::span<lade::tensor_entry> slots, lade::arena& memory) {
    (void)lade::try_view<lade::safetensors::file>(flash, slots, memory);
#ifdef MUST_NOT_COMPILE
    (void)lade::try_view<lade::keras::h5>(flash, slots, memory);
#endif
}
