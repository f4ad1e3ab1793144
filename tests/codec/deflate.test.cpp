// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/deflate.hpp>
#include <lade/codec/inflate.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "samples.hpp"

using namespace lade;

namespace {

static_assert(codec::detail::symbol_of_length(3).symbol == 257);
static_assert(codec::detail::symbol_of_length(10).symbol == 264);
static_assert(codec::detail::symbol_of_length(11).symbol == 265);
static_assert(codec::detail::symbol_of_length(257).symbol == 284);
static_assert(codec::detail::symbol_of_length(257).extra == 30);
static_assert(codec::detail::symbol_of_length(258).symbol == 285);
static_assert(codec::detail::symbol_of_length(258).extra_bits == 0);
static_assert(codec::detail::symbol_of_distance(1).symbol == 0);
static_assert(codec::detail::symbol_of_distance(5).symbol == 4);
static_assert(codec::detail::symbol_of_distance(32768).symbol == 29);
static_assert(codec::detail::symbol_of_distance(32768).extra == 8191);

/// Sum of 2^-length over the codes, in units of 2^-15.
template <std::size_t N>
constexpr unsigned filled(std::array<std::uint32_t, N> const& counts, unsigned limit) {
    std::array<codec::detail::prefix_code, N> codes{};
    codec::detail::make_codes(counts, limit, codes);
    unsigned sum = 0;
    for (auto const& code : codes)
        if (code.length > limit) return 0;
        else if (code.length != 0) sum += 1U << (15 - code.length);
    return sum;
}
constexpr auto fibonacci = [] {
    std::array<std::uint32_t, 30> counts{1, 1};
    for (std::size_t i = 2; i < counts.size(); ++i) counts[i] = counts[i - 1] + counts[i - 2];
    return counts;
}();
static_assert(filled(fibonacci, 15) == 1U << 15, "codes are complete also where lengths were cut");
static_assert(filled(fibonacci, 7) == 1U << 15);
static_assert(filled(std::array<std::uint32_t, 19>{}, 7) == 1U << 15);
static_assert(filled(std::array<std::uint32_t, 19>{0, 0, 9}, 7) == 1U << 15);

std::unique_ptr<codec::deflater> const packer = std::make_unique<codec::deflater>();

samples::block pack(bytes::view data, int level) {
    samples::block packed(codec::deflate_bound(data.size()));
    auto const size = codec::deflate(*packer, data, packed, level);
    REQUIRE(size);
    packed.resize(*size);
    return packed;
}

void check_round_trip(samples::block const& data, samples::block const& packed) {
    samples::block back(data.size());
    auto const done = codec::inflate(packed, back);
    REQUIRE(done);
    REQUIRE(*done == codec::inflated{packed.size(), data.size()});
    REQUIRE(back == data);
}

}  // namespace

TEST_CASE("what is compressed comes back, at every level and size, and fits the bound") {
    for (int k = 0; k < static_cast<int>(samples::kind::every_kind); ++k)
        for (std::size_t size : {0U, 1U, 2U, 3U, 4U, 5U, 100U, 258U, 259U, 32767U, 32768U, 32769U,
                                 65535U, 65536U, 65537U, 100000U, 200001U}) {
            auto const data = samples::make(static_cast<samples::kind>(k), size, size);
            for (int level : {0, 1, 6}) check_round_trip(data, pack(data, level));
        }
    auto const data = samples::make(samples::kind::repeats, 70000);
    for (int level = -1; level <= 10; ++level) check_round_trip(data, pack(data, level));
}

TEST_CASE("an empty stream is two bytes, and noise costs five bytes a block") {
    CHECK(pack({}, 6).size() == 2);
    auto const noise = samples::make(samples::kind::noise, 32768);
    CHECK(pack(noise, 6).size() == 32768 + 5);
    CHECK(pack(noise, 0).size() == 32768 + 5);
    CHECK(pack(samples::block(100000), 6).size() < 200);
}

TEST_CASE("codes that would be longer than fifteen bits are cut") {
    samples::block data;  // counts of a Fibonacci sequence make the deepest tree
    std::uint32_t a = 1;
    std::uint32_t b = 1;
    samples::random next(1);
    for (unsigned symbol = 0; symbol < 21; ++symbol) {
        data.insert(data.end(), a, static_cast<std::byte>(symbol));
        std::uint32_t const sum = a + b;
        a = b;
        b = sum;
    }
    for (std::size_t i = data.size(); i > 1; --i) std::swap(data[i - 1], data[next.below(i)]);
    REQUIRE(data.size() < 32768);
    check_round_trip(data, pack(data, 6));
    check_round_trip(data, pack(data, 1));
}

TEST_CASE("the output does not depend on how input and output were cut") {
    samples::random next(7);
    for (auto what :
         {samples::kind::noise, samples::kind::skewed, samples::kind::repeats, samples::kind::runs})
        for (std::size_t size : {0U, 10U, 32768U, 65536U, 90000U})
            for (int level : {0, 1, 6}) {
                auto const data = samples::make(what, size);
                auto const whole = pack(data, level);
                for (std::size_t most : {3U, 1000U, 70000U}) {
                    if (most == 3 && size > 40000) continue;
                    packer->reset(level);
                    samples::block pieces;
                    samples::block to(most);
                    std::size_t at = 0;
                    for (bool finished = false; !finished;) {
                        std::size_t const in =
                            std::min<std::size_t>(next.below(most + 1), size - at);
                        auto const mode = at + in == size && next.below(3) == 0
                                              ? codec::flush::finish
                                              : codec::flush::none;
                        std::size_t const out = next.below(most + 1);
                        auto const did = packer->next(bytes::view(data).subspan(at, in),
                                                      std::span(to).first(out), mode);
                        REQUIRE(did.consumed <= in);
                        REQUIRE(did.produced <= out);
                        at += did.consumed;
                        pieces.insert(pieces.end(), to.begin(),
                                      to.begin() + static_cast<std::ptrdiff_t>(did.produced));
                        finished = did.finished && mode == codec::flush::finish;
                        if (finished) REQUIRE(at == size);
                    }
                    REQUIRE(pieces == whole);
                }
            }
}

TEST_CASE("after a sync everything so far can be read, and a second sync adds nothing") {
    auto const data = samples::make(samples::kind::repeats, 100000);
    packer->reset(6);
    auto const reader = std::make_unique<codec::inflater>();
    samples::block to(200000);
    samples::block back(200000);
    samples::block all;
    samples::block packed;
    for (std::size_t at = 0; at < data.size();) {
        std::size_t const size = std::min<std::size_t>(7777, data.size() - at);
        auto const did = packer->next(bytes::view(data).subspan(at, size), to, codec::flush::sync);
        REQUIRE(did.consumed == size);
        REQUIRE(did.finished);
        REQUIRE(did.produced > 4);
        REQUIRE(to[did.produced - 4] == std::byte{0});
        REQUIRE(to[did.produced - 1] == std::byte{0xff});
        auto const got = reader->next(bytes::view(to).first(did.produced), back);
        REQUIRE(got);
        REQUIRE(got->consumed == did.produced);
        all.insert(all.end(), back.begin(),
                   back.begin() + static_cast<std::ptrdiff_t>(got->produced));
        packed.insert(packed.end(), to.begin(),
                      to.begin() + static_cast<std::ptrdiff_t>(did.produced));
        at += size;
        REQUIRE(all.size() == at);
        REQUIRE(packer->next({}, to, codec::flush::sync) == codec::step{0, 0, true});
    }
    auto const last = packer->next({}, to, codec::flush::finish);
    CHECK(last.finished);
    packed.insert(packed.end(), to.begin(),
                  to.begin() + static_cast<std::ptrdiff_t>(last.produced));
    CHECK(all == data);
    check_round_trip(data, packed);
}

TEST_CASE("room that does not suffice is an error, room that just does is none") {
    for (int level : {0, 6}) {
        auto const data = samples::make(samples::kind::skewed, 2000);
        auto const packed = pack(data, level);
        samples::block exact(packed.size());
        auto const size = codec::deflate(*packer, data, exact, level);
        REQUIRE(size);
        CHECK(exact == packed);
        for (std::size_t room :
             {std::size_t{0}, std::size_t{1}, packed.size() / 2, packed.size() - 1}) {
            samples::block to(room);
            auto const done = codec::deflate(*packer, data, to, level);
            REQUIRE_FALSE(done);
            CHECK(*done.error().id == codec::ids::deflate_short_output);
            CHECK(done.error().id->kind == kind::mismatch);
            CHECK(done.error().found == room);
        }
    }
}

TEST_CASE("zlib streams are written with header and checksum") {
    for (int level : {0, 1, 5, 6, 9})
        for (std::size_t size : {0U, 1U, 1000U, 70000U}) {
            auto const data = samples::make(samples::kind::skewed, size);
            samples::block packed(codec::deflate_bound(size));
            auto const done = codec::deflate_zlib(*packer, data, packed, level);
            REQUIRE(done);
            packed.resize(*done);
            samples::block back(size);
            auto const read = codec::inflate_zlib(packed, back);
            REQUIRE(read);
            CHECK(read->read == packed.size());
            CHECK(back == data);
        }
    samples::block to(7);
    CHECK_FALSE(codec::deflate_zlib(*packer, {}, std::span(to).first(7)));
    CHECK_FALSE(codec::deflate_zlib(*packer, {}, std::span(to).first(3)));
}
