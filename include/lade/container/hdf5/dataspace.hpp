// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/reader.hpp>

#include <array>

/// Dataspace message 0x01: the shape (IV.A.2.b).
///
///     version 1                                 version 2
///     byte  size  member                        byte  size  member
///        0     1  1                                0     1  2
///        1     1  rank, at most 32                 1     1  rank
///        2     1  flags: 1 maximal sizes follow    2     1  flags
///        3     5  reserved                         3     1  0 scalar, 1 simple, 2 null
///              L  sizes, rank of them                    L  sizes
///              L  maximal sizes; all ones: any           L  maximal sizes
///
/// A scalar has one element, a null space none. Refused: permutation indices (flag 2), which
/// nothing writes.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_dataspace{"hdf5.bad_dataspace", kind::corrupt,
                                        "a dataspace holds a number that cannot be"};
}  // namespace ids

inline constexpr unsigned max_rank = 32;
inline constexpr std::uint64_t unlimited = ~std::uint64_t{0};

enum class space_kind : std::uint8_t { scalar, simple, null };

struct dataspace {
    space_kind kind = space_kind::scalar;
    std::uint8_t rank = 0;
    std::array<std::uint64_t, max_rank> dims;  ///< the first `rank` are good
    std::array<std::uint64_t, max_rank> max;   ///< equal to dims where the file states none

    std::span<std::uint64_t const> shape() const { return {dims.data(), rank}; }
    /// Elements in all; none if they do not fit 64 bits.
    std::optional<std::uint64_t> elements() const {
        if (kind == space_kind::null) return 0;
        return bytes::product(shape());
    }
};

/// Errors: hdf5.bad_dataspace, hdf5.unsupported_version, bytes.truncated.
inline result<dataspace> read_dataspace(reader const& in, bytes::view data, std::uint64_t offset) {
    bytes::cursor at(data, offset);
    dataspace made;
    unsigned const version = at.number<std::uint8_t>();
    made.rank = at.number<std::uint8_t>();
    unsigned const flags = at.number<std::uint8_t>();
    if (!at) return at.error();
    if (version == 1) {
        at.bytes(5);
        made.kind = made.rank == 0 ? space_kind::scalar : space_kind::simple;
    } else if (version == 2) {
        unsigned const kind = at.number<std::uint8_t>();
        if (kind > 2 || (kind != 1 && made.rank != 0))
            return fail(ids::bad_dataspace, offset + 3, made.rank, kind);
        made.kind = static_cast<space_kind>(kind);
        if (made.kind == space_kind::simple && made.rank == 0) made.kind = space_kind::scalar;
    } else {
        return fail(ids::unsupported_version, offset, 2, version);
    }
    if (made.rank > max_rank || made.rank > in.limits().rank)
        return fail(ids::bad_dataspace, offset + 1, max_rank, made.rank);
    if (flags > 1) return fail(ids::bad_dataspace, offset + 2, 1, flags);
    unsigned const width = in.length_size();
    std::uint64_t const ones = width == 8 ? unlimited : (std::uint64_t{1} << (8 * width)) - 1;
    for (unsigned i = 0; i < made.rank; ++i) made.max[i] = made.dims[i] = at.number_of(width);
    if (flags == 1)
        for (unsigned i = 0; i < made.rank; ++i) {
            std::uint64_t const most = at.number_of(width);
            made.max[i] = most == ones ? unlimited : most;
            if (at && made.max[i] < made.dims[i])
                return fail(ids::bad_dataspace, at.offset(), made.dims[i], most);
        }
    if (!at) return at.error();
    return made;
}

}  // namespace lade::inline LADE_ABI::hdf5
