// SPDX-License-Identifier: BSL-1.0
#include <lade/container/hdf5/boxes.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <vector>

using namespace lade;

TEST_CASE("boxes cover a linear range exactly once and in order") {
    std::uint64_t const dims[] = {3, 4, 5};
    for (std::uint64_t first = 0; first < 60; ++first)
        for (std::uint64_t count = 0; first + count <= 60; ++count) {
            std::uint64_t next = first;
            unsigned boxes = 0;
            CHECK(hdf5::for_each_box(
                dims, first, count,
                [&](std::uint64_t const* start, std::uint64_t const* box,
                    std::uint64_t size) -> result<void> {
                    ++boxes;
                    std::uint64_t covered = 0;
                    bool in_order = true;
                    auto const run = [&](std::uint64_t at, std::uint64_t length) -> result<void> {
                        in_order = in_order && at == next + covered;
                        covered += length;
                        return {};
                    };
                    CHECK(hdf5::for_each_run(dims, start, box, run));
                    CHECK(in_order);
                    CHECK(covered == size);
                    next += size;
                    return {};
                }));
            CHECK(next == first + count);
            CHECK(boxes <= 6);
        }
}

TEST_CASE("a scalar is one box and one run") {
    unsigned boxes = 0;
    CHECK(hdf5::for_each_box({}, 0, 1, [&](auto, auto, std::uint64_t size) -> result<void> {
        boxes += size == 1;
        return {};
    }));
    CHECK(boxes == 1);
}

TEST_CASE("filling repeats the element from any place in it") {
    std::byte const element[] = {std::byte{1}, std::byte{2}, std::byte{3}};
    for (std::uint64_t skip = 0; skip < 7; ++skip)
        for (std::size_t size = 0; size < 40; ++size) {
            std::vector<std::byte> to(size, std::byte{9});
            hdf5::fill_elements(to, element, skip);
            bool equal = true;
            for (std::size_t i = 0; i < size; ++i)
                equal = equal && to[i] == element[(i + skip) % 3];
            CHECK(equal);
        }
    std::vector<std::byte> zeros(5, std::byte{9});
    hdf5::fill_elements(zeros, {}, 3);
    CHECK(zeros == std::vector<std::byte>(5));
}
