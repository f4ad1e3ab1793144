// SPDX-License-Identifier: BSL-1.0
#include <lade/model/content.hpp>
#include <lade/model/report.hpp>

#include <doctest/doctest.h>

namespace {

using namespace lade;

TEST_CASE("a report guesses what was meant") {
    report of;
    of.loaded = {"a"};
    of.missing = {"fc1.weigth", "head.bias"};
    of.unexpected = {"fc1.weight", "module.head.bias", "zzz"};
    of.mismatched = {{"conv", "float32[64,3]", "float16[]"}};
    of.changed = {"cast x"};
    CHECK_FALSE(of.complete());
    CHECK(describe(of) ==
          "1 loaded, 2 missing, 3 unexpected, 1 mismatched\n"
          "  missing     fc1.weigth  (did you mean fc1.weight?)\n"
          "  missing     head.bias  (did you mean module.head.bias?)\n"
          "  unexpected  fc1.weight\n"
          "  unexpected  module.head.bias\n"
          "  unexpected  zzz\n"
          "  mismatched  conv: wanted float32[64,3], file float16[]\n"
          "  changed     cast x");
    CHECK(report{}.complete());
}

TEST_CASE("types are written as a person writes them") {
    std::uint64_t const shape[]{64, 3, 7, 7};
    CHECK(type_text(dtype::float32, shape) == "float32[64,3,7,7]");
    CHECK(type_text(dtype::boolean, {}) == "bool[]");
}

TEST_CASE("distances are those of Levenshtein, up to where nobody wants to know") {
    CHECK(edit_distance("", "", 3) == 0);
    CHECK(edit_distance("kitten", "sitting", 5) == 3);
    CHECK(edit_distance("kitten", "sitting", 2) == 3);
    CHECK(edit_distance("", "abc", 5) == 3);
    CHECK(edit_distance("a", "abcdefgh", 2) == 3);
    CHECK(closest("nothing like it", std::vector<std::string>{"x", "y"}).empty());
    CHECK(closest("x", std::vector<std::string>{}).empty());
}

constexpr contents both = content::weights | content::graph;
static_assert(both.has(content::graph) && !both.has(content::config));
static_assert((both - contents(content::graph)) == contents(content::weights));
static_assert((both & contents(content::graph)) == contents(content::graph));
static_assert(contents{}.empty() && !both.empty());

TEST_CASE("every content has a name of its own") {
    for (content const one : every_content)
        for (content const other : every_content)
            CHECK((name_of(one) == name_of(other)) == (one == other));
}

}  // namespace
