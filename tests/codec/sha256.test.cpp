// SPDX-License-Identifier: BSL-1.0
#include <lade/codec/sha256.hpp>

#include <doctest/doctest.h>

#include "samples.hpp"

using namespace lade;

namespace {

constexpr auto hash(bytes::view data) { return codec::sha256{}.update(data).digest(); }

// FIPS 180-4 examples
static_assert(hash({}) ==
              samples::hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
static_assert(hash(samples::chars("abc")) ==
              samples::hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
static_assert(hash(samples::chars("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
              samples::hex("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));

}  // namespace

TEST_CASE("a million times the letter a, in pieces") {
    codec::sha256 all;
    samples::block const piece(1000, std::byte{'a'});
    for (int i = 0; i < 1000; ++i) all.update(piece);
    CHECK(all.digest() ==
          samples::hex("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

TEST_CASE("the fast block function is the portable one") {
    auto const data = samples::make(samples::kind::noise, 64 * 9 + 5);
    for (std::size_t blocks = 0; blocks <= 9; ++blocks) {
        auto fast = codec::detail::sha256_start;
        auto portable = fast;
        codec::detail::sha256_blocks(fast, data.data() + 5, blocks);
        codec::detail::sha256_blocks_portable(portable, data.data() + 5, blocks);
        REQUIRE(fast == portable);
    }
}

TEST_CASE("the digest does not depend on how the data were cut, and can be asked on the way") {
    auto const data = samples::make(samples::kind::noise, 300);
    bytes::view const all = data;
    auto const whole = hash(all);
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
        codec::sha256 in_two;
        in_two.update(all.first(cut));
        REQUIRE(in_two.digest() == hash(all.first(cut)));
        REQUIRE(in_two.update(all.subspan(cut)).digest() == whole);
    }
    codec::sha256 by_bytes;
    for (std::size_t i = 0; i < all.size(); ++i) by_bytes.update(all.subspan(i, 1));
    CHECK(by_bytes.digest() == whole);
}
