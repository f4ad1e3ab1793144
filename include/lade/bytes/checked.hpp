// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>

/// Arithmetic on numbers that come from a file: the exact answer, or none.
namespace lade::inline LADE_ABI::bytes {

/// Multiplies `value` by `by`. False, and `value` is of no use, if the answer does not fit. Without
/// a division, which small processors lack for 64 bits.
template <std::unsigned_integral T>
[[nodiscard]] constexpr bool multiply(T& value, T by) {
#if defined(__GNUC__)
    return !__builtin_mul_overflow(value, by, &value);
#else
    if (by != 0 && value > static_cast<T>(-1) / by) return false;
    value = static_cast<T>(value * by);
    return true;
#endif
}

[[nodiscard]] constexpr std::optional<std::uint64_t> product(std::uint64_t a, std::uint64_t b) {
    if (!multiply(a, b)) return std::nullopt;
    return a;
}

[[nodiscard]] constexpr std::optional<std::uint64_t> sum(std::uint64_t a, std::uint64_t b) {
    if (a > ~std::uint64_t{0} - b) return std::nullopt;
    return a + b;
}

/// The product of all factors. A zero anywhere makes it zero, whatever the others are.
[[nodiscard]] constexpr std::optional<std::uint64_t> product(
    std::span<std::uint64_t const> factors) {
    std::uint64_t all = 1;
    bool fits = true;
    for (std::uint64_t factor : factors) {
        if (factor == 0) return 0;
        if (auto const next = product(all, factor)) all = *next;
        else fits = false;
    }
    if (!fits) return std::nullopt;
    return all;
}

/// Whether [offset, offset + size) lies in [0, whole).
[[nodiscard]] constexpr bool inside(std::uint64_t offset, std::uint64_t size, std::uint64_t whole) {
    return offset <= whole && size <= whole - offset;
}

/// `value` rounded up to a multiple of `alignment`. Preconditions: a power of two; the answer fits
/// 64 bits.
[[nodiscard]] constexpr std::uint64_t aligned(std::uint64_t value, std::uint64_t alignment) {
    return (value + alignment - 1) & ~(alignment - 1);
}

}  // namespace lade::inline LADE_ABI::bytes
