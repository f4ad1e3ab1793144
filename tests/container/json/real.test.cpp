// SPDX-License-Identifier: BSL-1.0
#include <lade/container/json/real.hpp>

#include <doctest/doctest.h>

using namespace lade;

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
