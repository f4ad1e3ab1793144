// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/fletcher32.hpp>

#include <doctest/doctest.h>

#include "samples.hpp"

using namespace lade;

namespace {

static_assert(codec::fletcher32(samples::chars("123456789")) == 0x09df09d5U);
static_assert(codec::fletcher32(samples::chars("abcde")) == 0x4ff029c7U);
static_assert(codec::fletcher32(samples::chars("abcdef")) == 0x50562a2dU);
static_assert(codec::fletcher32(samples::chars("abcdefgh")) == 0xe1eb9195U);
static_assert(codec::fletcher32({}) == 0);
static_assert(codec::fletcher32(std::array<std::byte, 64>{}) == 0);
static_assert(codec::fletcher32(samples::hex("ffff")) == 0xffffffffU);  // a sum of 65535 is not 0
static_assert(codec::fletcher32(samples::hex("ffffffffffffffffffff")) == 0xffffffffU);

static_assert(codec::fletcher32_matches(samples::chars("abcdef"), 0x50562a2dU));
static_assert(codec::fletcher32_matches(samples::chars("abcdef"), 0x56502d2aU));
static_assert(!codec::fletcher32_matches(samples::chars("abcdef"), 0x2a2d5056U));

/// As HDF5 computes it: blocks of 360 words, sums folded after each.
std::uint32_t by_definition(bytes::view data) {
    auto const fold = [](std::uint32_t sum) { return (sum & 0xffffU) + (sum >> 16); };
    std::uint32_t one = 0;
    std::uint32_t two = 0;
    std::size_t at = 0;
    std::size_t words = data.size() / 2;
    while (words > 0) {
        std::size_t some = words < 360 ? words : 360;
        words -= some;
        for (; some > 0; --some, at += 2) {
            one += static_cast<std::uint32_t>(data[at]) << 8 |
                   static_cast<std::uint32_t>(data[at + 1]);
            two += one;
        }
        one = fold(one);
        two = fold(two);
    }
    if (data.size() % 2 != 0) {
        one += static_cast<std::uint32_t>(data[at]) << 8;
        two += one;
        one = fold(one);
        two = fold(two);
    }
    return fold(two) << 16 | fold(one);
}

}  // namespace

TEST_CASE("Fletcher-32 is HDF5's at every size") {
    auto const data = samples::make(samples::kind::noise, 3000);
    for (std::size_t size = 0; size <= 3000; size += size < 300 ? 1 : 97)
        REQUIRE(codec::fletcher32(bytes::view(data).first(size)) ==
                by_definition(bytes::view(data).first(size)));
    samples::block const ones(2880, std::byte{0xff});
    for (std::size_t size = 0; size <= ones.size(); size += 13)
        REQUIRE(codec::fletcher32(bytes::view(ones).first(size)) ==
                by_definition(bytes::view(ones).first(size)));
}
