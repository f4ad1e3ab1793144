// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/fractal_heap.hpp>
#include <lade/container/hdf5/object_header.hpp>

#include <memory>

/// Messages that lie elsewhere: committed datatypes, and the shared message heap (IV.A.2, III.I,
/// IV.A.2.p).
///
///     pointer, version 1          version 2                   version 3
///     byte  size  member          byte  size  member          byte  size  member
///        0     1  1                  0     1  2                  0     1  3
///        1     1  0                  1     1  0                  1     1  1: in the heap; else in
///        an object header 2     6  reserved           2     O  object header      2     .  8-byte
///        id, or O object header 8     L  (heap index)
///              O  object header
///
///     shared message table message 0x0F: u8 0, O table, u8 indices
///     table: "SMTB"; for each index: u8 0, u8 kind, u16 types (a bit each), u32 least size, u16,
///     u16, u16 messages,
///         O index, O fractal heap; u32 checksum
///
/// Of the table only the heaps are needed: an id leads to the message.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_shared_message{"hdf5.bad_shared_message", kind::corrupt,
                                             "a shared message leads to no message of its type"};
}  // namespace ids

/// Heaps of shared messages by the types that they hold.
struct shared_table {
    struct index {
        std::uint16_t types;
        std::uint64_t heap;
        std::unique_ptr<fractal_heap> opened{};  ///< by the first message that lies in it
    };
    std::vector<index> indices;
};

/// Reads the table that the message of the superblock extension leads to.
/// Errors: hdf5.bad_signature, hdf5.unsupported_version, hdf5.bad_checksum, hdf5.bad_address,
/// bytes.truncated, io.
inline result<shared_table> read_shared_table(reader& in, message const& from) {
    bytes::cursor at(from.data, from.offset);
    if (auto const version = expect_version(at, 0); !version) return version.error();
    std::uint64_t const address = in.address(at);
    std::uint64_t const count = at.number<std::uint8_t>();
    if (!at) return at.error();
    std::uint64_t const each = 14 + std::uint64_t{2} * in.offset_size();
    auto const held = in.get(address, 4 + count * each + 4);
    if (!held) return held.error();
    bytes::cursor table(held->view(), in.place(address));
    if (auto const signature = expect(table, "SMTB"); !signature) return signature.error();
    if (auto const good = in.check(held->view(), in.place(address)); !good) return good.error();
    shared_table made;
    for (std::uint64_t i = 0; i < count; ++i) {
        table.bytes(2);
        std::uint16_t const types = table.number<std::uint16_t>();
        table.bytes(4 + 2 + 2 + 2);
        in.address(table);
        made.indices.push_back({types, in.address(table), nullptr});
    }
    if (!table) return table.error();
    return made;
}

/// The message that a pointer of type `type` leads to, as a copy or a view.
/// Errors: hdf5.bad_shared_message, those of object headers and fractal heaps.
inline result<block> follow_shared(reader& in, shared_table& table, message_type type,
                                   bytes::view data, std::uint64_t offset, unsigned hops = 0) {
    if (hops > 8) return fail(ids::bad_shared_message, offset, 8, hops);
    bytes::cursor at(data, offset);
    unsigned const version = at.number<std::uint8_t>();
    unsigned const kind = at.number<std::uint8_t>();
    if (!at) return at.error();
    if (version < 1 || version > 3) return fail(ids::unsupported_version, offset, 3, version);
    if (version == 1) {
        at.bytes(6);
        in.length(at);
    }
    if (version == 3 && kind == 1) {
        bytes::view const id = at.bytes(8);
        if (!at) return at.error();
        for (auto& one : table.indices)
            if ((one.types >> static_cast<unsigned>(type) & 1) != 0) {
                if (one.opened == nullptr) {
                    auto heap = fractal_heap::open(in, one.heap);
                    if (!heap) return heap.error();
                    one.opened = std::make_unique<fractal_heap>(std::move(*heap));
                }
                auto const found = one.opened->find(id);
                if (!found) return found.error();
                return block(std::vector<std::byte>(found->begin(), found->end()));
            }
        return fail(ids::bad_shared_message, offset, static_cast<std::uint64_t>(type));
    }
    std::uint64_t const address = in.address(at);
    if (!at) return at.error();
    auto const header = read_object_header(in, address);
    if (!header) return header.error();
    message const* const found = header->find(type);
    if (found == nullptr)
        return fail(ids::bad_shared_message, offset, static_cast<std::uint64_t>(type), address);
    if (found->shared())
        return follow_shared(in, table, type, found->data, found->offset, hops + 1);
    return block(std::vector<std::byte>(found->data.begin(), found->data.end()));
}

}  // namespace lade::inline LADE_ABI::hdf5
