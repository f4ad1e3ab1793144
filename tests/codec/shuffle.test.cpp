// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/shuffle.hpp>

#include <doctest/doctest.h>

#include "samples.hpp"

using namespace lade;

namespace {

static_assert([] {
    auto const from = samples::hex("0001020310111213ff");
    std::array<std::byte, from.size()> to{};
    std::array<std::byte, from.size()> back{};
    codec::shuffle(from, to, 4);
    codec::unshuffle(to, back, 4);
    return to == samples::hex("0010011102120313ff") && back == from;
}());

}  // namespace

TEST_CASE("byte j of element i stands at j * n + i, and the rest stays behind") {
    auto const data = samples::make(samples::kind::noise, 700);
    for (std::size_t size : {0U, 1U, 2U, 3U, 4U, 5U, 8U, 16U, 500U, 900U})
        for (std::size_t length = 0; length <= 650; length += length < 300 ? 1 : 7) {
            auto const from = bytes::view(data).subspan(length % 5, length);
            samples::block expected(length);
            std::size_t const n = size == 0 ? 0 : length / size;
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < size; ++j) expected[j * n + i] = from[i * size + j];
            for (std::size_t i = n * size; i < length; ++i) expected[i] = from[i];

            samples::block to(length);
            codec::shuffle(from, to, size);
            REQUIRE(to == expected);
            samples::block back(length);
            codec::unshuffle(to, back, size);
            REQUIRE(back == samples::block(from.begin(), from.end()));
        }
}
