// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/crc32c.hpp>

#include <doctest/doctest.h>

#include "samples.hpp"

using namespace lade;

namespace {

static_assert(codec::crc32c(samples::chars("123456789")) == 0xe3069283U);
static_assert(codec::crc32c({}) == 0);
static_assert(codec::crc32c(std::array<std::byte, 32>{}) == 0x8a9136aaU);  // RFC 3720, B.4
static_assert(codec::crc32c(samples::hex(
                  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")) ==
              0x46dd794eU);
static_assert(codec::crc32c(samples::chars("6789"), codec::crc32c(samples::chars("12345"))) ==
              0xe3069283U);
static_assert(codec::crc32c_combine(codec::crc32c(samples::chars("12345")),
                                    codec::crc32c(samples::chars("6789")), 4) == 0xe3069283U);

static_assert(codec::masked(0) == 0xa282ead8U);
static_assert(codec::masked(1) == 0xa282ead8U + 0x20000U);
static_assert(codec::unmasked(codec::masked(0xe3069283U)) == 0xe3069283U);
static_assert(codec::unmasked(0) == codec::unmasked(codec::masked(codec::unmasked(0))));

}  // namespace

TEST_CASE("the fast CRC-32C is that of the tables at every size and alignment") {
    auto const data = samples::make(samples::kind::noise, 1200);
    for (std::size_t size = 0; size <= 300; ++size)
        for (std::size_t offset : {0U, 1U, 7U, 15U, 16U, 33U}) {
            auto const part = bytes::view(data).subspan(offset, size);
            REQUIRE(codec::crc32c(part) == codec::crc32c_portable(part));
            REQUIRE(codec::crc32c(part, 0x12345678U) == codec::crc32c_portable(part, 0x12345678U));
        }
    for (std::size_t size = 500; size <= 1100; ++size)
        REQUIRE(codec::crc32c(bytes::view(data).subspan(3, size)) ==
                codec::crc32c_portable(bytes::view(data).subspan(3, size)));
}

TEST_CASE("large pieces, which are taken in three parts, have the CRC-32C of the tables") {
    auto const data = samples::make(samples::kind::noise, 40'000);
    for (std::size_t size : {6143U, 6144U, 6145U, 6151U, 12287U, 12288U, 12801U, 39'990U})
        for (std::size_t offset : {0U, 1U, 7U}) {
            auto const part = bytes::view(data).subspan(offset, size);
            REQUIRE(codec::crc32c(part) == codec::crc32c_portable(part));
            REQUIRE(codec::crc32c(part, 0x12345678U) == codec::crc32c_portable(part, 0x12345678U));
        }
}

TEST_CASE("a CRC-32C goes on where it was left, wherever the data are cut") {
    auto const data = samples::make(samples::kind::noise, 700);
    bytes::view const all = data;
    std::uint32_t const whole = codec::crc32c(all);
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
        std::uint32_t const head = codec::crc32c(all.first(cut));
        REQUIRE(codec::crc32c(all.subspan(cut), head) == whole);
        REQUIRE(codec::crc32c_combine(head, codec::crc32c(all.subspan(cut)), all.size() - cut) ==
                whole);
    }
}
