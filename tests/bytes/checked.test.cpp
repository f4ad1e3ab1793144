// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/checked.hpp>

#include <doctest/doctest.h>

#include <array>

namespace {

using namespace lade::bytes;
constexpr std::uint64_t most = ~std::uint64_t{0};

static_assert(product(0, most) == 0 && product(most, 0) == 0 && product(most, 1) == most);
static_assert(product(std::uint64_t{1} << 32, (std::uint64_t{1} << 32) - 1));
static_assert(!product(std::uint64_t{1} << 32, std::uint64_t{1} << 32));
static_assert(sum(most, 0) == most && !sum(most, 1) && sum(most - 1, 1) == most);
static_assert(inside(0, 0, 0) && inside(5, 5, 10) && !inside(5, 6, 10) && inside(10, 0, 10));
static_assert(!inside(11, 0, 10) && !inside(most, most, 10) && !inside(1, most, most));
static_assert(inside(0, most, most));
static_assert(aligned(0, 64) == 0 && aligned(1, 64) == 64 && aligned(64, 64) == 64);
static_assert(aligned(65, 1) == 65);

constexpr std::array<std::uint64_t, 3> zero_last{most, most, 0};
constexpr std::array<std::uint64_t, 3> too_large{most, 2, 1};
constexpr std::array<std::uint64_t, 3> fits{2, 3, 7};
static_assert(product(zero_last) == 0 && !product(too_large) && product(fits) == 42);
static_assert(product(std::array<std::uint64_t, 0>{}) == 1);

TEST_CASE("products and sums are exact or none") {
    // held against arithmetic of 128 bits
    std::uint64_t seed = 1;
    for (int i = 0; i < 100'000; ++i) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        std::uint64_t const a = seed >> (i % 64), b = (seed * seed) >> (i / 64 % 64);
        auto const found = product(a, b);
        bool const wraps = b != 0 && (a * b) / b != a;
        REQUIRE(found.has_value() == !wraps);
        if (found) REQUIRE(*found == a * b);
        REQUIRE(sum(a, b).has_value() == (a + b >= a));
    }
}

}  // namespace
