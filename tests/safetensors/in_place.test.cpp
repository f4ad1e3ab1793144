// SPDX-License-Identifier: BSL-1.0
#include "collect.hpp"

#include <lade/safetensors/in_place.hpp>

#include <doctest/doctest.h>

using namespace lade;

namespace {

constexpr std::string_view header =
    R"({"__metadata__":{"format":"pt"},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
    R"("\u0062":{"dtype":"U8","shape":[1,1],"data_offsets":[2,3]}})";

constexpr auto flash = [] {
    std::array<std::byte, 8 + header.size() + 3> out{};
    out[0] = static_cast<std::byte>(header.size());
    for (std::size_t i = 0; i < header.size(); ++i) out[8 + i] = static_cast<std::byte>(header[i]);
    for (unsigned i = 0; i < 3; ++i) out[8 + header.size() + i] = static_cast<std::byte>(40 + i);
    return out;
}();

/// Keeps the bytes of one name.
struct finder {
    std::string_view wanted;
    std::optional<bytes::view> found{};

    template <payload P>
    constexpr result<flow> tensor(tensor_info const& info, P& from) {
        if (info.name != wanted) return flow::more;
        found = from.view();
        return flow::enough;
    }
};

// the whole way in a constant expression: a file in flash, read by the compiler
static_assert([] {
    memory from(flash);
    finder find{"b"};
    auto const answer = safetensors::read_in_place(from, find);
    return answer && *answer == flow::enough && find.found->size() == 1 &&
           (*find.found)[0] == std::byte{42};
}());

std::string file_of(std::string_view text, std::string_view data) {
    std::string file(8, '\0');
    for (unsigned i = 0; i < 8; ++i)
        file[i] = static_cast<char>(static_cast<std::uint64_t>(text.size()) >> (8 * i) & 0xff);
    return file.append(text).append(data);
}
std::string byte(std::string_view name, unsigned at) {
    return "\"" + std::string(name) + "\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[" +
           std::to_string(at) + "," + std::to_string(at + 1) + "]}";
}
std::string read(std::string const& file) {
    collected::sink seen;
    memory from(bytes::of(file));
    auto const done = safetensors::read_in_place(from, seen);
    return done ? seen.text() : std::string(done.error().id->name);
}

}  // namespace

TEST_CASE("a file in the order of its data is read without memory") {
    collected::sink seen;
    memory from(flash);
    REQUIRE(safetensors::read_in_place(from, seen));
    CHECK(seen.text() == "a:uint8[2] b:uint8[1,1]");
    CHECK(seen.words == std::vector<metadata_entry>{{"format", "pt"}});
}

TEST_CASE("duplicates are found, in the same block of names and far apart") {
    std::string text = "{";
    for (unsigned i = 0; i < 100; ++i) text += byte("t" + std::to_string(i), i) + ",";
    text.back() = '}';
    CHECK(read(file_of(text, std::string(100, 'x'))).ends_with("t99:uint8[1]"));
    for (std::string_view const twice : {"t0", "t31", "t32", "t98", "\\u007499"}) {
        std::string again = text;
        again.back() = ',';
        again += byte(twice, 100) + "}";
        CHECK(read(file_of(again, std::string(101, 'x'))) == "safetensors.duplicate_key");
    }
    CHECK(read(file_of(R"({"__metadata__":{"a":"","a":""}})", "")) == "safetensors.duplicate_key");
}

TEST_CASE("what needs memory is told, not guessed") {
    CHECK(read(file_of("{" + byte("b", 1) + "," + byte("a", 0) + "}", "xy")) ==
          "safetensors.needs_scratch");
    std::string const name = "\\u0061" + std::string(300, 'a');
    CHECK(read(file_of("{" + byte(name, 0) + "}", "x")) == "safetensors.needs_scratch");
    collected::sink seen;
    collected::read_only plain{file_of("{}", "")};
    auto const refused = safetensors::read_in_place(plain, seen);
    REQUIRE_FALSE(refused);
    CHECK(*refused.error().id == safetensors::ids::needs_scratch);
}

TEST_CASE("rules are kept without memory too") {
    CHECK(read(file_of("{" + byte("a", 0) + "}", "xy")) == "safetensors.trailing_bytes");
    CHECK(read(file_of("{" + byte("a", 0) + "}", "")) == "safetensors.truncated");
    std::string const whole(reinterpret_cast<char const*>(flash.data()), flash.size());
    REQUIRE(read(whole) == "a:uint8[2] b:uint8[1,1]");
    for (std::size_t length = 0; length < whole.size(); ++length)
        CHECK(read(whole.substr(0, length)).find('.') != std::string::npos);
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string changed = whole;
            changed[at] = static_cast<char>(changed[at] ^ 1 << bit);
            (void)read(changed);
        }
}
