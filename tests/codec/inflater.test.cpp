// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/deflate.hpp>
#include <lade/codec/inflater.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "samples.hpp"

using namespace lade;

namespace {

samples::block packed_from(samples::block const& data, int level) {
    auto const by = std::make_unique<codec::deflater>();
    samples::block packed(codec::deflate_bound(data.size()));
    packed.resize(*codec::deflate(*by, data, packed, level));
    return packed;
}

/// Feeds pieces of random sizes up to the given ones and collects the output. What follows the
/// stream stays unread.
void check_pieces(samples::block const& packed, samples::block const& data, std::size_t most_in,
                  std::size_t most_out, std::uint64_t seed) {
    auto const stream = std::make_unique<codec::inflater>();
    samples::random next(seed);
    samples::block from = packed;
    from.insert(from.end(), 20, std::byte{0xa5});
    samples::block to(most_out);
    samples::block all;
    std::size_t at = 0;
    bool finished = false;
    while (!finished) {
        std::size_t const in = std::min<std::size_t>(next.below(most_in + 1), from.size() - at);
        std::size_t const out = next.below(most_out + 1);
        auto const did = stream->next(bytes::view(from).subspan(at, in), std::span(to).first(out));
        REQUIRE(did);
        REQUIRE(did->consumed <= in);
        REQUIRE(did->produced <= out);
        at += did->consumed;
        all.insert(all.end(), to.begin(), to.begin() + static_cast<std::ptrdiff_t>(did->produced));
        finished = did->finished;
        REQUIRE((finished || at < from.size()));
    }
    REQUIRE(at == packed.size());
    REQUIRE(stream->read() == packed.size());
    REQUIRE(all == data);
}

}  // namespace

TEST_CASE("a stream is read in pieces of any size, with matches that reach into earlier pieces") {
    for (auto what :
         {samples::kind::noise, samples::kind::skewed, samples::kind::repeats, samples::kind::runs})
        for (int level : {0, 1, 6}) {
            auto const small = samples::make(what, 5000);
            auto const packed_small = packed_from(small, level);
            check_pieces(packed_small, small, 1, 1, 1);
            check_pieces(packed_small, small, 1, 500, 2);
            check_pieces(packed_small, small, 700, 1, 3);
            check_pieces(packed_small, small, 40, 700, 4);
            auto const large = samples::make(what, 150000);
            auto const packed_large = packed_from(large, level);
            check_pieces(packed_large, large, 1000, 1000, 5);
            check_pieces(packed_large, large, 100000, 2000, 6);
            check_pieces(packed_large, large, 100, 100000, 7);
            check_pieces(packed_large, large, 200000, 200000, 8);
        }
}

TEST_CASE("after the end nothing more is read, and a new stream can begin") {
    auto const data = samples::make(samples::kind::skewed, 3000);
    auto const packed = packed_from(data, 6);
    auto const stream = std::make_unique<codec::inflater>();
    for (int round = 0; round < 2; ++round) {
        samples::block to(3100);
        auto const did = stream->next(packed, to);
        REQUIRE(did);
        CHECK(*did == codec::step{packed.size(), 3000, true});
        auto const again = stream->next(packed, to);
        REQUIRE(again);
        CHECK(*again == codec::step{0, 0, true});
        stream->reset();
        CHECK(stream->read() == 0);
    }
}

TEST_CASE("a stream that ends early never finishes, and its error says where") {
    auto const data = samples::make(samples::kind::skewed, 700);
    auto const packed = packed_from(data, 6);
    auto const stream = std::make_unique<codec::inflater>();
    samples::block to(800);
    for (std::size_t length = 0; length < packed.size(); ++length) {
        stream->reset();
        auto const did = stream->next(bytes::view(packed).first(length), to);
        REQUIRE(did);
        REQUIRE_FALSE(did->finished);
        REQUIRE(did->consumed == length);
        auto const why = stream->truncated();
        REQUIRE(*why.id == codec::ids::inflate_truncated);
        REQUIRE(why.offset == length);
    }
}

TEST_CASE("an error stays, and its offset counts from the first byte of the stream") {
    samples::block bad(
        1003, std::byte{'x'});  // a stored block of 998 bytes, then one of the reserved type
    bad[0] = std::byte{0};
    bad[1] = std::byte{0xe5};
    bad[2] = std::byte{3};
    bad[3] = std::byte{0x1a};
    bad[4] = std::byte{0xfc};
    bad.back() = std::byte{6};
    auto const stream = std::make_unique<codec::inflater>();
    samples::block to(2000);
    auto const half = stream->next(bytes::view(bad).first(600), to);
    REQUIRE(half);
    CHECK(half->produced == 595);
    for (int i = 0; i < 2; ++i) {
        auto const did = stream->next(bytes::view(bad).subspan(600), to);
        REQUIRE_FALSE(did);
        CHECK(*did.error().id == codec::ids::inflate_reserved_block);
        CHECK(did.error().offset == 1003);
        if (i == 0) CHECK(stream->read() == 1003);
    }
}

TEST_CASE("the object is about as large as its window") { CHECK(sizeof(codec::inflater) < 50000); }
