// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/adler32.hpp>

#include <doctest/doctest.h>

#include "samples.hpp"

using namespace lade;

namespace {

static_assert(codec::adler32({}) == 1);
static_assert(codec::adler32(samples::chars("a")) == 0x00620062U);
static_assert(codec::adler32(samples::chars("Wikipedia")) == 0x11e60398U);
static_assert(codec::adler32(samples::chars("pedia"), codec::adler32(samples::chars("Wiki"))) ==
              0x11e60398U);

}  // namespace

TEST_CASE("Adler-32 by columns is that byte by byte") {
    auto const data = samples::make(samples::kind::noise, 200000);
    for (std::size_t size = 0; size <= 1100; ++size)
        for (std::size_t offset : {0U, 1U, 13U}) {
            auto const part = bytes::view(data).subspan(offset, size);
            REQUIRE(codec::adler32(part) == codec::adler32_portable(part));
        }
    for (std::size_t size : {65535U, 65536U, 65537U, 65536U + 256U, 131072U, 199999U})
        CHECK(codec::adler32(bytes::view(data).first(size)) ==
              codec::adler32_portable(bytes::view(data).first(size)));
}

TEST_CASE("the sums of Adler-32 do not overflow on the largest bytes") {
    samples::block const data(200000, std::byte{0xff});
    CHECK(codec::adler32(data) == codec::adler32_portable(data));
    CHECK(codec::adler32(data, 0xfff0fff0U) == codec::adler32_portable(data, 0xfff0fff0U));
}
