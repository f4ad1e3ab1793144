// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/record.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>

namespace {

using namespace lade;
using namespace support;

struct sample {
    std::uint16_t first;
    std::uint32_t second;
    std::uint8_t third;
    std::uint64_t fourth;

    using table = bytes::layout<std::uint32_t{0x04034b50}, &sample::first, &sample::second,
                                &sample::third, &sample::fourth>;
    constexpr bool operator==(sample const&) const = default;
};
static_assert(bytes::size_of<sample> == 4 + 2 + 4 + 1 + 8);

constexpr sample value{0x0102, 0x03040506, 7, 0x08090a0b0c0d0e0f};
constexpr auto written = bytes::write(value);
static_assert(written[0] == std::byte{'P'} && written[4] == std::byte{2});
static_assert(*bytes::read<sample>(written, 0) == value);
static_assert(bytes::read<sample>(written, 1).error().id == &bytes::ids::truncated);

TEST_CASE("a record cut anywhere is truncated, with the sizes in the error") {
    every_prefix(written, [](bytes::view part) {
        auto const found = bytes::read<sample>(part, 0);
        REQUIRE(!found);
        CHECK(found.error().id == &bytes::ids::truncated);
        CHECK(found.error().expected == bytes::size_of<sample>);
        CHECK(found.error().found == part.size());
    });
}

TEST_CASE("an offset beyond the data is no arithmetic accident") {
    for (std::uint64_t const offset : {std::uint64_t{19}, std::uint64_t{20}, ~std::uint64_t{0}}) {
        auto const found = bytes::read<sample>(written, offset);
        REQUIRE(!found);
        CHECK(found.error().offset == offset);
        CHECK(found.error().found == 0);
    }
}

TEST_CASE("a flipped bit of the signature is told, one of a member changes that member alone") {
    every_bit_flip(written, [](bytes::view changed, std::size_t at) {
        auto const found = bytes::read<sample>(changed, 0);
        if (at < 4) {
            REQUIRE(!found);
            CHECK(found.error().id == &bytes::ids::bad_magic);
            CHECK(found.error().expected == 0x04034b50);
            CHECK(found.error().found != 0x04034b50);
        } else {
            REQUIRE(found);
            CHECK_FALSE(*found == value);
            CHECK(text_of(bytes::write(*found)) == text_of(changed));
        }
    });
}

}  // namespace
