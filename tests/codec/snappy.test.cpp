// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/snappy.hpp>

#include <doctest/doctest.h>

#include "samples.hpp"

using namespace lade;

namespace {

template <std::size_t Room>
constexpr bool decodes(bytes::view from, std::array<std::byte, Room> const& expected) {
    std::array<std::byte, Room> to{};
    auto const size = codec::snappy_decompress(from, to);
    return size && *size == Room && to == expected;
}

// all four kinds of element
static_assert(decodes(samples::hex("00"), std::array<std::byte, 0>{}));
static_assert(decodes(samples::hex("0308616263"), samples::chars("abc")));
static_assert(decodes(samples::hex("03f002616263"), samples::chars("abc")));
static_assert(decodes(samples::hex("03fc02000000616263"), samples::chars("abc")));
static_assert(decodes(samples::hex("0904"
                                   "6162"
                                   "0d02"),
                      samples::chars("ababababa")));
static_assert(decodes(samples::hex("0904"
                                   "6162"
                                   "1a0200"),
                      samples::chars("ababababa")));
static_assert(decodes(samples::hex("0904"
                                   "6162"
                                   "1b02000000"),
                      samples::chars("ababababa")));
static_assert(*codec::snappy_length(samples::hex("ffffffff0f")) == 0xffffffffU);

error refusal(bytes::view from, std::size_t room) {
    samples::block to(room);
    auto const done = codec::snappy_decompress(from, to);
    REQUIRE_FALSE(done);
    CHECK(done.error().id->kind == kind::corrupt);
    return done.error();
}

}  // namespace

TEST_CASE("a Snappy length that is cut, too long or larger than the room is refused") {
    CHECK(*refusal({}, 9).id == codec::ids::snappy_truncated);
    CHECK(*refusal(samples::hex("80"), 9).id == codec::ids::snappy_truncated);
    CHECK(*refusal(samples::hex("ffffffff1f"), 9).id == codec::ids::snappy_bad_length);
    CHECK(*refusal(samples::hex("808080808000"), 9).id == codec::ids::snappy_bad_length);
    auto const why = refusal(samples::hex("0a00"), 9);
    CHECK(*why.id == codec::ids::snappy_short_output);
    CHECK(why.expected == 10);
    CHECK(why.found == 9);
}

TEST_CASE("a Snappy element that is cut is refused at its tag") {
    for (auto const& whole :
         {samples::block{std::byte{3}, std::byte{8}, std::byte{97}, std::byte{98}},
          samples::block{std::byte{3}, std::byte{0xf0}},
          samples::block{std::byte{3}, std::byte{0xf0}, std::byte{2}},
          samples::block{std::byte{3}, std::byte{0xfc}, std::byte{255}, std::byte{255},
                         std::byte{255}, std::byte{255}},
          samples::block{std::byte{3}, std::byte{1}},
          samples::block{std::byte{3}, std::byte{2}, std::byte{0}},
          samples::block{std::byte{3}, std::byte{3}, std::byte{0}, std::byte{0}, std::byte{0}}}) {
        auto const why = refusal(whole, 100);
        CHECK(*why.id == codec::ids::snappy_truncated);
        CHECK(why.offset == 1);
    }
}

TEST_CASE("a Snappy distance of zero or before the first byte is refused") {
    CHECK(*refusal(samples::hex("0904"
                                "6162"
                                "0d00"),
                   9)
               .id == codec::ids::snappy_far_distance);
    auto const why = refusal(samples::hex("0904"
                                          "6162"
                                          "0d03"),
                             9);
    CHECK(*why.id == codec::ids::snappy_far_distance);
    CHECK(why.offset == 4);
}

TEST_CASE("Snappy elements that miss the length of the output on either side are refused") {
    CHECK(*refusal(samples::hex("0208616263"), 9).id == codec::ids::snappy_overrun);
    CHECK(*refusal(samples::hex("0804"
                                "6162"
                                "0d02"),
                   90)
               .id == codec::ids::snappy_overrun);
    CHECK(*refusal(samples::hex("0408616263"), 9).id == codec::ids::snappy_incomplete);
    CHECK(*refusal(samples::hex("01"), 9).id == codec::ids::snappy_incomplete);
}

TEST_CASE("what Snappy compresses comes back, and fits the bound") {
    for (auto what : {samples::kind::noise, samples::kind::four_values, samples::kind::skewed,
                      samples::kind::repeats, samples::kind::runs})
        for (std::size_t size : {0U, 1U, 2U, 3U, 4U, 5U, 59U, 60U, 61U, 62U, 255U, 256U, 257U, 258U,
                                 1000U, 65535U, 65536U, 65537U, 200001U}) {
            auto const data = samples::make(what, size, size);
            samples::block packed(codec::snappy_bound(size));
            packed.resize(codec::snappy_compress(data, packed));
            REQUIRE(*codec::snappy_length(packed) == size);
            samples::block back(size);
            auto const done = codec::snappy_decompress(packed, back);
            REQUIRE(done);
            REQUIRE(back == data);
            samples::block roomy(size + 100);  // the fast copies run here to the end
            REQUIRE(codec::snappy_decompress(packed, roomy));
            roomy.resize(size);
            REQUIRE(roomy == data);
        }
}

TEST_CASE("every prefix of a Snappy block is refused, and no flipped bit leaves the bounds") {
    auto const data = samples::make(samples::kind::repeats, 400);
    samples::block packed(codec::snappy_bound(data.size()));
    packed.resize(codec::snappy_compress(data, packed));
    for (std::size_t length = 0; length < packed.size(); ++length)
        refusal(bytes::view(packed).first(length), 400);
    for (std::size_t bit = 0; bit < 8 * packed.size(); ++bit) {
        auto flipped = packed;
        flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        samples::block to(400);
        (void)codec::snappy_decompress(flipped, to);
    }
}
