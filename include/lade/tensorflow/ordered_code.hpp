// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/config.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Keys of slices in checkpoints: bytes whose order is the order of what they tell.
///
///     key     = number 0, name, number rank, for each axis: signed start, signed length
///     number  = count of bytes, then the number in so many bytes, big-endian
///     text    = its bytes, 00 as 00 ff and ff as ff 00, then 00 01
///     signed  = n bytes for [-2^(7n-1), 2^(7n-1)): two's complement, big-endian, the n bits on top
///     inverted; from the ninth
///               byte on these bits reach into the second byte
///
/// A length of -1 is the whole axis. tensorflow/core/lib/strings/ordered_code.cc,
/// core/util/saved_tensor_slice_util.cc.
namespace lade::inline LADE_ABI::tensorflow {

/// Elements along one axis.
struct extent {
    static constexpr std::int64_t all = -1;

    std::int64_t start = 0;
    std::int64_t length = all;  ///< `all`: the whole axis

    constexpr bool operator==(extent const&) const = default;
};

inline void put_ordered(std::string& to, std::uint64_t number) {
    unsigned const size = (static_cast<unsigned>(std::bit_width(number)) + 7) / 8;
    to += static_cast<char>(size);
    for (unsigned i = size; i-- > 0;) to += static_cast<char>(number >> (8 * i) & 0xff);
}

inline void put_ordered(std::string& to, std::string_view text) {
    for (char const c : text) {
        to += c;
        if (c == '\0') to += '\xff';
        else if (c == '\xff') to += '\0';
    }
    to += '\0';
    to += '\1';
}

inline void put_ordered_signed(std::string& to, std::int64_t number) {
    std::uint64_t const folded =
        number < 0 ? ~static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    unsigned const size = static_cast<unsigned>(std::bit_width(folded)) / 7 + 1;
    unsigned char bytes[10];
    for (unsigned i = 0; i < size; ++i) {  // i counts from the last byte
        unsigned const shift = 8 * i;
        std::uint64_t const byte = shift < 64   ? static_cast<std::uint64_t>(number) >> shift
                                   : number < 0 ? 0xff
                                                : 0;
        bytes[size - 1 - i] = static_cast<unsigned char>(byte & 0xff);
    }
    bytes[0] =
        static_cast<unsigned char>(bytes[0] ^ (size < 8 ? 0xffU << (8 - size) & 0xff : 0xff));
    if (size > 8) bytes[1] = static_cast<unsigned char>(bytes[1] ^ (size == 9 ? 0x80 : 0xc0));
    for (unsigned i = 0; i < size; ++i) to += static_cast<char>(bytes[i]);
}

/// Puts behind `to` what a slice adds to the key of its tensor.
inline void put_slice(std::string& to, std::span<extent const> slice) {
    put_ordered(to, static_cast<std::uint64_t>(slice.size()));
    for (extent const& axis : slice) {
        put_ordered_signed(to, axis.start);
        put_ordered_signed(to, axis.length);
    }
}

/// The beginning of the keys of all slices of a tensor.
inline std::string slice_key_of(std::string_view name) {
    std::string key;
    put_ordered(key, std::uint64_t{0});
    put_ordered(key, name);
    return key;
}

inline std::string slice_key(std::string_view name, std::span<extent const> slice) {
    std::string key = slice_key_of(name);
    put_slice(key, slice);
    return key;
}

}  // namespace lade::inline LADE_ABI::tensorflow
