// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

/// Bob Jenkins's lookup3 (hashlittle, May 2006): the checksum of HDF5's metadata and the hash of
/// its names. No bytes have 0xdeadbeef.
namespace lade::inline LADE_ABI::codec {

[[nodiscard]] constexpr std::uint32_t lookup3(bytes::view data, std::uint32_t seed = 0) {
    std::uint32_t a = 0xdeadbeefU + static_cast<std::uint32_t>(data.size() & 0xffffffffU) + seed;
    std::uint32_t b = a;
    std::uint32_t c = a;
    std::byte const* at = data.data();
    std::size_t left = data.size();

    for (; left > 12; left -= 12, at += 12) {
        a += bytes::load_le<std::uint32_t>(at);
        b += bytes::load_le<std::uint32_t>(at + 4);
        c += bytes::load_le<std::uint32_t>(at + 8);
        a = (a - c) ^ std::rotl(c, 4), c += b;
        b = (b - a) ^ std::rotl(a, 6), a += c;
        c = (c - b) ^ std::rotl(b, 8), b += a;
        a = (a - c) ^ std::rotl(c, 16), c += b;
        b = (b - a) ^ std::rotl(a, 19), a += c;
        c = (c - b) ^ std::rotl(b, 4), b += a;
    }
    if (left == 0) return c;

    std::uint32_t last[3]{};
    for (std::size_t i = 0; i < left; ++i)
        last[i / 4] |= static_cast<std::uint32_t>(at[i]) << (8 * (i % 4));
    a += last[0];
    b += last[1];
    c += last[2];
    c = (c ^ b) - std::rotl(b, 14);
    a = (a ^ c) - std::rotl(c, 11);
    b = (b ^ a) - std::rotl(a, 25);
    c = (c ^ b) - std::rotl(b, 16);
    a = (a ^ c) - std::rotl(c, 4);
    b = (b ^ a) - std::rotl(a, 14);
    c = (c ^ b) - std::rotl(b, 24);
    return c;
}

}  // namespace lade::inline LADE_ABI::codec
