// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <bit>
#include <cstdint>

/// The small floating-point types of model files: bits that convert to float and back, and nothing
/// else.
///
/// `to_float` is exact. `from_float` rounds to nearest, ties to even, as the frameworks do; what is
/// too large becomes infinity, or NaN where the type has no infinity.
namespace lade::inline LADE_ABI {

/// How a type of at most 16 bits spells numbers.
struct float_layout {
    unsigned exponent_bits;
    unsigned mantissa_bits;
    int bias;
    bool infinity;           ///< the largest exponent means infinity and NaN, as in IEEE 754
    bool negative_zero_nan;  ///< "fnuz": the pattern of -0 is the only NaN
};

namespace detail {

constexpr float power_of_two(int exponent) {
    float value = 1;
    for (; exponent > 0; --exponent) value *= 2;
    for (; exponent < 0; ++exponent) value /= 2;
    return value;
}

constexpr float widen(std::uint32_t bits, float_layout const& layout) {
    std::uint32_t const sign = bits >> (layout.exponent_bits + layout.mantissa_bits) & 1;
    std::uint32_t const top = (1U << layout.exponent_bits) - 1;
    std::uint32_t const exponent = bits >> layout.mantissa_bits & top;
    std::uint32_t const mantissa = bits & ((1U << layout.mantissa_bits) - 1);
    std::uint32_t const all_ones = (1U << layout.mantissa_bits) - 1;
    constexpr std::uint32_t nan = 0x7fc00000;
    if (layout.negative_zero_nan) {
        if (sign == 1 && exponent == 0 && mantissa == 0) return std::bit_cast<float>(nan);
    } else if (layout.infinity) {
        if (exponent == top)
            return std::bit_cast<float>(sign << 31 | 0x7f800000 |
                                        mantissa << (23 - layout.mantissa_bits));
    } else if (exponent == top && mantissa == all_ones) {
        return std::bit_cast<float>(sign << 31 | nan);
    }
    auto const part =
        static_cast<float>(exponent == 0 ? mantissa : mantissa | 1U << layout.mantissa_bits);
    int const scale = (exponent == 0 ? 1 : static_cast<int>(exponent)) - layout.bias -
                      static_cast<int>(layout.mantissa_bits);
    float const size = scale < -126 ? part * power_of_two(-126) * power_of_two(scale + 126)
                                    : part * power_of_two(scale);
    return sign != 0 ? -size : size;
}

constexpr std::uint32_t narrow(float value, float_layout const& layout) {
    auto const bits = std::bit_cast<std::uint32_t>(value);
    std::uint32_t const sign = bits >> 31 << (layout.exponent_bits + layout.mantissa_bits);
    std::uint32_t const top = (1U << layout.exponent_bits) - 1;
    std::uint32_t const all_ones = (1U << layout.mantissa_bits) - 1;
    std::uint32_t const not_a_number =
        layout.negative_zero_nan ? 1U << (layout.exponent_bits + layout.mantissa_bits)
        : layout.infinity ? sign | top << layout.mantissa_bits | 1U << (layout.mantissa_bits - 1)
                          : sign | top << layout.mantissa_bits | all_ones;
    std::uint32_t const beyond =
        layout.infinity ? sign | top << layout.mantissa_bits : not_a_number;
    std::uint32_t const magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) return not_a_number;
    if (magnitude == 0x7f800000) return beyond;
    if (magnitude == 0) return layout.negative_zero_nan ? 0 : sign;

    int exponent = static_cast<int>(magnitude >> 23) - 127;
    std::uint64_t mantissa = magnitude & 0x7fffff;
    if (magnitude >> 23 == 0) {
        exponent = -126;
    } else {
        mantissa |= 0x800000;
    }
    int const target = exponent + layout.bias;  // the exponent field that the number would have
    int drop = 23 - static_cast<int>(layout.mantissa_bits) + (target < 1 ? 1 - target : 0);
    if (drop > 40) drop = 40;
    std::uint64_t kept = mantissa >> drop;
    std::uint64_t const rest = mantissa & ((std::uint64_t{1} << drop) - 1);
    std::uint64_t const middle = std::uint64_t{1} << (drop - 1);
    if (rest > middle || (rest == middle && (kept & 1) != 0)) ++kept;
    // a carry out of the mantissa moves into the exponent by itself
    std::uint64_t const out =
        target < 1 ? kept : (static_cast<std::uint64_t>(target - 1) << layout.mantissa_bits) + kept;
    std::uint64_t const largest =
        layout.negative_zero_nan ? (std::uint64_t{top} << layout.mantissa_bits | all_ones)
        : layout.infinity        ? (std::uint64_t{top} << layout.mantissa_bits) - 1
                                 : (std::uint64_t{top} << layout.mantissa_bits | all_ones) - 1;
    if (out > largest) return beyond;
    if (out == 0) return layout.negative_zero_nan ? 0 : sign;
    return sign | static_cast<std::uint32_t>(out);
}

}  // namespace detail

/// A floating-point number of few bits. `Bits` is its storage.
template <class Bits, float_layout Layout>
struct small_float {
    Bits bits{};

    constexpr small_float() = default;
    constexpr explicit small_float(float value)
        : bits(static_cast<Bits>(detail::narrow(value, Layout))) {}
    constexpr operator float() const { return detail::widen(bits, Layout); }

    static constexpr small_float from_bits(Bits raw) {
        small_float made;
        made.bits = raw;
        return made;
    }
};

using float16_t = small_float<std::uint16_t, float_layout{5, 10, 15, true, false}>;
using bfloat16_t = small_float<std::uint16_t, float_layout{8, 7, 127, true, false}>;
using float8_e4m3fn_t = small_float<std::uint8_t, float_layout{4, 3, 7, false, false}>;
using float8_e5m2_t = small_float<std::uint8_t, float_layout{5, 2, 15, true, false}>;
using float8_e4m3fnuz_t = small_float<std::uint8_t, float_layout{4, 3, 8, false, true}>;
using float8_e5m2fnuz_t = small_float<std::uint8_t, float_layout{5, 2, 16, false, true}>;

}  // namespace lade::inline LADE_ABI
