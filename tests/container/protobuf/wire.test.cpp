// SPDX-License-Identifier: BSL-1.0
#include <lade/container/protobuf/wire.hpp>

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace lade;
using protobuf::wire;
using protobuf::wire_field;
using protobuf::wire_reader;

namespace {

template <class... Bytes>
constexpr auto data(Bytes... bytes) {
    return std::array<std::byte, sizeof...(bytes)>{static_cast<std::byte>(bytes)...};
}

// constant evaluation rejects any read beyond the array, so these are bounds tests as well
constexpr auto one_of_each =
    data(0x08, 0x96, 0x01, 0x12, 0x02, 'h', 'i', 0x1d, 1, 0, 0, 0, 0x21, 2, 0, 0, 0, 0, 0, 0, 0);
static_assert([] {
    wire_reader at{one_of_each};
    wire_field field;
    bool good =
        at.next(field) && field.number == 1 && field.kind == wire::varint && field.value == 150;
    good = good && at.next(field) && field.number == 2 && field.kind == wire::sized &&
           field.data.size() == 2;
    good = good && at.next(field) && field.number == 3 && field.kind == wire::fixed32 &&
           field.value == 1;
    good = good && at.next(field) && field.number == 4 && field.kind == wire::fixed64 &&
           field.value == 2;
    return good && !at.next(field) && static_cast<bool>(at);
}());
static_assert(protobuf::from_zigzag(protobuf::zigzag(-1)) == -1 && protobuf::zigzag(-1) == 1 &&
              protobuf::zigzag(1) == 2);
static_assert(protobuf::from_zigzag(~std::uint64_t{0}) == -0x7fffffffffffffff - 1);
static_assert(protobuf::varint_size(127) == 1 && protobuf::varint_size(128) == 2 &&
              protobuf::varint_size(~0ULL) == 10);

error read_all(bytes::view from) {
    wire_reader at{from, 1000};
    wire_field field;
    while (at.next(field)) {}
    return at ? error{} : at.error();
}

}  // namespace

TEST_CASE("every prefix of a message ends between fields or is told as truncated") {
    for (std::size_t size = 0; size < one_of_each.size(); ++size) {
        error const got = read_all(bytes::view(one_of_each).first(size));
        bool const between = size == 0 || size == 3 || size == 7 || size == 12;
        CHECK((got.id == nullptr) == between);
        if (!between) CHECK(*got.id == protobuf::ids::truncated);
    }
}

TEST_CASE("a size of any value is compared with what is left") {
    auto const huge = data(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0);
    error const got = read_all(huge);
    REQUIRE(got.id != nullptr);
    CHECK(*got.id == protobuf::ids::truncated);
    CHECK(got.offset == 1000);
    CHECK(got.expected == ~std::uint64_t{0});
    CHECK(got.found == 1);
}

TEST_CASE("varints of more than 64 bits and tags without number or type are refused") {
    CHECK(*read_all(data(0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02)).id ==
          protobuf::ids::bad_varint);
    CHECK(*read_all(data(0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00))
               .id == protobuf::ids::bad_varint);
    CHECK(*read_all(data(0x00, 0x00)).id == protobuf::ids::bad_tag);
    CHECK(*read_all(data(0x0e, 0x00)).id == protobuf::ids::bad_tag);
    CHECK(*read_all(data(0x0f, 0x00)).id == protobuf::ids::bad_tag);
    CHECK(*read_all(data(0x88, 0x80, 0x80, 0x80, 0x10, 0x00)).id == protobuf::ids::bad_tag);
    CHECK(read_all(data(0x88, 0x80, 0x80, 0x80, 0x00, 0x00)).id ==
          nullptr);  // longer than it needs to be, but legal
}

TEST_CASE("a group is one field, up to the end tag that belongs to it") {
    auto const group = data(0x0b, 0x08, 0x01, 0x13, 0x14, 0x0c, 0x10, 0x07);
    wire_reader at{group};
    wire_field field;
    REQUIRE(at.next(field));
    CHECK(field.kind == wire::group);
    CHECK(field.data.size() == 4);
    CHECK(field.whole.size() == 6);
    REQUIRE(at.next(field));
    CHECK(field.value == 7);
    CHECK_FALSE(at.next(field));
    CHECK(at);
}

TEST_CASE("groups that do not end, or end wrongly, are refused") {
    CHECK(*read_all(data(0x0b, 0x08, 0x01)).id == protobuf::ids::truncated);
    CHECK(*read_all(data(0x0b, 0x14)).id == protobuf::ids::bad_group);
    CHECK(*read_all(data(0x0c)).id == protobuf::ids::bad_group);
}

TEST_CASE("groups in groups are bounded without recursion") {
    auto const nested = [](std::size_t depth) {
        std::vector<std::byte> made(depth, std::byte{0x0b});
        made.resize(2 * depth, std::byte{0x0c});
        return made;
    };
    CHECK(read_all(nested(protobuf::max_depth)).id == nullptr);
    error const got = read_all(nested(protobuf::max_depth + 1));
    REQUIRE(got.id != nullptr);
    CHECK(*got.id == protobuf::ids::too_deep);
    CHECK(got.id->kind == kind::unsupported);
    CHECK(*read_all(std::vector<std::byte>(1'000'000, std::byte{0x0b})).id ==
          protobuf::ids::too_deep);
}
