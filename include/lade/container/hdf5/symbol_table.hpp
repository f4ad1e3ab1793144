// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/btree_v1.hpp>
#include <lade/container/hdf5/link.hpp>
#include <lade/container/hdf5/local_heap.hpp>

/// Old groups: a B-tree of symbol nodes, whose names lie in a local heap (III.B, III.C, IV.A.2.r).
///
///     symbol table message 0x11: O B-tree, O local heap
///
///     symbol node                           symbol table entry
///     byte  size  member                    byte  size  member
///        0     4  "SNOD"                       0     L  offset of the name in the heap
///        4     1  1                                  O  address of the object header
///        5     1  0                                  4  cache type: 2: a soft link
///        6     2  entries                            4  reserved
///        8     .  entries                           16  soft link: u32 offset of the path in the
///        heap
///
/// The offset of a name has the size of lengths, whatever the specification says.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_symbol_table{
    "hdf5.bad_symbol_table", kind::corrupt,
    "an entry of an old group holds a number that cannot be"};
}  // namespace ids

namespace detail {

inline result<void> read_symbol_node(reader& in, std::uint64_t address, local_heap const& heap,
                                     budget& work, link_list& to) {
    std::uint64_t const place = in.place(address);
    auto const head = in.get(address, 8);
    if (!head) return head.error();
    bytes::cursor front(head->view(), place);
    if (auto const signature = expect(front, "SNOD"); !signature) return signature;
    if (auto const version = expect_version(front, 1); !version) return version;
    front.bytes(1);
    std::uint64_t const count = front.number<std::uint16_t>();
    std::uint64_t const size = count * (std::uint64_t{in.length_size()} + in.offset_size() + 24);
    if (auto const fits = work.spend(8 + size, place); !fits) return fits;
    auto const entries = in.get(address + 8, size);
    if (!entries) return entries.error();
    bytes::cursor at(entries->view(), place + 8);
    for (std::uint64_t i = 0; i < count; ++i) {
        std::uint64_t const offset = at.offset();
        std::uint64_t const name_at = in.length(at);
        link one;
        one.address = in.address(at);
        std::uint32_t const cached = at.number<std::uint32_t>();
        at.bytes(4);
        bytes::cursor scratch(at.bytes(16), offset);
        auto const name = heap.text(name_at);
        if (!name) return name.error();
        one.name = *name;
        if (name->empty() || cached > 2) return fail(ids::bad_symbol_table, offset, 2, cached);
        if (cached == 2) {
            auto const target = heap.text(scratch.number<std::uint32_t>());
            if (!target) return target.error();
            one.target = *target;
            one.kind = link_kind::soft;
            one.address = no_address;
        } else if (one.address == no_address) {
            return fail(ids::bad_symbol_table, offset);
        }
        // names of a sound heap do not overlap, so they are no longer than it
        if (one.name.size() + one.target.size() > heap.size() - to.text_size())
            return fail(ids::too_much_work, offset, heap.size(), to.text_size());
        to.add(one);
    }
    return {};
}

}  // namespace detail

/// Adds the links of the old group that the message describes.
/// Errors: hdf5.bad_symbol_table, hdf5.bad_btree, hdf5.bad_local_heap, hdf5.bad_signature,
/// hdf5.unsupported_version, hdf5.overlapping_structures, hdf5.bad_address, bytes.truncated, io.
inline result<void> read_symbol_table(reader& in, message const& from, link_list& to) {
    bytes::cursor at(from.data, from.offset);
    std::uint64_t const tree = in.address(at);
    std::uint64_t const heap_at = in.address(at);
    if (!at) return at.error();
    auto const heap = local_heap::open(in, heap_at);
    if (!heap) return heap.error();
    budget nodes(in.size());
    link_list found;
    auto const done = for_each_in_btree_v1(
        in, tree, 0, in.length_size(), [&](bytes::view, std::uint64_t child, std::uint64_t) {
            return detail::read_symbol_node(in, child, *heap, nodes, found);
        });
    for (std::size_t i = 0; i < found.size(); ++i) to.add(found[i]);
    return done;
}

}  // namespace lade::inline LADE_ABI::hdf5
