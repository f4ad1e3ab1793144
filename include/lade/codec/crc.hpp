// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>
#include <lade/codec/cpu.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

/// What the 32-bit CRCs share: polynomials modulo P over GF(2) with the bits reversed, so that bit
/// 31 of a word is the coefficient of x^0, as RFC 1952 and RFC 3720 have it. The state here is the
/// register itself; callers invert it before and after.
namespace lade::inline LADE_ABI::codec::detail {

/// `sliced[k][b]` is the effect of byte b after k further zero bytes, k < 8; `braided[k][b]` that
/// after k zero bytes and four words of eight more.
struct crc_tables {
    using rows = std::array<std::array<std::uint32_t, 256>, 8>;
    rows sliced{};
    rows braided{};
};
inline constexpr std::size_t crc_braids = 5;

/// Each effect is the sum of those of the bits; the effects of single bits follow from one another.
[[nodiscard]] constexpr crc_tables make_crc_tables(std::uint32_t polynomial) {
    crc_tables tables{};
    std::uint32_t state = 1;  // a last bit, then what each zero bit more makes of it
    for (std::size_t k = 0; k < 8 * crc_braids; ++k) {
        std::uint32_t bits[8]{};
        for (std::size_t bit = 8; bit-- > 0;) {
            state = (state >> 1) ^ ((state & 1U) != 0 ? polynomial : 0U);
            bits[bit] = state;
        }
        if (k >= 8 && k < 8 * (crc_braids - 1)) continue;
        auto& row = (k < 8 ? tables.sliced : tables.braided)[k % 8];
        for (std::size_t bit = 0; bit < 8; ++bit)
            for (std::size_t low = 0; low < (std::size_t{1} << bit); ++low)
                row[(std::size_t{1} << bit) + low] = row[low] ^ bits[bit];
    }
    return tables;
}

/// The effect of the eight bytes of a word, its lowest first.
[[nodiscard]] constexpr std::uint32_t crc_word(crc_tables::rows const& t, std::uint64_t word) {
    auto const low = static_cast<std::uint32_t>(word);
    auto const high = static_cast<std::uint32_t>(word >> 32);
    return t[7][low & 0xffU] ^ t[6][low >> 8 & 0xffU] ^ t[5][low >> 16 & 0xffU] ^ t[4][low >> 24] ^
           t[3][high & 0xffU] ^ t[2][high >> 8 & 0xffU] ^ t[1][high >> 16 & 0xffU] ^
           t[0][high >> 24];
}

/// The register after `size` more bytes. Five registers take a word each in turn, so that none
/// waits for the look-ups of another (K. Kadatch and B. Jenkins, "Everything we know about CRC but
/// afraid to forget").
[[nodiscard]] constexpr std::uint32_t crc_by_tables(crc_tables const& t, std::byte const* at,
                                                    std::size_t size, std::uint32_t state) {
    constexpr std::size_t round = 8 * crc_braids;
    auto const word = [&at](std::size_t k) { return bytes::load_le<std::uint64_t>(at + 8 * k); };
    if (size >= 2 * round) {
        std::uint64_t a = state, b = 0, c = 0, d = 0, e = 0;
        for (; size >= 2 * round; size -= round, at += round) {
            a = crc_word(t.braided, a ^ word(0));
            b = crc_word(t.braided, b ^ word(1));
            c = crc_word(t.braided, c ^ word(2));
            d = crc_word(t.braided, d ^ word(3));
            e = crc_word(t.braided, e ^ word(4));
        }
        a = crc_word(t.sliced, a ^ word(0));
        a = crc_word(t.sliced, a ^ b ^ word(1));
        a = crc_word(t.sliced, a ^ c ^ word(2));
        a = crc_word(t.sliced, a ^ d ^ word(3));
        state = crc_word(t.sliced, a ^ e ^ word(4));
        size -= round;
        at += round;
    }
    for (; size >= 8; size -= 8, at += 8) state = crc_word(t.sliced, state ^ word(0));
    for (; size > 0; --size, ++at)
        state = (state >> 8) ^ t.sliced[0][(state ^ static_cast<std::uint32_t>(*at)) & 0xffU];
    return state;
}

/// a * b modulo the polynomial.
[[nodiscard]] constexpr std::uint32_t crc_product(std::uint32_t polynomial, std::uint32_t a,
                                                  std::uint32_t b) {
    std::uint32_t product = 0;
    for (std::uint32_t bit = 0x80000000U; bit != 0; bit >>= 1) {
        if ((a & bit) != 0) product ^= b;
        b = (b >> 1) ^ ((b & 1U) != 0 ? polynomial : 0U);
    }
    return product;
}

/// x^exponent modulo the polynomial.
[[nodiscard]] constexpr std::uint32_t crc_power(std::uint32_t polynomial, std::uint64_t exponent) {
    std::uint32_t power = 0x80000000U;   // x^0
    std::uint32_t square = 0x40000000U;  // x^1, x^2, x^4 ...
    for (; exponent != 0; exponent >>= 1) {
        if ((exponent & 1U) != 0) power = crc_product(polynomial, power, square);
        square = crc_product(polynomial, square, square);
    }
    return power;
}

/// The CRC of two pieces one after another. `x^(8 n)` is taken as `(x^n)^8`, so that no length
/// overflows.
[[nodiscard]] constexpr std::uint32_t crc_combined(std::uint32_t polynomial, std::uint32_t a,
                                                   std::uint32_t b, std::uint64_t length_of_b) {
    std::uint32_t shift = crc_power(polynomial, length_of_b);
    for (int i = 0; i < 3; ++i) shift = crc_product(polynomial, shift, shift);
    return crc_product(polynomial, shift, a) ^ b;
}

#if LADE_CODEC_X86

using two_words = long long __attribute__((vector_size(16)));

/// The two factors that carry a 128-bit remainder over `distance` bits.
[[nodiscard]] constexpr std::array<long long, 2> fold_factors(std::uint32_t polynomial,
                                                              unsigned distance) {
    return {static_cast<long long>(std::uint64_t{crc_power(polynomial, distance + 32)} << 1),
            static_cast<long long>(std::uint64_t{crc_power(polynomial, distance - 32)} << 1)};
}

[[gnu::target("pclmul"), gnu::always_inline]] inline two_words folded(two_words sum, two_words by,
                                                                      two_words next) {
    return __builtin_ia32_pclmulqdq128(sum, by, 0x00) ^ __builtin_ia32_pclmulqdq128(sum, by, 0x11) ^
           next;
}

[[gnu::always_inline]] inline two_words two_words_at(std::byte const* at) {
    two_words words;
    std::memcpy(&words, at, sizeof words);
    return words;
}

/// Folds whole blocks of 64 bytes with carry-less products into 16 bytes that have the same
/// remainder; the tables do the rest (V. Gopal et al., "Fast CRC Computation for Generic
/// Polynomials Using PCLMULQDQ Instruction"). Precondition: size >= 64.
template <std::uint32_t Polynomial>
[[nodiscard, gnu::target("pclmul")]] inline std::uint32_t crc_folded(crc_tables const& tables,
                                                                     std::byte const* at,
                                                                     std::size_t size,
                                                                     std::uint32_t state) {
    static constexpr auto at_64 = fold_factors(Polynomial, 512);
    static constexpr auto at_16 = fold_factors(Polynomial, 128);
    two_words const by_far{at_64[0], at_64[1]};
    two_words const by_near{at_16[0], at_16[1]};

    two_words a = two_words_at(at) ^ two_words { static_cast<long long>(state), 0 };
    two_words b = two_words_at(at + 16);
    two_words c = two_words_at(at + 32);
    two_words d = two_words_at(at + 48);
    for (at += 64, size -= 64; size >= 64; at += 64, size -= 64) {
        a = folded(a, by_far, two_words_at(at));
        b = folded(b, by_far, two_words_at(at + 16));
        c = folded(c, by_far, two_words_at(at + 32));
        d = folded(d, by_far, two_words_at(at + 48));
    }
    a = folded(a, by_near, b);
    a = folded(a, by_near, c);
    a = folded(a, by_near, d);
    for (; size >= 16; at += 16, size -= 16) a = folded(a, by_near, two_words_at(at));

    std::byte rest[16];
    std::memcpy(rest, &a, sizeof rest);
    return crc_by_tables(tables, at, size, crc_by_tables(tables, rest, sizeof rest, 0));
}

#endif

}  // namespace lade::inline LADE_ABI::codec::detail
