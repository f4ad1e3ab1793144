// SPDX-License-Identifier: BSL-1.0
#include <lade/base/error.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

constexpr lade::error_id bad{"test.bad", lade::kind::corrupt, "something is bad"};
constexpr lade::error_id same_name{"test.bad", lade::kind::io, "says something else"};
constexpr lade::error_id other{"test.other", lade::kind::corrupt, "something is bad"};

static_assert(lade::fail(bad).id == &bad);
static_assert(lade::fail(bad).offset == lade::error::nowhere);
static_assert(lade::fail(bad, 1, 2, 3).offset == 1);
static_assert(lade::fail(bad, 1, 2, 3).expected == 2);
static_assert(lade::fail(bad, 1, 2, 3).found == 3);
static_assert(lade::fail(bad).in("inner").in("outer").where.text() == "outer > inner");
static_assert(bad == same_name && !(bad == other));

TEST_CASE("an error without a place has an empty one") {
    CHECK(lade::fail(bad).where.empty());
    CHECK(lade::fail(bad).where.text().empty());
    CHECK(lade::fail(bad).in("").where.empty());
}

TEST_CASE("places are entered from the inside to the outside") {
    auto const inner = lade::fail(bad).in("weight");
    auto const outer = inner.in("data/17").in("resnet18.pth");
    CHECK(inner.where.text() == "weight");
    CHECK(outer.where.text() == "resnet18.pth > data/17 > weight");
}

TEST_CASE("of a place that is too long the end stays") {
    std::string const longest(LADE_ERROR_PLACE, 'a');
    CHECK(lade::fail(bad).in(longest).where.text() == longest);
    CHECK(lade::fail(bad).in('b' + longest).where.text() == longest);
    auto const full = lade::fail(bad).in("end").in(longest).where.text().size();
    CHECK(full == LADE_ERROR_PLACE);
    auto const kept = lade::fail(bad).in("end").in(std::string(100'000, 'x'));
    CHECK(kept.where.text().ends_with("x > end"));
    CHECK(kept.in("outermost").where.text() == kept.where.text());
}

}  // namespace
