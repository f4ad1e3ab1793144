// SPDX-License-Identifier: BSL-1.0
#include <lade/container/yaml/reader.hpp>
#include <lade/container/yaml/writer.hpp>

#include <doctest/doctest.h>

#include <string>

namespace yaml = lade::yaml;
namespace json = lade::json;

namespace {

std::string yaml_of(std::string_view text, yaml::style const& how = {}) {
    auto const made = json::document::parse(text, {.special_numbers = true});
    REQUIRE(made);
    return yaml::str(made->root(), how);
}
/// JSON to YAML to JSON.
std::string there_and_back(std::string_view text) {
    std::string made;
    auto const done = yaml::to_json(yaml_of(text), made);
    return done ? made : std::string(done.error().id->name);
}

}  // namespace

TEST_CASE("collections are written in block style, sequences in the column of their key") {
    CHECK(yaml_of(R"({"class_name":"Model","config":{"layers":[{"name":"a","shape":[null,4]},[]],)"
                  R"("empty":{}},"n":[[1,[2]],{"x":[{"y":1}]}]})") ==
          "class_name: Model\n"
          "config:\n"
          "  layers:\n"
          "  - name: a\n"
          "    shape:\n"
          "    - null\n"
          "    - 4\n"
          "  - []\n"
          "  empty: {}\n"
          "n:\n"
          "- - 1\n"
          "  - - 2\n"
          "- x:\n"
          "  - y: 1\n");
    CHECK(yaml_of("1") == "1\n");
    CHECK(yaml_of("[]") == "[]\n");
}

TEST_CASE("keys keep their order unless they are to be sorted") {
    CHECK(yaml_of(R"({"b":1,"a":2})") == "b: 1\na: 2\n");
    CHECK(yaml_of(R"({"b":1,"a":2})", {.sort_keys = true}) == "a: 2\nb: 1\n");
}

TEST_CASE("numbers keep their value for readers of YAML 1.1") {
    CHECK(yaml_of("[1, -2, 0.5, 1e-07, 1e5, 1.5E3, NaN, Infinity, -Infinity]") ==
          "- 1\n- -2\n- 0.5\n- 1.0e-07\n- 1.0e+5\n- 1.5E+3\n- .nan\n- .inf\n- -.inf\n");
}

TEST_CASE("strings that would be read as something else are quoted") {
    CHECK(yaml_of(R"(["relu","a b","yes","null","","1","1e5","1.5","2001-01-01","a: b","a #b",)"
                  R"("-x","it's","x:","[a]","a,b","~","dense_1/kernel:0"," a","0x1F","12:30"])") ==
          "- relu\n- a b\n- 'yes'\n- 'null'\n- ''\n- '1'\n- '1e5'\n- '1.5'\n- '2001-01-01'\n"
          "- 'a: b'\n- 'a #b'\n- '-x'\n- it's\n- 'x:'\n- '[a]'\n- 'a,b'\n- '~'\n"
          "- dense_1/kernel:0\n- ' a'\n- '0x1F'\n- '12:30'\n");
    CHECK(yaml_of(R"(["a\nb\t\"\\","\u00e9","\u65e5","\ud83d\ude00","'\u0007"])") ==
          "- \"a\\nb\\t\\\"\\\\\"\n- \"\\xe9\"\n- \"\\u65e5\"\n- \"\\U0001f600\"\n- \"'\\x07\"\n");
}

TEST_CASE("what is written is read back as the same JSON") {
    for (std::string_view const text :
         {R"({"a":[{"b":[[],[{}],{"c":null}]},"x"],"yes":{"1":[true,false]},"":" "})",
          R"(["\u0000","\u0085","\u2028","...","---","# x","x\n\ny ","'\"","=","<<","%","\\"])",
          R"([1.0e-07,0.0010000000474974513,123456789012345678901234567890,NaN])"}) {
        auto const made = json::document::parse(text, {.special_numbers = true});
        REQUIRE(made);
        CHECK(there_and_back(text) == made->str());
    }
}
