// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/endian.hpp>

#include <doctest/doctest.h>

#include <array>
#include <support/bytes.hpp>

namespace {

using namespace lade;
using namespace support;

constexpr std::array<std::byte, 8> ascending{std::byte{1}, std::byte{2}, std::byte{3},
                                             std::byte{4}, std::byte{5}, std::byte{6},
                                             std::byte{7}, std::byte{8}};
static_assert(bytes::load_le<std::uint8_t>(ascending.data()) == 1);
static_assert(bytes::load_le<std::uint16_t>(ascending.data()) == 0x0201);
static_assert(bytes::load_be<std::uint16_t>(ascending.data()) == 0x0102);
static_assert(bytes::load_le<std::uint32_t>(ascending.data()) == 0x04030201);
static_assert(bytes::load_be<std::uint32_t>(ascending.data()) == 0x01020304);
static_assert(bytes::load_le<std::uint64_t>(ascending.data()) == 0x0807060504030201);
static_assert(bytes::load_be<std::uint64_t>(ascending.data()) == 0x0102030405060708);

TEST_CASE("numbers are the same in constant expressions and when running, at any address") {
    blob const room = noise(16);
    for (std::size_t at = 0; at < 8; ++at) {
        CHECK(bytes::load_le<std::uint64_t>(room.data() + at) ==
              bytes::load<std::uint64_t>(room.data() + at, bytes::order::little));
        CHECK(bytes::load_le<std::uint32_t>(room.data() + at) ==
              bytes::load<std::uint32_t>(room.data() + at, bytes::order::little));
    }
}

TEST_CASE("what is stored is loaded again") {
    std::byte room[8]{};
    bytes::store_le<std::uint32_t>(room, 0xdeadbeef);
    CHECK(room[0] == std::byte{0xef});
    CHECK(bytes::load_le<std::uint32_t>(room) == 0xdeadbeef);
    bytes::store_be<std::uint32_t>(room, 0xdeadbeef);
    CHECK(room[0] == std::byte{0xde});
    CHECK(bytes::load_be<std::uint32_t>(room) == 0xdeadbeef);
}

TEST_CASE("elements are swapped whole and a rest stays") {
    auto room = "abcdefg"_bytes;
    bytes::swap_elements(room, 1);
    bytes::swap_elements(room, 0);
    CHECK(text_of(room) == "abcdefg");
    bytes::swap_elements(room, 3);
    CHECK(text_of(room) == "cbafedg");
    bytes::swap_elements(room, 8);
    CHECK(text_of(room) == "cbafedg");
    bytes::swap_elements({}, 4);
}

}  // namespace
