// SPDX-License-Identifier: BSL-1.0
// What the view of a PyTorch file adds.
#include "board.hpp"

#include <lade/core.hpp>

int main() {
    static std::array<lade::tensor_entry, 32> slots;
    static lade::scratch<16384> memory;
    auto const model = lade::try_view<lade::torch::zip>(board::flash(), slots, memory);
    return model && !model->empty() ? 0 : 1;
}
