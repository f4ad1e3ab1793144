// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/reader.hpp>

/// Version 1 B-trees: the index of old groups and of chunks (III.A.1).
///
///     byte  size  member
///        0     4  "TREE"
///        4     1  type: 0 groups, 1 chunks
///        5     1  level; 0: children are leaves
///        6     2  entries used
///        8     O  left sibling, right sibling: not looked at
///              .  key 0, O child 0, key 1, O child 1 ... key n
///
/// Nodes have room for more entries than they use; only what is used is read. Terminates: levels
/// fall by one from node to child, and the nodes may together be no larger than the file.
namespace lade::inline LADE_ABI::hdf5 {

namespace ids {
inline constexpr error_id bad_btree{"hdf5.bad_btree", kind::corrupt,
                                    "a node of a B-tree holds a number that cannot be"};
}  // namespace ids

namespace detail {

template <class F>
result<void> walk_btree_v1(reader& in, budget& work, std::uint64_t address, unsigned type,
                           std::size_t key_size, unsigned level, bool root, F& each) {
    std::uint64_t const place = in.place(address);
    std::size_t const head_size = 8 + 2 * std::size_t{in.offset_size()};
    auto const head = in.get(address, head_size);
    if (!head) return head.error();
    bytes::cursor at(head->view(), place);
    if (auto const signature = expect(at, "TREE"); !signature) return signature;
    unsigned const found_type = at.number<std::uint8_t>();
    unsigned const found_level = at.number<std::uint8_t>();
    std::size_t const used = at.number<std::uint16_t>();
    if (found_type != type) return fail(ids::bad_btree, place + 4, type, found_type);
    if (root) level = found_level;
    if (level > 32 || found_level != level)
        return fail(ids::bad_btree, place + 5, level, found_level);

    std::size_t const entry_size = key_size + in.offset_size();
    // the last key is not needed, and some writers leave it out
    std::size_t const size = used * entry_size;
    if (auto const fits = work.spend(head_size + size, place); !fits) return fits;
    auto const node = in.get(address + head_size, size);
    if (!node) return node.error();
    bytes::cursor entries(node->view(), place + head_size);
    for (std::size_t i = 0; i < used; ++i) {
        std::uint64_t const offset = entries.offset();
        bytes::view const key = entries.bytes(key_size);
        std::uint64_t const child = in.address(entries);
        if (child == no_address) return fail(ids::bad_btree, offset);
        auto const done =
            level == 0 ? each(key, child, offset)
                       : walk_btree_v1(in, work, child, type, key_size, level - 1, false, each);
        if (!done) return done;
    }
    return {};
}

}  // namespace detail

/// Calls each(key, child address, offset of the key) -> result<void> for the entries of all leaves,
/// from left to right. Errors: hdf5.bad_btree, hdf5.bad_signature, hdf5.overlapping_structures,
/// hdf5.bad_address, io, those of `each`.
template <class F>
result<void> for_each_in_btree_v1(reader& in, std::uint64_t address, unsigned type,
                                  std::size_t key_size, F each) {
    budget work(in.size());
    return detail::walk_btree_v1(in, work, address, type, key_size, 0, true, each);
}

}  // namespace lade::inline LADE_ABI::hdf5
