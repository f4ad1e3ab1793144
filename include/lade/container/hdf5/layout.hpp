// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/dataspace.hpp>
#include <lade/container/hdf5/object_header.hpp>

/// Data layout message 0x08: where the elements are (IV.A.2.i).
///
///     version 1, 2                                        version 3; 4 and 5 but for chunks
///     byte  size  member                                  byte  size  member
///        0     1  version                                    0     1  version
///        1     1  rank                                       1     1  class
///        2     1  class: 0 compact, 1 contiguous, 2 chunked  compact: u16 size, data
///        3     5  reserved                                   contiguous: O address, L size
///              O  address, unless compact                    chunked: u8 rank + 1, O B-tree, u32
///              chunk sizes, 4  sizes, rank of them                            the last is the size
///              of an element 4  chunked: size of an element             version 4, 5, chunked: u8
///              flags, u8 rank + 1, u8 n, sizes of 4  compact: size, data                        n
///              bytes, u8 index type, its parameters, O address
///
/// In version 1 and 2 the rank of chunked data counts the element too. Contiguous data: libhdf5
/// cuts the sizes to 32 bits, so they are not looked at. Refused: virtual data (class 3), which
/// lies in other files.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_layout{"hdf5.bad_layout", kind::corrupt,
                                     "a data layout holds a number that cannot be"};
inline constexpr error_id virtual_data{
    "hdf5.virtual_dataset", kind::unsupported,
    "the dataset is virtual: its elements lie in other datasets or files",
    "read the sources, or copy the dataset with h5repack"};
inline constexpr error_id unknown_layout{
    "hdf5.unknown_layout", kind::unsupported,
    "the data layout or the chunk index is of an unknown type"};
}  // namespace ids

enum class layout_class : std::uint8_t { compact, contiguous, chunked, virtual_data };
enum class index_type : std::uint8_t {
    btree_v1 = 0,
    single = 1,
    implicit = 2,
    fixed_array = 3,
    extensible_array = 4,
    btree_v2 = 5
};

struct layout {
    layout_class is = layout_class::contiguous;
    std::uint8_t version = 3;
    std::uint64_t address = no_address;  ///< of the data, or of the index of chunks
    std::uint64_t size =
        no_address;    ///< contiguous: bytes, where the file states them; compact: bytes
    bytes::view data;  ///< compact
    // chunked
    index_type index = index_type::btree_v1;
    std::uint8_t rank = 0;  ///< of a chunk, without the element
    std::array<std::uint32_t, max_rank>
        chunk;  ///< elements along each axis; the first `rank` are good
    std::uint32_t element_size = 0;
    bool edges_unfiltered = false;  ///< partial chunks at the edge bypass the filters
    bool single_filtered = false;   ///< single chunk: the next two are stated
    std::uint64_t single_size = 0;
    std::uint32_t single_mask = 0;
    std::uint8_t page_bits = 0;  ///< fixed array; the extensible array states its own

    std::span<std::uint32_t const> chunk_shape() const { return {chunk.data(), rank}; }
};

namespace detail {

inline result<void> read_chunk_sizes(layout& to, bytes::cursor& at, unsigned rank_and_one,
                                     unsigned width) {
    if (!at) return at.error();
    if (rank_and_one < 2 || rank_and_one > max_rank + 1)
        return fail(ids::bad_layout, at.offset(), max_rank + 1, rank_and_one);
    to.rank = static_cast<std::uint8_t>(rank_and_one - 1);
    for (unsigned i = 0; i < rank_and_one; ++i) {
        std::uint64_t const size = at.number_of(width);
        if (at && (size == 0 || size > 0xffffffff))
            return fail(ids::bad_layout, at.offset(), 1, size);
        (i < to.rank ? to.chunk[i] : to.element_size) = static_cast<std::uint32_t>(size);
    }
    if (!at) return at.error();
    return {};
}

inline result<void> read_old_layout(reader const& in, layout& to, bytes::cursor& at) {
    unsigned const rank = at.number<std::uint8_t>();
    unsigned const is = at.number<std::uint8_t>();
    at.bytes(5);
    if (at && is > 2) return fail(ids::unknown_layout, at.offset(), 2, is);
    to.is = static_cast<layout_class>(is);
    if (to.is != layout_class::compact) to.address = in.address(at);
    if (to.is == layout_class::chunked) return read_chunk_sizes(to, at, rank, 4);
    at.bytes(std::uint64_t{4} * rank);
    if (to.is == layout_class::compact) {
        to.size = at.number<std::uint32_t>();
        to.data = at.bytes(to.size);
    }
    return {};
}

inline result<void> read_new_chunked(reader const& in, layout& to, bytes::cursor& at) {
    unsigned const flags = at.number<std::uint8_t>();
    unsigned const rank_and_one = at.number<std::uint8_t>();
    unsigned const width = at.number<std::uint8_t>();
    if (at && (width == 0 || width > 8)) return fail(ids::bad_layout, at.offset(), 8, width);
    if (at && flags > 3) return fail(ids::bad_layout, at.offset(), 3, flags);
    if (auto const done = read_chunk_sizes(to, at, rank_and_one, width); !done) return done;
    to.edges_unfiltered = (flags & 1) != 0;
    to.single_filtered = (flags & 2) != 0;
    unsigned const index = at.number<std::uint8_t>();
    if (at && (index < 1 || index > 5)) return fail(ids::unknown_layout, at.offset(), 5, index);
    to.index = static_cast<index_type>(index);
    switch (to.index) {
        case index_type::single:
            if (to.single_filtered) {
                to.single_size = in.length(at);
                to.single_mask = at.number<std::uint32_t>();
            }
            break;
        case index_type::fixed_array: to.page_bits = at.number<std::uint8_t>(); break;
        case index_type::extensible_array: at.bytes(5); break;
        case index_type::btree_v2: at.bytes(6); break;
        default: break;
    }
    to.address = in.address(at);
    return {};
}

}  // namespace detail

/// Errors: hdf5.bad_layout, hdf5.unknown_layout, hdf5.unsupported_version, bytes.truncated. A
/// virtual layout is no error here.
inline result<layout> read_layout(reader const& in, message const& from) {
    bytes::cursor at(from.data, from.offset);
    layout made;
    made.version = at.number<std::uint8_t>();
    if (!at) return at.error();
    if (made.version < 1 || made.version > 5)
        return fail(ids::unsupported_version, from.offset, 5, made.version);
    result<void> done;
    if (made.version < 3) {
        done = detail::read_old_layout(in, made, at);
    } else {
        unsigned const is = at.number<std::uint8_t>();
        if (at && (is > 3 || (is == 3 && made.version == 3)))
            return fail(ids::unknown_layout, from.offset + 1, 3, is);
        made.is = static_cast<layout_class>(is);
        switch (made.is) {
            case layout_class::compact:
                made.size = at.number<std::uint16_t>();
                made.data = at.bytes(made.size);
                break;
            case layout_class::contiguous:
                made.address = in.address(at);
                made.size = in.length(at);
                break;
            case layout_class::chunked:
                if (made.version == 3) {
                    unsigned const rank_and_one = at.number<std::uint8_t>();
                    made.address = in.address(at);
                    done = detail::read_chunk_sizes(made, at, rank_and_one, 4);
                } else {
                    done = detail::read_new_chunked(in, made, at);
                }
                break;
            case layout_class::virtual_data: break;
        }
    }
    if (!done) return done.error();
    if (!at) return at.error();
    return made;
}

}  // namespace lade::inline LADE_ABI::hdf5
