// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/bytes/checked.hpp>
#include <lade/bytes/cursor.hpp>
#include <lade/container/protobuf/wire.hpp>

#include <array>

/// The end of a block table, and the handles by which a table finds its blocks.
///
///     byte  size  member
///        0     n  metaindex: handle
///        n     m  index: handle
///              .  zeros up to byte 40
///       40     8  0xdb4775248b80fb57
///
///     handle = varint offset, varint size of the block; the five bytes behind the block are not
///     counted
///
/// leveldb/table/format.h, doc/table_format.md.
namespace lade::inline LADE_ABI::sstable {

namespace ids {
inline constexpr error_id no_footer{"sstable.no_footer", kind::corrupt,
                                    "the file does not end as a table does",
                                    "the file is cut short, or is no table", numbers::hex};
inline constexpr error_id bad_handle{"sstable.bad_handle", kind::corrupt,
                                     "a block lies outside the data of the file"};
}  // namespace ids

inline constexpr std::uint64_t magic = 0xdb4775248b80fb57;
inline constexpr std::size_t footer_size = 48;
/// Type byte and checksum behind each block.
inline constexpr std::size_t trailer_size = 5;

/// Where a block lies.
struct handle {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;

    constexpr bool operator==(handle const&) const = default;
};

/// Reads a handle; the cursor fails if there is none.
constexpr handle read_handle(bytes::cursor& from) {
    handle read;
    read.offset = from.varint();
    read.size = from.varint();
    return read;
}

/// Writes the handle and returns the place behind it. Precondition: room for twenty bytes.
constexpr std::byte* put_handle(std::byte* to, handle const& of) {
    return protobuf::put_varint(protobuf::put_varint(to, of.offset), of.size);
}

struct footer {
    handle metaindex, index;

    constexpr bool operator==(footer const&) const = default;
};

/// Whether the block and its trailer lie before `end`, where the footer begins.
constexpr bool lies_before(handle const& of, std::uint64_t end) {
    return end >= trailer_size && bytes::inside(of.offset, of.size, end - trailer_size);
}

/// The footer from the last 48 bytes of a file of `size` bytes. Errors: sstable.no_footer (expected
/// and found: the magic number), sstable.bad_handle (found: offset of the block).
constexpr result<footer> read_footer(bytes::view last, std::uint64_t size) {
    if (last.size() < footer_size || size < footer_size) return fail(ids::no_footer, 0, magic, 0);
    std::uint64_t const start = size - footer_size;
    last = last.last(footer_size);
    if (auto const found = bytes::load_le<std::uint64_t>(last.data() + 40); found != magic)
        return fail(ids::no_footer, start + 40, magic, found);
    bytes::cursor from{last.first(40), start};
    footer read;
    read.metaindex = read_handle(from);
    read.index = read_handle(from);
    if (!from) return fail(ids::bad_handle, start);
    if (!lies_before(read.metaindex, start))
        return fail(ids::bad_handle, start, start, read.metaindex.offset);
    if (!lies_before(read.index, start))
        return fail(ids::bad_handle, start, start, read.index.offset);
    return read;
}

constexpr std::array<std::byte, footer_size> write_footer(footer const& of) {
    std::array<std::byte, footer_size> out{};
    put_handle(put_handle(out.data(), of.metaindex), of.index);
    bytes::store_le(out.data() + 40, magic);
    return out;
}

}  // namespace lade::inline LADE_ABI::sstable
