// SPDX-License-Identifier: BSL-1.0
#include <lade/container/textproto/parse.hpp>
#include <lade/container/textproto/print.hpp>

#include <lade/base/heap_arena.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace lade;
using namespace std::string_literals;

namespace {

using protobuf::map_entry;
using protobuf::message;
using protobuf::rule;
using protobuf::type;

struct note : protobuf::schema<note> {
    static protobuf::message_type const table;
};
constexpr protobuf::enum_value color_values[]{{-1, "NONE"}, {0, "RED"}, {7, "GREEN"}};
constexpr protobuf::enum_type color{"test.Color", color_values};
constexpr protobuf::field note_fields[]{
    {1, "text", type::string},
    {2, "data", type::bytes, rule::repeated},
    {3, "sub", type::message, rule::optional, 0, &note::table},
    {4, "subs", type::message, rule::repeated, 0, &note::table},
    {5, "by_key", type::message, rule::map, 0, &map_entry<type::string, type::int64>},
    {6, "small", type::int32, rule::packed},
    {7, "natural", type::uint64, rule::repeated},
    {8, "yes", type::boolean, rule::repeated},
    {9, "color", type::enumeration, rule::repeated, 0, nullptr, &color},
    {10, "single", type::real32, rule::repeated},
    {11, "twofold", type::real64, rule::repeated},
    {12, "either", type::int64, rule::optional, 1},
    {13, "other", type::string, rule::optional, 1},
    {14, "any", type::message, rule::repeated, 0, &protobuf::any::table},
    {15, "by_number", type::message, rule::map, 0,
     &map_entry<type::int32, type::message, &note::table>},
    {16, "zigzag", type::sint32, rule::repeated},
};
constexpr protobuf::message_type note::table{"test.Note", note_fields};
constexpr protobuf::message_type const* types[]{&note::table};

struct made {
    explicit made(std::string from, textproto::parse_options const& options = {.types = types})
        : text(static_cast<std::string&&>(from)),
          is(textproto::parse(text, note::table, in, options)) {}
    std::string text;
    heap_arena memory;
    protobuf::document in{memory};
    result<message> is;

    std::string printed() const {
        auto const out = textproto::print(*is, {.types = types});
        return out ? *out : "failed";
    }
};

std::string again(std::string const& text) {
    made const m{text};
    return m.is ? m.printed()
                : std::string(m.is.error().id->name) + " at " +
                      std::string(m.is.error().where.text());
}

template <class T>
std::string real_text(T value) {
    std::string out;
    textproto::put_real(out, value);
    return out;
}

error_id const& refused(std::string const& text) {
    made const m{text};
    REQUIRE_FALSE(m.is);
    return *m.is.error().id;
}

}  // namespace

TEST_CASE("floats are written with the digits that Python's protobuf takes") {
    CHECK(real_text(0.1F) == "0.1");
    CHECK(real_text(1.0F) == "1.0");
    CHECK(real_text(-0.0F) == "-0.0");
    CHECK(real_text(16777216.0F) == "16777216.0");
    CHECK(real_text(1e20F) == "1e+20");
    CHECK(real_text(1e-5F) == "1e-05");
    CHECK(real_text(0.0001F) == "0.0001");
    CHECK(real_text(3.14159274F) == "3.1415927");
    CHECK(real_text(1e-45F) == "1.4013e-45");
    CHECK(real_text(3.4028235e38F) == "3.4028235e+38");
    CHECK(real_text(std::numeric_limits<float>::infinity()) == "inf");
    CHECK(real_text(-std::numeric_limits<double>::infinity()) == "-inf");
    CHECK(real_text(std::numeric_limits<double>::quiet_NaN()) == "nan");
    CHECK(real_text(0.1) == "0.1");
    CHECK(real_text(1e16) == "1e+16");
    CHECK(real_text(9999999999999998.0) == "9999999999999998.0");
    CHECK(real_text(123456.789) == "123456.789");
    CHECK(real_text(5e-324) == "5e-324");
    CHECK(real_text(1.7976931348623157e308) == "1.7976931348623157e+308");
}

TEST_CASE("numbers are read in all their forms") {
    CHECK(textproto::natural("0x1F") == 31);
    CHECK(textproto::natural("017") == 15);
    CHECK(textproto::natural("18446744073709551615") == ~std::uint64_t{0});
    CHECK_FALSE(textproto::natural("18446744073709551616"));
    CHECK_FALSE(textproto::natural("08"));
    CHECK_FALSE(textproto::natural("0x"));
    CHECK_FALSE(textproto::natural("1.0"));
    CHECK(textproto::real("1.5f") == 1.5);
    CHECK(textproto::real("3.") == 3);
    CHECK(textproto::real(".5e1") == 5);
    CHECK(textproto::real("INF") == std::numeric_limits<double>::infinity());
    CHECK(textproto::real("1e999") == std::numeric_limits<double>::infinity());
    CHECK(textproto::real("1e-999") == 0);
    CHECK(textproto::real("0.0e999") == 0);
    CHECK_FALSE(textproto::real("1e"));
    CHECK_FALSE(textproto::real("nano"));
    CHECK_FALSE(textproto::real("012"));
}

TEST_CASE("what is printed is read back, and printed the same") {
    std::string const text =
        "text: \"a\\n\\\"\\'\\\\\\t\\r\\001\xc3\xa9\"\n"
        "data: \"\\303\\251\\000\"\n"
        "data: \"\"\n"
        "sub {\n  sub {\n  }\n}\n"
        "subs {\n  text: \"x\"\n}\n"
        "subs {\n}\n"
        "by_key {\n  key: \"a\"\n}\n"
        "by_key {\n  key: \"b\"\n  value: -1\n}\n"
        "small: -2147483648\nsmall: 0\n"
        "natural: 18446744073709551615\n"
        "yes: true\nyes: false\n"
        "color: GREEN\ncolor: 3\ncolor: NONE\n"
        "single: 0.1\ntwofold: 1e+16\ntwofold: nan\n"
        "other: \"\"\n"
        "any {\n  [type.googleapis.com/test.Note] {\n    text: \"in\"\n  }\n}\n"
        "any {\n  type_url: \"x/unknown\"\n  value: \"\\001\"\n}\n"
        "by_number {\n  key: -5\n  value {\n  }\n}\n"
        "by_number {\n  key: 3\n  value {\n    text: \"t\"\n  }\n}\n"
        "zigzag: -1\n";
    CHECK(again(text) == text);
}

TEST_CASE("all the freedoms of the grammar are read") {
    CHECK(again("# comment\ntext:'a' \"b\"# to the end\n , small:[1,2 , 0x3];small:-  4") ==
          "text: \"ab\"\nsmall: 1\nsmall: 2\nsmall: 3\nsmall: -4\n");
    CHECK(again("\xef\xbb\xbfsub<text:\"x\">\r\nsubs:[{},<>] subs: {}") ==
          "sub {\n  text: \"x\"\n}\nsubs {\n}\nsubs {\n}\nsubs {\n}\n");
    CHECK(again("yes: [t, 1, True, f, 0, False]") ==
          "yes: true\nyes: true\nyes: true\nyes: false\nyes: false\nyes: false\n");
    CHECK(again("data: '\\x41\\u00e9\\U0001F600\\?\\a'") ==
          "data: \"A\\303\\251\\360\\237\\230\\200?\\007\"\n");
    CHECK(again("small: []") == "");
    CHECK(again("color: 7, color: RED") == "color: GREEN\ncolor: RED\n");
    CHECK(again("twofold: -inf twofold: - 1 twofold: 1e3 twofold: 1.5F") ==
          "twofold: -inf\ntwofold: -1.0\ntwofold: 1000.0\ntwofold: 1.5\n");
    CHECK(again("by_key { value: 2 key: 'k' } by_key { key: 'k' }") ==
          "by_key {\n  key: \"k\"\n}\n");
    CHECK(again("") == "");
    CHECK(again("# nothing but a comment") == "");
}

TEST_CASE("a refusal has line and column") {
    made const m{"text: \"x\"\nsub {\n  opType: \"y\"\n}\n"};
    REQUIRE_FALSE(m.is);
    CHECK(*m.is.error().id == textproto::ids::unknown_field);
    CHECK(m.is.error().where.text() == "opType > line 3, column 3");
    CHECK(m.is.error().offset == 18);
}

TEST_CASE("unknown fields are skipped on request") {
    textproto::parse_options const lenient{.types = types,
                                           .unknown_fields = textproto::unknown::skip};
    made const m{
        "a: 1 b { c: 'x' 'y' d < > [x/y] { } e: -1.5 } f: [1, 2] g: [{h: 1}, {}] i: FOO text: 'z'",
        lenient};
    REQUIRE(m.is);
    CHECK(m.printed() == "text: \"z\"\n");
    CHECK_FALSE(made("a { b: 1", lenient).is);
    CHECK_FALSE(made("a 1", lenient).is);
    CHECK_FALSE(made("a [", lenient).is);
    std::string deep;
    for (int i = 0; i < 1'000'000; ++i) deep += "a{";
    CHECK(*made(deep, lenient).is.error().id == protobuf::ids::too_deep);
}

TEST_CASE("each refusal has its id") {
    using namespace textproto;
    CHECK(refused("text 'x'") == textproto::ids::unexpected);
    CHECK(refused("text: x") == textproto::ids::unexpected);
    CHECK(refused("sub {") == textproto::ids::unexpected);
    CHECK(refused("sub { >") == textproto::ids::unexpected);
    CHECK(refused("}") == textproto::ids::unexpected);
    CHECK(refused("5: 1") == textproto::ids::unexpected);
    CHECK(refused("small: [1 2]") == textproto::ids::unexpected);
    CHECK(refused("small: [1,") == textproto::ids::unexpected);
    CHECK(refused("[test.extension]: 1") == textproto::ids::unexpected);
    CHECK(refused("text: 'x") == textproto::ids::bad_string);
    CHECK(refused("text: 'x\ny'") == textproto::ids::bad_string);
    CHECK(refused("text: '\\777'") == textproto::ids::bad_string);
    CHECK(refused("text: '\\q'") == textproto::ids::bad_string);
    CHECK(refused("text: '\\x'") == textproto::ids::bad_string);
    CHECK(refused("text: '\\ud800'") == textproto::ids::bad_string);
    CHECK(refused("text: '\\") == textproto::ids::bad_string);
    CHECK(refused("small: 2147483648") == textproto::ids::bad_number);
    CHECK(refused("small: -2147483649") == textproto::ids::bad_number);
    CHECK(refused("natural: -1") == textproto::ids::bad_number);
    CHECK(refused("small: 1.0") == textproto::ids::bad_number);
    CHECK(refused("yes: 2") == textproto::ids::bad_number);
    CHECK(refused("single: x") == textproto::ids::bad_number);
    CHECK(refused("color: BLUE") == textproto::ids::unknown_value);
    CHECK(refused("text: 'a' text: 'b'") == textproto::ids::twice);
    CHECK(refused("sub {} sub {}") == textproto::ids::twice);
    CHECK(refused("either: 1 other: 'x'") == textproto::ids::twice);
    CHECK(refused("any { [x/no.Such] {} }") == textproto::ids::unknown_type);
    CHECK(refused("any { [test.Note] {} }") == textproto::ids::unknown_type);
    CHECK(refused("any { [x/test.Note] {} [x/test.Note] {} }") == textproto::ids::twice);
    CHECK(refused("any { [x/") == textproto::ids::unexpected);
}

TEST_CASE("depth is bounded: messages, and an Any in an Any") {
    std::string nested;
    for (int i = 0; i < 1'000'000; ++i) nested += "sub{";
    CHECK(refused(nested) == protobuf::ids::too_deep);
    std::string any;
    for (int i = 0; i < 1'000; ++i) any += "any{[x/test.Note]{";
    CHECK(refused(any) == protobuf::ids::too_deep);
}

TEST_CASE("every prefix and every flipped bit of a text is read or refused") {
    std::string const text =
        "text: \"a\\n\\x41\" sub { small: [1, -2] } by_key { key: 'k' value: 3 } "
        "any { [a/test.Note] { yes: t } } single: 1e5";
    for (std::size_t size = 0; size < text.size(); ++size) (void)again(text.substr(0, size));
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        std::string flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        (void)again(flipped);
    }
    CHECK(again(text + "\0"s) == "textproto.unexpected at line 1, column 113");
}

TEST_CASE("many pieces of text are joined in linear time") {
    std::string text = "text:";
    for (int i = 0; i < 200'000; ++i) text += "'a'";
    CHECK(again(text).size() == 200'000 + 9);
}
