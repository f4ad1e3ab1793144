// SPDX-License-Identifier: BSL-1.0
#include <lade/container/json/reader.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace lade;

namespace {

/// The tokens of a text in a letter each; a failure as its id and place.
std::string tokens(std::string_view text, json::options const& how = {}) {
    // a copy of its own, so that the sanitizer sees a read beyond the end
    std::string const own(text);
    json::reader at(bytes::of(own), how);
    std::string out;
    for (;;) switch (at.next()) {
            case json::token::object: out += '{'; break;
            case json::token::object_end: out += '}'; break;
            case json::token::array: out += '['; break;
            case json::token::array_end: out += ']'; break;
            case json::token::key: out += 'k'; break;
            case json::token::string: out += 's'; break;
            case json::token::number: out += '1'; break;
            case json::token::boolean: out += at.boolean() ? 't' : 'f'; break;
            case json::token::null: out += 'n'; break;
            case json::token::end: return out;
            case json::token::failed:
                return out.append(" ")
                    .append(at.error().id->name)
                    .append("@")
                    .append(std::to_string(at.error().offset));
        }
}

constexpr auto flash = [] {
    constexpr std::string_view text = R"({"a": [1, {"b": null}], "c": "d"})";
    std::array<std::byte, text.size()> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::byte>(text[i]);
    return out;
}();
static_assert([] {
    json::reader at(flash);
    at.next();
    bool const first = at.next() == json::token::key && at.text().is("a") && at.skip();
    return first && at.next() == json::token::key && at.text().is("c") &&
           at.next() == json::token::string && at.text().is("d") &&
           at.next() == json::token::object_end && at.next() == json::token::end;
}());

}  // namespace

TEST_CASE("well-formed texts give their tokens") {
    CHECK(tokens("{}") == "{}");
    CHECK(tokens(" [ ] \n") == "[]");
    CHECK(tokens("[1, -2.5e3 ,true,false,null,\"x\"]") == "[11tfns]");
    CHECK(tokens(R"({"a":{"b":[]},"c":[{}]})") == "{k{k[]}k[{}]}");
    CHECK(tokens("7") == "1");
    CHECK(tokens("\"\"") == "s");
}

TEST_CASE("what is not JSON is refused at its place") {
    CHECK(tokens("") == " json.cut_short@0");
    CHECK(tokens("  ") == " json.cut_short@2");
    CHECK(tokens("[1,]") == "[1 json.bad_syntax@3");
    CHECK(tokens("[,1]") == "[ json.bad_syntax@1");
    CHECK(tokens("[1 2]") == "[1 json.bad_syntax@3");
    CHECK(tokens("{\"a\" 1}") == "{ json.bad_syntax@5");
    CHECK(tokens("{a:1}") == "{ json.bad_syntax@1");
    CHECK(tokens("{\"a\":1,}") == "{k1 json.bad_syntax@7");
    CHECK(tokens("{\"a\":1]") == "{k1 json.bad_syntax@6");
    CHECK(tokens("[1}") == "[1 json.bad_syntax@2");
    CHECK(tokens("{} {}") == "{} json.rest@3");
    CHECK(tokens(std::string_view("{}\0", 3)) == "{} json.rest@2");
    CHECK(tokens("01") == " json.bad_number@0");
    CHECK(tokens("1.") == " json.bad_number@0");
    CHECK(tokens("-") == " json.bad_number@0");
    CHECK(tokens("0x10") == " json.bad_number@0");
    CHECK(tokens("+1") == " json.bad_syntax@0");
    CHECK(tokens("tru") == " json.cut_short@3");
    CHECK(tokens("trUe") == " json.bad_syntax@0");
    CHECK(tokens("truest") == "t json.rest@4");
    CHECK(tokens("'a'") == " json.bad_syntax@0");
    CHECK(tokens("// x\n1") == " json.bad_syntax@0");
    CHECK(tokens("\xef\xbb\xbf{}") == " json.bad_syntax@0");
    CHECK(tokens("[\"a\tb\"]") == "[ json.control_character@3");
    CHECK(tokens("\"\xff\"") == " json.bad_utf8@1");
}

TEST_CASE("NaN and Infinity are read on request only") {
    CHECK(tokens("[NaN]") == "[ json.not_finite@1");
    CHECK(tokens("[NaN,Infinity,-Infinity]", {.special_numbers = true}) == "[111]");
    CHECK(tokens("[-Inf]", {.special_numbers = true}) == "[ json.bad_number@1");
}

TEST_CASE("depth is bounded, and the bound itself is allowed") {
    auto const nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(tokens(nested(1024)) == nested(1024));
    CHECK(tokens(nested(1025)).ends_with("json.too_deep@1024"));
    CHECK(tokens(nested(1000000)).ends_with("json.too_deep@1024"));
    CHECK(tokens(nested(3), {.depth = 3}) == nested(3));
    CHECK(tokens(nested(4), {.depth = 3}).ends_with("json.too_deep@3"));
    std::string mixed;
    for (int i = 0; i < 200; ++i) mixed += i % 3 == 0 ? "[" : "{\"k\":";
    CHECK(tokens(mixed).ends_with("json.cut_short@" + std::to_string(mixed.size())));
}

TEST_CASE("a failure sticks") {
    json::reader at(bytes::of("[1,]"));
    for (int i = 0; i < 10; ++i) at.next();
    CHECK(at.current() == json::token::failed);
    CHECK(at.error().offset == 3);
    CHECK_FALSE(at.skip());
}

TEST_CASE("every prefix of a text is refused, and every other byte in it gives an answer") {
    std::string const text =
        R"( {"k\u00e9y": [1.5e3, true, null, "\ud83d\ude00"], "": {"a": -0}} )";
    REQUIRE(tokens(text) == "{k[1tns]k{k1}}");
    for (std::size_t length = 0; length < text.size() - 1; ++length)
        CHECK(tokens(text.substr(0, length)).find("json.") != std::string::npos);
    for (std::size_t i = 0; i < text.size(); ++i)
        for (unsigned c = 0; c < 256; ++c) {
            std::string changed = text;
            changed[i] = static_cast<char>(c);
            CHECK_FALSE(tokens(changed).empty());
        }
}

TEST_CASE("an array of natural numbers is taken at once, anything else is left alone") {
    auto const take = [](std::string_view text, std::size_t room = 8) {
        std::string const own = "{\"a\":" + std::string(text) + ",\"b\":1}";
        json::reader at(bytes::of(own));
        at.next();
        at.next();
        std::array<std::uint64_t, 8> numbers{};
        std::string out;
        if (auto const count = at.take_naturals(std::span(numbers).first(room))) {
            for (std::size_t i = 0; i < *count; ++i) out += std::to_string(numbers[i]) + ' ';
            out += '|';
        } else if (!at.skip()) {
            return std::string(at.error().id->name);
        }
        return at.next() == json::token::key && at.text().is("b") ? out + "b" : out + "?";
    };
    CHECK(take("[]") == "|b");
    CHECK(take("[1,20,300]") == "1 20 300 |b");
    CHECK(take(" [0, 9999999999999999999]") == "0 9999999999999999999 |b");
    CHECK(take("[1,2]", 1) == "b");
    CHECK(take("[18446744073709551615]") == "b");
    CHECK(take("[-1]") == "b");
    CHECK(take("[1.0]") == "b");
    CHECK(take("[[1]]") == "b");
    CHECK(take("1") == "b");
    CHECK(take("[\n1\n]") == "b");
    CHECK(take("[01]") == "json.bad_number");
    CHECK(take("[1,]") == "json.bad_syntax");
    CHECK(take("[1") == "json.bad_syntax");
}
