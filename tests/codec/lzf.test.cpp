// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/lzf.hpp>

#include <doctest/doctest.h>

#include "samples.hpp"

using namespace lade;

namespace {

// "ab", then 5 bytes at distance 2, then 12 at distance 1
constexpr auto stream = samples::hex(
    "016162"
    "6001"
    "e00300");

constexpr bool decodes() {
    std::array<std::byte, 19> to{};
    auto const size = codec::lzf_decompress(stream, to);
    return size && *size == 19 && to == samples::chars("abababaaaaaaaaaaaaa");
}
static_assert(decodes());
static_assert(codec::lzf_decompress({}, {}).has_value());

error refusal(bytes::view from, std::size_t room) {
    samples::block to(room);
    auto const done = codec::lzf_decompress(from, to);
    REQUIRE_FALSE(done);
    return done.error();
}

}  // namespace

TEST_CASE("an LZF element that is cut is refused at its control byte") {
    for (std::size_t length : {1U, 2U, 4U, 6U, 7U}) {
        auto const why = refusal(bytes::view(stream).first(length), 19);
        CHECK(*why.id == codec::ids::lzf_truncated);
        CHECK(why.id->kind == kind::corrupt);
        CHECK(why.offset == (length < 3 ? 0 : length < 5 ? 3 : 5));
    }
    // whole elements are whole streams: only the container knows how long the output should be
    samples::block to(19);
    CHECK(*codec::lzf_decompress(bytes::view(stream).first(5), to) == 7);
}

TEST_CASE("LZF output beyond the room is refused, for literals and for matches") {
    for (std::size_t room = 0; room < 19; ++room)
        CHECK(*refusal(stream, room).id == codec::ids::lzf_short_output);
}

TEST_CASE("an LZF distance before the first byte is refused") {
    auto const why = refusal(samples::hex("0061"
                                          "2001"),
                             100);
    CHECK(*why.id == codec::ids::lzf_far_distance);
    CHECK(why.offset == 2);
    CHECK(why.expected == 1);
    CHECK(why.found == 2);
}

TEST_CASE("no bytes make LZF read or write out of bounds") {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        auto const junk = samples::make(samples::kind::noise, seed % 90, seed);
        samples::block to(seed % 200);
        (void)codec::lzf_decompress(junk, to);
    }
}
