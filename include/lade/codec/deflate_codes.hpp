// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

/// Prefix codes of DEFLATE for encoding (RFC 1951, 3.2.2 and 3.2.5).
namespace lade::inline LADE_ABI::codec::detail {

/// A symbol with its extra bits.
struct deflate_symbol {
    std::uint16_t symbol;
    std::uint16_t extra;
    std::uint8_t extra_bits;
};

/// Precondition: 3 <= length <= 258.
constexpr deflate_symbol symbol_of_length(unsigned length) {
    unsigned const v = length - 3;
    if (v == 255) return {285, 0, 0};
    if (v < 8) return {static_cast<std::uint16_t>(257 + v), 0, 0};
    auto const bits = static_cast<unsigned>(std::bit_width(v)) - 3;
    return {static_cast<std::uint16_t>(261 + 4 * bits + ((v >> bits) & 3U)),
            static_cast<std::uint16_t>(v & ((1U << bits) - 1)), static_cast<std::uint8_t>(bits)};
}

/// Precondition: 1 <= distance <= 32768.
constexpr deflate_symbol symbol_of_distance(unsigned distance) {
    unsigned const v = distance - 1;
    if (v < 4) return {static_cast<std::uint16_t>(v), 0, 0};
    auto const bits = static_cast<unsigned>(std::bit_width(v)) - 2;
    return {static_cast<std::uint16_t>(2 + 2 * bits + ((v >> bits) & 1U)),
            static_cast<std::uint16_t>(v & ((1U << bits) - 1)), static_cast<std::uint8_t>(bits)};
}

/// A code: its bits with the first one lowest, as the stream has them; length 0 for a symbol
/// without one.
struct prefix_code {
    std::uint16_t bits = 0;
    std::uint8_t length = 0;
};

/// Canonical codes from lengths.
constexpr void assign_codes(std::span<prefix_code> codes) {
    std::array<unsigned, 17> next{};
    for (auto const& code : codes) ++next[code.length + 1U];
    next[1] = 0;  // symbols without a code
    for (std::size_t length = 2; length < next.size(); ++length)
        next[length] = (next[length] + next[length - 1]) << 1;
    for (auto& code : codes) {
        if (code.length == 0) continue;
        unsigned value = next[code.length]++;
        unsigned reversed = 0;
        for (unsigned i = 0; i < code.length; ++i, value >>= 1)
            reversed = reversed << 1 | (value & 1U);
        code.bits = static_cast<std::uint16_t>(reversed);
    }
}

/// The complete code of least cost for these counts, almost: where the longest code would exceed
/// `limit`, lengths are shifted until they fit. Symbols that do not occur get none, but there are
/// always two codes, as some decoders refuse fewer. Preconditions: at most 288 symbols, two at
/// least; the sum of the counts below 2^31; 2^limit >= symbols.
template <std::size_t Symbols>
constexpr void make_codes(std::array<std::uint32_t, Symbols> const& counts, unsigned limit,
                          std::array<prefix_code, Symbols>& codes) {
    codes = {};
    std::array<std::uint64_t, Symbols> sorted{};  // count << 16 | symbol
    std::size_t used = 0;
    for (std::size_t symbol = 0; symbol < Symbols; ++symbol)
        if (counts[symbol] != 0) sorted[used++] = std::uint64_t{counts[symbol]} << 16 | symbol;
    for (std::size_t symbol = 0; used < 2; ++symbol)
        if (counts[symbol] == 0) sorted[used++] = std::uint64_t{1} << 16 | symbol;
    // shell sort: small, and no order of the input makes it slow
    for (std::size_t gap : {132U, 57U, 23U, 10U, 4U, 1U})
        for (std::size_t i = gap; i < used; ++i) {
            std::uint64_t const moved = sorted[i];
            std::size_t j = i;
            for (; j >= gap && sorted[j - gap] > moved; j -= gap) sorted[j] = sorted[j - gap];
            sorted[j] = moved;
        }

    // Huffman's merging with two queues: leaves in order, and inner nodes, which come in order by
    // themselves
    std::array<std::uint32_t, Symbols> weight{};  // of inner nodes
    std::array<std::uint16_t, Symbols> parent_of_leaf{};
    std::array<std::uint16_t, Symbols> parent_of_node{};
    std::size_t leaf = 0;
    std::size_t node = 0;
    for (std::size_t made = 0; made + 1 < used; ++made)
        for (int child = 0; child < 2; ++child) {
            bool const take_leaf =
                leaf < used && (node == made || (sorted[leaf] >> 16) <= weight[node]);
            weight[made] +=
                take_leaf ? static_cast<std::uint32_t>(sorted[leaf] >> 16) : weight[node];
            (take_leaf ? parent_of_leaf[leaf++] : parent_of_node[node++]) =
                static_cast<std::uint16_t>(made);
        }

    std::array<std::uint16_t, Symbols> depth{};
    std::array<unsigned, 17> of_length{};
    for (std::size_t i = used - 1; i-- > 0;)
        depth[i] = i == used - 2 ? std::uint16_t{0}
                                 : static_cast<std::uint16_t>(depth[parent_of_node[i]] + 1);
    for (std::size_t i = 0; i < used; ++i) {
        unsigned const length = depth[parent_of_leaf[i]] + 1U;
        ++of_length[length < limit ? length : limit];
    }
    // what was cut off makes the code oversubscribed: lengthen shorter codes until it is exactly
    // complete
    std::uint32_t taken = 0;
    for (unsigned length = 1; length <= limit; ++length)
        taken += of_length[length] << (limit - length);
    for (; taken > (1U << limit); --taken) {
        --of_length[limit];
        unsigned shorter = limit - 1;
        while (of_length[shorter] == 0) --shorter;
        --of_length[shorter];
        of_length[shorter + 1] += 2;
    }
    std::size_t rarest = 0;
    for (unsigned length = limit; length > 0; --length)
        for (unsigned n = of_length[length]; n > 0; --n)
            codes[sorted[rarest++] & 0xffffU].length = static_cast<std::uint8_t>(length);
    assign_codes(codes);
}

}  // namespace lade::inline LADE_ABI::codec::detail
