// SPDX-License-Identifier: BSL-1.0
#include <lade/model/strides.hpp>

#include <doctest/doctest.h>

#include <vector>

namespace {

using shape = std::vector<std::uint64_t>;
using strides = std::vector<std::int64_t>;

TEST_CASE("dense means row-major without gaps, whatever axes of length 1 say") {
    CHECK(lade::is_dense(shape{}, strides{}));
    CHECK(lade::is_dense(shape{3}, strides{1}));
    CHECK(lade::is_dense(shape{2, 3}, strides{3, 1}));
    CHECK(lade::is_dense(shape{1, 3}, strides{999, 1}));
    CHECK(lade::is_dense(shape{2, 1, 3}, strides{3, 7, 1}));
    CHECK(lade::is_dense(shape{0, 3}, strides{5, 5}));
    CHECK(lade::is_dense(shape{3, 0}, strides{5, 5}));
    CHECK_FALSE(lade::is_dense(shape{2, 3}, strides{1, 2}));
    CHECK_FALSE(lade::is_dense(shape{3}, strides{2}));
    CHECK_FALSE(lade::is_dense(shape{3}, strides{0}));
    CHECK_FALSE(lade::is_dense(shape{2, 3}, strides{4, 1}));
}

std::vector<std::uint64_t> places(shape const& of, strides const& by, std::uint64_t offset,
                                  std::uint64_t first = 0) {
    std::uint64_t count = 1;
    for (auto one : of) count *= one;
    std::vector<std::uint64_t> found;
    lade::strided_places at(of, by, offset, first);
    for (std::uint64_t i = first; i < count; ++i, at.next()) found.push_back(at.place());
    return found;
}

TEST_CASE("elements are visited in row-major order, from any one on") {
    CHECK(places({}, {}, 5) == std::vector<std::uint64_t>{5});
    CHECK(places({2, 3}, {1, 2}, 0) == std::vector<std::uint64_t>{0, 2, 4, 1, 3, 5});
    CHECK(places({2, 2}, {0, 3}, 1) == std::vector<std::uint64_t>{1, 4, 1, 4});
    shape const of{3, 1, 4, 2};
    strides const by{1, 77, 6, 3};
    auto const all = places(of, by, 10);
    for (std::uint64_t first = 0; first < all.size(); ++first)
        CHECK(places(of, by, 10, first) ==
              std::vector<std::uint64_t>(all.begin() + static_cast<std::ptrdiff_t>(first),
                                         all.end()));
}

}  // namespace
