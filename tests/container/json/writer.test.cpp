// SPDX-License-Identifier: BSL-1.0
#include <lade/container/json/writer.hpp>

#include <doctest/doctest.h>

using namespace lade;

TEST_CASE("commas and colons come by themselves") {
    std::string text;
    json::writer(text)
        .begin_object()
        .key("a")
        .begin_array()
        .number(1)
        .integer(-2)
        .real(0.5)
        .boolean(false)
        .null()
        .end_array()
        .key("b")
        .text("c")
        .key("d")
        .begin_object()
        .end_object()
        .end_object();
    CHECK(text == R"({"a":[1,-2,0.5,false,null],"b":"c","d":{}})");
}

TEST_CASE("strings are escaped as little as the style allows") {
    std::string text;
    json::append_string(text, std::string_view("\0\x1f\"\\\b\f\n\r\t\x7f/\xe2\x82\xac", 14));
    CHECK(text == "\"\\u0000\\u001f\\\"\\\\\\b\\f\\n\\r\\t\x7f/\xe2\x82\xac\"");
    text.clear();
    json::append_string(text, "\xe2\x82\xac\xf0\x9f\x98\x80", true);
    CHECK(text == "\"\\u20ac\\ud83d\\ude00\"");
    text.clear();
    json::append_string(text, "a\xff\xe2\x82", true);
    CHECK(text == "\"a\\ufffd\\ufffd\\ufffd\"");
}
