// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

namespace lade::inline LADE_ABI::bytes {

/// The order of the bytes of a number.
enum class order : std::uint8_t { little, big };

inline constexpr order native_order =
    std::endian::native == std::endian::little ? order::little : order::big;

/// Unsigned integer of the given byte order. Precondition: `from` has sizeof(T) bytes.
template <std::unsigned_integral T>
[[nodiscard]] constexpr T load(std::byte const* from, order from_order) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        std::size_t const shift = 8 * (from_order == order::little ? i : sizeof(T) - 1 - i);
        value = static_cast<T>(value | static_cast<T>(static_cast<T>(from[i]) << shift));
    }
    return value;
}

/// Little-endian unsigned integer. Precondition: `from` has sizeof(T) bytes.
template <std::unsigned_integral T>
[[nodiscard]] constexpr T load_le(std::byte const* from) {
    if constexpr (native_order == order::little) {
        if (!std::is_constant_evaluated()) {
            T value;
            std::memcpy(&value, from, sizeof(T));
            return value;
        }
    }
    return load<T>(from, order::little);
}

template <std::unsigned_integral T>
[[nodiscard]] constexpr T load_be(std::byte const* from) {
    return load<T>(from, order::big);
}

/// Precondition: `to` has room for sizeof(T) bytes.
template <std::unsigned_integral T>
constexpr void store(std::byte* to, T value, order to_order) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        std::size_t const shift = 8 * (to_order == order::little ? i : sizeof(T) - 1 - i);
        to[i] = static_cast<std::byte>((value >> shift) & 0xff);
    }
}
template <std::unsigned_integral T>
constexpr void store_le(std::byte* to, T value) {
    store(to, value, order::little);
}
template <std::unsigned_integral T>
constexpr void store_be(std::byte* to, T value) {
    store(to, value, order::big);
}

/// Reverses the bytes of each element of `size` bytes, in place. A rest shorter than an element
/// stays as it is.
constexpr void swap_elements(std::span<std::byte> data, std::size_t size) {
    if (size < 2) return;
    for (std::size_t at = 0; data.size() - at >= size; at += size)
        for (std::size_t i = 0; i < size / 2; ++i) {
            std::byte const kept = data[at + i];
            data[at + i] = data[at + size - 1 - i];
            data[at + size - 1 - i] = kept;
        }
}

}  // namespace lade::inline LADE_ABI::bytes
