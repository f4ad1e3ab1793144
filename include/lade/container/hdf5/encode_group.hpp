// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/encoder.hpp>
#include <lade/container/hdf5/reader.hpp>

/// Old groups as the writer makes them: local heap, symbol nodes and B-tree (layouts in
/// local_heap.hpp, symbol_table.hpp and btree_v1.hpp). Nodes are written at their full size, for
/// libhdf5 reads them so.
namespace lade::inline LADE_ABI::hdf5 {

/// A link of a group that is written.
struct written_link {
    std::string_view name;
    std::uint64_t address;
};

/// Where the parts of an old group stand.
struct old_group_places {
    std::uint64_t tree = no_address;
    std::uint64_t heap = no_address;
};

inline constexpr std::uint64_t group_leaf_k = 4;
inline constexpr std::uint64_t group_internal_k = 16;

/// A node of a version 1 B-tree at its full size: `keys` has one key of `key_size` bytes more than
/// there are children. `tree_k`: half the children that a node has room for.
inline void encode_btree_v1_node(encoder& to, unsigned type, unsigned level, std::uint64_t left,
                                 std::uint64_t right, bytes::view keys, std::size_t key_size,
                                 std::span<std::uint64_t const> children, std::uint64_t tree_k) {
    std::uint64_t const start = to.size();
    to.text("TREE");
    to.u8(type);
    to.u8(level);
    to.u16(children.size());
    to.u64(left);
    to.u64(right);
    for (std::size_t i = 0; i < children.size(); ++i) {
        to.bytes(keys.subspan(i * key_size, key_size));
        to.u64(children[i]);
    }
    to.bytes(keys.last(keys.size() - children.size() * key_size));
    std::uint64_t const full = 24 + (2 * tree_k + 1) * key_size + 2 * tree_k * 8;
    to.zeros(full - (to.size() - start));
}

/// Builds a B-tree over `children` (leaves' children) from the bottom up, its nodes one behind
/// another; the address of its root. `keys` has one key more than there are children. `base` is the
/// address of byte 0 of the encoder.
inline std::uint64_t encode_btree_v1(encoder& to, std::uint64_t base, unsigned type,
                                     std::vector<std::byte> keys, std::size_t key_size,
                                     std::vector<std::uint64_t> children, std::uint64_t tree_k) {
    std::size_t const most = static_cast<std::size_t>(2 * tree_k);
    std::uint64_t const full = 24 + (2 * tree_k + 1) * key_size + 2 * tree_k * 8;
    for (unsigned level = 0;; ++level) {
        std::size_t const nodes = children.empty() ? 1 : (children.size() - 1) / most + 1;
        std::uint64_t const first = base + to.size();
        std::vector<std::byte> next_keys;
        std::vector<std::uint64_t> next;
        for (std::size_t i = 0; i < nodes; ++i) {
            std::size_t const begin = i * most;
            std::size_t const count = (std::min)(most, children.size() - begin);
            bytes::view const own =
                bytes::view(keys).subspan(begin * key_size, (count + 1) * key_size);
            encode_btree_v1_node(to, type, level, i == 0 ? no_address : first + (i - 1) * full,
                                 i + 1 == nodes ? no_address : first + (i + 1) * full, own,
                                 key_size, std::span(children).subspan(begin, count), tree_k);
            next_keys.insert(next_keys.end(), own.begin(),
                             own.begin() + static_cast<std::ptrdiff_t>(key_size));
            next.push_back(first + i * full);
        }
        if (nodes == 1) return first;
        next_keys.insert(next_keys.end(), keys.end() - static_cast<std::ptrdiff_t>(key_size),
                         keys.end());
        keys = std::move(next_keys);
        children = std::move(next);
    }
}

/// Heap, nodes and tree of an old group. Precondition: the links are sorted by the bytes of their
/// names.
inline old_group_places encode_old_group(encoder& to, std::uint64_t base,
                                         std::span<written_link const> links) {
    old_group_places made;
    std::vector<std::uint64_t> offsets;
    std::uint64_t names = 8;
    for (auto const& one : links) {
        offsets.push_back(names);
        names += bytes::aligned(one.name.size() + 1, 8);
    }
    made.heap = base + to.size();
    to.text("HEAP");
    to.u32(0);
    to.u64(names);
    to.u64(1);  // no free block
    to.u64(made.heap + 32);
    to.zeros(8);
    for (auto const& one : links) {
        to.text(one.name);
        to.zeros(bytes::aligned(one.name.size() + 1, 8) - one.name.size());
    }

    constexpr std::size_t in_node = 2 * group_leaf_k;
    constexpr std::size_t entry_size = 40;
    std::vector<std::uint64_t> nodes;
    encoder keys;
    keys.u64(0);  // the empty name comes before all others
    for (std::size_t i = 0; i < links.size(); i += in_node) {
        std::size_t const count = (std::min)(in_node, links.size() - i);
        nodes.push_back(base + to.size());
        to.text("SNOD");
        to.u16(1);
        to.u16(count);
        for (std::size_t k = i; k < i + count; ++k) {
            to.u64(offsets[k]);
            to.u64(links[k].address);
            to.zeros(24);
        }
        to.zeros((in_node - count) * entry_size);
        keys.u64(offsets[i + count - 1]);
    }
    made.tree =
        encode_btree_v1(to, base, 0, std::move(keys).take(), 8, std::move(nodes), group_internal_k);
    return made;
}

}  // namespace lade::inline LADE_ABI::hdf5
