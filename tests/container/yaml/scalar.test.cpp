// SPDX-License-Identifier: BSL-1.0
#include <lade/container/yaml/scalar.hpp>

#include <doctest/doctest.h>

namespace yaml = lade::yaml;

namespace {

struct row {
    std::string_view text;
    yaml::scalar is;
    std::string_view spelled;
};

}  // namespace

TEST_CASE("plain scalars are what YAML 1.1 says, not what YAML 1.2 says") {
    constexpr row rows[]{
        {"", yaml::scalar::null, "null"},
        {"~", yaml::scalar::null, "null"},
        {"Null", yaml::scalar::null, "null"},
        {"nUll", yaml::scalar::string, ""},
        {"yes", yaml::scalar::boolean, "true"},
        {"Off", yaml::scalar::boolean, "false"},
        {"y", yaml::scalar::string, ""},
        {"010", yaml::scalar::integer, "8"},
        {"08", yaml::scalar::string, ""},
        {"0x1F", yaml::scalar::integer, "31"},
        {"0b101", yaml::scalar::integer, "5"},
        {"0o17", yaml::scalar::string, ""},
        {"1_000", yaml::scalar::integer, "1000"},
        {"+12", yaml::scalar::integer, "12"},
        {"-12", yaml::scalar::integer, "-12"},
        {"12:30:45", yaml::scalar::integer, "45045"},
        {"12:60", yaml::scalar::string, ""},
        {"123456789012345678901234567890", yaml::scalar::integer, "123456789012345678901234567890"},
        {"1e-07", yaml::scalar::string, ""},
        {"1.0e-07", yaml::scalar::real, "1.0e-07"},
        {"1.0e7", yaml::scalar::string, ""},
        {"0.0010000000474974513", yaml::scalar::real, "0.0010000000474974513"},
        {"1.", yaml::scalar::real, "1.0"},
        {".5", yaml::scalar::real, "0.5"},
        {"-.5", yaml::scalar::string, ""},
        {"01.5", yaml::scalar::real, "1.5"},
        {"1:30.5", yaml::scalar::real, "90.5"},
        {".inf", yaml::scalar::real, "Infinity"},
        {"-.INF", yaml::scalar::real, "-Infinity"},
        {".nan", yaml::scalar::real, "NaN"},
        {"-.nan", yaml::scalar::string, ""},
        {"2001-01-01", yaml::scalar::string, ""},
        {"-", yaml::scalar::string, ""},
        {".", yaml::scalar::string, ""},
    };
    for (row const& one : rows) {
        CAPTURE(one.text);
        auto const found = yaml::resolve(one.text);
        CHECK(found.is == one.is);
        CHECK(found.spelled == one.spelled);
    }
}
