// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/base/result.hpp>
#include <lade/bytes/view.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

/// LibLZF streams, as HDF5's filter 32000 holds them. No header; the size of the output is known
/// from elsewhere.
///
///     000nnnnn                       n + 1 literal bytes follow
///     lllddddd dddddddd              match of l + 2 bytes, l in 1..6, at distance d + 1 (high bits
///     first) 111ddddd nnnnnnnn dddddddd     match of n + 9 bytes at distance d + 1
namespace lade::inline LADE_ABI::codec {

namespace ids {
inline constexpr error_id lzf_truncated{"lzf.truncated", kind::corrupt,
                                        "the compressed data end early"};
inline constexpr error_id lzf_short_output{"lzf.short_output", kind::corrupt,
                                           "the compressed data hold more bytes than was said"};
inline constexpr error_id lzf_far_distance{"lzf.far_distance", kind::corrupt,
                                           "a distance reaches before the first byte"};
}  // namespace ids

/// Decompresses all of `from` to the front of `to`; the number of bytes written.
/// Errors: lzf.truncated, lzf.short_output, lzf.far_distance; the offset is that of the control
/// byte.
constexpr result<std::size_t> lzf_decompress(bytes::view from, std::span<std::byte> to) {
    std::size_t in = 0;
    std::size_t out = 0;
    while (in < from.size()) {
        std::size_t const start = in;
        auto const control = static_cast<unsigned>(from[in++]);
        if (control < 32) {
            std::size_t const size = control + 1;
            if (size > from.size() - in)
                return fail(ids::lzf_truncated, start, size, from.size() - in);
            if (size > to.size() - out)
                return fail(ids::lzf_short_output, start, size, to.size() - out);
            if (std::is_constant_evaluated())
                for (std::size_t i = 0; i < size; ++i) to[out + i] = from[in + i];
            else std::memcpy(to.data() + out, from.data() + in, size);
            in += size;
            out += size;
            continue;
        }
        std::size_t length = (control >> 5) + 2;
        std::size_t const more = length == 9 ? 2 : 1;
        if (more > from.size() - in) return fail(ids::lzf_truncated, start, more, from.size() - in);
        if (length == 9) length += static_cast<std::size_t>(from[in++]);
        std::size_t const distance = ((control & 31U) << 8 | static_cast<unsigned>(from[in++])) + 1;
        if (distance > out) return fail(ids::lzf_far_distance, start, out, distance);
        if (length > to.size() - out)
            return fail(ids::lzf_short_output, start, length, to.size() - out);
        for (std::size_t end = out + length; out < end; ++out) to[out] = to[out - distance];
    }
    return out;
}

}  // namespace lade::inline LADE_ABI::codec
