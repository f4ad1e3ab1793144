// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/view.hpp>

#include <cstddef>
#include <cstdint>

/// Adler-32 (RFC 1950, 8.2): two sums modulo 65521. "Wikipedia" has 0x11e60398.
namespace lade::inline LADE_ABI::codec {

/// The Adler-32 of `data`, or of everything up to the end of `data` if `before` is that of what
/// came in front of it.
[[nodiscard]] constexpr std::uint32_t adler32(bytes::view data, std::uint32_t before = 1) {
    constexpr std::uint32_t modulus = 65521;
    constexpr std::size_t block = 5552;  // the most bytes whose sums fit 32 bits
    std::uint32_t a = before & 0xffffU;
    std::uint32_t b = before >> 16;
    while (!data.empty()) {
        bytes::view const some = data.first(data.size() < block ? data.size() : block);
        for (std::byte byte : some) {
            a += static_cast<std::uint32_t>(byte);
            b += a;
        }
        a %= modulus;
        b %= modulus;
        data = data.subspan(some.size());
    }
    return b << 16 | a;
}

}  // namespace lade::inline LADE_ABI::codec
