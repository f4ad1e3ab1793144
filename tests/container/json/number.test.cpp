// SPDX-License-Identifier: BSL-1.0
#include <lade/container/json/number.hpp>

#include <doctest/doctest.h>

using namespace lade;

TEST_CASE("natural numbers are digits that fit 64 bits") {
    auto const natural = [](std::string_view text) { return json::to_natural(bytes::of(text)); };
    CHECK(natural("0") == 0U);
    CHECK(natural("18446744073709551615") == ~std::uint64_t{0});
    CHECK_FALSE(natural("18446744073709551616"));
    CHECK_FALSE(natural("99999999999999999999"));
    CHECK_FALSE(natural("-0"));
    CHECK_FALSE(natural("1.0"));
    CHECK_FALSE(natural("1e0"));
    CHECK_FALSE(natural(""));
}

TEST_CASE("integers have a sign and fit 64 bits") {
    auto const integer = [](std::string_view text) { return json::to_integer(bytes::of(text)); };
    CHECK(integer("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
    CHECK(integer("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
    CHECK_FALSE(integer("9223372036854775808"));
    CHECK_FALSE(integer("-9223372036854775809"));
    CHECK(integer("-0") == 0);
    CHECK_FALSE(integer("-"));
}

TEST_CASE("numbers are measured by the grammar of RFC 8259") {
    auto const length = [](std::string_view text) { return json::number_length(bytes::of(text)); };
    CHECK(length("0") == 1);
    CHECK(length("-0.0e-00]") == 8);
    CHECK(length("01") == 1);
    CHECK(length("1.") == 0);
    CHECK(length(".5") == 0);
    CHECK(length("1e") == 0);
    CHECK(length("1e+") == 0);
    CHECK(length("-") == 0);
    CHECK(length("+1") == 0);
    CHECK(length("12E5,") == 4);
}
