// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

/// Prefix codes of DEFLATE as tables for decoding (RFC 1951, 3.2.2).
///
/// The first table is looked up with the next `root` bits of the stream; a code longer than that
/// leads on to a second table. An entry is one 32-bit word:
///
///     bits    literal                        length or distance           special
///     0-7     bits to take                   bits to take, extra included bits to take
///     8-11    bits of the first literal      bits of the code             bits of the second table
///     12      two literals                                                end of block
///     13                                                                  set
///     14                                                                  link to a second table
///     15      set
///     16-31   one or two bytes               base value                   place of the second
///     table
///
/// A special entry that is neither end nor link stands for bits that are no code.
namespace lade::inline LADE_ABI::codec::detail {

namespace entry {
inline constexpr std::uint32_t two = 1U << 12;  // of a literal
inline constexpr std::uint32_t end = 1U << 12;  // of a special entry
inline constexpr std::uint32_t special = 1U << 13;
inline constexpr std::uint32_t link = 1U << 14;
inline constexpr std::uint32_t literal = 1U << 15;
inline constexpr std::uint32_t no_code = special | 0x101U;

constexpr unsigned taken(std::uint32_t e) { return e & 0xffU; }
constexpr unsigned code_bits(std::uint32_t e) { return e >> 8 & 0xfU; }
}  // namespace entry

inline constexpr unsigned longest_code = 15;
inline constexpr unsigned literal_root = 11;
inline constexpr unsigned distance_root = 8;
inline constexpr unsigned length_code_root = 7;

/// The most entries that a code over 286 symbols (30 for distances) of at most 15 bits can need
/// with these roots.
inline constexpr std::size_t literal_entries = 2342;
inline constexpr std::size_t distance_entries = 402;

enum class code_fault : std::uint8_t { none, oversubscribed, incomplete };

/// What each symbol of an alphabet means, as an entry without its code: extra bits in bits 0-7,
/// flags, value.
constexpr std::uint32_t length_code_meaning(std::size_t symbol) {
    std::uint32_t const extra = symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
    return static_cast<std::uint32_t>(symbol) << 16 | extra;
}

constexpr std::uint32_t literal_meaning(std::size_t symbol) {
    auto const value = static_cast<std::uint32_t>(symbol);
    if (value < 256) return value << 16 | entry::literal;
    if (value == 256) return entry::special | entry::end;
    if (value < 265) return (value - 254) << 16;
    if (value == 285) return 258U << 16;
    if (value > 285) return entry::special;
    std::uint32_t const extra = (value - 261) / 4;
    return (((4 + (value - 265) % 4) << extra) + 3) << 16 | extra;
}

constexpr std::uint32_t distance_meaning(std::size_t symbol) {
    auto const value = static_cast<std::uint32_t>(symbol);
    if (value < 4) return (value + 1) << 16;
    if (value > 29) return entry::special;
    std::uint32_t const extra = value / 2 - 1;
    return (((2 + value % 2) << extra) + 1) << 16 | extra;
}

template <std::size_t Symbols, class Meaning>
constexpr std::array<std::uint32_t, Symbols> meanings(Meaning meaning) {
    std::array<std::uint32_t, Symbols> table{};
    for (std::size_t symbol = 0; symbol < Symbols; ++symbol) table[symbol] = meaning(symbol);
    return table;
}
inline constexpr auto length_code_meanings = meanings<19>(length_code_meaning);
inline constexpr auto literal_meanings = meanings<288>(literal_meaning);
inline constexpr auto distance_meanings = meanings<32>(distance_meaning);

/// Builds the table of a code given by the length of each symbol, 0 for a symbol without a code.
/// `meaning` is as long as `lengths`, at most 288. A code must be complete; `may_be_small` admits
/// none at all or one of a single bit as well, as zlib does. Postcondition: every entry that a
/// lookup can reach is set.
constexpr code_fault build_table(std::span<std::uint32_t> table, unsigned root,
                                 std::span<std::uint8_t const> lengths,
                                 std::uint32_t const* meaning, bool may_be_small) {
    std::array<std::uint16_t, longest_code + 1> count{};
    for (std::uint8_t length : lengths) ++count[length];
    count[0] = 0;

    std::array<std::uint16_t, longest_code + 2> first{};
    unsigned longest = 0;
    int left = 1;
    for (unsigned length = 1; length <= longest_code; ++length) {
        left = 2 * left - count[length];
        if (left < 0) return code_fault::oversubscribed;
        if (count[length] != 0) longest = length;
        first[length + 1] = static_cast<std::uint16_t>(first[length] + count[length]);
    }
    if (left > 0) {
        if (!may_be_small || longest > 1) return code_fault::incomplete;
        for (std::size_t i = 0; i < (std::size_t{1} << root); ++i) table[i] = entry::no_code;
    }

    std::array<std::uint16_t, 288> sorted{};
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol)
        if (lengths[symbol] != 0)
            sorted[first[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);

    std::size_t const root_size = std::size_t{1} << root;
    std::size_t next = root_size;    // where the next second table goes
    std::size_t prefix = root_size;  // the root bits of the second table that is being filled
    std::size_t second = 0;          // its place
    unsigned second_bits = 0;
    std::uint32_t code = 0;  // first bit lowest, as the stream has it
    std::size_t symbol_at = 0;
    for (unsigned length = 1; length <= longest; ++length) {
        for (; count[length] != 0; --count[length]) {
            std::uint32_t const means = meaning[sorted[symbol_at++]];
            if (length <= root) {
                std::uint32_t const e = means + length * 0x101U;
                for (std::size_t i = code; i < root_size; i += std::size_t{1} << length)
                    table[i] = e;
            } else {
                if ((code & (root_size - 1)) != prefix) {
                    prefix = code & (root_size - 1);
                    second = next;
                    second_bits = length - root;
                    int room = 1 << second_bits;
                    for (;;) {
                        room -= count[second_bits + root];
                        if (room <= 0 || second_bits + root >= longest) break;
                        ++second_bits;
                        room *= 2;
                    }
                    next += std::size_t{1} << second_bits;
                    table[prefix] = entry::special | entry::link |
                                    static_cast<std::uint32_t>(second) << 16 | second_bits << 8 |
                                    root;
                }
                std::uint32_t const e = means + (length - root) * 0x101U;
                for (std::size_t i = code >> root; i < (std::size_t{1} << second_bits);
                     i += std::size_t{1} << (length - root))
                    table[second + i] = e;
            }
            std::uint32_t bit = 1U << (length - 1);
            while ((code & bit) != 0) bit >>= 1;
            code = bit != 0 ? (code & (bit - 1)) + bit : 0;
        }
    }
    return code_fault::none;
}

/// Joins each literal with the literal behind it where both codes fit the root, so that one lookup
/// gives two bytes.
constexpr void pair_literals(std::span<std::uint32_t> table, unsigned root) {
    // from the top, for the second half of a pair is found further down, or at the same place
    for (std::size_t i = std::size_t{1} << root; i-- > 0;) {
        std::uint32_t const a = table[i];
        if ((a & entry::literal) == 0) continue;
        std::uint32_t const b = table[i >> entry::taken(a)];
        if ((b & entry::literal) == 0 || entry::taken(a) + entry::taken(b) > root) continue;
        table[i] = a + entry::taken(b) + entry::two + ((b >> 16 & 0xffU) << 24);
    }
}

}  // namespace lade::inline LADE_ABI::codec::detail
