// SPDX-License-Identifier: BSL-1.0
#include <lade/base/heap_arena.hpp>
#include <lade/container/pickle/literals.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <support/bytes.hpp>

namespace {

using namespace lade;
using namespace support;

std::string quoted(std::string_view text) {
    heap_arena memory;
    auto const made = pickle::unquote(bytes::of(text), memory);
    return made ? std::string(*made) : "!" + id_of(made);
}
std::string escaped(std::string_view text) {
    heap_arena memory;
    auto const made = pickle::unescape(bytes::of(text), memory);
    return made ? std::string(*made) : "!" + id_of(made);
}

TEST_CASE("strings of Python 2 lose their quotes and escapes") {
    CHECK(quoted("'abc'") == "abc");
    CHECK(quoted("\"a'c\"") == "a'c");
    CHECK(quoted("''").empty());
    CHECK(quoted("'abc' \t\r") == "abc");
    CHECK(quoted(R"('\n\t\r\a\b\f\v\\\'\"')") == "\n\t\r\a\b\f\v\\'\"");
    CHECK(quoted(R"('\x41\xff\0\101\777')") == std::string("A\xff\0A\xff", 5));
    CHECK(quoted(R"('\08\1a')") == std::string("\0"
                                               "8\1a",
                                               4));
    CHECK(quoted(R"('\q')") == "\\q");
    for (auto const* const bad :
         {"", "'", "abc", "'abc", "abc'", "'abc\"", "'\\", "'\\x4'", "'\\xg0'", R"('\')"}) {
        CAPTURE(bad);
        bool const open = std::string_view(bad) == "'\\";
        CHECK(quoted(bad) == "!pickle.bad_literal");
        (void)open;
    }
}

TEST_CASE("unicode of protocol 0 is Latin-1 with two escapes") {
    CHECK(escaped("plain").data() != nullptr);
    CHECK(escaped("plain") == "plain");
    CHECK(escaped("\xe4") == "\xc3\xa4");
    CHECK(escaped("\\u20ac") == "\xe2\x82\xac");
    CHECK(escaped("\\U0001f600") == "\xf0\x9f\x98\x80");
    CHECK(escaped("\\u000a\\u005c") == "\n\\");
    CHECK(escaped("\\ud83d") == "\xed\xa0\xbd");
    CHECK(escaped("\\n\\") == "\\n\\");
    for (auto const* const bad :
         {"\\u20", "\\u", "\\U0000", "\\ug000", "\\U00110000", "\\Uffffffff"}) {
        CAPTURE(bad);
        CHECK(escaped(bad) == "!pickle.bad_literal");
    }
    std::string const long_text(100'000, '\xe4');
    CHECK(escaped(long_text).size() == 200'000);
}

TEST_CASE("whole numbers are read exactly or not at all") {
    CHECK(pickle::decimal("0") == 0);
    CHECK(pickle::decimal("+7") == 7);
    CHECK(pickle::decimal("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
    CHECK(pickle::decimal("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
    for (auto const* const bad :
         {"", "-", "+", "9223372036854775808", "1 ", " 1", "1x", "0x1", "+-1"}) {
        CAPTURE(bad);
        CHECK_FALSE(pickle::decimal(bad));
    }
    CHECK(pickle::is_decimal("-123"));
    CHECK_FALSE(pickle::is_decimal("-"));
    CHECK_FALSE(pickle::is_decimal("1.0"));
}

TEST_CASE("real numbers are what repr writes, too large and too small ones as in Python") {
    CHECK(pickle::real("1.5") == 1.5);
    CHECK(pickle::real("-1e-5") == -1e-5);
    CHECK(pickle::real("+2") == 2.0);
    CHECK(std::isinf(*pickle::real("inf")));
    CHECK(*pickle::real("-inf") < 0);
    CHECK(std::isnan(*pickle::real("nan")));
    CHECK(*pickle::real("1e999") == std::numeric_limits<double>::infinity());
    CHECK(*pickle::real("-1e999") == -std::numeric_limits<double>::infinity());
    CHECK(*pickle::real("1e-999") == 0.0);
    CHECK(std::signbit(*pickle::real("-1e-999")));
    for (auto const* const bad : {"", "x", "1.5x", " 1", "1,5", "0x1p3"}) {
        CAPTURE(bad);
        CHECK_FALSE(pickle::real(bad));
    }
}

}  // namespace
