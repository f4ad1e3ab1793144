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

TEST_CASE("reals are the nearest double; beyond its range they are infinite or zero") {
    auto const real = [](std::string_view text) { return json::to_real(bytes::of(text)); };
    CHECK(real("0.1") == 0.1);
    CHECK(real("-2.5e-3") == -0.0025);
    CHECK(real("1e400") == std::numeric_limits<double>::infinity());
    CHECK(real("-1e400") == -std::numeric_limits<double>::infinity());
    CHECK(real("1e-400") == 0.0);
    CHECK(real("-Infinity") == -std::numeric_limits<double>::infinity());
    CHECK(*real("NaN") != *real("NaN"));
    CHECK_FALSE(real("1."));
    CHECK_FALSE(real("inf"));
    CHECK_FALSE(real(""));
}

TEST_CASE("a double is spelled as Python's repr spells it") {
    CHECK(json::spell(0.0) == "0.0");
    CHECK(json::spell(-0.0) == "-0.0");
    CHECK(json::spell(1.0) == "1.0");
    CHECK(json::spell(0.001) == "0.001");
    CHECK(json::spell(0.0001) == "0.0001");
    CHECK(json::spell(0.00001) == "1e-05");
    CHECK(json::spell(1.5e-7) == "1.5e-07");
    CHECK(json::spell(123456.789) == "123456.789");
    CHECK(json::spell(1e15) == "1000000000000000.0");
    CHECK(json::spell(1e16) == "1e+16");
    CHECK(json::spell(1.7976931348623157e308) == "1.7976931348623157e+308");
    CHECK(json::spell(5e-324) == "5e-324");
    CHECK(json::spell(0.1 + 0.2) == "0.30000000000000004");
    CHECK(json::spell(std::numeric_limits<double>::infinity()) == "Infinity");
    CHECK(json::spell(std::numeric_limits<double>::quiet_NaN()) == "NaN");
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
