// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>

#include <cstddef>
#include <cstdint>

/// The Fletcher-32 of HDF5's filter 3 (H5_checksum_fletcher32 in H5checksum.c): two sums modulo
/// 65535 over 16-bit big-endian words, an odd last byte being the high half of a word. A sum is 0
/// only if all words are, else 1 to 65535. "abcdef" has 0x50562a2d.
namespace lade::inline LADE_ABI::codec {

[[nodiscard]] constexpr std::uint32_t fletcher32(bytes::view data) {
    constexpr std::size_t block = std::size_t{1} << 20;  // words whose sums surely fit 64 bits
    auto const folded = [](std::uint64_t sum) { return sum == 0 ? sum : (sum - 1) % 65535 + 1; };
    std::uint64_t one = 0;
    std::uint64_t two = 0;
    std::byte const* at = data.data();
    std::size_t words = data.size() / 2;
    while (words > 0) {
        std::size_t some = words < block ? words : block;
        words -= some;
        for (; some >= 4; some -= 4, at += 8) {
            auto const w = bytes::load_le<std::uint64_t>(at);
            std::uint64_t const a = w & 0xffff;
            std::uint64_t const b = w >> 16 & 0xffff;
            std::uint64_t const c = w >> 32 & 0xffff;
            std::uint64_t const d = w >> 48;
            two += 4 * (one + a) + 3 * b + 2 * c + d;
            one += a + b + c + d;
        }
        for (; some > 0; --some, at += 2) {
            one += bytes::load_le<std::uint16_t>(at);
            two += one;
        }
        one = folded(one);
        two = folded(two);
    }
    // the words are big-endian: modulo 65535 their bytes are swapped by a factor of 256
    one = folded(one << 8);
    two = folded(two << 8);
    if (data.size() % 2 != 0) {
        one += static_cast<std::uint64_t>(*at) << 8;
        two += one;
    }
    return static_cast<std::uint32_t>(folded(two) << 16 | folded(one));
}

/// Whether `stored` is the checksum of `data`, also in the form of old writers on little-endian
/// machines, which had the bytes of each half swapped (H5Zfletcher32.c).
[[nodiscard]] constexpr bool fletcher32_matches(bytes::view data, std::uint32_t stored) {
    std::uint32_t const sum = fletcher32(data);
    return stored == sum || stored == ((sum & 0x00ff00ffU) << 8 | (sum >> 8 & 0x00ff00ffU));
}

}  // namespace lade::inline LADE_ABI::codec
