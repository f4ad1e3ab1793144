// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/fractal_heap.hpp>
#include <lade/container/hdf5/symbol_table.hpp>

/// All links of a group, however it stores them: symbol table (0x11), link messages (0x06), or link
/// info (0x02) that leads to a fractal heap and a B-tree of names (IV.A.2.c).
///
///     link info message                          record of the B-tree of names (type 5)
///     byte  size  member                         byte  size  member
///        0     1  0                                 0     4  lookup3 of the name
///        1     1  flags: 1 order tracked,           4     7  id in the heap; the object is a link
///        message
///                 2 order indexed
///             (8) largest order
///              O  fractal heap, all ones: none
///              O  B-tree of names
///             (O) B-tree of orders
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id not_a_group{"hdf5.not_a_group", kind::mismatch, "the object is no group"};
}  // namespace ids

namespace detail {

inline result<void> read_dense_links(reader& in, message const& from, link_list& to) {
    bytes::cursor at(from.data, from.offset);
    if (auto const version = expect_version(at, 0); !version) return version;
    unsigned const flags = at.number<std::uint8_t>();
    if ((flags & 1) != 0) at.bytes(8);
    std::uint64_t const heap_at = in.address(at);
    std::uint64_t const tree_at = in.address(at);
    if (!at) return at.error();
    if (heap_at == no_address || tree_at == no_address) return {};
    auto heap = fractal_heap::open(in, heap_at);
    if (!heap) return heap.error();
    auto const tree = read_btree_v2_header(in, tree_at);
    if (!tree) return tree.error();
    if (tree->type != 5 || tree->record_size < 4 + heap->id_size())
        return fail(ids::bad_btree, in.place(tree_at), 5, tree->type);
    budget texts(in.size());
    return for_each_in_btree_v2(
        in, tree_at, *tree, [&](bytes::view record, std::uint64_t offset) -> result<void> {
            auto const object = heap->find(record.subspan(4));
            if (!object) return object.error();
            auto const one = read_link(in, *object, offset);
            if (!one) return one.error();
            if (auto const fits = texts.spend(object->size(), offset); !fits) return fits;
            to.add(*one);
            return {};
        });
}

}  // namespace detail

/// Whether the object is a group.
inline bool is_group(object_header const& of) {
    for (message const& one : of.messages)
        if (one.type == message_type::symbol_table || one.type == message_type::link_info ||
            one.type == message_type::link)
            return true;
    return false;
}

/// The links, sorted. Errors: hdf5.not_a_group, those of the structures.
inline result<link_list> read_links(reader& in, object_header const& of) {
    if (!is_group(of)) return fail(ids::not_a_group, in.place(of.address));
    link_list made;
    for (message const& one : of.messages) {
        result<void> done;
        if (one.type == message_type::symbol_table) {
            done = read_symbol_table(in, one, made);
        } else if (one.type == message_type::link_info) {
            done = detail::read_dense_links(in, one, made);
        } else if (one.type == message_type::link) {
            auto const compact = read_link(in, one.data, one.offset);
            if (!compact) return compact.error();
            made.add(*compact);
        }
        if (!done) return done.error();
    }
    made.sort();
    return made;
}

}  // namespace lade::inline LADE_ABI::hdf5
