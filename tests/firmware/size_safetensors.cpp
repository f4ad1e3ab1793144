// SPDX-License-Identifier: BSL-1.0
// What the view of a safetensors file adds.
#include "board.hpp"

#include <lade/core.hpp>

int main() {
    static std::array<lade::tensor_entry, 32> slots;
    auto const model = lade::try_view<lade::safetensors::file>(board::flash(), slots);
    return model && !model->empty() ? 0 : 1;
}
