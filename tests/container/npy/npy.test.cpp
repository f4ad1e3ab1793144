// SPDX-License-Identifier: BSL-1.0
#include <lade/container/npy_header.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace lade;

namespace {

std::string dict(std::string_view descr, std::string_view fortran = "False",
                 std::string_view shape = "(2,)") {
    return std::string("{'descr': ")
        .append(descr)
        .append(", 'fortran_order': ")
        .append(fortran)
        .append(", 'shape': ")
        .append(shape)
        .append(", }   \n");
}
std::string id_of(std::string_view text) {
    auto const parsed = npy::parse_header(text);
    return parsed ? "none" : std::string(parsed.error().id->name);
}
/// "float32 4 <" of an element, or an id.
std::string words_of(std::string_view descr) {
    auto const parsed = npy::parse_header(dict(descr));
    if (!parsed) return std::string(parsed.error().id->name);
    auto const& one = parsed->element;
    return std::string(name_of(one.type)) + " " + std::to_string(one.size) +
           (one.order == bytes::order::big ? " >" : " <");
}
std::string shape(std::string_view spelled) {
    auto const parsed = npy::parse_header(dict("'<f4'", "False", spelled));
    if (!parsed) return std::string(parsed.error().id->name);
    std::string text;
    for (auto const axis : parsed->shape()) text += std::to_string(axis) + ",";
    return text + "=" + std::to_string(parsed->count);
}

constexpr std::string_view usual = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n";
static_assert(npy::parse_header(usual)->fortran_order && npy::parse_header(usual)->count == 6);

}  // namespace

TEST_CASE("types are read in all spellings of NumPy") {
    CHECK(words_of("'<f4'") == "float32 4 <");
    CHECK(words_of("'>f8'") == "float64 8 >");
    CHECK(words_of("'=i2'") == "int16 2 <");
    CHECK(words_of("'|b1'") == "bool 1 <");
    CHECK(words_of("'?'") == "bool 1 <");
    CHECK(words_of("'b'") == "int8 1 <");
    CHECK(words_of("'|u1'") == "uint8 1 <");
    CHECK(words_of("'<f16'") == "float128 16 <");
    CHECK(words_of("'>c16'") == "complex128 16 >");
    CHECK(words_of("u'float32'") == "float32 4 <");
    CHECK(words_of("\"bfloat16\"") == "bfloat16 2 <");
    CHECK(words_of("'|S3'") == "string 3 <");
    CHECK(words_of("'<U5'") == "string 20 <");
    CHECK(words_of("'S'") == "string 0 <");
    CHECK(words_of("'<V2'") == "opaque 2 <");
    CHECK(words_of("'|V0'") == "opaque 0 <");
}

TEST_CASE("structured types have the size of their fields") {
    CHECK(words_of("[('a', '<f4'), ('b', '|V2'), ('', '|V1')]") == "compound 7 <");
    CHECK(words_of("[('a', '<f4', (2, 3)), (('title', 'b'), '>i2', (4,))]") == "compound 32 <");
    CHECK(words_of("[('a', [('b', '<i2'), ('c', '<U2')], (2,))]") == "compound 20 <");
    CHECK(words_of("[]") == "compound 0 <");
    CHECK(words_of("[('a', '<f4')") == "npy.bad_header");
    CHECK(words_of("[('a', 'O')]") == "npy.object_array");
    CHECK(words_of("[('a', '<f8', (4294967296, 4294967296))]") == "npy.too_large");
    std::string deep;
    for (int i = 0; i < 10000; ++i) deep += "[('a', ";
    CHECK(words_of(deep) == "npy.bad_dtype");
}

TEST_CASE("types that are no data, or not known, are refused by their kind") {
    CHECK(words_of("'|O'") == "npy.object_array");
    CHECK(words_of("'O'") == "npy.object_array");
    auto const made = npy::ids::object_array.kind;
    CHECK(made == kind::unsafe);
    for (std::string_view const other :
         {"'<M8[ns]'", "'<m8'", "'<c32'", "'<f12'", "'<i3'", "'qint8'"})
        CHECK(words_of(other) == "npy.bad_dtype");
    for (std::string_view const other : {"''", "'<'", "'Sx'", "3", "('<f4', (2,))", "None"})
        CHECK(words_of(other) == "npy.bad_header");
}

TEST_CASE("shapes are tuples of natural numbers") {
    CHECK(shape("()") == "=1");
    CHECK(shape("(2,)") == "2,=2");
    CHECK(shape("( 2 , 3L )") == "2,3,=6");
    CHECK(shape("(2, 3,)") == "2,3,=6");
    CHECK(shape("(0, 9999999999999999999, 9999999999999999999)") ==
          "0,9999999999999999999,9999999999999999999,=0");
    CHECK(shape("(4294967296, 4294967296)") == "npy.too_large");
    for (std::string_view const wrong :
         {"(2)", "2", "[2]", "(-1,)", "(2.0,)", "(2 3)", "(,)", "(2,,)", "(99999999999999999999,)",
          "(0x2,)", "(True,)", "(2,"})
        CHECK(shape(wrong) == "npy.bad_header");
    std::string many = "(";
    for (int i = 0; i < 64; ++i) many += "1,";
    CHECK(shape(many + ")").ends_with("=1"));
    CHECK(shape(many + "1)") == "limit.exceeded");
}

TEST_CASE("the dictionary has three keys, in any order, and nothing else") {
    CHECK(id_of("{'shape':(2,),'fortran_order':False,'descr':'<f4'}") == "none");
    CHECK(id_of(" {\n\"descr\": \"<f4\",\n \"fortran_order\": False,\n \"shape\": (2,\n), }\n") ==
          "none");
    CHECK(id_of("{'descr': '<f4', 'fortran_order': False}") == "npy.bad_header");
    CHECK(id_of("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}") ==
          "npy.bad_header");
    CHECK(id_of("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1}") ==
          "npy.bad_header");
    CHECK(id_of(dict("'<f4'", "1")) == "npy.bad_header");
    CHECK(id_of(dict("'<f4'", "true")) == "npy.bad_header");
    CHECK(id_of(dict("'<f4'") + "x") == "npy.bad_header");
    CHECK(id_of(dict("'<f4'") + '\0') == "npy.bad_header");
    CHECK(id_of("{'descr' '<f4'}") == "npy.bad_header");
    CHECK(id_of("{'descr: '<f4'}") == "npy.bad_header");
    CHECK(id_of("{'d\\x65scr': '<f4', 'fortran_order': False, 'shape': ()}") == "npy.bad_header");
    CHECK(id_of("") == "npy.bad_header");
}

TEST_CASE("a header is written as NumPy writes it") {
    std::uint64_t const two[] = {3, 4};
    std::string const header = npy::write_header("<f4", two);
    CHECK(header.size() == 128);
    CHECK(header.substr(0, 10) == std::string("\x93NUMPY\1\0\x76\0", 10));
    CHECK(header.substr(10) == "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }" +
                                   std::string(58, ' ') + "\n");
    std::uint64_t const one[] = {5};
    CHECK(npy::write_header("<i2", one).find("'shape': (5,), }") != std::string::npos);
    CHECK(npy::write_header("<i2", {}).find("'shape': (), }") != std::string::npos);
    // where the text fills its line exactly, another line of spaces follows
    for (std::uint64_t axis = 1; axis < 1000000000000000000; axis *= 10) {
        std::vector<std::uint64_t> const axes(6, axis);
        std::string const written = npy::write_header("<f4", axes);
        CHECK(written.size() % 64 == 0);
        CHECK(written.ends_with(" \n"));
        auto const read = npy::parse_header(std::string_view(written).substr(10));
        CHECK((read || *read.error().id == npy::ids::too_large));
    }
    std::vector<std::uint64_t> const long_shape(10000, 1000000);
    CHECK(npy::write_header("<f4", long_shape)[6] == '\2');
}
