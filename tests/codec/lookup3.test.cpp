// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/lookup3.hpp>

#include <doctest/doctest.h>

#include "samples.hpp"

using namespace lade;

namespace {

// vectors of the author's driver5() and of files written by libhdf5
static_assert(codec::lookup3({}) == 0xdeadbeefU);
static_assert(codec::lookup3({}, 0xdeadbeefU) == 0xbd5b7ddeU);
static_assert(codec::lookup3(samples::chars("Four score and seven years ago")) == 0x17770551U);
static_assert(codec::lookup3(samples::chars("Four score and seven years ago"), 1) == 0xcd628161U);
static_assert(codec::lookup3(samples::chars("a")) == 0x58d68708U);
static_assert(codec::lookup3(samples::chars("kernel:0")) == 0x26378dbbU);
static_assert(codec::lookup3(samples::chars("123456789")) == 0x845d9a96U);
static_assert(codec::lookup3(std::array<std::byte, 12>{}) == 0x1b68e557U);
static_assert(codec::lookup3(samples::hex("000102030405060708090a0b0c0d0e0f1011121314151617")) ==
              0x9c0add53U);

}  // namespace

TEST_CASE("lookup3 hears every byte") {
    auto data = samples::make(samples::kind::noise, 40);
    for (std::size_t size = 1; size <= data.size(); ++size) {
        std::uint32_t const before = codec::lookup3(bytes::view(data).first(size));
        for (std::size_t i = 0; i < size; ++i) {
            data[i] ^= std::byte{1};
            REQUIRE(codec::lookup3(bytes::view(data).first(size)) != before);
            data[i] ^= std::byte{1};
        }
    }
}
