// SPDX-License-Identifier: BSL-1.0
#include <lade/model/tensor.hpp>

#include <doctest/doctest.h>

namespace {

using lade::tensor;

static_assert(tensor<float, 3, 4>::size() == 12 && tensor<float, 3, 4>::rank() == 2);
static_assert(!std::is_copy_constructible_v<lade::block> &&
              std::is_copy_constructible_v<tensor<float>>);
static_assert(std::is_nothrow_move_constructible_v<tensor<float>> &&
              std::is_nothrow_move_assignable_v<tensor<float, 2>>);

TEST_CASE("a tensor of a fixed shape is whole and zero from the start") {
    tensor<float, 3, 4> t;
    CHECK(t.shape().size() == 2);
    CHECK(t.shape()[1] == 4);
    CHECK(std::all_of(t.begin(), t.end(), [](float x) { return x == 0; }));
    CHECK(reinterpret_cast<std::uintptr_t>(t.data()) % lade::block::alignment == 0);
    t(1, 2) = 5;
    CHECK(t.span()[6] == 5);
    tensor<float, 3, 4> const copy = t;
    CHECK(copy == t);
    CHECK(copy(1, 2) == 5);
    CHECK(copy.data() != t.data());
}

TEST_CASE("a tensor without a shape in its type has one axis of no elements") {
    tensor<float> t;
    CHECK(t.empty());
    CHECK(t.rank() == 1);
    CHECK(t.shape()[0] == 0);
    CHECK(t == tensor<float>{});
}

TEST_CASE("a tensor takes a new shape, with zeros") {
    tensor<std::int16_t> t{2, 3};
    t(1, 0) = 7;
    CHECK(t.span()[3] == 7);
    tensor<std::int16_t> const before = t;
    t.resize(t.shape());
    CHECK(t.rank() == 2);
    CHECK(t(1, 0) == 0);
    CHECK(t != before);
    t.resize({});
    CHECK(t.size() == 1);
    CHECK(t.rank() == 0);
    CHECK(t() == 0);
    t.resize({5, 0, 2});
    CHECK(t.empty());
    CHECK(t.rank() == 3);
}

TEST_CASE("a tensor that was moved from is like a new one") {
    tensor<double> t{4};
    t(3) = 1;
    tensor<double> other = std::move(t);
    CHECK(other(3) == 1.0);
    CHECK(t.empty());  // NOLINT: that is what is tested
    CHECK(t.shape()[0] == 0);
    t = other;
    CHECK(t == other);
    tensor<double, 2> fixed, taken = std::move(fixed);
    CHECK(fixed.span().empty());
    CHECK(taken.span().size() == 2);
    fixed = taken;
    CHECK(fixed == taken);
}

TEST_CASE("tensors of equal elements and other shapes differ") {
    CHECK(tensor<float>{2, 3} != tensor<float>{3, 2});
    CHECK(tensor<float>{2, 3} == tensor<float>{2, 3});
}

TEST_CASE("a shape that no memory holds is an error, and changes nothing") {
    tensor<float> t{2};
    t(1) = 3;
    std::uint64_t const huge[]{std::uint64_t{1} << 62, 2};
    std::uint64_t const large[]{std::uint64_t{1} << 61};
    CHECK(t.try_resize_for_overwrite(huge).error().id->name == "memory.exhausted");
    CHECK(t.try_resize_for_overwrite(large).error().id->name == "memory.exhausted");
    CHECK(t(1) == 3);
}

TEST_CASE("a resize to as many elements keeps the memory, and shows only fresh memory") {
    static int shown;
    shown = 0;
    auto const show = [](std::span<std::byte> fresh) { shown += static_cast<int>(fresh.size()); };
    tensor<float> t;
    std::uint64_t const a[]{2, 3}, b[]{3, 2}, c[]{7};
    REQUIRE(t.try_resize_for_overwrite(a, show));
    CHECK(shown == 24);
    float const* const at = t.data();
    REQUIRE(t.try_resize_for_overwrite(b, show));
    CHECK(shown == 24);
    CHECK(t.data() == at);
    CHECK(t.shape()[0] == 3);
    REQUIRE(t.try_resize_for_overwrite(c, show));
    CHECK(shown == 52);
}

}  // namespace
