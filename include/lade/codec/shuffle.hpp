// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/view.hpp>
#include <lade/codec/cpu.hpp>

#include <cstddef>
#include <span>
#include <type_traits>

/// The byte shuffle of HDF5's filter 2: of n elements of s bytes, byte j of element i stands at j *
/// n + i; bytes that make no whole element stay behind.
namespace lade::inline LADE_ABI::codec {

namespace detail {

#if defined(__GNUC__) && !defined(_MSC_VER)

using sixteen_bytes = unsigned char __attribute__((vector_size(16)));

/// Interleaves the first half of `block` with the second, byte by byte, `Rounds` times. A round
/// turns the bits of each byte's place by one, so log2(Planes) rounds transpose Planes x 16 into 16
/// x Planes and four rounds transpose it back.
template <int Rounds, std::size_t Planes>
LADE_CODEC_INLINE void interleave(sixteen_bytes (&block)[Planes]) {
    if constexpr (Rounds > 0) {
        sixteen_bytes next[Planes];
#pragma GCC unroll 8
        for (std::size_t k = 0; k < Planes / 2; ++k) {
            sixteen_bytes const a = block[k];
            sixteen_bytes const b = block[k + Planes / 2];
            next[2 * k] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6,
                                                  22, 7, 23);
            next[2 * k + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28,
                                                      13, 29, 14, 30, 15, 31);
        }
        interleave<Rounds - 1>(next);
#pragma GCC unroll 8
        for (std::size_t k = 0; k < Planes; ++k) block[k] = next[k];
    }
}

/// Whole blocks of sixteen elements; the number of elements done.
template <std::size_t Size, int Rounds>
inline std::size_t unshuffle_blocks(std::byte const* from, std::byte* to, std::size_t count) {
    std::size_t i = 0;
    for (; count - i >= 16; i += 16) {
        sixteen_bytes block[Size];
        for (std::size_t j = 0; j < Size; ++j)
            __builtin_memcpy(&block[j], from + j * count + i, 16);
        interleave<Rounds>(block);
        __builtin_memcpy(to + i * Size, block, 16 * Size);
    }
    return i;
}
template <std::size_t Size>
inline std::size_t shuffle_blocks(std::byte const* from, std::byte* to, std::size_t count) {
    std::size_t i = 0;
    for (; count - i >= 16; i += 16) {
        sixteen_bytes block[Size];
        __builtin_memcpy(block, from + i * Size, 16 * Size);
        interleave<4>(block);
#pragma GCC unroll 8
        for (std::size_t j = 0; j < Size; ++j) __builtin_memcpy(to + j * count + i, &block[j], 16);
    }
    return i;
}

inline std::size_t unshuffle_fast(std::byte const* from, std::byte* to, std::size_t count,
                                  std::size_t size) {
    switch (size) {
        case 2: return unshuffle_blocks<2, 1>(from, to, count);
        case 4: return unshuffle_blocks<4, 2>(from, to, count);
        case 8: return unshuffle_blocks<8, 3>(from, to, count);
        default: return 0;
    }
}
inline std::size_t shuffle_fast(std::byte const* from, std::byte* to, std::size_t count,
                                std::size_t size) {
    switch (size) {
        case 2: return shuffle_blocks<2>(from, to, count);
        case 4: return shuffle_blocks<4>(from, to, count);
        case 8: return shuffle_blocks<8>(from, to, count);
        default: return 0;
    }
}

#else

inline std::size_t unshuffle_fast(std::byte const*, std::byte*, std::size_t, std::size_t) {
    return 0;
}
inline std::size_t shuffle_fast(std::byte const*, std::byte*, std::size_t, std::size_t) {
    return 0;
}

#endif

}  // namespace detail

/// Groups the bytes of equal weight. Preconditions: `to` is as long as `from` and does not overlap
/// it. Size 0 copies.
constexpr void shuffle(bytes::view from, std::span<std::byte> to, std::size_t size) {
    std::size_t const count = size == 0 ? 0 : from.size() / size;
    std::size_t done = 0;
    if (!std::is_constant_evaluated())
        done = detail::shuffle_fast(from.data(), to.data(), count, size);
    for (std::size_t j = 0; j < size && count != 0; ++j)
        for (std::size_t i = done; i < count; ++i) to[j * count + i] = from[i * size + j];
    for (std::size_t at = count * size; at < from.size(); ++at) to[at] = from[at];
}

/// Undoes `shuffle`. The same preconditions.
constexpr void unshuffle(bytes::view from, std::span<std::byte> to, std::size_t size) {
    std::size_t const count = size == 0 ? 0 : from.size() / size;
    std::size_t done = 0;
    if (!std::is_constant_evaluated())
        done = detail::unshuffle_fast(from.data(), to.data(), count, size);
    for (std::size_t j = 0; j < size && count != 0; ++j)
        for (std::size_t i = done; i < count; ++i) to[i * size + j] = from[j * count + i];
    for (std::size_t at = count * size; at < from.size(); ++at) to[at] = from[at];
}

}  // namespace lade::inline LADE_ABI::codec
