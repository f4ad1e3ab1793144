// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/cursor.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>

namespace {

using namespace lade;
using namespace support;

TEST_CASE("a cursor reads numbers of both orders and keeps its place") {
    auto const from = "\x01\x02\x03\x04\x05\x06\x07\x08\x09"_bytes;
    bytes::cursor at(from, 100);
    CHECK(at.number<std::uint16_t>() == 0x0201);
    CHECK(at.number_be<std::uint16_t>() == 0x0304);
    CHECK(at.offset() == 104);
    CHECK(at.number_of(3) == 0x070605);
    CHECK(at.left() == 2);
    CHECK(at.bytes(2).size() == 2);
    CHECK(at.done());
    CHECK(bool(at));
    CHECK(at.offset() == 109);
    CHECK(at.bytes(0).empty());
    CHECK(bool(at));
}

TEST_CASE("the first failure sticks, with its place, and everything after it is nothing") {
    auto const from = "\x01\x02\x03"_bytes;
    bytes::cursor at(from, 10);
    CHECK(at.number<std::uint16_t>() == 0x0201);
    CHECK(at.number<std::uint32_t>() == 0);
    CHECK_FALSE(bool(at));
    CHECK(at.number<std::uint8_t>() == 0);
    CHECK(at.bytes(1).empty());
    CHECK(at.varint() == 0);
    CHECK(at.error().id == &bytes::ids::truncated);
    CHECK(at.error().offset == 12);
    CHECK(at.error().expected == 4);
    CHECK(at.error().found == 1);
}

TEST_CASE("a length from a file may be anything") {
    auto const from = "abc"_bytes;
    for (std::uint64_t const size : {std::uint64_t{4}, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
        bytes::cursor at(from);
        CHECK(at.bytes(size).empty());
        CHECK_FALSE(bool(at));
        CHECK(at.error().expected == size);
    }
}

std::string varint(std::uint64_t value) {
    std::string made;
    for (; value >= 128; value >>= 7) made += static_cast<char>(value | 128);
    return made + static_cast<char>(value);
}

TEST_CASE("varints of all lengths are read, and no prefix of one is") {
    for (unsigned bits = 0; bits <= 64; ++bits)
        for (std::uint64_t const value :
             {bits == 0 ? 0 : ~std::uint64_t{0} >> (64 - bits), std::uint64_t{1} << bits % 64}) {
            blob const from = bytes_of(varint(value));
            bytes::cursor at(from);
            CHECK(at.varint() == value);
            CHECK(at.done());
            every_prefix(from, [](bytes::view part) {
                bytes::cursor cut(part);
                CHECK(cut.varint() == 0);
                CHECK_FALSE(bool(cut));
            });
        }
}

TEST_CASE("varints beyond 64 bits and without an end are refused") {
    for (auto const& from : {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"_bytes,
                             "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"_bytes,
                             "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"_bytes}) {
        bytes::cursor at(from);
        CHECK(at.varint() == 0);
        REQUIRE_FALSE(bool(at));
        CHECK(at.error().id == &bytes::ids::bad_varint);
    }
}

TEST_CASE("what a decoder reports does not hide what failed before") {
    auto const from = "a"_bytes;
    bytes::cursor at(from);
    at.number<std::uint64_t>();
    at.fail(bytes::ids::bad_varint);
    CHECK(at.error().id == &bytes::ids::truncated);
    bytes::cursor fresh(from);
    fresh.fail(bytes::ids::bad_varint, 1, 2);
    CHECK(fresh.error().id == &bytes::ids::bad_varint);
    CHECK(fresh.done());
}

}  // namespace
