// SPDX-License-Identifier: BSL-1.0
#include <lade/base/describe.hpp>
#include <lade/base/exception.hpp>

#include <doctest/doctest.h>

namespace {

constexpr lade::error_id crc{"zip.bad_crc", lade::kind::corrupt, "the bytes do not match",
                             "fetch the file again", lade::numbers::hex};
constexpr lade::error_id size{"a.size", lade::kind::mismatch, "the sizes differ"};
constexpr lade::error_id quiet{
    "a.quiet", lade::kind::io, "it did not work", {}, lade::numbers::none};

TEST_CASE("an error in full has one fact on a line") {
    CHECK(lade::describe(lade::fail(crc, 12096, 0x9ae0daaf, 0).in("data/17").in("r.pth")) ==
          "lade: zip.bad_crc: the bytes do not match\n"
          "  in       r.pth > data/17\n"
          "  at       byte 12096 (0x2f40)\n"
          "  expected 0x9ae0daaf\n"
          "  found    0x0\n"
          "  hint     fetch the file again");
}

TEST_CASE("what an error does not know is not in its text") {
    CHECK(lade::describe(lade::fail(size)) == "lade: a.size: the sizes differ");
    CHECK(lade::describe(lade::fail(size, 3, 5, 5)) ==
          "lade: a.size: the sizes differ\n"
          "  at       byte 3");
    CHECK(lade::describe(lade::fail(quiet, lade::error::nowhere, 1, 2)) ==
          "lade: a.quiet: it did not work");
    CHECK(lade::describe(lade::error{}) == "lade: no error");
    CHECK(lade::describe_short(lade::error{}) == "lade: no error");
}

TEST_CASE("an error in short is one line") {
    CHECK(lade::describe_short(lade::fail(size, 7, 1, 20).in("x")) ==
          "lade: a.size at 7 in x: the sizes differ, expected 1, found 20 (0x14)");
}

TEST_CASE("small numbers are not told twice") {
    CHECK(lade::detail::number_of(9, lade::numbers::decimal) == "9");
    CHECK(lade::detail::number_of(10, lade::numbers::decimal) == "10 (0xa)");
    CHECK(lade::detail::number_of(~std::uint64_t{0}, lade::numbers::hex) == "0xffffffffffffffff");
}

TEST_CASE("every kind of error has a word") {
    CHECK(lade::name_of(lade::kind::corrupt) == "corrupt");
    CHECK(lade::name_of(lade::kind::unsupported) == "unsupported");
    CHECK(lade::name_of(lade::kind::unsafe) == "unsafe");
    CHECK(lade::name_of(lade::kind::mismatch) == "mismatch");
    CHECK(lade::name_of(lade::kind::io) == "io");
}

#if LADE_EXCEPTIONS
TEST_CASE("what is thrown holds the error and its text") {
    try {
        lade::value_or_throw(lade::result<int>(lade::fail(size, 7)));
        FAIL("nothing was thrown");
    } catch (lade::exception const& thrown) {
        CHECK(thrown.error().id == &size);
        CHECK(thrown.error().offset == 7);
        CHECK(thrown.what() == lade::describe(thrown.error()));
    }
    CHECK(lade::value_or_throw(lade::result<int>(3)) == 3);
    lade::value_or_throw(lade::result<void>());
}
#endif

}  // namespace
