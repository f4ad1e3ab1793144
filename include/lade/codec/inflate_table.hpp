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
/// leads on to a second table. An entry is one 64-bit word:
///
///     bits    literals                    length or distance            special
///     0-7     bits to take                bits to take, extra included  bits to take
///     8-15    root bits of the table      bits of the code              bits of the code, or of
///     the second table 16-23   number of literals, 1 to 4 24-27   bits of the first literal 28 end
///     of block 29                                                                link to a second
///     table 30                                                                set 31      set
///     32-63   the literals                base value                    place of the second table
///
/// The low half of a word of literals thus says which bits the next look-up needs in the way that
/// the BEXTR instruction wants it, and one look-up gives several bytes where their codes fit the
/// root. A special entry that is neither end nor link stands for bits that are no code.
namespace lade::inline LADE_ABI::codec::detail {

using table_entry = std::uint64_t;

namespace entry {
inline constexpr table_entry end = 1U << 28;
inline constexpr table_entry link = 1U << 29;
inline constexpr table_entry special = 1U << 30;
inline constexpr table_entry literal = 1U << 31;
inline constexpr table_entry no_code = special | 0x101U;

constexpr unsigned taken(table_entry e) { return e & 0xffU; }
constexpr unsigned code_bits(table_entry e) { return e >> 8 & 0xffU; }
constexpr unsigned literals(table_entry e) { return e >> 16 & 0xffU; }
constexpr unsigned first_bits(table_entry e) { return e >> 24 & 0xfU; }
constexpr std::uint32_t value(table_entry e) { return static_cast<std::uint32_t>(e >> 32); }
}  // namespace entry

inline constexpr unsigned longest_code = 15;
inline constexpr unsigned literal_root = 10;
inline constexpr unsigned distance_root = 8;
inline constexpr unsigned length_code_root = 7;

/// The most entries that a complete code over 286 symbols (30 for distances) of at most 15 bits can
/// need with these roots, found by trying all.
inline constexpr std::size_t literal_entries = 1332;
inline constexpr std::size_t distance_entries = 400;

enum class code_fault : std::uint8_t { none, oversubscribed, incomplete };

/// What each symbol of an alphabet means, as an entry without its code: extra bits in bits 0-7,
/// flags, value.
constexpr table_entry length_code_meaning(std::size_t symbol) {
    table_entry const extra = symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
    return table_entry{symbol} << 32 | extra;
}

constexpr table_entry literal_meaning(std::size_t symbol) {
    table_entry const value = symbol;
    if (value < 256) return value << 32 | entry::literal | 1U << 16;
    if (value == 256) return entry::special | entry::end;
    if (value < 265) return (value - 254) << 32;
    if (value == 285) return table_entry{258} << 32;
    if (value > 285) return entry::special;
    table_entry const extra = (value - 261) / 4;
    return (((4 + (value - 265) % 4) << extra) + 3) << 32 | extra;
}

constexpr table_entry distance_meaning(std::size_t symbol) {
    table_entry const value = symbol;
    if (value < 4) return (value + 1) << 32;
    if (value > 29) return entry::special;
    table_entry const extra = value / 2 - 1;
    return (((2 + value % 2) << extra) + 1) << 32 | extra;
}

template <std::size_t Symbols, class Meaning>
constexpr std::array<table_entry, Symbols> meanings(Meaning meaning) {
    std::array<table_entry, Symbols> table{};
    for (std::size_t symbol = 0; symbol < Symbols; ++symbol) table[symbol] = meaning(symbol);
    return table;
}
inline constexpr auto length_code_meanings = meanings<19>(length_code_meaning);
inline constexpr auto literal_meanings = meanings<288>(literal_meaning);
inline constexpr auto distance_meanings = meanings<32>(distance_meaning);

/// The meaning with a code of `length` bits.
constexpr table_entry with_code(table_entry meaning, unsigned length, unsigned root) {
    if ((meaning & entry::literal) != 0)
        return meaning + (table_entry{length} << 24 | root << 8 | length);
    return meaning + length * 0x101U;
}

/// Builds the table of a code given by the length of each symbol, 0 for a symbol without a code.
/// `meaning` is as long as `lengths`, at most 288. A code must be complete; `may_be_small` admits
/// none at all or one of a single bit as well, as zlib does. Postcondition: every entry that a
/// lookup can reach is set.
constexpr code_fault build_table(std::span<table_entry> table, unsigned root,
                                 std::span<std::uint8_t const> lengths, table_entry const* meaning,
                                 bool may_be_small) {
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
            table_entry const means = meaning[sorted[symbol_at++]];
            if (length <= root) {
                table_entry const e = with_code(means, length, root);
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
                    table[prefix] = entry::special | entry::link | table_entry{second} << 32 |
                                    second_bits << 8 | root;
                }
                table_entry const e = with_code(means, length - root, root);
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

/// Whether `join_literals` would pay for this code: whether one look-up in eight would find more
/// than one literal.
constexpr bool literals_join(std::span<std::uint8_t const> lengths, unsigned root) {
    std::array<std::uint32_t, longest_code + 1>
        share{};  // look-ups that find a literal of so many bits
    for (std::size_t symbol = 0; symbol < 256; ++symbol)
        if (lengths[symbol] <= root) share[lengths[symbol]] += 1U << (root - lengths[symbol]);
    std::uint32_t joined = 0;
    std::uint32_t second = 0;
    for (unsigned length = root; length-- > 1;) {
        second += share[root - length];
        joined += share[length] * second;
    }
    return joined >> (2 * root - 3) != 0;
}

/// Joins each literal with the literals behind it as far as their codes fit the root.
constexpr void join_literals(std::span<table_entry> table, unsigned root) {
    constexpr table_entry sums = 0xff00ffU;  // bits to take, number of literals
    constexpr table_entry one_literal = 0xffU;
    // from the bottom, for what follows entry i is found further down (or is i = 0 itself) and is
    // joined already
    for (std::size_t i = 0; i < (std::size_t{1} << root); ++i) {
        table_entry const a = table[i];
        if ((a & entry::literal) == 0) continue;
        table_entry const b = table[i >> entry::taken(a)];
        unsigned const room = root - entry::taken(a);
        bool const literal = (b & entry::literal) != 0;
        bool const all = literal && entry::taken(b) <= room && entry::literals(b) < 4;
        bool const one = literal && entry::first_bits(b) <= room;
        table_entry const more = (b >> 32) << 40 | (b & sums);
        table_entry const first = (b >> 32 & one_literal) << 40 | 1U << 16 | entry::first_bits(b);
        table[i] = a + (all ? more : one ? first : 0);
    }
}

}  // namespace lade::inline LADE_ABI::codec::detail
