// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/object_header.hpp>

/// Fill value messages: what elements are that were never written (IV.A.2.e, f).
///
///     0x04 (old)          0x05, version 1 and 2              0x05, version 3
///     byte  size          byte  size                         byte  size
///        0     4  size       0     1  version                   0     1  3
///        4     .  value      1     1  allocation time           1     1  flags: 4 undefined, 5 a
///        value follows
///                            2     1  write time                2     4  size
///                            3     1  defined                   6     .  value
///                            4     4  size; version 2: only if defined
///                            8     .  value
namespace lade::inline LADE_ABI::hdf5 {

/// The value as stored; empty stands for zeros. Good as long as `data`.
/// Errors: hdf5.unsupported_version, bytes.truncated.
inline result<bytes::view> read_fill_value(message const& from) {
    bytes::cursor at(from.data, from.offset);
    bool has_size = true;
    if (from.type == message_type::fill_value) {
        unsigned const version = at.number<std::uint8_t>();
        if (!at) return at.error();
        if (version == 1 || version == 2) {
            at.bytes(2);
            unsigned const defined = at.number<std::uint8_t>();
            has_size = version == 1 || defined != 0;
        } else if (version == 3) {
            has_size = (at.number<std::uint8_t>() & 0x20) != 0;
        } else {
            return fail(ids::unsupported_version, from.offset, 3, version);
        }
    }
    bytes::view value;
    if (has_size) {
        std::uint32_t const size = at.number<std::uint32_t>();
        // a size of all ones stands for an undefined value
        if (at && size != 0xffffffff) value = at.bytes(size);
    }
    if (!at) return at.error();
    return value;
}

}  // namespace lade::inline LADE_ABI::hdf5
