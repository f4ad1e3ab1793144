// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

/// Adler-32 (RFC 1950, 8.2): two sums modulo 65521. "Wikipedia" has 0x11e60398.
namespace lade::inline LADE_ABI::codec {

/// The portable twin of `adler32`, byte by byte.
[[nodiscard]] constexpr std::uint32_t adler32_portable(bytes::view data, std::uint32_t before = 1) {
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

namespace detail {

#if defined(__GNUC__) && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LADE_CODEC_VECTOR_ADLER 1

/// Sixteen columns at once. With n rows x of sixteen bytes, column j adds to the first sum the
/// bytes x[k][j] and to the second 16 times the sum of its running sums, less j times its bytes.
/// Rows are taken sixteen at a time in 16-bit lanes. Precondition: size is a multiple of 256 and at
/// most 64 KiB.
inline void adler32_columns(std::byte const* at, std::size_t size, std::uint64_t& a,
                            std::uint64_t& b) {
    using lanes16 = std::uint16_t __attribute__((vector_size(16)));
    using lanes32 = std::uint32_t __attribute__((vector_size(16)));
    b += size * a;
    lanes32 sums[4]{};     // columns 0 4 8 12, 2 6 10 14, 1 5 9 13, 3 7 11 15
    lanes32 running[4]{};  // sums of the running sums
    for (std::size_t done = 0; done < size; done += 256) {
        lanes16 even{};
        lanes16 odd{};
        lanes16 even_running{};
        lanes16 odd_running{};
        for (std::size_t row = 0; row < 16; ++row, at += 16) {
            lanes16 x;
            std::memcpy(&x, at, 16);
            even += x & 0xff;
            odd += x >> 8;
            even_running += even;
            odd_running += odd;
        }
        auto const narrow = [](lanes16 from, lanes32& low, lanes32& high) {
            lanes32 const both = reinterpret_cast<lanes32>(from);
            low += both & 0xffff;
            high += both >> 16;
        };
        for (std::size_t i = 0; i < 4; ++i) running[i] += sums[i] << 4;
        narrow(even, sums[0], sums[1]);
        narrow(odd, sums[2], sums[3]);
        narrow(even_running, running[0], running[1]);
        narrow(odd_running, running[2], running[3]);
    }
    constexpr std::size_t first[4]{0, 2, 1, 3};
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j) {
            a += sums[i][j];
            b += std::uint64_t{running[i][j]} * 16 - std::uint64_t{sums[i][j]} * (first[i] + 4 * j);
        }
}

#else
#define LADE_CODEC_VECTOR_ADLER 0
#endif

}  // namespace detail

/// The Adler-32 of `data`, or of everything up to the end of `data` if `before` is that of what
/// came in front of it.
[[nodiscard]] constexpr std::uint32_t adler32(bytes::view data, std::uint32_t before = 1) {
#if LADE_CODEC_VECTOR_ADLER
    if (!std::is_constant_evaluated() && data.size() >= 256) {
        std::uint64_t a = before & 0xffffU;
        std::uint64_t b = before >> 16;
        while (data.size() >= 256) {
            std::size_t const size = data.size() < 0x10000 ? data.size() / 256 * 256 : 0x10000;
            detail::adler32_columns(data.data(), size, a, b);
            a %= 65521;
            b %= 65521;
            data = data.subspan(size);
        }
        before = static_cast<std::uint32_t>(b << 16 | a);
    }
#endif
    return adler32_portable(data, before);
}

}  // namespace lade::inline LADE_ABI::codec
