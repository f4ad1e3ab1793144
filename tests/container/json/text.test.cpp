// SPDX-License-Identifier: BSL-1.0
#include <lade/container/json/text.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace lade;

namespace {

constexpr auto ascii = [](auto const& text) {
    std::array<std::byte, sizeof text - 1> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::byte>(static_cast<unsigned char>(text[i]));
    return out;
};

static_assert([] {
    auto const quoted = ascii("\"a\\u00e9\\ud83d\\ude00\\n\"");
    auto const scanned = json::scan_string(quoted);
    return scanned.wrong == nullptr && scanned.size == quoted.size() && scanned.text.escaped &&
           scanned.text.is("a\xc3\xa9\xf0\x9f\x98\x80\n");
}());

std::string text_of(std::string_view quoted) {
    auto const scanned = json::scan_string(bytes::of(quoted));
    REQUIRE(scanned.wrong == nullptr);
    CHECK(scanned.size == quoted.size());
    std::string text;
    scanned.text.append_to(text);
    return text;
}

json::scanned_string wrong(std::string_view quoted) { return json::scan_string(bytes::of(quoted)); }

}  // namespace

TEST_CASE("a string without a backslash is the text itself, wherever it lies in the words of 8") {
    for (std::size_t length = 0; length < 40; ++length) {
        std::string const plain(length, 'x');
        CHECK(text_of('"' + plain + '"') == plain);
        std::string const at_end = plain + "\xe2\x82\xac";
        CHECK(text_of('"' + at_end + '"') == at_end);
        CHECK(text_of('"' + plain + "\\\"y\"") == plain + "\"y");
    }
}

TEST_CASE("every byte that may not stand in a string as it is stops the scan at its place") {
    for (unsigned c = 0; c < 256; ++c)
        for (std::size_t before : {0U, 3U, 8U, 17U}) {
            std::string quoted =
                '"' + std::string(before, 'a') + static_cast<char>(c) + "aaaaaaaaa\"";
            auto const scanned = wrong(quoted);
            if (c < 0x20) {
                REQUIRE(scanned.wrong != nullptr);
                CHECK(*scanned.wrong == json::ids::control_character);
                CHECK(scanned.at == before + 1);
            } else if (c >= 0x80) {
                REQUIRE(scanned.wrong != nullptr);
                CHECK(*scanned.wrong == json::ids::bad_utf8);
                CHECK(scanned.at == before + 1);
            } else if (c == '\\') {
                REQUIRE(scanned.wrong != nullptr);
                CHECK(*scanned.wrong == json::ids::bad_escape);
            } else {
                CHECK(scanned.wrong == nullptr);
            }
        }
}

TEST_CASE("all escapes decode, capitals too") {
    CHECK(text_of(R"("\"\\\/\b\f\n\r\t\u0041\u00C4\u20ac")") ==
          "\"\\/\b\f\n\r\tA\xc3\x84\xe2\x82\xac");
    CHECK(text_of(R"("\u0000")") == std::string(1, '\0'));
    CHECK(text_of(R"("\uDBFF\uDFFF")") == "\xf4\x8f\xbf\xbf");
}

TEST_CASE("broken escapes have their own ids") {
    CHECK(*wrong(R"("\x")").wrong == json::ids::bad_escape);
    CHECK(*wrong(R"("\u12g4")").wrong == json::ids::bad_escape);
    CHECK(*wrong(R"("\u12)").wrong == json::ids::bad_escape);
    CHECK(*wrong(R"("\ud800")").wrong == json::ids::lone_surrogate);
    CHECK(*wrong(R"("\ud800\u0041")").wrong == json::ids::lone_surrogate);
    CHECK(*wrong(R"("\ud800\ud800")").wrong == json::ids::lone_surrogate);
    CHECK(*wrong(R"("\udc00")").wrong == json::ids::lone_surrogate);
    CHECK(*wrong(R"("abc)").wrong == json::ids::open_string);
    CHECK(*wrong("\"abc\\").wrong == json::ids::open_string);
}

TEST_CASE("a string is copied into a buffer only if it fits") {
    auto const scanned = wrong(R"("\u20ac")");
    std::array<char, 3> three;
    std::array<char, 2> two;
    CHECK(scanned.text.copy(three) == std::string_view("\xe2\x82\xac"));
    CHECK_FALSE(scanned.text.copy(two));
    CHECK(scanned.text.is("\xe2\x82\xac"));
    CHECK_FALSE(scanned.text.is("\xe2\x82"));
    CHECK_FALSE(scanned.text.is("\xe2\x82\xacx"));
}
