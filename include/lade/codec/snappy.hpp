// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/endian.hpp>
#include <lade/bytes/view.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

/// Snappy blocks (google/snappy, format_description.txt), as LevelDB tables hold them; not the
/// framing format.
///
///     varint          length of the output, below 2^32
///     nnnnnn00        n < 60: n + 1 literal bytes; 60..63: 1..4 bytes little-endian length - 1,
///     then the bytes dddlll01 u8     match of l + 4 bytes at distance d << 8 | u8 llllll10 u16
///     match of l + 1 bytes at distance u16 llllll11 u32    match of l + 1 bytes at distance u32
namespace lade::inline LADE_ABI::codec {

namespace ids {
inline constexpr error_id snappy_truncated{"snappy.truncated", kind::corrupt,
                                           "the compressed data end early"};
inline constexpr error_id snappy_bad_length{"snappy.bad_length", kind::corrupt,
                                            "the length of the output does not fit 32 bits"};
inline constexpr error_id snappy_short_output{"snappy.short_output", kind::corrupt,
                                              "the compressed data hold more bytes than was said"};
inline constexpr error_id snappy_overrun{"snappy.overrun", kind::corrupt,
                                         "an element goes beyond the length of the output"};
inline constexpr error_id snappy_incomplete{"snappy.incomplete", kind::corrupt,
                                            "the elements end before the length of the output"};
inline constexpr error_id snappy_far_distance{
    "snappy.far_distance", kind::corrupt, "a distance is zero or reaches before the first byte"};
}  // namespace ids

namespace detail {

struct snappy_preamble {
    std::uint32_t length;
    std::size_t size;  ///< of the varint
};

constexpr result<snappy_preamble> read_snappy_preamble(bytes::view from) {
    std::uint64_t length = 0;
    for (std::size_t at = 0; at < 5; ++at) {
        if (at == from.size()) return fail(ids::snappy_truncated, at);
        auto const byte = static_cast<std::uint64_t>(from[at]);
        length |= (byte & 0x7f) << (7 * at);
        if (length > 0xffffffffU) break;
        if (byte < 0x80) return snappy_preamble{static_cast<std::uint32_t>(length), at + 1};
    }
    return fail(ids::snappy_bad_length, 0, 0xffffffffU, length);
}

}  // namespace detail

/// The length of the output, as the block says it. Errors: snappy.truncated, snappy.bad_length.
constexpr result<std::size_t> snappy_length(bytes::view from) {
    auto const head = detail::read_snappy_preamble(from);
    if (!head) return head.error();
    return std::size_t{head->length};
}

/// Decompresses all of `from` to the front of `to`; the number of bytes written. Bytes of `to`
/// behind them may be overwritten. Errors: snappy.short_output (expected: the length that the block
/// says, found: size of `to`), and the snappy.* of damaged data; the offset is that of the element.
constexpr result<std::size_t> snappy_decompress(bytes::view from, std::span<std::byte> to) {
    auto const head = detail::read_snappy_preamble(from);
    if (!head) return head.error();
    if (head->length > to.size()) return fail(ids::snappy_short_output, 0, head->length, to.size());
    std::size_t const end = head->length;
    std::size_t in = head->size;
    std::size_t out = 0;
    while (in < from.size()) {
        std::size_t const start = in;
        auto const tag = static_cast<unsigned>(from[in++]);
        std::size_t length = (tag >> 2) + 1;
        if ((tag & 3U) == 0) {
            if (length > 60) {
                std::size_t const bytes = length - 60;
                if (bytes > from.size() - in)
                    return fail(ids::snappy_truncated, start, bytes, from.size() - in);
                std::uint64_t value = 0;
                for (std::size_t i = 0; i < bytes; ++i)
                    value |= static_cast<std::uint64_t>(from[in++]) << (8 * i);
                if (value >= from.size() - in)
                    return fail(ids::snappy_truncated, start, value + 1, from.size() - in);
                length = static_cast<std::size_t>(value) + 1;
            }
            if (length > from.size() - in)
                return fail(ids::snappy_truncated, start, length, from.size() - in);
            if (length > end - out) return fail(ids::snappy_overrun, start, end - out, length);
            if (std::is_constant_evaluated())
                for (std::size_t i = 0; i < length; ++i) to[out + i] = from[in + i];
            else std::memcpy(to.data() + out, from.data() + in, length);
            in += length;
            out += length;
            continue;
        }
        std::size_t const bytes = (tag & 3U) == 3 ? 4 : tag & 3U;
        if (bytes > from.size() - in)
            return fail(ids::snappy_truncated, start, bytes, from.size() - in);
        std::uint32_t distance = 0;
        for (std::size_t i = 0; i < bytes; ++i)
            distance |= static_cast<std::uint32_t>(from[in++]) << (8 * i);
        if (bytes == 1) {
            length = (tag >> 2 & 7U) + 4;
            distance |= (tag >> 5) << 8;
        }
        if (distance == 0 || distance > out)
            return fail(ids::snappy_far_distance, start, out, distance);
        if (length > end - out) return fail(ids::snappy_overrun, start, end - out, length);
        if (!std::is_constant_evaluated() && distance >= 8 && to.size() - out >= 72) {
            for (std::size_t i = 0; i < length; i += 8)
                std::memcpy(to.data() + out + i, to.data() + out + i - distance, 8);
            out += length;
            continue;
        }
        for (std::size_t stop = out + length; out < stop; ++out) to[out] = to[out - distance];
    }
    if (out != end) return fail(ids::snappy_incomplete, from.size(), end, out);
    return out;
}

/// Room that `snappy_compress` needs at most. Precondition: size < 2^32.
[[nodiscard]] constexpr std::size_t snappy_bound(std::size_t size) {
    return 5 + size + size / 16 + 16;
}

namespace detail {

constexpr std::byte* put_snappy_literals(bytes::view literals, std::byte* out) {
    if (literals.empty()) return out;
    std::size_t const last = literals.size() - 1;
    if (last < 60) {
        *out++ = static_cast<std::byte>(last << 2);
    } else {
        std::size_t const bytes = last < 0x100 ? 1 : last < 0x10000 ? 2 : 3;
        *out++ = static_cast<std::byte>((59 + bytes) << 2);
        for (std::size_t i = 0; i < bytes; ++i)
            *out++ = static_cast<std::byte>(last >> (8 * i) & 0xff);
    }
    for (std::byte byte : literals) *out++ = byte;
    return out;
}

constexpr std::byte* put_snappy_match(std::size_t distance, std::size_t length, std::byte* out) {
    while (length > 0) {
        // never leaves a rest below four
        std::size_t const some = length <= 64 ? length : length < 68 ? 60 : 64;
        bool const fits_short = some >= 4 && some <= 11 && distance < 2048;
        if (fits_short) {
            *out++ = static_cast<std::byte>((distance >> 8) << 5 | (some - 4) << 2 | 1);
            *out++ = static_cast<std::byte>(distance & 0xff);
        } else {
            *out++ = static_cast<std::byte>((some - 1) << 2 | 2);
            bytes::store_le(out, static_cast<std::uint16_t>(distance));
            out += 2;
        }
        length -= some;
    }
    return out;
}

}  // namespace detail

/// Compresses `from` to the front of `to`; the number of bytes written. Greedy, in pieces of 64
/// KiB; 8 KB of stack. Preconditions: from.size() < 2^32; `to` has room for
/// snappy_bound(from.size()).
[[nodiscard]] constexpr std::size_t snappy_compress(bytes::view from, std::span<std::byte> to) {
    std::byte* out = to.data();
    std::size_t length = from.size();
    for (; length >= 0x80; length >>= 7) *out++ = static_cast<std::byte>((length & 0x7f) | 0x80);
    *out++ = static_cast<std::byte>(length);

    constexpr unsigned hash_bits = 12;
    while (!from.empty()) {
        bytes::view const piece = from.first(from.size() < 0x10000 ? from.size() : 0x10000);
        from = from.subspan(piece.size());
        std::uint16_t seen[std::size_t{1} << hash_bits]{};  // places in the piece
        std::size_t literals = 0;  // place of the first byte that is not written yet
        std::size_t at = 1;
        std::size_t misses = 32;  // ever longer steps through data without matches
        while (at < piece.size() && piece.size() - at >= 4) {
            auto const word = bytes::load_le<std::uint32_t>(piece.data() + at);
            std::uint32_t const slot = word * 0x9e3779b1U >> (32 - hash_bits);
            std::size_t const candidate = seen[slot];
            seen[slot] = static_cast<std::uint16_t>(at);
            if (candidate >= at ||
                bytes::load_le<std::uint32_t>(piece.data() + candidate) != word) {
                at += misses++ >> 5;
                continue;
            }
            out = detail::put_snappy_literals(piece.subspan(literals, at - literals), out);
            std::size_t size = 4;
            while (at + size < piece.size() && piece[at + size] == piece[candidate + size]) ++size;
            out = detail::put_snappy_match(at - candidate, size, out);
            at += size;
            literals = at;
            misses = 32;
        }
        out = detail::put_snappy_literals(piece.subspan(literals), out);
    }
    return static_cast<std::size_t>(out - to.data());
}

}  // namespace lade::inline LADE_ABI::codec
