// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/crc32.hpp>

#include <doctest/doctest.h>

#include "samples.hpp"

using namespace lade;

namespace {

static_assert(codec::crc32(samples::chars("123456789")) == 0xcbf43926U);
static_assert(codec::crc32({}) == 0);
static_assert(codec::crc32(samples::chars("a")) == 0xe8b7be43U);
static_assert(codec::crc32(samples::chars("6789"), codec::crc32(samples::chars("12345"))) ==
              0xcbf43926U);
static_assert(codec::crc32_combine(codec::crc32(samples::chars("12345")),
                                   codec::crc32(samples::chars("6789")), 4) == 0xcbf43926U);

/// One bit after another.
std::uint32_t by_bits(bytes::view data) {
    std::uint32_t state = ~std::uint32_t{0};
    for (std::byte const one : data) {
        state ^= static_cast<std::uint32_t>(one);
        for (int bit = 0; bit < 8; ++bit)
            state = (state >> 1) ^ ((state & 1U) != 0 ? 0xedb88320U : 0U);
    }
    return ~state;
}

}  // namespace

TEST_CASE("the CRC-32 of the tables is that of the polynomial at every size") {
    auto const data = samples::make(samples::kind::noise, 400);
    for (std::size_t size = 0; size <= 390; ++size) {
        auto const part = bytes::view(data).subspan(size % 9, size);
        REQUIRE(codec::crc32_portable(part) == by_bits(part));
    }
}

TEST_CASE("the fast CRC-32 is that of the tables at every size and alignment") {
    auto const data = samples::make(samples::kind::noise, 400);
    for (std::size_t size = 0; size <= 300; ++size)
        for (std::size_t offset : {0U, 1U, 7U, 15U, 16U, 33U}) {
            auto const part = bytes::view(data).subspan(offset, size);
            REQUIRE(codec::crc32(part) == codec::crc32_portable(part));
            REQUIRE(codec::crc32(part, 0x12345678U) == codec::crc32_portable(part, 0x12345678U));
        }
    auto const large = samples::make(samples::kind::noise, 100003);
    CHECK(codec::crc32(large) == codec::crc32_portable(large));
}

TEST_CASE("a CRC-32 goes on where it was left, wherever the data are cut") {
    auto const data = samples::make(samples::kind::noise, 300);
    bytes::view const all = data;
    std::uint32_t const whole = codec::crc32(all);
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
        std::uint32_t const head = codec::crc32(all.first(cut));
        REQUIRE(codec::crc32(all.subspan(cut), head) == whole);
        REQUIRE(codec::crc32_combine(head, codec::crc32(all.subspan(cut)), all.size() - cut) ==
                whole);
    }
}

TEST_CASE("the length of the second piece may be anything up to 2^64") {
    // x^(2^32 - 1) = 1: that many bytes of a code word change nothing
    CHECK(codec::crc32_combine(0x1234U, 0, 0xffffffffU) == 0x1234U);
    CHECK(codec::crc32_combine(0x1234U, 0, std::uint64_t{0xffffffffU} << 32) == 0x1234U);
    CHECK(codec::crc32_combine(0x1234U, 0x77U, ~std::uint64_t{0}) == (0x1234U ^ 0x77U));
}
