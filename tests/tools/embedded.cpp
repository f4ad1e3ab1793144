// SPDX-License-Identifier: BSL-1.0
// Two headers that `lade embed` made of one model hold what the model has: constexpr arrays, and
// bytes beside an assembly file. argv[1]: the model.
#include "apart.hpp"
#include "weights.hpp"

#include <lade/core.hpp>

#include <cstdio>
#include <cstring>
#include <vector>

// the compiler knows every number
static_assert(weights::t0_weight_shape == std::array<std::size_t, 2>{4, 3});
static_assert(weights::t0_weight.size() == 12 && weights::t2_bias.size() == 2);
static_assert(weights::t0_weight[0] > -1.0F && weights::t0_weight[0] < 1.0F);
static_assert(apart::t0_weight.size() == 12 && apart::t2_bias_shape[0] == 2);

namespace {

std::array<lade::tensor_entry, 4> slots;
int wrong = 0;

template <class Array>
void compare(lade::tensor_entries const& model, char const* name, Array const& embedded) {
    lade::tensor_entry const* const one = model.find(name);
    bool const same = one != nullptr && one->bytes.size() == embedded.size() * sizeof embedded[0] &&
                      std::memcmp(one->bytes.data(), embedded.data(), one->bytes.size()) == 0 &&
                      reinterpret_cast<std::uintptr_t>(embedded.data()) % 16 == 0;
    if (same) return;
    std::printf("%s differs\n", name);
    ++wrong;
}

}  // namespace

int main(int count, char** words) {
    std::FILE* const file = count > 1 ? std::fopen(words[1], "rb") : nullptr;
    if (file == nullptr) return 2;
    std::vector<std::byte> bytes(1 << 16);
    bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
    std::fclose(file);
    lade::scratch<4096> memory;
    auto const model = lade::try_view<lade::torch::zip>(bytes, slots, memory);
    if (!model || model->size() != 4) return 3;
    compare(*model, "0.weight", weights::t0_weight);
    compare(*model, "0.bias", weights::t0_bias);
    compare(*model, "2.weight", weights::t2_weight);
    compare(*model, "2.bias", weights::t2_bias);
    compare(*model, "0.weight", apart::t0_weight);
    compare(*model, "0.bias", apart::t0_bias);
    compare(*model, "2.weight", apart::t2_weight);
    compare(*model, "2.bias", apart::t2_bias);
    return wrong == 0 ? 0 : 1;
}
