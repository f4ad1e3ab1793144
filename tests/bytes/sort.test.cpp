// SPDX-License-Identifier: BSL-1.0
#include <lade/bytes/sort.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <span>
#include <string>
#include <vector>

using namespace lade;

namespace {

static_assert([] {
    std::array<int, 20> some{3, 1, 2, 9, 8, 7, 6, 5, 4, 0, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10};
    bytes::sort(some);
    for (int i = 0; i < 20; ++i)
        if (some[static_cast<std::size_t>(i)] != i) return false;
    return true;
}());

/// Comparisons that sorting takes; checks the order.
std::size_t sorted(std::vector<unsigned> items) {
    auto expected = items;
    std::sort(expected.begin(), expected.end());
    std::size_t count = 0;
    bytes::sort(items, [&count](unsigned a, unsigned b) {
        ++count;
        return a < b;
    });
    CHECK(items == expected);
    return count;
}

}  // namespace

TEST_CASE("items come into order, whatever order they had, in n log n comparisons") {
    std::mt19937 random(1);
    for (std::size_t const size : {0U, 1U, 2U, 15U, 16U, 17U, 18U, 100U, 1000U, 4096U, 20000U}) {
        std::vector<std::vector<unsigned>> all(8, std::vector<unsigned>(size));
        for (unsigned i = 0; i < size; ++i) {
            all[0][i] = static_cast<unsigned>(random());
            all[1][i] = i;
            all[2][i] = static_cast<unsigned>(size) - i;
            all[3][i] = 7;
            all[4][i] = static_cast<unsigned>(random() % 3);
            all[5][i] = i % 2 == 0 ? i : static_cast<unsigned>(size) - i;
            all[6][i] = i < size / 2 ? i : static_cast<unsigned>(size) - i;
            all[7][i] = i % 64;
        }
        std::size_t bound = 40;
        for (std::size_t left = size; left > 1; left /= 2) bound += 5 * size;
        for (auto const& one : all) CHECK(sorted(one) <= bound);
    }
}

TEST_CASE("pivots that an enemy chose do not make it quadratic") {
    // answers so that each pivot is among the least (M. D. McIlroy, "A Killer Adversary for
    // Quicksort")
    std::size_t const size = 20000;
    std::vector<std::size_t> value(size, size);
    std::vector<std::size_t> items(size);
    for (std::size_t i = 0; i < size; ++i) items[i] = i;
    std::size_t fixed = 0;
    std::size_t candidate = 0;
    std::size_t count = 0;
    bytes::sort(items, [&](std::size_t a, std::size_t b) {
        ++count;
        if (value[a] == size && value[b] == size) value[a == candidate ? a : b] = fixed++;
        if (value[a] == size) candidate = a;
        else if (value[b] == size) candidate = b;
        return value[a] < value[b];
    });
    CHECK(count < 15 * 6 * size);
    CHECK(std::is_sorted(items.begin(), items.end(),
                         [&](std::size_t a, std::size_t b) { return value[a] < value[b]; }));
}

TEST_CASE("items that own memory are moved, and a span will do") {
    std::vector<std::string> words;
    for (int i = 0; i < 300; ++i)
        words.push_back("a text that is too long to be in place " + std::to_string(i * 37 % 300));
    auto expected = words;
    std::sort(expected.begin(), expected.end());
    bytes::sort(words);
    CHECK(words == expected);
    bytes::sort(std::span(words), [](auto const& a, auto const& b) { return a > b; });
    CHECK(std::is_sorted(words.rbegin(), words.rend()));
}
