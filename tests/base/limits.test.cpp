// SPDX-License-Identifier: BSL-1.0
#include <lade/base/limits.hpp>

#include <doctest/doctest.h>

namespace {

constexpr lade::limits usual{};
static_assert(usual.bookkeeping(0) == usual.bookkeeping_floor);
static_assert(usual.bookkeeping(1000) == 128'000 + (1U << 20));
static_assert(usual.decoded(0) == usual.expansion_floor);
static_assert(usual.decoded(10) == 11'000 + (std::uint64_t{1} << 26));
// never wraps
static_assert(usual.bookkeeping(~std::uint64_t{0}) == ~std::uint64_t{0});
static_assert(usual.decoded(~std::uint64_t{0}) == ~std::uint64_t{0});
static_assert(usual.bookkeeping((~std::uint64_t{0} - (1U << 20)) / 128) > ~std::uint64_t{0} - 256);
static_assert(usual.bookkeeping((~std::uint64_t{0} - (1U << 20)) / 128 + 1) == ~std::uint64_t{0});

// a caller may forbid expansion altogether
constexpr lade::limits strict = [] {
    lade::limits one;
    one.bookkeeping_per_byte = one.expansion = 0;
    one.bookkeeping_floor = one.expansion_floor = 7;
    return one;
}();
static_assert(strict.bookkeeping(~std::uint64_t{0}) == 7 && strict.decoded(1000) == 7);

TEST_CASE("limits grow with the file and never wrap") {
    std::uint64_t before = 0;
    for (int shift = 0; shift < 64; ++shift) {
        std::uint64_t const size = std::uint64_t{1} << shift;
        CHECK(usual.bookkeeping(size) >= before);
        CHECK(usual.decoded(size) >= size);
        before = usual.bookkeeping(size);
    }
}

}  // namespace
