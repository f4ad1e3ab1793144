// SPDX-License-Identifier: BSL-1.0
#include <lade/base/result.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace {

constexpr lade::error_id bad{"test.bad", lade::kind::corrupt, "something is bad"};

constexpr lade::result<int> half(int of) {
    if (of % 2 != 0) return lade::fail(bad, 0, 0, static_cast<std::uint64_t>(of));
    return of / 2;
}
static_assert(*half(4) == 2);
static_assert(!half(3) && half(3).error().found == 3);
static_assert(*half(8).and_then(half) == 2);
static_assert(half(6).and_then(half).error().found == 3);
static_assert(half(3).and_then(half).error().found == 3);
static_assert(half(1).in("here").error().where.text() == "here");
static_assert(lade::result<void>().has_value() && !lade::result<void>(lade::fail(bad)));

TEST_CASE("a result holds a value or an error, and moves only what can only be moved") {
    lade::result<std::unique_ptr<int>> made(std::make_unique<int>(5));
    REQUIRE(made);
    auto moved = std::move(made);
    auto const owned = *std::move(moved);
    CHECK(*owned == 5);
    lade::result<std::unique_ptr<int>> const failed(lade::fail(bad));
    CHECK(!failed);
    CHECK(failed.error().id == &bad);
}

TEST_CASE("assignment turns values into errors and back, and loses nothing") {
    lade::result<std::string> one(std::string(100, 'a'));
    one = lade::fail(bad);
    CHECK(!one);
    one = lade::result<std::string>(std::string(200, 'b'));
    REQUIRE(one);
    CHECK(one->size() == 200);
    lade::result<std::string> const copy = one;
    CHECK(*copy == *one);
    one = copy;
    CHECK(*one == std::string(200, 'b'));
}

TEST_CASE("the place of an error grows on its way out, a value passes") {
    CHECK(lade::result<void>(lade::fail(bad)).in("a").in("b").error().where.text() == "b > a");
    CHECK(lade::result<void>().in("a"));
    CHECK(*lade::result<std::string>(std::string("x")).in("a") == "x");
}

}  // namespace
