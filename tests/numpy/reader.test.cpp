// SPDX-License-Identifier: BSL-1.0
#include "../safetensors/collect.hpp"

#include <lade/numpy/traits.hpp>

#include <doctest/doctest.h>

using namespace lade;

namespace {

std::string npy_of(std::string_view descr, bool fortran, std::string_view shape,
                   std::string_view data) {
    std::string text = std::string("{'descr': ")
                           .append(descr)
                           .append(", 'fortran_order': ")
                           .append(fortran ? "True" : "False")
                           .append(", 'shape': ")
                           .append(shape)
                           .append(", }\n");
    std::string file(npy::signature);
    file += std::string("\1\0", 2);
    file += static_cast<char>(text.size() & 0xff);
    file += static_cast<char>(text.size() >> 8);
    return file.append(text).append(data);
}

/// The array of a file: from memory, and from a source without views, which must agree.
collected::kept read(std::string const& file) {
    collected::sink seen, again;
    memory from(bytes::of(file));
    collected::read_only plain{file};
    auto const first = format_traits<numpy::npy>::read(from, seen, {});
    REQUIRE(first);
    REQUIRE(format_traits<numpy::npy>::read(plain, again, {}));
    REQUIRE(seen.tensors.size() == 1);
    CHECK(seen.tensors[0].bytes == again.tensors[0].bytes);
    CHECK(seen.tensors[0].same_in_pieces);
    CHECK(again.tensors[0].same_in_pieces);
    CHECK(seen.tensors[0].name == "array");
    CHECK(seen.parts == contents(content::weights));
    return seen.tensors[0];
}
std::string id_of(std::string const& file) {
    collected::sink seen;
    memory from(bytes::of(file));
    auto const done = format_traits<numpy::npy>::read(from, seen, {});
    return done ? "none" : std::string(done.error().id->name);
}

/// Strings as payloads have them.
std::string packed(std::vector<std::string> const& texts) {
    std::string all;
    for (auto const& one : texts) {
        all += static_cast<char>(one.size());
        all.append(7, '\0').append(one);
    }
    return all;
}

}  // namespace

TEST_CASE("a row-major little-endian array is viewed where it lies") {
    auto const array = read(npy_of("'<i2'", false, "(2, 3)", "aAbBcCdDeEfF"));
    CHECK(array.viewed);
    CHECK(array.bytes == "aAbBcCdDeEfF");
    CHECK(array.type == dtype::int16);
    CHECK(array.shape == std::vector<std::uint64_t>{2, 3});
    CHECK(read(npy_of("'|b1'", false, "()", "\7")).bytes == "\7");
    CHECK(read(npy_of("'<f8'", true, "(0, 3)", "")).bytes.empty());
}

TEST_CASE("big-endian words are reversed, of complex numbers each part") {
    CHECK(read(npy_of("'>i2'", false, "(3,)", "AaBbCc")).bytes == "aAbBcC");
    CHECK(read(npy_of("'>f4'", false, "(2,)", "12345678")).bytes == "43218765");
    CHECK(read(npy_of("'>c8'", false, "(1,)", "12345678")).bytes == "43218765");
    CHECK(read(npy_of("'>c16'", false, "()", "0123456789abcdef")).bytes == "76543210fedcba98");
    CHECK(read(npy_of("'>u1'", false, "(2,)", "ab")).bytes == "ab");
}

TEST_CASE("Fortran order becomes row-major") {
    CHECK(read(npy_of("'|u1'", true, "(2, 3)", "abcdef")).bytes == "acebdf");
    CHECK(read(npy_of("'<u2'", true, "(2, 3)", "aAbBcCdDeEfF")).bytes == "aAcCeEbBdDfF");
    CHECK(read(npy_of("'>u2'", true, "(2, 3)", "aAbBcCdDeEfF")).bytes == "AaCcEeBbDdFf");
    CHECK(read(npy_of("'|u1'", true, "(2, 2, 3)", "abcdefghijkl")).bytes == "aeicgkbfjdhl");
    CHECK(read(npy_of("'>c8'", true, "(2, 2)", "01234567ABCDEFGHijklmnopQRSTUVWX")).bytes ==
          "32107654lkjiponmDCBAHGFETSRQXWVU");
    CHECK(read(npy_of("'|V3'", true, "(2, 2)", "aaabbbcccddd")).bytes == "aaacccbbbddd");
}

TEST_CASE("an array with one long axis is the same in both orders, and viewed") {
    CHECK(read(npy_of("'|u1'", true, "(1, 4, 1)", "abcd")).viewed);
    CHECK(read(npy_of("'|u1'", true, "(4,)", "abcd")).viewed);
    CHECK_FALSE(read(npy_of("'|u1'", true, "(2, 2)", "abcd")).viewed);
}

TEST_CASE("strings lose their padding, UTF-32 becomes UTF-8") {
    auto const bytes_array = read(npy_of("'|S3'", false, "(3,)", std::string("ab\0\0\0\0abc", 9)));
    CHECK(bytes_array.type == dtype::string);
    CHECK(bytes_array.bytes == packed({"ab", "", "abc"}));
    CHECK(bytes_array.nbytes == 5);
    std::string const text("a\0\0\0\xac\x20\0\0\0\xf6\x01\0\0\0\0\0", 16);
    auto const unicode = read(npy_of("'<U2'", false, "(2,)", text));
    CHECK(unicode.bytes == packed({"a\xe2\x82\xac", "\xf0\x9f\x98\x80"}));
    CHECK(unicode.nbytes == 8);
    std::string const big("\0\0\0a\0\0\0\0\0\0\x20\xac\0\0\0b", 16);
    CHECK(read(npy_of("'>U2'", false, "(2,)", big)).bytes == packed({"a",
                                                                     "\xe2\x82\xac"
                                                                     "b"}));
    CHECK(read(npy_of("'|S1'", true, "(2, 2)", "abcd")).bytes == packed({"a", "c", "b", "d"}));
    CHECK(read(npy_of("'|S0'", false, "(2,)", "")).bytes == packed({"", ""}));
    CHECK(read(npy_of("'|S2'", false, "(1,)", std::string("\0a", 2))).bytes ==
          packed({std::string("\0a", 2)}));
}

TEST_CASE("structured elements and voids are listed with their bytes") {
    auto const both = read(npy_of("[('a', '<u2'), ('b', '|u1')]", false, "(2,)", "aabccd"));
    CHECK(both.type == dtype::compound);
    CHECK(both.nbytes == 6);
    CHECK(read(npy_of("'<V2'", false, "(2,)", "abcd")).type == dtype::opaque);
}

TEST_CASE("what is refused has its own id") {
    CHECK(id_of(npy_of("'O'", false, "(1,)", "\x80\x04N.")) == "npy.object_array");
    CHECK(id_of(npy_of("'<M8[s]'", false, "(1,)", "01234567")) == "npy.bad_dtype");
    CHECK(id_of(npy_of("'<f4'", false, "(2,)", "0123456")) == "npy.truncated");
    CHECK(id_of(npy_of("'<U1'", false, "(1,)", std::string("\0\xd8\0\0", 4))) == "npy.bad_text");
    CHECK(id_of(npy_of("'<U1'", false, "(1,)", std::string("\0\0\x11\0", 4))) == "npy.bad_text");
    CHECK(id_of(npy_of("'|S0'", false, "(1000000000000,)", "")) == "limit.exceeded");
    CHECK(id_of(npy_of("'|V0'", false, "(1000000000000,)", "")) == "none");
    CHECK(id_of(npy_of("'<f8'", false, "(4611686018427387904,)", "")) == "npy.truncated");
}

TEST_CASE("every prefix of a file is refused, every flipped bit gives an answer") {
    for (auto const& file : {npy_of("'>u2'", true, "(2, 3)", "aAbBcCdDeEfF"),
                             npy_of("'<U1'", false, "(1,)", "a\1\0")}) {
        for (std::size_t length = 0; length < file.size(); ++length)
            CHECK(id_of(file.substr(0, length)) != "none");
        for (std::size_t at = 0; at < file.size(); ++at)
            for (unsigned bit = 0; bit < 8; ++bit) {
                std::string changed = file;
                changed[at] = static_cast<char>(changed[at] ^ 1 << bit);
                (void)id_of(changed);
            }
    }
}

TEST_CASE("a file is recognised by its signature") {
    head_bytes ends;
    std::string const file = npy_of("'<f4'", false, "()", "0123");
    memory from(bytes::of(file));
    CHECK(format_traits<numpy::npy>::detect(*ends.read(from)) == confidence::certain);
    memory other(bytes::of("NUMPY"));
    CHECK(format_traits<numpy::npy>::detect(*ends.read(other)) == confidence::no);
}
