// SPDX-License-Identifier: BSL-1.0
#include <lade/base/half.hpp>

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace {

using namespace lade;

/// Every pattern through float and back: numbers stay, NaN stays NaN.
template <class Small, class Bits>
int broken_round_trips() {
    int broken = 0;
    for (std::uint32_t raw = 0; raw <= std::numeric_limits<Bits>::max(); ++raw) {
        auto const small = Small::from_bits(static_cast<Bits>(raw));
        auto const wide = static_cast<float>(small);
        auto const back = Small(wide);
        if (std::isnan(wide)) broken += !std::isnan(static_cast<float>(back));
        else broken += back.bits != small.bits;
    }
    return broken;
}

/// Between two neighbours: below the middle the lower, above it the upper, at it the even one.
template <class Small, class Bits>
int broken_roundings(std::uint32_t last) {
    int broken = 0;
    for (std::uint32_t raw = 0; raw < last; ++raw) {
        auto const low = static_cast<float>(Small::from_bits(static_cast<Bits>(raw)));
        auto const high = static_cast<float>(Small::from_bits(static_cast<Bits>(raw + 1)));
        float const middle = low + (high - low) / 2;
        float const below = std::nextafterf(middle, low), above = std::nextafterf(middle, high);
        broken += Small(middle).bits != raw + raw % 2;
        if (below > low) broken += Small(below).bits != raw;
        if (above < high) broken += Small(above).bits != raw + 1;
    }
    return broken;
}

TEST_CASE("all 65536 half-precision numbers survive float, and so do all bfloat16 numbers") {
    CHECK(broken_round_trips<float16_t, std::uint16_t>() == 0);
    CHECK(broken_round_trips<bfloat16_t, std::uint16_t>() == 0);
}

TEST_CASE("all 256 numbers of each float8 type survive float") {
    CHECK(broken_round_trips<float8_e4m3fn_t, std::uint8_t>() == 0);
    CHECK(broken_round_trips<float8_e5m2_t, std::uint8_t>() == 0);
    CHECK(broken_round_trips<float8_e4m3fnuz_t, std::uint8_t>() == 0);
    CHECK(broken_round_trips<float8_e5m2fnuz_t, std::uint8_t>() == 0);
}

TEST_CASE("numbers between two neighbours round to the nearer, ties to the even one") {
    CHECK(broken_roundings<float16_t, std::uint16_t>(0x7bff) == 0);
    CHECK(broken_roundings<bfloat16_t, std::uint16_t>(0x7f7f) == 0);
    CHECK(broken_roundings<float8_e4m3fn_t, std::uint8_t>(0x7e) == 0);
    CHECK(broken_roundings<float8_e5m2_t, std::uint8_t>(0x7b) == 0);
    CHECK(broken_roundings<float8_e4m3fnuz_t, std::uint8_t>(0x7f) == 0);
    CHECK(broken_roundings<float8_e5m2fnuz_t, std::uint8_t>(0x7f) == 0);
}

/// IEEE 754 binary16 by its definition.
float defined_half(std::uint32_t raw) {
    double const sign = (raw & 0x8000) != 0 ? -1 : 1;
    auto const exponent = static_cast<int>(raw >> 10 & 31);
    auto const mantissa = static_cast<double>(raw & 1023);
    if (exponent == 31)
        return mantissa == 0 ? static_cast<float>(sign) * std::numeric_limits<float>::infinity()
                             : std::numeric_limits<float>::quiet_NaN();
    return static_cast<float>(sign * (exponent == 0 ? std::ldexp(mantissa, -24)
                                                    : std::ldexp(1024 + mantissa, exponent - 25)));
}

TEST_CASE("half-precision numbers are what IEEE 754 says") {
    int broken = 0;
    for (std::uint32_t raw = 0; raw < 65536; ++raw) {
        auto const wide = static_cast<float>(float16_t::from_bits(static_cast<std::uint16_t>(raw)));
        float const defined = defined_half(raw);
        if (std::isnan(defined)) broken += !std::isnan(wide);
        else broken += std::bit_cast<std::uint32_t>(wide) != std::bit_cast<std::uint32_t>(defined);
    }
    CHECK(broken == 0);
}

TEST_CASE("a bfloat16 is the upper half of a float") {
    int broken = 0;
    for (std::uint32_t raw = 0; raw < 65536; ++raw) {
        auto const wide =
            static_cast<float>(bfloat16_t::from_bits(static_cast<std::uint16_t>(raw)));
        auto const upper = std::bit_cast<float>(raw << 16);
        if (std::isnan(upper)) broken += !std::isnan(wide);
        else broken += std::bit_cast<std::uint32_t>(wide) != raw << 16;
    }
    CHECK(broken == 0);
}

struct sample {
    float value;
    std::uint8_t bits;
};

template <class Small, std::size_t Count>
void check_samples(std::array<sample, Count> const& samples) {
    for (auto const& one : samples) {
        CAPTURE(one.value);
        CHECK(int{Small(one.value).bits} == int{one.bits});
    }
}

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

TEST_CASE("float8 types spell numbers as the OCP and the fnuz tables do") {
    check_samples<float8_e4m3fn_t>(std::array{
        sample{0, 0x00}, sample{-0.0F, 0x80}, sample{1, 0x38}, sample{-1, 0xb8}, sample{448, 0x7e},
        sample{464, 0x7e}, sample{465, 0x7f}, sample{infinity, 0x7f}, sample{-infinity, 0xff},
        sample{nan, 0x7f}, sample{0.001953125F, 0x01}, sample{0.0009765625F, 0x00},
        sample{0.0009765626F, 0x01}, sample{0.015625F, 0x08}});
    check_samples<float8_e5m2_t>(
        std::array{sample{0, 0x00}, sample{-0.0F, 0x80}, sample{1, 0x3c}, sample{57344, 0x7b},
                   sample{61439, 0x7b}, sample{61440, 0x7c}, sample{infinity, 0x7c},
                   sample{-infinity, 0xfc}, sample{nan, 0x7e}, sample{0.0000152587890625F, 0x01}});
    check_samples<float8_e4m3fnuz_t>(
        std::array{sample{0, 0x00}, sample{-0.0F, 0x00}, sample{1, 0x40}, sample{-1, 0xc0},
                   sample{240, 0x7f}, sample{-240, 0xff}, sample{infinity, 0x80}, sample{nan, 0x80},
                   sample{1e-30F, 0x00}, sample{-1e-30F, 0x00}, sample{0.0009765625F, 0x01}});
    check_samples<float8_e5m2fnuz_t>(
        std::array{sample{0, 0x00}, sample{-0.0F, 0x00}, sample{1, 0x40}, sample{57344, 0x7f},
                   sample{infinity, 0x80}, sample{nan, 0x80}, sample{0.00000762939453125F, 0x01}});
}

TEST_CASE("each fnuz type has one NaN, and it is where -0 would be") {
    int nans = 0;
    for (unsigned raw = 0; raw < 256; ++raw)
        nans += std::isnan(
            static_cast<float>(float8_e4m3fnuz_t::from_bits(static_cast<std::uint8_t>(raw))));
    CHECK(nans == 1);
    CHECK(std::isnan(static_cast<float>(float8_e4m3fnuz_t::from_bits(0x80))));
    CHECK(std::isnan(static_cast<float>(float8_e5m2fnuz_t::from_bits(0x80))));
}

TEST_CASE("every float rounds to a half as it does through double arithmetic") {
    // a walk over all exponents with odd mantissas: denormals, ties, overflow
    int broken = 0;
    for (std::uint32_t high = 0; high < 65536; high += 7) {
        std::uint32_t const raw = high << 16 | (high * 2654435761U >> 16);
        auto const value = std::bit_cast<float>(raw);
        if (std::isnan(value)) continue;
        float const size = std::fabs(value);
        float expected = 0;
        if (size >= 65520) expected = infinity;
        else if (size != 0) {
            int const exponent = std::max(std::ilogb(size), -14);
            expected = static_cast<float>(
                std::ldexp(std::nearbyint(std::ldexp(double{size}, 10 - exponent)), exponent - 10));
        }
        broken += std::fabs(static_cast<float>(float16_t(value))) != expected;
    }
    CHECK(broken == 0);
}

static_assert(static_cast<float>(float16_t(1.5F)) == 1.5F);
static_assert(float16_t(65519.0F).bits == 0x7bff && float16_t(65520.0F).bits == 0x7c00);
static_assert(bfloat16_t(1.0F).bits == 0x3f80);
static_assert(static_cast<float>(bfloat16_t::from_bits(0x0001)) == 0x1p-133F);

}  // namespace
