// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/deflate.hpp>
#include <lade/codec/inflate.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "samples.hpp"

using namespace lade;

namespace {

/// What zlib 1.2.13 was given to make the streams below.
samples::block text() {
    std::string all;
    for (int i = 0; i < 40; ++i) all += "layer" + std::to_string(i * 7 % 13) + ".weight ";
    auto const view = bytes::of(all);
    return {view.begin(), view.end()};
}

constexpr auto fixed = samples::hex(
    "cb49ac4c2d32d02b4fcd4ccf2851c801f1cc517886283c0b149e110acf1285678c6a0aaa1526a892"
    "a87698a24aa25a6286c21b75f880391c00");
// Z_HUFFMAN_ONLY
constexpr auto dynamic = samples::hex(
    "05c1cb0904510804c0548c40e6cdfec3f1d0a8e04984c6ecb7aa6cd19712e93152b6e88f12e93152"
    "b6e8a3447a8c942dfaab447a8c942dfa56"
    "223d46ca16fd53223d46ca16fd50223d46ca167d2e25d263a46cd14f25d263a46cd1e728911e2365"
    "8b7e29911e23658b3eb712e93152b6e8b7"
    "12e93152b6e84b89f418295bf44789f418295bf451223d46ca16fd55223d46ca167d2b911e23658b"
    "fe29911e23658b7e28911e23658b3e9712"
    "e93152b6e8a712e93152b6e87394488f91b245bf94488f91b2459f5b89f418295bf45b89f418295b"
    "f4a5447a8c942dfaa3447a8c942dfa2891"
    "1e23658bfe2a911e23658bbe95488f91b245ff94488f91b2453f94488f91b2459f4b89f418295bf4"
    "5389f418295bf4394aa4c748d9a25f4aa4"
    "c748d9a2cfad447a8c942dfaad447a8c942dfa52223d46fe");
constexpr auto zlib = samples::hex(
    "789ccb49ac4c2d32d02b4fcd4ccf2851c801f1cc517886283c0b149e110acf1285678c6a0aaa1526"
    "a892a87698a24aa25a6286c21b75f88039"
    "1c00ce5bcfc2");
// "weights, " with a name; "biases" with an extra field, a comment and a CRC-16 of the header
constexpr auto gzip = samples::hex(
    "1f8b0808000000000003612e747874002b4fcd4ccf2829d651000091b4e8f809000000"
    "1f8b0816000000000003030078797a6e6f746500e31e4bca4c2c4e2d0600c5e3776406000000");

template <std::size_t Room>
constexpr bool gives(bytes::view from, std::array<std::byte, Room> const& expected) {
    std::array<std::byte, Room> to{};
    auto const done = codec::inflate(from, to);
    return done && *done == codec::inflated{from.size(), Room} && to == expected;
}
static_assert(gives(samples::hex("0300"), std::array<std::byte, 0>{}));
static_assert(gives(samples::hex("4b4c4a4e4c4a4e4c4a0600"), samples::chars("abcabcabc")));
static_assert(gives(samples::hex("010300fcff616263"), samples::chars("abc")));
static_assert(gives(samples::hex("000100feff61"
                                 "010200fdff6263"),
                    samples::chars("abc")));
static_assert(
    [] {  // a whole dynamic block is decoded by the compiler, which reads nothing out of bounds
        std::array<std::byte, 569> to{};
        auto const done = codec::inflate(dynamic, to);
        return done && done->written == 569 && to[6] == std::byte{'.'} && to[568] == std::byte{' '};
    }());
static_assert([] {
    std::array<std::byte, 569> to{};
    return codec::inflate_zlib(zlib, to).has_value();
}());

error refusal(bytes::view from, std::size_t room = 1000) {
    samples::block to(room);
    auto const done = codec::inflate(from, to);
    REQUIRE_FALSE(done);
    CHECK(done.error().id->kind == kind::corrupt);

    // and the same from the stream, byte by byte
    auto const stream = std::make_unique<codec::inflater>();
    std::size_t at = 0;
    for (std::size_t i = 0; i < 100 * (from.size() + room); ++i) {
        std::array<std::byte, 3> some{};
        auto const did = stream->next(from.subspan(at, at < from.size() ? 1 : 0), some);
        if (!did) {
            CHECK(*did.error().id == *done.error().id);
            return done.error();
        }
        at += did->consumed;
        if (at == from.size() && did->produced == 0) break;
    }
    CHECK((*done.error().id == codec::ids::inflate_truncated ||
           *done.error().id == codec::ids::inflate_short_output));
    return done.error();
}

samples::bit_writer block_of(unsigned type) {
    samples::bit_writer bits;
    bits.put(1, 1).put(type, 2);
    return bits;
}
/// A dynamic block up to the lengths of the codes, whose own code is: 0, 1, 2, 16, 17, 18 of three
/// bits, and 7, 15.
samples::bit_writer dynamic_block(unsigned literals, unsigned distances) {
    auto bits = block_of(2);
    bits.put(literals - 257, 5).put(distances - 1, 5).put(19 - 4, 4);
    for (int symbol : {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}) {
        bool const used = symbol < 3 || symbol == 7 || symbol > 14;
        bits.put(used ? 3 : 0, 3);
    }
    return bits;
}
/// The code of that code: 0, 1, 2, 7, 15, 16, 17, 18 in order.
constexpr unsigned zero = 0, one = 1, two = 2, seven = 3, sixteen = 5, eighteen = 7;

}  // namespace

TEST_CASE("streams of zlib are read, each kind of block") {
    auto const expected = text();
    samples::block to(expected.size());
    auto done = codec::inflate(fixed, to);
    REQUIRE(done);
    CHECK(*done == codec::inflated{fixed.size(), expected.size()});
    CHECK(to == expected);

    to.assign(expected.size(), std::byte{0});
    done = codec::inflate(dynamic, to);
    REQUIRE(done);
    CHECK(*done == codec::inflated{dynamic.size(), expected.size()});
    CHECK(to == expected);

    samples::block stored{std::byte{1}, std::byte{0x39}, std::byte{0x02}, std::byte{0xc6},
                          std::byte{0xfd}};
    stored.insert(stored.end(), expected.begin(), expected.end());
    to.assign(expected.size(), std::byte{0});
    REQUIRE(codec::inflate(stored, to));
    CHECK(to == expected);
}

TEST_CASE("what follows a stream is not looked at, and more room than needed does no harm") {
    auto const expected = text();
    samples::block from(fixed.begin(), fixed.end());
    for (int i = 0; i < 40; ++i) from.push_back(std::byte{0xff});
    samples::block to(expected.size() + 1000);
    auto const done = codec::inflate(from, to);
    REQUIRE(done);
    CHECK(*done == codec::inflated{fixed.size(), expected.size()});
    to.resize(expected.size());
    CHECK(to == expected);
}

TEST_CASE("every prefix of a stream is truncated, and says where it ends") {
    for (auto const stream : {bytes::view(fixed), bytes::view(dynamic)})
        for (std::size_t length = 0; length < stream.size(); ++length) {
            samples::block to(569);
            auto const done = codec::inflate(stream.first(length), to);
            REQUIRE_FALSE(done);
            REQUIRE(*done.error().id == codec::ids::inflate_truncated);
            REQUIRE(done.error().offset == length);
        }
}

TEST_CASE("an output of any size but enough is short") {
    for (auto const stream : {bytes::view(fixed), bytes::view(dynamic)})
        for (std::size_t room = 0; room < 569; ++room) {
            samples::block to(room);
            auto const done = codec::inflate(stream, to);
            REQUIRE_FALSE(done);
            REQUIRE(*done.error().id == codec::ids::inflate_short_output);
            REQUIRE(done.error().expected == room);
        }
}

TEST_CASE("a reserved block and a stored length without its complement are refused") {
    CHECK(*refusal(samples::hex("07")).id == codec::ids::inflate_reserved_block);
    auto const why = refusal(samples::hex("010300fdff616263"));
    CHECK(*why.id == codec::ids::inflate_bad_stored_length);
    CHECK(why.expected == 0xfffc);
    CHECK(why.found == 0xfffd);
}

TEST_CASE("counts of codes beyond the alphabets are refused, as zlib does") {
    CHECK(*refusal(dynamic_block(287, 1).bytes).id == codec::ids::inflate_too_many_codes);
    auto const why = refusal(dynamic_block(257, 31).bytes);
    CHECK(*why.id == codec::ids::inflate_too_many_codes);
    CHECK(why.expected == 30);
    CHECK(why.found == 31);
}

TEST_CASE("a repeat before the first length or beyond the last is refused") {
    CHECK(*refusal(dynamic_block(257, 1).code(sixteen, 3).put(0, 2).bytes).id ==
          codec::ids::inflate_bad_repeat);
    auto bits = dynamic_block(257, 1);
    bits.code(eighteen, 3).put(127, 7).code(eighteen, 3).put(127, 7);
    CHECK(*refusal(bits.bytes).id == codec::ids::inflate_bad_repeat);
}

TEST_CASE("a code of code lengths must be complete") {
    auto over = block_of(2);
    over.put(0, 5).put(0, 5).put(0, 4).put(1, 3).put(1, 3).put(1, 3).put(0, 3);
    CHECK(*refusal(over.bytes).id == codec::ids::inflate_oversubscribed);
    auto lone = block_of(2);
    lone.put(0, 5).put(0, 5).put(0, 4).put(1, 3).put(0, 3).put(0, 3).put(0, 3);
    CHECK(*refusal(lone.bytes).id == codec::ids::inflate_incomplete);
    auto none = block_of(2);
    none.put(0, 5).put(0, 5).put(0, 4).put(0, 12);
    CHECK(*refusal(none.bytes).id == codec::ids::inflate_incomplete);
}

TEST_CASE("a block must have a code for its end") {
    auto bits = dynamic_block(257, 1);
    bits.code(one, 3).code(one, 3);
    bits.code(eighteen, 3)
        .put(127, 7)
        .code(eighteen, 3)
        .put(116 - 11, 7)
        .code(zero, 3)
        .code(zero, 3)
        .code(zero, 3);
    CHECK(*refusal(bits.bytes).id == codec::ids::inflate_no_end_code);
}

TEST_CASE("codes of literals and distances must not be oversubscribed nor incomplete") {
    auto const start = [](unsigned first) {
        auto bits = dynamic_block(257, 2);
        bits.code(first, 3).code(first, 3);
        bits.code(eighteen, 3).put(127, 7).code(eighteen, 3).put(116 - 11, 7);
        return bits;
    };
    CHECK(*refusal(start(one).code(one, 3).code(zero, 3).code(zero, 3).bytes).id ==
          codec::ids::inflate_oversubscribed);
    CHECK(*refusal(start(two).code(two, 3).code(zero, 3).code(zero, 3).bytes).id ==
          codec::ids::inflate_incomplete);
    // distances: 1 1 is complete, 1 0 is the one incomplete code that is let pass, 2 0 and 7 7 are
    // not
    auto const with_distances = [&](unsigned a, unsigned b) {
        return start(two).code(one, 3).code(a, 3).code(b, 3).code(0, 1);
    };
    samples::block to(10);
    CHECK(codec::inflate(with_distances(one, one).bytes, to));
    CHECK(codec::inflate(with_distances(one, zero).bytes, to));
    CHECK(codec::inflate(with_distances(zero, zero).bytes, to));
    CHECK(*refusal(with_distances(two, zero).bytes).id == codec::ids::inflate_incomplete);
    CHECK(*refusal(with_distances(seven, seven).bytes).id == codec::ids::inflate_incomplete);
}

TEST_CASE("bits that are no code are refused where they are met, not before") {
    // the fixed codes have symbols that mean nothing: length 286, distance 30
    CHECK(*refusal(block_of(1).code(0xc6, 8).put(0, 16).bytes).id == codec::ids::inflate_bad_code);
    CHECK(*refusal(block_of(1).code(0x30, 8).code(1, 7).code(30, 5).put(0, 16).bytes).id ==
          codec::ids::inflate_bad_code);
    // in the middle of much data, where the fast loop runs
    auto bits = block_of(1);
    for (int i = 0; i < 600; ++i) bits.code(0x30 + 'a', 8);
    auto const prefix = bits.bytes.size();
    bits.code(0xc7, 8);
    for (int i = 0; i < 600; ++i) bits.code(0x30 + 'a', 8);
    auto const why = refusal(bits.bytes, 2000);
    CHECK(*why.id == codec::ids::inflate_bad_code);
    CHECK(why.offset + 2 >= prefix);
    CHECK(why.offset <= prefix + 2);
}

TEST_CASE("a distance before the first byte is refused, near the edges and far from them") {
    auto const why = refusal(block_of(1).code(0x30, 8).code(1, 7).code(1, 5).put(0, 32).bytes);
    CHECK(*why.id == codec::ids::inflate_far_distance);
    CHECK(why.expected == 1);
    CHECK(why.found == 2);
    auto bits = block_of(1);
    for (int i = 0; i < 600; ++i) bits.code(0x30 + 'a', 8);
    bits.code(1, 7).code(18, 5).put(600 - 513, 8);  // distance 600 is the first byte, 601 is none
    auto good = bits;
    for (int i = 0; i < 600; ++i) good.code(0x30 + 'a', 8);
    samples::block to(1203);
    CHECK(codec::inflate(good.code(0, 7).bytes, to));
    bits.code(1, 7).code(18, 5).put(604 - 513, 8);
    for (int i = 0; i < 600; ++i) bits.code(0x30 + 'a', 8);
    CHECK(*refusal(bits.bytes, 2000).id == codec::ids::inflate_far_distance);
}

TEST_CASE("matches of every short distance and every length are copied right") {
    for (unsigned distance = 1; distance <= 20; ++distance) {
        samples::bit_writer bits = block_of(1);
        samples::block expected;
        for (unsigned i = 0; i < 20; ++i) {
            bits.code(0x30 + 'a' + i, 8);
            expected.push_back(static_cast<std::byte>('a' + i));
        }
        for (unsigned length = 3; length <= 258; ++length) {
            auto const l = codec::detail::symbol_of_length(length);
            auto const d = codec::detail::symbol_of_distance(distance);
            if (l.symbol < 280) bits.code(l.symbol - 256U, 7);
            else bits.code(0xc0 + l.symbol - 280U, 8);
            bits.put(l.extra, l.extra_bits).code(d.symbol, 5).put(d.extra, d.extra_bits);
            for (unsigned i = 0; i < length; ++i)
                expected.push_back(expected[expected.size() - distance]);
            bits.code(0x30 + length % 90, 8);
            expected.push_back(static_cast<std::byte>(length % 90));
        }
        bits.code(0, 7);
        samples::block to(expected.size());
        auto const done = codec::inflate(bits.bytes, to);
        REQUIRE(done);
        CHECK(to == expected);
    }
}

TEST_CASE("no flipped bit leaves the bounds or hangs") {
    for (auto const stream : {bytes::view(fixed), bytes::view(dynamic)}) {
        samples::block flipped(stream.begin(), stream.end());
        for (std::size_t bit = 0; bit < 8 * stream.size(); ++bit) {
            flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
            samples::block to(700);
            auto const done = codec::inflate(flipped, to);
            if (done) CHECK(done->read <= flipped.size());
            flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        }
    }
}

TEST_CASE("the fast loop for this processor does what the portable one does") {
    auto const codes = std::make_unique<codec::detail::inflate_codes>();
    std::array<std::uint8_t, 288> lengths{};
    for (std::size_t i = 0; i < 288; ++i) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    std::array<std::uint8_t, 32> fives{};
    for (auto& five : fives) five = 5;
    using namespace codec::detail;
    REQUIRE(build_table(codes->literals, literal_root, lengths, literal_meanings.data(), false) ==
            code_fault::none);
    REQUIRE(build_table(codes->distances, distance_root, fives, distance_meanings.data(), false) ==
            code_fault::none);
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        auto const junk = samples::make(samples::kind::noise, 400, seed);
        samples::block a(3000);
        samples::block b(3000);
        inflate_io io_a{junk.data(), junk.data() + junk.size(), a.data(), a.data() + 100,
                        a.data() + a.size()};
        inflate_io io_b{junk.data(), junk.data() + junk.size(), b.data(), b.data() + 100,
                        b.data() + b.size()};
        inflate_bits bits_a;
        inflate_bits bits_b;
        REQUIRE(inflate_fast(*codes, bits_a, io_a) == inflate_fast_portable(*codes, bits_b, io_b));
        REQUIRE(io_a.in == io_b.in);
        REQUIRE(io_a.out - a.data() == io_b.out - b.data());
        REQUIRE(bits_a.bits == bits_b.bits);
        REQUIRE(bits_a.count == bits_b.count);
        auto const written = io_a.out - a.data();
        REQUIRE(samples::block(a.begin(), a.begin() + written) ==
                samples::block(b.begin(), b.begin() + written));
    }
}

TEST_CASE("a zlib stream is read with header and checksum") {
    samples::block to(569);
    auto const done = codec::inflate_zlib(zlib, to);
    REQUIRE(done);
    CHECK(*done == codec::inflated{zlib.size(), 569});
    CHECK(to == text());
}

TEST_CASE("a zlib stream that is cut or changed is refused by name") {
    auto const why = [](samples::block const& from) {
        samples::block to(569);
        auto const done = codec::inflate_zlib(from, to);
        REQUIRE_FALSE(done);
        return done.error();
    };
    samples::block const whole(zlib.begin(), zlib.end());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        auto const cut = why({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)});
        REQUIRE(*cut.id == codec::ids::inflate_truncated);
        REQUIRE(cut.offset == length);
    }
    for (std::size_t at : {std::size_t{0}, std::size_t{1}}) {
        auto bad = whole;
        bad[at] ^= std::byte{1};
        CHECK(*why(bad).id == codec::ids::zlib_bad_header);
    }
    for (char const* head : {"\x77\x85", "\x88\x1c"}) {  // method 7; a window of 64 KiB
        auto bad = whole;
        bad[0] = static_cast<std::byte>(head[0]);
        bad[1] = static_cast<std::byte>(head[1]);
        CHECK(*why(bad).id == codec::ids::zlib_bad_header);
    }
    auto dictionary = whole;
    dictionary[1] = std::byte{0xbb};
    CHECK(*why(dictionary).id == codec::ids::zlib_preset_dictionary);
    CHECK(why(dictionary).id->kind == kind::unsupported);
    for (std::size_t back = 1; back <= 4; ++back) {
        auto bad = whole;
        bad[bad.size() - back] ^= std::byte{0x10};
        CHECK(*why(bad).id == codec::ids::zlib_bad_checksum);
        CHECK(why(bad).offset == whole.size() - 4);
    }
    samples::block to(568);
    CHECK(*codec::inflate_zlib(zlib, to).error().id == codec::ids::inflate_short_output);
}

TEST_CASE("gzip members are read one after another, up to what is none") {
    std::array<std::byte, 15> to{};
    auto const done = codec::inflate_gzip(gzip, to);
    REQUIRE(done);
    CHECK(*done == codec::inflated{gzip.size(), 15});
    CHECK(to == samples::chars("weights, biases"));

    samples::block padded(gzip.begin(), gzip.end());
    padded.resize(padded.size() + 512);
    auto const with_padding = codec::inflate_gzip(padded, to);
    REQUIRE(with_padding);
    CHECK(with_padding->read == gzip.size());
}

TEST_CASE("gzip that is cut or changed is refused by name") {
    std::array<std::byte, 15> to{};
    auto const why = [&](samples::block const& from) {
        auto const done = codec::inflate_gzip(from, to);
        REQUIRE_FALSE(done);
        return done.error();
    };
    samples::block const whole(gzip.begin(), gzip.end());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        if (length == 35 || length == 36) continue;  // the first member alone, and a byte behind it
        auto const cut = why({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)});
        REQUIRE(*cut.id == codec::ids::inflate_truncated);
        REQUIRE(cut.offset <= length);
    }
    auto const changed = [&](std::size_t at, unsigned bits) {
        auto bad = whole;
        bad[at] ^= static_cast<std::byte>(bits);
        return why(bad);
    };
    CHECK(*changed(0, 1).id == codec::ids::gzip_bad_header);
    CHECK(*changed(2, 1).id == codec::ids::gzip_bad_header);
    CHECK(*changed(3, 0x20).id == codec::ids::gzip_reserved_flags);
    CHECK(changed(3, 0x20).id->kind == kind::unsupported);
    CHECK(*changed(27, 1).id == codec::ids::gzip_bad_checksum);
    CHECK(changed(27, 1).offset == 27);
    CHECK(*changed(31, 1).id == codec::ids::gzip_bad_length);
    CHECK(changed(31, 1).offset == 31);
    CHECK(*changed(35 + 12, 1).id ==
          codec::ids::gzip_bad_checksum);  // the extra field: CRC-16 of the header
    std::array<std::byte, 14> short_room{};
    auto const done = codec::inflate_gzip(whole, short_room);
    REQUIRE_FALSE(done);
    CHECK(*done.error().id == codec::ids::inflate_short_output);
    CHECK(done.error().expected == 14);
}
