// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/utf8.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace lade;

static_assert(bytes::is_utf8("") && bytes::is_utf8("plain") && bytes::is_utf8("\xc3\xa4"));
static_assert(bytes::is_utf8("\xe2\x82\xac") && bytes::is_utf8("\xf0\x9f\x98\x80"));
static_assert(!bytes::is_utf8("\x80") && !bytes::is_utf8("\xc0\x80") && !bytes::is_utf8("\xc3"));
static_assert(!bytes::is_utf8("\xe0\x80\x80") && !bytes::is_utf8("\xf0\x80\x80\x80"));
static_assert(!bytes::is_utf8("\xf4\x90\x80\x80") && !bytes::is_utf8("\xff"));
static_assert(!bytes::is_utf8("\xed\xa0\x80"));
static_assert(bytes::is_utf8("\xed\xa0\x80", bytes::surrogates::allowed));
static_assert(bytes::utf8_length(std::string_view("\xf4\x8f\xbf\xbf")) == 4, "the last character");
static_assert(bytes::utf8_length(std::string_view("\xf4\x90\x80\x80")) == 0, "beyond it");
static_assert(bytes::utf8_length(std::string_view("\xed\xa0\x80")) == 0, "a surrogate");
static_assert(bytes::utf8_length(std::string_view("")) == 0);

TEST_CASE("every code point is written and read again") {
    int broken = 0;
    for (std::uint32_t code = 0; code < 0x110000; ++code) {
        char units[4];
        std::size_t const size = bytes::put_utf8(code, units);
        std::string_view const text(units, size);
        auto const back = bytes::first_code_point(text);
        bool const surrogate = code >= 0xd800 && code <= 0xdfff;
        broken += back.code != code || back.size != size;
        broken += bytes::is_utf8(text) == surrogate;
        broken += !bytes::is_utf8(text, bytes::surrogates::allowed);
    }
    CHECK(broken == 0);
}

TEST_CASE("of all sequences of three bytes those of the Unicode table are taken") {
    // counted by the table: 1-byte 128, 2-byte 1920, 3-byte 61440 without surrogates
    int singles = 0, pairs = 0, triples = 0;
    for (unsigned raw = 0; raw < 1U << 24; raw += 1) {
        char const text[3]{static_cast<char>(raw >> 16), static_cast<char>(raw >> 8),
                           static_cast<char>(raw)};
        auto const size = bytes::utf8_length(std::string_view(text, 3));
        if (size == 3) ++triples;
        if (size == 2 && text[2] == 0) ++pairs;
        if (size == 1 && text[1] == 0 && text[2] == 0) ++singles;
    }
    CHECK(singles == 128);
    CHECK(pairs == 1920);
    CHECK(triples == 61440);
}

TEST_CASE("a fault is found wherever it lies in a long text") {
    for (std::size_t at = 0; at < 40; ++at) {
        std::string text(40, 'a');
        CHECK(bytes::is_utf8(text));
        text[at] = '\x80';
        CHECK_FALSE(bytes::is_utf8(text));
        text[at] = '\xe2';
        CHECK_FALSE(bytes::is_utf8(text));
    }
    CHECK(bytes::first_code_point(std::string_view("")).size == 0);
    CHECK(bytes::first_code_point(std::string_view("\xff")).size == 0);
}

}  // namespace
