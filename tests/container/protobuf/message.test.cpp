// SPDX-License-Identifier: BSL-1.0
#include <lade/container/protobuf/message.hpp>

#include <lade/base/heap_arena.hpp>
#include <lade/container/protobuf/encode.hpp>
#include <lade/container/protobuf/verify.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace lade;
using namespace std::string_literals;

namespace {

using protobuf::map_entry;
using protobuf::message;
using protobuf::rule;
using protobuf::type;

struct tree : protobuf::schema<tree> {
    static protobuf::message_type const table;
};
constexpr protobuf::enum_value color_values[]{{0, "RED"}, {1, "GREEN"}};
constexpr protobuf::enum_type color{"test.Color", color_values};
constexpr protobuf::field tree_fields[]{
    {1, "name", type::string},
    {2, "child", type::message, rule::optional, 0, &tree::table},
    {3, "leaves", type::message, rule::repeated, 0, &tree::table},
    {4, "numbers", type::int32, rule::packed},
    {5, "words", type::string, rule::repeated},
    {6, "by_name", type::message, rule::map, 0,
     &map_entry<type::string, type::message, &tree::table>},
    {7, "left", type::int64, rule::optional, 1},
    {8, "right", type::message, rule::optional, 1, &tree::table},
    {9, "color", type::enumeration, rule::single, 0, nullptr, &color},
    {10, "wave", type::sint64},
    {11, "real", type::real32},
    {12, "halves", type::real64, rule::repeated},
};
constexpr protobuf::message_type tree::table{"test.Tree", tree_fields};

static_assert(tree::number("by_name") == 6);
static_assert(tree::table.find(12)->name == "halves");
static_assert(tree::table.find(13) == nullptr && tree::table.find(0) == nullptr);
static_assert(tree::table.named("nothing") == nullptr);

struct read_tree {
    explicit read_tree(std::string bytes, std::uint32_t depth = protobuf::max_depth)
        : data(static_cast<std::string&&>(bytes)),
          in(memory, depth),
          is(protobuf::read(in, tree::table, lade::bytes::of(data))) {}
    std::string data;
    heap_arena memory;
    protobuf::document in;
    message is;
};

std::string text_of(message of) {
    auto const bytes = protobuf::encode(of);
    return std::string(bytes::text(bytes));
}

std::string sized(char tag, std::string const& payload) {
    std::string made(1, tag);
    std::byte size[10];
    auto const* const end = protobuf::put_varint(size, payload.size());
    for (auto const* at = size; at != end; ++at) made += static_cast<char>(*at);
    return made + payload;
}

}  // namespace

TEST_CASE("of a single field the last occurrence counts") {
    read_tree const t{
        "\x0a\x01"
        "a"
        "\x0a\x01"
        "b"};
    CHECK(t.is.text(1) == "b");
    CHECK(text_of(t.is) == t.data);
}

TEST_CASE("single messages that occur twice are merged, but not written so") {
    read_tree t{sized(0x12,
                      "\x0a\x01"
                      "a") +
                "\x50\x01" + sized(0x12, "\x48\x01")};
    message const child = t.is.sub(2);
    CHECK(child.text(1) == "a");
    CHECK(child.integer(9) == 1);
    CHECK(t.is.integer(10) == -1);
    CHECK(text_of(t.is) == t.data);
    t.is.edit(2).set_integer(9, 0);
    CHECK(text_of(t.is) == "\x50\x01" + sized(0x12,
                                              "\x0a\x01"
                                              "a\x48\x00"s));
}

TEST_CASE("a member of a oneof takes the others out") {
    read_tree t{"\x38\x05" + sized(0x42, "")};
    CHECK_FALSE(t.is.has(7));
    CHECK(t.is.has(8));
    CHECK(t.is.which(1) == 8);
    read_tree back{sized(0x42, "\x0a\x01x") + "\x38\x05"};
    CHECK(back.is.integer(7) == 5);
    CHECK_FALSE(back.is.sub(8));
    // what stood before another member is no part of what stands behind it
    read_tree third{sized(0x42, "\x0a\x01x") + "\x38\x05" + sized(0x42, "\x48\x01")};
    CHECK(third.is.sub(8).text(1).empty());
    t.is.set_integer(7, 1);
    CHECK(t.is.which(1) == 7);
    CHECK(text_of(t.is) == "\x38\x01");
}

TEST_CASE("numbers are read packed, one by one, and mixed") {
    read_tree const t{"\x20\x01" + sized(0x22, "\x02\x03") + "\x20\x04" + sized(0x22, "")};
    std::vector<std::int64_t> found;
    for (auto const n : t.is.integers(4)) found.push_back(n);
    CHECK(found == std::vector<std::int64_t>{1, 2, 3, 4});
    read_tree const halves{sized(0x62, std::string("\0\0\0\0\0\0\xe0\x3f", 8)) +
                           std::string("\x61\0\0\0\0\0\0\xf0\x3f", 9)};
    std::vector<double> reals;
    for (auto const n : halves.is.reals(12)) reals.push_back(n);
    CHECK(reals == std::vector<double>{0.5, 1});
}

TEST_CASE("packed numbers that are cut fail with their place") {
    read_tree const t{sized(0x22, "\x01\x80")};
    std::size_t count = 0;
    for ([[maybe_unused]] auto const n : t.is.integers(4)) ++count;
    CHECK(count == 1);
    REQUIRE(t.in.failed());
    CHECK(*t.in.error().id == protobuf::ids::truncated);
    read_tree const again{t.data};
    CHECK_FALSE(protobuf::verify(again.is));
}

TEST_CASE("a field of another wire type is unknown, and stays where it is") {
    read_tree t{"\x08\x01\x12\x00\xf8\x7f\x05"s};
    CHECK_FALSE(t.is.has(1));
    t.is.set_text(1, "n");
    CHECK(t.is.text(1) == "n");
    t.is.set_integer(9, 1);
    CHECK(t.is.integer(9) == 1);
    CHECK(t.in.status());
    CHECK(text_of(t.is).find("\xf8\x7f\x05") != std::string::npos);
}

TEST_CASE("of entries of a map with the same key the last counts") {
    auto const entry = [](std::string const& key, std::string const& value) {
        return sized(0x32, sized(0x0a, key) + sized(0x12, sized(0x0a, value)));
    };
    read_tree const t{entry("a", "1") + entry("b", "2") + entry("a", "3")};
    CHECK(t.is.at(6, "a").text(1) == "3");
    CHECK(t.is.at(6, "b").text(1) == "2");
    CHECK_FALSE(t.is.at(6, "c"));
    auto const bytes = protobuf::serialize(t.is);
    REQUIRE(bytes);
    CHECK(bytes::text(*bytes) == entry("a", "3") + entry("b", "2"));
    // an entry without key or value has empty ones
    read_tree const bare{sized(0x32, "")};
    CHECK(bare.is.entry(6, ""));
}

TEST_CASE("an absent message reads as empty and ignores edits") {
    read_tree t{""};
    message nobody = t.is.sub(2).sub(2);
    CHECK_FALSE(nobody);
    CHECK(nobody.text(1).empty());
    CHECK(nobody.integer(7, 3) == 3);
    CHECK(nobody.count(3) == 0);
    for ([[maybe_unused]] auto const n : nobody.integers(4)) CHECK(false);
    CHECK_FALSE(nobody.entry(6, "a"));
    nobody.set_text(1, "x");
    nobody.add_integer(4, 1);
    nobody.clear(1);
    CHECK_FALSE(nobody.add(3));
    CHECK_FALSE(nobody.edit(2));
    CHECK(protobuf::encode(nobody).empty());
    CHECK(t.in.status());
}

TEST_CASE("what is not touched is written as it stood, down to the length of varints") {
    // a size and a number in more bytes than they need, fields out of order
    std::string const odd =
        std::string("\x48\x81\x00", 3) + std::string("\x12\x83\x00\x0a\x01q", 6) + "\x0a\x01z";
    read_tree t{odd};
    CHECK(t.is.sub(2).text(1) == "q");
    CHECK(text_of(t.is) == odd);
    t.is.set_text(1, "longer");
    CHECK(text_of(t.is) == odd.substr(0, 9) + "\x0a\x06longer");
    t.is.edit(2).add_text(5, "w");
    CHECK(text_of(t.is) == odd.substr(0, 3) + "\x12\x06\x0a\x01q\x2a\x01w\x0a\x06longer");
}

TEST_CASE("a message is built in the order of the numbers, packed where the table says so") {
    heap_arena memory;
    protobuf::document in{memory};
    message made = protobuf::make(in, tree::table);
    made.set_integer(9, 1);
    for (int i = 0; i < 3; ++i) made.add_integer(4, i - 1);
    made.set_text(1, "root");
    made.add(3).set_text(1, "leaf");
    made.edit_entry(6, "k").edit(2).set_integer(10, -2);
    made.edit_entry(6, "k").edit(2).set_real(11, 0.5);
    CHECK(text_of(made) ==
          "\x0a\x04root\x1a\x06\x0a\x04leaf\x22\x0c\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00\x01"
          "\x32\x0c\x0a\x01k\x12\x07\x50\x03\x5d\x00\x00\x00\x3f\x48\x01"s);
    made.keep_if(3, [](message) { return false; });
    CHECK(made.count(3) == 0);
    made.clear(4);
    made.clear(6);
    CHECK(text_of(made) == "\x0a\x04root\x48\x01");
}

TEST_CASE("a message goes into another document, changed or not") {
    read_tree const from{"\x0a\x01s"};
    read_tree changed{"\x0a\x01s"};
    changed.is.set_integer(9, 1);
    heap_arena memory;
    protobuf::document in{memory};
    message made = protobuf::make(in, tree::table);
    made.add(3, from.is);
    made.add(3, changed.is).set_text(1, "t");
    made.add(3, message{});
    CHECK(text_of(made) == "\x1a\x03\x0a\x01s\x1a\x05\x0a\x01t\x48\x01");
}

TEST_CASE("many elements are added in linear time whatever the order of the numbers") {
    heap_arena memory;
    protobuf::document in{memory};
    message made = protobuf::make(in, tree::table);
    for (int i = 0; i < 100'000; ++i) {
        made.add_text(5, "w");
        made.add_integer(4, 1);
        made.add(3);
    }
    CHECK(made.count(5) == 100'000);
    std::int64_t sum = 0;
    for (auto const n : made.integers(4)) sum += n;
    CHECK(sum == 100'000);
    auto const bytes = protobuf::serialize(made);
    REQUIRE(bytes);
    CHECK(bytes->size() == 100'000 * 2 + (1 + 3 + 100'000) + 100'000 * 3);
}

TEST_CASE("depth is bounded, lazily and by verify, and edits cannot pass it either") {
    std::string nested;
    for (int i = 0; i < 150; ++i) nested = sized(0x12, nested);
    read_tree const t{nested};
    message at = t.is;
    std::size_t depth = 0;
    while (at) {
        at = at.sub(2);
        ++depth;
    }
    CHECK(depth == protobuf::max_depth);
    REQUIRE(t.in.failed());
    CHECK(*t.in.error().id == protobuf::ids::too_deep);
    read_tree const again{nested};
    auto const whole = protobuf::verify(again.is);
    REQUIRE_FALSE(whole);
    CHECK(*whole.error().id == protobuf::ids::too_deep);

    heap_arena memory;
    protobuf::document in{memory, 3};
    message made = protobuf::make(in, tree::table);
    CHECK(made.edit(2).edit(2));
    CHECK_FALSE(made.edit(2).edit(2).edit(2));
    CHECK(in.failed());
}

TEST_CASE(
    "a malformed message in a message reads as empty, and the document tells with the place") {
    read_tree const t{"\x0a\x01n" + sized(0x12, "\x0a\x05no")};
    CHECK(t.is.text(1) == "n");
    CHECK(t.in.status());
    CHECK(t.is.sub(2).text(1).empty());
    REQUIRE(t.in.failed());
    CHECK(*t.in.error().id == protobuf::ids::truncated);
    CHECK(t.in.error().offset == 5);
}

TEST_CASE("memory that is used up is an error, not a crash") {
    std::string nodes;
    for (int i = 0; i < 1000; ++i) nodes += sized(0x1a, "");
    scratch<4096> memory;
    protobuf::document in{memory};
    message const root = protobuf::read(in, tree::table, bytes::of(nodes));
    CHECK(root.count(3) == 0);
    REQUIRE(in.failed());
    CHECK(*in.error().id == ids::out_of_memory);
}

TEST_CASE("normalizing keeps unknown fields, drops zeros, and takes each single field once") {
    read_tree const t{
        "\x48\x00\xf8\x7f\x05\x0a\x01"
        "a\x0a\x01"
        "b\x20\x01\x20\x02\x38\x00"s};
    auto const bytes = protobuf::serialize(t.is);
    REQUIRE(bytes);
    CHECK(bytes::text(*bytes) ==
          "\x0a\x01"
          "b\x22\x02\x01\x02\x38\x00\xf8\x7f\x05"s);
}

TEST_CASE("no single bit flipped in a message does harm") {
    std::string const whole =
        sized(0x12, sized(0x32, sized(0x0a, "k") + sized(0x12, "\x0a\x01v"))) +
        sized(0x22, "\x01\x02\x03") + sized(0x5a, "\x12\x34") + std::string("\x5d\0\0\x80\x3f", 5);
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        std::string flipped = whole;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        read_tree t{flipped};
        (void)protobuf::verify(t.is);
        (void)t.is.sub(2).at(6, "k").text(1);
        for ([[maybe_unused]] auto const n : t.is.integers(4)) {}
        (void)protobuf::serialize(t.is);
        CHECK(text_of(t.is) == flipped);
    }
}
