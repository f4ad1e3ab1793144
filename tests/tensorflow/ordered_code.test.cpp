// SPDX-License-Identifier: BSL-1.0
#include <lade/tensorflow/ordered_code.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using namespace lade;
using namespace std::string_literals;
using tensorflow::extent;

namespace {

std::string signed_code(std::int64_t number) {
    std::string out;
    tensorflow::put_ordered_signed(out, number);
    return out;
}

}  // namespace

TEST_CASE("signed numbers are coded in as few bytes as their size needs") {
    CHECK(signed_code(0) == "\x80");
    CHECK(signed_code(1) == "\x81");
    CHECK(signed_code(63) == "\xbf");
    CHECK(signed_code(64) == "\xc0\x40");
    CHECK(signed_code(128) == "\xc0\x80");
    CHECK(signed_code(8191) == "\xdf\xff");
    CHECK(signed_code(8192) == "\xe0\x20\x00"s);
    CHECK(signed_code(-1) == "\x7f");
    CHECK(signed_code(-64) == "\x40");
    CHECK(signed_code(-65) == "\x3f\xbf");
    CHECK(signed_code(std::numeric_limits<std::int64_t>::max()) ==
          "\xff\xc0\x7f\xff\xff\xff\xff\xff\xff\xff");
    CHECK(signed_code(std::numeric_limits<std::int64_t>::min()) ==
          "\x00\x3f\x80\x00\x00\x00\x00\x00\x00\x00"s);
}

TEST_CASE("the order of the codes is the order of the numbers") {
    std::vector<std::int64_t> numbers{std::numeric_limits<std::int64_t>::min()};
    for (int bit = 62; bit >= 0; --bit)
        for (std::int64_t const off : {-1, 0, 1})
            numbers.push_back(-(std::int64_t{1} << bit) + off);
    for (int bit = 0; bit < 63; ++bit)
        for (std::int64_t const off : {-1, 0, 1}) numbers.push_back((std::int64_t{1} << bit) + off);
    for (auto const a : numbers)
        for (auto const b : numbers) CHECK((signed_code(a) < signed_code(b)) == (a < b));
}

TEST_CASE("keys of slices are those of TensorFlow") {
    CHECK(tensorflow::slice_key("Variable", std::vector<extent>{{}}) ==
          "\x00Variable\x00\x01\x01\x01\x80\x7f"s);
    CHECK(tensorflow::slice_key("a", {}) ==
          "\x00"
          "a\x00\x01\x00"s);
    CHECK(tensorflow::slice_key("p", std::vector<extent>{{2, 2}, {0, 5}, {}}) ==
          "\x00p\x00\x01\x01\x03\x82\x82\x80\x85\x80\x7f"s);
    CHECK(tensorflow::slice_key("\x00\xff"s, {}) == "\x00\x00\xff\xff\x00\x00\x01\x00"s);
}
