// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/memory.hpp>
#include <lade/bytes/output.hpp>
#include <lade/bytes/source.hpp>

#include <doctest/doctest.h>

#include <support/bytes.hpp>
#include <support/sources.hpp>

namespace {

using namespace lade;
using namespace support;

TEST_CASE("memory gives views and copies of what is there, and nothing else") {
    auto const whole = "0123456789"_bytes;
    memory const from{bytes::view(whole)};
    CHECK(text_of(*from.view(2, 3)) == "234");
    CHECK(from.view(10, 0)->empty());
    CHECK_FALSE(from.view(11, 0));
    CHECK_FALSE(from.view(8, 3));
    CHECK_FALSE(from.view(~std::uint64_t{0}, 2));
    std::byte room[3]{};
    CHECK(from.read(7, room));
    CHECK(text_of(room) == "789");
    auto const beyond = from.read(8, room);
    REQUIRE_FALSE(beyond);
    CHECK(beyond.error().id == &bytes::ids::truncated);
    CHECK(beyond.error().expected == 3);
    CHECK(beyond.error().found == 2);
}

TEST_CASE("a slice is a window that cannot be left") {
    auto const whole = "0123456789"_bytes;
    memory from{bytes::view(whole)};
    slice_of<memory> const part(from, 2, 5);
    CHECK(part.size() == 5);
    CHECK(text_of(*part.view(0, 5)) == "23456");
    CHECK_FALSE(part.view(1, 5));
    std::byte room[2]{};
    CHECK(part.read(3, room));
    CHECK(text_of(room) == "56");
    CHECK(id_of(part.read(4, room)) == "bytes.truncated");
    CHECK(id_of(part.read(~std::uint64_t{0}, room)) == "bytes.truncated");
}

TEST_CASE("a source whose type is forgotten is the same source") {
    auto const whole = "0123456789"_bytes;
    memory const seen{bytes::view(whole)};
    unviewable const unseen{bytes::view(whole)};
    any_source one(seen), other(unseen);
    CHECK(one.size() == 10);
    CHECK(text_of(*one.view(1, 2)) == "12");
    CHECK_FALSE(other.view(1, 2));
    std::byte room[4]{};
    CHECK(other.read(6, room));
    CHECK(text_of(room) == "6789");
    any_source const copy = one;
    slice_of<any_source const> const part(copy, 5, 5);
    CHECK(text_of(*part.view(0, 2)) == "56");
}

TEST_CASE("a counting source counts and a dying one dies with its own error") {
    auto const whole = "0123456789"_bytes;
    memory const inner{bytes::view(whole)};
    counting const from(inner);
    std::byte room[4]{};
    CHECK(from.read(0, room));
    CHECK(from.read(4, room));
    CHECK(from.bytes() == 8);
    CHECK(from.reads() == 2);
    dying const sick(whole, 1);
    CHECK(sick.read(0, room));
    CHECK(id_of(sick.read(0, room)) == "test.broken");
}

TEST_CASE("an output whose type is forgotten counts, pads and passes everything on") {
    memory_output to;
    any_output out(to);
    CHECK(out.write("abc"));
    CHECK(out.pad(1000, std::byte{'x'}));
    CHECK(out.pad(0));
    CHECK(out.write(bytes::view{}));
    CHECK(out.written() == 1003);
    CHECK(text_of(to.bytes()) == "abc" + std::string(1000, 'x'));
}

}  // namespace
